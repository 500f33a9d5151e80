"""Says whether a place is open, as far as its list says, and when it opens next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from concierge.intent import Request
from concierge.places.hours import DayHours, State, told_spans
from concierge.places.model import Spot
from concierge.places.says import Says
from concierge.places.telling import told_hours, told_when

__all__ = ["said_hours"]

NOW = re.compile(
    "いま|今(?!日|週|月|度|晩|夜|朝)|やって(?:る|ます|ん|い)|やっとる|(?:開|空|あ)いて(?:る|ます|い)|open now|now"
)
LOOK_AHEAD = 14
"""Days that are looked through for the next one that is open."""
ONE_DAY = timedelta(days=1)
MOST_RUNS = 3


def said_hours(request: Request, spot: Spot, first: date, last: date, says: Says) -> list[str]:
    """Return the lines that tell of a place's hours from a day to a day."""
    language = request.understanding.language
    hours = spot.hours
    if not (hours.weekdays or hours.spans or hours.irregular or hours.specials):
        line = says("no_hours", language, name=spot.name)
        remark = hours.remark.replace("\n", " ")
        return [line, says("remark", language, remark=remark)] if remark else [line]
    if first != last:
        return _several(request, spot, first, last, says)
    return _one_day(request, spot, first, says)


def _one_day(request: Request, spot: Spot, day: date, says: Says) -> list[str]:
    language, today = request.understanding.language, request.at.date()
    when = told_when(day, today, language)
    found = spot.hours.on(day)
    span = told_hours(found, language)
    if found.state is State.CLOSED:
        line = says("closed_day", language, name=spot.name, when=when)
        return [line, *_next_open(spot, day, today, says, language)]
    if found.state is State.UNKNOWN:
        lines = [says("unknown", language, name=spot.name, when=when)]
        if found.reason and language != "en":
            lines.append(says("because", language, reason=found.reason))
        if found.spans and language != "en":
            lines[-1] += says("usual", language, span=told_spans(found.spans))
        return lines
    if found.spans == ((0, 24 * 60),):
        return [says("all_day", language, name=spot.name, when=when)]
    if day != today or not NOW.search(request.understanding.normalized.text):
        return [says("hours", language, name=spot.name, when=when, span=span)]
    now = spot.hours.at(request.at)
    if now.state is State.UNKNOWN:
        return [says("hours", language, name=spot.name, when=when, span=span)]
    key = "open_now" if now.state is State.OPEN else "closed_now"
    lines = [says(key, language, name=spot.name, when=when, span=span)]
    if now.state is State.CLOSED and now.opens is None:
        lines += _next_open(spot, day, today, says, language)
    return lines


def _several(request: Request, spot: Spot, first: date, last: date, says: Says) -> list[str]:
    """Tell of a run of days, those that are alike together."""
    language, today = request.understanding.language, request.at.date()
    lines: list[str] = []
    for begins, ends, found in _runs(spot, first, last):
        when = told_when(begins, today, language)
        if ends != begins:
            until = told_when(ends, today, language)
            when = f"{when} - {until}" if language == "en" else f"{when}から{until}まで"
        span = told_hours(found, language)
        if found.state is State.UNKNOWN:
            span = says("several_unknown", language)
        key = "several_more" if lines else "several"
        lines.append(says(key, language, name=spot.name, when=when, span=span))
    return lines[:MOST_RUNS]


def _runs(spot: Spot, first: date, last: date) -> Iterator[tuple[date, date, DayHours]]:
    begins, day = first, first
    before: DayHours | None = None
    while day <= min(last, first + LOOK_AHEAD * ONE_DAY):
        found = spot.hours.on(day)
        alike = before is not None and (before.state, before.spans) == (found.state, found.spans)
        if before is not None and not alike:
            yield begins, day - ONE_DAY, before
            begins = day
        before, day = found, day + ONE_DAY
    if before is not None:
        yield begins, day - ONE_DAY, before


def _next_open(spot: Spot, day: date, today: date, says: Says, language: str) -> list[str]:
    """Tell the next day that is surely open; nothing where a day before it is not known."""
    for ahead in range(1, LOOK_AHEAD + 1):
        following = day + ahead * ONE_DAY
        found = spot.hours.on(following)
        if found.state is State.UNKNOWN:
            return []
        if found.state is State.OPEN:
            when = told_when(following, today, language)
            return [says("next_open", language, when=when, span=told_hours(found, language))]
    return []
