"""What the web page shows of a town, and what the page needs from the concierge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from concierge.message import Message, Reply
from concierge.municipality import Department

__all__ = ["Answer", "Forget", "Hear", "OnDelta", "Opening", "PutThrough", "TownFace"]

OnDelta = Callable[[str], Awaitable[None]]
"""Takes the next piece of an answer that is still being written; awaited on the server's loop."""

Forget = Callable[[str], Awaitable[None]]
"""Erases everything kept under a `Message.resident`; raises if it could not."""

PutThrough = Callable[[Reply], Department | None]
"""Returns the desk that a reply is the matter of, None where that is not known."""


Hear = Callable[[bytes, str, str | None], Awaitable[str | None]]
"""Returns what is said in a recording of a media type, in a language where that is known."""


class Answer(Protocol):
    """One turn. May be cancelled at any await: when the resident leaves, and when it takes long."""

    async def __call__(self, message: Message, on_delta: OnDelta | None, /) -> Reply:
        """Return the reply; pieces handed to `on_delta` before are a preview that it replaces."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """What the page says before the first question, in one language.

    `greeting` are lines, the first one set larger; `examples` are questions that can be pressed;
    `town` is the town's name in this language where it differs from `TownFace.name`.
    """

    greeting: tuple[str, ...]
    examples: tuple[str, ...] = ()
    town: str | None = None


@dataclass(frozen=True, slots=True)
class TownFace:
    """What the page shows of a town.

    `openings` maps a language (`ja`, `en`) to its opening; the first one is the page's default.
    `hours` are the hours of `phone`; `source` is the line that names the data and its licence,
    shown as it is, addresses as links. `areas` are the full names of the collection areas, offered
    to staff at the desk. `hears` shows the microphone.
    """

    name: str
    openings: Mapping[str, Opening]
    reading: str | None = None
    phone: str | None = None
    hours: str | None = None
    url: str | None = None
    source: str | None = None
    areas: tuple[str, ...] = ()
    hears: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages the page can be shown in, the default first."""
        return tuple(self.openings)

    def opening(self, language: str | None) -> Opening:
        """Return the opening in that language, else the default one."""
        return self.openings.get(language or "") or self.openings[self.languages[0]]

    def name_in(self, language: str) -> str:
        """Return the town's name as that language's page calls it."""
        return self.opening(language).town or self.name
