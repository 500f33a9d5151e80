"""Readers of published open data: one format, one module, found through `formats`."""
