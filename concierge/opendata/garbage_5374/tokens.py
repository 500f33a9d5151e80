"""The tokens that a cell is made of: weekdays, n-th weekdays, alternate weeks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from concierge.opendata.garbage_5374.days import read_compact
from concierge.waste.model import EveryOtherWeek, NthWeekday, Rule, Weekly

__all__ = [
    "WEEKDAYS",
    "Biweekly",
    "Months",
    "biweekly_rule",
    "run_together",
    "weekday_rule",
    "weekday_token",
]

WEEKDAYS = "月火水木金土日"
Months = frozenset[int] | None

FORWARD = re.compile(rf"(?:毎週)?([{WEEKDAYS}])(?:曜日?)?([1-5])?")
REVERSED = re.compile(rf"(?:毎月)?第?([1-5])[・-]?([{WEEKDAYS}])(?:曜日?)?")
ENGLISH = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?\.?([1-5])?", re.IGNORECASE)
ENGLISH_WEEKDAYS = dict(
    zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), WEEKDAYS, strict=True)
)
BIWEEKLY = re.compile(rf"(?:隔週?|([24])週)([{WEEKDAYS}])(?:曜日?)?([0-9]{{8}})")
JOINERS = re.compile(r"[\s・/,、+&と]+")


@dataclass(frozen=True, slots=True)
class Biweekly:
    """A rule with a base date; `agrees` tells whether the weekday written fits that date."""

    rule: EveryOtherWeek
    agrees: bool


def weekday_token(token: str) -> str | None:
    """Return the token as `月` or `月2`; None where it is none.

    `Mon2` stands in the English files of kawasaki, `2土` in those of minato-tokyo.
    """
    match = FORWARD.fullmatch(token)
    if match:
        return match[1] + (match[2] or "")
    match = REVERSED.fullmatch(token)
    if match:
        return match[2] + match[1]
    match = ENGLISH.fullmatch(token)
    if match:
        return ENGLISH_WEEKDAYS[match[1].lower()] + (match[2] or "")
    return None


def weekday_rule(token: str, months: Months = None) -> Rule:
    """Return the rule of a token that `weekday_token` returned."""
    weekday = WEEKDAYS.index(token[0])
    if len(token) == 1:
        return Weekly(weekday, months)
    return NthWeekday(weekday, int(token[1]), months)


def biweekly_rule(token: str) -> Biweekly | None:
    """Read `隔月20140401` (every 14 days) or `4週月20140401` (every 28 days, shimizu-sunto)."""
    match = BIWEEKLY.fullmatch(token)
    first = read_compact(match[3]) if match else None
    if match is None or first is None:
        return None
    rule = EveryOtherWeek(first, days=28 if match[1] == "4" else 14)
    return Biweekly(rule, WEEKDAYS[first.weekday()] == match[2])


def run_together(text: str) -> list[str] | None:
    """Read weekdays written without the space between them (`火1火 3`, `月・木`).

    None unless there is one reading: all of them with a number or none, at least two of them, and
    two of them joined. `火 3` stays unread, since the 3 may be anything.
    """
    words = text.split(" ")
    if not any(sum(character in WEEKDAYS for character in word) > 1 for word in words):
        return None
    joined = JOINERS.sub("", text)
    for pattern in (rf"[{WEEKDAYS}][1-5]", rf"[1-5][{WEEKDAYS}]", rf"[{WEEKDAYS}]"):
        if re.fullmatch(rf"(?:{pattern})+", joined):
            found = [weekday_token(token) for token in re.findall(pattern, joined)]
            return [token for token in found if token is not None]
    return None
