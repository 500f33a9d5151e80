"""What a roster of clinics on duty says, as typed records. Nothing is guessed here.

Readers (`concierge.opendata.clinics`, `concierge.clinics.staff_file`) make `Roster`s;
`concierge.clinics.duties` answers from all rosters of a town.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from concierge.clock import midnight

__all__ = [
    "DAY_MINUTES",
    "Clinic",
    "DatedRoster",
    "Duty",
    "Hours",
    "Roster",
    "RosterInfo",
    "clock",
]

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One span of a duty, in minutes from the midnight that begins its date.

    `closes` is always after `opens`; beyond 1440 it lies on the next day. `reception_to` is until
    when patients are registered, where that is published apart from the hours of consultation.
    """

    opens: int
    closes: int
    reception_to: int | None = None

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Return the moments between which it is open on a date."""
        start = midnight(day)
        return start + timedelta(minutes=self.opens), start + timedelta(minutes=self.closes)

    def last_call(self, day: date) -> datetime:
        """Return until when one can be registered."""
        last = self.closes if self.reception_to is None else self.reception_to
        return midnight(day) + timedelta(minutes=last)

    def as_dict(self) -> dict[str, str]:
        """Return the JSON of the command; a `to` not after `from` lies on the next day."""
        return {"from": clock(self.opens), "to": clock(self.closes)}


def clock(minutes: int) -> str:
    """Write minutes as HH:MM; midnight at the end of the day is 24:00."""
    within = minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES
    return f"{within // 60:02}:{within % 60:02}"


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic, dentist or pharmacy as a roster or its list of clinics describes it.

    `sees` is the published text on whom it can see. `youngest` and `oldest` are ages in years,
    both included, None where nothing is said. `departments` are as published, empty where the
    roster names none.
    """

    name: str
    departments: tuple[str, ...] = ()
    phone: str | None = None
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    url: str | None = None
    sees: str | None = None
    youngest: int | None = None
    oldest: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RosterInfo:
    """What is known of a roster as a whole.

    `updated` is the day it is "as of"; `day_begins` the minute at which its day turns over;
    `inquiry` the line that knows who is on duty, as name and number. `service` tells what it is a
    roster of: two rosters of one service replace each other by `updated`.
    """

    title: str
    file: str
    service: str = ""
    url: str | None = None
    updated: date | None = None
    day_begins: int = 0
    inquiry: tuple[str, str] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """One clinic on duty on one date. `row` is the line in the roster's file, from 1."""

    day: date
    clinic: Clinic
    hours: tuple[Hours, ...]
    info: RosterInfo
    row: int = 0
    note: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON of `concierge clinics on`."""
        return {
            "name": self.clinic.name,
            "departments": list(self.clinic.departments),
            "hours": [span.as_dict() for span in self.hours],
            "phone": self.clinic.phone,
            "address": self.clinic.address,
            "sees": self.clinic.sees,
            "note": self.notes,
        }

    @property
    def notes(self) -> str | None:
        """Everything published beside the plain columns, reception hours included."""
        last = [
            f"受付は{clock(span.reception_to)}まで"
            for span in self.hours
            if span.reception_to is not None
        ]
        reception = "、".join(dict.fromkeys(last)) or None
        found = (reception, self.note, self.clinic.note)
        return "。".join(dict.fromkeys(text.strip("。 ") for text in found if text)) or None

    def open_at(self, moment: datetime) -> bool:
        """Tell whether it is open at a moment; a duty without hours is not known to be."""
        return any(start <= moment < end for start, end in map(self._span, self.hours))

    def opens_after(self, moment: datetime) -> datetime | None:
        """Return when it opens next on its date, None where it does not any more."""
        later = [start for start, _ in map(self._span, self.hours) if start > moment]
        return min(later, default=None)

    def closes_after(self, moment: datetime) -> datetime | None:
        """Return until when one can be registered in the span that is open at a moment."""
        for span in self.hours:
            start, end = span.on(self.day)
            if start <= moment < end:
                return span.last_call(self.day)
        return None

    def open_between(self, first: datetime, last: datetime) -> bool:
        """Tell whether it is open at some time from `first` up to `last`."""
        return any(start < last and end > first for start, end in map(self._span, self.hours))

    def _span(self, span: Hours) -> tuple[datetime, datetime]:
        return span.on(self.day)


class Roster(Protocol):
    """One published roster, whatever its form."""

    @property
    def info(self) -> RosterInfo:
        """What is known of it as a whole."""

    @property
    def incomplete(self) -> bool:
        """Whether something in it could not be read that may concern any date."""

    @property
    def fixed(self) -> bool:
        """Whether it is always the same clinics, and nobody takes turns."""

    def covers(self, day: date) -> bool:
        """Tell whether it says for certain who is on duty on a date, be it nobody."""

    def lost(self, day: date) -> bool:
        """Tell whether something is published for a date that could not be read."""

    def on(self, day: date) -> tuple[Duty, ...]:
        """Return who is on duty on a date, in the order published."""

    def usual(self, day: date) -> bool:
        """Tell whether it mostly has somebody on duty on this kind of day."""

    def last_day(self) -> date | None:
        """Return the last date it covers, None where it does not end."""


@dataclass(frozen=True, slots=True)
class DatedRoster:
    """A roster that names its dates one by one. `unread` are dates that could not be read."""

    info: RosterInfo
    dates: Mapping[date, tuple[Duty, ...]]
    unread: frozenset[date] = field(default_factory=frozenset)
    incomplete: bool = False
    fixed: bool = False

    def covers(self, day: date) -> bool:
        """Only the dates it names, and of those the ones that were read without a doubt."""
        return day in self.dates and day not in self.unread

    def lost(self, day: date) -> bool:
        """Tell whether a date is published, but could not be read."""
        return day in self.unread

    def on(self, day: date) -> tuple[Duty, ...]:
        """Return the duties of a date."""
        return self.dates.get(day, ()) if day not in self.unread else ()

    def usual(self, day: date) -> bool:
        """Sundays and holidays, and every weekday on which it names more than a few dates."""
        from concierge.clinics.days import is_day_off  # noqa: PLC0415 - holidays load slowly

        same = sum(
            other.weekday() == day.weekday() and not is_day_off(other) for other in self.dates
        )
        return is_day_off(day) or same > 2

    def last_day(self) -> date | None:
        """Return the last date named."""
        return max(self.dates, default=None)
