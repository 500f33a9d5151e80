"""A need answered from data: what a folder in `intents/` holds.

    intents/<name>/sentences/<language>.yaml   what residents type (see `concierge.sentences`)
    intents/<name>/handler.py                  `handle(request)`, the answer; `TOPICS`, what it is
                                               about in staff's words (for notices); `BEFORE`, the
                                               intents that are silent where this one answers
    intents/<name>/tests/<language>.yaml       its own test sentences

Adding the folder is all there is to adding an intent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concierge.engine import Candidate
from concierge.knowledge import Knowledge
from concierge.message import Location
from concierge.understanding import Place, Understanding

__all__ = ["Handler", "Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a handler is given: the need, what is known, and the town's data.

    `place` is the area the question is about, None where it is unknown. `slots` are values already
    known from the turns before. `homes` are the areas the resident had kept, by name. `location` is
    where the resident is, where they shared it just now; `centres` are the middles of
    the areas of `place`, empty unless all are known.
    """

    understanding: Understanding
    knowledge: Knowledge
    at: datetime
    place: Place | None
    slots: Mapping[str, Any]
    homes: Mapping[str, str]
    location: Location | None = None
    centres: tuple[Location, ...] = ()


Handler = Callable[[Request], Candidate | None]
"""Answers, asks back (status CLARIFY and `missing`), or returns None where it has no data."""
