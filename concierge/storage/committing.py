"""Group commit: one thread writes, and whatever waits goes into one durable transaction.

Exceptions
----------
NotKeptError                  nothing was kept: the queue is full, too late, or the database failed
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from concierge.problem import ConciergeError
from concierge.storage.inbox import Statement

__all__ = ["Committer", "NotKeptError"]

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Writes that share a transaction at most."""
LOCKED = 1.0
"""Seconds for which a transaction waits for a file that somebody else has locked."""
LEAST_WAIT = 0.05
TOLD_EVERY = 5.0
"""Seconds between two lines of the log about trouble."""
CONTENT = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
    UnicodeError,
)
"""Raised for what was to be written, rather than for the file."""


class NotKeptError(ConciergeError):
    """Nothing of this write was promised; `args[0]` says why, in English, for the log."""


@dataclass(slots=True)
class _Write:
    statements: Sequence[Statement]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[None]
    deadline: float


class Committer:
    """Writes statements; `write` returns when they are on the disk, in the order they were given.

    `waiting` bounds the queue, `patience` is the seconds after which a write is given up that was not
    begun, or whose transaction still waits for a locked file. With a `share` below one the thread
    leaves the file to other writers for the rest of the time.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        *,
        waiting: int = 2_000,
        patience: float = 1.2,
        share: float = 1.0,
    ) -> None:
        self._connect, self._waiting, self._patience, self._share = (
            connect,
            waiting,
            patience,
            share,
        )
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._waits = 0.0
        self._told = -TOLD_EVERY
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    def write(self, statements: Sequence[Statement]) -> asyncio.Future[None]:
        """Return what is done when the statements are durable; fails with `NotKeptError`."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        if self._closed or self._queue.qsize() >= self._waiting:
            self._tell("the queue is full" if not self._closed else "closed")
            future.set_exception(NotKeptError("the queue is full"))
        else:
            deadline = time.monotonic() + self._patience
            self._queue.put(_Write(statements, loop, future, deadline))
        return future

    def close(self) -> None:
        """Write what waits, then end the thread and close the database."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join(10)

    def _run(self) -> None:
        ending = False
        while not ending:
            batch, ending = self._taken()
            began = time.monotonic()
            late = [each for each in batch if each.deadline < began]
            fresh = [each for each in batch if each.deadline >= began]
            _settle(late, NotKeptError("too late"))
            if late:
                self._tell("writes waited too long")
            if fresh:
                self._commit(fresh)
                if self._share < 1 and not ending:
                    time.sleep(min(0.2, (time.monotonic() - began) * (1 / self._share - 1)))
        if self._connection is not None:
            self._connection.close()

    def _taken(self) -> tuple[list[_Write], bool]:
        """Return what waits, at least one, and whether the end was asked for."""
        batch: list[_Write] = []
        try:
            item = self._queue.get()
            while item is not None:
                batch.append(item)
                if len(batch) >= AT_ONCE:
                    return batch, False
                item = self._queue.get_nowait()
        except queue.Empty:
            return batch, False
        return batch, True

    def _commit(self, batch: list[_Write]) -> None:
        """Commit a batch; where its content is at fault, each write of it by itself."""
        try:
            self._transact(batch)
        except Exception as error:
            if len(batch) > 1 and isinstance(error, CONTENT):
                for each in batch:
                    self._commit([each])
                return
            self._failed(error)
            _settle(batch, NotKeptError(f"{type(error).__name__}: {error}"))
        else:
            _settle(batch, None)

    def _transact(self, batch: list[_Write]) -> None:
        if self._connection is None:
            self._connection = self._connect()
            self._connection.isolation_level = None
            self._waits = 0.0
        execute = self._connection.execute
        self._wait_until(min(each.deadline for each in batch))
        try:
            execute("BEGIN IMMEDIATE")
            for each in batch:
                for statement in each.statements:
                    execute(*statement)
            execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                execute("ROLLBACK")
            raise

    def _wait_until(self, deadline: float) -> None:
        """Let a locked file cost no write more than its patience, what it waited before included."""
        wait = min(LOCKED, max(LEAST_WAIT, deadline - time.monotonic()))
        if wait != self._waits and self._connection is not None:
            self._connection.execute(f"PRAGMA busy_timeout = {wait * 1000:.0f}")
            self._waits = wait

    def _failed(self, error: Exception) -> None:
        """Say so; after a failing disk nothing is trusted, and the file is opened anew."""
        self._tell(f"{type(error).__name__}: {error}")
        if self._connection is not None and not isinstance(error, CONTENT) and not _busy(error):
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _tell(self, reason: str) -> None:
        if time.monotonic() - self._told >= TOLD_EVERY:
            self._told = time.monotonic()
            log.error("nothing could be written to the database: %s", reason)


def _busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _settle(batch: Sequence[_Write], error: Exception | None) -> None:
    """Tell each loop once about all its writes."""
    loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for each in batch:
        loops.setdefault(each.loop, []).append(each.future)
    for loop, futures in loops.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(_tell_all, futures, error)


def _tell_all(futures: list[asyncio.Future[None]], error: Exception | None) -> None:
    for future in futures:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
            future.exception()  # a writer that left need not hear it
