"""Frequently asked questions as staff write them: read, checked, and searched."""
