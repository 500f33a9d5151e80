"""area_days.csv and area_master.csv: areas, categories, and a schedule for each pair of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from concierge.opendata.garbage_5374.cell import CellReading, read_cell
from concierge.opendata.garbage_5374.columns import Columns, find_columns
from concierge.opendata.table import Row, Table, is_blank, visible
from concierge.problem import Problem, Severity
from concierge.waste.model import Area, Category, Remark, Schedule

__all__ = ["Accounting", "AreaDays", "read_area_days", "read_wards"]


@dataclass(slots=True)
class Accounting:
    """What became of every cell of every row under a named column.

    `lost` lists the cells not understood as (line, column, cell).
    """

    read: int = 0
    repaired: int = 0
    empty: int = 0
    not_understood: int = 0
    lost: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All cells; each is counted once."""
        return self.read + self.repaired + self.empty + self.not_understood

    def add(self, state: str, row: int, column: int, cell: str) -> None:
        """Count one cell."""
        setattr(self, state, getattr(self, state) + 1)
        if state == "not_understood":
            self.lost.append((row, column, cell))

    def as_dict(self) -> dict[str, int]:
        """Return the JSON field `cells` of the import report."""
        states = ("total", "read", "repaired", "empty", "not_understood")
        return {state: getattr(self, state) for state in states}


@dataclass(slots=True)
class AreaDays:
    """What area_days.csv holds, and which remarks its cells name."""

    areas: list[Area] = field(default_factory=list)
    categories: tuple[Category, ...] = ()
    schedules: list[tuple[Schedule, ...]] = field(default_factory=list)
    accounting: Accounting = field(default_factory=Accounting)
    used_remarks: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def read_wards(table: Table | None) -> dict[str, str]:
    """Return the wards of area_master.csv by the code that area_days.csv uses for them."""
    rows = table.rows[1:] if table else []
    pairs = [(visible(row.cells[0]), visible(row.cells[1])) for row in rows if len(row.cells) > 1]
    return {code: ward for code, ward in pairs if code and ward}


def read_area_days(
    table: Table,
    wards: Mapping[str, str],
    remarks: Mapping[str, Remark],
    centre_header: str | None,
) -> AreaDays:
    """Read every cell of the table; nothing is raised, everything unread is in `problems`."""
    reader = _Reader(table, wards, remarks, centre_header)
    for row in table.rows[1:]:
        reader.read_row(row)
    reader.report_unnamed_columns()
    found = reader.found
    found.areas = _with_aliases(found.areas)
    return found


class _Reader:
    def __init__(
        self,
        table: Table,
        wards: Mapping[str, str],
        remarks: Mapping[str, Remark],
        centre_header: str | None,
    ) -> None:
        self.file = table.file
        self.header = table.rows[0]
        self.columns: Columns = find_columns(self.header, table.rows[1:], centre_header)
        self.wards = wards
        self.remarks = remarks
        self.found = AreaDays()
        self.readings: dict[str, CellReading] = {}
        self.seen: dict[tuple[tuple[str, ...], str], list[int]] = defaultdict(list)
        self.unnamed: Counter[int] = Counter()
        self.unknown: set[str] = set()
        self.found.categories = tuple(
            Category(index, self.header.cells[column])
            for index, column in enumerate(self.columns.categories)
        )
        if self.columns.centre is None:
            self.report(
                self.header.line, 0, "warning", "centre-column-missing",
                "見出しに「センター」の列がありません。休止日を地区に結び付けられません。"
                "2列目の見出しを「センター」にしてください。",
            )  # fmt: skip

    def report(self, line: int, column: int, severity: Severity, code: str, message: str) -> None:
        problem = Problem(self.file, line, column, severity, code, message)
        self.found.problems.append(problem)

    def read_row(self, row: Row) -> None:
        if row.cells == self.header.cells:
            self.report(row.line, 0, "info", "header-repeated", "見出しと同じ行は読みません。")
            return
        blank = all(is_blank(cell) for cell in row.cells)
        intact = blank or self._check_width(row)
        name = self._cell(row, self.columns.name)
        if not blank and is_blank(name):
            self.report(
                row.line, self.columns.name + 1, "error", "area-unnamed",
                "地区の名前がない行です。この行の収集日は答えられません。名前を書いてください。",
            )  # fmt: skip
            intact = False
        schedules = tuple(self._schedule(row, column, intact) for column in self.columns.categories)
        for column in range(
            self.columns.categories[0] if self.columns.categories else 0, len(row.cells)
        ):
            if column not in self.columns.categories and not is_blank(row.cells[column]):
                self.unnamed[column] += 1
        if not is_blank(name):
            self._add(row, name, schedules)

    def _cell(self, row: Row, column: int | None) -> str:
        return row.cells[column] if column is not None and column < len(row.cells) else ""

    def _check_width(self, row: Row) -> bool:
        expected, found = len(self.header.cells), len(row.cells)
        if found < self.columns.width:
            excess = False
        elif any(not is_blank(cell) for cell in row.cells[expected:]):
            excess = True
        else:
            return True
        message = (
            f"見出しは{expected}列ですが、この行は{found}列です。列がずれているかもしれないので、"
            "この行の収集日は確かではないものとして扱います。"
            + ("余分なカンマを取ってください。" if excess else "足りない列を補ってください。")
        )
        code = "row-too-long" if excess else "row-too-short"
        self.report(row.line, 0, "error", code, message)
        return False

    def _schedule(self, row: Row, column: int, intact: bool) -> Schedule:
        raw = self._cell(row, column)
        reading = self.readings.get(raw)
        if reading is None:
            reading = self.readings[raw] = read_cell(raw)
        state = reading.state if intact else "not_understood"
        self.found.accounting.add(state, row.line, column + 1, raw)
        for finding in reading.findings:
            self.report(row.line, column + 1, finding.severity, finding.code, finding.message)
        shifted = len(row.cells) > len(self.header.cells) and not intact
        return Schedule(
            rules=() if shifted else reading.rules,
            remarks=tuple(self._remarks(reading, row, column)),
            raw=raw,
            row=row.line,
            column=column + 1,
            understood=state != "not_understood",
            doubt=reading.doubt,
        )

    def _remarks(self, reading: CellReading, row: Row, column: int) -> list[Remark]:
        self.found.used_remarks.update(reading.remarks)
        for name in reading.remarks:
            if name not in self.remarks and name not in self.unknown:
                self.unknown.add(name)
                self.report(
                    row.line, column + 1, "warning", "remark-unknown",
                    f"注意書き「*{name}」は remarks.csv にありません。番号を確かめてください。",
                )  # fmt: skip
        return [self.remarks[name] for name in reading.remarks if name in self.remarks]

    def _add(self, row: Row, name: str, schedules: tuple[Schedule, ...]) -> None:
        found = self.found
        levels = self._levels(row)
        centre = visible(self._cell(row, self.columns.centre)) or None
        for index in self.seen[levels, name]:
            same = [schedule.raw for schedule in found.schedules[index]]
            if found.areas[index].centre == centre and same == [s.raw for s in schedules]:
                message = (
                    f"「{name}」は{found.areas[index].row}行目と同じ内容です。1つにまとめました。"
                )
                self.report(row.line, self.columns.name + 1, "info", "area-repeated", message)
                return
        if self.seen[levels, name]:
            first = found.areas[self.seen[levels, name][0]].row
            message = (
                f"「{name}」は{first}行目と同じ名前ですが、収集日が違います。どちらの地区か"
                "分からないので、収集日を答えられません。名前で区別できるようにしてください。"
            )
            self.report(row.line, self.columns.name + 1, "warning", "area-ambiguous", message)
        area = Area(
            index=len(found.areas),
            name=name,
            levels=levels,
            reading=visible(self._cell(row, self.columns.reading)) or None,
            centre=centre,
            row=row.line,
        )
        self.seen[levels, name].append(area.index)
        found.areas.append(area)
        found.schedules.append(schedules)

    def _levels(self, row: Row) -> tuple[str, ...]:
        levels = [visible(self._cell(row, column)) for column in self.columns.levels]
        code = visible(self._cell(row, self.columns.master))
        if code and code in self.wards:
            levels.insert(0, self.wards[code])
        elif code and f"master {code}" not in self.unknown:
            self.unknown.add(f"master {code}")
            self.report(
                row.line, (self.columns.master or 0) + 1, "warning", "ward-unknown",
                f"区の番号「{code}」は area_master.csv にありません。番号を確かめてください。",
            )  # fmt: skip
        return tuple(level for level in levels if level)

    def report_unnamed_columns(self) -> None:
        """Report once each column that holds something but has no header."""
        for column, count in sorted(self.unnamed.items()):
            if column < len(self.header.cells):
                self.report(
                    self.header.line, column + 1, "info", "column-unnamed",
                    f"見出しのない列に{count}件の値があります。分別の種類ではないので読みません。",
                )  # fmt: skip


def _with_aliases(areas: Sequence[Area]) -> list[Area]:
    """Give areas written as `district place place` the spellings that mean them alone.

    Only where most names of the file are written so and districts repeat: elsewhere a space is
    part of a name.
    """
    split = {area.index: re.split(r"\s+", area.name.strip()) for area in areas}
    districts = Counter(parts[0] for parts in split.values() if len(parts) > 1)
    grouped = [area for area in areas if districts[split[area.index][0]] > 1]
    if len(grouped) * 5 < len(areas) * 4 or not grouped:
        return list(areas)
    spellings: dict[int, list[str]] = {}
    for area in grouped:
        district, *places = split[area.index]
        named = [
            place for place in places if not re.match(r"[0-9０-９一二三四五六七八九十(（]", place)
        ]
        spellings[area.index] = [*named, *(district + place for place in places)]
    count = Counter(spelling for found in spellings.values() for spelling in set(found))
    return [
        replace(
            area,
            aliases=tuple(dict.fromkeys(s for s in spellings.get(area.index, ()) if count[s] == 1)),
        )
        for area in areas
    ]
