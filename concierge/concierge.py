"""The concierge itself: one town kept fresh, and one turn at a time for each resident."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from concierge.conversation import take_turn
from concierge.hub import OnDelta
from concierge.hub.state import HubState
from concierge.knowledge import KnowledgeLoader
from concierge.memory import Memory
from concierge.message import Message, Reply
from concierge.storage.memories import Memories, MemoriesInProcess
from concierge.telemetry import span
from concierge.town import Town, open_town

__all__ = ["Concierge"]

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between looks at the folder; a change is taken in once it has held still for one."""
MAX_RESIDENTS_AT_ONCE = 10_000


class Concierge:
    """Answers messages from one municipality's folder, and follows the folder as it changes."""

    def __init__(
        self, folder: Path, memories: Memories | None = None, state: HubState | None = None
    ) -> None:
        self._loader = KnowledgeLoader(folder)
        self._memories: Memories = memories or MemoriesInProcess()
        self.state = state or HubState()
        self._town: Town | None = None
        self._taken: object = None
        self._turns: dict[int, int] = {}
        self._locks: OrderedDict[str, asyncio.Lock] = OrderedDict()

    @property
    def town(self) -> Town:
        """The snapshot that is serving now. Raises `RuntimeError` before `open`."""
        if self._town is None:
            raise RuntimeError("open() first")
        return self._town

    @property
    def ready(self) -> bool:
        """Whether there is a town with at least one engine that works."""
        return self._town is not None and bool(self._town.hub.seats)

    @property
    def errors(self) -> int:
        """How many errors the folder and the engines have, each costing its own answer."""
        problems = self._town.problems if self._town is not None else ()
        return sum(problem.severity == "error" for problem in problems)

    async def open(self) -> Town:
        """Read the folder and start the engines. Raises `KnowledgeError` where there is no folder."""
        self._taken = await asyncio.to_thread(self._loader.signature)
        self._town = await open_town(await asyncio.to_thread(self._loader.load), self.state)
        return self._town

    def close(self) -> None:
        """Close the engines."""
        if self._town is not None:
            self._town.close()
            self._town = None
        self.state.close()

    async def answer(self, message: Message, on_delta: OnDelta | None = None) -> Reply:
        """Answer one message. Turns of one resident follow one another; residents are parallel."""
        began = time.perf_counter()
        with span("concierge.turn", channel=message.channel) as current:
            reply = await self._answered(message, on_delta)
            current.set_attribute("concierge.status", str(reply.status))
            current.set_attribute("concierge.engine", reply.engine or "")
        seconds = time.perf_counter() - began
        self.state.metrics.turn(message.channel, str(reply.status), seconds)
        return reply

    async def _answered(self, message: Message, on_delta: OnDelta | None) -> Reply:
        if message.resident is None:
            async with self._serving() as town:
                return (await take_turn(town, message, Memory(), on_delta))[0]
        async with self._lock(message.resident), self._serving() as town:
            memory = await asyncio.to_thread(self._memories.recall, message.resident)
            reply, after = await take_turn(town, message, memory, on_delta)
            await asyncio.to_thread(self._memories.keep, message.resident, after)
            return reply

    async def forget(self, resident: str) -> None:
        """Forget everything about a resident."""
        async with self._lock(resident):
            await asyncio.to_thread(self._memories.forget, resident)

    async def follow(self) -> None:
        """Take in changes of the folder until cancelled; a broken edit never stops the service."""
        seen, told = self._taken, ""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                before, seen = seen, await asyncio.to_thread(self._loader.signature)
                if seen != self._taken and seen == before:
                    await self.reload()
                    self._taken = seen
                told = ""
            except Exception as error:
                if told != str(error):
                    log.exception("the folder cannot be read; the last good version serves on")
                told = str(error)

    async def reload(self) -> Town:
        """Read what changed and swap the next town in whole."""
        knowledge = await asyncio.to_thread(self._loader.load)
        following = await open_town(knowledge, self.state)
        old, self._town = self._town, following
        log.info("the folder changed; %d problems", len(following.problems))
        if old is not None and not self._turns.get(id(old)):
            old.close(patience=0)
        return following

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[Town]:
        """Hold on to the present town for one turn; the last turn of an old one closes it."""
        town = self.town
        self._turns[id(town)] = self._turns.get(id(town), 0) + 1
        try:
            yield town
        finally:
            self._turns[id(town)] -= 1
            if not self._turns[id(town)]:
                del self._turns[id(town)]
                if town is not self._town:
                    town.close(patience=0)

    @asynccontextmanager
    async def _lock(self, resident: str) -> AsyncIterator[None]:
        """Let the turns of one resident follow one another, in the order they came."""
        lock = self._locks.setdefault(resident, asyncio.Lock())
        self._locks.move_to_end(resident)
        try:
            async with lock:
                yield
        finally:
            while len(self._locks) > MAX_RESIDENTS_AT_ONCE:
                oldest = next(iter(self._locks))
                if self._locks[oldest].locked():
                    break
                del self._locks[oldest]
