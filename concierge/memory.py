"""What a conversation remembers between turns, and for how long.

Open questions, and where a resident said they are, expire after ten minutes. What was talked about (area, need, choices offered) lives
as long as the conversation; areas kept by a tap stay until the resident lets go of them. The
resident's own text is never kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

__all__ = ["LASTS", "OPEN_FOR", "Memory", "Offer", "OpenQuestion"]

OPEN_FOR = timedelta(minutes=10)
"""How long a question to the resident stays open."""
LASTS = timedelta(hours=12)
"""How long a conversation is remembered after its last turn."""
MAX_OPEN = 3
MAX_HOMES = 5


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question to the resident that is still to be answered: which slot of which intent."""

    intent: str
    missing: str
    slots: Mapping[str, Any]
    asked: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """One of the choices last offered: its label, and what typing or pressing it says."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything that is remembered of one resident's conversation."""

    open: tuple[OpenQuestion, ...] = ()
    offers: tuple[Offer, ...] = ()
    offered: datetime | None = None
    details: str | None = None
    intent: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    areas: tuple[str, ...] = ()
    """The full names of the areas last talked about; several where one word means them all."""
    said: str = ""
    """The resident's word for them."""
    homes: Mapping[str, str] = field(default_factory=dict)
    """Areas kept by a tap: name of the home → full name of the area."""
    answered: str | None = None
    """A digest of the last reply, to notice that the same one is given again."""
    times: int = 0
    """How many times in a row it was given."""
    aside: Mapping[str, Any] = field(default_factory=dict)
    """What the soundings keep beside the conversation: their open question, and the last turn."""
    updated: datetime | None = None
    location: tuple[float, float] | None = None
    """Where the resident said they are, to about ten metres; forgotten as open questions are."""
    located: datetime | None = None
    language: str | None = None
    """The language of the last message in which one was clear."""
    prefers: str | None = None
    """The language that was asked for, until another one is."""

    def at(self, moment: datetime) -> Memory:
        """Return what is still remembered at a moment."""
        if self.updated is not None and moment - self.updated > LASTS:
            return Memory(homes=self.homes, updated=self.updated, prefers=self.prefers)
        still = tuple(q for q in self.open if moment - q.asked <= OPEN_FOR)
        offers = self.offers
        if self.offered is None or moment - self.offered > OPEN_FOR:
            offers = ()
        here = self.located is not None and moment - self.located <= OPEN_FOR
        return replace(
            self,
            open=still[-MAX_OPEN:],
            offers=offers,
            homes=dict(list(self.homes.items())[:MAX_HOMES]),
            location=self.location if here else None,
            located=self.located if here else None,
        )

    @property
    def empty(self) -> bool:
        """Nothing would be lost by forgetting it."""
        return self == Memory(updated=self.updated, language=self.language)

    def dump(self) -> str:
        """Return the JSON text that `load` reads."""
        return json.dumps(asdict(self), ensure_ascii=False, default=_moment)

    @staticmethod
    def load(text: str) -> Memory:
        """Read what `dump` wrote; an empty Memory where it cannot be read (an older form)."""
        try:
            kept = json.loads(text)
            return Memory(
                open=tuple(
                    OpenQuestion(
                        intent=str(each["intent"]),
                        missing=str(each["missing"]),
                        slots=dict(each["slots"]),
                        asked=datetime.fromisoformat(each["asked"]),
                    )
                    for each in kept["open"]
                ),
                offers=tuple(Offer(each["label"], each["text"]) for each in kept["offers"]),
                offered=_instant(kept["offered"]),
                details=kept["details"],
                intent=kept["intent"],
                slots=dict(kept["slots"]),
                areas=tuple(map(str, kept["areas"])),
                said=str(kept["said"]),
                homes=dict(kept["homes"]),
                answered=kept["answered"],
                times=int(kept["times"]),
                aside=dict(kept.get("aside") or {}),
                updated=_instant(kept["updated"]),
                language=kept.get("language"),
                prefers=kept.get("prefers"),
                location=_pair(kept.get("location")),
                located=_instant(kept.get("located")),
            )
        except (ValueError, KeyError, TypeError):
            return Memory()


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a memory cannot hold {type(value).__name__}")


def _pair(kept: list[float] | None) -> tuple[float, float] | None:
    return None if kept is None else (float(kept[0]), float(kept[1]))


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
