"""The inbox as the answering process sees it: what waits, and how each step is written down.

Reading happens here; writing is statements for a `Committer`, so that a step and the memory that
belongs to it are one transaction.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concierge.storage.database import open_database
from concierge.storage.inbox import State, Statement, booted

__all__ = [
    "Dead",
    "InboxWork",
    "Waiting",
    "Work",
    "answered",
    "begun",
    "closed",
    "dead",
    "dead_letters",
    "done",
    "erased",
    "forgotten",
    "later",
    "purged",
    "retried",
    "told_way",
]

_OPEN = "SELECT seq, lane, occurred, due FROM line_inbox WHERE state < 2 AND seq > ? ORDER BY seq"
_COLUMNS = (
    *("seq", "event_id", "lane", "occurred", "first", "received", "booted", "kind", "state"),
    *("attempts", "way", "reason", "body", "outbox"),
)
_ROW = f"SELECT {', '.join(_COLUMNS)} FROM line_inbox WHERE seq = ?"  # noqa: S608 - names of ours


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open event: enough to put it into its place. `due` is Unix time, None for at once."""

    seq: int
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
    """An event that staff have to look at."""

    event_id: str
    kind: str
    reason: str
    attempts: int
    occurred: float
    can_retry: bool


class InboxWork:
    """Reads the inbox through a connection of its own; to be used by one thread."""

    def __init__(self, path: Path) -> None:
        self._connection = open_database(path)
        self._connection.execute("PRAGMA query_only = ON")
        self._version = -1

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def changed(self) -> bool:
        """Tell whether anything was committed since the last call."""
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        changed, self._version = version != self._version, version
        return changed

    def waiting(self, after: int = 0) -> Iterator[Waiting]:
        """Return the open events that came after this one, in the order of arrival."""
        return (Waiting(*row) for row in self._connection.execute(_OPEN, (after,)).fetchall())

    def row(self, seq: int) -> Work | None:
        """Return an open event, None where it is settled."""
        row = self._connection.execute(_ROW, (seq,)).fetchone()
        if row is None or row[8] >= State.DONE:
            return None
        values = dict(zip(_COLUMNS, row, strict=True))
        body, outbox = values.pop("body"), values.pop("outbox")
        values["state"] = State(values["state"])
        return Work(
            **values,
            event=None if body is None else json.loads(body)["events"][0],
            outbox=None if outbox is None else json.loads(outbox),
        )

    def heard_before(self, work: Work, within: float) -> tuple[int, bool]:
        """Return how many messages of a lane came in the seconds before, and whether one of them
        was told to slow down.
        """
        since = work.occurred - int(within * 1000)
        count, told = self._connection.execute(
            "SELECT count(*), coalesce(sum(reason = 'too-fast'), 0) FROM line_inbox "
            "WHERE lane = ? AND (occurred, seq) < (?, ?) AND occurred > ? "
            "AND (kind LIKE 'message%' OR kind = 'postback')",
            (work.lane, work.occurred, work.seq, since),
        ).fetchone()
        return int(count), bool(told)


def begun(seq: int) -> list[Statement]:
    """Count an attempt before it is made, so that an event that kills the process is found out."""
    return [("UPDATE line_inbox SET attempts = attempts + 1 WHERE seq = ?", (seq,))]


def answered(
    seq: int, messages: Sequence[Mapping[str, Any]], way: str, reason: str | None
) -> list[Statement]:
    """Keep the answer before it is sent; whatever is sent again is this."""
    outbox = json.dumps(messages, ensure_ascii=True, separators=(",", ":"))
    sql = "UPDATE line_inbox SET state = ?, outbox = ?, way = ?, reason = ? WHERE seq = ?"
    return [(sql, (State.ANSWERED, outbox, way, reason, seq))]


def told_way(seq: int, way: str) -> list[Statement]:
    """Note how far sending went, before the next step of it."""
    return [("UPDATE line_inbox SET way = ? WHERE seq = ?", (way, seq))]


def later(seq: int, due: float) -> list[Statement]:
    """Let an event wait until a moment."""
    return [("UPDATE line_inbox SET due = ? WHERE seq = ?", (due, seq))]


def done(seq: int, reason: str | None = None) -> list[Statement]:
    """Settle an event; the reason says what was special."""
    sql = "UPDATE line_inbox SET state = ?, reason = coalesce(?, reason), settled = ? WHERE seq = ?"
    return [(sql, (State.DONE, reason, time.time(), seq))]


def dead(seq: int, reason: str) -> list[Statement]:
    """List an event for staff."""
    sql = "UPDATE line_inbox SET state = ?, reason = ?, settled = ? WHERE seq = ?"
    return [(sql, (State.DEAD, reason, time.time(), seq))]


def erased(lane: str, message_id: str) -> list[Statement]:
    """Erase what is kept of a message that its sender took back; one not yet answered is settled."""
    sql = (
        "UPDATE line_inbox SET body = NULL, outbox = NULL, state = ?, settled = ? "
        "WHERE lane = ? AND message_id = ? AND kind LIKE 'message%'"
    )
    return [(sql, (State.DONE, time.time(), lane, message_id))]


def forgotten(lane: str) -> list[Statement]:
    """Erase what is kept of a resident's settled events, and whose they were."""
    sql = (
        "UPDATE line_inbox SET body = NULL, outbox = NULL, lane = NULL, message_id = NULL "
        "WHERE lane = ? AND state >= 2"
    )
    return [(sql, (lane,))]


def purged(now: float, kept: float, dead_kept: float) -> list[Statement]:
    """Erase bodies, answers and pseudonyms of what was settled these seconds ago; ids stay."""
    sql = (
        "UPDATE line_inbox SET body = NULL, outbox = NULL, lane = NULL, message_id = NULL "
        "WHERE settled IS NOT NULL AND (body IS NOT NULL OR lane IS NOT NULL) "
        "AND ((state = 2 AND settled <= ?) OR (state = 3 AND settled <= ?))"
    )
    return [(sql, (now - kept, now - dead_kept))]


def retried(event_id: str) -> Statement:
    """Let a dead letter be worked on again, unless its outcome is unknown or its text is gone."""
    sql = (
        "UPDATE line_inbox SET state = CASE WHEN outbox IS NULL THEN 0 ELSE 1 END, attempts = 0, "
        "due = NULL, settled = NULL "
        "WHERE event_id = ? AND state = 3 AND reason <> 'unknown' AND body IS NOT NULL"
    )
    return sql, (event_id,)


def closed(event_id: str) -> Statement:
    """Settle a dead letter that staff have dealt with."""
    sql = "UPDATE line_inbox SET state = 2, settled = ? WHERE event_id = ? AND state = 3"
    return sql, (time.time(), event_id)


def dead_letters(path: Path) -> list[Dead]:
    """Return what staff have to look at, oldest first. Raises `SettingError`."""
    with closing(open_database(path)) as connection:
        rows: list[tuple[Any, ...]] = connection.execute(
            "SELECT event_id, kind, reason, attempts, occurred, "
            "reason <> 'unknown' AND body IS NOT NULL FROM line_inbox WHERE state = 3 ORDER BY seq"
        ).fetchall()
    return [
        Dead(event_id, kind, reason or "", attempts, occurred / 1000, bool(can))
        for event_id, kind, reason, attempts, occurred, can in rows
    ]
