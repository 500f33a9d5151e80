"""Tables as published: rows of cells that know their line and column, from CSV, Excel and HTML."""

from __future__ import annotations

import csv
import io
import warnings
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from concierge.opendata.archives import UNREADABLE_ARCHIVE

__all__ = ["Cell", "Sheet", "csv_sheet", "excel_sheets"]

LARGEST_SHEET = 20_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell's text and where it begins in its file, from 1."""

    text: str
    line: int
    column: int


Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `caption` is what stands over it, `heading` the headings above, nearest last."""

    rows: Rows
    caption: str = ""
    heading: tuple[str, ...] = ()
    coloured: bool = False
    """Whether cells are told apart by colour or a class."""


def csv_sheet(text: str) -> Sheet:
    """Read CSV (or tab-separated) text."""
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text), delimiter="\t" if first.count("\t") > first.count(",") else ","
    )
    rows: list[tuple[Cell, ...]] = []
    line = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append(tuple(Cell(cell.strip(), line, n) for n, cell in enumerate(row, 1)))
        line = reader.line_num + 1
        if len(rows) > LARGEST_SHEET:
            break
    return Sheet(tuple(rows))


def excel_sheets(path: Path) -> list[Sheet] | None:
    """Read every sheet of a workbook; None where it is none."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, rarely needed

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, data_only=True)
    except (ValueError, KeyError):
        return None
    except UNREADABLE_ARCHIVE:
        return None
    sheets: list[Sheet] = []
    for page in book.worksheets:
        rows: list[tuple[Cell, ...]] = []
        for number, row in enumerate(page.iter_rows(values_only=True, max_row=LARGEST_SHEET), 1):
            cells = tuple(Cell(_text(value), number, n) for n, value in enumerate(row, 1))
            if any(cell.text for cell in cells):
                rows.append(cells)
        sheets.append(Sheet(tuple(rows), heading=(page.title,)))
    book.close()
    return sheets


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02}"
    return str(value).strip()
