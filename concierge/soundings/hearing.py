"""One turn as the soundings see it: who speaks, what they allowed, what stands open beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from concierge.composing import plain
from concierge.language.normalize import normalize, normalized_key
from concierge.memory import OPEN_FOR, Memory
from concierge.message import Choice, Message, Reply
from concierge.soundings.consent import Allowed
from concierge.soundings.turn import Turn
from concierge.soundings.words import Words, typed
from concierge.town import Town

__all__ = ["Hearing", "Outcome"]

LAST_FOR = OPEN_FOR * 3
"""How long feedback can still be given on an answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply to words about the record itself. `erases`: everything is to be erased first."""

    reply: Reply
    memory: Memory
    erases: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """One turn. `allowed` is None where nothing may or can be known of the resident."""

    town: Town
    message: Message
    memory: Memory
    words: Words
    stable: str = ""
    allowed: Allowed | None = None
    outcome: Outcome | None = None

    @property
    def resident(self) -> str:
        """The channel's key of the resident; empty where nothing may be kept."""
        return self.message.resident or ""

    @property
    def meaning(self) -> str | None:
        """What the words mean to the record (`settings`, `on:improve`, …), None for all others."""
        return typed().get(normalized_key(self.message.text))

    @property
    def open(self) -> Mapping[str, Any]:
        """The question beside the conversation that still stands open; empty where none does."""
        found = self.memory.aside.get("open") or {}
        return found if self._within(found, OPEN_FOR) else {}

    @property
    def last(self) -> Mapping[str, Any]:
        """The last turn that feedback can be given on; empty where there is none."""
        found = self.memory.aside.get("last") or {}
        return found if self._within(found, LAST_FOR) else {}

    def chosen(self) -> str:
        """Return what was said to the open question: a number stands for the choice it counts."""
        said = normalize(self.message.text).text
        choices = self.open.get("choices") or []
        if said.isdecimal() and said not in choices and 1 <= int(said) <= len(choices):
            return str(choices[int(said) - 1])
        return self.message.text

    def last_turn(self) -> Turn | None:
        """Return the last turn as a remark on it needs it."""
        last = self.last
        if not last:
            return None
        return Turn(
            number=int(last["number"]),
            at=datetime.fromisoformat(last["at"]),
            channel=self.message.channel,
            topic=str(last["topic"]),
            outcome=str(last["outcome"]),
            resident=self.resident if last["kept"] else None,
        )

    def say(
        self,
        text: str,
        choices: tuple[Choice, ...] = (),
        open_: Mapping[str, Any] | None = None,
        *,
        erases: bool = False,
    ) -> Outcome:
        """Return a reply of one sentence or two, and the question it leaves open."""
        aside = {name: value for name, value in self.memory.aside.items() if name != "open"}
        if open_ is not None:
            at = self.message.at.isoformat()
            aside["open"] = {**open_, "at": at, "choices": [choice.text for choice in choices]}
        reply = replace(plain(text, language=self.words.language), choices=choices)
        return Outcome(reply, replace(self.memory, aside=aside, updated=self.message.at), erases)

    def _within(self, found: Mapping[str, Any], span: Any) -> bool:
        try:
            return bool(self.message.at - datetime.fromisoformat(str(found["at"])) <= span)
        except (KeyError, ValueError, TypeError):
            return False
