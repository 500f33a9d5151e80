"""Cards as LINE shows them: one within the answer's bubble, several as a carousel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from concierge.channels.line.bubbles import (
    ACCENT,
    GREY,
    box,
    bubble,
    button,
    clean,
    link,
    safe_uri,
    separator,
    size_when_escaped,
    words,
)
from concierge.channels.line.counting import cut
from concierge.channels.line.outbound import ALT_TEXT
from concierge.channels.line.outbound_flex import BUBBLES
from concierge.channels.web.links import calls_in
from concierge.message import Card, Row

__all__ = ["carousel", "section"]

Component = dict[str, Any]

TITLE, NAME, VALUE, NOTE, ROWS = 120, 40, 300, 400, 24
CARD_BYTES, CAROUSEL_BYTES = 6_000, 44_000
BUTTONS = 3
_ADDRESS = re.compile(r"(?:https?|geo):\S+", re.IGNORECASE)
_MAP = re.compile(r"地図|マップ|\bmap\b|geo:|maps?[./]", re.IGNORECASE)


def section(card: Card, say: Mapping[str, str]) -> list[Component]:
    """Return a card as the lower part of an answer's bubble; its links below it."""
    return [separator(), *_content(card, say), *_links(card, say)]


def carousel(cards: Sequence[Card], say: Mapping[str, str]) -> list[Component]:
    """Return cards side by side, as many as LINE takes; [] where there is none to show."""
    bubbles: list[Component] = []
    room = CAROUSEL_BYTES
    for card in cards[:BUBBLES]:
        calls = _calls(card, say)
        made = bubble(_content(card, say), [*calls, *_links(card, say)], size="kilo")
        room -= size_when_escaped(made)
        if room < 0:
            break
        bubbles.append(made)
    if not bubbles:
        return []
    told = "\n".join(_told(card) for card in cards[: len(bubbles)])
    alt = cut(clean(told) or "…", ALT_TEXT)
    contents = {"type": "carousel", "contents": bubbles} if len(bubbles) > 1 else bubbles[0]
    return [{"type": "flex", "altText": alt, "contents": contents}]


def _content(card: Card, say: Mapping[str, str]) -> list[Component]:
    """Return title, rows and note; rows that find no room are counted."""
    made = []
    if title := clean(card.title):
        made.append(words(cut(title, TITLE), weight="bold", size="md", margin="md"))
    room, left = CARD_BYTES, 0
    for number, row in enumerate(_shown(card)):
        line = _row(row)
        room -= size_when_escaped(line)
        if room < 0 or number >= ROWS:
            left += 1
        else:
            made.append(line)
    if left:
        made.append(words(say["more"].format(count=left), size="sm", color=GREY))
    if note := clean(card.note or ""):
        made.append(words(cut(note, NOTE), size="sm", color=GREY, margin="md"))
    return made or [words("…")]


def _shown(card: Card) -> list[Row]:
    """Return the rows that hold more than an address, which becomes a button."""
    return [row for row in card.rows if _only_address(row) is None and clean(row.label + row.value)]


def _row(row: Row) -> Component:
    """Return a name and its value side by side; one alone takes the whole line."""
    name, value = cut(clean(row.label), NAME), cut(clean(row.value), VALUE)
    parts = []
    if name:
        parts.append(words(name, size="sm", color=GREY, flex=3))
    if value:
        parts.append(words(value, size="sm", flex=5))
    return box(*parts, layout="horizontal", spacing="md", margin="sm")


def _only_address(row: Row) -> str | None:
    """Return the address that a row consists of, as LINE takes it."""
    value = row.value.strip()
    return safe_uri(value) if _ADDRESS.fullmatch(value) else None


def _links(card: Card, say: Mapping[str, str]) -> list[Component]:
    made = []
    for row in card.rows:
        uri = _only_address(row)
        if uri is None:
            continue
        is_map = _MAP.search(row.label) or _MAP.search(uri)
        label = say["map"] if is_map else clean(row.label) or say["open"]
        made.append(button(link(label, uri), colour=ACCENT))
    return made[:BUTTONS]


def _calls(card: Card, say: Mapping[str, str]) -> list[Component]:
    spoken = "\n".join(f"{row.label} {row.value[:VALUE]}" for row in card.rows[:ROWS])
    made = []
    for call in calls_in(spoken, urgent=False):
        uri = safe_uri(call.href)
        if uri is not None:
            made.append(button(link(say["call"].format(name=call.number), uri), colour=ACCENT))
    return made[:BUTTONS]


def _told(card: Card) -> str:
    rows = (f"{clean(row.label)}: {clean(row.value)}" for row in _shown(card))
    return "\n".join([clean(card.title), *rows])
