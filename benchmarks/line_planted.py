"""Applications with a fault planted in them, to show that the checks find it. Never to be run else.

uvicorn line_planted:synchronous_normal
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

from fastapi import FastAPI

from concierge.application import create_application
from concierge.channels.line import supervision
from concierge.channels.line.channel import LineChannel
from concierge.settings import Settings
from concierge.storage.inbox import Arrival

FLUSH_LATER = 1.0


def synchronous_normal() -> FastAPI:
    """Return an application whose commits do not wait for the disk."""
    connect = LineChannel._connect

    def careless(self: LineChannel) -> sqlite3.Connection:
        connection = connect(self)
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    LineChannel._connect = careless  # type: ignore[method-assign]
    supervision.MODULE = "line_idle"
    return create_application(Settings.from_environment())


def acknowledged_before_commit() -> FastAPI:
    """Return an application that says 200 first and writes a little later."""
    keep = LineChannel._keep
    waiting: set[asyncio.Task[None]] = set()

    async def later(self: LineChannel, events: Sequence[Arrival]) -> None:
        async def write() -> None:
            await asyncio.sleep(FLUSH_LATER)
            await keep(self, events)

        task = asyncio.create_task(write())
        waiting.add(task)
        task.add_done_callback(waiting.discard)

    LineChannel._keep = later  # type: ignore[method-assign]
    return create_application(Settings.from_environment())


def pushed_after_unknown() -> FastAPI:
    """Return an application whose answers are pushed where a reply's outcome is unknown."""
    supervision.MODULE = "line_planted_answering"
    return create_application(Settings.from_environment())


def accepting_only() -> FastAPI:
    """Return the sound application with nobody who answers, to measure accepting alone."""
    supervision.MODULE = "line_idle"
    return create_application(Settings.from_environment())
