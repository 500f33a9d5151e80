"""The limits of rich menus and of their pictures.

https://developers.line.biz/en/reference/messaging-api/#rich-menu-structure
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from concierge.channels.line.checking import Checker, Refusal, in_graphemes
from concierge.channels.line.outbound_actions import RICH_MENU

__all__ = ["AREAS", "CHAT_BAR", "IMAGE_BYTES", "image_problems", "image_size", "menu_problems"]

AREAS, CHAT_BAR, NAME = 20, 14, 300
WIDTHS, LOWEST, NARROWEST = (800, 2500), 250, 1.45
IMAGE_BYTES = 1_000_000
"""LINE says 1 MB; the smaller reading is taken."""


def menu_problems(menu: Mapping[str, Any]) -> list[Refusal]:
    """Return everything for which LINE would refuse a rich menu object."""
    checker = Checker()
    size = checker.object(menu, "", "size")
    width, height = WIDTHS[1], 10_000
    if size is not None:
        checker.number(size, "size", "width", *WIDTHS)
        checker.number(size, "size", "height", LOWEST, 10_000)
        if not checker.found:
            width, height = size["width"], size["height"]
            if width / height < NARROWEST:
                checker.refuse("size", f"width / height must be {NARROWEST} or more")
    if not isinstance(menu.get("selected"), bool):
        checker.refuse("selected", "Must be a boolean")
    checker.text(menu, "", "name", NAME, length=in_graphemes)
    checker.text(menu, "", "chatBarText", CHAT_BAR, length=in_graphemes)
    for path, area in checker.items(menu, "", "areas", 0, AREAS):
        _area(checker, area, path, width, height)
    return [Refusal(each.property.removeprefix("."), each.message) for each in checker.found]


def _area(checker: Checker, area: Mapping[str, Any], path: str, width: int, height: int) -> None:
    bounds = checker.object(area, path, "bounds")
    if bounds is not None:
        before = len(checker.found)
        where = f"{path}.bounds"
        for name, least in (("x", 0), ("y", 0), ("width", 1), ("height", 1)):
            checker.number(bounds, where, name, least, 10_000)
        if len(checker.found) == before and (
            bounds["x"] + bounds["width"] > width or bounds["y"] + bounds["height"] > height
        ):
            checker.refuse(where, "Must lie within the rich menu")
    action = checker.object(area, path, "action")
    if action is not None:
        RICH_MENU.check(checker, action, f"{path}.action")


def image_problems(data: bytes, size: Mapping[str, int] | None = None) -> list[Refusal]:
    """Return why LINE would refuse a picture; `size` is that of the menu it is for."""
    if len(data) > IMAGE_BYTES:
        return [Refusal("image", f"May have {IMAGE_BYTES} bytes (has {len(data)})")]
    measured = image_size(data)
    if measured is None:
        return [Refusal("image", "Must be a JPEG or a PNG")]
    width, height = measured
    fits = WIDTHS[0] <= width <= WIDTHS[1] and height >= LOWEST and width / height >= NARROWEST
    if not fits or (size is not None and (size["width"], size["height"]) != measured):
        return [Refusal("image", "The image size is not allowed for richmenu")]
    return []


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or a JPEG, None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    return _jpeg_size(data) if data[:2] == b"\xff\xd8" else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments of a JPEG to the one that holds its size."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None
