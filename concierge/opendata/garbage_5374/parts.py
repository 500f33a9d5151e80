"""The tokens of one cell, sorted by what they are; what they mean together is decided in `cell`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from concierge.opendata.garbage_5374.days import is_sentinel, read_compact
from concierge.opendata.garbage_5374.tokens import Months, weekday_token

__all__ = ["Parts", "sort_tokens"]

COLON, SEMICOLON = ":", ";"


@dataclass(slots=True)
class Parts:
    """What stands in a cell. `weekdays` pairs `月` or `月2` with its months, None for all.

    `sentinels` counts dates such as 20991231; `reasons` says in Japanese what had to be repaired;
    `second_colon` tells that months were given twice for the same weekdays.
    """

    weekdays: list[tuple[str, Months]] = field(default_factory=list)
    dates: list[date] = field(default_factory=list)
    sentinels: int = 0
    biweekly: list[str] = field(default_factory=list)
    bad_dates: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    second_colon: bool = False


@dataclass(slots=True)
class _Group:
    """Weekdays and the months they share: `水1 水3:4 6`."""

    weekdays: list[str] = field(default_factory=list)
    months: set[int] | None = None
    deaf: bool = False

    def take(self, token: str, parts: Parts) -> bool:
        """Take a colon or a month; False for what is neither here. Only the first colon counts."""
        if token == COLON and self.weekdays:
            self.deaf = self.months is not None
            parts.second_colon = parts.second_colon or self.deaf
            self.months = self.months or set()
            return True
        if self.months is None or not re.fullmatch(r"[0-9]{1,2}", token):
            return False
        if not self.deaf and 1 <= int(token) <= 12:
            self.months.add(int(token))
        elif not self.deaf:
            parts.unknown.append(token)
        return True

    def close(self, parts: Parts) -> None:
        """Hand the group over; a colon that no month follows is not understood."""
        if self.months is not None and not self.months:
            parts.unknown.append(COLON)
        months = frozenset(self.months) if self.months else None
        parts.weekdays += [(weekday, months) for weekday in self.weekdays]


def sort_tokens(text: str) -> Parts:
    """Sort the tokens of a cell that is already free of remarks and stray characters.

    A weekday after months, or a semicolon, opens a new group.
    """
    parts = Parts()
    group = _Group()
    for token in re.sub(r"([:;])", r" \1 ", text).split():
        weekday = weekday_token(token)
        if token == SEMICOLON or (weekday is not None and group.months is not None):
            group.close(parts)
            group = _Group()
        if weekday is not None:
            group.weekdays.append(weekday)
            if weekday != token and not token.isascii():
                parts.reasons.append(f"「{token}」の書き方")
        elif token != SEMICOLON and not group.take(token, parts):
            _sort_other(token, parts)
    group.close(parts)
    return parts


def _sort_other(token: str, parts: Parts) -> None:
    if token.isdecimal() and len(token) >= 5:
        _sort_digits(token, parts)
    elif "週" in token or token.startswith("隔"):
        parts.biweekly.append(token)
    else:
        parts.unknown.append(token)


def _sort_digits(token: str, parts: Parts) -> None:
    """Sort a date, dates run together, or a number that is no date."""
    found = [read_compact(token[start : start + 8]) for start in range(0, len(token), 8)]
    days = [day for day in found if day is not None]
    alone = len(token) == 8
    plausible = alone or all(1990 <= day.year <= 2100 for day in days)
    if len(token) % 8 or len(days) < len(found) or not plausible:
        parts.bad_dates.append(token)
        return
    parts.dates += [day for day in days if not is_sentinel(day)]
    parts.sentinels += sum(map(is_sentinel, days))
    if not alone:
        parts.reasons.append("続けて書かれた日付")
