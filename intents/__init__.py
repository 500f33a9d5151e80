"""Needs answered from data, one folder each: sentences, handler, and their own test sentences."""
