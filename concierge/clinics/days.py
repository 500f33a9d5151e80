"""Kinds of days as rosters name them: 日曜, 祝日, 平日, 第1・第3土曜, 年末年始, 12月31日〜1月3日.

`read_days` reads a whole text or nothing. Which rule holds on a date where several do is told by
`rank`: a date beats a holiday, a holiday beats a weekday.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from concierge.language.dates import is_holiday

__all__ = ["YEAR_END", "DayKind", "MonthDay", "holiday", "is_day_off", "read_days", "within"]

MonthDay = tuple[int, int]
YEAR_END: tuple[MonthDay, MonthDay] = ((12, 29), (1, 3))
"""年末年始 where the facility says nothing else."""
WEEKDAYS = "月火水木金土日"
ALL = frozenset(range(7))
WORKDAYS = frozenset(range(5))

_DAY = r"[月火水木金土日](?:曜日?)?"
_DATE = r"(\d{1,2})(?:月|/)(\d{1,2})日?"
_PIECES = (
    ("range", re.compile(rf"{_DATE}(?:~|から){_DATE}(?:まで)?")),
    ("date", re.compile(_DATE)),
    ("nth", re.compile(rf"第?((?:[1-5一二三四五](?:[・、,]?第?))+)({_DAY})")),
    ("run", re.compile(rf"({_DAY})(?:~|から)({_DAY})(?:まで)?")),
    ("year_end", re.compile("年末年始")),
    ("holiday", re.compile("国民の祝日|祝休日|祝祭日|祝日|祭日|祝")),
    ("off", re.compile("休日")),
    ("workday", re.compile("平日")),
    ("every", re.compile("毎日|年中無休|全日|無休")),
    ("weekday", re.compile(_DAY)),
)
_BETWEEN = re.compile(r"(?:毎週|及び|および|または|又は|と|の|[・、,/\s]|\(|\))+")
_KANJI = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}


@dataclass(frozen=True, slots=True)
class DayKind:
    """One kind of day. `rank` tells which of several that fit a date holds (the highest)."""

    rank: int
    weekdays: frozenset[int] = ALL
    weeks: frozenset[int] = frozenset()
    span: tuple[MonthDay, MonthDay] | None = None
    holiday: bool | None = None
    """True: only national holidays; False: none of them, nor 年末年始; None: either."""
    year_end: bool = False

    def holds(self, day: date, year_end: tuple[MonthDay, MonthDay] = YEAR_END) -> bool:
        """Tell whether a date is of this kind."""
        if self.year_end:
            return within(day, year_end)
        if self.span is not None:
            return within(day, self.span)
        if day.weekday() not in self.weekdays:
            return False
        if self.weeks and (day.day - 1) // 7 + 1 not in self.weeks:
            return False
        if self.holiday is None:
            return True
        if self.holiday:
            return holiday(day)
        return not holiday(day) and not within(day, year_end)

    def doubtful(self, day: date) -> bool:
        """Tell whether it is open what holds: a weekday rule on a national holiday."""
        plain = self.rank in (1, 2) and self.holiday is None
        return plain and day.weekday() != 6 and holiday(day)

    @property
    def tells_year_end(self) -> bool:
        """Tell whether a rule for these days says something of 年末年始."""
        around = self.span is not None and (self.span[1][0] == 1 or self.span[1] >= (12, 29))
        return self.rank == 0 or self.year_end or around


EVERY = DayKind(0)
WORKDAY = DayKind(1, WORKDAYS, holiday=False)
HOLIDAY = DayKind(3, holiday=True)
YEAR_ENDS = DayKind(4, year_end=True)
SUNDAY = DayKind(1, frozenset({6}))


@lru_cache(maxsize=4096)
def holiday(day: date) -> bool:
    """Tell whether a date is a national holiday."""
    return is_holiday(day) is not None


def is_day_off(day: date) -> bool:
    """Tell whether ordinary clinics are closed: a Sunday, a national holiday, 12/29 to 1/3."""
    return day.weekday() == 6 or holiday(day) or within(day, YEAR_END)


def read_days(texts: Iterable[str]) -> tuple[DayKind, ...] | None:
    """Read names of kinds of days; None where one cannot be read as a whole."""
    found: list[DayKind] = []
    for text in texts:
        kinds = _read(text)
        if not kinds:
            return None
        found += kinds
    return tuple(dict.fromkeys(found))


def _read(text: str) -> list[DayKind] | None:
    folded = re.sub(r"[〜～∼−–—ー]|(?<=[\d日月火水木金土)])-", "~", text)
    folded = unicodedata.normalize("NFKC", folded).replace("〜", "~")
    folded = re.sub(r"\s+", "", folded)
    kinds: list[DayKind] = []
    position = 0
    while position < len(folded):
        if between := _BETWEEN.match(folded, position):
            position = between.end()
            continue
        for name, pattern in _PIECES:
            if match := pattern.match(folded, position):
                made = _made(name, match)
                if made is None:
                    return None
                kinds += made
                position = match.end()
                break
        else:
            return None
    return _explained(kinds)


def _explained(kinds: list[DayKind]) -> list[DayKind]:
    """Drop 月〜金 beside 平日 and 年末年始 beside its own dates: 「平日（月曜日〜金曜日）」."""
    if WORKDAY in kinds:
        kinds = [
            k for k in kinds if not (k.rank == 1 and k is not WORKDAY and k.weekdays <= WORKDAYS)
        ]
    if YEAR_ENDS in kinds and any(kind.span for kind in kinds):
        kinds = [kind for kind in kinds if kind is not YEAR_ENDS]
    return kinds


def _made(name: str, match: re.Match[str]) -> list[DayKind] | None:
    if name == "weekday":
        return [DayKind(1, frozenset({WEEKDAYS.index(match[0][0])}))]
    if name == "run":
        first, last = WEEKDAYS.index(match[1][0]), WEEKDAYS.index(match[2][0])
        days = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
        return [DayKind(1, frozenset(days))]
    if name == "nth":
        weeks = {_KANJI.get(c) or int(c) for c in match[1] if c in _KANJI or c.isdigit()}
        return [DayKind(2, frozenset({WEEKDAYS.index(match[2][0])}), frozenset(weeks))]
    if name in ("range", "date"):
        numbers = [int(group) for group in match.groups()]
        ends = ((numbers[0], numbers[1]), (numbers[-2], numbers[-1]))
        if not all(_real(*end) for end in ends):
            return None
        return [DayKind(4, span=ends)]
    if name == "off":
        return [SUNDAY, HOLIDAY]
    return [{"year_end": YEAR_ENDS, "holiday": HOLIDAY, "workday": WORKDAY, "every": EVERY}[name]]


def _real(month: int, day: int) -> bool:
    try:
        date(2028, month, day)
    except ValueError:
        return False
    return True


def within(day: date, span: tuple[MonthDay, MonthDay]) -> bool:
    """Tell whether a date lies in a yearly span, which may run over New Year."""
    first, last = span
    here = (day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last
