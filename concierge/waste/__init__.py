"""Garbage collection: records read from published files, and the calendar worked out from them."""
