"""What LINE delivers, made and signed as LINE does, and a look into the inbox."""

from __future__ import annotations

import base64
import hmac
import itertools
import json
import sqlite3
import time
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

from concierge.storage.database import open_database
from concierge.storage.inbox import inbox_path, open_inbox

__all__ = ["SECRET", "delivery", "event", "rows", "sign", "text", "undelivered"]

SECRET = "0123456789abcdef" * 2
JOINED = (
    "FROM (SELECT a.*, coalesce(w.state, 0) AS state, coalesce(w.way, '') AS way, w.reason, w.outbox "
    "FROM inbox.arrivals a LEFT JOIN line_work w ON w.event_id = a.event_id ORDER BY a.seq)"
)
_count = itertools.count(1)


def event(
    kind: str, *, user: str = "U1", event_id: str | None = None, **more: Any
) -> dict[str, Any]:
    """Return one webhook event; whatever is given replaces what it would say."""
    return {
        "type": kind,
        "mode": "active",
        "timestamp": int(time.time() * 1000) + next(_count) % 2,
        "source": {"type": "user", "userId": user},
        "webhookEventId": event_id or uuid.uuid4().hex,
        "deliveryContext": {"isRedelivery": False},
        "replyToken": uuid.uuid4().hex,
        **more,
    }


def text(said: str, **more: Any) -> dict[str, Any]:
    """Return the event of a text message."""
    message = {"type": "text", "id": str(next(_count)), "quoteToken": "q", "text": said}
    return event("message", **{"message": message, **more})


def delivery(*events: Any) -> bytes:
    """Return the body of a delivery."""
    return json.dumps({"destination": "U0", "events": list(events)}, ensure_ascii=False).encode()


def sign(body: bytes, secret: str = SECRET) -> str:
    """Return the signature of a body."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def rows(path: Path, what: str = "event_id, state, way, reason") -> list[tuple[Any, ...]]:
    """Return the inbox, oldest first."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ATTACH ? AS inbox", (str(inbox_path(path)),))
        return connection.execute(f"SELECT {what} {JOINED}").fetchall()


def undelivered(path: Path, event_id: str, reason: str = "undelivered") -> None:
    """Put an event into the inbox that was answered but not delivered."""
    body = delivery(text("住民票がほしい", event_id=event_id))
    outbox = json.dumps([{"type": "text", "text": "窓口で取れます。"}])
    now = time.time()
    with closing(open_inbox(inbox_path(path))) as inbox, inbox:
        inbox.execute(
            "INSERT INTO arrivals (event_id, lane, occurred, first, received, booted, kind, body) "
            "VALUES (?, 'lane', ?, ?, ?, 0, 'message.text', ?)",
            (event_id, int(now * 1000), now, now, body),
        )
    with closing(open_database(path)) as database, database:
        database.execute(
            "INSERT INTO line_work (event_id, state, attempts, reason, outbox, settled) "
            "VALUES (?, 3, 1, ?, ?, ?)",
            (event_id, reason, outbox, now),
        )
