"""Engines that hear: speech into text. None is built in; one is plugged in by a package.

A package publishes a class under the entry-point group `concierge.hearing`:

    [project.entry-points."concierge.hearing"]
    my_engine = "my_package:MyHearing"

The class is made once, without arguments, in the process that answers. `hear` gets the recording
and its media type, and returns what was said, an empty text where nothing was understood. It may be
a coroutine or a plain function, which then runs in a thread. Nothing of it may be logged or kept.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from importlib.metadata import entry_points
from typing import Protocol

__all__ = ["GROUP", "Hear", "Hearing", "find_hearing"]

log = logging.getLogger(__name__)

GROUP = "concierge.hearing"
DEADLINE = 20.0
"""Seconds that hearing one recording may take."""

Hear = Callable[[bytes, str], Awaitable[str]]
"""Returns what was said in a recording of a media type; an empty text where that is not known."""


class Hearing(Protocol):
    """What a package publishes."""

    def hear(self, audio: bytes, media_type: str) -> str | Awaitable[str]:
        """Return what was said."""


def find_hearing() -> Hear | None:
    """Return the engine that hears, None where none is installed that can be started."""
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        try:
            engine: Hearing = point.load()()
        except Exception as error:
            log.error("hearing engine %s cannot be started: %s", point.name, type(error).__name__)
            continue
        return _careful(engine, point.name)
    return None


def _careful(engine: Hearing, name: str) -> Hear:
    """Hear within a deadline; an engine that fails costs only that it was not understood."""

    async def hear(audio: bytes, media_type: str) -> str:
        try:
            async with asyncio.timeout(DEADLINE):
                if inspect.iscoroutinefunction(engine.hear):
                    return str(await engine.hear(audio, media_type))
                return str(await asyncio.to_thread(engine.hear, audio, media_type))
        except Exception as error:
            log.error("hearing engine %s failed: %s", name, type(error).__name__)
            return ""

    return hear
