"""The switches of staff: an engine or a topic is taken out, at once and without a restart.

They are rows of the town's database, written by `concierge engines off` and looked at by every
process about once a second. A database that cannot be read leaves the switches as they were.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from concierge.language.normalize import normalized_key

__all__ = ["Switch", "Switches", "flip", "read_switches"]

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks at the table."""
ALL = "SELECT kind, name, since, reason FROM switches ORDER BY kind, name"
OFF = (
    "INSERT INTO switches (kind, name, since, reason) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (kind, name) DO UPDATE SET reason = excluded.reason"
)
ON = "DELETE FROM switches WHERE kind = ? AND name = ?"


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that is switched off: `kind` is `engine` or `topic`."""

    kind: str
    name: str
    since: str
    reason: str


class Switches:
    """What is switched off now. Without a path, nothing ever is."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._looked: float | None = None
        self._engines: frozenset[str] = frozenset()
        self._topics: frozenset[str] = frozenset()
        self._told = False

    def engine_off(self, name: str) -> bool:
        """Whether an engine is not to be asked."""
        self._look()
        return name in self._engines

    def topic_off(self, words: Iterable[str | None]) -> bool:
        """Whether a topic that is switched off stands in any of the words (topics, title, intent)."""
        self._look()
        if not self._topics:
            return False
        keys = [normalized_key(word) for word in words if word]
        return any(topic in key for topic in self._topics for key in keys)

    def _look(self) -> None:
        if self._path is None:
            return
        moment = time.monotonic()
        if self._looked is not None and moment - self._looked < LOOK_EVERY:
            return
        self._looked = moment
        try:
            found = read_switches(self._path)
        except sqlite3.Error as error:
            if not self._told:
                log.error("the switches cannot be read: %s", type(error).__name__)
            self._told = True
            return
        self._told = False
        self._engines = frozenset(each.name for each in found if each.kind == "engine")
        self._topics = frozenset(
            normalized_key(each.name) for each in found if each.kind == "topic"
        )


def read_switches(path: Path) -> list[Switch]:
    """Return everything that is switched off. Raises `sqlite3.Error` where that cannot be read."""
    if not path.is_file():
        return []
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=0.2)) as connection:
        try:
            return [Switch(*row) for row in connection.execute(ALL)]
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise


def flip(path: Path, kind: str, name: str, at: datetime, *, off: bool, reason: str = "") -> bool:
    """Switch something off or on; tell whether that changed anything. Raises `SettingError`."""
    from concierge.storage.database import open_database  # noqa: PLC0415 - SQLite tools

    with contextlib.closing(open_database(path)) as connection, connection:
        known = connection.execute(
            "SELECT 1 FROM switches WHERE kind = ? AND name = ?", (kind, name)
        ).fetchone()
        if off:
            connection.execute(OFF, (kind, name, at.isoformat(timespec="seconds"), reason))
        else:
            connection.execute(ON, (kind, name))
    return (known is None) == off
