"""What became of LINE's events: what waits, and how each step is written down.

Reading happens here; writing is statements for a `Committer` of the database, so that a step and
the memory that belongs to it are one transaction.

state      `WAITING` for its answer → `ANSWERED`, to be sent → `DONE`, or `DEAD`: for staff to see
way        how far sending went: `""` not tried, `reply` a reply may have got through, `push` pushed
outbox     the answer, kept before it is sent; erased with what was sent
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from concierge.storage.database import open_database
from concierge.storage.inbox import Statement, booted, inbox_path, open_inbox

__all__ = [
    "WORK_SCHEMA",
    "Dead",
    "InboxWork",
    "State",
    "Waiting",
    "Work",
    "answered",
    "begun",
    "closed",
    "dead",
    "done",
    "emptied",
    "later",
    "reopened",
    "retried",
    "told_way",
]


class State(IntEnum):
    """Where an event stands."""

    WAITING = 0
    ANSWERED = 1
    DONE = 2
    DEAD = 3


WORK_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS line_work (
        event_id TEXT PRIMARY KEY,
        state INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        due REAL,
        way TEXT NOT NULL DEFAULT '',
        reason TEXT,
        outbox TEXT,
        settled REAL,
        kept INTEGER NOT NULL DEFAULT 1
    )""",
    "CREATE INDEX IF NOT EXISTS line_work_dead ON line_work (settled) WHERE state = 3",
    "CREATE INDEX IF NOT EXISTS line_work_kept ON line_work (settled) WHERE kept = 1",
)
_JOINED = "FROM inbox.arrivals a LEFT JOIN line_work w ON w.event_id = a.event_id "
_OPEN = (
    f"SELECT a.seq, a.event_id, a.lane, a.occurred, w.due {_JOINED}"
    "WHERE a.seq > ? AND a.body IS NOT NULL AND coalesce(w.state, 0) < 2 ORDER BY a.seq"
)
_COLUMNS = (
    *("a.seq", "a.event_id", "a.lane", "a.occurred", "a.first", "a.received", "a.booted"),
    *("a.kind", "coalesce(w.state, 0)", "coalesce(w.attempts, 0)", "coalesce(w.way, '')"),
    *("w.reason", "a.body", "w.outbox"),
)
_ROW = f"SELECT {', '.join(_COLUMNS)} {_JOINED} WHERE a.event_id = ?"
_FIELDS = (
    *("seq", "event_id", "lane", "occurred", "first", "received", "booted", "kind"),
    *("state", "attempts", "way", "reason", "event", "outbox"),
)
_UPSERT = "INSERT INTO line_work (event_id, {0}) VALUES (?, {1}) ON CONFLICT DO UPDATE SET {2}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open event: enough to put it into its place. `due` is Unix time, None for at once."""

    seq: int
    event_id: str
    lane: str
    occurred: int
    due: float | None


@dataclass(frozen=True, slots=True)
class Work:
    """One event with everything that is known of it. `event` is None where it was erased."""

    seq: int
    event_id: str
    lane: str
    occurred: int
    first: float
    received: float
    booted: float
    kind: str
    state: State
    attempts: int
    way: str
    reason: str | None
    event: Mapping[str, Any] | None
    outbox: list[dict[str, Any]] | None

    def age(self) -> float:
        """Return the seconds since the delivery, by the clock that says more.

        A clock that was set back never makes a reply token look alive.
        """
        return max(time.time() - self.received, booted() - self.booted)


@dataclass(frozen=True, slots=True)
class Dead:
    """An event that staff have to look at; `occurred` is Unix time."""

    event_id: str
    kind: str
    reason: str
    attempts: int
    occurred: float
    can_retry: bool


class InboxWork:
    """Reads inbox and database through a connection of its own; to be used by one thread."""

    def __init__(self, database: Path) -> None:
        open_inbox(inbox_path(database)).close()
        self._connection = open_database(database)
        self._connection.execute("ATTACH ? AS inbox", (str(inbox_path(database)),))
        self._connection.execute("PRAGMA query_only = ON")
        self._versions: tuple[int, ...] = ()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def changed(self) -> bool:
        """Tell whether anything was committed since the last call."""
        pragmas = ("PRAGMA main.data_version", "PRAGMA inbox.data_version")
        versions = tuple(self._connection.execute(each).fetchone()[0] for each in pragmas)
        changed, self._versions = versions != self._versions, versions
        return changed

    def waiting(self, after: int = 0) -> Iterator[Waiting]:
        """Return the open events that came after this one, in the order of arrival."""
        return (Waiting(*row) for row in self._all(_OPEN, after))

    def row(self, event_id: str) -> Work | None:
        """Return an open event, None where it is settled."""
        rows = self._all(_ROW, event_id)
        if not rows or rows[0][8] >= State.DONE:
            return None
        values = dict(zip(_FIELDS, rows[0], strict=True))
        body, outbox = values["event"], values["outbox"]
        values["state"] = State(values["state"])
        values["event"] = None if body is None else json.loads(body)["events"][0]
        values["outbox"] = None if outbox is None else json.loads(outbox)
        return Work(**values)

    def heard_before(self, work: Work, within: float) -> tuple[int, bool]:
        """Return how many messages of a lane came in the seconds before, and whether one of them
        was told to slow down.
        """
        [(count, told)] = self._all(
            f"SELECT count(*), coalesce(sum(w.reason = 'too-fast'), 0) {_JOINED}"
            "WHERE a.lane = ? AND (a.occurred, a.seq) < (?, ?) AND a.occurred > ? "
            "AND (a.kind LIKE 'message%' OR a.kind = 'postback')",
            *(work.lane, work.occurred, work.seq, work.occurred - int(within * 1000)),
        )
        return int(count), bool(told)

    def of_message(self, lane: str, message_id: str) -> list[str]:
        """Return the ids of the events that brought a message."""
        sql = "SELECT event_id FROM inbox.arrivals WHERE lane = ? AND message_id = ?"
        sql += " AND kind LIKE 'message%'"
        return [event_id for (event_id,) in self._all(sql, lane, message_id)]

    def settled_of(self, lane: str) -> list[str]:
        """Return the ids of a lane's events that are settled."""
        sql = f"SELECT a.event_id {_JOINED} WHERE a.lane = ? AND w.state >= 2"
        return [event_id for (event_id,) in self._all(sql, lane)]

    def over(self, now: float, kept: float, dead_kept: float, limit: int = 1000) -> list[str]:
        """Return the ids of events that were settled these seconds ago and still hold something."""
        return [
            event_id
            for (event_id,) in self._all(
                "SELECT event_id FROM line_work WHERE kept = 1 AND settled IS NOT NULL "
                "AND ((state = 2 AND settled <= ?) OR (state = 3 AND settled <= ?)) LIMIT ?",
                *(now - kept, now - dead_kept, limit),
            )
        ]

    def renewed(self) -> list[str]:
        """Return the ids of answers of unknown outcome whose reply tokens live again."""
        sql = f"SELECT a.event_id {_JOINED}"
        sql += "WHERE w.state = 3 AND w.reason = 'unknown' AND a.received > w.settled"
        return [event_id for (event_id,) in self._all(sql + " AND w.outbox IS NOT NULL")]

    def dead_letters(self) -> list[Dead]:
        """Return what staff have to look at, oldest first."""
        rows = self._all(
            "SELECT a.event_id, a.kind, coalesce(w.reason, ''), w.attempts, a.occurred / 1000.0, "
            f"w.reason <> 'unknown' AND a.body IS NOT NULL {_JOINED}"
            "WHERE w.state = 3 ORDER BY a.seq"
        )
        return [
            Dead(event_id, kind, reason, attempts, occurred, bool(can))
            for event_id, kind, reason, attempts, occurred, can in rows
        ]

    def _all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()


def _set(event_id: str, **values: Any) -> Statement:
    """Return the statement that notes something of an event."""
    marks = ", ".join("?" * len(values))
    told = ", ".join(f"{name} = excluded.{name}" for name in values)
    return _UPSERT.format(", ".join(values), marks, told), (event_id, *values.values())


def begun(event_id: str) -> list[Statement]:
    """Count an attempt before it is made, so that an event that kills the process is found out."""
    return [(_UPSERT.format("attempts", "1", "attempts = attempts + 1"), (event_id,))]


def answered(
    event_id: str, messages: Sequence[Mapping[str, Any]], way: str, reason: str | None
) -> list[Statement]:
    """Keep the answer before it is sent; whatever is sent again is this."""
    outbox = json.dumps(messages, ensure_ascii=True, separators=(",", ":"))
    return [_set(event_id, state=int(State.ANSWERED), outbox=outbox, way=way, reason=reason)]


def told_way(event_id: str, way: str) -> list[Statement]:
    """Note how far sending went, before the next step of it."""
    return [_set(event_id, way=way)]


def later(event_id: str, due: float) -> list[Statement]:
    """Let an event wait until a moment."""
    return [_set(event_id, due=due)]


def done(event_id: str, reason: str | None = None) -> list[Statement]:
    """Settle an event; the reason says what was special."""
    special = {} if reason is None else {"reason": reason}
    return [_set(event_id, state=int(State.DONE), settled=time.time(), **special)]


def dead(event_id: str, reason: str) -> list[Statement]:
    """List an event for staff."""
    return [_set(event_id, state=int(State.DEAD), reason=reason, settled=time.time())]


def emptied(event_ids: Sequence[str]) -> list[Statement]:
    """Erase the answers to events whose text is erased; those still open are settled by that."""
    statements: list[Statement] = []
    for event_id in event_ids:
        statements += done(event_id)
        statements.append(_set(event_id, outbox=None, kept=0))
    return statements


def reopened(event_id: str) -> Statement:
    """Let an answer of unknown outcome be tried again by its reply token."""
    sql = "UPDATE line_work SET state = 1, due = NULL WHERE event_id = ? AND state = 3"
    return sql, (event_id,)


def retried(event_id: str) -> Statement:
    """Let a dead letter be worked on again, unless its outcome is unknown or its text is gone."""
    sql = (
        "UPDATE line_work SET state = CASE WHEN outbox IS NULL THEN 0 ELSE 1 END, attempts = 0, "
        "due = NULL WHERE event_id = ? AND state = 3 AND reason <> 'unknown' AND kept = 1"
    )
    return sql, (event_id,)


def closed(event_id: str) -> Statement:
    """Settle a dead letter that staff have dealt with."""
    sql = "UPDATE line_work SET state = 2, settled = ? WHERE event_id = ? AND state = 3"
    return sql, (time.time(), event_id)
