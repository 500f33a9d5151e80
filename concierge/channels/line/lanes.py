"""Who is next: each resident's events in their order, residents side by side, a bounded number.

A lane is one resident or group. Its earliest open event is worked on until it is settled, or has to
wait for its time; the others of the lane wait with it.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from concierge.channels.line.turns import where
from concierge.storage.inbox_work import InboxWork, Waiting

__all__ = ["Lanes"]

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Lanes worked on side by side."""
LOOK_EVERY = 0.03
LOOK_AGAIN_EVERY = 5.0
"""Seconds between looks at everything open: what staff retry, or a redelivery revives, is old."""
REST = 1.0
"""Seconds a lane rests after trouble of our own."""
LONGEST_REST = 120.0

WorkOn = Callable[[str], Awaitable[float | None]]
"""Works on an event until it is settled; returns the Unix time at which to go on, else None."""


class Lanes:
    """Reads what is open in the inbox and lets `work_on` settle it."""

    def __init__(self, inbox: InboxWork, work_on: WorkOn, at_once: int = AT_ONCE) -> None:
        self._inbox, self._work_on, self._at_once = inbox, work_on, at_once
        self._lanes: dict[str, list[tuple[int, int, str]]] = {}
        self._known: set[str] = set()
        self._ready: OrderedDict[str, None] = OrderedDict()
        self._resting: list[tuple[float, str]] = []
        self._running: dict[str, asyncio.Task[None]] = {}
        self._seen = 0
        self._looked = -LOOK_AGAIN_EVERY

    @property
    def idle(self) -> bool:
        """Whether nothing is open that is known of."""
        return not self._known

    async def run(self, stop: asyncio.Event) -> None:
        """Work until stopped; what is being worked on is then let finish by `drain`."""
        while not stop.is_set():
            self._look()
            self._wake()
            self._start()
            try:
                await asyncio.wait_for(stop.wait(), LOOK_EVERY)
            except TimeoutError:
                continue

    async def drain(self, seconds: float) -> None:
        """Let what is under way finish, for so long; the rest is cut and found again at start."""
        running = list(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _look(self) -> None:
        """Take in what came since; now and then everything that is open."""
        try:
            if time.monotonic() - self._looked >= LOOK_AGAIN_EVERY:
                self._looked = time.monotonic()
                found = list(self._inbox.waiting(0))
            elif self._inbox.changed():
                found = list(self._inbox.waiting(self._seen))
            else:
                return
        except Exception as error:
            log.error("line: the inbox cannot be read: %s", type(error).__name__)
            return
        for each in found:
            self._seen = max(self._seen, each.seq)
            if each.event_id not in self._known:
                self._put(each)

    def _put(self, each: Waiting) -> None:
        self._known.add(each.event_id)
        lane = self._lanes.setdefault(each.lane, [])
        heapq.heappush(lane, (each.occurred, each.seq, each.event_id))
        if each.lane in self._running or each.lane in self._ready:
            return
        if each.due is not None and each.due > time.time():
            self._rest(each.lane, each.due)
        else:
            self._ready[each.lane] = None

    def _rest(self, lane: str, due: float) -> None:
        """Let a lane wait; a clock that is set back never makes it wait longer than meant."""
        wait = min(max(due - time.time(), 0.0), LONGEST_REST)
        heapq.heappush(self._resting, (time.monotonic() + wait, lane))

    def _wake(self) -> None:
        now = time.monotonic()
        while self._resting and self._resting[0][0] <= now:
            lane = heapq.heappop(self._resting)[1]
            if lane in self._lanes and lane not in self._running:
                self._ready[lane] = None

    def _start(self) -> None:
        while self._ready and len(self._running) < self._at_once:
            lane, _ = self._ready.popitem(last=False)
            self._running[lane] = asyncio.create_task(self._serve(lane))

    async def _serve(self, lane: str) -> None:
        """Settle a lane's events one after another, always the earliest that is open."""
        due: float | None = None
        try:
            waiting = self._lanes[lane]
            while waiting:
                head = waiting[0]
                due = await self._work_on(head[2])
                if due is not None:
                    return
                waiting.remove(head)
                heapq.heapify(waiting)
                self._known.discard(head[2])
        except Exception as error:
            name = type(error).__name__
            log.error("line: an event could not be worked on: %s in %s", name, where(error))
            due = time.time() + REST
        finally:
            del self._running[lane]
            if not self._lanes[lane]:
                del self._lanes[lane]
            elif due is not None:
                self._rest(lane, due)
            else:
                self._ready[lane] = None
