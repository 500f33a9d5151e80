"""Tells what takes place on a day, a weekend, in a month; and when a named event is next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.normalize import fold_kana
from concierge.message import Card, Source
from concierge.places.calendar import EventRule, events_between
from concierge.places.geo import distance
from concierge.places.hours import told_clock
from concierge.places.model import Event
from concierge.places.says import Says
from concierge.places.telling import card_of, sources_of, told_when
from concierge.places.whereabouts import NEAR, Whereabouts, ask_where, whereabouts

__all__ = ["TOPICS", "handle"]

TOPICS = ("イベント", "行事")
SAYS = Says.beside(__file__)
LONGEST_SPAN = 92
"""Days that one question may span."""
COMING = 6
"""Days beyond today that 「イベントある？」 means."""
LOOK_AHEAD = 760
"""Days within which the next date of a named event is looked for."""
FIRST, CARDS, MOST = 2, 2, 30
ONE_DAY = timedelta(days=1)
LONG = timedelta(days=14)
"""What goes on for longer is told after what is on a day or two."""
NEWS = re.compile("おしらせ|お知らせ|募集|縦覧|申告|納期|月間$|週間$|受付開始")
"""What lists of events hold besides events; told last."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A kind of event: how residents ask for it, and how it is known in a list."""

    key: str
    words: re.Pattern[str]
    fits: re.Pattern[str]
    """Over the category, the name and the description."""


FILTERS = (
    Filter(
        "children",
        re.compile(
            "子ども|子供|こども|親子|赤ちゃん|きっず|小学生|幼児|孫|children|kids|family|baby"
        ),
        re.compile(
            "子ども|こども|子供|親子|赤ちゃん|小学生|中学生以下|保護者|こそだて|子育て|キッズ"
        ),
    ),
    Filter(
        "health",
        re.compile("運動|体操|健康|すぽーつ|うぉーく|水泳|sport|exercise"),
        re.compile("健康|スポーツ|体操|運動|けんこう"),
    ),
    Filter("consult", re.compile("相談|consult"), re.compile("相談|そうだん")),
    Filter(
        "festival",
        re.compile("祭り|まつり|お祭|市場|朝市|festival|market"),
        re.compile("祭|まつり|市|花火|マーケット"),
    ),
    Filter(
        "culture",
        re.compile("こんさーと|音楽|映画|美術|展覧会|展示|読書|文化|concert|music|movie|art"),
        re.compile("文化|コンサート|音楽|映|美術|おんがく|展"),
    ),
)
FREE = re.compile("無料|ただで|お金のかからない|free")
FREE_EVENT = re.compile("無料|^0円$")


def handle(request: Request) -> Candidate | None:
    """Answer from the town's list and staff's own events; None where there are none."""
    places = request.knowledge.places
    if not places.events and not places.rules:
        return None
    name = _named(request)
    if name is not None:
        return _about(request, name)
    first, last = _span(request)
    wanted = _filters(request)
    free = FREE.search(fold_kana(request.understanding.normalized.text)) is not None
    found = [
        event
        for event in events_between(places.events, places.rules, first, last)
        if all(each.fits.search(_described(event)) for each in wanted)
        and (not free or FREE_EVENT.search(event.fee or ""))
        and not (event.first == event.last == request.at.date() and _over(event, request))
    ]
    here: Whereabouts | None = None
    if NEAR.search(request.understanding.normalized.text) or _answers_where(request):
        found_where = whereabouts(request)
        if found_where is None:
            what = SAYS("events", request.understanding.language)
            return ask_where(request, what, _asked_days(request))
        if isinstance(found_where, Candidate):
            return replace(found_where, slots={**_asked_days(request), **found_where.slots})
        here = found_where
    title = wanted[0].key if wanted else "free" if free else "events"
    return _list(request, found, (first, last), title, here)


def _named(request: Request) -> str | None:
    """Return the name of an event that is said, else of the turn before where that was one."""
    named = next((m.event for m in request.understanding.landmarks if m.event), None)
    if named is not None:
        return named
    kept = request.slots.get("event")
    return kept if isinstance(kept, str) and not _filters(request) else None


def _span(request: Request) -> tuple[date, date]:
    """Return the days asked about; the coming week where none is said."""
    today = request.at.date()
    spans = request.understanding.dates
    if not spans:
        kept = request.slots.get("days")
        if isinstance(kept, list) and len(kept) == 2:
            return date.fromisoformat(kept[0]), date.fromisoformat(kept[1])
        return today, today + COMING * ONE_DAY
    first, last = spans[0].first, max(span.last for span in spans[:2])
    if first < today <= last:
        first = today
    return first, min(last, first + LONGEST_SPAN * ONE_DAY)


def _answers_where(request: Request) -> bool:
    """Tell whether this is the place of an event that was asked for near somewhere."""
    return bool(request.slots) and "events" not in request.slots and "event" not in request.slots


def _asked_days(request: Request) -> dict[str, object]:
    """Return the days that were said, to be kept while it is asked where."""
    if not request.understanding.dates:
        return {}
    first, last = _span(request)
    return {"days": [first.isoformat(), last.isoformat()]}


def _filters(request: Request) -> list[Filter]:
    text = fold_kana(request.understanding.normalized.text)
    return [each for each in FILTERS if each.words.search(text)]


def _described(event: Event) -> str:
    return f"{event.category or ''} {event.name} {event.description or ''}"


def _over(event: Event, request: Request) -> bool:
    """Tell whether an event of today is over."""
    minute = request.at.hour * 60 + request.at.minute
    ends = event.ends if event.ends is not None else event.starts
    return ends is not None and event.first == event.last == request.at.date() and ends <= minute


def _list(
    request: Request,
    found: list[Event],
    days: tuple[date, date],
    title: str,
    here: Whereabouts | None,
) -> Candidate:
    language = request.understanding.language
    what = SAYS(title, language)
    first, last = (told_when(day, request.at.date(), language) for day in days)
    key = "day" if days[0] == days[1] else "span"
    slots: dict[str, object] = {
        "date": days[0].isoformat(),
        "days": [days[0].isoformat(), days[1].isoformat()],
        "events": [event.name for event in found[:MOST]],
    }
    if not found:
        text = SAYS(f"none_{key}", language, when=first, first=first, last=last, what=what)
        listed = list(request.knowledge.places.listings)
        return Candidate(
            text=text,
            score=1.0,
            slots=slots,
            sources=_listing_sources(request) if "events" in listed else (),
        )
    ranked = _ranked(found, here, days)
    head = "on_day" if key == "day" else "in_span"
    lines = [SAYS(head, language, when=first, first=first, last=last, what=what, count=len(found))]
    told = [_line(request, event, days) for event in ranked]
    lines += told[:FIRST]
    rest = told[FIRST:MOST]
    details = [SAYS("nearest", language, place=here.name)] if here else []
    details += [*rest, SAYS("check", language)]
    return Candidate(
        text="\n".join(lines),
        score=1.0,
        slots=slots,
        sources=sources_of(request, ranked[:CARDS])[:1],
        cards=tuple(_card(request, event) for event in ranked[:CARDS]),
        details="\n".join(details),
    )


def _listing_sources(request: Request) -> tuple[Source, ...]:
    places = request.knowledge.places
    sample = [*places.events[:1], *(rule.event for rule in places.rules[:1])]
    return sources_of(request, sample[:1])


def _ranked(
    found: Sequence[Event], here: Whereabouts | None, days: tuple[date, date]
) -> list[Event]:
    """Put what is rarer first, what is nearer where that is asked, then by day and time."""

    def away(event: Event) -> float:
        if here is None:
            return 0.0
        return distance(here.point, event.location) if event.location else float("inf")

    return sorted(
        found,
        key=lambda e: (
            away(e),
            NEWS.search(f"{e.category or ''} {e.name}") is not None,
            e.usual,
            e.last - e.first > LONG,
            max(e.first, days[0]),
            e.starts or 0,
            e.name,
        ),
    )


def _line(request: Request, event: Event, days: tuple[date, date]) -> str:
    language, today = request.understanding.language, request.at.date()
    when = ""
    if days[0] != days[1]:
        day = max(event.first, days[0])
        when = told_when(day, today, language)
    key = "item" if event.venue else "item_no_venue"
    return SAYS(
        key,
        language,
        when=when,
        time=_time(event, language),
        name=event.name,
        venue=event.venue or "",
    ).strip()


def _time(event: Event, language: str) -> str:
    """Write an event's hours with a space before them, empty where not said."""
    if event.starts is None:
        return ""
    if language == "en":
        ends = f"-{_clock(event.ends)}" if event.ends is not None else ""
        return f", {_clock(event.starts)}{ends}"
    until = f"〜{told_clock(event.ends)}" if event.ends is not None else "から"
    return f" {told_clock(event.starts)}{until}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _when(request: Request, event: Event) -> str:
    language, today = request.understanding.language, request.at.date()
    first = told_when(event.first, today, language)
    if event.first == event.last:
        return f"{first}{_time(event, language)}"
    return f"{first}〜{told_when(event.last, today, language)}{_time(event, language)}"


def _about(request: Request, name: str) -> Candidate:
    """Answer about one event: the next time, or whether it takes place on a day."""
    places, today = request.knowledge.places, request.at.date()
    language = request.understanding.language
    own = [event for event in places.events if event.name == name]
    rules = [rule for rule in places.rules if rule.event.name == name]
    spans = request.understanding.dates
    slots: dict[str, object] = {"event": name}
    if spans:
        first, last = spans[0].first, spans[0].last
        found = events_between(own, rules, first, last)
        if not found:
            when = told_when(first, today, language)
            lines = [SAYS("not_on", language, name=name, when=when)]
            coming = _coming(own, rules, max(last, today) + ONE_DAY, request)
            lines += _next_lines(request, coming)
            shown = [coming] if coming else [*own, *(rule.event for rule in rules)][:1]
            return _told(request, lines, shown, slots)
    coming = _coming(own, rules, spans[0].first if spans else today, request)
    if coming is None:
        records = [*own, *(rule.event for rule in rules)]
        gone = SAYS("gone", language, name=name)
        return Candidate(
            text=gone, score=1.0, slots=slots, sources=sources_of(request, records[:1])
        )
    slots["date"] = coming.first.isoformat()
    return _told(request, _next_lines(request, coming), [coming], slots)


def _coming(
    own: Sequence[Event], rules: Sequence[EventRule], start: date, request: Request
) -> Event | None:
    """Return the first time from a day on that is not over."""
    found = events_between(own, rules, start, start + LOOK_AHEAD * ONE_DAY)
    return next((event for event in found if not _over(event, request)), None)


def _next_lines(request: Request, event: Event | None) -> list[str]:
    if event is None:
        return []
    language, today = request.understanding.language, request.at.date()
    first = told_when(event.first, today, language)
    last = told_when(event.last, today, language)
    values = {"name": event.name, "when": first, "first": first, "last": last}
    key = "next" if event.first == event.last else "next_run"
    lines = [SAYS(key, language, time=_time(event, language), **values)]
    if event.venue:
        lines.append(SAYS("at", language, venue=event.venue))
    return lines


def _told(
    request: Request, lines: list[str], events: Sequence[Event], slots: dict[str, object]
) -> Candidate:
    language = request.understanding.language
    event = events[0]
    told = [event.description, event.note, SAYS("check", language)]
    return Candidate(
        text="\n".join(lines),
        score=1.0,
        slots=slots,
        sources=sources_of(request, events),
        cards=tuple(_card(request, each) for each in events if each.first != date.min),
        details="\n".join(text for text in told if text),
    )


def _card(request: Request, event: Event) -> Card:
    language = request.understanding.language
    return card_of(
        request,
        event,
        rows=(
            (SAYS("when", language), _when(request, event)),
            (SAYS("venue", language), event.venue),
            (SAYS("about", language), event.description),
            (SAYS("fee", language), event.fee),
            (SAYS("apply", language), event.apply),
            (SAYS("contact", language), event.contact),
            (SAYS("note", language), event.note),
        ),
    )
