"""How a date is said back to a resident: always with its weekday."""

from __future__ import annotations

from datetime import date, datetime, time

from concierge.clock import weekday_name
from concierge.language.dates.days_off import is_holiday
from concierge.language.dates.lexicon import PARTS
from concierge.language.dates.model import DateSpan

__all__ = ["describe"]

NEAR = {-1: "きのう", 0: "きょう", 1: "あした", 2: "あさって"}
PART_NAMES = {hours: name for name, hours in reversed(PARTS.items())}


def describe(span: DateSpan, at: datetime) -> str:
    """Say a span as an answer would: 「あした11月21日（土）」「11月23日（月・祝）〜25日（水）」.

    A year that is not the one of `at` is named; きのう to あさって are named for single days.
    """
    today = at.date()
    first = _written(span.first, today)
    if span.first == span.last:
        near = NEAR.get((span.first - today).days, "")
        return f"{near}{first}{_hours(span.time_from, span.time_to)}"
    last = _written(span.last, span.first, month=span.last.month != span.first.month)
    return f"{first}〜{last}"


def _written(day: date, beside: date, *, month: bool = True) -> str:
    year = f"{day.year}年" if day.year != beside.year else ""
    months = f"{day.month}月" if month or year else ""
    holiday = "・祝" if is_holiday(day) else ""
    return f"{year}{months}{day.day}日（{weekday_name(day)}{holiday}）"


def _hours(begin: time | None, end: time | None) -> str:
    if begin is None:
        return ""
    if end is None:
        return f"の{_clock(begin)}"
    part = PART_NAMES.get((begin, end))
    return f"の{part}" if part else f"の{_clock(begin)}〜{_clock(end)}"


def _clock(moment: time) -> str:
    return f"{moment.hour}時" + (f"{moment.minute}分" if moment.minute else "")
