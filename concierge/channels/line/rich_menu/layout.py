"""Where everything stands on the board of a rich menu, and the objects that LINE is given."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from concierge.channels.line.rich_menu.reading import Area, Menu, Tab

__all__ = ["Place", "alias_of", "board", "cells", "objects", "tab_places"]

WIDTH, TALL, LOW = 2500, 1686, 843
BAR = 220
ROWS = {1: (1,), 2: (2,), 3: (3,), 4: (2, 2), 5: (3, 2), 6: (3, 3), 7: (4, 3), 8: (4, 4)}
ROWS |= {9: (3, 3, 3), 10: (4, 3, 3), 11: (4, 4, 3), 12: (4, 4, 4)}
"""How many places stand in each row, by their number."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle of the board, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def as_dict(self) -> dict[str, int]:
        """Return the form of LINE's `bounds`."""
        return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}


def board(menu: Menu) -> tuple[int, int]:
    """Return width and height: low where one row is enough on every tab."""
    low = len(menu.tabs) == 1 and len(ROWS[len(menu.tabs[0].areas)]) == 1
    return WIDTH, LOW if low else TALL


def tab_places(menu: Menu) -> list[Place]:
    """Return where the tabs stand; none where there is one alone."""
    count = len(menu.tabs)
    return [] if count == 1 else _row(count, 0, BAR)


def cells(menu: Menu, tab: Tab) -> list[Place]:
    """Return where the areas of a tab stand, in their order."""
    top = BAR if len(menu.tabs) > 1 else 0
    rows = ROWS[len(tab.areas)]
    height = board(menu)[1] - top
    found: list[Place] = []
    for number, count in enumerate(rows):
        begin, end = (top + height * n // len(rows) for n in (number, number + 1))
        found += _row(count, begin, end - begin)
    return found


def alias_of(number: int) -> str:
    """Return the name under which a tab's menu is switched to."""
    return f"concierge-tab-{number + 1}"


def objects(menu: Menu) -> list[dict[str, Any]]:
    """Return LINE's rich menu objects, one a tab."""
    width, height = board(menu)
    made = []
    for number, tab in enumerate(menu.tabs):
        switches = [
            {"bounds": place.as_dict(), "action": _switch(menu, to)}
            for to, place in enumerate(tab_places(menu))
            if to != number
        ]
        pressed = [
            {"bounds": place.as_dict(), "action": _action(area)}
            for place, area in zip(cells(menu, tab), tab.areas, strict=True)
        ]
        made.append(
            {
                "size": {"width": width, "height": height},
                "selected": menu.opened,
                "name": f"{menu.name} {tab.name}"[:300],
                "chatBarText": menu.bar,
                "areas": [*switches, *pressed],
            }
        )
    return made


def _row(count: int, top: int, height: int) -> list[Place]:
    edges = [WIDTH * n // count for n in range(count + 1)]
    return [Place(a, top, b - a, height) for a, b in pairwise(edges)]


def _switch(menu: Menu, to: int) -> dict[str, Any]:
    alias = alias_of(to)
    label = f"{menu.tabs[to].name}のメニュー"
    return {"type": "richmenuswitch", "label": label, "richMenuAliasId": alias, "data": alias}


def _action(area: Area) -> dict[str, Any]:
    if area.says is not None:
        return {"type": "message", "label": area.alt, "text": area.says}
    return {"type": "uri", "label": area.alt, "uri": area.opens or area.calls}
