"""What one named date means: from a token's value and what was said around it to days.

`HEADS` has a function for each kind of token that can name days. It returns None where the token
does not go with what was said before it, and raises `NoSuchDayError` where it names a day that no
calendar has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from concierge.language.dates import reckoning as cal
from concierge.language.dates.days_off import coming_holiday, coming_run, golden_week
from concierge.language.dates.model import Days, Granularity

__all__ = ["HEADS", "Meaning", "NoSuchDayError", "Scope", "resolve_year"]

RECENT_MONTH_DAY, RECENT_DAY = 31, 10
"""How many days ago a date may lie to be what is meant, though the coming one stands first."""
SMALL_HOURS = 5
"""Before this hour 「あした」 may be the day that has begun."""
PARTS_OF_MONTH = {"early": (1, 10), "middle": (11, 20), "late": (21, None)}


class NoSuchDayError(Exception):
    """A date was named that no calendar has, such as 「2月30日」."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What stands before a date and narrows it: 「来年の」「来月の」「来週の」「次の」.

    `anchor` is the day on or after which an open date is looked for: today, or the beginning of a
    span whose end is being read.
    """

    at: datetime
    anchor: date
    year: int | None = None
    month: tuple[int, int] | None = None
    months: int | None = None
    week: int | None = None
    pick: str | None = None

    @property
    def today(self) -> date:
        """The day on which it is said."""
        return self.at.date()

    @property
    def monday(self) -> date | None:
        """The first day of the week named, None where none is."""
        if self.week is None:
            return None
        return cal.days_from(cal.monday_of(self.today), 7 * self.week)

    @property
    def narrowed(self) -> bool:
        """Tell whether a year, month or week was named."""
        return any(part is not None for part in (self.year, self.month, self.week))


@dataclass(frozen=True, slots=True)
class Meaning:
    """The days meant; the rest as in `DateSpan`. `scope` passes on to what is listed after it."""

    first: date
    last: date
    granularity: Granularity = "day"
    alternatives: tuple[Days, ...] = ()
    part: str | None = None
    scope: Scope | None = None

    def shifted(self, days: int) -> Meaning:
        """Return the day so many days after the last (before the first where negative)."""
        if days == 7:
            return Meaning(cal.days_from(self.first, 7), cal.days_from(self.last, 7))
        day = cal.days_from(self.last if days > 0 else self.first, days)
        return Meaning(day, day)


def one(day: date | None, *others: date | None, scope: Scope | None = None) -> Meaning:
    """Return the meaning of one day; raise `NoSuchDayError` for None."""
    if day is None:
        raise NoSuchDayError
    alternatives = tuple((other, other) for other in others if other and other != day)
    return Meaning(day, day, alternatives=alternatives, scope=scope)


def resolve_year(value: Any, today: date) -> int | None:
    """Return the year of a `year` token; None for two figures that fit no year near today."""
    if isinstance(value, int):
        return today.year + value
    count, certain = value
    if certain:
        return int(count)
    near = range(today.year - 1, today.year + 3)
    return next((year for year in (2000 + count, 2018 + count) if year in near), None)


def _date(value: Any, scope: Scope) -> Meaning | None:
    year, month, day = value
    year = year or scope.year
    if year:
        return one(cal.day_of(year, month, day), scope=replace(scope, month=(year, month)))
    if scope.month and scope.month[1] != month:
        return None
    found = cal.coming_month_day(scope.anchor, month, day)
    if scope.month:
        found = cal.day_of(*scope.month, day)
    if found and scope.monday and cal.monday_of(found) != scope.monday:
        return None
    past = found and cal.day_of(found.year - 1, month, day)
    recent = _recent(past, scope, RECENT_MONTH_DAY)
    named = (found.year, found.month) if found else None
    return one(found, recent, scope=replace(scope, month=named))


def _day(value: Any, scope: Scope) -> Meaning | None:
    if scope.month:
        return one(cal.day_of(*scope.month, value), scope=scope)
    if scope.monday:
        days = (cal.days_from(scope.monday, ahead) for ahead in range(7))
        found = next((day for day in days if day.day == value), None)
        return one(found, scope=scope) if found else None
    if scope.year or not 1 <= value <= 31:
        return None
    past = cal.day_of(scope.today.year, scope.today.month, value)
    recent = _recent(past, scope, RECENT_DAY)
    return one(cal.coming_day(scope.anchor, value), recent, scope=scope)


def _recent(past: date | None, scope: Scope, days: int) -> date | None:
    """Return a past day if it lies so near that it may be meant, and no span or season is open."""
    near = past is not None and 0 < (scope.today - past).days <= days
    return past if near and scope.anchor == scope.today else None


def _weekday(value: Any, scope: Scope) -> Meaning | None:
    if scope.monday:
        day = cal.days_from(scope.monday, value)
        sunday = cal.days_from(scope.today, -((scope.today.weekday() + 1) % 7))
        other = cal.days_from(sunday, 7 * (scope.week or 0) + (value + 1) % 7)
        return one(day, other if other >= scope.today else None, scope=scope)
    if scope.month:
        return _whole_month(scope)
    if scope.year:
        return None
    return _open_weekday(value, scope)


def _open_weekday(weekday: int, scope: Scope) -> Meaning:
    """Return the weekday said alone or with 次の and the like."""
    today, coming = scope.today, cal.coming_weekday(scope.anchor, weekday)
    later = cal.days_from(coming, 7)
    this_week = coming <= cal.days_from(cal.monday_of(today), 6)
    match scope.pick:
        case "last":
            return one(cal.coming_weekday(cal.days_from(today, -7), weekday))
        case "after":
            return one(later)
        case "english":
            return one(later) if coming == today else one(coming, later if this_week else None)
        case "next":
            return one(coming, later if this_week else None)
        case "kondo":
            return one(coming, later if (coming - today).days <= 2 else None)
    return one(coming, later if coming == today else None)


def _weekend(value: Any, scope: Scope) -> Meaning | None:
    if scope.month:
        return _whole_month(scope)
    if scope.year:
        return None
    this = cal.days_from(cal.monday_of(scope.anchor), 5)
    weeks, other = 0, None
    if scope.week is not None or isinstance(value, int):
        weeks = scope.week if scope.week is not None else value
    elif value == "next" or scope.pick == "english":
        weeks, other = 1, 0
    elif scope.pick in ("last", "after"):
        weeks = -1 if scope.pick == "last" else 1
    elif scope.pick == "next" or scope.today.weekday() >= (4 if scope.pick else 5):
        other = 1
    saturday = cal.days_from(this, 7 * weeks)
    alternatives = () if other is None else (_saturday_and_sunday(cal.days_from(this, 7 * other)),)
    return Meaning(*_saturday_and_sunday(saturday), "weekend", alternatives)


def _saturday_and_sunday(saturday: date) -> Days:
    return saturday, cal.days_from(saturday, 1)


def _week_begins(_: Any, scope: Scope) -> Meaning | None:
    return one(scope.monday or cal.days_from(cal.monday_of(scope.today), 7))


def _nth(value: Any, scope: Scope) -> Meaning | None:
    nth, weekday = value
    if scope.week is not None or (scope.year and not scope.month):
        return None
    if scope.month:
        return one(cal.nth_weekday(*scope.month, nth, weekday), scope=scope)
    return one(cal.coming_nth_weekday(scope.anchor, nth, weekday), scope=scope)


def _part_of_month(value: Any, scope: Scope) -> Meaning | None:
    if not scope.month and (scope.narrowed or value not in PARTS_OF_MONTH):
        return None
    year, month = scope.month or (scope.anchor.year, scope.anchor.month)
    first, last = cal.month_days(year, month)
    if value in ("start", "end"):
        return one(first if value == "start" else last)
    begin, end = PARTS_OF_MONTH[value]
    found = first.replace(day=begin), last if end is None else last.replace(day=end)
    if scope.month is None and found[1] < scope.anchor:
        following = cal.add_months(first, 1)
        return _part_of_month(value, replace(scope, month=(following.year, following.month)))
    return Meaning(*found, "days")


def _month_edge(value: Any, scope: Scope) -> Meaning | None:
    if scope.month or scope.narrowed:
        return _part_of_month(value, scope)
    if value == "start":
        return one(cal.coming_day(scope.anchor, 1))
    return one(cal.month_days(scope.anchor.year, scope.anchor.month)[1])


def _year_edge(value: Any, scope: Scope) -> Meaning | None:
    if value == "fiscal":
        year = scope.year + 1 if scope.year else None
        return one(date(year, 3, 31) if year else cal.coming_month_day(scope.anchor, 3, 31))
    return Meaning(scope.today, date(scope.today.year, 12, 31), "days")


def _named(value: Any, scope: Scope) -> Meaning | None:
    if scope.month or scope.week is not None:
        return None
    (month, day), (last_month, last_day) = value
    years = range(scope.anchor.year - 1, scope.anchor.year + 2)
    for year in (scope.year,) if scope.year else years:
        first = date(year, month, day)
        last = date(year + (last_month < month), last_month, last_day)
        if scope.year or last >= scope.anchor:
            return Meaning(first, last, "day" if first == last else "days")
    return None


def _golden_week(_: Any, scope: Scope) -> Meaning | None:
    if scope.month or scope.week is not None:
        return None
    days = golden_week(scope.year or scope.anchor.year)
    if not scope.year and days[1] < scope.anchor:
        days = golden_week(scope.anchor.year + 1)
    return Meaning(*days, "days")


def _holiday(value: Any, scope: Scope) -> Meaning | None:
    """Return a holiday by name, or the coming one; 「来月の祝日」 asks about the whole month."""
    if scope.pick in ("last", "after"):
        return None
    if not value and (scope.month or scope.year):
        return _alone(value, scope)
    limits = _limits(scope)
    start, until = limits or (scope.anchor, None)
    found = coming_holiday(start, value or None, until=until)
    if found is None:
        return None
    vague = not value and not scope.narrowed and not scope.pick
    return replace(one(found), granularity="holiday" if vague else "day")


def _run(value: Any, scope: Scope) -> Meaning | None:
    if scope.pick in ("last", "after"):
        return None
    limits = _limits(scope)
    found = coming_run(limits[0] if limits else scope.anchor, value)
    if found is None or (limits and found[0] > limits[1]):
        return None
    return Meaning(*found, "days" if scope.pick or scope.narrowed else "holiday")


def _limits(scope: Scope) -> Days | None:
    if scope.monday:
        return scope.monday, cal.days_from(scope.monday, 6)
    if scope.month:
        return cal.month_days(*scope.month)
    return (date(scope.year, 1, 1), date(scope.year, 12, 31)) if scope.year else None


def _relative(value: Any, scope: Scope) -> Meaning | None:
    days, part = value
    if (scope.month and scope.months is None) or (scope.narrowed and days):
        return None
    if scope.narrowed:
        if scope.year is not None:
            return one(cal.add_months(scope.today, 12 * (scope.year - scope.today.year)))
        if scope.months is not None:
            return one(cal.add_months(scope.today, scope.months))
        return one(cal.days_from(scope.today, 7 * (scope.week or 0)))
    day = cal.days_from(scope.today, days)
    doubtful = scope.at.hour < SMALL_HOURS and days >= 0 and part != "朝"
    other = cal.days_from(day, -1) if doubtful or days == 4 else None
    return replace(one(day, other), part=part)


def _offset(value: Any, scope: Scope) -> Meaning | None:
    if scope.narrowed:
        return None
    first, last = sorted(cal.moved(scope.today, count, value[2]) for count in value[:2])
    return Meaning(first, last, "day" if first == last else "days")


def _fiscal_year(value: Any, scope: Scope) -> Meaning | None:
    today = scope.today
    year = today.year - (today.month < 4) + value if isinstance(value, int) else value[0]
    return Meaning(date(year, 4, 1), date(year + 1, 3, 31), "year")


def _alone(_: Any, scope: Scope) -> Meaning | None:
    """Return what the narrowing itself names: a week, a month, a year."""
    if scope.monday:
        last = cal.days_from(scope.monday, 6)
        sunday = scope.today.weekday() == 6
        others = ((cal.days_from(scope.monday, 7), cal.days_from(last, 7)),) if sunday else ()
        return Meaning(scope.monday, last, "week", others, scope=scope)
    if scope.month:
        return _whole_month(scope)
    if scope.year:
        return Meaning(date(scope.year, 1, 1), date(scope.year, 12, 31), "year")
    return None


def _whole_month(scope: Scope) -> Meaning:
    assert scope.month is not None  # noqa: S101 - its callers have looked
    return Meaning(*cal.month_days(*scope.month), "month", scope=scope)


HEADS: Mapping[str, Callable[[Any, Scope], Meaning | None]] = {
    "date": _date,
    "day": _day,
    "weekday": _weekday,
    "weekend": _weekend,
    "monday": _week_begins,
    "nth": _nth,
    "part": _part_of_month,
    "monthend": _month_edge,
    "yearend": _year_edge,
    "named": _named,
    "gw": _golden_week,
    "holiday": _holiday,
    "run": _run,
    "rel": _relative,
    "offset": _offset,
    "fiscal": _fiscal_year,
    "alone": _alone,
}
