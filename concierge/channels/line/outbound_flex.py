"""The limits of Flex messages: sizes in bytes, what may stand in what, and the forms of values.

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from concierge.channels.line.checking import Checker
from concierge.channels.line.outbound_actions import FLEX, FLEX_BUTTON

__all__ = ["BUBBLES", "BUBBLE_BYTES", "CAROUSEL_BYTES", "check_container", "size_of"]

BUBBLE_BYTES, CAROUSEL_BYTES = 30_000, 50_000
"""LINE says 30 KB and 50 KB; the smaller reading is taken."""
BUBBLES = 12
DEEPEST = 10
"""Boxes within boxes. LINE names no limit; nothing that a person can read is nested deeper."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_PIXELS = r"\d+(?:\.\d+)?px"
_KEYWORDS = r"none|xs|sm|md|lg|xl|xxl"
_SPACE = re.compile(rf"{_KEYWORDS}|{_PIXELS}")
_OFFSET = re.compile(rf"{_KEYWORDS}|-?{_PIXELS}|-?\d+(?:\.\d+)?%")
_LENGTH = re.compile(rf"{_PIXELS}|\d+(?:\.\d+)?%")
_FONT = re.compile(rf"xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl|{_PIXELS}")
_PICTURE = re.compile(rf"xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl|full|{_PIXELS}|\d+(?:\.\d+)?%")
_BORDER = re.compile(rf"none|light|normal|medium|semi-bold|bold|{_PIXELS}")
_PADDING = re.compile(rf"{_KEYWORDS}|{_PIXELS}|\d+(?:\.\d+)?%")
_DEGREES = re.compile(r"\d+(?:\.\d+)?deg")
_PERCENT = re.compile(r"\d+(?:\.\d+)?%")
_RATIO = re.compile(r"\d+(?:\.\d+)?:\d+(?:\.\d+)?")
_LINES = re.compile(_PIXELS)

FORMS: dict[str, re.Pattern[str]] = {
    "margin": _SPACE,
    "spacing": _SPACE,
    "cornerRadius": _SPACE,
    "borderWidth": _BORDER,
    "color": _COLOUR,
    "backgroundColor": _COLOUR,
    "borderColor": _COLOUR,
    "width": _LENGTH,
    "maxWidth": _LENGTH,
    "maxHeight": _LENGTH,
    "lineSpacing": _LINES,
    "aspectRatio": _RATIO,
    **{f"padding{side}": _PADDING for side in ("All", "Top", "Bottom", "Start", "End")},
    **{f"offset{side}": _OFFSET for side in ("Top", "Bottom", "Start", "End")},
}
"""The form of each property that LINE describes in words alone, wherever it stands."""
SIZES = {"text": _FONT, "span": _FONT, "icon": _FONT, "image": _PICTURE}
WITHIN = {
    "vertical": {"box", "button", "image", "text", "separator", "filler", "video"},
    "horizontal": {"box", "button", "image", "text", "separator", "filler"},
    "baseline": {"icon", "text", "filler"},
}
BLOCKS = {"header": {"box"}, "hero": {"box", "image", "video"}, "body": {"box"}, "footer": {"box"}}
WIDTHS = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")


def check_container(checker: Checker, container: Mapping[str, Any], path: str) -> None:
    """Check a bubble or a carousel of bubbles."""
    if not checker.one_of(container, path, "type", ("bubble", "carousel")):
        return
    if container["type"] == "bubble":
        _bubble(checker, container, path)
        return
    if size_of(container) > CAROUSEL_BYTES:
        checker.refuse(path, f"A carousel may have {CAROUSEL_BYTES} bytes of JSON")
    bubbles = checker.items(container, path, "contents", 1, BUBBLES)
    for where, bubble in bubbles:
        if checker.one_of(bubble, where, "type", ("bubble",)):
            _bubble(checker, bubble, where)
    if len({str(bubble.get("size", "mega")) for _, bubble in bubbles}) > 1:
        checker.refuse(f"{path}.contents", "All bubbles of a carousel must have the same size")


def size_of(value: object) -> int:
    """Return the bytes of a value's JSON in UTF-8."""
    try:
        written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError):
        return 0
    return len(written.encode("utf-8", "surrogatepass"))


def _bubble(checker: Checker, bubble: Mapping[str, Any], path: str) -> None:
    if size_of(bubble) > BUBBLE_BYTES:
        checker.refuse(path, f"A bubble may have {BUBBLE_BYTES} bytes of JSON")
    checker.one_of(bubble, path, "size", WIDTHS, required=False)
    checker.one_of(bubble, path, "direction", ("ltr", "rtl"), required=False)
    if not any(block in bubble for block in BLOCKS):
        checker.refuse(path, "At least one block must be specified")
    for block, allowed in BLOCKS.items():
        component = checker.object(bubble, path, block, required=False)
        if component is not None:
            _component(checker, component, f"{path}.{block}", allowed, 0)
    styles = checker.object(bubble, path, "styles", required=False) or {}
    for block in BLOCKS:
        style = checker.object(styles, f"{path}.styles", block, required=False)
        for name in ("backgroundColor", "separatorColor"):
            checker.matching(style or {}, f"{path}.styles.{block}", name, _COLOUR)
    _action(checker, bubble, path)


def _component(
    checker: Checker, component: Mapping[str, Any], path: str, allowed: set[str], depth: int
) -> None:
    if depth > DEEPEST:
        checker.refuse(path, f"Boxes may be nested {DEEPEST} deep")
        return
    if not checker.one_of(component, path, "type", allowed):
        return
    kind = component["type"]
    for name, form in FORMS.items():
        checker.matching(component, path, name, form)
    if kind in SIZES:
        checker.matching(component, path, "size", SIZES[kind])
    checker.number(component, path, "flex", 0, 1_000_000, required=False)
    if kind == "box":
        _box(checker, component, path, depth)
    elif kind == "text":
        _text(checker, component, path)
    elif kind == "button":
        _button(checker, component, path)
    elif kind in ("image", "icon"):
        checker.address(component, path, "url")
        _ratio(checker, component, path)
    elif kind == "video":
        _video(checker, component, path, depth)
    if kind not in ("button", "video"):
        _action(checker, component, path)


def _box(checker: Checker, box: Mapping[str, Any], path: str, depth: int) -> None:
    checker.matching(box, path, "height", _LENGTH)
    if not checker.one_of(box, path, "layout", WITHIN):
        return
    for where, child in checker.items(box, path, "contents", 0, 1_000):
        _component(checker, child, where, WITHIN[box["layout"]], depth + 1)
    background = checker.object(box, path, "background", required=False)
    if background is not None:
        where = f"{path}.background"
        checker.one_of(background, where, "type", ("linearGradient",))
        for name, form in (
            ("angle", _DEGREES),
            ("startColor", _COLOUR),
            ("endColor", _COLOUR),
        ):
            if name not in background:
                checker.refuse(f"{where}.{name}", "May not be null")
            checker.matching(background, where, name, form)
        checker.matching(background, where, "centerColor", _COLOUR)
        checker.matching(background, where, "centerPosition", _PERCENT)


def _text(checker: Checker, text: Mapping[str, Any], path: str) -> None:
    checker.number(text, path, "maxLines", 0, 1_000_000, required=False)
    if "contents" not in text:
        checker.text(text, path, "text", 2_000_000, blank=True)
        return
    for where, span in checker.items(text, path, "contents", 1, 1_000):
        if checker.one_of(span, where, "type", ("span",)):
            checker.text(span, where, "text", 2_000_000, blank=True)
            checker.matching(span, where, "size", _FONT)
            checker.matching(span, where, "color", _COLOUR)


def _button(checker: Checker, button: Mapping[str, Any], path: str) -> None:
    checker.one_of(button, path, "style", ("primary", "secondary", "link"), required=False)
    checker.one_of(button, path, "height", ("md", "sm"), required=False)
    action = checker.object(button, path, "action")
    if action is not None:
        FLEX_BUTTON.check(checker, action, f"{path}.action")


def _video(checker: Checker, video: Mapping[str, Any], path: str, depth: int) -> None:
    checker.address(video, path, "url")
    checker.address(video, path, "previewUrl")
    other = checker.object(video, path, "altContent")
    if other is not None:
        _component(checker, other, f"{path}.altContent", {"box", "image"}, depth + 1)
    action = checker.object(video, path, "action", required=False)
    if action is not None and checker.one_of(action, f"{path}.action", "type", ("uri",)):
        FLEX.check(checker, action, f"{path}.action")


def _ratio(checker: Checker, owner: Mapping[str, Any], path: str) -> None:
    """Check that a picture is at most three times as high as wide."""
    written = owner.get("aspectRatio")
    if not isinstance(written, str) or not _RATIO.fullmatch(written):
        return
    width, height = (float(part) for part in written.split(":"))
    if not (1 <= width <= 100_000 and 1 <= height <= 100_000) or height > 3 * width:
        checker.refuse(f"{path}.aspectRatio", "Must be 1–100000 each, height up to 3 × width")


def _action(checker: Checker, owner: Mapping[str, Any], path: str) -> None:
    action = checker.object(owner, path, "action", required=False)
    if action is not None:
        FLEX.check(checker, action, f"{path}.action")
