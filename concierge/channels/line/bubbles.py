"""The parts of a Flex bubble as every answer shows them: text, rows, buttons, links that are safe.

All that comes in may be anything a municipality's file holds; all that goes out keeps LINE's limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from concierge.channels.line.checking import ACTION_SCHEMES, Checker
from concierge.channels.line.counting import cut

__all__ = [
    "ACCENT",
    "GREY",
    "MESSAGE_TEXT",
    "RED",
    "box",
    "bubble",
    "button",
    "clean",
    "link",
    "message",
    "pressable",
    "safe_uri",
    "separator",
    "size_when_escaped",
    "words",
]

Component = dict[str, Any]

INK, GREY, ACCENT, RED, PALE = "#1A1A1A", "#5F6368", "#0B57A4", "#B3140F", "#F1F5F9"
BUTTON_LABEL, MESSAGE_TEXT = 40, 300
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad]*")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def clean(text: str) -> str:
    """Return a text without control characters and halves of pairs; "" where nothing is visible."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return "" if _INVISIBLE.fullmatch(plain) else plain


def safe_uri(address: str | None) -> str | None:
    """Return an address as LINE takes it, percent-encoded; None where it takes none of its kind."""
    if not address:
        return None
    written = _CONTROL.sub("", address).strip()
    try:
        parts = urlsplit(written)
        if parts.scheme in ("http", "https"):
            host = (parts.hostname or "").encode("idna").decode()
            port = f":{parts.port}" if parts.port is not None else ""
            rest = (_quoted(part) for part in (parts.path, parts.query, parts.fragment))
            written = urlunsplit((parts.scheme, host + port, *rest))
    except (ValueError, UnicodeError):
        return None
    checker = Checker()
    checker.address({"uri": written}, "", "uri", most=1000, schemes=ACTION_SCHEMES)
    return None if checker.found else written


def words(text: str, **more: Any) -> Component:
    """Return a text that wraps and follows the size of type that the resident has set."""
    plain = clean(text) or "…"
    return {"type": "text", "text": plain, "wrap": True, "scaling": True, "color": INK, **more}


def message(label: str, text: str) -> Component:
    """Return what sends a text as if the resident had typed it."""
    return {"type": "message", "label": cut(clean(label) or text, BUTTON_LABEL), "text": text}


def link(label: str, uri: str) -> Component:
    """Return what opens an address; `uri` has gone through `safe_uri`."""
    return {"type": "uri", "label": cut(clean(label) or uri, BUTTON_LABEL), "uri": uri}


def button(action: Component, *, strong: bool = False, colour: str = ACCENT) -> Component:
    """Return a button; a strong one is filled."""
    look = {"style": "primary" if strong else "link", "color": colour, "height": "sm"}
    return {"type": "button", "action": action, "adjustMode": "shrink-to-fit", **look}


def pressable(number: int, label: str, action: Component) -> Component:
    """Return a row that can be pressed, with its number and the whole of its text."""
    figure = words(f"{number}", flex=0, weight="bold", color=ACCENT, size="md")
    told = words(label, size="md", color=INK)
    look = {"backgroundColor": PALE, "cornerRadius": "8px", "paddingAll": "12px", "spacing": "md"}
    return box(figure, told, layout="horizontal", action=action, **look)


def separator(margin: str = "lg") -> Component:
    """Return a thin line."""
    return {"type": "separator", "margin": margin, "color": "#DADCE0"}


def box(*contents: Component, layout: str = "vertical", **more: Any) -> Component:
    """Return a box."""
    return {"type": "box", "layout": layout, "contents": list(contents), **more}


def bubble(
    body: Sequence[Component],
    footer: Sequence[Component] = (),
    *,
    header: Component | None = None,
    size: str = "mega",
) -> Component:
    """Return a bubble, its parts below each other."""
    made: Component = {"type": "bubble", "size": size}
    if header is not None:
        made["header"] = header
    made["body"] = box(*body, spacing="sm", paddingAll="16px")
    if footer:
        made["footer"] = box(*footer, spacing="xs", paddingAll="8px")
    return made


def size_when_escaped(value: Mapping[str, Any]) -> int:
    """Return the bytes of JSON in which every letter beyond ASCII is escaped, as the SDK sends it."""
    return len(json.dumps(value).encode())


def _quoted(part: str) -> str:
    return _BROKEN_ESCAPE.sub("%25", quote(part, safe="/?:@!$&'()*+,;=-._~%"))
