"""The inbox of the LINE channel: what was delivered, durably, before it is acknowledged.

One row an event, for good: the id keeps a redelivery from being answered twice, years later too.
`body` (what LINE sent) and `outbox` (what was answered) are deleted within hours of the answer.

state      `WAITING` for its answer → `ANSWERED`, to be sent → `DONE`, or `DEAD`: for staff to see
lane       pseudonymous key of the resident or group whose events keep their order
occurred   LINE's timestamp, milliseconds; the order within a lane, then `seq`
received   Unix time of the delivery that counts for the reply token's life, and `booted` the same
           moment on the clock that no one sets; `first` is the first delivery
way        how far sending went: `""` not tried, `reply` a reply may have got through, `push` pushed
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

__all__ = [
    "INBOX_SCHEMA",
    "TOKEN_RENEWED_WITHIN",
    "Arrival",
    "State",
    "Statement",
    "booted",
    "keeping",
]

Statement = tuple[str, tuple[Any, ...]]
"""An SQL statement and its values."""

TOKEN_RENEWED_WITHIN = 20 * 60.0
"""Seconds after an event in which a redelivery gives its reply token another minute (LINE's rule)."""


class State(IntEnum):
    """Where an event stands."""

    WAITING = 0
    ANSWERED = 1
    DONE = 2
    DEAD = 3


INBOX_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS line_inbox (
        seq INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE,
        lane TEXT,
        occurred INTEGER NOT NULL,
        first REAL NOT NULL,
        received REAL NOT NULL,
        booted REAL NOT NULL,
        kind TEXT NOT NULL,
        message_id TEXT,
        state INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        due REAL,
        way TEXT NOT NULL DEFAULT '',
        reason TEXT,
        body BLOB,
        outbox TEXT,
        settled REAL
    )""",
    "CREATE INDEX IF NOT EXISTS line_inbox_open ON line_inbox (seq) WHERE state < 2",
    "CREATE INDEX IF NOT EXISTS line_inbox_lane ON line_inbox (lane, occurred)",
    "CREATE INDEX IF NOT EXISTS line_inbox_dead ON line_inbox (seq) WHERE state = 3",
    "CREATE INDEX IF NOT EXISTS line_inbox_kept ON line_inbox (settled) "
    "WHERE settled IS NOT NULL AND (body IS NOT NULL OR lane IS NOT NULL)",
)

_INSERT = (
    "INSERT OR IGNORE INTO line_inbox "
    "(event_id, lane, occurred, first, received, booted, kind, message_id, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_RENEW = (
    "UPDATE line_inbox SET received = ?, booted = ?, due = NULL, "
    "state = CASE WHEN state = 3 THEN 1 ELSE state END "
    "WHERE event_id = ? AND ? - first < ? AND first < ? "
    "AND (state < 2 OR (state = 3 AND reason = 'unknown' AND outbox IS NOT NULL))"
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


def booted() -> float:
    """Return seconds on the clock that goes on in sleep and that nobody sets."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


def keeping(arrivals: Iterable[Arrival]) -> list[Statement]:
    """Return the statements that keep these events; ids that are known change nothing.

    A redelivery renews the reply token's life, and lets an answer that died with an unknown outcome
    be tried again by the same token.
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
