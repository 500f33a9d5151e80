"""The concierge itself: one town kept fresh, and one turn at a time for each resident."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from concierge.conversation import take_turn
from concierge.hub import OnDelta
from concierge.hub.state import HubState
from concierge.kinds import Heard, Sound
from concierge.knowledge import KnowledgeLoader
from concierge.memory import Memory
from concierge.message import Aside, Message, Reply
from concierge.soundings.unkept import where_nothing_is_kept
from concierge.storage.memories import Memories, MemoriesInProcess
from concierge.telemetry import span
from concierge.town import Town, open_town

if TYPE_CHECKING:
    from concierge.soundings.hearing import Hearing, Outcome
    from concierge.soundings.service import Soundings

__all__ = ["Concierge"]

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between looks at the folder; a change is taken in once it has held still for one."""
MAX_RESIDENTS_AT_ONCE = 10_000


class Concierge:
    """Answers messages from one municipality's folder, and follows the folder as it changes."""

    def __init__(
        self,
        folder: Path,
        memories: Memories | None = None,
        state: HubState | None = None,
        soundings: Soundings | None = None,
    ) -> None:
        self._loader = KnowledgeLoader(folder.absolute())  # an engine may go elsewhere
        self._memories: Memories = memories or MemoriesInProcess()
        self.state = state or HubState()
        self._soundings = soundings
        self._erasers: list[Callable[[str], Awaitable[None]]] = []
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
                return await self._turn(town, message, on_delta)
        async with self._lock(message.resident), self._serving() as town:
            return await self._turn(town, message, on_delta)

    @property
    def hears(self) -> bool:
        """Whether the town named an engine that turns speech into text, and it works."""
        return self._town is not None and self._town.hearing.available

    async def hear(self, data: bytes, media_type: str, language: str | None = None) -> Heard | None:
        """Return what somebody said in a recording; None where that is not understood.

        Channels show it to the resident before or with the answer, so that it can be corrected.
        """
        async with self._serving() as town:
            return await town.hearing.hear(Sound(data, media_type, language))

    async def forget(self, resident: str) -> None:
        """Erase everything about a resident, everywhere. Raises where some of it could not be.

        For an unfollow too: it ends what is kept.
        """
        async with self._lock(resident):
            await self._erase(resident)

    async def unsend(self, message: str) -> None:
        """Take back what was kept of a message, by its `Message.id`. Raises where that failed."""
        if self._soundings is not None:
            await asyncio.to_thread(self._soundings.unsend, message)

    async def welcome(
        self, resident: str, at: datetime, language: str | None = None
    ) -> Aside | None:
        """Return the notice to show someone who just came; None where they have seen it."""
        if self._soundings is None:
            return None
        self._soundings.use(self.town.knowledge)
        return await asyncio.to_thread(self._soundings.welcome, resident, language, at)

    def on_erase(self, erase: Callable[[str], Awaitable[None]]) -> None:
        """Let a channel erase what it keeps of a resident itself, whenever everything is erased."""
        self._erasers.append(erase)

    async def _turn(self, town: Town, message: Message, on_delta: OnDelta | None) -> Reply:
        """Take one turn; the soundings hear it before and keep what it tells after."""
        resident, soundings = message.resident, self._soundings
        memory, hearing = await asyncio.to_thread(self._recalled, town, message)
        if hearing is not None and hearing.outcome is not None:
            if resident is None:
                return hearing.outcome.reply
            return await self._settle(hearing, hearing.outcome, resident)
        began = time.perf_counter()
        reply, after = await take_turn(town, message, memory, on_delta)
        seconds = time.perf_counter() - began

        def keep() -> Reply:
            told, kept = reply, after
            if soundings is not None and hearing is not None:
                told, kept = soundings.end(hearing, reply, after, seconds)
            if resident is not None:
                self._memories.keep(resident, kept)
            return told

        return reply if resident is None and hearing is None else await asyncio.to_thread(keep)

    def _recalled(self, town: Town, message: Message) -> tuple[Memory, Hearing | None]:
        resident = message.resident
        memory = Memory() if resident is None else self._memories.recall(resident)
        if self._soundings is None:
            return memory, where_nothing_is_kept(town, message, memory)
        return memory, self._soundings.begin(town, message, memory)

    async def _settle(self, hearing: Hearing, outcome: Outcome, resident: str) -> Reply:
        """Answer words about the record; erase first where that is what they ask for."""
        if not outcome.erases:
            await asyncio.to_thread(self._memories.keep, resident, outcome.memory)
            return outcome.reply
        try:
            await self._erase(resident)
        except Exception:
            log.exception("a resident's record could not be erased")
            return replace(outcome.reply, text=hearing.words.say("not_erased"))
        return outcome.reply

    async def _erase(self, resident: str) -> None:
        """Erase in every place, also where one fails; the journal of the database goes last."""
        failed: Exception | None = None
        try:
            await asyncio.to_thread(self._memories.forget, resident)
        except Exception as error:
            failed = error
        for erase in self._erasers:
            try:
                await erase(resident)
            except Exception as error:
                failed = error
        if self._soundings is not None:
            await asyncio.to_thread(self._soundings.erase, resident)
        if failed is not None:
            raise failed

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
