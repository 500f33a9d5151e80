"""What was understood of a date or a time: plain records, no rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

__all__ = ["DateSpan", "Days", "Granularity", "Reading", "Said", "TimeSpan"]

Days = tuple[date, date]
"""The first and the last day, both included."""

Granularity = Literal["day", "days", "weekend", "week", "month", "year", "holiday"]
"""How exact the resident was. `holiday` is 「祝日」「連休」 without saying which: the coming one
stands in `first` and `last`, but the question may be about holidays in general."""


@dataclass(frozen=True, slots=True)
class DateSpan:
    """One day or run of days that a resident named.

    `first` and `last` are included; one day has them equal. `start` and `end` are offsets into the
    normalised text, `text` the resident's own spelling. `time_from` alone is a point in time; with
    `time_to` before `time_from` the time runs past midnight; over several days it is that of each
    day, or from the first day's to the last day's where both were said. `alternatives` are what some people
    mean by the same words (weeks that start on Sunday, 「明日」 said at 2 a.m., …), the likeliest
    first; where the answer differs between them, both are worth saying.
    """

    first: date
    last: date
    start: int
    end: int
    text: str
    granularity: Granularity = "day"
    time_from: time | None = None
    time_to: time | None = None
    alternatives: tuple[Days, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time of day said without a day, such as 「15時半」 or 「夜」; fields as in `DateSpan`."""

    time_from: time
    time_to: time | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of the text, offsets and spelling as in `DateSpan`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one text says about dates, each in the order said.

    `impossible` is what is written as a date that no calendar has: 「2月30日」, 「13/45」.
    `recurring` is what repeats (「毎週月曜」, "every Monday"): it names no day, so no `DateSpan`
    stands for it.
    """

    dates: tuple[DateSpan, ...] = ()
    times: tuple[TimeSpan, ...] = ()
    impossible: tuple[Said, ...] = ()
    recurring: tuple[Said, ...] = ()
