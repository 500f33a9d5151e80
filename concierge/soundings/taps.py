"""Which FAQ residents meant by a wording: what many of them tapped when it was only offered.

Only what residents agreed to have kept is there. One resident counts once however often they tap,
and a wording is told only where at least k different ones tapped the same entry and few another, so
that no few can steer it; even then it is a proposal to staff.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict

from concierge.language.normalize import normalized_key
from concierge.soundings.anonymity import people_at_least

__all__ = ["tapped"]

AGREED = 0.8
"""Share of the residents who tapped anything for a wording that must have tapped the same."""
TAPS = (
    "SELECT text, taken, period, resident FROM sounding_turns "
    "WHERE text IS NOT NULL AND taken IS NOT NULL AND outcome = 'suggest' "
    "AND coalesce(feedback, '') NOT IN ('wrong', 'unsolved')"
)


def tapped(connection: sqlite3.Connection, least: int) -> list[tuple[str, str]]:
    """Return (entry, wording) that at least `least` different residents tapped alike."""
    people: dict[str, dict[str, set[tuple[int, str]]]] = defaultdict(lambda: defaultdict(set))
    said: dict[str, dict[str, set[tuple[int, str]]]] = defaultdict(lambda: defaultdict(set))
    for text, taken, period, resident in connection.execute(TAPS):
        key = normalized_key(text)
        people[key][taken].add((period, resident))
        said[key][text].add((period, resident))
    found: list[tuple[str, str]] = []
    for key, by_entry in sorted(people.items()):
        entry = max(by_entry, key=lambda name: (people_at_least(by_entry[name]), name))
        everybody = set().union(*by_entry.values())
        alike = people_at_least(by_entry[entry])
        if alike >= max(2, least) and alike >= AGREED * people_at_least(everybody):
            wording = max(said[key], key=lambda text: (len(said[key][text]), text))
            found.append((entry, wording))
    return found
