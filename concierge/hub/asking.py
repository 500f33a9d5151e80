"""Asks one engine, whatever kind of function its `ask` is, apart from everybody else's work.

A plain function runs in a daemon thread of its own, a coroutine or generator on the loop of its
seat. A place of the seat is taken until the engine has really ended, also where nobody waits any
more: a stuck engine uses up its own places and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from itertools import islice
from typing import Any, TypeVar, cast

from concierge.engine import Candidate, Delta, Question
from concierge.hub.contract import MAX_CANDIDATES, held
from concierge.hub.crew import Crew
from concierge.hub.seat import OnDelta, Seat

__all__ = ["collect", "run_apart"]

log = logging.getLogger(__name__)
CREW = Crew()

T = TypeVar("T")
G = TypeVar("G")

LONGEST_SHOWN = 20_000
"""Characters of the pieces that one answer may show before it is complete."""


async def collect(seat: Seat, question: Question, on_delta: OnDelta | None) -> list[Candidate]:
    """Return an engine's candidates. Raises what the engine raises, and `BusyError`."""
    ask = seat.engine.ask
    if inspect.iscoroutinefunction(ask) or inspect.isasyncgenfunction(ask):
        return await _on_loop(seat, lambda show: _drawn(lambda: ask(question), show), on_delta)
    answers = await _in_thread(seat, lambda asked: _taken(ask(asked)), question)
    if isinstance(answers, list):
        return answers
    return await _on_loop(seat, lambda show: _drawn(lambda: answers, show), on_delta)


def _taken(answers: Any) -> Any:
    """Hold answers to the contract where the engine runs; what has to be awaited is handed on."""
    later = inspect.isawaitable(answers) or isinstance(answers, AsyncIterator)
    return answers if later else held(answers)


async def run_apart(seat: Seat, work: Callable[[G], Any], given: G) -> Any:
    """Return what a function or coroutine function returns, run as an engine's `ask` is."""
    if inspect.iscoroutinefunction(work):
        return await _on_loop(seat, lambda _: work(given), None)
    result = await _in_thread(seat, work, given)
    if inspect.isawaitable(result):
        return await _on_loop(seat, lambda _: _awaited(result), None)
    return result


async def _awaited(result: Awaitable[Any]) -> Any:
    return await result


async def _on_loop(
    seat: Seat,
    work: Callable[[OnDelta | None], Coroutine[Any, Any, T]],
    on_delta: OnDelta | None,
) -> T:
    """Run a coroutine on the seat's own loop, or on this one where the seat has none."""
    place = await seat.bulkhead.enter()
    if seat.loop is None:
        try:
            return await work(on_delta)
        finally:
            place.leave()
    here = asyncio.get_running_loop()
    waited_for = True

    async def show(text: str) -> None:
        if on_delta is not None and waited_for:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_shown(text), here))

    async def _shown(text: str) -> None:
        if on_delta is not None and waited_for:
            await on_delta(text)

    try:
        return await seat.loop.run(work(show if on_delta is not None else None), place.leave)
    finally:
        waited_for = False
        place.abandon()


async def _drawn(begin: Callable[[], Any], on_delta: OnDelta | None) -> list[Candidate]:
    """Draw candidates from an awaitable, or from an async iterator that also shows pieces."""
    answers = begin()
    if not isinstance(answers, AsyncIterator):
        return held(await answers)
    candidates: list[Any] = []
    shown = 0
    async with contextlib.aclosing(_closable(answers)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Delta):
                shown += len(piece.text)
                if shown > LONGEST_SHOWN:
                    raise ValueError("an engine shows more than any answer holds")
                if on_delta is not None:
                    await on_delta(piece.text)
                continue
            candidates.append(piece)
            if len(candidates) >= MAX_CANDIDATES:
                break
    return held(candidates)


async def _closable(pieces: AsyncIterator[Any]) -> AsyncGenerator[Any]:
    """Yield what an iterator yields, and close it at the end where it can be closed."""
    try:
        async for piece in pieces:
            yield piece
    finally:
        close = getattr(pieces, "aclose", None)
        if close is not None:
            await close()


async def _in_thread(seat: Seat, work: Callable[[G], Any], given: G) -> Any:
    """Run a plain function in a daemon thread, so that a stuck one holds up neither loop nor exit.

    An iterator is used up inside the thread, as far as anybody listens: the work of a generator is
    the engine's, too.
    """
    place = await seat.bulkhead.enter()
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: Exception | None) -> None:
        if ended.done():
            return
        if error is not None:
            ended.set_exception(error)
        else:
            ended.set_result(result)

    def run() -> None:
        result: Any = None
        failure: Exception | None = None
        try:
            result = work(given)
            if isinstance(result, Iterator):
                result = list(islice(result, MAX_CANDIDATES))
        except BaseException as error:
            plain = isinstance(error, Exception) and not isinstance(error, StopIteration)
            failure = cast("Exception", error) if plain else RuntimeError(type(error).__name__)
        finally:
            place.leave()
        try:
            loop.call_soon_threadsafe(settle, result, failure)
        except RuntimeError:  # the loop has closed; nobody waits any more
            log.debug("engine %s answered after the end", seat.name)

    CREW.run(run, f"engine-{seat.name}")
    try:
        return await ended
    finally:
        place.abandon()
