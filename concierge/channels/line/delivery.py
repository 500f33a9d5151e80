"""Sending an answer so that LINE sees it exactly once.

A reply costs nothing and its token serves once. After an attempt whose outcome is unknown only the
same token is tried again, while it lives: refused then means used, so the first had got through. If
the token dies with the outcome unknown the answer is listed for staff, never pushed. Where it is
certain that no reply got through, and the town allows it, the answer is pushed with a retry key
made from the event's id, which LINE takes once however often it comes.
https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from concierge.channels.line.calls import Ended, Result
from concierge.channels.line.envelope import source_of
from concierge.channels.line.plain_messages import plainly
from concierge.storage.inbox import Statement
from concierge.storage.inbox_work import Work, told_way

__all__ = ["NAMESPACE", "TOKEN_LIVES", "Courier", "Delivered", "Sending", "retry_key"]

NAMESPACE = uuid.UUID("5b0e1f8e-6c9b-4b52-9f0e-0d6e3f2f7a41")
TOKEN_LIVES = 55.0
"""Seconds after its delivery for which a reply token is trusted to live; LINE says a minute."""
TOKEN_GONE = 25 * 60.0
"""Seconds after which no token can live, whatever happened."""
FIRST_WAIT, LONGEST_WAIT = 0.3, 10.0
PUSH_IN_TURN = 60.0
"""Seconds for which a push is tried before the event waits for its next turn."""
PUSH_AGAIN, PUSH_GIVEN_UP = 60.0, 30 * 60.0
QUOTA_ASKED_EVERY = 60.0
OUT_AFTER = 5
"""Replies in a row without a clear answer, after which LINE is taken to be out."""
WAIT_WHILE_OUT, PROBE_EVERY, LAST_TRY = 0.3, 5.0, 3.0

Note = Callable[[list[Statement]], Awaitable[None]]
"""Makes a step durable before the next."""


class Sending(Protocol):
    """What a courier needs of `LineCalls`."""

    async def reply(self, reply_token: str, messages: Sequence[Mapping[str, Any]]) -> Result:
        """Reply once."""

    async def push(self, to: str, messages: Sequence[Mapping[str, Any]], retry_key: str) -> Result:
        """Push under a retry key."""

    async def quota_left(self) -> float | None:
        """Return how many may still be pushed, None where LINE does not say now."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How delivering ended: `sent`, or `dead` with a reason for staff, or `due` again."""

    sent: bool = False
    dead: str | None = None
    due: float | None = None


class Courier:
    """Delivers answers by the rules above. `push_allowed` is asked each time."""

    def __init__(self, calls: Sending, push_allowed: Callable[[], bool]) -> None:
        self._calls, self._push_allowed = calls, push_allowed
        self._asked = -QUOTA_ASKED_EVERY
        self._left: float | None = None
        self._unclear, self._tried = 0, 0.0

    async def deliver(self, work: Work, *, fresh: bool, note: Note) -> Delivered:
        """Send `work.outbox`. `fresh`: `way` was noted with the answer and nothing was sent yet."""
        token = _text(work.event, "replyToken")
        if work.way != "push" and token is not None:
            ended = await self._by_reply(work, token, fresh=fresh, note=note)
            if ended is not None:
                return ended
        return await self._by_push(work, note)

    async def _by_reply(
        self, work: Work, token: str, *, fresh: bool, note: Note
    ) -> Delivered | None:
        """Reply; None where it is certain that nothing got through and nothing can."""
        maybe = work.way == "reply" and not fresh
        noted, wait = work.way == "reply", FIRST_WAIT
        messages: Sequence[Mapping[str, Any]] = work.outbox or []
        while True:
            alive = work.age() < TOKEN_LIVES
            if maybe and not alive:
                return Delivered(dead="unknown")
            if not maybe and not alive and (self._push_allowed() or work.age() > TOKEN_GONE):
                return None
            if not maybe and self._must_wait(work):
                await asyncio.sleep(WAIT_WHILE_OUT)
                continue
            if not noted:
                await note(told_way(work.event_id, "reply"))
                noted = True
            result = self._heard(await self._calls.reply(token, messages))
            if result.ended is Ended.DONE:
                return Delivered(sent=True)
            if result.ended is Ended.REFUSED:
                if maybe:
                    return Delivered(sent=True) if alive else Delivered(dead="unknown")
                await note(told_way(work.event_id, ""))
                noted = False
                if alive and messages is work.outbox:
                    messages = plainly(messages)
                    continue
                return None
            maybe = maybe or result.ended is Ended.UNKNOWN
            if not maybe:
                await note(told_way(work.event_id, ""))
                noted = False
            wait = _next_wait(wait, result)
            if work.age() + wait >= TOKEN_LIVES:
                return Delivered(dead="unknown") if maybe else None
            await asyncio.sleep(wait)

    def _must_wait(self, work: Work) -> bool:
        """Tell whether to hold a first try back because LINE is out.

        What was not tried can be pushed when its token is gone; what was cut cannot. One try every
        few seconds finds out when LINE is back.
        """
        if self._unclear < OUT_AFTER:
            return False
        latest = TOKEN_LIVES if self._push_allowed() else TOKEN_LIVES - LAST_TRY
        if work.age() >= latest or time.monotonic() - self._tried >= PROBE_EVERY:
            self._tried = time.monotonic()
            return False
        return True

    def _heard(self, result: Result) -> Result:
        """Count the replies in a row that brought no clear answer."""
        self._tried = time.monotonic()
        unclear = result.ended in (Ended.UNKNOWN, Ended.NEVER)
        self._unclear = self._unclear + 1 if unclear else 0
        return result

    async def _by_push(self, work: Work, note: Note) -> Delivered:
        """Push under the event's retry key, as long as it is worth it."""
        source = source_of(work.event or {})
        if source is None or not self._push_allowed():
            return Delivered(dead="undelivered")
        if work.way != "push":
            await note(told_way(work.event_id, "push"))
        began, wait, key = time.monotonic(), FIRST_WAIT, retry_key(work.event_id)
        messages: Sequence[Mapping[str, Any]] = work.outbox or []
        while True:
            left = await self._quota_left()
            if left is not None and left <= 0:
                return Delivered(dead="quota")
            result = Result(Ended.NEVER)
            if left is not None:
                result = await self._calls.push(source[1], messages, key)
            if result.ended is Ended.DONE:
                self._left = None if self._left is None else self._left - 1
                return Delivered(sent=True)
            if result.ended is Ended.REFUSED:
                if messages is not work.outbox:
                    return Delivered(dead="refused")
                messages = plainly(messages)
                continue
            if result.ended is Ended.LIMITED:
                self._asked = -QUOTA_ASKED_EVERY
            wait = _next_wait(wait, result)
            if time.monotonic() - began + wait > PUSH_IN_TURN:
                if work.age() > PUSH_GIVEN_UP:
                    return Delivered(dead="undelivered")
                return Delivered(due=time.time() + PUSH_AGAIN)
            await asyncio.sleep(wait)

    async def _quota_left(self) -> float | None:
        """Return what may be pushed; LINE is asked once a minute, pushes are counted since."""
        if self._left is None or time.monotonic() - self._asked >= QUOTA_ASKED_EVERY:
            self._left = await self._calls.quota_left()
            self._asked = time.monotonic()
        return self._left


def retry_key(event_id: str) -> str:
    """Return the key under which an event's answer is pushed, always the same one."""
    return str(uuid.uuid5(NAMESPACE, event_id))


def _next_wait(wait: float, result: Result) -> float:
    asked = result.retry_after or 0.0
    return max(min(wait * 2, LONGEST_WAIT), min(asked, TOKEN_LIVES))


def _text(event: Mapping[str, Any] | None, name: str) -> str | None:
    found = (event or {}).get(name)
    return found if isinstance(found, str) and found else None
