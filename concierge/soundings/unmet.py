"""What was not answered, or wrongly: grouped by meaning, with size, trend, examples, a draft FAQ.

A group is kept by name and terms only once enough residents asked it; which group a question is in
stands in its row, so that a report need not work it out again.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from concierge.faq.search import FaqIndex
from concierge.faq.terms import bare
from concierge.knowledge import Knowledge
from concierge.soundings.anonymity import people_at_least
from concierge.soundings.grouping import Known, grouped, terms_of, words_of
from concierge.soundings.turn import first_id

__all__ = ["UNRESOLVED", "Unmet", "draft", "group_unmet", "unmet_groups"]

UNRESOLVED = (
    "(outcome = 'abstain' OR (outcome = 'suggest' AND taken IS NULL) "
    "OR feedback IN ('wrong', 'unsolved'))"
)
"""A turn that did not meet its need."""
UNRESOLVED_OR_NOT = f"coalesce({UNRESOLVED}, 0)"
FRESH = (
    f"SELECT id, text, period, resident FROM sounding_turns "  # noqa: S608
    f"WHERE text IS NOT NULL AND unmet IS NULL AND {UNRESOLVED}"
)
GROUPED = (
    f"SELECT unmet, period, resident, substr(day, 1, 7), text, topic, outcome, feedback, area, "  # noqa: S608
    f"publish FROM sounding_turns WHERE unmet IS NOT NULL AND id >= ? AND id < ? AND {UNRESOLVED}"
)
EXAMPLES = 5
FREQUENT = 3
"""How often one resident's asking counts at most within one key's time: no loud voice drowns others."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """One group of questions that were not met, within a period.

    `people` is a lower bound (the most different pseudonyms of one key's time); `voices` are
    unmet turns, of which one resident's count three times at most. `words` are used by
    k residents at least. `examples` are redacted texts for staff alone; `said` are the wordings
    that k residents used alike. `months` maps 2026-11 to turns.
    """

    id: str
    words: tuple[str, ...]
    turns: int
    people: int
    voices: int
    unresolved: float
    wrong: int
    months: dict[str, int]
    topic: str
    areas: dict[str, int]
    examples: tuple[str, ...]
    said: tuple[str, ...]
    nearest: tuple[str, str, float] | None = None
    first_seen: str = ""
    publishable: int = 0
    """People who agreed that results be published."""

    @property
    def name(self) -> str:
        """Name the group by its words."""
        return "・".join(self.words)

    @property
    def weight(self) -> float:
        """Residents × how often each was not met (three times at most)."""
        return float(self.voices)


_Nearest = Callable[[str, Sequence[str]], tuple[str, str, float] | None]


@dataclass(slots=True)
class _Gathered:
    who: Counter[tuple[int, str]] = field(default_factory=Counter)
    publish: set[tuple[int, str]] = field(default_factory=set)
    months: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    areas: dict[str, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    texts: list[tuple[str, tuple[int, str]]] = field(default_factory=list)
    wrong: int = 0


def group_unmet(connection: sqlite3.Connection, today: date, least: int) -> int:
    """Put the questions that are in no group yet into one; return how many groups are known.

    A group of fewer than `least` residents is not remembered: its questions wait for more.
    """
    known = {
        row[0]: Known(row[0], json.loads(row[1]))
        for row in connection.execute("SELECT id, terms FROM unmet_groups ORDER BY first_seen, id")
    }
    fresh = connection.execute(FRESH).fetchall()
    if not fresh:
        return len(known)
    for name, members in grouped([row[1] for row in fresh], list(known.values())):
        rows = [fresh[place] for place in members]
        residents = [(row[2], row[3]) for row in rows]
        if name is None:
            if people_at_least(residents) < least:
                continue
            terms = terms_of([row[1] for row in rows], residents, least)
            if not terms:
                continue
            group = secrets.token_hex(4)
            connection.execute(
                "INSERT INTO unmet_groups VALUES (?, ?, ?, ?)",
                (
                    group,
                    today.isoformat(),
                    json.dumps(terms, ensure_ascii=False),
                    today.isoformat(),
                ),
            )
            known[group] = Known(group, terms)
        else:
            group = name
            connection.execute(
                "UPDATE unmet_groups SET seen = ? WHERE id = ?", (today.isoformat(), group)
            )
        connection.executemany(
            "UPDATE sounding_turns SET unmet = ? WHERE id = ?", [(group, row[0]) for row in rows]
        )
    return len(known)


def unmet_groups(
    connection: sqlite3.Connection,
    first: date,
    last: date,
    least: int,
    knowledge: Knowledge,
) -> list[Unmet]:
    """Return the groups of a period that at least `least` residents asked, the weightiest first.

    A group without a word that as many used has no name, and is left out.
    """
    gathered: dict[str, _Gathered] = defaultdict(_Gathered)
    span = first_id(first), first_id(last) + (24 << 40)
    for row in connection.execute(GROUPED, span):
        group, period, resident, month, text, topic, _, feedback, area, publish = row
        into = gathered[group]
        who = (period, resident)
        into.who[who] += 1
        if publish:
            into.publish.add(who)
        into.months[month] += 1
        into.topics[topic] += 1
        into.wrong += feedback == "wrong"
        if area:
            into.areas[area].add(who)
        if text:
            into.texts.append((text, who))
    seen = dict(connection.execute("SELECT id, first_seen FROM unmet_groups").fetchall())
    answered = _answered(connection, span, gathered)
    nearest = _nearest_of(knowledge)
    found = [
        _unmet(name, each, seen.get(name, ""), least, nearest, answered)
        for name, each in gathered.items()
        if people_at_least(each.who) >= least
    ]
    found = [unmet for unmet in found if unmet.words]
    return sorted(found, key=lambda unmet: (-unmet.weight, unmet.id))


def draft(unmet: Unmet, knowledge: Knowledge) -> str:
    """Return an FAQ entry to be completed by the desk, as YAML."""
    desks = [desk.name for desk in knowledge.municipality.departments]
    desk = unmet.topic if unmet.topic in desks else ""
    question = (unmet.said or unmet.examples or (f"{unmet.name}について",))[0]
    also = [text for text in dict.fromkeys((*unmet.said, *unmet.examples)) if text != question]
    lines = [
        f"# 下書き: {unmet.people}人以上が{unmet.turns}回尋ねて、答えられなかった質問です。",
        "# answer を書き、also のうち要らないものを消して、faq/ のファイルに写してください。",
        f"- id: unmet-{unmet.id}",
        f"  question: {_quoted(question)}",
        *(["  also:"] if also else []),
        *(f"    - {_quoted(text)}" for text in also),
        "  answer: |",
        "    （ここに答えを書いてください。1行目が結論です）",
        f"  department: {_quoted(desk) if desk else '（担当課の名前）'}",
    ]
    return "\n".join(lines) + "\n"


def _unmet(
    name: str,
    found: _Gathered,
    first_seen: str,
    least: int,
    nearest: _Nearest,
    answered: dict[str, int],
) -> Unmet:
    texts = [text for text, _ in found.texts]
    residents = [who for _, who in found.texts]
    wordings: dict[str, set[tuple[int, str]]] = defaultdict(set)
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    for text, who in found.texts:
        key = bare(text)
        wordings[key].add(who)
        shown[key][text] += 1
    common = sorted(wordings, key=lambda key: (-len(wordings[key]), len(key), key))
    typical = [shown[key].most_common(1)[0][0] for key in common]
    said = [
        text
        for key, text in zip(common, typical, strict=True)
        if people_at_least(wordings[key]) >= least
    ]
    turns = sum(found.months.values())
    met = answered.get(name, 0)
    words = words_of(texts, residents, least)
    return Unmet(
        id=name,
        words=words,
        turns=turns,
        people=people_at_least(found.who),
        voices=sum(min(times, FREQUENT) for times in found.who.values()),
        unresolved=turns / (turns + met) if turns else 0.0,
        wrong=found.wrong,
        months=dict(sorted(found.months.items())),
        topic=found.topics.most_common(1)[0][0],
        areas={area: people_at_least(who) for area, who in found.areas.items()},
        examples=tuple(typical[:EXAMPLES]),
        said=tuple(said[:EXAMPLES]),
        nearest=nearest(typical[0], words) if typical else None,
        first_seen=first_seen,
        publishable=people_at_least(found.publish),
    )


def _answered(
    connection: sqlite3.Connection, span: tuple[int, int], gathered: Mapping[str, _Gathered]
) -> dict[str, int]:
    """Count the turns in the same words as a group's that were met after all."""
    owners = {text: name for name, each in gathered.items() for text, _ in each.texts}
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS unmet_texts (text TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM unmet_texts")
    connection.executemany("INSERT INTO unmet_texts VALUES (?)", [(text,) for text in owners])
    query = (
        f"SELECT text, count(*) FROM sounding_turns WHERE id >= ? AND id < ? "  # noqa: S608
        f"AND text IN unmet_texts AND NOT {UNRESOLVED_OR_NOT} GROUP BY text"
    )
    found: Counter[str] = Counter()
    for text, number in connection.execute(query, span):
        found[owners[text]] += number
    connection.execute("DELETE FROM unmet_texts")
    return found


def _nearest_of(knowledge: Knowledge) -> _Nearest:
    """Return a search for the FAQ entry nearest to a question that also shares a word of the group."""
    index = FaqIndex(knowledge.faq)

    def nearest(text: str, words: Sequence[str]) -> tuple[str, str, float] | None:
        for hit in index.search(text, 3) if knowledge.faq else ():
            said = "\n".join((hit.entry.question, *hit.entry.also))
            if any(word in said for word in words if len(word) > 1):
                return hit.entry.id, hit.entry.question, hit.score
        return None

    return nearest


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
