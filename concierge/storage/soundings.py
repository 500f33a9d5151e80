"""The tables of the soundings, and the one way to reach them: guarded, patient, never in the way.

Every table can be read in Datasette as it is. `sounding_counts` holds figures of all turns and no
text; the others hold only what a resident allowed, under a pseudonym or a keyed hash.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database, Migrations

from concierge.problem import SettingError
from concierge.storage.database import AwayError, bring_up_to_date, open_database

__all__ = ["UNUSABLE", "Store", "migrations"]

log = logging.getLogger(__name__)
T = TypeVar("T")

REST = 5.0
"""Seconds without a try after the database failed."""
UNUSABLE = (sqlite3.Error, SettingError)
migrations = Migrations("concierge-soundings")

COUNTS = """
CREATE TABLE sounding_counts (
    day TEXT NOT NULL, hour INTEGER NOT NULL, channel TEXT NOT NULL, topic TEXT NOT NULL,
    outcome TEXT NOT NULL, turns INTEGER NOT NULL,
    PRIMARY KEY (day, hour, channel, topic, outcome)
) WITHOUT ROWID
"""
TURNS = """
CREATE TABLE sounding_turns (
    id INTEGER PRIMARY KEY, day TEXT NOT NULL, hour INTEGER NOT NULL,
    period INTEGER NOT NULL, resident TEXT NOT NULL, publish INTEGER NOT NULL,
    channel TEXT NOT NULL, language TEXT NOT NULL, area TEXT, topic TEXT NOT NULL,
    intent TEXT, slots TEXT, outcome TEXT NOT NULL, taken TEXT, engine TEXT, answer_id TEXT,
    confidence REAL, milliseconds REAL, text TEXT, feedback TEXT, message TEXT, unmet TEXT
)
"""
ANSWERS = """
CREATE TABLE sounding_answers (
    id INTEGER PRIMARY KEY, day TEXT NOT NULL, period INTEGER NOT NULL, resident TEXT NOT NULL,
    publish INTEGER NOT NULL, sounding TEXT NOT NULL, question TEXT NOT NULL, value TEXT,
    text TEXT, age TEXT, area TEXT, channel TEXT NOT NULL
)
"""
CONSENTS = """
CREATE TABLE consents (
    resident TEXT NOT NULL, purpose TEXT NOT NULL, given INTEGER NOT NULL, at TEXT NOT NULL,
    version TEXT NOT NULL REFERENCES consent_texts (version), PRIMARY KEY (resident, purpose)
) WITHOUT ROWID
"""
TEXTS = """
CREATE TABLE consent_texts (
    version TEXT PRIMARY KEY, language TEXT NOT NULL, text TEXT NOT NULL, first_used TEXT NOT NULL
) WITHOUT ROWID
"""
PROFILES = """
CREATE TABLE sounding_residents (
    resident TEXT PRIMARY KEY, noticed TEXT, age TEXT, area TEXT, next_ask TEXT,
    asked TEXT NOT NULL DEFAULT '{}', updated TEXT NOT NULL
) WITHOUT ROWID
"""
UNMET = """
CREATE TABLE unmet_groups (
    id TEXT PRIMARY KEY, first_seen TEXT NOT NULL, terms TEXT NOT NULL, seen TEXT NOT NULL
) WITHOUT ROWID
"""
ACCESS = """
CREATE TABLE sounding_access (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
    first_day TEXT, last_day TEXT, form TEXT
)
"""
INDEXES = (
    "CREATE INDEX sounding_turns_resident ON sounding_turns (period, resident)",
    "CREATE INDEX sounding_answers_resident ON sounding_answers (period, resident)",
    "CREATE INDEX sounding_turns_message ON sounding_turns (message) WHERE message IS NOT NULL",
    "CREATE INDEX sounding_turns_unmet ON sounding_turns (unmet) WHERE unmet IS NOT NULL",
)


@migrations()
def m001_soundings(database: Database) -> None:
    """Counts of all turns; turns, answers, consents and what is remembered of a resident's wish."""
    for statement in (COUNTS, TURNS, ANSWERS, TEXTS, CONSENTS, PROFILES, UNMET, ACCESS, *INDEXES):
        database.execute(statement)


@migrations()
def m002_ideas_by_consent(database: Database) -> None:
    """Delete ideas that were kept before there was a consent for them."""
    database.execute("DELETE FROM sounding_answers WHERE sounding = 'ideas'")


@migrations()
def m003_no_reminders(database: Database) -> None:
    """Delete consents to reminders: none are sent, and a yes is to be asked for when they are."""
    database.execute("DELETE FROM consents WHERE purpose = 'reminders'")


@migrations()
def m004_answers_unsent(database: Database) -> None:
    """Let an answer or an idea be found by its message for some days, so that unsending takes it back."""
    database.execute("ALTER TABLE sounding_answers ADD COLUMN message TEXT")
    database.execute(
        "CREATE INDEX sounding_answers_message ON sounding_answers (message) "
        "WHERE message IS NOT NULL"
    )


class Store:
    """The soundings' own connection to the town's database; one thread at a time.

    After a failure the file is left in peace for `REST` seconds: a lock costs one try, not every
    turn's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._rest_until = 0.0
        self.unwiped = False
        """Whether the journal may still hold what was deleted."""

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something in one transaction. Raises one of `UNUSABLE` where the file is away."""
        with self._lock:
            if time.monotonic() < self._rest_until:
                raise AwayError("the database is left in peace")
            try:
                if self._connection is None:
                    self._connection = _opened(self.path)
                with self._connection:
                    return work(self._connection)
            except UNUSABLE as error:
                log.error("the soundings' tables cannot be used: %s", error)
                self._rest_until = time.monotonic() + REST
                raise

    def try_again(self) -> None:
        """End the rest after a failure; for the last try before the end."""
        self._rest_until = 0.0

    def wipe(self) -> None:
        """Empty the journal, so that nothing deleted is left in it.

        Deleted content in the file itself is overwritten at once (`secure_delete`). Where somebody
        else is reading just then, it is tried again with the next records.
        """

        def checkpoint(connection: sqlite3.Connection) -> bool:
            return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])

        self.unwiped = self.run(checkpoint)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def _opened(path: Path) -> sqlite3.Connection:
    connection = open_database(path)
    try:
        bring_up_to_date(connection, migrations)
    except BaseException:
        connection.close()
        raise
    return connection
