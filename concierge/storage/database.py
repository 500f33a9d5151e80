"""One SQLite file: opening it, and bringing its schema up to date.

Migrations are named functions, applied once each, in order, in a transaction. The schema keeps to
plain SQL types so that PostgreSQL can take it over.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from concierge.problem import SettingError
from concierge.settings import database_path

__all__ = [
    "AwayError",
    "bring_up_to_date",
    "database_path",
    "migrations",
    "open_database",
    "passing",
]

PASSING_ERRNO = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
PASSING_SQLITE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
)


class AwayError(SettingError):
    """The database cannot be used now, but may be later: locked, read-only, a full disk."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open the database, made and brought up to date where needed; readable by its owner only.

    The connection may be used from several threads, one at a time. Raises `SettingError` with what
    to do where the file cannot be used, `AwayError` where it may be usable later.
    """
    connection: sqlite3.Connection | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, timeout=1.0, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        bring_up_to_date(connection, migrations)
    except (OSError, sqlite3.Error) as error:
        if connection is not None:
            connection.close()
        kind = AwayError if passing(error) else SettingError
        raise kind(
            f"データベース {path} を開けません（{error}）。フォルダーに書き込めるか、"
            "ディスクに空きがあるかを確かめてください。"
        ) from error
    return connection


def bring_up_to_date(connection: sqlite3.Connection, wanted: Migrations) -> None:
    """Apply the migrations that are missing, all or none; of two processes the second waits."""
    database = Database(connection)
    if wanted.pending(database):
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            wanted.apply(database)


def passing(error: OSError | sqlite3.Error) -> bool:
    """Tell whether the file is locked, read-only, or on a disk that is full or failing."""
    if isinstance(error, OSError):
        return error.errno in PASSING_ERRNO
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in PASSING_SQLITE


migrations = Migrations("concierge")


@migrations()
def m001_conversations(database: Database) -> None:
    """What a conversation remembers, by pseudonymous resident key; no text of the resident."""
    table = database["conversations"]
    table.create(  # type: ignore[union-attr]
        {"resident": str, "memory": str, "updated": str},
        pk="resident",
        not_null={"memory", "updated"},
        if_not_exists=True,
    )
    table.create_index(["updated"], if_not_exists=True)  # type: ignore[union-attr]


@migrations()
def line_work(database: Database) -> None:
    """What became of LINE's events; `concierge/storage/inbox_work.py` says what stands where."""
    from concierge.storage.inbox_work import WORK_SCHEMA  # noqa: PLC0415 - it opens databases

    for statement in WORK_SCHEMA:
        database.execute(statement)


@migrations()
def hub_state(database: Database) -> None:
    """What staff switched off, what engines used, what shadows answered; nothing of a resident."""
    tables: dict[str, tuple[dict[str, type], tuple[str, ...] | None]] = {
        "switches": ({"kind": str, "name": str, "since": str, "reason": str}, ("kind", "name")),
        "engine_usage": (
            {"engine": str, "day": str, "calls": int, "tokens": int, "yen": float},
            ("engine", "day"),
        ),
        "shadow_answers": (
            {
                "day": str,
                "language": str,
                "shadow": str,
                "engine": str,
                "verdict": str,
                "shadow_answer": str,
                "answer": str,
                "probability": float,
                "milliseconds": float,
            },
            None,
        ),
    }
    for name, (columns, key) in tables.items():
        database[name].create(columns, pk=key, if_not_exists=True)  # type: ignore[union-attr]
