"""Answers by when, where and in which bag garbage goes out, and what to do when it was missed.

Only what the town published is said of hours, places and bags; else the desk is named. Where the
town's own FAQ speaks of it, it answers instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml

from concierge.engine import Candidate
from concierge.faq.model import Entry
from concierge.intent import Request
from concierge.knowledge import Knowledge
from concierge.language.normalize import fold_kana, normalize
from concierge.message import Source, Status
from concierge.waste.areas import told_apart
from concierge.waste.calendar import Calendar
from concierge.waste.model import Category
from engines.faq import answer_of
from intents.waste_day.hours import collection_time, morning_limit
from intents.waste_day.phrases import plain_text
from intents.waste_day.telling import Teller, desk_line, teller

__all__ = ["TOPICS", "handle"]

TOPICS = ("ごみ", "ごみの出し方")
SAYS = Path(__file__).with_name("says")
BULKY = re.compile("粗大|大型")
ABOUT_BAGS = re.compile("袋")
ABOUT_APPLYING = re.compile("電話|申し?込|予約|受付|連絡")


def handle(request: Request) -> Candidate | None:
    """Answer what is asked; None where the town's FAQ does, or has no garbage calendar."""
    calendar = request.knowledge.waste_on(request.at.date())
    if calendar is None:
        return None
    kind = _kind(request)
    if kind is None:
        return None
    entries = _in_faq(request.knowledge, kind)
    if entries and not (_kinds()[kind].certain and _untold(entries, request)):
        return _from_faq(request, kind, entries)
    tell = teller(calendar.data, request.understanding.language, request.at.date(), SAYS)
    return _ANSWERS[kind](request, calendar, tell)


def _kind(request: Request) -> str | None:
    text = fold_kana(request.understanding.normalized.text).replace("'", "")
    return next((name for name, kind in _kinds().items() if kind.words.search(text)), None)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is asked by words; `faq` finds the town's own entries on it, `certain` where one says all."""

    words: re.Pattern[str]
    faq: re.Pattern[str] | None
    certain: bool


@cache
def _kinds() -> dict[str, Kind]:
    path = Path(__file__).with_name("kinds.yaml")
    return {
        str(name): Kind(
            words=re.compile(fold_kana(given["words"])),
            faq=re.compile(given["faq"]) if given["faq"] else None,
            certain=bool(given.get("certain", False)),
        )
        for name, given in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }


def _in_faq(knowledge: Knowledge, kind: str) -> list[Entry]:
    """Return the entries of the town's FAQ that speak of it."""
    pattern = _kinds()[kind].faq
    return [
        entry
        for entry in knowledge.faq
        if pattern is not None
        and any(pattern.search(normalize(text).text) for text in (entry.question, *entry.also))
    ]


def _from_faq(request: Request, kind: str, entries: list[Entry]) -> Candidate | None:
    """Answer with the one entry that is meant for certain; None leaves it to the FAQ's search."""
    certain = _kinds()[kind].certain and len(entries) == 1
    if not certain or not entries[0].valid_on(request.at.date()):
        return None
    desks = request.knowledge.municipality.departments
    return answer_of(entries[0], request.understanding.language, desks)


def _untold(entries: Sequence[Entry], request: Request) -> bool:
    """Tell whether none of the entries is written in the resident's language."""
    language = request.understanding.language
    return language != "ja" and all(language not in entry.translations for entry in entries)


def _time(request: Request, calendar: Calendar, tell: Teller) -> Candidate:
    facts = calendar.data.facts
    limit = collection_time(facts)
    if limit is None:
        return _unknown(request, tell, tell.say("time_unknown"))
    morning = morning_limit(facts) is not None
    key = "time" if morning else "time_later"
    return _known(calendar, tell.say(key, time=tell.clock(limit)), "source.yaml")


def _missed(request: Request, calendar: Calendar, tell: Teller) -> Candidate:
    lines = [tell.say("missed")]
    if following := _following(request, calendar, tell):
        lines.append(following)
    return _known(calendar, "\n".join(lines), "area_days.csv")


def _following(request: Request, calendar: Calendar, tell: Teller) -> str | None:
    """Say when the kind that was missed comes next, where kind and area are certain."""
    place = request.place
    if place is None or len(place.areas) != 1:
        return None
    area, today = place.areas[0], request.at.date()
    said = [c for match in request.understanding.categories for c in match.categories]
    dates = request.understanding.dates
    missed = dates[0].first if dates and dates[0].first == dates[0].last else today
    kinds = said or [one.category for one in calendar.on(area, missed) if one.doubt is None]
    if len({kind.index for kind in kinds}) != 1:
        return None
    found = calendar.next_of(area, kinds[0], today + timedelta(days=1))
    if found.date is None or found.doubt is not None:
        return None
    name = tell.area(area, told_apart(area, calendar.data.areas))
    return tell.say(
        "missed_next", area=name, labels=tell.labels(kinds[:1]), day=tell.day(found.date)
    )


def _left(request: Request, calendar: Calendar, tell: Teller) -> Candidate:
    return _unknown(request, tell, tell.say("left"))


def _place(request: Request, calendar: Calendar, tell: Teller) -> Candidate:
    place = calendar.data.facts.get("collection_place")
    if place:
        return _known(calendar, tell.say("place", place=tell.text(place)), "source.yaml")
    return _unknown(request, tell, tell.say("place_unknown"))


def _bag(request: Request, calendar: Calendar, tell: Teller) -> Candidate:
    return _described(request, calendar, tell, "bag", ABOUT_BAGS)


def _bulky(request: Request, calendar: Calendar, tell: Teller) -> Candidate | None:
    if not any(BULKY.search(category.label) for category in _named(request)):
        return None
    return _described(request, calendar, tell, "bulky", ABOUT_APPLYING)


def _named(request: Request) -> list[Category]:
    return [c for match in request.understanding.categories for c in match.categories]


def _described(
    request: Request, calendar: Calendar, tell: Teller, kind: str, about: re.Pattern[str]
) -> Candidate:
    """Say what the published descriptions of the kinds named tell about it."""
    kinds = _named(request)
    lines = [
        tell.say(kind, label=tell.label(one.label), about=tell.text(plain_text(one.description)))
        for one in kinds
        if one.description and about.search(one.description)
    ]
    if not lines:
        return _unknown(request, tell, tell.say(f"{kind}_unknown", labels=tell.labels(kinds)))
    return _known(calendar, "\n".join(lines), "description.csv")


def _known(calendar: Calendar, text: str, file: str) -> Candidate:
    data = calendar.data
    source = Source(data.title, data.url, f"{data.folder}/{file}", updated=data.updated)
    return Candidate(text=text, score=1.0, sources=(source,))


def _unknown(request: Request, tell: Teller, text: str) -> Candidate:
    line = desk_line(request.knowledge, tell.wording.language)
    return Candidate(text=f"{text}\n{line}", score=1.0, status=Status.ABSTAIN)


_ANSWERS = {
    "time": _time,
    "missed": _missed,
    "left": _left,
    "place": _place,
    "bag": _bag,
    "bulky": _bulky,
}
