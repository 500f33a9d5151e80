"""One published file of a standard dataset → typed records, with an account of every cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from concierge.opendata.standard.cells import READERS, Cell
from concierge.opendata.standard.columns import (
    DATASETS,
    Column,
    Dataset,
    Found,
    dataset,
    find_columns,
)
from concierge.opendata.standard.records import BUILDERS, Fields
from concierge.opendata.table import Row, is_blank, read_table, visible
from concierge.places.model import Event, Spot
from concierge.problem import Problem, Severity

__all__ = ["STATES", "ReadFile", "read_file"]

STATES = ("read", "repaired", "empty", "unused", "lost")
"""What becomes of a cell: `unused` stands under a header that nothing is answered from."""
DRAGGED = 3
"""Rows: so many remarks that count up in their last number were dragged down in Excel."""
LAST_NUMBER = re.compile(r"(?s)(.*?)(\d+)(\D*)$")
CACHED_KINDS = frozenset(
    {"days", "time", "flag", "departments", "ages", "phone", "date", "url", "text", "remark"}
)
"""Kinds of cells that repeat from row to row."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What one file gave. `cells` counts the cells of all rows by `STATES`."""

    records: tuple[Spot | Event, ...]
    problems: tuple[Problem, ...]
    cells: Mapping[str, int]
    rows: int = 0
    organization: str | None = None
    """The municipality that publishes it, where all rows name the same."""


@dataclass(slots=True)
class _Reader:
    """Reads one file row by row."""

    file: str
    wanted: Dataset
    headers: Sequence[str]
    found: Found
    problems: list[Problem] = field(default_factory=list)
    cells: Counter[str] = field(default_factory=Counter)
    seen: dict[tuple[str, str], Cell] = field(default_factory=dict)
    organizations: set[str] = field(default_factory=set)

    def report(self, line: int, column: int, severity: Severity, code: str, message: str) -> None:
        self.problems.append(Problem(self.file, line, column, severity, code, message))

    def row(self, row: Row, dragged: bool) -> Spot | Event | None:
        """Read one row; None where it has no name or no day to stand on."""
        fields: dict[str, Any] = {}
        columns: dict[str, int] = {}
        lost: set[str] = set()
        for position, raw in enumerate(row.cells):
            column = self.found.columns.get(position)
            if is_blank(raw):
                self.cells["empty"] += 1
            elif column is None:
                self.cells["unused"] += 1
            else:
                cell = self._read(column, raw)
                self.cells[cell.state] += 1
                if cell.code:
                    self.report(row.line, position + 1, cell.severity, cell.code, cell.message)
                if cell.state == "lost":
                    lost.add(column.field)
                elif cell.value is not None:
                    fields[column.field] = cell.value
                columns[column.field] = position + 1
        if "organization" in fields:
            self.organizations.add(fields["organization"])
        self._uneven(row)
        given = Fields(
            values=fields,
            columns=columns,
            lost=frozenset(lost),
            line=row.line,
            file=self.file,
            features=tuple(
                c.feature for c in self.wanted.columns if c.feature and fields.get(c.field) is True
            ),
            dragged=dragged,
            report=self.report,
        )
        return BUILDERS[self.wanted.name](given)

    def _read(self, column: Column, raw: str) -> Cell:
        if column.kind not in CACHED_KINDS:
            return READERS[column.kind](raw)
        key = (column.kind, raw)
        cell = self.seen.get(key)
        if cell is None:
            cell = self.seen[key] = READERS[column.kind](raw)
        return cell

    def _uneven(self, row: Row) -> None:
        width = len(self.headers)
        beyond = [cell for cell in row.cells[width:] if not is_blank(cell)]
        if len(row.cells) < width or beyond:
            self.report(
                row.line,
                min(len(row.cells), width) + (0 if len(row.cells) < width else 1),
                "warning",
                "row-uneven",
                f"見出しは{width}列ですが、この行は{len(row.cells)}列です。"
                "列がずれていないか確かめてください。",
            )


def read_file(path: Path, file: str, kind: str) -> ReadFile:
    """Read one published file of a dataset (see `columns.DATASETS`); nothing is raised."""
    wanted = dataset(kind)
    table = read_table(path, file, multiline=True)
    if table is None or not table.rows:
        problems = tuple(table.problems) if table else ()
        if not any(problem.severity == "error" for problem in problems):
            problems = (*problems, _empty(file))
        return ReadFile((), problems, _account(Counter()))
    header, *rows = table.rows
    found = find_columns(header.cells, wanted)
    fields = {column.field for column in found.columns.values()}
    if "name" not in fields:
        return ReadFile((), (*table.problems, _no_name(file, header, wanted)), _account(Counter()))
    other = _another_dataset(header, wanted, fields)
    if other is not None:
        problem = _wrong_dataset(file, header, wanted, other)
        return ReadFile((), (*table.problems, problem), _account(Counter()))
    reader = _Reader(file, wanted, header.cells, found, list(table.problems))
    if not rows:
        reader.problems.append(_empty(file))
    _report_unknown(reader, header, rows)
    dragged = _dragged(rows, found)
    records = [
        record
        for number, row in enumerate(rows)
        if (record := reader.row(row, number in dragged)) is not None
    ]
    only = next(iter(reader.organizations)) if len(reader.organizations) == 1 else None
    return ReadFile(
        tuple(records), tuple(sorted(reader.problems)), _account(reader.cells), len(rows), only
    )


def _account(cells: Counter[str]) -> Mapping[str, int]:
    return {"total": sum(cells.values()), **{state: cells[state] for state in STATES}}


def _report_unknown(reader: _Reader, header: Row, rows: Sequence[Row]) -> None:
    """Say of each column that is not in the table that it is not used, where it holds anything."""
    for position in reader.found.unknown:
        name = visible(header.cells[position])
        filled = [r for r in rows if position < len(r.cells) and not is_blank(r.cells[position])]
        if filled:
            what = f"「{name}」という見出しは知らない" if name else "見出しが空の"
            reader.report(
                header.line,
                position + 1,
                "info",
                "column-not-used",
                f"{what}列です。{len(filled)}行の内容は案内に使いません。"
                "標準の項目名に直すと使えることがあります。",
            )


def _dragged(rows: Sequence[Row], found: Found) -> frozenset[int]:
    """Return the rows whose remark counts up row by row: 12/29〜1/3, 12/29〜1/4, 12/29〜1/5 …"""
    position = next((p for p, column in found.columns.items() if column.kind == "remark"), None)
    if position is None:
        return frozenset()
    runs: set[int] = set()
    run: list[int] = []
    before: tuple[str, int, str] | None = None
    for number, row in enumerate(rows):
        raw = row.cells[position] if position < len(row.cells) else ""
        match = LAST_NUMBER.match(raw)
        here = (match[1], int(match[2]), match[3]) if match else None
        counts = here and before and here == (before[0], before[1] + 1, before[2])
        run = [*run, number] if counts else [number]
        if len(run) >= DRAGGED:
            runs.update(run)
        before = here
    return frozenset(runs)


def _another_dataset(header: Row, wanted: Dataset, fields: set[str]) -> Dataset | None:
    """Return the dataset that a file is of, where it has no column of its own of the wanted one."""
    if fields & wanted.own:
        return None
    others = [dataset(name) for name in DATASETS if name != wanted.name]
    counts = {
        other.name: len(
            other.own & {c.field for c in find_columns(header.cells, other).columns.values()}
        )
        for other in others
    }
    best = max(others, key=lambda other: counts[other.name])
    return best if counts[best.name] else None


def _wrong_dataset(file: str, header: Row, wanted: Dataset, other: Dataset) -> Problem:
    message = (
        f"{wanted.title}ではなく、{other.title}のファイルのようです。"
        f"形式を {other.name} にして取り込んでください。"
    )
    return Problem(file, header.line, 0, "error", "wrong-dataset", message)


def _empty(file: str) -> Problem:
    message = "行がありません。公開されているファイルかどうか確かめてください。"
    return Problem(file, 0, 0, "error", "file-empty", message)


def _no_name(file: str, header: Row, wanted: Dataset) -> Problem:
    names = next(column.headers for column in wanted.columns if column.field == "name")
    message = (
        f"「{names[0]}」という見出しの列がないため、{wanted.title}として読めません。"
        "1行目に標準の項目名を書いてください。"
    )
    return Problem(file, header.line, 0, "error", "name-column-missing", message)
