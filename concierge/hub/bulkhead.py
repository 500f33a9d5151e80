"""The places of an engine: how many questions it is at work on, and who waits for one.

A question that comes while all places are taken waits in line for a while: when many residents
write in the same second, each of them still gets the engine's answer. It does not wait where every
place is held by work that nobody waits for any more, as an engine that is stuck leaves behind.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Bulkhead", "BusyError", "Place"]


class BusyError(Exception):
    """All places of an engine are taken by questions it is still, or for ever, at work on."""


@dataclass(eq=False, slots=True)
class Place:
    """A place that one question holds until the engine has really ended with it."""

    bulkhead: Bulkhead
    left: bool = False
    abandoned: bool = False

    def leave(self) -> None:
        """Give the place back, from any thread; once more does nothing."""
        self.bulkhead.give_back(self)

    def abandon(self) -> None:
        """Tell that nobody waits for the work in this place any more."""
        self.bulkhead.give_up(self)


@dataclass(eq=False, slots=True)
class _Waiting:
    """A question in line, on the event loop that it waits on; `place` once one was handed to it."""

    loop: asyncio.AbstractEventLoop
    turn: asyncio.Future[Place]
    place: Place | None = None

    def hand(self, place: Place) -> bool:
        """Hand a place over, from any thread; False where the loop has closed meanwhile."""
        self.place = place
        return self._wake(lambda: self.turn.set_result(place))

    def refuse(self) -> None:
        """Tell that no place will come free, from any thread."""
        self._wake(lambda: self.turn.set_exception(BusyError()))

    def _wake(self, end: Callable[[], None]) -> bool:
        try:
            self.loop.call_soon_threadsafe(lambda: None if self.turn.done() else end())
        except RuntimeError:
            return False
        return True


@dataclass(slots=True)
class Bulkhead:
    """The places of one engine; safe to use from several threads and event loops."""

    places: int
    patience: float
    """Seconds a question waits for a place."""
    taken: int = 0
    _abandoned: int = 0
    _line: deque[_Waiting] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def waiting(self) -> int:
        """How many questions wait in line."""
        return len(self._line)

    async def enter(self) -> Place:
        """Take a place, after those who came before. Raises `BusyError` where none comes free."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if self.taken < self.places:
                self.taken += 1
                return Place(self)
            if self._abandoned >= self.places:
                raise BusyError
            waiting = _Waiting(loop, loop.create_future())
            self._line.append(waiting)
        try:
            async with asyncio.timeout(self.patience):
                return await waiting.turn
        except (TimeoutError, asyncio.CancelledError) as error:
            self._step_out(waiting)
            if isinstance(error, TimeoutError):
                raise BusyError from None
            raise

    def give_back(self, place: Place) -> None:
        """Take a place back, and hand it to the next in line."""
        with self._lock:
            if place.left:
                return
            place.left = True
            self._abandoned -= place.abandoned
            while self._line:
                if self._line.popleft().hand(Place(self)):
                    return
            self.taken -= 1

    def give_up(self, place: Place) -> None:
        """Note that nobody waits for the work in a place; with all so, nobody waits in line."""
        with self._lock:
            if place.left or place.abandoned:
                return
            place.abandoned = True
            self._abandoned += 1
            while self._abandoned >= self.places and self._line:
                self._line.popleft().refuse()

    def _step_out(self, waiting: _Waiting) -> None:
        """Leave the line; a place that was handed over in that very moment is given back."""
        with self._lock:
            if waiting in self._line:
                self._line.remove(waiting)
        if waiting.place is not None:
            waiting.place.leave()
