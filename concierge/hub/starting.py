"""Runs what a plug-in does before it is asked anything: made and started apart from all else."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from concierge.hub.seat import Seat
from concierge.problem import told

__all__ = ["START_DEADLINE", "made", "started"]

T = TypeVar("T")

START_DEADLINE = 120.0
"""Seconds a plug-in has to get ready; a model may have to be loaded."""


async def started(seat: Seat, start: Callable[..., Any], *given: object) -> None:
    """Run a plug-in's `start`, what is awaited of it on the seat's loop, to which it then belongs."""
    awaitable = await made(seat.name, start, *given)
    if not inspect.isawaitable(awaitable):
        return
    if seat.loop is None:
        await awaitable
    else:
        await seat.loop.run(_waited(awaitable))


async def _waited(awaitable: Awaitable[Any]) -> None:
    await awaitable


async def made(name: str, work: Callable[..., T], *given: object) -> T:
    """Run a plug-in's code in a daemon thread: a stuck one holds up neither the loop nor the end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(cast("T", result))

    def run() -> None:
        result: T | None = None
        failure: BaseException | None = None
        try:
            result = work(*given)
        except BaseException as error:
            plain = isinstance(error, Exception) and not isinstance(error, StopIteration)
            failure = error if plain else RuntimeError(told(error))
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name=f"engine-{name}", daemon=True).start()
    return await done
