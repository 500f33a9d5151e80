"""Dates as residents say them in short messages, found with no model and no network.

`find_dates` gives the days a text names, in the order said; `read_dates` also the times without a
day, what is written as a date but is none, and what repeats. Rules that a caller must know:

- Weeks start on Monday. 今度の, 次の and a bare weekday are the nearest one not past (today counts);
  English "next" never means today. Weekdays of 来週 and 今週 are counted from Monday.
- A month and day, or a day of the month, already past is the coming one; a day stands in the next
  month that has it. What lies in the recent past is offered in `alternatives`.
- Other readings that people have are in `alternatives`, never chosen by chance.
- A weekday said with a date (「11/23（月）」) picks the date that fits it; where none does, the date
  as written stands and the nearest such weekday is an alternative.
- Nothing is returned for what repeats (毎日, 毎週月曜), for durations (3日間, 24時間), for words that
  only contain a date's characters, and for 翌日 or 前日 where no date stands before them.
"""

from __future__ import annotations

from datetime import datetime

from concierge.clock import TOKYO
from concierge.language.dates.cursor import Cursor
from concierge.language.dates.days_off import is_holiday
from concierge.language.dates.grammar import Grammar
from concierge.language.dates.lexer import fold, tokens
from concierge.language.dates.model import (
    DateSpan,
    Days,
    Granularity,
    Reading,
    Said,
    TimeSpan,
)
from concierge.language.dates.wording import describe
from concierge.language.normalize import Normalized, normalize

__all__ = [
    "DateSpan",
    "Days",
    "Granularity",
    "Reading",
    "Said",
    "TimeSpan",
    "describe",
    "find_dates",
    "is_holiday",
    "read_dates",
]


def find_dates(text: Normalized | str, at: datetime) -> list[DateSpan]:
    """Return the days named in a text said at a moment (aware; Asia/Tokyo), in the order said.

    Spans never overlap. A text given as `str` is normalised first; offsets are into the normalised
    text either way.
    """
    return list(read_dates(text, at).dates)


def read_dates(text: Normalized | str, at: datetime) -> Reading:
    """Return all that a text says about days and times; see `Reading`."""
    normalized = normalize(text) if isinstance(text, str) else text
    if at.tzinfo is not None:
        at = at.astimezone(TOKYO)
    folded = fold(normalized.text)
    grammar = Grammar(Cursor(tokens(normalized.text, folded), folded, at))
    dates = tuple(
        DateSpan(
            first=point.meaning.first,
            last=point.meaning.last,
            start=point.start,
            end=point.end,
            text=normalized.said(point.start, point.end),
            granularity=point.meaning.granularity,
            time_from=point.hours[0] if point.hours else None,
            time_to=point.hours[1] if point.hours else None,
            alternatives=point.meaning.alternatives,
        )
        for point in grammar.points()
    )
    return Reading(
        dates=dates,
        times=tuple(
            TimeSpan(hours[0], hours[1], start, end, normalized.said(start, end))
            for start, end, hours in grammar.times
        ),
        impossible=tuple(Said(*where, normalized.said(*where)) for where in grammar.impossible),
        recurring=tuple(Said(*where, normalized.said(*where)) for where in grammar.recurring),
    )
