"""An engine at the hub's table: how it is judged, where it runs, how much of it is at work."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from concierge.engine import Engine, Layer
from concierge.hub.breaker import Breaker
from concierge.hub.budget import Budget
from concierge.hub.bulkhead import Bulkhead
from concierge.hub.choosing import Choosing

__all__ = ["WAITING", "OnDelta", "OwnLoop", "Seat"]

T = TypeVar("T")

OnDelta = Callable[[str], Awaitable[None]]
"""Called with each piece of text that a streaming engine lets out before it is done."""

WAITING = 0.5
"""The share of its deadline that a question may wait for a place; the rest is for the work."""


class OwnLoop:
    """An event loop in a daemon thread of its own: whoever blocks it holds up only itself."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, work: Coroutine[Any, Any, T], ended: Callable[[], None] | None = None) -> T:
        """Run a coroutine there. Cancelling returns at once, also where the work does not heed it.

        `ended` is called there when the work is really over, or was given up before it began.
        """
        loop = self._running()
        done: Future[T] = Future()

        def begin() -> None:
            if not done.set_running_or_notify_cancel():
                work.close()
                if ended is not None:
                    ended()
                return
            task = loop.create_task(_contained(work))
            task.add_done_callback(lambda task: _settle(task, done, ended))
            cancelled.append(task)

        def cancel() -> None:
            for task in cancelled:
                task.cancel()

        cancelled: list[asyncio.Task[T]] = []
        loop.call_soon_threadsafe(begin)
        here = asyncio.wrap_future(done)
        try:
            return await here
        except asyncio.CancelledError:
            with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
                loop.call_soon_threadsafe(cancel)
            raise

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                name = f"engine-{self._name}-loop"
                threading.Thread(target=_serve, args=(self._loop,), name=name, daemon=True).start()
            return self._loop

    def close(self) -> None:
        """Stop the loop once it has nothing at hand; a stuck one is left behind."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
    finally:
        loop.close()


def _settle(task: asyncio.Task[T], done: Future[T], ended: Callable[[], None] | None) -> None:
    """Hand on how a task ended, and tell that it has."""
    if ended is not None:
        ended()
    if task.cancelled():
        error: BaseException | None = RuntimeError("cancelled by the engine itself")
    else:
        error = task.exception()
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(task.result())


async def _contained(work: Coroutine[Any, Any, T]) -> T:
    """Keep `sys.exit` and the like within the engine that called it."""
    try:
        return await work
    except (Exception, asyncio.CancelledError):
        raise
    except BaseException as error:
        raise RuntimeError(type(error).__name__) from None


@dataclass(slots=True)
class Seat:
    """An engine at the hub's table.

    With `apart`, its coroutines run on a loop of its own, as engines of other packages do: one that
    blocks, or does not heed being cancelled, then never holds up a turn past its deadline.
    """

    engine: Engine
    choosing: Choosing
    apart: bool = False
    budget: Budget | None = None
    name: str = field(init=False)
    """The engine's name, as it was when it took the seat."""
    layers: tuple[Layer, ...] = field(init=False)
    """The layers it is asked in: its own, or those of them that staff chose."""
    breaker: Breaker = field(init=False)
    bulkhead: Bulkhead = field(init=False)
    _loop: OwnLoop | None = None

    def __post_init__(self) -> None:
        chosen = self.choosing.layers
        self.name = self.engine.name
        self.layers = tuple(e for e in self.engine.layers if chosen is None or e in chosen)
        self.breaker = Breaker(self.choosing.failures, self.choosing.rest)
        self.bulkhead = Bulkhead(self.choosing.concurrency, self.choosing.deadline * WAITING)

    @property
    def busy(self) -> int:
        """How many questions it is at work on, stuck ones included."""
        return self.bulkhead.taken

    @property
    def loop(self) -> OwnLoop | None:
        """The loop of its own, where it has one."""
        if self.apart and self._loop is None:
            self._loop = OwnLoop(self.name)
        return self._loop

    def close(self) -> None:
        """Let the engine go. Raises what the engine raises."""
        try:
            self.engine.close()
        finally:
            if self._loop is not None:
                self._loop.close()
