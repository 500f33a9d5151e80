"""Whether a desk is open now, or when it opens next, from its hours as staff wrote them.

Only what is understood whole is told: 「平日 8時30分〜17時15分（木曜は19時まで）」. Where any part is not
understood, nothing is claimed, and the hours are shown as written. 平日 are Monday to Friday but for
national holidays and December 29 to January 3 (行政機関の休日に関する法律, which towns follow).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from concierge.clock import TOKYO
from concierge.language.dates.days_off import is_holiday

__all__ = ["OfficeHours", "read_hours"]

WEEKDAYS = "月火水木金土日"
CLOCK = r"(\d{1,2})(?:時(?:(\d{1,2})分)?|:(\d{2}))"
MAIN = re.compile(rf"(?:受付)?(平日|毎日|([{WEEKDAYS}])曜?[~-]([{WEEKDAYS}])曜?){CLOCK}[~-]{CLOCK}")
LATER = re.compile(rf"([{WEEKDAYS}])曜日?は{CLOCK}まで")
EXTRA = re.compile(rf"第([1-5])([{WEEKDAYS}])曜日?は{CLOCK}[~-]{CLOCK}")
CLOSED = re.compile(r"(.+?)(?:は|が)?(?:お)?休み")
SPAN = re.compile(r"(\d{1,2})月(\d{1,2})日[~-](?:(\d{1,2})月)?(\d{1,2})日")
OPEN_ON_HOLIDAYS = re.compile(r"祝日も(?:開場|受付|開館|営業|開庁)")
HARMLESS = re.compile(r"[^\d休開受]*語|やさしい日本語|火事・?救急は119番")
LOOK_AHEAD = 40


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When a desk is open: `on` gives the spans of a day, empty when it is closed."""

    on: Callable[[date], tuple[tuple[time, time], ...]]

    def open_until(self, at: datetime) -> time | None:
        """Return when the desk closes where it is open at a moment, None where it is closed."""
        local = at.astimezone(TOKYO)
        now = local.time()
        return next((end for start, end in self.on(local.date()) if start <= now < end), None)

    def opens_next(self, at: datetime) -> datetime | None:
        """Return when the desk opens next, None where that is more than weeks away."""
        local = at.astimezone(TOKYO)
        for days in range(LOOK_AHEAD):
            day = local.date() + timedelta(days=days)
            for start, _ in sorted(self.on(day)):
                moment = datetime.combine(day, start, TOKYO)
                if moment > local:
                    return moment
        return None


@dataclass(slots=True)
class _Rules:
    weekdays: frozenset[int]
    hours: tuple[time, time]
    holidays: bool | None
    """Open on national holidays too; None where that is not said."""
    year_end: bool
    """Closed from December 29 to January 3, as town halls are."""
    later: dict[int, time]
    extra: dict[tuple[int, int], tuple[time, time]]
    closed_weekdays: set[int]
    closed_spans: list[tuple[tuple[int, int], tuple[int, int]]]

    def on(self, day: date) -> tuple[tuple[time, time], ...]:
        """Return the spans of a day."""
        if self._closed(day):
            return ()
        extra = self.extra.get(((day.day - 1) // 7 + 1, day.weekday()))
        if day.weekday() not in self.weekdays or (is_holiday(day) and not self.holidays):
            return (extra,) if extra else ()
        start, end = self.hours
        return ((start, self.later.get(day.weekday(), end)),)

    def _closed(self, day: date) -> bool:
        spans = [*self.closed_spans, *([((12, 29), (1, 3))] if self.year_end else [])]
        return day.weekday() in self.closed_weekdays or any(
            _within((day.month, day.day), first, last) for first, last in spans
        )


def read_hours(text: str | None) -> OfficeHours | None:
    """Read a desk's hours; None where any part of them is not understood."""
    if not text:
        return None
    folded = re.sub(r"[\s\u3000]+", "", unicodedata.normalize("NFKC", text))
    folded = re.sub(r"[〜～―－–—]", "~", folded)
    head, _, tail = folded.partition("(")
    main = MAIN.fullmatch(head.rstrip("。"))
    if main is None or (tail and not tail.endswith(")")):
        return None
    rules = _main(main)
    if rules is None:
        return None
    for clause in filter(None, re.split(r"[。、]", tail.removesuffix(")"))):
        if not _clause(clause, rules):
            return None
    return None if rules.holidays is None else OfficeHours(rules.on)


def _main(match: re.Match[str]) -> _Rules | None:
    start, end = _clock(match.groups()[3:6]), _clock(match.groups()[6:9])
    if start is None or end is None or start >= end:
        return None
    days = match[1]
    if days == "毎日":
        weekdays = frozenset(range(7))
    elif days == "平日":
        weekdays = frozenset(range(5))
    else:
        first, last = WEEKDAYS.index(match[2]), WEEKDAYS.index(match[3])
        weekdays = frozenset(range(first, last + 1))
    holidays = {"毎日": True, "平日": False}.get(days)
    return _Rules(weekdays, (start, end), holidays, days == "平日", {}, {}, set(), [])


def _clause(clause: str, rules: _Rules) -> bool:
    """Take in one clause of the brackets; tell whether it was understood."""
    if HARMLESS.fullmatch(clause):
        return True
    if OPEN_ON_HOLIDAYS.fullmatch(clause):
        rules.holidays = True
        return True
    if (later := LATER.fullmatch(clause)) is not None:
        until = _clock(later.groups()[1:4])
        if until is not None:
            rules.later[WEEKDAYS.index(later[1])] = until
        return until is not None
    if (extra := EXTRA.fullmatch(clause)) is not None:
        start, end = _clock(extra.groups()[2:5]), _clock(extra.groups()[5:8])
        if start is None or end is None or start >= end:
            return False
        rules.extra[int(extra[1]), WEEKDAYS.index(extra[2])] = (start, end)
        return True
    closed = CLOSED.fullmatch(clause)
    return closed is not None and all(_closing(part, rules) for part in closed[1].split("・"))


def _closing(part: str, rules: _Rules) -> bool:
    if part == "祝日":
        rules.holidays = False
        return True
    if re.fullmatch(rf"[{WEEKDAYS}]{{1,2}}曜?日?", part) and part != "日":
        rules.closed_weekdays |= {WEEKDAYS.index(c) for c in re.sub("曜.*", "", part)}
        return True
    span = SPAN.fullmatch(part)
    if span is not None:
        first = (int(span[1]), int(span[2]))
        rules.closed_spans.append((first, (int(span[3] or span[1]), int(span[4]))))
        return True
    return False


def _clock(parts: tuple[str | None, ...]) -> time | None:
    hour, minute, colon = parts
    try:
        return time(int(hour or 0), int(minute or colon or 0))
    except ValueError:
        return None


def _within(day: tuple[int, int], first: tuple[int, int], last: tuple[int, int]) -> bool:
    return first <= day <= last if first <= last else day >= first or day <= last
