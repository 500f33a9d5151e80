"""Cross tables of a survey: who answered by age and area, and what each age band answered.

Each table is one that its totals stand beside, so cells of few are withheld with what would tell them
(`anonymity.withheld_cells`); a line whose own total is withheld elsewhere in the report is withheld
whole. Who told no age or no area has a line of their own: else a difference would tell it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concierge.soundings.anonymity import withheld_cells, withheld_list
from concierge.soundings.figures import Answers
from concierge.soundings.settings import AGES

__all__ = ["OTHER_AREAS", "UNTOLD", "Cross", "answers_by_age", "people_by_age_and_area"]

UNTOLD, OTHER_AREAS = "答えていない", "ほかの地区"
AREAS_SHOWN = 8
SHOWN_FROM = 0.25
"""A table of which less than this share of its answers can be shown tells nothing, and is left out."""


@dataclass(frozen=True, slots=True)
class Cross:
    """People by two things. A cell is None where it is withheld; `total` is that of all cells."""

    down: str
    across: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    total: int


def people_by_age_and_area(answer: Answers, least: int) -> Cross | None:
    """Return who answered a question by area and age band; None where too little can be shown."""
    sizes = Counter[str]()
    for (_, _, area), number in answer.told.items():
        sizes[area or UNTOLD] += number
    ranked = sorted((a for a in sizes if a != UNTOLD), key=lambda a: (-sizes[a], a))
    named = [area for area in ranked[:AREAS_SHOWN] if sizes[area] >= least]
    cells = Counter[tuple[str, str]]()
    for (_, age, area), number in answer.told.items():
        row = area if area in named else OTHER_AREAS if area else UNTOLD
        cells[row, age or UNTOLD] += number
    return _cross("地区", "年代", cells, [*named, OTHER_AREAS, UNTOLD], least)


def answers_by_age(answer: Answers, names: Sequence[str], least: int) -> Cross | None:
    """Return what each age band answered; None where too little can be shown."""
    cells = Counter[tuple[str, str]]()
    for (value, age, _), number in answer.told.items():
        if value is not None and value in names:
            cells[value, age or UNTOLD] += number
    return _cross("答え", "年代", cells, names, least)


def _cross(
    down: str, across: str, cells: Mapping[tuple[str, str], int], rows: Sequence[str], least: int
) -> Cross | None:
    columns = [*AGES, UNTOLD]
    of_row = {row: sum(cells.get((row, column), 0) for column in columns) for row in rows}
    of_column = {column: sum(cells.get((row, column), 0) for row in rows) for column in columns}
    rows = [row for row in rows if of_row[row] or row not in (OTHER_AREAS, UNTOLD)]
    columns = [column for column in columns if of_column[column] or column != UNTOLD]
    away = withheld_list({row: of_row[row] for row in rows}, least)
    gone = withheld_list({column: of_column[column] for column in columns}, least)
    whole = {(r, c) for r in rows for c in columns if r in away or c in gone}
    hidden = withheld_cells(cells, rows, columns, least, whole)
    total = sum(of_row.values())
    shown = sum(number for cell, number in cells.items() if cell not in hidden)
    if not total or shown < total * SHOWN_FROM:
        return None
    return Cross(
        down=down,
        across=across,
        columns=tuple(columns),
        rows=tuple(
            (r, tuple(None if (r, c) in hidden else cells.get((r, c), 0) for c in columns))
            for r in rows
        ),
        total=total,
    )
