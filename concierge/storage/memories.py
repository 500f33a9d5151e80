"""Keeps each resident's Memory: in the process, or in the database under a keyed hash.

A disk that is full or a database that is locked never costs an answer: what could not be kept is
reported, and the conversation goes on without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import os
import secrets
import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from concierge.memory import Memory
from concierge.storage.database import open_database

__all__ = ["Memories", "MemoriesInDatabase", "MemoriesInProcess", "resident_secret"]

log = logging.getLogger(__name__)

MAX_IN_PROCESS = 10_000
KEPT_FOR = timedelta(days=400)
"""Areas kept by a tap are let go of after a year (and a month's grace) without a turn."""


class Memories(Protocol):
    """Where memories are kept, by the resident's pseudonymous key."""

    def recall(self, resident: str) -> Memory:
        """Return what is remembered of a resident; an empty Memory where nothing is."""

    def keep(self, resident: str, memory: Memory) -> None:
        """Remember; an empty memory is forgotten."""

    def forget(self, resident: str) -> None:
        """Forget everything about a resident."""


class MemoriesInProcess:
    """Kept until the process ends; the ones longest unused go first when there are too many."""

    def __init__(self) -> None:
        self._kept: dict[str, Memory] = {}

    def recall(self, resident: str) -> Memory:
        """Return what is remembered of a resident."""
        return self._kept.get(resident, Memory())

    def keep(self, resident: str, memory: Memory) -> None:
        """Remember."""
        self._kept.pop(resident, None)
        if not memory.empty:
            self._kept[resident] = memory
            while len(self._kept) > MAX_IN_PROCESS:
                del self._kept[next(iter(self._kept))]

    def forget(self, resident: str) -> None:
        """Forget everything about a resident."""
        self._kept.pop(resident, None)


class MemoriesInDatabase:
    """Kept in the town's SQLite file; the file holds a keyed hash, never the key itself."""

    def __init__(self, path: Path) -> None:
        self._connection = open_database(path)
        self._secret = resident_secret(path)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    def recall(self, resident: str) -> Memory:
        """Return what is remembered of a resident; nothing where the database cannot be read."""
        try:
            with self._lock:
                row = self._connection.execute(
                    "SELECT memory FROM conversations WHERE resident = ?", (self._key(resident),)
                ).fetchone()
        except sqlite3.Error as error:
            log.error("a memory could not be read: %s", error)
            return Memory()
        return Memory.load(row[0]) if row else Memory()

    def keep(self, resident: str, memory: Memory) -> None:
        """Remember; where the database cannot be written, say so and go on."""
        if memory.empty:
            self.forget(resident)
            return
        updated = memory.updated.isoformat() if memory.updated else ""
        self._write(
            "INSERT INTO conversations VALUES (?, ?, ?) ON CONFLICT (resident) "
            "DO UPDATE SET memory = excluded.memory, updated = excluded.updated",
            (self._key(resident), memory.dump(), updated),
        )

    def forget(self, resident: str) -> None:
        """Forget everything about a resident."""
        self._write("DELETE FROM conversations WHERE resident = ?", (self._key(resident),))

    def expire(self, moment: datetime) -> None:
        """Forget those who have not been here for longer than anything is kept."""
        before = (moment - KEPT_FOR).isoformat()
        self._write("DELETE FROM conversations WHERE updated < ?", (before,))

    def _write(self, statement: str, values: tuple[str, ...]) -> None:
        try:
            with self._lock, self._connection:
                self._connection.execute(statement, values)
        except sqlite3.Error as error:
            log.error("a memory could not be kept: %s", error)

    def _key(self, resident: str) -> str:
        return hmac.new(
            self._secret, resident.encode("utf-8", "replace"), hashlib.sha256
        ).hexdigest()


def resident_secret(database: Path) -> bytes:
    """Return the key that residents' keys are hashed with.

    CONCIERGE_SECRET where it is set; else a random one made once and kept beside the database,
    readable by its owner alone.
    """
    given = os.environ.get("CONCIERGE_SECRET")
    if given:
        return given.encode()
    path = database.with_name(database.name + ".secret")
    if not path.exists():
        made = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(made, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):  # another process made one first
            os.link(made, path)
        made.unlink()
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
