"""Keeps what turns tell: counts of all, rows of those who consented. Never in an answer's way.

`note` only puts a turn into a queue; a thread redacts, hashes and writes many at once. A locked or
full disk costs no answer: turns wait in the process, further ones are let go of when there are too
many, and that is said in the program's own log.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from concierge.soundings.asked import IDEAS
from concierge.soundings.keys import Keys
from concierge.soundings.redaction import redact
from concierge.soundings.settings import Privacy
from concierge.soundings.turn import TALK, Turn, first_id
from concierge.storage.soundings import UNUSABLE, Store

__all__ = ["Answer", "Log", "Remark"]

log = logging.getLogger(__name__)

MOST_WAITING = 20_000
AT_ONCE = 500
GATHER = 0.25
"""Seconds in which turns gather before they are written together."""
LAST_TRIES, BETWEEN_TRIES = 5, 0.2
UNSENT_WITHIN = timedelta(days=2)
"""How long a message can be found by the channel's id, so that unsending it takes it back."""
AGREED = "SELECT 1 FROM consents WHERE resident = :stable AND given = 1 AND purpose = "
TURN = (
    "INSERT OR IGNORE INTO sounding_turns (id, day, hour, period, resident, publish, channel, "
    "language, area, topic, intent, slots, outcome, engine, answer_id, confidence, milliseconds, "
    "text, message) SELECT :id, :day, :hour, :period, :resident, "
    f":publish AND EXISTS ({AGREED} 'publish'), :channel, :language, :area, :topic, :intent, "
    ":slots, :outcome, :engine, :answer_id, :confidence, :milliseconds, :text, :message "
    f"WHERE EXISTS ({AGREED} 'improve')"
)
"""Whether somebody agrees is asked again where it is written: another process may have erased them."""
COUNT = (
    "INSERT INTO sounding_counts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT "
    "(day, hour, channel, topic, outcome) DO UPDATE SET turns = turns + excluded.turns"
)
DELETE_TURNS = "DELETE FROM sounding_turns WHERE period = ? AND resident = ?"
DELETE_ANSWERS = "DELETE FROM sounding_answers WHERE period = ? AND resident = ?"
WITHDRAWN = {
    "improve": (DELETE_TURNS,),
    "soundings": (f"{DELETE_ANSWERS} AND sounding <> '{IDEAS}'",),
    "ideas": (f"{DELETE_ANSWERS} AND sounding = '{IDEAS}'",),
    "publish": (
        "UPDATE sounding_turns SET publish = 0 WHERE period = ? AND resident = ?",
        "UPDATE sounding_answers SET publish = 0 WHERE period = ? AND resident = ?",
    ),
}
"""What becomes of what is kept when a purpose is no longer agreed to."""
HELD = (
    "SELECT id, day, hour, topic, outcome, text, feedback FROM sounding_turns "
    "WHERE period = ? AND resident = ?",
    "SELECT id, day, sounding, question, value, text FROM sounding_answers "
    "WHERE period = ? AND resident = ?",
)
ANSWER = (
    "INSERT INTO sounding_answers (day, period, resident, publish, sounding, question, value, "
    "text, age, area, channel, message) SELECT :day, :period, :resident, "
    f":publish AND EXISTS ({AGREED} 'publish'), :sounding, :question, :value, :text, :age, :area, "
    f":channel, :message WHERE EXISTS ({AGREED} :purpose)"
)


@dataclass(frozen=True, slots=True)
class Remark:
    """What was learned about an earlier turn: feedback, or which suggestion was taken."""

    turn: Turn
    feedback: str | None = None
    taken: str | None = None
    resident: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question of an asked sounding. `text` is redacted before it is written."""

    at: datetime
    resident: str
    channel: str
    sounding: str
    question: str
    value: str | None = None
    text: str | None = None
    age: str | None = None
    area: str | None = None
    publish: bool = False
    message: str | None = None
    """The channel's own id of the message, for unsending."""


Item = Turn | Remark | Answer
Row = tuple[str, Sequence[Any] | Mapping[str, Any]]
"""A statement that keeps an item, and its values."""


class Log:
    """The log of one town. `public` returns the numbers that redaction keeps."""

    def __init__(
        self, path: Path, privacy: Callable[[], Privacy], public: Callable[[], Collection[str]]
    ) -> None:
        self.store = Store(path)
        self.keys = Keys(path)
        self._privacy, self._public = privacy, public
        self._queue: deque[Item] = deque()
        self._writing = threading.Lock()
        self._awake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    def note(self, item: Item) -> None:
        """Keep a turn, a remark on one, or an answer, soon; never waits, never raises."""
        if len(self._queue) >= MOST_WAITING:
            log.error("a turn's record was let go of: the database has been away for too long")
            return
        self._queue.append(item)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="soundings", daemon=True)
            self._thread.start()
        self._awake.set()

    def flush(self) -> bool:
        """Write what waits, now; tell whether nothing waits any more."""
        with self._writing:
            while self._queue:
                if not self._write():
                    return False
        return True

    def close(self) -> None:
        """Write what waits, with a few tries, and close the database."""
        self._closed = True
        self._awake.set()
        for _ in range(LAST_TRIES):
            self.store.try_again()
            if self.flush():
                break
            time.sleep(BETWEEN_TRIES)
        self.store.close()

    def erase(self, resident: str) -> None:
        """Erase everything about a resident, here and in the journal. Raises `UNUSABLE`.

        What waits in the process goes first; the counts name nobody and stay.
        """
        with self._writing:
            waiting = [item for item in self._queue if item.resident != resident]
            self._queue.clear()
            self._queue.extend(waiting)
            pseudonyms = self.keys.all_of(resident)
            stable = self.keys.stable(resident)

            def delete(connection: sqlite3.Connection) -> None:
                for each in pseudonyms:
                    for statement in (DELETE_TURNS, DELETE_ANSWERS):
                        connection.execute(statement, (each.period, each.name))
                connection.execute("DELETE FROM consents WHERE resident = ?", (stable,))
                connection.execute("DELETE FROM sounding_residents WHERE resident = ?", (stable,))

            self.store.run(delete)
            self.store.wipe()

    def unsend(self, message: str) -> None:
        """Take back a message that its sender unsent: what was kept of it goes, the count stays."""
        with self._writing:
            kept = [i for i in self._queue if isinstance(i, Remark) or i.message != message]
            self._queue.clear()
            self._queue.extend(kept)
            mark = self.keys.mark(message)

            def delete(connection: sqlite3.Connection) -> None:
                for table in ("sounding_turns", "sounding_answers"):
                    connection.execute(f"DELETE FROM {table} WHERE message = ?", (mark,))  # noqa: S608

            self.store.run(delete)
            self.store.wipe()

    def withdraw(self, resident: str, purpose: str) -> None:
        """Let go of what was kept for a purpose that is no longer agreed to. Raises `UNUSABLE`."""
        with self._writing:
            pseudonyms = self.keys.all_of(resident)

            def change(connection: sqlite3.Connection) -> None:
                for each in pseudonyms:
                    for statement in WITHDRAWN.get(purpose, ()):
                        connection.execute(statement, (each.period, each.name))

            while self._queue:
                if not self._write():
                    break
            self.store.run(change)
            self.store.wipe()

    def held(self, resident: str) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
        """Return the turns and answers kept of a resident, the latest first. Raises `UNUSABLE`."""
        self.flush()
        pseudonyms = self.keys.all_of(resident)

        def read(connection: sqlite3.Connection) -> tuple[list[Any], list[Any]]:
            found: tuple[list[Any], list[Any]] = ([], [])
            for each in pseudonyms:
                for rows, statement in zip(found, HELD, strict=True):
                    rows.extend(connection.execute(statement, (each.period, each.name)))
            return sorted(found[0], reverse=True), sorted(found[1], reverse=True)

        return self.store.run(read)

    def expire(self, now: datetime) -> None:
        """Enforce the periods of `privacy.yaml`: delete, empty the journal, destroy old keys."""
        privacy = self._privacy()
        today = now.date()

        def before(days: int) -> str:
            return (today - timedelta(days=days)).isoformat()

        turns = first_id(today - timedelta(days=privacy.texts))
        unsent = first_id((now - UNSENT_WITHIN).date())
        gone = before(max(privacy.longest, 400))

        def delete(connection: sqlite3.Connection) -> int:
            done = (
                connection.execute("DELETE FROM sounding_turns WHERE id < ?", (turns,)),
                connection.execute(
                    "UPDATE sounding_turns SET message = NULL WHERE message IS NOT NULL AND id < ?",
                    (unsent,),
                ),
                connection.execute(
                    "UPDATE sounding_answers SET message = NULL "
                    "WHERE message IS NOT NULL AND day < ?",
                    ((now - UNSENT_WITHIN).date().isoformat(),),
                ),
                connection.execute(
                    "DELETE FROM sounding_answers WHERE day < ?", (before(privacy.answers),)
                ),
                connection.execute(
                    "DELETE FROM sounding_counts WHERE day < ?", (before(privacy.counts),)
                ),
                connection.execute(
                    "DELETE FROM unmet_groups WHERE seen < ?", (before(privacy.texts),)
                ),
                connection.execute(
                    "DELETE FROM sounding_access WHERE at < ?", (before(privacy.access),)
                ),
                connection.execute(
                    "DELETE FROM consents WHERE resident IN "
                    "(SELECT resident FROM sounding_residents WHERE updated < ?)",
                    (gone,),
                ),
                connection.execute("DELETE FROM sounding_residents WHERE updated < ?", (gone,)),
            )
            return sum(cursor.rowcount for cursor in done)

        if self.store.run(delete) or self.store.unwiped:
            self.store.wipe()
        self.keys.destroy(today, privacy.longest, privacy.rotate)

    def _work(self) -> None:
        while not self._closed:
            self._awake.wait()
            self._awake.clear()
            if not self._closed:
                time.sleep(GATHER)
            if not self.flush() and not self._closed:
                time.sleep(1.0)
                self._awake.set()

    def _write(self) -> bool:
        """Write the first turns that wait; they stay where they are until they are written."""
        items = [self._queue[place] for place in range(min(AT_ONCE, len(self._queue)))]
        try:
            rows = [self._made(item) for item in items]
            counts = Counter(count for item in items for count in _counts(item))
            self.store.run(lambda connection: _store(connection, rows, counts))
            if self.store.unwiped:
                self.store.wipe()
        except UNUSABLE:
            return False
        for _ in items:
            if self._queue:
                self._queue.popleft()
        return True

    def _made(self, item: Item) -> Row | None:
        """Return an item's row; one that cannot be made costs only itself."""
        try:
            return self._row(item)
        except UNUSABLE:
            raise
        except Exception as error:
            log.error("a record could not be made: %s", type(error).__name__)
            return None

    def _row(self, item: Item) -> Row | None:
        """Return the statement and the values that keep an item; None where only counts do."""
        if isinstance(item, Remark):
            if item.turn.resident is None:
                return None
            return (
                "UPDATE sounding_turns SET feedback = coalesce(?, feedback), "
                "taken = coalesce(?, taken) WHERE id = ?"
            ), (item.feedback, item.taken, item.turn.number)
        if item.resident is None:
            return None
        privacy = self._privacy()
        mine = self.keys.now(item.resident, item.at.date(), privacy.rotate)
        kept: dict[str, Any] = {
            "stable": self.keys.stable(item.resident),
            "day": item.at.date().isoformat(),
            "period": mine.period,
            "resident": mine.name,
            "publish": item.publish,
            "channel": item.channel,
            "area": item.area,
            "text": None if item.text is None else redact(item.text, self._public()).text,
            "message": self.keys.mark(item.message) if item.message else None,
        }
        if isinstance(item, Answer):
            return ANSWER, {
                **kept,
                "purpose": "ideas" if item.sounding == IDEAS else "soundings",
                "sounding": item.sounding,
                "question": item.question,
                "value": item.value,
                "age": item.age,
            }
        return TURN, {
            **kept,
            "id": item.number,
            "hour": item.at.hour,
            "language": item.language,
            "topic": item.topic,
            "intent": item.intent,
            "slots": json.dumps(dict(item.slots), ensure_ascii=False) if item.slots else None,
            "outcome": item.outcome,
            "engine": item.engine,
            "answer_id": item.answer_id,
            "confidence": round(item.confidence, 3),
            "milliseconds": round(item.milliseconds, 1),
        }


def _counts(item: Item) -> list[tuple[str, int, str, str, str]]:
    """Return what an item adds to the counts: nothing that names or quotes anyone."""
    if isinstance(item, Answer):
        return []
    turn = item.turn if isinstance(item, Remark) else item
    outcome = item.feedback if isinstance(item, Remark) else item.outcome
    if outcome is None or turn.topic == TALK:
        return []
    return [(turn.at.date().isoformat(), turn.at.hour, turn.channel, turn.topic, outcome)]


def _store(
    connection: sqlite3.Connection,
    rows: Sequence[Row | None],
    counts: Counter[tuple[str, int, str, str, str]],
) -> None:
    for row in rows:
        if row is not None:
            connection.execute(*row)
    connection.executemany(COUNT, [(*key, number) for key, number in counts.items()])
