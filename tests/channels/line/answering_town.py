"""A town that answers on LINE inside this process, before the stand-in for LINE's platform."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from concierge.channels.line.answering import serve
from concierge.channels.line.envelope import arrivals
from concierge.channels.line.plain_messages import plain_messages
from concierge.channels.line.settings import LineSettings
from concierge.channels.line.standin import StandIn, serving
from concierge.channels.line.turns import Render
from concierge.settings import Settings
from concierge.storage.committing import Committer
from concierge.storage.database import open_database
from concierge.storage.inbox import inbox_path, keeping, open_inbox
from concierge.storage.memories import resident_secret
from tests.channels.line.deliveries import rows
from tests.towns import MUNICIPALITY, write_town

__all__ = ["PUSHING", "AnsweringTown", "answering_town"]

PUSHING = MUNICIPALITY + "line:\n  push: はい\n"


class AnsweringTown:
    """What LINE sees (`standin`), and the inbox behind the webhook."""

    def __init__(self, standin: StandIn, settings: Settings) -> None:
        self.standin, self.settings, self.database = standin, settings, settings.database
        self._committer = Committer(lambda: open_inbox(inbox_path(settings.database)))

    async def accept(self, *events: dict[str, Any], life: float = 60.0) -> None:
        """Take events in as one delivery; their reply tokens live from now on."""
        for event in events:
            token = self.standin.events.tokens.get(event.get("replyToken", ""))
            if token is not None:
                token.good_until = self.standin.now() + life
        body = json.dumps({"events": events}).encode()
        key = resident_secret(self.database)
        await self._committer.write(keeping(arrivals(body, key)))

    def rows(self, what: str = "event_id, state, way, reason") -> list[tuple[Any, ...]]:
        """Return the inbox."""
        return rows(self.database, what)

    async def settled(self, seconds: float = 120.0) -> None:
        """Wait until nothing is open."""
        await self.until(lambda: all(state >= 2 for (state,) in self.rows("state")), seconds)

    async def until(self, true: Callable[[], object], seconds: float = 120.0) -> None:
        """Wait until something is so."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"it did not come about: {self.rows()}"
            await asyncio.sleep(0.01)

    def said(self, event: dict[str, Any]) -> str:
        """Return what the one answer to an event says."""
        [sent] = self.standin.answers_to(event)
        return "\n".join(str(message.get("text")) for message in sent.messages)

    def close(self) -> None:
        """Close the database."""
        self._committer.close()


@asynccontextmanager
async def answering_town(
    folder: Path,
    *,
    municipality: str = MUNICIPALITY,
    standin: StandIn | None = None,
    render: Render = plain_messages,
) -> AsyncIterator[AnsweringTown]:
    """Answer as long as the block runs; again on the same folder goes on with its inbox."""
    standin = standin or StandIn()
    town = folder / "town"
    if not town.exists():
        write_town(town, municipality=municipality)
    open_database(folder / "concierge.db").close()
    open_inbox(inbox_path(folder / "concierge.db")).close()
    async with serving(standin) as url:
        line = LineSettings(
            secrets=(standin.secret,),
            access_token=standin.token,
            api_base=url,
            data_api_base=url,
        )
        settings = Settings(town, folder / "concierge.db", line)
        stop = asyncio.Event()
        running = AnsweringTown(standin, settings)
        task = asyncio.create_task(serve(settings, render, stop))
        try:
            yield running
        finally:
            stop.set()
            await task
            running.close()
