"""center.csv and transferdata.csv: days off, and collections moved to another day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from concierge.opendata.garbage_5374.days import read_day
from concierge.opendata.table import Row, Table, is_blank, visible
from concierge.problem import Problem, Severity
from concierge.waste.model import Area, Category, Closure, Move

__all__ = ["Closures", "read_closures", "read_moves", "unjoined"]

LONGEST = 31
"""Days; a longer closure (one city has a whole year) cannot be meant."""
NEAR = timedelta(days=10)
MOST_SPAN = 2
"""Columns that a closure takes: its first day and its last."""
SPAN = re.compile("開始|終了|始|終|から|まで|start|end")


@dataclass(slots=True)
class Closures:
    """Closures that hold, and those that are only a reason to doubt."""

    closures: list[Closure] = field(default_factory=list)
    doubtful: list[Closure] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    """The line on which each centre first stands."""
    problems: list[Problem] = field(default_factory=list)


def read_closures(table: Table | None) -> Closures:
    """Read every row as a closure of its own; a centre may have several."""
    found = Closures()
    single = _days_listed(table)
    for number, row in enumerate(table.rows if table else []):
        cells = [visible(cell) for cell in (*row.cells, "", "", "")[:3]]
        if single and number:
            _read_days(table, row, found)
            continue
        if all(is_blank(cell) for cell in cells) or (number == 0 and not any(map(read_day, cells))):
            continue
        if is_blank(cells[0]):
            message = (
                "センターの名前がない行です。どこの休止日か分かりません。名前を書いてください。"
            )
            found.problems.append(_problem(table, row, 1, "error", "closure-unnamed", message))
            continue
        found.rows.setdefault(cells[0], row.line)
        _read_closure(table, row, cells, found)
        _left_over(table, row, cells, found)
    return found


def _days_listed(table: Table | None) -> bool:
    """Tell whether the file lists single days in each row, not the first and the last of a closure.

    One city writes 休止日 over sixteen columns. Whoever took the first two for a span would collect
    on all other days, and close on those between.
    """
    head = [visible(cell) for cell in table.rows[0].cells[1:]] if table and table.rows else []
    over = [re.sub(r"\d", "", unicodedata.normalize("NFKC", name)) for name in head if name]
    same = len(over) > MOST_SPAN and len(set(over)) == 1
    return same and not SPAN.search(over[0]) and not any(map(read_day, head))


def _read_days(table: Table | None, row: Row, found: Closures) -> None:
    name, *listed = (visible(cell) for cell in row.cells)
    if is_blank(name):
        if any(not is_blank(cell) for cell in listed):
            message = (
                "センターの名前がない行です。どこの休止日か分かりません。名前を書いてください。"
            )
            found.problems.append(_problem(table, row, 1, "error", "closure-unnamed", message))
        return
    found.rows.setdefault(name, row.line)
    for column, cell in enumerate(listed, start=2):
        if is_blank(cell):
            continue
        day = read_day(cell)
        if day is not None:
            found.closures.append(Closure(name, day, day))
            continue
        message = (
            f"「{name}」の休止日「{cell}」を日付として読み取れません。この休止は"
            "使わず、前後の収集日を確かではないものとして扱います。2026/12/31 の形に直してください。"
        )
        found.problems.append(_problem(table, row, column, "error", "closure-bad-date", message))
        near = _loosely(cell)
        if near:
            found.doubtful.append(Closure(name, near - NEAR, near + NEAR))


def _left_over(table: Table | None, row: Row, cells: list[str], found: Closures) -> None:
    """Doubt the days that stand behind the first and the last of a closure: nobody says what for."""
    for column, cell in enumerate(map(visible, row.cells[MOST_SPAN + 1 :]), start=MOST_SPAN + 2):
        near = read_day(cell) or _loosely(cell)
        if near is None:
            continue
        message = (
            f"「{cells[0]}」の休止開始日と休止終了日の後ろに「{cell}」があります。何の日付か分からないため、"
            "この前後の収集日を確かではないものとして扱います。休止期間ごとに行を分けてください。"
        )
        found.problems.append(_problem(table, row, column, "error", "closure-left-over", message))
        found.doubtful.append(Closure(cells[0], near - NEAR, near + NEAR))


def _problem(
    table: Table | None, row: Row, column: int, severity: Severity, code: str, message: str
) -> Problem:
    return Problem(table.file if table else "", row.line, column, severity, code, message)


def _read_closure(table: Table | None, row: Row, cells: list[str], found: Closures) -> None:
    if is_blank(cells[1]) and is_blank(cells[2]):
        message = f"「{cells[0]}」の休止日が書かれていません。休止日があれば書いてください。"
        found.problems.append(_problem(table, row, 2, "info", "closure-empty", message))
        return
    first, last = read_day(cells[1]), read_day(cells[2])
    if first is not None and last is not None:
        if first <= last and (last - first).days < LONGEST:
            found.closures.append(Closure(cells[0], first, last))
            return
        days = (last - first).days + 1
        reason = "終了日が開始日より前です" if days < 1 else f"{days}日間は長すぎます"
        message = (
            f"「{cells[0]}」の休止期間 {cells[1]}～{cells[2]} の{reason}。休止日としては使わず、"
            "この間の収集日を確かではないものとして扱います。正しい日付に直してください。"
        )
        found.problems.append(_problem(table, row, 2, "error", "closure-implausible", message))
    else:
        column = 2 if first is None else 3
        message = (
            f"「{cells[0]}」の休止日「{cells[column - 1]}」を日付として読み取れません。この休止は"
            "使わず、前後の収集日を確かではないものとして扱います。2026/12/31 の形に直してください。"
        )
        found.problems.append(_problem(table, row, column, "error", "closure-bad-date", message))
    span = sorted(day for day in (first or _loosely(cells[1]), last or _loosely(cells[2])) if day)
    if span:
        margin = NEAR if len(span) == 1 else timedelta()
        found.doubtful.append(Closure(cells[0], span[0] - margin, span[-1] + margin))


def _loosely(text: str) -> date | None:
    """Return the day that a malformed date is probably near; only ever used to doubt."""
    numbers = re.findall(r"[0-9]+", unicodedata.normalize("NFKC", text))
    if len(numbers) != 3:
        return None
    year, month, day = map(int, numbers)
    for near in (day, 28):
        with suppress(ValueError, OverflowError):
            return date(year, month, near)
    return None


def unjoined(table: Table | None, closures: Closures, areas: Iterable[Area]) -> list[Problem]:
    """Report centres that no area has, and areas' centres without a closure."""
    if table is None:
        return []
    used: dict[str, int] = {}
    for area in areas:
        if area.centre:
            used.setdefault(area.centre, area.row)
    problems = [
        Problem(
            table.file,
            line,
            1,
            "warning",
            "closure-unused",
            f"「{centre}」を使う地区が area_days.csv にありません（1字の違いでも結び付きません）。"
            "休止日は使われません。名前をそろえてください。",
        )
        for centre, line in closures.rows.items()
        if centre not in used
    ]
    missing = [centre for centre in used if centre not in closures.rows]
    if missing:
        names = "".join(f"「{centre}」" for centre in missing[:5])
        message = (
            f"{names}{'など' if len(missing) > 5 else ''}の休止日が書かれていません。年末年始の収集日は"
            "確かではないものとして扱います。休止日を書き足してください。"
        )
        problems.append(Problem(table.file, 0, 0, "warning", "closure-missing", message))
    return problems


def read_moves(
    table: Table | None, categories: Iterable[Category]
) -> tuple[list[Move], list[Problem]]:
    """Read matsue's `区分名,振替日,次回収日,表示開始日,備考`; rows that cannot be used are reported."""
    labels = {category.label for category in categories}
    moves: list[Move] = []
    problems: list[Problem] = []
    for row in table.rows[1:] if table else []:
        cells = [visible(cell) for cell in (*row.cells, "", "", "", "", "")[:5]]
        day, follows = read_day(cells[1]), read_day(cells[2])
        if all(is_blank(cell) for cell in cells):
            continue
        if cells[0] not in labels:
            message = f"「{cells[0]}」は area_days.csv の分別にありません。名前をそろえてください。"
            problems.append(_problem(table, row, 1, "error", "move-unknown-category", message))
        elif day is None or (follows is None and not is_blank(cells[2])):
            message = (
                "日付として読み取れません。この振替は使いません。2026/12/29 の形に直してください。"
            )
            column = 2 if day is None else 3
            problems.append(_problem(table, row, column, "error", "move-bad-date", message))
        elif follows is not None and not 0 < (follows - day).days <= LONGEST:
            message = "次回収日が振替日の後のひと月以内にありません。この振替は使いません。直してください。"
            problems.append(_problem(table, row, 3, "error", "move-bad-date", message))
        else:
            moves.append(Move(cells[0], day, follows, cells[4] or None))
    return moves, problems
