"""What explains a date after it is named: its weekday, the same day again, the time, the next day.

「11/23（月）」「明日（11/21）」「明日は日曜」「祝日の翌日」「連休明け」「日曜の午後3時」.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from concierge.language.dates import reckoning as cal
from concierge.language.dates.cursor import Cursor
from concierge.language.dates.days_off import coming_holiday, is_holiday
from concierge.language.dates.hours import Hours, part_hours, read_hours, stands_alone
from concierge.language.dates.meaning import HEADS, Meaning, NoSuchDayError, Scope
from concierge.language.dates.tokens import Token

__all__ = ["Point", "count_from", "explain"]

EXPLAINED = ("date", "day", "rel", "offset", "named", "monthend", "holiday")
RUNS = ("run", "gw", "named", "holiday", "weekend")


@dataclass(slots=True)
class Point:
    """One date as read: where it stands and what it means."""

    start: int
    end: int
    meaning: Meaning
    kind: str
    hours: Hours | None = None


def explain(cursor: Cursor, point: Point, index: int) -> int:
    """Read what explains a point from the token at `index` on; return the index after it."""
    for step in (_within, _edge, _marked, _repeated, _moved, _timed):
        index = step(cursor, point, index)
    return index


def count_from(cursor: Cursor, point: Point, index: int) -> int:
    """Read 「11/23の3日後」 and 「今日から1週間後」: one day, counted from another.

    Raises OverflowError or ValueError past the calendar's end.
    """
    first, last, unit = cursor.tokens[index].value
    day = point.meaning.first
    days = sorted(cal.moved(day, count, unit) for count in (first, last))
    point.meaning = Meaning(days[0], days[1], "day" if days[0] == days[1] else "days")
    point.end = cursor.tokens[index].end
    return index + 1


def _within(cursor: Cursor, point: Point, index: int) -> int:
    """Take the one day named within a run of days: 「週末の日曜」「年末の29日」「三連休の月曜」."""
    following = cursor.adjacent(point.end, index)
    if following is None or following == index or point.kind not in RUNS:
        return index
    token, meaning = cursor.tokens[following], point.meaning
    if token.kind not in ("weekday", "day"):
        return index
    for ahead in range((meaning.last - meaning.first).days + 1):
        day = cal.days_from(meaning.first, ahead)
        if token.value == (day.weekday() if token.kind == "weekday" else day.day):
            point.meaning, point.end = Meaning(day, day), token.end
            return following + 1
    return index


def _edge(cursor: Cursor, point: Point, index: int) -> int:
    following = cursor.adjacent(point.end, index)
    if following is None or cursor.kind(following) != "edge" or point.kind not in RUNS:
        return index
    meaning, token = point.meaning, cursor.tokens[following]
    day = meaning.first if token.value == "first" else meaning.last
    point.meaning = meaning.shifted(1) if token.value == "after" else Meaning(day, day)
    point.end = token.end
    return following + 1


def _marked(cursor: Cursor, point: Point, index: int) -> int:
    """Take the weekday said with a date; where they disagree, look for a date that fits."""
    following = cursor.adjacent(point.end, index)
    if following is None or point.kind not in EXPLAINED:
        return index
    token = cursor.tokens[following]
    if token.kind not in ("mark", "weekday"):
        return index
    meaning = point.meaning
    if meaning.first == meaning.last and token.value not in (-1, meaning.first.weekday()):
        fitting = _with_weekday(point, token.value)
        if fitting is None and token.kind == "weekday":
            return index
        other = cal.nearest_weekday(meaning.first, token.value)
        point.meaning = fitting or replace(
            meaning, alternatives=((other, other), *meaning.alternatives)
        )
    point.end = token.end
    return following + 1


def _repeated(cursor: Cursor, point: Point, index: int) -> int:
    """Take the same day said again in other words: 「明日（11/21）」「明日は日曜」「23日祝日」."""
    if not cursor.touches(point.end, index):
        return index
    bracket = cursor.tokens[index].kind == "open"
    apart = bracket or cursor.folded[point.end] in " 、,は"
    apart = apart or (cursor.folded[point.end] == "の" and cursor.kind(index + 1) == "holiday")
    inner = index + 1 if apart else index
    kind = cursor.kind(inner)
    if kind not in ("date", "day", "rel", "weekday", "holiday") or (
        cursor.tokens[inner].start != (cursor.tokens[index].end if apart else point.end)
    ):
        return index
    if kind == "rel" and not bracket:
        return index
    token = cursor.tokens[inner]
    end, following = token.end, inner + 1
    if cursor.kind(following) == "mark" and cursor.tokens[following].start == end:
        end, following = cursor.tokens[following].end, following + 1
    if bracket:
        if cursor.kind(following) != "close" or cursor.tokens[following].start != end:
            return index
        end, following = cursor.tokens[following].end, following + 1
    said = _said_again(cursor, point, token)
    if said is None:
        return index
    point.meaning = replace(point.meaning, first=said, last=said, alternatives=())
    point.end = end
    return following


def _said_again(cursor: Cursor, point: Point, token: Token) -> date | None:
    """Return the day that both name, None where they differ."""
    meaning = point.meaning
    if meaning.first != meaning.last:
        return None
    if token.kind == "weekday":
        return meaning.first if meaning.first.weekday() == token.value else None
    if token.kind == "holiday":
        name = is_holiday(meaning.first)
        return meaning.first if name and token.value in ("", name) else None
    try:
        said = HEADS[token.kind](token.value, Scope(cursor.at, cursor.today))
    except (NoSuchDayError, OverflowError, ValueError):
        return None
    if said is None:
        return None
    day = said.first
    choices = [meaning.first, *(first for first, _ in meaning.alternatives)]
    by_weekday = point.kind == "weekday" and day.weekday() == meaning.first.weekday()
    return day if day in choices or (by_weekday and token.kind in ("date", "day")) else None


def _moved(cursor: Cursor, point: Point, index: int) -> int:
    following = cursor.adjacent(point.end, index)
    if following is None or cursor.kind(following) not in ("shift", "offset"):
        return index
    token = cursor.tokens[following]
    try:
        if token.kind == "offset":
            return count_from(cursor, point, following)
        point.meaning = point.meaning.shifted(token.value)
    except (OverflowError, ValueError):
        return index
    point.end = token.end
    return following + 1


def _timed(cursor: Cursor, point: Point, index: int) -> int:
    if point.meaning.part:
        point.hours = part_hours(point.meaning.part)
    following = cursor.adjacent(point.end, index, ("no", "topic", "comma"))
    if following is None or cursor.kind(following) not in ("tod", "clock"):
        return index
    if (
        cursor.kind(following) == "tod"
        and cursor.tokens[following].start != point.end
        and (cursor.kind(index) != "no" and not stands_alone(cursor, cursor.tokens[following]))
    ):
        return index
    point.hours, point.end, index = read_hours(cursor, following, point.meaning.part)
    return index


def _with_weekday(point: Point, weekday: int) -> Meaning | None:
    """Return the reading of an open date that falls on the weekday said with it."""
    meaning = point.meaning
    choices = [first for first, last in meaning.alternatives if first == last]
    if point.kind == "day":
        choices += [
            later
            for ahead in (1, 2)
            if (later := cal.add_months(meaning.first, ahead)).day == meaning.first.day
        ]
    fitting = next((day for day in choices if day.weekday() == weekday), None)
    if point.kind == "holiday":
        fitting = _holiday_on(weekday, meaning.first)
    if fitting is None:
        return None
    if point.kind == "holiday":
        return replace(meaning, first=fitting, last=fitting)
    return replace(
        meaning, first=fitting, last=fitting, alternatives=((meaning.first, meaning.first),)
    )


def _holiday_on(weekday: int, start: date) -> date | None:
    """Return the first holiday on such a weekday, within about two years."""
    day: date | None = start
    for _ in range(40):
        day = coming_holiday(cal.days_from(day, 1)) if day else None
        if day and day.weekday() == weekday:
            return day
    return None
