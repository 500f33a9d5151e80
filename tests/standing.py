"""The demonstration town, opened once for all tests of a process that only talk to it.

Opening it takes a second, and hundreds of tests ask it one question each. Nothing of one test reaches
another: every conversation is somebody else's (`stranger`), and nobody here edits the folder.
"""

from __future__ import annotations

import asyncio
import atexit
import itertools
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from concierge.concierge import Concierge
from concierge.settings import demonstration

__all__ = ["beside", "standing", "stranger"]

T = TypeVar("T")
_numbers = itertools.count(1)


class _Standing:
    """The loop on which the town stands, in a thread of its own, until the process ends."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.concierge = Concierge(demonstration())
        asyncio.run_coroutine_threadsafe(self.concierge.open(), self.loop).result()
        atexit.register(self.end)

    def end(self) -> None:
        self.concierge.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


_town: _Standing | None = None
_opening = threading.Lock()


def _standing() -> _Standing:
    global _town  # noqa: PLW0603 - one for the process is what this module is for
    with _opening:
        if _town is None:
            _town = _Standing()
        return _town


def standing() -> Concierge:
    """Return the town; it is to be asked through `beside`, and not to be closed."""
    return _standing().concierge


def beside(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns on the loop where the town stands."""
    return asyncio.run_coroutine_threadsafe(coroutine, _standing().loop).result()


def stranger(name: str = "a") -> str:
    """Return a resident nobody has talked as before."""
    return f"{name}:{next(_numbers)}"
