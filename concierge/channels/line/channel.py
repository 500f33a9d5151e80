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
from concierge.storage.inbox import Arrival, inbox_path, keeping, open_inbox
from concierge.storage.memories import resident_secret

__all__ = ["LineChannel"]

log = logging.getLogger(__name__)

MOST_OPEN = 50_000
"""Events that may wait for their answers; more are refused until some are answered."""
COUNT_EVERY = 2.0
KEPT = "FROM arrivals WHERE body IS NOT NULL"
SETTLED = "AND event_id IN (SELECT event_id FROM main_database.line_work WHERE state >= 2)"


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
        return open_inbox(inbox_path(self._settings.database))

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
        """Count the events whose text is kept; only where these are too many, those that wait."""
        inbox = inbox_path(self._settings.database)
        with contextlib.closing(sqlite3.connect(inbox, timeout=1.0)) as opened:
            count = int(opened.execute(f"SELECT count(*) {KEPT}").fetchone()[0])
            if count >= MOST_OPEN:
                opened.execute("ATTACH ? AS main_database", (str(self._settings.database),))
                count -= int(opened.execute(f"SELECT count(*) {KEPT} {SETTLED}").fetchone()[0])
        return count
