"""Reads the rows of a workbook (.xlsx) as text, as Excel shows them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from concierge.faq.excel_cells import shown
from concierge.faq.rows import Row

__all__ = ["WorkbookError", "sheets_of_workbook"]

LARGEST_UNPACKED = 100_000_000
WIDEST = 100
MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')


class WorkbookError(Exception):
    """A file that is no workbook we can read; the message (Japanese) says what to do."""


def sheets_of_workbook(path: Path) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield each visible sheet's name and rows; `number` is Excel's row number.

    Formulas give the value that Excel last worked out. A cell that is merged with others shows its
    text in each of their rows. Raises `WorkbookError`.
    """
    _check(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever the broken part happens to raise
        raise WorkbookError(
            "Excelのファイルとして読み取れません。Excelで開いて、保存し直してください。"
        ) from error
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield sheet.title, _rows(sheet, _merged(path, sheet))
    finally:
        book.close()


def _check(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise WorkbookError(_LOCKED_OR_OLD)
            if sum(info.file_size for info in archive.infolist()) > LARGEST_UNPACKED:
                raise WorkbookError(
                    "表が大きすぎます。使っていない行や列、画像を消して、保存し直してください。"
                )
    except zipfile.BadZipFile:
        with path.open("rb") as stream:
            old = stream.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        raise WorkbookError(
            _LOCKED_OR_OLD
            if old
            else "Excelのファイルとして読み取れません。Excelで開いて、保存し直してください。"
        ) from None


_LOCKED_OR_OLD = (
    "古い形式（.xls）か、パスワードの付いたExcelファイルです。"
    "パスワードを外し、種類に「Excelブック（*.xlsx）」を選んで保存し直してください。"
)


def _rows(sheet: Any, merged: dict[tuple[int, int], tuple[int, int]]) -> Iterator[Row]:
    sheet.reset_dimensions()
    kept: dict[tuple[int, int], str] = {}
    origins = set(merged.values())
    for number, row in enumerate(sheet.iter_rows(max_col=WIDEST), 1):
        cells = [_text(cell) for cell in row]
        own = any(cell.strip() for cell in cells)
        for column in range(len(cells)):
            place = (number, column + 1)
            if place in origins:
                kept[place] = cells[column]
            elif own and place in merged:
                cells[column] = kept.get(merged[place], "")
        if own:
            last = max(index for index, cell in enumerate(cells, 1) if cell.strip())
            yield Row(number, cells[:last])


def _text(cell: Any) -> str:
    return shown(cell.value, getattr(cell, "number_format", None))


def _merged(path: Path, sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Return, for each cell that another one covers, which one (row, column from 1).

    openpyxl's read-only sheets do not tell, so the sheet's XML is asked.
    """
    name = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    with zipfile.ZipFile(path) as archive:
        data = archive.read(name) if name in archive.namelist() else b""
    for match in MERGED.finditer(data):
        left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(match[1].decode()))
        if right - left > WIDEST or bottom - top > 1000 or len(covered) > 100_000:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    covered[row, column] = (top, left)
    return covered
