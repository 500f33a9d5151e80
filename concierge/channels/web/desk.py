"""The desk at which web turns are taken: one at a time for a session, bounded, cancellable.

A turn runs in a task of its own, so that a resident who leaves in the middle frees everything at
once: the task is cancelled and its session's lock opens as soon as the engine has let go.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator
from http import HTTPStatus

from concierge.channels.web.face import Answer
from concierge.channels.web.refused import RefusedError
from concierge.channels.web.sessions import Session, Sessions
from concierge.message import Message, Reply

__all__ = ["Desk"]

logger = logging.getLogger("concierge.web")

Event = str | Reply | RefusedError
"""A piece of an answer being written; at the end the reply, or why there is none."""


class Desk:
    """Takes turns; `patience` is the seconds after which a resident is told to try again."""

    def __init__(self, answer: Answer, sessions: Sessions, *, patience: float) -> None:
        self.sessions = sessions
        self._answer = answer
        self._patience = patience
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, session: Session, message: Message) -> AsyncGenerator[Event]:
        """Yield the turn's events; closing the generator early gives the turn up."""
        queue: asyncio.Queue[Event] = asyncio.Queue(maxsize=64)
        task = asyncio.create_task(self._turn(session, message, queue))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while True:
                event = await queue.get()
                yield event
                if not isinstance(event, str):
                    return
        finally:
            task.cancel()

    async def outcome(self, session: Session, message: Message) -> Reply | RefusedError:
        """Return only how the turn ended."""
        outcome: Event = RefusedError("broken", HTTPStatus.INTERNAL_SERVER_ERROR)
        async for event in self.take(session, message):
            outcome = event
        assert not isinstance(outcome, str)  # noqa: S101 - the last event never is a piece
        return outcome

    async def _turn(self, session: Session, message: Message, queue: asyncio.Queue[Event]) -> None:
        ending: Event
        self.sessions.begin(session)
        try:
            async with asyncio.timeout(self._patience), session.lock:
                ending = await self._answer(message, queue.put)
        except TimeoutError:
            ending = RefusedError("slow", HTTPStatus.GATEWAY_TIMEOUT)
        except Exception as error:
            _report(error)
            ending = RefusedError("broken", HTTPStatus.INTERNAL_SERVER_ERROR)
        finally:
            self.sessions.end(session)
        await queue.put(ending)


def _report(error: Exception) -> None:
    """Log what failed and where, without the message: it may quote the resident."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in frames[-3:])
    logger.error("a web turn failed: %s in %s", type(error).__name__, where)
