"""The channel-neutral vocabulary: a Message comes in, a Reply goes out.

No channel's words stand here (no reply token, no cookie). A channel translates what it receives
into a `Message` and renders the `Reply`; nothing else crosses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

__all__ = [
    "Aside",
    "Card",
    "Choice",
    "Location",
    "Message",
    "Need",
    "Reply",
    "Row",
    "Source",
    "Status",
]


class Status(StrEnum):
    """How a turn ended. The values are the `status` of `concierge ask --json`."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    """Something is missing (mostly the area) and is asked for."""
    SUGGEST = "suggest"
    """Not sure enough to answer: two or three near questions are offered."""
    ABSTAIN = "abstain"
    """Nothing fits; the desk that knows is named."""
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer rests. Every answer but small talk has at least one.

    `file` is relative to the municipality's folder; `row` counts lines of that file from 1;
    `updated` is the day the publisher last changed it, as far as is known.
    """

    title: str
    url: str | None = None
    file: str | None = None
    row: int | None = None
    updated: date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to press. Typing `text` (or its number) must always do the same as pressing."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card: a name and its value, both shown as written."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """A small table or notice beside the text; never the only place where the answer stands."""

    title: str
    rows: tuple[Row, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A point on the earth in degrees (WGS 84), north and east positive."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        """Raise `ValueError` for what is no point on the earth."""
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError("no point on the earth")


@dataclass(frozen=True, slots=True)
class Aside:
    """Something said beside an answer, which is complete without it: small, and easily passed over.

    `kind` is `notice` (what is kept of the conversation), `consent`, `feedback`, `sounding` (a
    question of the town's own) or `told` (what came of earlier answers). `text` may be empty.
    Choices are pressed or typed like those of the reply, but have no numbers.
    """

    kind: str
    text: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What a resident sent, whatever the channel.

    `resident` is a pseudonymous key that outlives a conversation, never a LINE id or a name;
    None where nothing may be kept. `area` is an area given from outside (`--area`), `language` a
    BCP 47 tag chosen by the resident, None to detect it. `place` is where the resident is, where
    they shared it; `text` may then be empty. `id` is the channel's own name for the message, for
    taking it back when it is unsent. `shared` means that several people talk there (a group): nobody
    is asked for consent, and nothing but counts is kept.
    """

    text: str
    at: datetime
    resident: str | None = None
    channel: str = "cli"
    language: str | None = None
    area: str | None = None
    place: Location | None = None
    id: str | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One need within a message and what became of it; a message mostly holds one."""

    status: Status
    text: str
    intent: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    engine: str | None = None
    answer_id: str | None = None
    confidence: float = 0.0
    sources: tuple[Source, ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the resident gets, whatever the channel.

    `text` is complete by itself, in this form: the first line is the answer; three lines at most;
    then, after an empty line, the source and its date. `details` is the rest of a long answer,
    given when the resident asks for it (「くわしく」). `confidence` is the probability (0–1) that
    the answer is right. `needs` has one entry a need where the message held several, else it is
    empty. `topics` are what it is about in staff's words (ごみ, 市民課): a desk is found by them.
    `asides` stand beside the answer and are never needed to understand it. `trace` is the JSON form
    of the `Trace`, filled when it was asked for.
    """

    status: Status
    text: str
    intent: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    engine: str | None = None
    answer_id: str | None = None
    confidence: float = 0.0
    sources: tuple[Source, ...] = ()
    choices: tuple[Choice, ...] = ()
    cards: tuple[Card, ...] = ()
    details: str | None = None
    language: str = "ja"
    needs: tuple[Need, ...] = ()
    topics: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()
    trace: Sequence[Mapping[str, Any]] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON fields of `concierge ask`: every key always present."""
        return {
            **_need_as_dict(self),
            "language": self.language,
            "details": self.details,
            "cards": [
                {
                    "title": card.title,
                    "rows": [{"label": row.label, "value": row.value} for row in card.rows],
                    "note": card.note,
                }
                for card in self.cards
            ],
            "asides": [
                {
                    "kind": aside.kind,
                    "text": aside.text,
                    "choices": [choice.text for choice in aside.choices],
                }
                for aside in self.asides
            ],
            "parts": [_need_as_dict(need) for need in self.needs],
            "trace": None if self.trace is None else list(self.trace),
        }


def _need_as_dict(need: Need | Reply) -> dict[str, Any]:
    return {
        "text": need.text,
        "status": str(need.status),
        "intent": need.intent,
        "slots": dict(need.slots),
        "engine": need.engine,
        "answer_id": need.answer_id,
        "confidence": round(need.confidence, 4),
        "sources": [
            {
                "title": source.title,
                "url": source.url,
                "file": source.file,
                "row": source.row,
                "updated": source.updated.isoformat() if source.updated else None,
            }
            for source in need.sources
        ],
        "choices": [choice.text for choice in need.choices],
    }
