"""Answers what is asked further about the FAQ entry just answered: its price, who may come, when.

Only sentences that staff wrote in that entry, and the hours of its desk, are told. What the entry
does not tell is its desk's to answer; a wording of another entry is left to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from concierge.engine import Candidate
from concierge.faq.model import Entry
from concierge.intent import Request
from concierge.language.normalize import fold_kana, normalize, normalized_key
from concierge.message import Status
from concierge.municipality import Department
from concierge.office_hours import read_hours
from concierge.places.hours import told_spans
from concierge.places.telling import told_when
from concierge.wording import Wording, load_wording
from engines.faq import source_of

__all__ = ["handle"]

SAYS = Path(__file__).with_name("says")
SENTENCE = re.compile(r"[^。\n]+(?:。[」』）)]*)?")
SENTENCE_EN = re.compile(r"[^\n]+?(?:[.!?](?=\s+[A-Z])|$)", re.MULTILINE)
SHOWN = 2
"""Sentences told before the line that says what they are about; the rest waits as details."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that may be asked about an answer (see aspects.yaml), in one language."""

    name: str
    asked: re.Pattern[str]
    told: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """The entry that was answered, in the language in which more of it is told."""

    entry: Entry
    title: str
    text: str
    language: str


def handle(request: Request) -> Candidate | None:
    """Tell what the entry says of what is asked; None where it is another question after all."""
    answered = _answered(request)
    asked = _asked(request)
    if answered is None or not asked or _is_a_wording(request):
        return None
    told = _told(answered, asked)
    wording = load_wording(SAYS, request.understanding.language)
    desk = _desk(request, answered.entry)
    about = {aspect.name for aspect in asked}
    if "hours" in about:
        told = [*_on_the_day(request, desk, wording), *told]
        if not any(sentence for sentence in told if _names_days(sentence, answered.language)):
            told += _hours(desk, wording)
    if "contact" in about and (contact := _contact(desk, wording)) is not None:
        told = [contact, *_hours(desk, wording)]
    if not told:
        return _not_told(answered, desk, wording)
    shown = [*told[:SHOWN], wording.say("about", title=answered.title)]
    return Candidate(
        text="\n".join(shown),
        score=1.0,
        slots={"answer_id": answered.entry.id},
        answer_id=answered.entry.id,
        topics=answered.entry.topics,
        sources=(source_of(answered.entry),),
        details="\n".join(told[SHOWN:]) or None,
    )


def _answered(request: Request) -> Answered | None:
    wanted, on = request.slots.get("answer_id"), request.at.date()
    entries = (each for each in request.knowledge.faq if each.id == wanted and each.valid_on(on))
    entry, language = next(entries, None), request.understanding.language
    if entry is None:
        return None
    said = entry.translations.get(language)
    if said is not None and said.answer:
        return Answered(entry, said.question or entry.question, said.answer, language)
    return Answered(entry, entry.question, entry.answer, "ja") if language[:2] == "ja" else None


def _asked(request: Request) -> list[Aspect]:
    """Return what is asked, in the words of the language that was typed."""
    understood = request.understanding
    text = fold_kana(understood.normalized.text)
    found = [aspect for aspect in _aspects(understood.typed) if aspect.asked.search(text)]
    if understood.dates and all(aspect.name != "hours" for aspect in found):
        found += [aspect for aspect in _aspects(understood.typed) if aspect.name == "hours"]
    return found


def _is_a_wording(request: Request) -> bool:
    """Tell whether staff wrote just this as a question: then it stands for itself."""
    text = request.understanding.normalized.text
    key, longest = normalized_key(text), 2 * len(text)
    return any(
        normalized_key(wording) == key
        for entry in request.knowledge.faq
        for wording in entry.wordings
        if len(wording) <= longest
    )


def _told(answered: Answered, asked: Sequence[Aspect]) -> list[str]:
    """Return the sentences of the answer that tell of anything asked, in their order."""
    names = {aspect.name for aspect in asked}
    patterns = [a.told for a in _aspects(answered.language) if a.name in names]
    return [
        sentence
        for sentence in _sentences(answered)
        if any(pattern.search(_folded(sentence)) for pattern in patterns)
    ]


def _sentences(answered: Answered) -> Iterator[str]:
    pattern = SENTENCE if answered.language.startswith("ja") else SENTENCE_EN
    for match in pattern.finditer(answered.text):
        if sentence := match.group().strip():
            yield sentence


def _names_days(sentence: str, language: str) -> bool:
    hours = next(a for a in _aspects(language) if a.name == "hours")
    return bool(hours.told.search(_folded(sentence)))


def _folded(sentence: str) -> str:
    return fold_kana(normalize(sentence).text)


def _desk(request: Request, entry: Entry) -> Department | None:
    desks = request.knowledge.municipality.departments
    return next((desk for desk in desks if desk.name == entry.department), None)


def _on_the_day(request: Request, desk: Department | None, wording: Wording) -> list[str]:
    """Tell whether the desk is open on the one day that was said, where its hours are certain."""
    spans = request.understanding.dates
    hours = read_hours(desk.hours) if desk is not None else None
    if desk is None or hours is None or len(spans) != 1 or spans[0].first != spans[0].last:
        return []
    day: date = spans[0].first
    open_hours = hours.on(day)
    when = told_when(day, request.at.date(), wording.language)
    if not open_hours:
        return [wording.say("closed_on", desk=desk.name, when=when)]
    minutes = tuple((a.hour * 60 + a.minute, b.hour * 60 + b.minute) for a, b in open_hours)
    return [wording.say("open_on", desk=desk.name, when=when, span=told_spans(minutes))]


def _hours(desk: Department | None, wording: Wording) -> list[str]:
    if desk is None or not desk.hours:
        return []
    return [wording.say("hours", desk=desk.name, hours=desk.hours)]


def _named(desk: Department, wording: Wording) -> str:
    return desk.name + (wording.say("phone", phone=desk.phone) if desk.phone else "")


def _contact(desk: Department | None, wording: Wording) -> str | None:
    return None if desk is None else wording.say("contact", desk=_named(desk, wording))


def _not_told(answered: Answered, desk: Department | None, wording: Wording) -> Candidate | None:
    """Say honestly that the entry does not tell it, and name its desk; None where it has none."""
    if desk is None:
        return None
    lines = [
        wording.say("not_told"),
        wording.say("ask", title=answered.title, desk=_named(desk, wording)),
        *_hours(desk, wording),
    ]
    return Candidate(
        text="\n".join(lines),
        score=1.0,
        status=Status.ABSTAIN,
        slots={"answer_id": answered.entry.id, "department": desk.name},
        topics=answered.entry.topics,
    )


@cache
def _aspects(language: str) -> tuple[Aspect, ...]:
    path = Path(__file__).with_name("aspects.yaml")
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    tag = "ja" if language.startswith("ja") else "en"
    return tuple(
        Aspect(
            name=str(name),
            asked=re.compile(each["asked"][tag], re.IGNORECASE),
            told=re.compile(each["told"][tag], re.IGNORECASE),
        )
        for name, each in written.items()
    )
