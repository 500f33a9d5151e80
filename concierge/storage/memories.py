"""Keeps each resident's Memory: in the process, or in the database under a keyed hash.

A disk that is full or a database that is locked never costs an answer: it is reported, and what
could not be kept stays in the process until it can be.
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
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from concierge.memory import LASTS, Memory
from concierge.problem import SettingError
from concierge.storage.database import AwayError, open_database, passing
from concierge.storage.inbox import Statement

__all__ = [
    "Memories",
    "MemoriesInDatabase",
    "MemoriesInProcess",
    "remembering",
    "resident_secret",
]

log = logging.getLogger(__name__)

MAX_IN_PROCESS = 10_000
REST = 5.0
"""Seconds without a try after the database failed."""
UNUSABLE = (sqlite3.Error, SettingError)
RECALL = "SELECT memory FROM conversations WHERE resident = ?"
FORGET = "DELETE FROM conversations WHERE resident = ?"
KEEP = (
    "INSERT INTO conversations VALUES (?, ?, ?) ON CONFLICT (resident) "
    "DO UPDATE SET memory = excluded.memory, updated = excluded.updated"
)
KEPT_FOR = timedelta(days=400)
"""Areas kept by a tap are let go of after a year (and a month's grace) without a turn."""


LAST_TRIES, BETWEEN_TRIES = 5, 0.2
"""How often, and how many seconds apart, what is not written yet is tried again at the end."""


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

    def __contains__(self, resident: str) -> bool:
        return resident in self._kept

    def residents(self) -> list[str]:
        """Return the keys of those remembered, the longest unused first."""
        return list(self._kept)

    def keep(self, resident: str, memory: Memory, *, even_empty: bool = False) -> None:
        """Remember; an empty memory is forgotten, unless it stands for an erasure to be made."""
        self._kept.pop(resident, None)
        if even_empty or not memory.empty:
            self._kept[resident] = memory
            while len(self._kept) > MAX_IN_PROCESS:
                del self._kept[next(iter(self._kept))]

    def forget(self, resident: str) -> None:
        """Forget everything about a resident."""
        self._kept.pop(resident, None)


class MemoriesInDatabase:
    """Kept in the town's SQLite file; the file holds a keyed hash, never the key itself.

    What cannot be written is kept in the process until it can be. After a failure the database is
    left in peace for `REST` seconds, so that a lock never makes residents wait one after another.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._unkept = MemoriesInProcess()
        self._opened: tuple[sqlite3.Connection, bytes] | None = None
        self._rest_until = 0.0
        try:
            self._opened = _opened(path)
        except AwayError as error:
            self._failed("opened", error)

    def close(self) -> None:
        """Close the database, after another try at what could not be written yet."""
        with self._lock:
            for _ in range(LAST_TRIES):
                self._rest_until = 0.0
                self._write_unkept()
                if not self._unkept.residents():
                    break
                time.sleep(BETWEEN_TRIES)
            if self._opened is not None:
                self._opened[0].close()

    def recall(self, resident: str) -> Memory:
        """Return what is remembered of a resident; nothing where the database cannot be read."""
        with self._lock:
            if resident in self._unkept:
                return self._unkept.recall(resident)
            try:
                connection, secret = self._database()
                row = connection.execute(RECALL, (_key(secret, resident),)).fetchone()
            except UNUSABLE as error:
                self._failed("read", error)
                return Memory()
        return Memory.load(row[0]) if row else Memory()

    def keep(self, resident: str, memory: Memory) -> None:
        """Remember; where the database cannot be written, in the process until it can be."""
        with self._lock:
            self._unkept.keep(resident, memory, even_empty=True)
            self._write_unkept()

    def forget(self, resident: str) -> None:
        """Forget everything about a resident. Raises `AwayError` where it could not be."""
        with self._lock:
            self._unkept.forget(resident)
            try:
                self._write(resident, Memory())
            except UNUSABLE as error:
                self._unkept.keep(resident, Memory(), even_empty=True)
                self._failed("erased", error)
                raise AwayError(
                    "いまは消去できません。しばらくしてからもう一度お試しください。"
                ) from error

    def expire(self, moment: datetime) -> None:
        """Forget conversations that are over, and homes that nobody came back to."""
        over, before = (moment - LASTS).isoformat(), (moment - KEPT_FOR).isoformat()
        with self._lock:
            try:
                connection, _ = self._database()
                with connection:
                    connection.execute(
                        "DELETE FROM conversations WHERE updated < ? "
                        "OR (updated < ? AND json_extract(memory, '$.homes') = '{}')",
                        (before, over),
                    )
            except UNUSABLE as error:
                self._failed("expired", error)

    def _database(self) -> tuple[sqlite3.Connection, bytes]:
        """Return the database, opened again where it was away. Raises `AwayError`."""
        if time.monotonic() < self._rest_until:
            raise AwayError("the database is left in peace")
        if self._opened is None:
            self._opened = _opened(self._path)
        return self._opened

    def _write_unkept(self) -> None:
        """Write whatever is not written yet, as long as the database takes it."""
        try:
            for resident in self._unkept.residents():
                self._write(resident, self._unkept.recall(resident))
                self._unkept.forget(resident)
        except UNUSABLE as error:
            self._failed("kept", error)

    def _write(self, resident: str, memory: Memory) -> None:
        connection, secret = self._database()
        with connection:
            for statement in remembering(secret, resident, memory):
                connection.execute(*statement)

    def _failed(self, what: str, error: Exception) -> None:
        if time.monotonic() >= self._rest_until:
            log.error("memories could not be %s: %s", what, error)
            self._rest_until = time.monotonic() + REST


def remembering(secret: bytes, resident: str, memory: Memory) -> list[Statement]:
    """Return the statements that keep a memory, for a transaction that holds more than that."""
    key = _key(secret, resident)
    if memory.empty:
        return [(FORGET, (key,))]
    text = _dumped(memory)
    updated = memory.updated.isoformat() if memory.updated else ""
    return [] if text is None else [(KEEP, (key, text, updated))]


def _opened(path: Path) -> tuple[sqlite3.Connection, bytes]:
    connection = open_database(path)
    try:
        return connection, resident_secret(path)
    except BaseException:
        connection.close()
        raise


def _dumped(memory: Memory) -> str | None:
    """Return the memory as text; None where an engine put into it what no JSON can hold."""
    try:
        text = memory.dump()
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        log.error("a memory holds what cannot be kept: %s", type(error).__name__)
        return None
    return text


def _key(secret: bytes, resident: str) -> str:
    return hmac.new(secret, resident.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def resident_secret(database: Path) -> bytes:
    """Return the key that residents' keys are hashed with.

    CONCIERGE_SECRET where it is set; else a random one made once and kept beside the database,
    readable by its owner alone. Raises `SettingError` where it cannot be read, `AwayError` where
    it cannot be made now.
    """
    given = os.environ.get("CONCIERGE_SECRET")
    if given:
        return given.encode("utf-8", "surrogateescape")
    path = database.with_name(database.name + ".secret")
    try:
        if not path.exists():
            _make_secret(path)
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        kind = AwayError if passing(error) else SettingError
        raise kind(
            f"{path} を読み書きできません（{error}）。権限と空き容量を確かめてください。"
        ) from error
    except ValueError:
        secret = b""
    if len(secret) < 16:
        raise SettingError(
            f"{path} の中身が壊れています。バックアップから戻すか、削除してください"
            "（削除すると、住民が登録した地区は引き継がれません）。"
        )
    return secret


def _make_secret(path: Path) -> None:
    """Write a new secret whole or not at all; the first of two processes wins."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(made, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        made.unlink(missing_ok=True)
