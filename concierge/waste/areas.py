"""Finding an area by a name that was given, not said: commands, settings, stored choices.

What residents say in a sentence is `concierge.language`'s to find.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from concierge.language.normalize import normalize, normalized_key
from concierge.waste.model import Area, WasteData

__all__ = ["find_areas", "spellings", "told_apart"]


def find_areas(data: WasteData, name: str) -> tuple[Area, ...]:
    """Return the areas that a name means: none, one, or several where it is ambiguous.

    The published name byte for byte comes first, then any spelling of it alone or with levels
    above it in front (`川崎区浅田`, `橋北地区 秋鹿町`). Numbers must agree: 1・2 is not 12.
    """
    for exact in (
        [area for area in data.areas if area.name == name],
        [area for area in data.areas if area.full_name == name],
    ):
        if exact:
            return tuple(exact)
    wanted = _key(name)
    if not wanted[0]:
        return ()
    same = [area for area in data.areas if _key(area.name) == wanted]
    if same:
        return tuple(same)
    return tuple(
        area for area in data.areas if any(_key(spelling) == wanted for spelling in spellings(area))
    )


def spellings(area: Area) -> tuple[str, ...]:
    """Return every name that means the area: its own, with levels in front, and its aliases."""
    levels = [
        "".join(chosen)
        for size in range(len(area.levels) + 1)
        for chosen in combinations(area.levels, size)
    ]
    names = [level + area.name for level in levels]
    return tuple(dict.fromkeys((*names, *area.aliases, *_with_levels(levels, area.aliases))))


def _with_levels(levels: list[str], aliases: tuple[str, ...]) -> list[str]:
    return [level + alias for level in levels if level for alias in aliases]


@lru_cache(maxsize=50_000)
def _key(name: str) -> tuple[str, tuple[str, ...]]:
    folded = normalize(name).text
    return normalized_key(name), tuple(re.findall(r"\d+", folded))


def told_apart(area: Area, among: Sequence[Area]) -> str:
    """Return the area's name, with the levels above where others of `among` have the same."""
    alone = sum(other.name == area.name for other in among) == 1
    return area.name.strip() if alone else area.full_name.strip()
