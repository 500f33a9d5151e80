"""Rosters in the text of a page: a date, then name, departments, address and number, line by line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from concierge.clinics.ages import split_departments
from concierge.clinics.model import Clinic
from concierge.clinics.names import without_mark
from concierge.opendata.clinics.columns import heading_key, is_department
from concierge.opendata.clinics.dates import Around, DateError, found_days, read_date
from concierge.opendata.clinics.notebook import Notebook, aged
from concierge.opendata.clinics.sheets import Cell

__all__ = ["read_line_records", "read_text_page"]

FOOTNOTE = re.compile(r"^[（(]注[）)](.+)")
PHONE = re.compile(r"(?:電話|tel)?[:\s]*(0\d{1,4}-\d{1,4}-\d{3,4}|\d{1,4}-\d{4})", re.IGNORECASE)
END = re.compile(
    r"^(?:[（(]注[）)]|注意|※|電話による|関連|問い?合わせ|お問|診療時間|このページ|小児.*(?:案内|について))"
)
WEEKDAY_ALONE = re.compile(r"^[（(][月火水木金土日祝休・振]{1,4}(?:曜日?)?[）)]")
HEADINGS = frozenset(
    {
        "診療日",
        "当番日",
        "日付",
        "診療機関名",
        "医療機関名",
        "診療科目",
        "診療科",
        "所在地",
        "住所",
        "電話",
        "電話番号",
    }
)
LINE_DATE = re.compile(
    r"^(\d{1,2})\s*月\s*(\d{1,2})\s*日?\s*[（(]?([日月火水木金土])?(?:曜日?)?[）)]?(?:[・\s]*祝)?\s+(?=\S)"
)
RECORD = re.compile(
    r"^(?P<name>\S+)\s+(?P<address>.+?)\s+(?P<phone>[0０]\d{1,4}[-－]\d{1,4}[-－]\d{3,4})$"
)
SUCH_AS = 3


def read_text_page(lines: Sequence[Cell], around: Around, notebook: Notebook) -> bool:
    """Read blocks of lines under dates; tell whether there were any."""
    reader = _Blocks(around, notebook)
    cells = _joined(lines)
    notes = (match[1] for cell in cells if (match := FOOTNOTE.match(cell.text)))
    reader.footnote = next(notes, None)
    for cell in cells:
        reader.take(cell)
    reader.end()
    return reader.any


def _joined(lines: Sequence[Cell]) -> list[Cell]:
    """Put a weekday that stands on the next line behind its date, and take cell marks away."""
    found: list[Cell] = []
    for line in lines:
        text = line.text.strip().strip("|｜").strip()
        if found and WEEKDAY_ALONE.match(text) and found_days(found[-1].text):
            found[-1] = replace(found[-1], text=f"{found[-1].text}{text}")
        elif text:
            found.append(replace(line, text=text))
    return found


class _Blocks:
    """Gathers the lines of each clinic until its telephone number ends it."""

    def __init__(self, around: Around, notebook: Notebook) -> None:
        self.around, self.notebook = around, notebook
        self.any = False
        self.day: date | None = None
        self.dated = False
        self.held: list[Cell] = []
        self.footnote: str | None = None

    def take(self, cell: Cell) -> None:
        if found_days(cell.text) and len(cell.text) < 30:
            self._open(cell)
        elif not self.dated:
            return
        elif END.match(cell.text):
            self.end()
            self.dated = False
        elif match := PHONE.fullmatch(unicodedata.normalize("NFKC", cell.text)):
            self._close(replace(cell, text=match[1]))
        elif heading_key(cell.text) not in HEADINGS:
            self.held.append(cell)

    def end(self) -> None:
        """Report lines under a date that no telephone number ended."""
        if self.held and self.dated:
            self._unclear(self.held[0])
        self.held = []

    def _open(self, cell: Cell) -> None:
        self.end()
        self.dated, self.day = True, None
        try:
            self.day = read_date(cell.text, self.around)
        except DateError as error:
            self.notebook.report(cell, "bad-date", str(error))
            self.notebook.lose(error.day)

    def _close(self, phone: Cell) -> None:
        held, self.held = self.held, []
        if not held or len(held) > SUCH_AS:
            self._unclear(held[0] if held else phone)
            return
        departments: tuple[str, ...] = ()
        rest = held[1:]
        if rest and is_department(rest[0].text):
            departments, rest = split_departments(rest[0].text), rest[1:]
        if len(rest) > 1:
            self._unclear(held[0])
            return
        number, note = self.notebook.phone(phone)
        self.any = True
        if self.day is not None:
            name = without_mark(held[0].text)
            address = rest[0].text if rest else None
            clinic = aged(Clinic(name, departments, number, address, note=note))
            marked = self.footnote if name != held[0].text else None
            self.notebook.add(self.day, clinic, None, held[0].line, note=marked)

    def _unclear(self, cell: Cell) -> None:
        message = (
            f"「{cell.text[:40]}」からの行を、医療機関名・診療科・所在地・電話番号に分けられません。"
            "この日の当番は案内しません。"
        )
        self.notebook.report(cell, "lines-not-understood", message)
        self.notebook.lose(self.day)


def read_line_records(
    lines: Sequence[Cell], around: Around, notebook: Notebook, departments: tuple[str, ...] = ()
) -> bool:
    """Read lines that are each a date and clinics with address and number; tell whether any was."""
    found = False
    for line in lines:
        text = line.text.strip()
        match = LINE_DATE.match(text)
        if match is None:
            continue
        records = [RECORD.match(part.strip()) for part in re.split("[|｜]", text[match.end() :])]
        if not any(records):
            continue
        found = True
        said = f"{match[1]}月{match[2]}日" + (f"({match[3]})" if match[3] else "")
        try:
            day = read_date(said, around)
        except DateError as error:
            notebook.report(line, "bad-date", str(error))
            notebook.lose(error.day)
            continue
        for record in records:
            if record is None:
                message = f"「{text[:40]}…」の行を医療機関名・所在地・電話番号に分けられません。この日の当番は案内しません。"
                notebook.report(line, "lines-not-understood", message)
                notebook.lose(day)
                continue
            number, note = notebook.phone(replace(line, text=record["phone"]))
            clinic = Clinic(record["name"], departments, number, record["address"], note=note)
            notebook.add(day, aged(clinic), None, line.line)
    return found
