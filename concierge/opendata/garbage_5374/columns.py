"""Which column of area_days.csv is what; every city arranges them a little differently."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from concierge.opendata.garbage_5374.cell import read_cell
from concierge.opendata.table import Row, is_blank

__all__ = ["Columns", "find_columns"]

CENTRE = ("センター", "center", "centre")
READING = ("ふりがな", "フリガナ", "よみ", "読み", "kana")
MASTER = ("マスター", "master")
NAME = {"地名", "name", "町名", "町丁名"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions from 0. `categories` are all named columns behind the centre's."""

    name: int
    centre: int | None
    categories: tuple[int, ...]
    levels: tuple[int, ...] = ()
    master: int | None = None
    reading: int | None = None

    @property
    def width(self) -> int:
        """How many cells a row must have for every category to have one."""
        return max((self.name, *self.categories)) + 1


def find_columns(header: Row, rows: Sequence[Row], centre_header: str | None) -> Columns:
    """Work out the columns from the header, and where it has no センター, from what lies below.

    `centre_header` is the first header of center.csv: some cities call the column as it does
    there. Failing that the second column is the centre, as in the original program, unless its
    cells are schedules.
    """
    names = [unicodedata.normalize("NFKC", cell).strip().casefold() for cell in header.cells]
    centre = next((i for i, name in enumerate(names) if name.startswith(CENTRE)), None)
    if centre is None and centre_header:
        wanted = unicodedata.normalize("NFKC", centre_header).strip().casefold()
        centre = next((i for i, name in enumerate(names[:4]) if i and name == wanted), None)
    if centre is None and len(names) > 2 and not _holds_schedules(rows, 1):
        centre = 1
    front = range(centre) if centre else range(1)
    master = next((i for i in front if names[i].startswith(MASTER)), None)
    reading = next((i for i in front if any(word in names[i] for word in READING)), None)
    plain = [i for i in front if i not in (master, reading)] or [0]
    name = next((i for i in plain if names[i] in NAME), plain[-1])
    return Columns(
        name=name,
        centre=centre,
        categories=tuple(
            i for i in range((centre or 0) + 1, len(names)) if not is_blank(header.cells[i])
        ),
        levels=tuple(i for i in plain if i != name),
        master=master,
        reading=reading,
    )


def _holds_schedules(rows: Sequence[Row], column: int) -> bool:
    cells = [row.cells[column] for row in rows[:50] if len(row.cells) > column]
    filled = [cell for cell in cells if not is_blank(cell)]
    return sum(bool(read_cell(cell).rules) for cell in filled) * 2 > len(filled)
