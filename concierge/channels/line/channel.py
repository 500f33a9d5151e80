"""The LINE channel inside the web application: the route, the inbox behind it, the process that answers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.routing import Route

from concierge.channels.line.supervision import Supervisor
from concierge.channels.line.webhook import LineWebhook, webhook_route
from concierge.problem import ConciergeError
from concierge.settings import Settings
from concierge.storage.committing import Committer, NotKeptError
from concierge.storage.database import open_database
from concierge.storage.inbox import Arrival, keeping
from concierge.storage.memories import resident_secret

__all__ = ["LineChannel"]

log = logging.getLogger(__name__)

MOST_OPEN = 50_000
"""Events that may wait for their answers; more are refused until some are answered."""
COUNT_EVERY = 2.0
CHECKPOINT_PAGES = 8_000
"""Pages of the write-ahead log after which the accepting side copies them itself; the answering
process does it long before."""


class LineChannel:
    """Accepts deliveries, and keeps the answering process alive while the application runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._committer: Committer | None = None
        self._full = False
        self._secret: bytes | None = None
        self._supervisor = Supervisor(settings)
        self._webhook = LineWebhook(settings.line.secrets, self._keep, self._key)

    @property
    def route(self) -> Route:
        """The route of the webhook."""
        return webhook_route(self._webhook)

    def state(self) -> dict[str, object]:
        """Say for `/readyz` whether the channel works, and what must be set where it does not."""
        line = self._settings.line
        if not line.accepting:
            return {"status": "off", "missing": line.missing()}
        missing = line.missing()
        status = "incomplete" if missing else "full" if self._full else "on"
        return {"status": status, "missing": missing}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold the inbox open and the answering process alive."""
        if not self._settings.line.accepting:
            log.warning("LINE channel off: %s", " ".join(self._settings.line.missing()))
            yield
            return
        self._committer = Committer(self._connect)
        with contextlib.suppress(ConciergeError):
            await self._committer.write(())
            self._key()
        tasks = [asyncio.create_task(self._supervisor.run()), asyncio.create_task(self._count())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self._committer.close)

    def _connect(self) -> sqlite3.Connection:
        connection = open_database(self._settings.database)
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        return connection

    def _key(self) -> bytes:
        if self._secret is None:
            self._secret = resident_secret(self._settings.database)
        return self._secret

    async def _keep(self, events: Sequence[Arrival]) -> None:
        if self._committer is None:
            raise NotKeptError("the application is not running")
        if self._full:
            raise NotKeptError(f"{MOST_OPEN} events wait for their answers")
        await self._committer.write(keeping(events))

    async def _count(self) -> None:
        """Look now and then how many events wait."""
        while True:
            with contextlib.suppress(ConciergeError, sqlite3.Error):
                self._full = await asyncio.to_thread(self._open_events) >= MOST_OPEN
            await asyncio.sleep(COUNT_EVERY)

    def _open_events(self) -> int:
        with contextlib.closing(sqlite3.connect(self._settings.database, timeout=1.0)) as found:
            row = found.execute("SELECT count(*) FROM line_inbox WHERE state < 2").fetchone()
        return int(row[0])
