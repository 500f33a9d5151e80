"""Shadow engines: asked after the reply, compared with what was answered, never shown.

What is kept is a row a question: the day, the language, whose answers, whether they were the same.
Answers are named by intent or FAQ id, or by a digest of their text; no text of anybody is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sqlite3
import threading
from dataclasses import astuple, dataclass
from pathlib import Path

from concierge.engine import Candidate
from concierge.problem import SettingError

__all__ = ["ShadowLog", "Shadowed", "answer_name", "verdict_of"]

log = logging.getLogger(__name__)

MOST = 1000
"""Rows kept in a process that has no database, or cannot write to it; the oldest go first."""
INSERT = (
    "INSERT INTO shadow_answers (day, language, shadow, engine, verdict, shadow_answer, answer, "
    "probability, milliseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
SELECT = (
    "SELECT day, language, shadow, engine, verdict, shadow_answer, answer, probability, "
    "milliseconds FROM shadow_answers ORDER BY rowid"
)


@dataclass(frozen=True, slots=True)
class Shadowed:
    """What a shadow engine would have answered to one question, beside what was answered.

    `verdict` is `same`, `different`, `only-shadow`, `only-hub`, `neither`, or `failed`.
    """

    day: str
    language: str
    shadow: str
    engine: str | None
    verdict: str
    shadow_answer: str | None
    answer: str | None
    probability: float
    milliseconds: float


class ShadowLog:
    """Keeps what shadows answered, in a database where there is one."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._rows: list[Shadowed] = []

    def add(self, row: Shadowed) -> None:
        """Keep a row; what cannot be written is kept in the process."""
        with self._lock:
            self._rows = [*self._rows[-MOST + 1 :], row]
            if self._path is None:
                return
            try:
                if self._connection is None:
                    from concierge.storage.database import open_database  # noqa: PLC0415

                    self._connection = open_database(self._path)
                with self._connection:
                    self._connection.executemany(INSERT, [astuple(each) for each in self._rows])
            except (sqlite3.Error, SettingError) as error:
                log.error("what a shadow answered cannot be kept: %s", type(error).__name__)
            else:
                self._rows = []

    def rows(self) -> list[Shadowed]:
        """Return everything kept, oldest first."""
        with self._lock:
            return [*_kept(self._path), *self._rows]

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def _kept(path: Path | None) -> list[Shadowed]:
    if path is None or not path.is_file():
        return []
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=1.0)) as connection:
        try:
            return [Shadowed(*row) for row in connection.execute(SELECT)]
        except sqlite3.OperationalError:
            return []


def answer_name(candidate: Candidate | None) -> str | None:
    """Name an answer without quoting it."""
    if candidate is None:
        return None
    if candidate.answer_id is not None:
        return candidate.answer_id
    digest = hashlib.blake2b(candidate.text.encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f"{candidate.intent or 'text'}:{digest}"


def verdict_of(shadow: Candidate | None, answer: Candidate | None) -> str:
    """Compare two answers to one question."""
    if shadow is None or answer is None:
        if shadow is None and answer is None:
            return "neither"
        return "only-hub" if shadow is None else "only-shadow"
    same = answer_name(shadow) == answer_name(answer) or shadow.text == answer.text
    return "same" if same else "different"
