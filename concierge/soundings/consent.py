"""What each resident allowed, purpose by purpose, with the text they agreed to and its version.

Kept under a keyed hash of the resident's key, until they withdraw, erase or stay away.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from concierge.storage.soundings import Store

__all__ = ["PURPOSES", "Allowed", "Consents", "version_of"]

PURPOSES = ("improve", "soundings", "ideas", "publish")
"""Improving answers with redacted texts; asked soundings with age band and area; ideas sent to the
idea box; publishing what came of it. Nothing is asked for that the program does not do."""
PROFILE = (
    "INSERT INTO sounding_residents (resident, noticed, age, area, next_ask, asked, updated) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (resident) DO UPDATE SET noticed = excluded.noticed, "
    "age = excluded.age, area = excluded.area, next_ask = excluded.next_ask, "
    "asked = excluded.asked, updated = excluded.updated"
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One resident's wishes.

    `noticed` is the version of the notice they were shown, None before. `asked` says which soundings
    they were asked on which day; before `next_ask` they are asked nothing more.
    """

    purposes: frozenset[str] = frozenset()
    decided: frozenset[str] = frozenset()
    """The purposes they said yes or no to."""
    noticed: str | None = None
    age: str | None = None
    area: str | None = None
    next_ask: date | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    updated: str | None = None


def version_of(text: str) -> str:
    """Return the version of a consent text: it changes with any letter of it."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Consents:
    """The consents of one town's residents. All methods raise one of `UNUSABLE`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, resident: str) -> Allowed:
        """Return what a resident (by stable hash) allowed."""

        def read(connection: sqlite3.Connection) -> Allowed:
            profile = connection.execute(
                "SELECT noticed, age, area, next_ask, asked, updated FROM sounding_residents "
                "WHERE resident = ?",
                (resident,),
            ).fetchone()
            if profile is None:
                return Allowed()
            rows = connection.execute(
                "SELECT purpose, given FROM consents WHERE resident = ?", (resident,)
            ).fetchall()
            return Allowed(
                purposes=frozenset(purpose for purpose, given in rows if given),
                decided=frozenset(purpose for purpose, _ in rows),
                noticed=profile[0],
                age=profile[1],
                area=profile[2],
                next_ask=date.fromisoformat(profile[3]) if profile[3] else None,
                asked=json.loads(profile[4]),
                updated=profile[5],
            )

        return self._store.run(read)

    def keep(self, resident: str, allowed: Allowed, at: datetime) -> None:
        """Keep a resident's profile."""
        values = (
            resident,
            allowed.noticed,
            allowed.age,
            allowed.area,
            allowed.next_ask.isoformat() if allowed.next_ask else None,
            json.dumps(dict(allowed.asked), ensure_ascii=False),
            at.date().isoformat(),
        )
        self._store.run(lambda connection: connection.execute(PROFILE, values))

    def decide(
        self,
        resident: str,
        decisions: Mapping[str, bool],
        text: str,
        language: str,
        at: datetime,
    ) -> None:
        """Keep yes or no to each purpose, with the text that was agreed to or refused."""
        version = version_of(text)
        day = at.date().isoformat()

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR IGNORE INTO consent_texts VALUES (?, ?, ?, ?)",
                (version, language, text, day),
            )
            connection.executemany(
                "INSERT INTO consents VALUES (?, ?, ?, ?, ?) ON CONFLICT (resident, purpose) "
                "DO UPDATE SET given = excluded.given, at = excluded.at, version = excluded.version",
                [
                    (resident, purpose, int(given), at.isoformat(timespec="minutes"), version)
                    for purpose, given in decisions.items()
                ],
            )

        self._store.run(write)
