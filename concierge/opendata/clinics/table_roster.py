"""Rosters as tables: a row a duty, or a row a date with a column for each department."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from concierge.clinics.ages import split_departments
from concierge.clinics.hours import DITTO
from concierge.clinics.model import Clinic
from concierge.clinics.names import name_key, without_mark
from concierge.opendata.clinics.columns import Columns, is_department
from concierge.opendata.clinics.dates import Around, DateError, as_of, read_date, weekday_fits
from concierge.opendata.clinics.notebook import Notebook, aged
from concierge.opendata.clinics.sheets import Cell, Sheet

__all__ = ["heading_row", "read_master", "read_roster", "read_table_of_a_date"]

HEADING_ROWS = 15
NONE = re.compile(r"[-―ー－—\s/／]*|なし|休診|休み|当番なし")
POINT = re.compile(r"(?:destination=|q=|query=|@)(-?\d{1,2}\.\d+)(?:,|%2C)(-?\d{1,3}\.\d+)")
EMPTY = Cell("", 0, 0)


def heading_row(sheet: Sheet) -> tuple[int, Columns] | None:
    """Return which row holds the headings, and what they mean; None where none does."""
    for number, row in enumerate(sheet.rows[:HEADING_ROWS]):
        columns = Columns([cell.text for cell in row])
        if (
            columns.is_roster
            or columns.is_master
            or (columns.names_clinics and len(columns.roles) > 1)
        ):
            return number, columns
    return None


def read_master(sheet: Sheet, columns: Columns, notebook: Notebook) -> dict[str, Clinic]:
    """Read a list of clinics. A name that stands there twice with other data joins with neither."""
    found: dict[str, Clinic] = {}
    twice: set[str] = set()
    for row in _body(sheet, columns):
        name = _cell(row, columns, "name")
        if not name.text:
            continue
        clinic = _clinic(row, columns, without_mark(name.text), notebook)
        key = name_key(name.text)
        if key in found and found[key] != clinic:
            twice.add(key)
            message = (
                f"「{name.text}」が一覧に二つあり、内容が違います。どちらか一つにしてください。"
            )
            notebook.report(name, "clinic-twice", message, "warning")
        found[key] = clinic
    return {key: clinic for key, clinic in found.items() if key not in twice}


def read_roster(sheet: Sheet, columns: Columns, around: Around, notebook: Notebook) -> None:
    """Read a table with dates; what a cell leaves out is the one above only where it says so (〃)."""
    reader = _Rows(columns, around, notebook)
    for row in _body(sheet, columns):
        reader.take(row)


def read_table_of_a_date(sheet: Sheet, columns: Columns, day: date, notebook: Notebook) -> None:
    """Read a table all of whose rows are on duty on one date."""
    reader = _Rows(columns, Around(), notebook)
    for row in _body(sheet, columns):
        reader.on_duty(row, day)


def _body(sheet: Sheet, columns: Columns) -> Iterable[tuple[Cell, ...]]:
    """Return the rows below the headings, repeated headings left out."""
    found = heading_row(sheet)
    first = found[0] + 1 if found else 0
    head = [cell.text for cell in sheet.rows[first - 1]] if found else []
    return [row for row in sheet.rows[first:] if [cell.text for cell in row] != head]


def _cell(row: tuple[Cell, ...], columns: Columns, role: str) -> Cell:
    place = columns.roles.get(role)
    return row[place] if place is not None and place < len(row) else EMPTY


class _Rows:
    """Reads rows one after another, knowing the one above."""

    def __init__(self, columns: Columns, around: Around, notebook: Notebook) -> None:
        self.columns, self.around, self.notebook = columns, around, notebook
        self.day: date | None = None
        self.month = ""
        self.above: dict[str, Cell] = {}

    def take(self, row: tuple[Cell, ...]) -> None:
        """Read one row: its date, then who is on duty."""
        day = self._date(row)
        if day is not None:
            self.on_duty(row, day)

    def on_duty(self, row: tuple[Cell, ...], day: date) -> None:
        """Read who is on duty in a row, on a date known."""
        if "name" in self.columns.roles:
            self._one(row, day)
        for place, department in self.columns.wide.items():
            if place < len(row) and not NONE.fullmatch(row[place].text):
                self._named(row, row[place], (department,), day)

    def _date(self, row: tuple[Cell, ...]) -> date | None:
        cell = _cell(row, self.columns, "date")
        text = cell.text
        if "date" not in self.columns.roles:
            month, number = _cell(row, self.columns, "month"), _cell(row, self.columns, "day")
            self.month = month.text.rstrip("月") or self.month
            cell, text = (
                number,
                f"{self.month}月{number.text.rstrip('日')}日" if number.text else "",
            )
        if not text or DITTO.fullmatch(text):
            if not any(each.text for each in row):
                return None
            if self.day is None and not text:
                self._no_date(row)
            return self.day
        self.day = None
        try:
            day = read_date(text, self.around)
        except DateError as error:
            self.notebook.report(cell, "bad-date", str(error))
            self.notebook.lose(error.day)
            return None
        week = _cell(row, self.columns, "week")
        if not weekday_fits(day, week.text):
            message = (
                f"「{text}」の曜日が「{week.text}」と合いません。この日の当番は案内しません。"
                "日付か曜日を確かめてください。"
            )
            self.notebook.report(week, "weekday-mismatch", message)
            self.notebook.lose(day)
            return None
        self.day = day
        return day

    def _no_date(self, row: tuple[Cell, ...]) -> None:
        name = _cell(row, self.columns, "name")
        if name.text:
            message = f"「{name.text}」の日付がありません。この行は読みとばしました。日付を書いてください。"
            self.notebook.report(name, "bad-date", message)

    def _one(self, row: tuple[Cell, ...], day: date) -> None:
        cell = _cell(row, self.columns, "name")
        if NONE.fullmatch(cell.text):
            if cell.line and any(each.text for each in row if each is not cell) and self._says(row):
                message = (
                    "医療機関の名前がありません。この日の当番は案内しません。名前を書いてください。"
                )
                self.notebook.report(cell, "no-name-in-row", message)
                self.notebook.lose(day)
            return
        departments: tuple[str, ...] = ()
        name = cell
        if self.columns.both == self.columns.roles["name"] and "\n" in cell.text:
            first, _, rest = cell.text.partition("\n")
            if is_department(first):
                departments, name = split_departments(first), replace(cell, text=rest)
        self._named(row, name, departments, day)

    def _says(self, row: tuple[Cell, ...]) -> bool:
        return any(_cell(row, self.columns, role).text for role in ("hours", "phone", "address"))

    def _named(
        self, row: tuple[Cell, ...], cell: Cell, departments: tuple[str, ...], day: date
    ) -> None:
        name = re.sub(r"\s*\n\s*", " ", cell.text)
        notebook, columns = self.notebook, self.columns
        clinic = _clinic(row, columns, without_mark(name), notebook)
        if departments:
            clinic = replace(clinic, departments=departments)
        hours_cell = self._same(_cell(row, columns, "hours"), "hours")
        hours, told = notebook.hours(hours_cell, day)
        opens, closes = _cell(row, columns, "opens"), _cell(row, columns, "closes")
        if hours is None and opens.text and closes.text:
            span = replace(opens, text=f"{opens.text}～{closes.text}")
            hours, _ = notebook.hours(span, day)
        reception = _cell(row, columns, "reception").text
        remark = _cell(row, columns, "note").text
        notes = [told, f"受付{reception}" if reception else None, remark or None]
        night = _cell(row, columns, "night_phone").text
        notes.append(f"夜間の電話は{night}" if night else None)
        updated = _cell(row, columns, "updated").text
        notebook.add(
            day,
            clinic,
            hours,
            cell.line,
            note="。".join(note for note in notes if note) or None,
            updated=as_of(f"更新日 {updated}") if updated else None,
        )

    def _same(self, cell: Cell, role: str) -> Cell:
        """Return the cell above where a cell says that it is the same (〃)."""
        if cell.text and DITTO.fullmatch(cell.text):
            return replace(cell, text=self.above[role].text) if role in self.above else cell
        if cell.text:
            self.above[role] = cell
        return cell


def _clinic(row: tuple[Cell, ...], columns: Columns, name: str, notebook: Notebook) -> Clinic:
    phone, phone_note = notebook.phone(_cell(row, columns, "phone"))
    departments = _cell(row, columns, "departments").text
    latitude, longitude = _point(row, columns)
    url = _cell(row, columns, "url").text
    return aged(
        Clinic(
            name=name,
            departments=split_departments(departments),
            phone=phone,
            address=_cell(row, columns, "address").text.replace("\n", " ") or None,
            latitude=latitude,
            longitude=longitude,
            url=url if url.startswith(("https://", "http://")) else None,
            sees=_cell(row, columns, "sees").text or None,
            note=phone_note,
        )
    )


def _point(row: tuple[Cell, ...], columns: Columns) -> tuple[float | None, float | None]:
    """Return the coordinates of a row, or of the map it links to."""
    match = POINT.search(_cell(row, columns, "map").text)
    texts = (_cell(row, columns, "latitude").text, _cell(row, columns, "longitude").text)
    given = (match[1], match[2]) if match else texts
    try:
        latitude, longitude = float(given[0]), float(given[1])
    except ValueError:
        return None, None
    if 20 <= latitude <= 46 and 122 <= longitude <= 154:
        return latitude, longitude
    return None, None
