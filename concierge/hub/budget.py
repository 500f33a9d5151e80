"""What engines may use in a day and a month (Japan's), and what they have used, across restarts.

The counts hold no resident: how many calls, tokens and yen an engine used on which day. They are
kept in the database, so that several processes and the next start share them; where that cannot be
written they are counted in the process, and written when it can.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import sqlite3
import threading
import time
from collections import defaultdict
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from concierge.clock import now
from concierge.engine import Usage
from concierge.problem import SettingError

__all__ = ["Budget", "Ledger", "Limits", "Used"]

log = logging.getLogger(__name__)

MOST_USED = 1e9
"""Tokens or yen of one call."""
FRESH = 5.0
"""Seconds for which what the database said is taken as it was; a busy process adds its own."""
ADD = (
    "INSERT INTO engine_usage (engine, day, calls, tokens, yen) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (engine, day) DO UPDATE SET calls = calls + excluded.calls, "
    "tokens = tokens + excluded.tokens, yen = yen + excluded.yen"
)
SUM = (
    "SELECT COALESCE(SUM(calls), 0), COALESCE(SUM(tokens), 0), COALESCE(SUM(yen), 0) "
    "FROM engine_usage WHERE engine = ? AND day BETWEEN ? AND ?"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most an engine may use; None where there is no limit."""

    calls_per_day: float | None = None
    calls_per_month: float | None = None
    tokens_per_day: float | None = None
    tokens_per_month: float | None = None
    yen_per_day: float | None = None
    yen_per_month: float | None = None

    @property
    def any(self) -> bool:
        """Whether there is any limit at all."""
        return any(limit is not None for limit in astuple(self))


@dataclass(frozen=True, slots=True)
class Used:
    """Calls, tokens and yen."""

    calls: int = 0
    tokens: int = 0
    yen: float = 0.0

    def __add__(self, other: Used) -> Used:
        return Used(self.calls + other.calls, self.tokens + other.tokens, self.yen + other.yen)


class Ledger:
    """What every engine has used. With a path it is kept in that database, else in the process."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._unwritten: dict[tuple[str, str], Used] = defaultdict(Used)
        self._read: dict[tuple[str, str, str], tuple[float, Used]] = {}
        self._told = False

    def used(self, engine: str, first: str, last: str) -> Used:
        """Return what an engine used from one day to another, both inclusive, ISO dates."""
        with self._lock:
            pending = [
                used
                for (name, day), used in self._unwritten.items()
                if name == engine and first <= day <= last
            ]
            return sum(pending, self._kept(engine, first, last))

    def add(self, engine: str, day: str, used: Used) -> None:
        """Count what an engine used on a day; `write` keeps it."""
        with self._lock:
            self._unwritten[engine, day] += used

    def write(self) -> None:
        """Write what is not written yet; where that fails, the next time tries again."""
        with self._lock:
            self._write()

    def close(self) -> None:
        """Write what is not written yet, and close the database."""
        with self._lock:
            self._write()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _kept(self, engine: str, first: str, last: str) -> Used:
        key = (engine, first, last)
        at, known = self._read.get(key, (0.0, Used()))
        if self._path is None or (at and time.monotonic() - at < FRESH):
            return known
        with contextlib.suppress(sqlite3.Error, SettingError):
            row = self._open(self._path).execute(SUM, (engine, first, last)).fetchone()
            known = Used(int(row[0]), int(row[1]), float(row[2]))
        if len(self._read) > 1000:  # days pass; the old ones are not asked for again
            self._read.clear()
        self._read[key] = (time.monotonic(), known)
        return known

    def _write(self) -> None:
        if self._path is None or not self._unwritten:
            return
        try:
            connection = self._open(self._path)
            with connection:
                connection.executemany(
                    ADD, [(name, day, *astuple(u)) for (name, day), u in self._unwritten.items()]
                )
        except (sqlite3.Error, SettingError) as error:
            if not self._told:
                log.error("what engines used cannot be written: %s", type(error).__name__)
            self._told = True
            return
        for (name, day), used in self._unwritten.items():
            for key, (at, known) in self._read.items():
                if key[0] == name and key[1] <= day <= key[2]:
                    self._read[key] = (at, known + used)
        self._unwritten.clear()
        self._told = False

    def _open(self, path: Path) -> sqlite3.Connection:
        if self._connection is None:
            from concierge.storage.database import open_database  # noqa: PLC0415 - SQLite tools

            self._connection = open_database(path)
        return self._connection


@dataclass(slots=True)
class Budget:
    """One engine's limits, and its page of the ledger."""

    engine: str
    limits: Limits
    ledger: Ledger

    async def spent(self) -> str:
        """Return which limit is used up, empty where none is."""
        if not self.limits.any:
            return ""
        return await asyncio.to_thread(self._spent, now())

    async def called(self) -> None:
        """Count a call, before it is made."""
        self.ledger.add(self.engine, _day(now()), Used(calls=1))
        await asyncio.to_thread(self.ledger.write)

    def use(self, usage: Usage) -> None:
        """Count what a call used; engines call this, from any thread. Written with the next call."""
        tokens, yen = int(usage.tokens), float(usage.yen)
        if not math.isfinite(yen) or max(tokens, yen) > MOST_USED:
            raise ValueError("no call uses as much")  # nor could the database hold it
        used = Used(tokens=max(0, tokens), yen=max(0.0, yen))
        self.ledger.add(self.engine, _day(now()), used)

    def today(self, at: datetime) -> tuple[Used, Used]:
        """Return what was used on that day and in that month."""
        day = _day(at)
        month = day[:8]
        return (
            self.ledger.used(self.engine, day, day),
            self.ledger.used(self.engine, f"{month}01", f"{month}31"),
        )

    def _spent(self, at: datetime) -> str:
        day, month = self.today(at)
        for what in ("calls", "tokens", "yen"):
            for used, period in ((day, "day"), (month, "month")):
                name = f"{what}_per_{period}"
                limit = getattr(self.limits, name)
                if limit is not None and getattr(used, what) >= limit:
                    return name
        return ""


def _day(at: datetime) -> str:
    return at.date().isoformat()
