"""How the stand-in is told to fail: by chance, by script, or wholly for a while."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["EVERYWHERE", "Fault", "Faults", "Kind"]

EVERYWHERE = "*"
"""Stands for every operation of LINE's API."""


class Kind(StrEnum):
    """What goes wrong with one request."""

    RATE = "rate"
    """429 before anything was done."""
    ERROR_BEFORE = "error-before"
    """500 before anything was done."""
    ERROR_AFTER = "error-after"
    """500 although it was done: the resident has the message."""
    SLOW = "slow"
    """Done at once, answered only after `seconds`."""
    SLOW_BEFORE = "slow-before"
    """Waits `seconds`, then does it and answers."""
    DRIP = "drip"
    """Done; the answer comes a byte at a time over `seconds`."""
    CUT_BEFORE = "cut-before"
    """The connection is cut before anything was done."""
    CUT_AFTER = "cut-after"
    """The connection is cut although it was done, before the answer."""
    CUT_HALFWAY = "cut-halfway"
    """The connection is cut in the middle of the answer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail; `seconds` counts for those that take time."""

    kind: Kind
    seconds: float = 0.0


class Faults:
    """The faults that are planned. Operations go by their published names (`replyMessage`)."""

    def __init__(self, now: Callable[[], float], seed: int = 0) -> None:
        self._now = now
        self._random = random.Random(seed)  # noqa: S311 - repeatable, no secret
        self._scripts: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._chances: dict[str, list[tuple[float, Fault]]] = defaultdict(list)
        self._out_until = 0.0

    def script(self, operation: str, *faults: Fault | None) -> None:
        """Let the next requests fail in this order; None lets one through."""
        self._scripts[operation].extend(faults)

    def chance(self, operation: str, fault: Fault, probability: float) -> None:
        """Let requests fail in this way with this probability, besides what was said before."""
        self._chances[operation].append((probability, fault))

    def outage(self, seconds: float) -> None:
        """Cut every connection from now on for some seconds, before anything is done."""
        self._out_until = self._now() + seconds

    def clear(self) -> None:
        """Plan no fault any more, and end an outage."""
        self._scripts.clear()
        self._chances.clear()
        self._out_until = 0.0

    def draw(self, operation: str) -> Fault | None:
        """Return what goes wrong with the request that just came."""
        if self._now() < self._out_until:
            return Fault(Kind.CUT_BEFORE)
        for name in (operation, EVERYWHERE):
            if self._scripts[name]:
                return self._scripts[name].popleft()
        for name in (operation, EVERYWHERE):
            for probability, fault in self._chances[name]:
                if self._random.random() < probability:
                    return fault
        return None
