"""Readers of published rosters of clinics on duty: tables, web pages, text taken from PDF.

There is no standard. `reading.read_published` tries what a file is and hands it to its reader;
whatever is not understood is reported with its place, and its date is not answered.
"""
