"""k-anonymity of everything that leaves the log: small cells are withheld, and cannot be derived.

A cell of fewer than k people is withheld. Where totals are shown beside it, another cell of the
same row and column is withheld too (complementary suppression), until no line with a total has a
single withheld cell, or withheld cells of together fewer than k.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

__all__ = ["WITHHELD", "people_at_least", "withheld_cells", "withheld_list"]

WITHHELD = "非公表"
"""What stands in the place of a number that is not shown."""
Key = TypeVar("Key", bound=Hashable)


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
    counts: Mapping[tuple[str, str], int], rows: Sequence[str], columns: Sequence[str], least: int
) -> set[tuple[str, str]]:
    """Return the cells to withhold of a table that is shown with the totals of rows and columns."""
    hidden = {key for key, count in counts.items() if 0 < count < least}
    lines = [[(row, column) for column in columns] for row in rows]
    lines += [[(row, column) for row in rows] for column in columns]
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
    return hidden


def _complement(counts: Mapping[Key, int], hidden: set[Key], least: int) -> None:
    """Withhold the next smallest cells until what is withheld cannot be worked out."""
    while hidden and (len(hidden) == 1 or sum(counts[key] for key in hidden) < least):
        others = [key for key, count in counts.items() if key not in hidden and count > 0]
        if not others:
            others = [key for key in counts if key not in hidden]
        if not others:
            return
        hidden.add(min(others, key=lambda key: (counts[key], str(key))))
