"""The answering process: `python -m concierge.channels.line.answering`, started by the web application.

It works through the inbox at a lower priority than the process that accepts, so that no engine,
however slow, delays an acknowledgement. It ends when its standard input ends: with its parent.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from concierge.channels.line.calls import LineCalls
from concierge.channels.line.delivery import Courier
from concierge.channels.line.lanes import Lanes
from concierge.channels.line.outbound import problems
from concierge.channels.line.plain_messages import plain_messages
from concierge.channels.line.rendering import render
from concierge.channels.line.turns import Render, Turns, lane_behind, where
from concierge.concierge import Concierge
from concierge.hub.state import HubState
from concierge.message import Reply
from concierge.problem import ConciergeError
from concierge.settings import Settings
from concierge.soundings.service import Soundings
from concierge.storage.committing import Committer
from concierge.storage.database import open_database
from concierge.storage.inbox import State, Statement
from concierge.storage.inbox_work import (
    InboxWork,
    Work,
    answered,
    begun,
    dead,
    done,
    forgotten,
    later,
    purged,
)
from concierge.storage.turn_memories import TurnMemories

__all__ = ["Answering", "checked", "main", "serve"]

log = logging.getLogger(__name__)

NICE = 10
SHARE = 0.25
"""The part of the time for which this process may hold the database's write lock."""
DRAIN = 3.0
"""Seconds for what is under way when the process is stopped."""
PURGE_EVERY = 60.0
DEAD_KEPT = 14 * 24 * 3600.0
"""Seconds for which the text of an event that staff should look at is kept."""
RETRY_AFTER = 2.0


class Answering:
    """Works on events: the turn, the answer kept with the memory, then the sending of it."""

    def __init__(
        self,
        concierge: Concierge,
        turns: Turns,
        courier: Courier,
        inbox: InboxWork,
        keep: Committer,
    ) -> None:
        self._concierge, self._turns, self._courier = concierge, turns, courier
        self._inbox, self._keep = inbox, keep

    async def work_on(self, seq: int) -> float | None:
        """Settle one event, or return the Unix time at which to go on with it."""
        work = self._inbox.row(seq)
        if work is None:
            return None
        fresh = False
        if work.state is State.WAITING:
            await self._keep.write(begun(seq))
            try:
                work = await self._answer(_again(self._inbox.row(seq)))
            except ConciergeError:
                raise
            except Exception:
                return time.time() + RETRY_AFTER
            if work is None:
                return None
            fresh = True
        return await self._send(work, fresh=fresh)

    async def _answer(self, work: Work) -> Work | None:
        """Take the turn and keep what it came to; None where nothing is to be sent."""
        answer = await self._turns.answer(work)
        if answer.messages:
            kept = answered(work.seq, answer.messages, "reply", answer.reason)
        else:
            kept = done(work.seq, answer.reason)
        await self._note([*answer.statements, *kept])
        return self._inbox.row(work.seq)

    async def _send(self, work: Work, *, fresh: bool) -> float | None:
        if not work.outbox or work.event is None:
            await self._note(done(work.seq, "erased"))
            return None
        ended = await self._courier.deliver(work, fresh=fresh, note=self._note)
        if ended.due is not None:
            await self._note(later(work.seq, ended.due))
            return ended.due
        if ended.dead is not None:
            log.error("line: an answer could not be delivered: %s", ended.dead)
            await self._note(dead(work.seq, ended.dead))
        else:
            await self._note(done(work.seq))
        return None

    async def _note(self, statements: list[Statement]) -> None:
        await self._keep.write(statements)

    async def purge(self) -> None:
        """Erase now and then what was settled some hours ago, until cancelled."""
        while True:
            with suppress(ConciergeError):
                rules = self._concierge.town.knowledge.municipality.line
                kept = rules.keep_hours * 3600.0
                await self._keep.write(purged(time.time(), kept, DEAD_KEPT))
            await asyncio.sleep(PURGE_EVERY)


def _again(work: Work | None) -> Work:
    if work is None:
        raise ConciergeError("the event was settled meanwhile")
    return work


async def serve(settings: Settings, rich: Render, stop: asyncio.Event) -> None:
    """Answer until stopped."""
    memories = TurnMemories(settings.database)
    inbox = InboxWork(settings.database)
    keep = Committer(_writing(settings.database), patience=30.0, share=SHARE)
    soundings = Soundings(settings.database)
    state = HubState.in_database(settings.database, shadows=True)
    concierge = Concierge(settings.knowledge, memories, state, soundings)
    concierge.on_erase(_eraser(keep))
    await concierge.open()
    async with LineCalls(settings.line) as calls:
        turns = Turns(concierge, memories, inbox, calls, checked(rich))
        courier = Courier(calls, lambda: concierge.town.knowledge.municipality.line.push)
        answering = Answering(concierge, turns, courier, inbox, keep)
        lanes = Lanes(inbox, answering.work_on)
        tasks = [asyncio.create_task(concierge.follow()), asyncio.create_task(answering.purge())]
        try:
            await lanes.run(stop)
            await lanes.drain(DRAIN)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    keep.close()
    inbox.close()
    concierge.close()
    soundings.close()
    memories.close()


def _eraser(keep: Committer) -> Callable[[str], Awaitable[None]]:
    """Return what erases a resident's settled events whenever everything of them is erased."""

    async def erase(resident: str) -> None:
        if (lane := lane_behind(resident)) is not None:
            await keep.write(forgotten(lane))

    return erase


def _writing(path: Path) -> Callable[[], sqlite3.Connection]:
    def connect() -> sqlite3.Connection:
        return open_database(path)

    return connect


def main(arguments: Iterable[str] = ()) -> int:
    """Run until standard input ends or a signal comes."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(name)s: %(message)s")
    with suppress(OSError):
        os.nice(NICE)
    settings = Settings.from_environment()
    for told in settings.line.missing():
        log.error("line: %s", told)
    asyncio.run(_until_told(settings))
    return 0


async def _until_told(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if not sys.stdin.isatty():
        loop.add_reader(sys.stdin.fileno(), _ended, loop, stop)
    await serve(settings, render, stop)


def _ended(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        loop.remove_reader(sys.stdin.fileno())
        stop.set()


def checked(rich: Render) -> Render:
    """Hold what is rendered to LINE's limits before it is kept; what breaks one is said plainly."""

    def careful(reply: Reply) -> list[dict[str, Any]]:
        try:
            messages = rich(reply)
            found = problems(messages)
        except Exception as error:
            log.error("line: a reply could not be rendered: %s in %s", *_named(error))
            return plain_messages(reply)
        if found:
            where_ = ", ".join(each.property for each in found[:3])
            log.error("line: LINE would refuse %s of what was rendered: sent as text", where_)
            return plain_messages(reply)
        return messages

    return careful


def _named(error: Exception) -> tuple[str, str]:
    return type(error).__name__, where(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
