"""From a rule to its days, closures counted in.

`shift` follows the original program (`WeekShift`): in a month, from the first closed occurrence of
the weekday on, every occurrence comes seven days later; an n-th weekday keeps the n it had before;
a day pushed out of the month is lost. Only rules of weekdays are shifted.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from concierge.waste.model import ClosurePolicy, DateList, EveryOtherWeek, NthWeekday, Rule, Weekly

__all__ = ["last_day", "never", "occurrences"]

HORIZON = 12 * 30
"""Months; the rarest rule (a fifth weekday in February) comes round within 28 years."""
WEEK = timedelta(days=7)


def never(day: date) -> bool:
    """Say of every day that it is not closed."""
    return False


def occurrences(
    rule: Rule, start: date, closed: Callable[[date], bool], policy: ClosurePolicy
) -> Iterator[date]:
    """Yield the days of a rule on or after `start` in order, none of them closed.

    Ends by itself: with the rule, or for weekdays after thirty years.
    """
    if isinstance(rule, DateList):
        days = iter(rule.days[bisect_left(rule.days, start) :])
    elif isinstance(rule, EveryOtherWeek):
        days = _alternate(rule, start)
    else:
        days = _by_month(rule, start, closed, policy)
    return (day for day in days if not closed(day))


def last_day(rule: Rule) -> date | None:
    """Return the last day of a rule, None where it has no end; `date.min` for an empty list."""
    if isinstance(rule, DateList):
        return rule.days[-1] if rule.days else date.min
    if isinstance(rule, EveryOtherWeek):
        return _after(rule.first, rule.days * (rule.count - 1))
    return None


def _after(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max


def _alternate(rule: EveryOtherWeek, start: date) -> Iterator[date]:
    skipped = max(0, -((rule.first - start).days // rule.days))
    for number in range(skipped, rule.count):
        day = _after(rule.first, number * rule.days)
        if day == date.max:
            return
        if day >= start:
            yield day


def _by_month(
    rule: Weekly | NthWeekday, start: date, closed: Callable[[date], bool], policy: ClosurePolicy
) -> Iterator[date]:
    year, month = start.year, start.month
    for _ in range(HORIZON):
        if year > date.max.year:
            return
        if rule.months is None or month in rule.months:
            for day in _in_month(rule, year, month, closed, policy):
                if day >= start:
                    yield day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _in_month(
    rule: Weekly | NthWeekday,
    year: int,
    month: int,
    closed: Callable[[date], bool],
    policy: ClosurePolicy,
) -> Iterator[date]:
    first_weekday, length = monthrange(year, month)
    first = 1 + (rule.weekday - first_weekday) % 7
    shifted = False
    for number, day_of_month in enumerate(range(first, length + 1, 7), start=1):
        day = date(year, month, day_of_month)
        if policy is ClosurePolicy.SHIFT:
            shifted = shifted or closed(day)
        if isinstance(rule, NthWeekday) and number != rule.nth:
            continue
        if not shifted:
            yield day
        elif day_of_month + 7 <= length:
            yield day + WEEK
