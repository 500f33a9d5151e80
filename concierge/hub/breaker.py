"""The circuit breaker: an engine that fails again and again is left alone for a while.

When its rest is over it is tried beside a resident's question, without anybody waiting for it; only
if that went well is it asked again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum

__all__ = ["Breaker", "Permit"]


class Permit(StrEnum):
    """What may be done with an engine now."""

    ASK = "ask"
    TRY = "try"
    """Try it beside, waiting for nothing; whoever gets this must report how it went."""
    REST = "rest"


class Breaker:
    """Counts failures in a row. Safe to use from several threads."""

    def __init__(
        self, failures: int, rest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._rest, self._clock = failures, rest, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._until: float | None = None
        self._trying = False

    @property
    def open(self) -> bool:
        """Whether the engine is being left alone."""
        return self._until is not None

    def permit(self) -> Permit:
        """Return what may be done now; `TRY` is given out once at a time."""
        if self._until is None:
            return Permit.ASK
        with self._lock:
            if self._until is None:
                return Permit.ASK
            if self._trying or self._clock() < self._until:
                return Permit.REST
            self._trying = True
            return Permit.TRY

    def succeeded(self) -> None:
        """The engine answered or declined in time."""
        if self._failed or self._until is not None:
            with self._lock:
                self._failed, self._until, self._trying = 0, None, False

    def failed(self) -> bool:
        """The engine failed or was too late; tell whether that opened the breaker."""
        with self._lock:
            self._failed += 1
            self._trying = False
            if self._until is None and self._failed < self._most:
                return False
            opened = self._until is None
            self._until = self._clock() + self._rest
            return opened

    def undecided(self) -> None:
        """A trial could not be made (no place was free): leave it to the next."""
        with self._lock:
            self._trying = False
