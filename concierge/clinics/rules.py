"""A roster by rule: fixed clinics with hours by kind of day, and clinics that take turns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from concierge.clinics.days import YEAR_END, DayKind, MonthDay, within
from concierge.clinics.model import Clinic, Duty, Hours, RosterInfo

__all__ = ["Change", "DutyRule", "RuledRoster", "year_end_of"]

ONE_DAY = timedelta(days=1)
LONGEST = 20 * 366
"""Days over which turns are counted."""


@dataclass(frozen=True, slots=True)
class DutyRule:
    """Who is on duty on some kinds of days.

    One clinic is on duty on each such day; several take turns in their order, the first on the
    first such day from `start` on, `together` of them at a time. `off` are days on which nobody
    is, which is known. `row` is the line of the file.
    """

    days: tuple[DayKind, ...]
    clinics: tuple[Clinic, ...]
    hours: tuple[Hours, ...]
    start: date | None = None
    off: tuple[DayKind, ...] = ()
    together: int = 1
    note: str | None = None
    row: int = 0

    @property
    def key(self) -> str:
        """What tells the rules apart that stand for one another: the clinics' names."""
        return "|".join(clinic.name for clinic in self.clinics)


def year_end_of(rules: Iterable[DutyRule]) -> tuple[MonthDay, MonthDay]:
    """Return the 年末年始 that the rules' own dates tell (12月31日〜1月3日), else the usual one."""
    spans = [kind.span for rule in rules for kind in (*rule.days, *rule.off) if kind.span]
    return next((span for span in spans if span[0] > span[1]), YEAR_END)


@dataclass(frozen=True, slots=True)
class Change:
    """A late change: `instead_of` (None: nobody) is not on duty on a date, `clinic` is."""

    day: date
    instead_of: str | None
    duty: tuple[Clinic, tuple[Hours, ...] | None] | None
    updated: date | None = None
    row: int = 0
    note: str | None = None


@dataclass(frozen=True)
class RuledRoster:
    """A roster that follows from rules between two dates."""

    info: RosterInfo
    rules: tuple[DutyRule, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    year_end: tuple[MonthDay, MonthDay] = YEAR_END
    dates: Mapping[date, tuple[Duty, ...]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    unread: frozenset[date] = field(default_factory=frozenset)
    incomplete: bool = False
    """Whether a rule could not be read, so that no date is known to be told in full."""

    @property
    def fixed(self) -> bool:
        """Whether nobody takes turns, and no date is written."""
        turns = any(len(rule.clinics) > rule.together for rule in self.rules)
        return not turns and not self.dates

    def covers(self, day: date) -> bool:
        """Every date between the two for which no rule leaves open what holds."""
        if day in self.unread:
            return False
        if day in self.dates or any(change.day == day for change in self.changes):
            return True
        return bool(self.rules) and self._valid(day) and not self._doubtful(day)

    def lost(self, day: date) -> bool:
        """Tell whether a date is written, but could not be read."""
        return day in self.unread

    def usual(self, day: date) -> bool:
        """Tell whether a rule is for this kind of day."""
        return any(kind.holds(day, self.year_end) for rule in self.rules for kind in rule.days)

    def last_day(self) -> date | None:
        """Return the last date that is covered, None where the rules go on."""
        return self.valid_to if self.rules else max(self.dates, default=None)

    def on(self, day: date) -> tuple[Duty, ...]:
        """Return who is on duty on a date: what is written for it, else what the rules say."""
        if not self.covers(day):
            return ()
        ruled = self._ruled(day) if self._valid(day) and not self._doubtful(day) else ()
        duties = [*ruled, *self.dates.get(day, ())]
        for change in self.changes:
            if change.day == day:
                duties = self._changed(duties, change)
        return tuple(duties)

    def _valid(self, day: date) -> bool:
        after = self.valid_from is None or day >= self.valid_from
        return after and (self.valid_to is None or day <= self.valid_to)

    def _rank(self, rule: DutyRule, day: date) -> int | None:
        """Return the rank of the narrowest kind of day of a rule that holds."""
        if rule.start is not None and day < rule.start:
            return None
        ranks = [kind.rank for kind in rule.days if kind.holds(day, self.year_end)]
        return max(ranks, default=None)

    def _holding(self, day: date) -> list[tuple[DutyRule, int]]:
        """Return the rules that hold, of each clinic only the narrowest."""
        found = [(rule, rank) for rule in self.rules if (rank := self._rank(rule, day)) is not None]
        best = {rule.key: 0 for rule, _ in found}
        for rule, rank in found:
            best[rule.key] = max(best[rule.key], rank)
        return [(rule, rank) for rule, rank in found if rank == best[rule.key]]

    def _doubtful(self, day: date) -> bool:
        """Tell whether the rules leave open a holiday or 年末年始, of which they say nothing."""
        kinds = [kind for rule in self.rules for kind in (*rule.days, *rule.off)]
        if within(day, YEAR_END) and not any(kind.tells_year_end for kind in kinds):
            return True
        return any(self._in_doubt(rule, rank, day) for rule, rank in self._holding(day))

    def _in_doubt(self, rule: DutyRule, rank: int, day: date) -> bool:
        if any(kind.holds(day, self.year_end) for kind in rule.off):
            return False
        kinds = [kind for kind in rule.days if kind.rank == rank]
        return any(kind.holds(day, self.year_end) and kind.doubtful(day) for kind in kinds)

    def _ruled(self, day: date) -> tuple[Duty, ...]:
        return tuple(
            Duty(day, clinic, rule.hours, self.info, rule.row, rule.note)
            for rule, _ in self._holding(day)
            if not any(kind.holds(day, self.year_end) for kind in rule.off)
            for clinic in self._turn(rule, day)
        )

    def _turn(self, rule: DutyRule, day: date) -> tuple[Clinic, ...]:
        if len(rule.clinics) <= rule.together:
            return rule.clinics
        place = bisect_right(self._turns[rule.row, rule.key], day) - 1
        first = place * rule.together
        return tuple(
            rule.clinics[(first + step) % len(rule.clinics)] for step in range(rule.together)
        )

    @cached_property
    def _turns(self) -> Mapping[tuple[int, str], list[date]]:
        """Return the dates of each rule by which clinics take turns, counted from its start."""
        return {
            (rule.row, rule.key): self._dates_of(rule)
            for rule in self.rules
            if len(rule.clinics) > rule.together
        }

    def _dates_of(self, rule: DutyRule) -> list[date]:
        day = rule.start or self.valid_from or date(2020, 1, 1)
        last = min(self.valid_to or date.max, date(day.year + LONGEST // 366, 12, 31))
        found: list[date] = []
        while day <= last:
            holds = any(kind.holds(day, self.year_end) for kind in rule.days)
            if holds and not any(kind.holds(day, self.year_end) for kind in rule.off):
                found.append(day)
            day += ONE_DAY
        return found

    def _changed(self, duties: list[Duty], change: Change) -> list[Duty]:
        names = {change.instead_of, change.duty[0].name if change.duty else None}
        kept = [duty for duty in duties if duty.clinic.name not in names]
        left = next((duty for duty in duties if duty.clinic.name == change.instead_of), None)
        if change.duty is None:
            return kept
        clinic, hours = change.duty
        if hours is None:
            hours = left.hours if left else ()
        info = replace(self.info, updated=change.updated or self.info.updated)
        place = duties.index(left) if left is not None else len(kept)
        duty = Duty(change.day, clinic, hours, info, change.row, change.note)
        return [*kept[:place], duty, *kept[place:]]
