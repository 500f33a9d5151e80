"""One SQLite file: opening it, and bringing its schema up to date.

Migrations are named functions, applied once each, in order, in a transaction. The schema keeps to
plain SQL types so that PostgreSQL can take it over.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from concierge.problem import SettingError

__all__ = ["database_path", "migrations", "open_database"]

DEFAULT = "sqlite:///var/concierge.db"
PREFIX = "sqlite:///"


def database_path(url: str | None = None) -> Path:
    """Return the file that CONCIERGE_DATABASE names. Raises `SettingError`."""
    given = url or os.environ.get("CONCIERGE_DATABASE") or DEFAULT
    if not given.startswith(PREFIX) or given == PREFIX:
        raise SettingError(
            f"CONCIERGE_DATABASE「{given}」は使えません。sqlite:///var/concierge.db のように、"
            "sqlite:/// に続けてファイル名を書いてください。"
        )
    return Path(given.removeprefix(PREFIX))


def open_database(path: Path) -> sqlite3.Connection:
    """Open the database, made and brought up to date where needed; readable by its owner only.

    The connection may be used from several threads, one at a time. Raises `SettingError` with what
    to do where the file cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, timeout=1.0, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        migrations.apply(Database(connection))
    except (OSError, sqlite3.Error) as error:
        raise SettingError(
            f"データベース {path} を開けません（{error}）。フォルダーに書き込めるか、"
            "ディスクに空きがあるかを確かめてください。"
        ) from error
    return connection


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
