"""Asks one engine, whatever kind of function its `ask` is, apart from everybody else's work.

A plain function runs in a daemon thread of its own, a coroutine or generator on the loop of its
seat. A place of the seat is taken until the engine has really ended, also where nobody waits any
more: a stuck engine uses up its own places and nothing else.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import Any, cast

from concierge.engine import Answers, Candidate, Delta, Question
from concierge.hub.seat import OnDelta, Seat

__all__ = ["MAX_CANDIDATES", "collect", "in_thread"]

log = logging.getLogger(__name__)

MAX_CANDIDATES = 50


async def collect(seat: Seat, question: Question, on_delta: OnDelta | None) -> list[Candidate]:
    """Return an engine's candidates. Raises what the engine raises, and `BusyError`."""
    ask = seat.engine.ask
    if inspect.iscoroutinefunction(ask):
        return await _on_loop(seat, lambda _: _drawn(lambda: ask(question), None), on_delta)
    if inspect.isasyncgenfunction(ask):
        return await _on_loop(seat, lambda show: _drawn(lambda: ask(question), show), on_delta)
    answers = await in_thread(seat, ask, question)
    if inspect.isawaitable(answers) or isinstance(answers, AsyncIterator):
        return await _on_loop(seat, lambda show: _drawn(lambda: answers, show), on_delta)
    return _checked(answers)


async def _on_loop(
    seat: Seat,
    work: Callable[[OnDelta | None], Coroutine[Any, Any, list[Candidate]]],
    on_delta: OnDelta | None,
) -> list[Candidate]:
    """Run a coroutine on the seat's own loop, or on this one where the seat has none."""
    seat.enter()
    if seat.loop is None:
        try:
            return await work(on_delta)
        finally:
            seat.leave()
    here = asyncio.get_running_loop()
    waited_for = True

    async def show(text: str) -> None:
        if on_delta is not None and waited_for:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_shown(text), here))

    async def _shown(text: str) -> None:
        if on_delta is not None and waited_for:
            await on_delta(text)

    try:
        return await seat.loop.run(work(show if on_delta is not None else None), seat.leave)
    finally:
        waited_for = False


async def _drawn(begin: Callable[[], Any], on_delta: OnDelta | None) -> list[Candidate]:
    """Draw candidates from an awaitable, or from an async iterator that also shows pieces."""
    answers = begin()
    if not isinstance(answers, AsyncIterator):
        return _checked(await answers)
    candidates: list[Candidate] = []
    async for piece in answers:
        if isinstance(piece, Delta):
            if on_delta is not None:
                await on_delta(piece.text)
        else:
            candidates.append(piece)
    return _checked(candidates)


def _checked(answers: Iterable[Any]) -> list[Candidate]:
    """Hold an engine's answers to the contract."""
    candidates: list[Candidate] = []
    for answer in answers:
        if not isinstance(answer, Candidate):
            raise TypeError(f"an engine proposed {type(answer).__name__}, not a Candidate")
        if not answer.text.strip():
            raise ValueError("an engine proposed an empty answer")
        candidates.append(answer)
        if len(candidates) >= MAX_CANDIDATES:
            break
    return candidates


async def in_thread(seat: Seat, ask: Callable[[Question], Answers], question: Question) -> Answers:
    """Run a plain `ask` in a daemon thread, so that a stuck one holds up neither loop nor exit.

    An iterator is used up inside the thread: the work of a generator is the engine's, too.
    """
    seat.enter()
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answers] = loop.create_future()

    def settle(result: Answers, error: Exception | None) -> None:
        if answered.done():
            return
        if error is not None:
            answered.set_exception(error)
        else:
            answered.set_result(result)

    def work() -> None:
        result: Answers = ()
        failure: Exception | None = None
        try:
            result = ask(question)
            if isinstance(result, Iterable) and not isinstance(result, list | tuple):
                result = list(result)
        except BaseException as error:
            plain = isinstance(error, Exception) and not isinstance(error, StopIteration)
            failure = cast("Exception", error) if plain else RuntimeError(type(error).__name__)
        finally:
            seat.leave()
        try:
            loop.call_soon_threadsafe(settle, result, failure)
        except RuntimeError:  # the loop has closed; nobody waits any more
            log.debug("engine %s answered after the end", seat.engine.name)

    threading.Thread(target=work, name=f"engine-{seat.engine.name}", daemon=True).start()
    return await answered
