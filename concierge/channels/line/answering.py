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
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from concierge.channels.line.calls import LineCalls
from concierge.channels.line.delivery import Courier
from concierge.channels.line.lanes import Lanes
from concierge.channels.line.outbound import problems
from concierge.channels.line.plain_messages import plain_messages
from concierge.channels.line.rendering import render
from concierge.channels.line.turns import Render, Scrub, Turns, lane_behind, where
from concierge.concierge import Concierge
from concierge.hub.state import HubState
from concierge.message import Reply
from concierge.problem import ConciergeError
from concierge.settings import Settings
from concierge.soundings.service import Soundings
from concierge.storage.committing import Committer
from concierge.storage.database import open_database
from concierge.storage.inbox import Statement, inbox_path, open_inbox, scrubbing
from concierge.storage.inbox_work import (
    InboxWork,
    State,
    Work,
    answered,
    begun,
    dead,
    done,
    emptied,
    later,
    reopened,
)
from concierge.storage.turn_memories import TurnMemories

__all__ = ["Answering", "checked", "main", "serve"]

log = logging.getLogger(__name__)

NICE = 10
SHARE = 0.25
"""The part of the time for which this process may hold the database's write lock."""
DRAIN = 3.0
"""Seconds for what is under way when the process is stopped."""
TIDY_EVERY = 10.0
EMPTIED = "UPDATE line_work SET outbox = NULL, kept = 0 WHERE event_id = ?"
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
        scrub: Scrub,
    ) -> None:
        self._concierge, self._turns, self._courier = concierge, turns, courier
        self._inbox, self._keep, self._scrub = inbox, keep, scrub

    async def work_on(self, event_id: str) -> float | None:
        """Settle one event, or return the Unix time at which to go on with it."""
        work = self._inbox.row(event_id)
        if work is None:
            return None
        fresh = False
        if work.state is State.WAITING:
            await self._keep.write(begun(event_id))
            try:
                work = await self._answer(_again(self._inbox.row(event_id)))
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
            kept = answered(work.event_id, answer.messages, "reply", answer.reason)
        else:
            kept = done(work.event_id, answer.reason)
        await self._note([*answer.statements, *kept])
        return self._inbox.row(work.event_id)

    async def _send(self, work: Work, *, fresh: bool) -> float | None:
        if not work.outbox or work.event is None:
            await self._note(done(work.event_id, "erased"))
            return None
        ended = await self._courier.deliver(work, fresh=fresh, note=self._note)
        if ended.due is not None:
            await self._note(later(work.event_id, ended.due))
            return ended.due
        if ended.dead is not None:
            log.error("line: an answer could not be delivered: %s", ended.dead)
            await self._note(dead(work.event_id, ended.dead))
        else:
            await self._note(done(work.event_id))
        return None

    async def _note(self, statements: list[Statement]) -> None:
        await self._keep.write(statements)

    async def tidy(self) -> None:
        """Erase what was settled some hours ago, and take up what a redelivery revived."""
        rules = self._concierge.town.knowledge.municipality.line
        for event_id in self._inbox.renewed():
            await self._note([reopened(event_id)])
        kept = rules.keep_hours * 3600.0
        while over := self._inbox.over(time.time(), kept, DEAD_KEPT):
            await self._scrub(over)
            await self._note([(EMPTIED, (event_id,)) for event_id in over])

    async def go_on_tidying(self) -> None:
        """Tidy now and then, until cancelled."""
        while True:
            try:
                await self.tidy()
            except Exception as error:
                log.error("line: tidying failed: %s in %s", *_named(error))
            await asyncio.sleep(TIDY_EVERY)


def _again(work: Work | None) -> Work:
    if work is None:
        raise ConciergeError("the event was settled meanwhile")
    return work


async def serve(settings: Settings, rich: Render, stop: asyncio.Event) -> None:
    """Answer until stopped."""
    memories = TurnMemories(settings.database)
    inbox = InboxWork(settings.database)
    keep = Committer(_writing(settings.database), patience=30.0, share=SHARE)
    cleaner = Committer(_scrubbing(settings.database), patience=30.0, share=SHARE)
    soundings = Soundings(settings.database)
    state = HubState.in_database(settings.database, shadows=True)
    concierge = Concierge(settings.knowledge, memories, state, soundings)

    async def scrub(event_ids: Sequence[str]) -> None:
        await cleaner.write(scrubbing(event_ids))

    async def erase(resident: str) -> None:
        if (lane := lane_behind(resident)) is not None:
            found = inbox.settled_of(lane)
            await scrub(found)
            await keep.write(emptied(found))

    concierge.on_erase(erase)
    await concierge.open()
    async with LineCalls(settings.line) as calls:
        turns = Turns(concierge, memories, inbox, calls, checked(rich), scrub)
        courier = Courier(calls, lambda: concierge.town.knowledge.municipality.line.push)
        answering = Answering(concierge, turns, courier, inbox, keep, scrub)
        lanes = Lanes(inbox, answering.work_on)
        going_on = (concierge.follow(), answering.go_on_tidying())
        tasks = [asyncio.create_task(each) for each in going_on]
        try:
            await lanes.run(stop)
            await lanes.drain(DRAIN)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    for each in (keep, cleaner, inbox, concierge, soundings, memories):
        each.close()


def _writing(database: Path) -> Callable[[], sqlite3.Connection]:
    return lambda: open_database(database)


def _scrubbing(database: Path) -> Callable[[], sqlite3.Connection]:
    return lambda: open_inbox(inbox_path(database))


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
