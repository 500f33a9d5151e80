"""Garbage days of towns that publish none: a simple table of our own, and calendar files (ICS).

Both are turned into the files of a 5374 folder, and taken in as such.
"""
