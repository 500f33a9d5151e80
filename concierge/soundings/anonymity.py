"""k-anonymity of everything that leaves the log: small cells are withheld, and cannot be derived.

A cell of fewer than k people is withheld. Where totals are shown beside it, another cell of the
same row and column is withheld too (complementary suppression), until no line with a total has a
single withheld cell, or withheld cells of together fewer than k.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

__all__ = ["WITHHELD", "people_at_least", "withheld_cells", "withheld_list"]

WITHHELD = "非公表"
"""What stands in the place of a number that is not shown."""
Key = TypeVar("Key", bound=Hashable)
Cell = tuple[str, str]
Node = tuple[str, str]
"""A row or a column, by which of the two it is and its name."""


def people_at_least(pseudonyms: Iterable[tuple[int, str]]) -> int:
    """Return how many people pseudonyms (period, name) are at least.

    A person has another pseudonym in each key's time, so only those of one period are counted: the
    most of any.
    """
    periods: dict[int, set[str]] = {}
    for period, name in pseudonyms:
        periods.setdefault(period, set()).add(name)
    return max(map(len, periods.values()), default=0)


def withheld_list(counts: Mapping[Key, int], least: int) -> set[Key]:
    """Return the keys to withhold of a list that is shown with its total."""
    hidden = {key for key, count in counts.items() if 0 < count < least}
    _complement(counts, hidden, least)
    return hidden


def withheld_cells(
    counts: Mapping[Cell, int],
    rows: Sequence[str],
    columns: Sequence[str],
    least: int,
    hidden: Iterable[Cell] = (),
) -> set[Cell]:
    """Return the cells to withhold of a table that is shown with the totals of rows and columns.

    `hidden` are withheld in any case. What is withheld cannot be worked out from all totals together
    either: whoever solves them is left with at least `least` numbers for each such cell, as far as the
    table allows it, or with no number at all because all of it is withheld.
    """
    held = {*hidden, *(key for key, count in counts.items() if 0 < count < least)}
    lines = [[(row, column) for column in columns] for row in rows]
    lines += [[(row, column) for row in rows] for column in columns]
    cells = [(row, column) for row in rows for column in columns]
    while True:
        _complement_lines(counts, held, lines, least)
        told = _told(counts, held, rows, columns, least)
        others = [key for key in cells if key not in held]
        if told is None or not others:
            return held
        near = [key for key in others if key[0] == told[0] or key[1] == told[1]]
        held.add(
            min(near or others, key=lambda key: (not counts.get(key), counts.get(key, 0), key))
        )


def _complement_lines(
    counts: Mapping[Cell, int], hidden: set[Cell], lines: Sequence[Sequence[Cell]], least: int
) -> None:
    """Withhold more cells until no line lets one be worked out from its own total."""
    changed = True
    while changed:
        changed = False
        for line in lines:
            own = {key: counts.get(key, 0) for key in line}
            before = {key for key in hidden if key in own}
            after = set(before)
            _complement(own, after, least)
            if after != before:
                hidden |= after
                changed = True


def _told(
    counts: Mapping[Cell, int],
    hidden: Collection[Cell],
    rows: Sequence[str],
    columns: Sequence[str],
    least: int,
) -> Cell | None:
    """Return a withheld cell of few that all totals together tell too exactly; None where none is.

    The numbers that fit all totals differ from the true ones along closed walks over withheld cells,
    by turns up and down: how far a cell can move is the greatest flow from its column to its row.
    """
    small = [(r, c) for r in rows for c in columns if (r, c) in hidden]
    for cell in small:
        if not 0 < counts.get(cell, 0) < least:
            continue
        up = _room(counts, hidden, cell, least, rising=True)
        down = _room(counts, hidden, cell, least - up, rising=False) if up < least else 0
        if up + down < least:
            return cell
    return None


def _room(
    counts: Mapping[Cell, int], hidden: Collection[Cell], cell: Cell, enough: int, *, rising: bool
) -> int:
    """Return how far a cell can move one way while all totals stay, counted up to `enough`."""
    room: dict[tuple[Node, Node], int] = {}
    nodes: dict[Node, list[Node]] = {}
    for row, column in hidden:
        if (row, column) == cell:
            continue
        line, pile = ("row", row), ("column", column)
        value = counts.get((row, column), 0)
        room[pile, line], room[line, pile] = (value, enough) if rising else (enough, value)
        nodes.setdefault(line, []).append(pile)
        nodes.setdefault(pile, []).append(line)
    start, end = ("column", cell[1]), ("row", cell[0])
    most = enough if rising else min(enough, counts.get(cell, 0))
    moved = 0
    while moved < most and (way := _way(room, nodes, start, end)):
        step = min(most - moved, *(room[pair] for pair in way))
        for one, other in way:
            room[one, other] -= step
            room[other, one] += step
        moved += step
    return moved


def _way(
    room: Mapping[tuple[Node, Node], int],
    nodes: Mapping[Node, Sequence[Node]],
    start: Node,
    end: Node,
) -> list[tuple[Node, Node]]:
    """Return the shortest way with room left on it, empty where there is none."""
    came: dict[Node, Node] = {start: start}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for there in nodes.get(here, ()):
            if there not in came and room[here, there] > 0:
                came[there] = here
                waiting.append(there)
    way: list[tuple[Node, Node]] = []
    while end in came and end != start:
        way.append((came[end], end))
        end = came[end]
    return way


def _complement(counts: Mapping[Key, int], hidden: set[Key], least: int) -> None:
    """Withhold the next smallest cells until what is withheld cannot be worked out."""
    while hidden and (len(hidden) == 1 or sum(counts[key] for key in hidden) < least):
        others = [key for key, count in counts.items() if key not in hidden and count > 0]
        if not others:
            others = [key for key in counts if key not in hidden]
        if not others:
            return
        hidden.add(min(others, key=lambda key: (counts[key], str(key))))
