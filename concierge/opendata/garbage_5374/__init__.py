"""Garbage calendars in the format of 5374.jp (Code for Kanazawa), as municipalities publish them.

`folder.read_5374` reads a folder of CSV files into `concierge.waste.model.WasteData`; `importing`
takes the files into a municipality's folder. Rules of the format are those of the original
program, `codeforkanazawa-org/5374` at 2e05ea6, with the extensions of its forks.
"""
