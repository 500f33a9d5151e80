"""Who is on duty in a town, over all of its rosters: on a date, at a moment, next.

Two rosters of one service that name the same date are one roster and its later edition: the one
"as of" the later day answers for that date alone. Rosters of other services stand side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from concierge.clinics.model import Duty, Roster, RosterInfo

__all__ = ["DayOfDuty", "Duties"]

ONE_DAY = timedelta(days=1)
LOOK_AHEAD = 31
"""Days within which the next duty is looked for."""


@dataclass(frozen=True, slots=True)
class DayOfDuty:
    """What is known of one date.

    `missing` are the rosters that mostly have somebody on such a day but say nothing of this one,
    or whose entry could not be read. `covered`: some roster says who is on duty, be it nobody; fixed
    clinics alone do not cover a date on which a roster is missing. `duties` are what is known.
    """

    day: date
    covered: bool
    duties: tuple[Duty, ...]
    missing: tuple[RosterInfo, ...] = ()


@dataclass(frozen=True)
class Duties:
    """All rosters of a town."""

    rosters: tuple[Roster, ...]
    _days: dict[date, DayOfDuty] = field(default_factory=dict, repr=False, compare=False)

    def on(self, day: date) -> DayOfDuty:
        """Return what is known of a date."""
        if day not in self._days:
            if len(self._days) > 1000:
                self._days.clear()
            self._days[day] = self._worked_out(day)
        return self._days[day]

    def open_at(self, moment: datetime) -> tuple[Duty, ...]:
        """Return who is open at a moment, those on duty since yesterday included."""
        today = moment.date()
        duties = (*self.on(today - ONE_DAY).duties, *self.on(today).duties)
        return tuple(duty for duty in duties if duty.open_at(moment))

    def between(self, first: datetime, last: datetime) -> tuple[Duty, ...]:
        """Return who is open at some time from `first` up to `last`, by date."""
        day, found = first.date() - ONE_DAY, list[Duty]()
        while day <= last.date():
            found += [duty for duty in self.on(day).duties if duty.open_between(first, last)]
            day += ONE_DAY
        return tuple(found)

    def next_day(self, after: date, fits: Callable[[Duty], bool]) -> DayOfDuty | None:
        """Return the first date from `after` on that has a duty that fits, of the coming weeks."""
        for ahead in range(LOOK_AHEAD):
            found = self.on(after + ahead * ONE_DAY)
            if any(fits(duty) for duty in found.duties):
                return found
        return None

    def roster_day(self, moment: datetime) -> date:
        """Return the date whose roster holds at a moment, where a roster's day turns over late."""
        minute = moment.hour * 60 + moment.minute
        begins = max((roster.info.day_begins for roster in self.rosters), default=0)
        return moment.date() - ONE_DAY if minute < begins else moment.date()

    @property
    def inquiry(self) -> tuple[str, str] | None:
        """The line that knows who is on duty, of the first roster that names one."""
        return next((r.info.inquiry for r in self.rosters if r.info.inquiry), None)

    def _worked_out(self, day: date) -> DayOfDuty:
        saying: list[Roster] = []
        missing: list[RosterInfo] = []
        for service in dict.fromkeys(roster.info.service for roster in self.rosters):
            editions = [roster for roster in self.rosters if roster.info.service == service]
            latest = _latest([r for r in editions if r.covers(day) or r.lost(day)])
            saying += [roster for roster in latest if roster.covers(day)]
            missing += [r.info for r in latest if not r.covers(day) or r.incomplete]
            if not latest:
                missing += [r.info for r in _latest(editions) if r.usual(day)][:1]
        duties = dict.fromkeys(duty for roster in saying for duty in roster.on(day))
        return DayOfDuty(
            day, bool(saying) and not missing, _each_once(tuple(duties)), tuple(missing)
        )


def _latest(editions: Sequence[Roster]) -> list[Roster]:
    """Return the editions that are as of the latest day; all where none says."""
    days = [roster.info.updated or date.min for roster in editions]
    return [roster for roster, day in zip(editions, days, strict=True) if day == max(days)]


def _each_once(duties: Sequence[Duty]) -> tuple[Duty, ...]:
    """Drop a duty that another file repeats word for word."""
    found: dict[object, Duty] = {}
    for duty in duties:
        found.setdefault((duty.clinic, duty.hours, duty.note), duty)
    return tuple(found.values())
