"""Calendar arithmetic: which day is meant, once it is known how it was named.

Functions that choose a day return None where the calendar has none; a day never rolls over into
the next month. Weeks start on Monday.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from concierge.language.dates.model import Days

__all__ = [
    "add_months",
    "coming_day",
    "coming_month",
    "coming_month_day",
    "coming_nth_weekday",
    "coming_weekday",
    "day_of",
    "days_from",
    "monday_of",
    "month_days",
    "moved",
    "nearest_weekday",
    "nth_weekday",
]


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the day, or None where no calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_from(day: date, count: int) -> date:
    """Return the day so many days later (earlier where negative)."""
    return day + timedelta(days=count)


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return days_from(day, -day.weekday())


def coming_weekday(start: date, weekday: int) -> date:
    """Return the first such weekday (0 = Monday) on or after `start`."""
    return days_from(start, (weekday - start.weekday()) % 7)


def nearest_weekday(day: date, weekday: int) -> date:
    """Return the such weekday that lies nearest, at most three days off."""
    return days_from(day, (weekday - day.weekday() + 3) % 7 - 3)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def moved(day: date, count: int, unit: str) -> date:
    """Return the day so many units (日, 週, 月 or 年) later, earlier where negative."""
    if unit in "日週":
        return days_from(day, count * (7 if unit == "週" else 1))
    return add_months(day, count * (12 if unit == "年" else 1))


def month_days(year: int, month: int) -> Days:
    """Return the first and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def coming_month(start: date, month: int) -> int:
    """Return the year of the first such month that is not over by `start`."""
    return start.year if month >= start.month else start.year + 1


def coming_month_day(start: date, month: int, day: int) -> date | None:
    """Return the first such date on or after `start`; 29 February only if the coming one exists."""
    year = start.year if (month, day) >= (start.month, start.day) else start.year + 1
    return day_of(year, month, day)


def coming_day(start: date, day: int) -> date | None:
    """Return the first day of that number on or after `start`, in the next month that has it."""
    if not 1 <= day <= 31:
        return None
    for ahead in range(3):
        first = add_months(start.replace(day=1), ahead)
        found = day_of(first.year, first.month, day)
        if found and found >= start:
            return found
    return None


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date | None:
    """Return the nth such weekday of a month, the last one for -1."""
    first, last = month_days(year, month)
    if nth == -1:
        return days_from(last, -((last.weekday() - weekday) % 7))
    found = days_from(coming_weekday(first, weekday), 7 * (nth - 1))
    return found if nth >= 1 and found <= last else None


def coming_nth_weekday(start: date, nth: int, weekday: int) -> date | None:
    """Return the first nth such weekday of any month on or after `start`."""
    for ahead in range(12):
        first = add_months(start.replace(day=1), ahead)
        found = nth_weekday(first.year, first.month, nth, weekday)
        if found and found >= start:
            return found
    return None
