"""The figures of a period, read from the log: demand, outcomes, answers, reach.

Counts speak of all residents, rows only of those who agreed. `people` are always a lower bound,
because nobody is followed from one key's time into the next.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from concierge.soundings.anonymity import people_at_least
from concierge.soundings.turn import EMERGENCY, first_id
from concierge.soundings.unmet import UNRESOLVED

__all__ = [
    "FEEDBACK",
    "OUTCOMES",
    "Answers",
    "Counts",
    "Places",
    "answers",
    "counts",
    "interval",
    "is_need",
    "places",
    "reached",
    "seasons",
]

OUTCOMES = ("answered", "clarify", "suggest", "abstain", "emergency")
FEEDBACK = ("helpful", "wrong", "person", "solved", "unsolved")
Z = 1.959964
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many turns: by topic and outcome, hour, month, channel; and what was said of them."""

    topics: Mapping[str, Counter[str]]
    hours: Counter[int]
    months: Counter[str]
    channels: Counter[str]
    outcomes: Counter[str]

    @property
    def turns(self) -> int:
        """All turns."""
        return sum(self.outcomes[outcome] for outcome in OUTCOMES)


@dataclass(frozen=True, slots=True)
class Places:
    """Turns, people and unresolved turns by area and topic, of those who agreed."""

    turns: Mapping[tuple[str, str], int] = field(default_factory=dict)
    people: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unresolved: Mapping[str, int] = field(default_factory=dict)
    """By topic."""
    by_topic: Mapping[str, int] = field(default_factory=dict)
    people_by_topic: Mapping[str, int] = field(default_factory=dict)
    people_by_area: Mapping[str, int] = field(default_factory=dict)
    people_all: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one question: by value; free texts are only counted.

    `told` counts them by value, age band and area, None where somebody told none.
    """

    values: Counter[str]
    texts: int
    ages: Counter[str]
    people: int
    told: Counter[tuple[str | None, str | None, str | None]]


def counts(connection: sqlite3.Connection, first: date, last: date) -> Counts:
    """Return the counts of a period, both days included."""
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    hours: Counter[int] = Counter()
    months: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    rows = connection.execute(
        "SELECT substr(day, 1, 7), hour, channel, topic, outcome, sum(turns) FROM sounding_counts "
        "WHERE day >= ? AND day <= ? GROUP BY 1, 2, 3, 4, 5",
        (first.isoformat(), last.isoformat()),
    )
    for month, hour, channel, topic, outcome, turns in rows:
        topics[topic][outcome] += turns
        outcomes[outcome] += turns
        if outcome in OUTCOMES:
            hours[hour] += turns
            months[month] += turns
            channels[channel] += turns
    return Counts(topics, hours, months, channels, outcomes)


def places(connection: sqlite3.Connection, first: date, last: date) -> Places:
    """Return where those who agreed ask about what."""
    turns: Counter[tuple[str, str]] = Counter()
    by_topic: Counter[str] = Counter()
    unresolved: Counter[str] = Counter()
    people: dict[tuple[str, str], set[tuple[int, str]]] = defaultdict(set)
    of_topic: dict[str, set[tuple[int, str]]] = defaultdict(set)
    of_area: dict[str, set[tuple[int, str]]] = defaultdict(set)
    everyone: set[tuple[int, str]] = set()
    rows = connection.execute(
        f"SELECT area, topic, period, resident, count(*), sum({UNRESOLVED}) FROM sounding_turns "  # noqa: S608
        "WHERE id >= ? AND id < ? GROUP BY 1, 2, 3, 4",
        (first_id(first), first_id(last) + (24 << 40)),
    )
    for area, topic, period, resident, number, missed in rows:
        who = (period, resident)
        by_topic[topic] += number
        unresolved[topic] += missed or 0
        of_topic[topic].add(who)
        everyone.add(who)
        if area:
            turns[area, topic] += number
            people[area, topic].add(who)
            of_area[area].add(who)
    return Places(
        turns=turns,
        people={key: people_at_least(who) for key, who in people.items()},
        unresolved=unresolved,
        by_topic=by_topic,
        people_by_topic={topic: people_at_least(who) for topic, who in of_topic.items()},
        people_by_area={area: people_at_least(who) for area, who in of_area.items()},
        people_all=people_at_least(everyone),
        rows=sum(by_topic.values()),
    )


def answers(
    connection: sqlite3.Connection, first: date, last: date, *, published: bool = False
) -> dict[tuple[str, str], Answers]:
    """Return the answers to every question (sounding, question) that was answered in a period.

    `published` takes only those of people who agreed that results be published.
    """
    found: dict[tuple[str, str], list[tuple[str | None, bool, str | None, str | None, int, str]]]
    found = defaultdict(list)
    rows = connection.execute(
        "SELECT sounding, question, value, text IS NOT NULL, age, area, period, resident "
        "FROM sounding_answers WHERE day >= ? AND day <= ? AND publish >= ?",
        (first.isoformat(), last.isoformat(), int(published)),
    )
    for sounding, question, *rest in rows:
        found[sounding, question].append(tuple(rest))
    return {
        key: Answers(
            values=Counter(row[0] for row in each if row[0] is not None),
            texts=sum(bool(row[1]) for row in each),
            ages=Counter(row[2] for row in each if row[2]),
            people=len({(row[4], row[5]) for row in each}),
            told=Counter((row[0], row[2] or None, row[3] or None) for row in each),
        )
        for key, each in found.items()
    }


def reached(connection: sqlite3.Connection) -> int:
    """Return how many residents were shown the notice: who came at all."""
    return int(connection.execute("SELECT count(*) FROM sounding_residents").fetchone()[0])


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), from 0 to 1."""
    if not whole:
        return 0.0, 1.0
    share = part / whole
    spread = Z * Z / whole
    centre = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def is_need(topic: str) -> bool:
    """Tell whether a topic is a need to be built for, rather than an emergency."""
    return not topic.startswith(EMERGENCY)


def seasons(months: Mapping[str, int]) -> dict[str, int]:
    """Return turns by season: 春 from March."""
    names: Sequence[str] = ("冬", "冬", "春", "春", "春", "夏", "夏", "夏", "秋", "秋", "秋", "冬")
    found: Counter[str] = Counter(dict.fromkeys(("春", "夏", "秋", "冬"), 0))
    for month, number in months.items():
        found[names[int(month[5:7]) - 1]] += number
    return dict(found)
