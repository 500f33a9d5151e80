"""When a place is open, as its published columns and remark say: nothing is filled in by guessing.

`OpeningHours.on` tells what is known of a day, `at` of a moment. Where the data does not say
(national holidays, the turn of the year, a remark that could not be read) the answer is UNKNOWN with
the reason, and residents are asked to phone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from concierge.language.dates import is_holiday

__all__ = [
    "NEW_YEAR",
    "Closure",
    "DayHours",
    "Doubt",
    "OpeningHours",
    "Openness",
    "Span",
    "Special",
    "State",
    "is_day_off",
    "told_clock",
    "told_spans",
]

ONE_DAY = timedelta(days=1)
NEW_YEAR = ((12, 29), (1, 3))
"""年末年始 where a facility does not say which days it means."""
LONGEST_SHIFT = 10
NOON = 12 * 60
DAY = 24 * 60

Span = tuple[int, int]
"""From and to in minutes after midnight; past 24:00 the time runs into the next day."""


class State(StrEnum):
    """Whether something is open, or that it is not known."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Closure:
    """One rule by which a place is closed. Exactly one of the first four says which days.

    `weekday` (0 = Monday), in `weeks` of the month where given; `month_end`; `holidays`; `season`
    from (month, day) to (month, day), over New Year where the first is later. `moves`: where the
    day is a national holiday the place is open, and closed on the next day that is none.
    `spared`: a month's end on a weekend or holiday is open.
    """

    weekday: int | None = None
    weeks: frozenset[int] = frozenset()
    month_end: bool = False
    holidays: bool = False
    season: tuple[tuple[int, int], tuple[int, int]] | None = None
    moves: bool = False
    spared: bool = False

    def holds(self, day: date) -> bool:
        """Tell whether the place is closed on this day by this rule."""
        if self.season is not None:
            return _within(day, self.season)
        if self.holidays:
            return is_holiday(day) is not None
        if self.moves:
            return self._moved_to(day)
        if self.month_end and self.spared and (day.weekday() >= 5 or is_holiday(day)):
            return False
        return self.plain(day)

    def plain(self, day: date) -> bool:
        """Tell whether the day is the rule's own weekday or month's end, holidays not regarded."""
        if self.month_end:
            return (day + ONE_DAY).day == 1
        nth = (day.day - 1) // 7 + 1
        return day.weekday() == self.weekday and (not self.weeks or nth in self.weeks)

    def _moved_to(self, day: date) -> bool:
        if is_holiday(day) is not None:
            return False
        if self.plain(day):
            return True
        before = day - ONE_DAY
        for _ in range(LONGEST_SHIFT):
            if is_holiday(before) is None:
                return False
            if self.plain(before):
                return True
            before -= ONE_DAY
        return False


@dataclass(frozen=True, slots=True)
class Special:
    """Other hours than the usual on some weekdays, and on national holidays if `holidays`."""

    weekdays: frozenset[int]
    holidays: bool
    spans: tuple[Span, ...]
    morning_only: bool = False
    """Closed in the afternoon (午後休診); when the morning ends is not said."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A part of the remark that could not be read, and the weekdays it speaks of (none: all)."""

    text: str
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DayHours:
    """What is known of one day: its state, its hours (none: not said), and why, in Japanese."""

    state: State
    spans: tuple[Span, ...] = ()
    reason: str = ""
    morning_only: bool = False


@dataclass(frozen=True, slots=True)
class Openness:
    """What is known of one moment. `until` or `opens` in minutes of that day, where known."""

    state: State
    reason: str = ""
    until: int | None = None
    opens: int | None = None


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A place's opening hours.

    `weekdays` are those of the days column, None where it is blank; `holidays` whether it names
    national holidays (True open, None not said); `spans` the usual hours, empty where not said;
    `irregular` where the column says 不定期.
    """

    weekdays: frozenset[int] | None = None
    holidays: bool | None = None
    spans: tuple[Span, ...] = ()
    irregular: bool = False
    closures: tuple[Closure, ...] = ()
    specials: tuple[Special, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    remark: str = ""

    @property
    def known(self) -> bool:
        """Whether anything at all is said."""
        return bool(self.weekdays or self.spans or self.irregular or self.remark)

    @property
    def always(self) -> bool:
        """Whether it can be used round the clock every day, and nothing is said against it."""
        return (
            self.spans == ((0, DAY),)
            and self.weekdays == frozenset(range(7))
            and not (self.closures or self.specials or self.doubts)
        )

    def on(self, day: date) -> DayHours:
        """Return what is known of a day."""
        closed = self._closed(day)
        if closed:
            return DayHours(State.CLOSED, reason=closed)
        doubt = self._doubt(day)
        special = self._special(day)
        spans = special.spans if special and not special.morning_only else self.spans
        morning_only = special is not None and special.morning_only
        if doubt or not spans or (self.weekdays is None and special is None):
            reason = doubt or ("" if not spans else "曜日がデータにありません")
            return DayHours(State.UNKNOWN, spans, reason, morning_only)
        return DayHours(State.OPEN, spans, morning_only=morning_only)

    def at(self, moment: datetime) -> Openness:
        """Return whether it is open at a moment, as far as the data says."""
        day, minute = moment.date(), moment.hour * 60 + moment.minute
        night = self.on(day - ONE_DAY)
        for first, last in night.spans:
            if night.state is State.OPEN and first <= minute + DAY < last and first < DAY:
                return Openness(State.OPEN, until=last - DAY)
        today = self.on(day)
        if today.state is not State.OPEN:
            return Openness(today.state, today.reason)
        if today.morning_only:
            return self._in_the_morning(today, minute)
        for first, last in today.spans:
            if first <= minute < last:
                return Openness(State.OPEN, until=last)
        later = [first for first, _ in today.spans if first > minute]
        return Openness(State.CLOSED, "時間外", opens=min(later) if later else None)

    def _in_the_morning(self, today: DayHours, minute: int) -> Openness:
        first = min(first for first, _ in today.spans)
        if minute < first:
            return Openness(State.CLOSED, "時間外", opens=first)
        if minute < NOON:
            return Openness(State.UNKNOWN, "午前のみの日で、午前の終わりの時刻がデータにありません")
        return Openness(State.CLOSED, "午後は休み")

    def _closed(self, day: date) -> str:
        """Return why it is closed that day, empty where nothing says so."""
        rule = next((rule for rule in self.closures if rule.holds(day)), None)
        if rule is not None:
            return "年末年始の休み" if rule.season and _over_new_year(rule.season) else "休みの日"
        holiday = is_holiday(day)
        if self.weekdays is None or self._special(day) is not None:
            return ""
        if holiday and (self.holidays or self._moved_open(day)):
            return ""
        return "" if day.weekday() in self.weekdays else "休みの曜日"

    def _moved_open(self, holiday: date) -> bool:
        """Whether a weekly closing day is open because it is a national holiday."""
        return any(rule.moves and rule.plain(holiday) for rule in self.closures)

    def _doubt(self, day: date) -> str:
        """Return why a day that is not closed is not surely open either."""
        if self.irregular:
            return "利用できる日が決まっていません"
        for doubt in self.doubts:
            if not doubt.weekdays or day.weekday() in doubt.weekdays:
                return f"「{doubt.text}」との注記があります"
        if _within(day, NEW_YEAR) and not any(rule.season for rule in self.closures):
            return "" if self.always else "年末年始の扱いがデータにありません"
        if is_holiday(day) is None or self.holidays or self._says_of_holidays(day) or self.always:
            return ""
        return "祝日の扱いがデータにありません"

    def _says_of_holidays(self, day: date) -> bool:
        if self._special(day) is not None and any(s.holidays for s in self.specials):
            return True
        return any(rule.holidays or rule.moves for rule in self.closures)

    def _special(self, day: date) -> Special | None:
        """Return the hours of their own that a day has; those of holidays go first."""
        if is_holiday(day) is not None:
            found = next((each for each in self.specials if each.holidays), None)
            if found is not None:
                return found
        own = [each for each in self.specials if day.weekday() in each.weekdays]
        return next((each for each in own if each.spans), own[0] if own else None)


def told_clock(minutes: int) -> str:
    """Write a time of day: `9時30分`, `翌2時`, `24時`."""
    before = "翌" if minutes > DAY else ""
    hour, minute = divmod(minutes - (DAY if minutes > DAY else 0), 60)
    return f"{before}{hour}時{minute}分" if minute else f"{before}{hour}時"


def told_spans(spans: Iterable[Span]) -> str:
    """Write hours: `9時30分〜19時`, several with 、 between, round the clock as `24時間`."""
    return "、".join(
        "24時間" if span == (0, DAY) else f"{told_clock(span[0])}〜{told_clock(span[1])}"
        for span in spans
    )


def is_day_off(day: date) -> bool:
    """Tell whether it is a Sunday, a national holiday or the turn of the year."""
    return day.weekday() == 6 or is_holiday(day) is not None or _within(day, NEW_YEAR)


def _within(day: date, season: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    first, last = season
    here = (day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last


def _over_new_year(season: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    return season[0] > season[1] or season[0] == (1, 1)
