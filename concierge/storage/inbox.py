"""The inbox of the LINE channel: what was delivered, durably, before it is acknowledged.

It is a file of its own beside the database, so that nobody who writes there can hold up an
acknowledgement. One row an event, for good: its id keeps a redelivery from being answered twice,
years later too. `body` is what LINE sent; it and the pseudonyms are erased within hours of the
answer. What became of an event stands in the database (`inbox_work`).

lane       pseudonymous key of the resident or group whose events keep their order
occurred   LINE's timestamp, milliseconds; the order within a lane, then `seq`
received   Unix time of the delivery that counts for the reply token's life, and `booted` the same
           moment on the clock that no one sets; `first` is the first delivery
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "TOKEN_RENEWED_WITHIN",
    "Arrival",
    "Statement",
    "booted",
    "inbox_path",
    "keeping",
    "open_inbox",
    "scrubbing",
]

Statement = tuple[str, tuple[Any, ...]]
"""An SQL statement and its values."""

TOKEN_RENEWED_WITHIN = 20 * 60.0
"""Seconds after an event in which a redelivery gives its reply token another minute (LINE's rule)."""

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS arrivals (
        seq INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE,
        lane TEXT,
        occurred INTEGER NOT NULL,
        first REAL NOT NULL,
        received REAL NOT NULL,
        booted REAL NOT NULL,
        kind TEXT NOT NULL,
        message_id TEXT,
        body BLOB
    )""",
    "CREATE INDEX IF NOT EXISTS arrivals_lane ON arrivals (lane, occurred) WHERE lane IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS arrivals_kept ON arrivals (seq) WHERE body IS NOT NULL",
)
_INSERT = (
    "INSERT OR IGNORE INTO arrivals "
    "(event_id, lane, occurred, first, received, booted, kind, message_id, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_RENEW = (
    "UPDATE arrivals SET received = ?, booted = ? "
    "WHERE event_id = ? AND ? - first < ? AND first < ? AND body IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event as it was delivered; `body` is a delivery of this event alone."""

    event_id: str
    lane: str
    occurred: int
    kind: str
    message_id: str | None
    redelivered: bool
    body: bytes


def inbox_path(database: Path) -> Path:
    """Return the inbox that belongs to a database."""
    return database.with_name(database.name + ".line-inbox")


def open_inbox(path: Path) -> sqlite3.Connection:
    """Open the inbox, made where it is missing; readable by its owner only.

    The connection may be used from several threads, one at a time. Raises `OSError` or
    `sqlite3.Error` where it cannot be used.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=1.0, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        with connection:
            for statement in _SCHEMA:
                connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def booted() -> float:
    """Return seconds on the clock that goes on in sleep and that nobody sets."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


def keeping(arrivals: Iterable[Arrival]) -> list[Statement]:
    """Return the statements that keep these events; ids that are known change nothing.

    A redelivery renews the reply token's life.
    """
    now, boot = time.time(), booted()
    statements: list[Statement] = []
    for each in arrivals:
        values = (each.event_id, each.lane, each.occurred, now, now, boot, each.kind)
        statements.append((_INSERT, (*values, each.message_id, each.body)))
        if each.redelivered:
            renewed = (now, boot, each.event_id, now, TOKEN_RENEWED_WITHIN, now)
            statements.append((_RENEW, renewed))
    return statements


def scrubbing(event_ids: Sequence[str]) -> list[Statement]:
    """Return the statements that erase what was sent, and whose it was; the ids stay."""
    sql = "UPDATE arrivals SET body = NULL, lane = NULL, message_id = NULL WHERE event_id = ?"
    return [(sql, (event_id,)) for event_id in event_ids]
