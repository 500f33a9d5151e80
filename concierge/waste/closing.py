"""Whether a day lies in a published closure, and whether a turn of the year is covered by one."""

from __future__ import annotations

from datetime import date

from concierge.waste.model import Closure

__all__ = ["covers", "is_new_year", "touches_turn"]


def covers(closure: Closure, day: date) -> bool:
    """Tell whether `day` lies in the closure, both ends included."""
    if not closure.yearly:
        return closure.first <= day <= closure.last
    first = (closure.first.month, closure.first.day)
    last = (closure.last.month, closure.last.day)
    here = (day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last


def is_new_year(day: date) -> bool:
    """Tell whether a day is one (29 December to 3 January) on which most towns do not collect."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def touches_turn(closure: Closure, day: date) -> bool:
    """Tell whether the closure says something of the turn of the year that `day` is near.

    Near means 20 December to 10 January.
    """
    january = day.year if day.month < 7 else min(day.year + 1, date.max.year)
    first, last = date(max(january - 1, 1), 12, 20), date(january, 1, 10)
    if closure.yearly:
        return (closure.first.month, closure.first.day) >= (12, 20) or (
            closure.first.month == 1 and closure.first.day <= 10
        )
    return closure.first <= last and closure.last >= first
