"""Asks a town's questions at the right moment, takes the answers, keeps ideas, tells what came of it.

At most one a week; never after an emergency, an illness, grief, violence, poverty or a complaint;
only those who agreed to be asked; a question not answered leaves nothing behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from concierge.language.normalize import normalize, normalized_key
from concierge.message import Aside, Choice, Reply, Status
from concierge.safety import emergency_in
from concierge.soundings.asked import IDEAS, Query, Sounding, drawn
from concierge.soundings.consent import Allowed, Consents
from concierge.soundings.feedback import way_to_a_person
from concierge.soundings.hearing import Hearing, Outcome
from concierge.soundings.log import Answer, Log
from concierge.soundings.sensitive import judge
from concierge.soundings.turn import town_level

__all__ = ["WEEK", "answer_taken", "came_of_it", "question_due"]

WEEK = 7
"""Days between two soundings of one resident, at least."""
QUOTA = "SELECT count(DISTINCT period || resident) FROM sounding_answers WHERE sounding = ?"
LONGEST_IDEA = 500


def question_due(
    hearing: Hearing, reply: Reply, log: Log, consents: Consents
) -> tuple[Aside, Mapping[str, Any]] | None:
    """Return the question to ask beside this answer and the state it leaves open, if one is due."""
    allowed, today = hearing.allowed, hearing.message.at.date()
    if allowed is None or "soundings" not in allowed.purposes:
        return None
    if allowed.next_ask is not None and today < allowed.next_ask:
        return None
    for sounding in hearing.town.knowledge.soundings:
        if (
            sounding.id not in allowed.asked
            and sounding.runs_on(today)
            and sounding.asks(reply.topics, allowed.area, allowed.age)
            and drawn(sounding, hearing.stable)
            and not (reply.choices and sounding.questions[0].kind == "ものさし")
            and not _full(sounding, log)
        ):
            asked = {**allowed.asked, sounding.id: today.isoformat()}
            kept = replace(allowed, asked=asked, next_ask=today + timedelta(days=WEEK))
            consents.keep(hearing.stable, kept, hearing.message.at)
            query = sounding.questions[0]
            choices = _choices(query, hearing)
            head = hearing.words.say("sounding", title=sounding.title)
            aside = Aside("sounding", f"{head}\n{_question(query)}", choices)
            return aside, _state(sounding.id, 0, choices)
    return None


def came_of_it(hearing: Hearing, consents: Consents) -> Aside | None:
    """Return what the town did about something this resident told it, once."""
    allowed = hearing.allowed
    if allowed is None or not allowed.asked:
        return None
    for sounding in hearing.town.knowledge.soundings:
        answered = allowed.asked.get(sounding.id)
        told = allowed.asked.get(f"did:{sounding.id}", "")
        if answered is None or not sounding.did:
            continue
        deed = max(sounding.did, key=lambda deed: deed.on)
        day = deed.on.isoformat()
        if answered <= day and told < day and deed.on <= hearing.message.at.date():
            asked = {**allowed.asked, f"did:{sounding.id}": day}
            consents.keep(hearing.stable, replace(allowed, asked=asked), hearing.message.at)
            return Aside("told", hearing.words.say("did", title=sounding.title, text=deed.text))
    return None


def answer_taken(hearing: Hearing, log: Log, consents: Consents) -> Outcome | None:
    """Take the answer to an open question of the town's, or an idea; None for all other words.

    Only from those who agree to its being kept now: they may have changed their mind since.
    """
    kind = hearing.open.get("kind")
    purpose = "ideas" if kind == "idea" else "soundings"
    if hearing.allowed is None or purpose not in hearing.allowed.purposes:
        return None
    if kind not in ("sounding", "free", "idea") or _alarming(hearing):
        return None
    if kind == "idea":
        return _idea(hearing, log, consents)
    found = [s for s in hearing.town.knowledge.soundings if s.id == hearing.open.get("id")]
    place = int(hearing.open.get("place") or 0)
    if not found or place >= len(found[0].questions):
        return None
    return _answer(hearing, log, found[0], place, free=kind == "free")


def _answer(
    hearing: Hearing, log: Log, sounding: Sounding, place: int, *, free: bool
) -> Outcome | None:
    query, said, words = sounding.questions[place], hearing.chosen(), hearing.words
    if hearing.meaning in ("skip", "no") and not (query.choices and said in query.choices):
        return hearing.say(words.say("not_set"))
    if hearing.meaning is not None and hearing.meaning != "write":
        return None
    value: str | None = None
    text: str | None = None
    if free:
        if not judge(said, Reply(status=Status.ANSWERED, text="")).keeps_text:
            told = words.say("idea_private", desk=way_to_a_person(hearing)[0])
            return hearing.say(told)
        text = said[:LONGEST_IDEA]
    elif query.kind == "自由記述":
        if hearing.meaning != "write":
            return None
        return hearing.say(words.say("ask_free"), (), _open(sounding.id, place, "free"))
    elif query.kind == "地区":
        value = _place(hearing, said)
    else:
        value = next((c for c in query.choices if normalized_key(c) == normalized_key(said)), None)
    if value is None and text is None:
        return None
    allowed = hearing.allowed or Allowed()
    log.note(
        Answer(
            at=hearing.message.at,
            resident=hearing.resident,
            channel=hearing.message.channel,
            sounding=sounding.id,
            question=query.id,
            value=value,
            text=text,
            age=allowed.age,
            area=allowed.area,
            publish="publish" in allowed.purposes,
            message=hearing.message.id,
        )
    )
    return _next(hearing, sounding, place + 1)


def _next(hearing: Hearing, sounding: Sounding, place: int) -> Outcome:
    words = hearing.words
    if place >= len(sounding.questions):
        periods = words.periods(hearing.town.knowledge.privacy)
        return hearing.say(words.say("answered", **periods))
    query = sounding.questions[place]
    choices = _choices(query, hearing)
    text = f"{words.say('answered_more')}\n{_question(query)}"
    return hearing.say(text, choices, _open(sounding.id, place, "sounding"))


def _idea(hearing: Hearing, log: Log, consents: Consents) -> Outcome | None:
    words, said = hearing.words, hearing.message.text.strip()
    if hearing.meaning in ("no", "skip") or normalized_key(said) in ("やめる", "やめます"):
        return hearing.say(words.say("not_set"))
    if hearing.meaning is not None or not normalized_key(said):
        return None
    if not judge(said, Reply(status=Status.ANSWERED, text="")).keeps_text:
        told = words.say("idea_private", desk=way_to_a_person(hearing)[0])
        return hearing.say(told)
    allowed, at = hearing.allowed or Allowed(), hearing.message.at
    asked = {**allowed.asked, IDEAS: at.date().isoformat()}
    consents.keep(hearing.stable, replace(allowed, asked=asked), at)
    log.note(
        Answer(
            at=at,
            resident=hearing.resident,
            channel=hearing.message.channel,
            sounding=IDEAS,
            question=IDEAS,
            text=said[:LONGEST_IDEA],
            age=allowed.age,
            area=allowed.area,
            message=hearing.message.id,
        )
    )
    return hearing.say(words.say("idea_kept"))


def _alarming(hearing: Hearing) -> bool:
    return emergency_in(hearing.message.text, hearing.town.knowledge.safety) is not None


def _place(hearing: Hearing, said: str) -> str | None:
    names = {
        town_level(area.full_name)
        for area in hearing.town.understander.areas.resolve(normalize(said))
    }
    return names.pop() if len(names) == 1 else None


def _question(query: Query) -> str:
    if query.kind != "ものさし" or not (query.low_label or query.high_label):
        return query.text
    low, high = query.choices[0], query.choices[-1]
    return f"{query.text}\n（{low}: {query.low_label or ''}　{high}: {query.high_label or ''}）"


def _choices(query: Query, hearing: Hearing) -> tuple[Choice, ...]:
    offered: Sequence[Choice] = [Choice(choice, choice) for choice in query.choices]
    if query.kind == "自由記述":
        offered = hearing.words.choices("write")
    return (*offered, *hearing.words.choices("skip"))


def _open(sounding: str, place: int, kind: str) -> dict[str, Any]:
    return {"kind": kind, "id": sounding, "place": place}


def _state(sounding: str, place: int, choices: Sequence[Choice]) -> dict[str, Any]:
    return {**_open(sounding, place, "sounding"), "choices": [choice.text for choice in choices]}


def _full(sounding: Sounding, log: Log) -> bool:
    if sounding.quota is None:
        return False

    def count(connection: sqlite3.Connection) -> int:
        return int(connection.execute(QUOTA, (sounding.id,)).fetchone()[0])

    return log.store.run(count) >= sounding.quota
