"""Answers which category a thing falls in, how it is put out, and the next day for the asker's area."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.items import name_and_condition
from concierge.language.normalize import fold_kana, normalized_key
from concierge.language.things import thing_name
from concierge.message import Card, Row, Source, Status
from concierge.waste.areas import told_apart
from concierge.waste.calendar import Calendar
from concierge.waste.model import Category, Item
from intents.waste_day.hours import first_day
from intents.waste_day.phrases import closed, first_sentence, plain_text, shown
from intents.waste_day.telling import Teller, teller
from intents.waste_item.unlisted import (
    ask_which_need,
    asks_more_than_listed,
    not_listed,
    one_word_of_two_needs,
)

__all__ = ["TOPICS", "handle"]

TOPICS = ("ごみ", "分別")
SAYS = Path(__file__).with_name("says")

MOST_ENTRIES = 12
MOST_THINGS = 3
MOST_CONDITIONS = 3
LONGEST_NOTE = 60
ITS_PART = re.compile(
    "の(?!$|捨|す|出|だ|で|分|仕|処|回|収|日|ひ|曜|ごみ|方|ほう|場合|こと|やつ|は|か|よ|ん|区|種|い|何|な|ど)"
)
"""What follows a thing of which only a part is meant (スプレー缶のふた)."""
SCHEDULES = frozenset(("かれんだー", "こよみ", "手帳"))
"""Things that with a day (「今月のカレンダー」) are asked to be shown, not thrown away."""
DAY_ASKED = re.compile("いつ|何曜|何日|なんよう|の日|収集日|回収日|when|what day|which day")


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing asked about: the resident's word, or the published name, and its entries."""

    said: str
    items: tuple[Item, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Every category it may fall in, as published, in the dictionary's order."""
        return tuple(dict.fromkeys(item.category.strip() for item in self.items))


def handle(request: Request) -> Candidate | None:
    """Answer from the dictionary's own entries; None where it has none."""
    calendar = request.knowledge.waste_on(request.at.date())
    if calendar is None or _one_of_another(request) or _is_a_day_of_a_kind(request):
        return None
    if one_word_of_two_needs(request):
        return ask_which_need(request, calendar)
    things = _things(request, calendar)
    if not things:
        return not_listed(request, calendar)
    tell = teller(calendar.data, request.understanding.language, request.at.date(), SAYS)
    lines = [_line(thing, tell) for thing in things]
    if len(things) == 1:
        lines[0] = _confirmed(request, things[0], lines[0], tell)
    rest: list[str] = []
    for thing in things:
        told, more = _notes(thing, tell)
        lines += told
        rest += more
    asks_area = _asks_for_a_day(request) and _certain(calendar, things) is not None
    if day := _day_line(request, calendar, things, tell):
        lines.insert(len(things), day)
        asks_area = False
    if asks_area:
        lines.insert(len(things), tell.say("ask_area"))
    data = calendar.data
    labels = list(dict.fromkeys(label for thing in things for label in thing.labels))
    entries = [item for thing in things for item in thing.items]
    return Candidate(
        text="\n".join(lines[:3]),
        score=1.0,
        status=Status.CLARIFY if asks_area else Status.ANSWERED,
        missing="area" if asks_area else None,
        slots={
            "item": entries[0].name if len(entries) == 1 else things[0].said,
            "items": [item.name for item in entries],
            "category": labels[0],
            "categories": labels,
            **({"area": _area_name(request)} if day else {}),
        },
        cards=_cards(things, tell),
        details="\n".join([*lines[3:], *rest]) or None,
        sources=(
            Source(
                title=data.title,
                url=data.url,
                file=f"{data.folder}/target.csv",
                row=entries[0].row or None,
                updated=data.updated,
            ),
        ),
    )


def _things(request: Request, calendar: Calendar) -> list[Thing]:
    """Return what this message asks about, or what it answers an open question for."""
    found = request.understanding.items
    if found:
        if any(not match.items or asks_more_than_listed(request, match) for match in found):
            return []
        return [Thing(match.text, match.items) for match in found[:MOST_THINGS]]
    names = request.slots.get("items") or ()
    items = tuple(item for item in calendar.data.items if item.name in names)
    return [Thing(str(request.slots.get("item", items[0].name)), items)] if items else []


def _one_of_another(request: Request) -> bool:
    """Tell whether a part of a thing is asked about (「スプレー缶のふた」) that has no entry."""
    understood = request.understanding
    text = fold_kana(understood.normalized.text)
    if understood.dates and any(fold_kana(m.text) in SCHEDULES for m in understood.items):
        return True
    return any(ITS_PART.match(text, match.end) for match in understood.items)


def _is_a_day_of_a_kind(request: Request) -> bool:
    """Tell whether the day of a kind of garbage is asked for, by a word of its published label.

    In another language the word is no label; there it is a kind where it names a thing as well.
    """
    understood = request.understanding
    if not understood.typed.startswith("ja"):
        kinds = {(match.start, match.end) for match in understood.categories}
        both = any((match.start, match.end) in kinds for match in understood.items)
        when = understood.dates or DAY_ASKED.search(understood.normalized.text)
        return both and bool(when)
    labels = [
        (normalized_key(match.text), normalized_key(category.label))
        for match in understood.categories
        for category in match.categories
    ]
    return bool(DAY_ASKED.search(understood.normalized.text)) and any(
        word in label for word, label in labels
    )


def _name(thing: Thing, tell: Teller) -> str:
    """Name a thing as it is published, in other languages after what it is called there."""
    published = thing.items[0].name.strip()
    if tell.wording.language.startswith("ja"):
        return published if len(thing.items) == 1 else thing.said
    bare = name_and_condition(thing.items[0])[0]
    if len(thing.items) > 1:
        called: str | None = thing.said
        published = bare
    else:
        language = tell.wording.language
        called = tell.names.items.get(published)
        called = called or thing_name(published, language) or thing_name(bare, language)
    if called is None or called == published:
        return published
    return f"{called[:1].upper()}{called[1:]} ({published})"


def _line(thing: Thing, tell: Teller) -> str:
    """Say in one sentence which category a thing falls in."""
    labels, items = thing.labels, thing.items
    name = _name(thing, tell)
    if len(labels) == 1:
        if normalized_key(labels[0]) in (normalized_key(name), normalized_key(thing.said)):
            return tell.say("is_itself", thing=name, label=tell.label(labels[0]))
        return tell.say("is", thing=name, labels=_shown(labels[0], tell))
    conditions = [(name_and_condition(item)[1], item.category.strip()) for item in items]
    told = dict.fromkeys(conditions)
    if len(told) <= MOST_CONDITIONS and all(condition for condition, _ in told):
        listed = [
            tell.say("condition", condition=condition, label=_shown(label, tell))
            for condition, label in told
        ]
        return tell.say("by_condition", thing=name, list=tell.wording.joined(listed))
    all_labels = [_shown(label, tell) for label in labels]
    if len({condition for condition, _ in told}) == 1:
        return tell.say("either", thing=name, labels=tell.say("or").join(all_labels))
    return tell.say("several", thing=name, labels=tell.say("between").join(all_labels))


def _shown(label: str, tell: Teller) -> str:
    """Return a label as it stands in a sentence."""
    return shown(label) if tell.wording.japanese else tell.label(label)


def _confirmed(request: Request, thing: Thing, line: str, tell: Teller) -> str:
    """Say yes or no first, where it was asked whether a thing falls in a category."""
    things = {(match.start, match.end) for match in request.understanding.items}
    asked = {
        category.label.strip()
        for match in request.understanding.categories
        for category in match.categories
        if (match.start, match.end) not in things
    }
    if not asked or len(thing.labels) != 1:
        return line
    return tell.say("confirmed" if thing.labels[0] in asked else "denied", text=line)


def _notes(thing: Thing, tell: Teller) -> tuple[list[str], list[str]]:
    """Return the notice that fits into the answer, and what goes into the details."""
    if len(thing.labels) > 1:
        told = [f"{item.name.strip()}: {_told(item, tell)}" for item in thing.items]
        return [], told[:MOST_ENTRIES]
    notes = list(dict.fromkeys(item.note for item in thing.items if item.note))
    if len(notes) != 1 or not notes[0]:
        told = [f"{item.name.strip()}: {_told(item, tell)}" for item in thing.items if item.note]
        return [], told
    if (known := tell.names.texts.get(notes[0].strip())) is not None:
        return [known], []
    sentence, more = first_sentence(notes[0], LONGEST_NOTE)
    whole = plain_text(notes[0])
    if len(whole) <= LONGEST_NOTE and "\n" not in whole:
        sentence, more = closed(whole), ""
    return [tell.text(sentence)] if sentence else [], [more] if more else []


def _told(item: Item, tell: Teller) -> str:
    note = plain_text(item.note or "").replace("\n", " ")
    label = tell.label(item.category)
    return f"{label}（{note}）" if note else label


def _cards(things: Sequence[Thing], tell: Teller) -> tuple[Card, ...]:
    return tuple(
        Card(
            tell.say("title", thing=thing.said),
            tuple(
                Row(item.name.strip(), tell.label(item.category))
                for item in thing.items[:MOST_ENTRIES]
            ),
        )
        for thing in things
        if len(thing.items) > 1
    )


def _asks_for_a_day(request: Request) -> bool:
    return request.place is None and bool(DAY_ASKED.search(request.understanding.normalized.text))


def _certain(calendar: Calendar, things: Sequence[Thing]) -> Category | None:
    """Return the one category that everything asked about falls in, if it has days here."""
    labels = {item.category for thing in things for item in thing.items}
    found = [category for category in calendar.data.categories if category.label in labels]
    return found[0] if len(labels) == 1 and len(found) == 1 else None


def _area_name(request: Request) -> str:
    calendar = request.knowledge.waste_on(request.at.date())
    if request.place is None or calendar is None:
        return ""
    return told_apart(request.place.areas[0], calendar.data.areas)


def _day_line(
    request: Request, calendar: Calendar, things: Sequence[Thing], tell: Teller
) -> str | None:
    """Say the next day for the asker's area, where thing, area and date are all certain."""
    place = request.place
    category = _certain(calendar, things)
    if category is None or place is None or len(place.areas) != 1:
        return None
    area = place.areas[0]
    start = first_day(calendar.data.facts, request.at)
    name = tell.area(area, _area_name(request))
    label = _shown(category.label, tell)
    dates = request.understanding.dates
    if dates and dates[0].first == dates[0].last and dates[0].first >= start:
        day = dates[0].first
        doubtful = [one.category for one in calendar.doubts_on(area, day)]
        if category in doubtful:
            return None
        told = {"area": name, "day": tell.day(day), "label": label}
        if category in [one.category for one in calendar.on(area, day)]:
            return tell.say("day_is", **told)
        following = calendar.next_collections(area, day + timedelta(days=1))[category.index]
        if following.date is None or following.doubt is not None:
            return tell.say("day_is_not", **told)
        return tell.say("day_is_not_then", then=tell.day(following.date), **told)
    one = calendar.next_collections(area, start)[category.index]
    if one.date is None or one.doubt is not None:
        return None
    return tell.say("next", area=name, label=label, day=tell.day(one.date))
