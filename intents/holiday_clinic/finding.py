"""What the rosters say to a question: who is on duty, who is next, or that it is not known.

The outcome is a `Told`: which sentence of `lines/` says it, with which clinics and what filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from concierge.clinics.days import is_day_off
from concierge.clinics.duties import Duties
from concierge.clinics.model import Duty
from concierge.intent import Request
from intents.holiday_clinic.asked import Asked
from intents.holiday_clinic.choosing import (
    Chosen,
    Found,
    choose,
    later_today,
    look_on,
    next_after,
    open_now,
)
from intents.holiday_clinic.telling import Teller

__all__ = ["Finding", "Told"]

ONE_DAY = timedelta(days=1)
MOST_DAYS = 10
LONGEST_SPAN = 31
SOON = timedelta(days=2)
"""How far off the next duty may be for somebody who needs help now."""
DAYTIME = range(7, 18)
MORNING = 9
NOBODY = Chosen()
PHARMACY = "薬局"
OTHER_HELP = ("歯科", PHARMACY)
"""What ordinary clinics in the daytime are no answer to."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was found. `known` is False where the rosters do not say."""

    template: str
    duties: tuple[Duty, ...] = ()
    day: date | None = None
    filled: tuple[tuple[str, str], ...] = ()
    days: tuple[tuple[date, tuple[Duty, ...]], ...] = ()
    """The duties day by day, where several days were asked for."""
    chosen: Chosen = NOBODY
    missing: tuple[str, ...] = ()
    """The titles of rosters that say nothing of the day."""
    known: bool = True
    evening: bool = False
    """Whether the clinics open only in the evening, after ordinary ones have closed."""
    others: tuple[Duty, ...] = ()
    """Who else is on duty on the day, where nobody of the department is."""
    other: Found | None = None
    """The other day that some people mean by the same words."""

    @property
    def now(self) -> bool:
        """Whether the hours that go on now, or begin next, are what matters."""
        return self.template in ("now", "later")


class Finding:
    """Finds the answer to one question."""

    def __init__(self, request: Request, asked: Asked, says: Teller, duties: Duties) -> None:
        self.asked, self.says, self.duties = asked, says, duties
        self.at, self.here = request.at, says.here

    @property
    def today(self) -> date:
        """The day of the question."""
        return self.at.date()

    def told(self) -> Told:
        """Return what was found."""
        if self.asked.days:
            first, last = self.asked.days[0]
            return self._day(first) if first == last else self._span(first, last)
        return self._day_off() if self.asked.day_off else self._now()

    def _now(self) -> Told:
        """Tell who is open at this moment, else who is next."""
        chosen = open_now(self.duties, self.asked, self.at, self.here)
        if chosen.duties:
            return Told("now", chosen.duties, self.today, chosen=chosen, missing=self._missing())
        ordinary = self._ordinary(self.today)
        soon = later_today(self.duties, self.asked, self.at, self.here)
        if soon.duties:
            first = min(start for d in soon.duties if (start := d.opens_after(self.at)))
            at_first = tuple(d for d in soon.duties if d.opens_after(self.at) == first)
            filled = (("time", f"{first.hour}:{first:%M}"),)
            if ordinary:
                return Told(ordinary, at_first, self.today, filled, chosen=soon, evening=True)
            return Told("later", at_first, self.today, filled, chosen=soon)
        if ordinary:
            return Told(ordinary, day=self.today)
        if self._missing() and not self.duties.open_at(self.at):
            return self._unknown(self.today)
        return self._next()

    def _missing(self) -> tuple[str, ...]:
        return tuple(info.title for info in self.duties.on(self.today).missing)

    def _next(self) -> Told:
        """Tell who is on duty next; not much later, where somebody needs help now."""
        found = next_after(self.duties, self.asked, self.today + ONE_DAY, self.here)
        urgent = self.asked.illness is not None or self.asked.now
        near = found is not None and (not urgent or found.day - self.today <= SOON)
        if found is not None and near and found.chosen.duties and not found.chosen.surgery_at_large:
            return self._on(found, "next")
        if found is not None and found.missing and not self.duties.on(self.today).covered:
            return self._unknown(self.today)
        known = self.duties.on(self.today).covered or bool(self.duties.open_at(self.at))
        if not known:
            return self._unknown(self.today)
        return Told("none_now", day=self.today, others=self._others(self.today))

    def _day_off(self) -> Told:
        """Tell who is on duty on the day off that is today or comes next."""
        if is_day_off(self.today):
            today = look_on(self.duties, self.asked, self.today, self.at, self.here)
            if today.chosen.duties:
                return self._on(today, "on_day")
            if today.missing:
                return self._unknown(self.today)
        start = self.today + ONE_DAY
        found = next_after(self.duties, self.asked, start, self.here, off_only=True)
        if found is not None and found.chosen.duties:
            return self._on(found, "next_day_off")
        return self._unknown(found.day if found is not None else start)

    def _day(self, day: date) -> Told:
        """Tell who is on duty on a day, or within hours of it."""
        asked = self.asked
        found = look_on(self.duties, asked, day, self.at, self.here)
        if found.chosen.duties:
            template = "then" if asked.hours is not None else "on_day"
            told = self._on(found, "on_past" if day < self.today else template)
            return replace(told, other=self._other_reading())
        if found.missing:
            return self._unknown(day)
        ordinary = self._ordinary(day)
        if ordinary:
            return Told(ordinary, day=day)
        if not found.covered:
            return self._unknown(day)
        return self._none_on(day)

    def _none_on(self, day: date) -> Told:
        """Tell that nobody who is meant is on duty, and who is next."""
        asked = replace(self.asked, hours=None, days=())
        timed = self.asked.hours is not None
        had = choose(self.duties.on(day).duties, asked, self.here)
        start = day if timed and day > self.today else day + ONE_DAY
        later = next_after(self.duties, asked, start, self.here) if day >= self.today else None
        near = later is not None and later.chosen.duties and later.day - day <= SOON
        if near and later is not None:
            template = "over" if day == self.today and not timed and had.duties else "none_next"
            both = (("day", self.says.day(later.day)), ("asked", self._moment(day)))
            return replace(self._on(later, template), filled=both)
        filled = (("day", self._moment(day)),)
        return Told("none_on", day=day, filled=filled, others=self._others(day))

    def _others(self, day: date) -> tuple[Duty, ...]:
        """Return who else is on duty, for somebody grown up who asks for one department."""
        asked = self.asked
        if asked.department in (None, *OTHER_HELP) or asked.child:
            return ()
        at_large = replace(asked, department=None, illness=None)
        return look_on(self.duties, at_large, day, self.at, self.here).chosen.duties

    def _moment(self, day: date) -> str:
        """Name a day, with the part of it that was asked for."""
        return self.says.day(day) + self.says.part(self.asked.hours)

    def _other_reading(self) -> Found | None:
        """Return the other day that some people mean by the same word."""
        if len(self.asked.days) < 2 or self.asked.days[1][0] != self.asked.days[1][1]:
            return None
        other = self.asked.days[1][0]
        found = look_on(self.duties, self.asked, other, self.at, self.here)
        return found if found.chosen.duties and other != self.asked.days[0][0] else None

    def _span(self, first: date, last: date) -> Told:
        """Tell who is on duty on each day of a span; of a long one on its days off."""
        begin = max(first, self.today) if last >= self.today else first
        count = min((last - begin).days + 1, LONGEST_SPAN)
        days = [begin + n * ONE_DAY for n in range(count)]
        if count > 3 and not self.asked.child and self.asked.hours is None:
            days = [day for day in days if is_day_off(day)] or days
        looked = [look_on(self.duties, self.asked, day, self.at, self.here) for day in days]
        found = [one for one in looked if one.chosen.duties][:MOST_DAYS]
        titles = tuple(dict.fromkeys(info.title for one in looked for info in one.missing))
        if not found:
            if titles or not any(one.covered for one in looked):
                return self._unknown(days[0])
            return Told("none_on", day=days[0], filled=(("day", self._between(begin, last)),))
        if len(found) == 1:
            return self._on(found[0], "on_day")
        return Told(
            "span",
            tuple(duty for one in found for duty in one.chosen.duties),
            found[0].day,
            (("from", self.says.day(begin)), ("to", self.says.day(last))),
            days=tuple((one.day, one.chosen.duties) for one in found),
            chosen=found[0].chosen,
            missing=titles,
        )

    def _between(self, first: date, last: date) -> str:
        return self.says("between", **{"from": self.says.day(first), "to": self.says.day(last)})

    def _on(self, found: Found, template: str) -> Told:
        return Told(
            template,
            found.chosen.duties,
            found.day,
            (("day", self._moment(found.day) if template == "then" else self.says.day(found.day)),),
            chosen=found.chosen,
            missing=tuple(info.title for info in found.missing),
        )

    def _unknown(self, day: date, titles: Sequence[str] = ()) -> Told:
        return Told("unknown", day=day, missing=tuple(titles), known=False)

    def _ordinary(self, day: date) -> str | None:
        """Return the line that those who are asked for are open without a roster, pharmacies too."""
        department = self.asked.department
        if department not in OTHER_HELP:
            return self.ordinary(day)
        if department != PHARMACY or self.asked.roster:
            return None
        template = self.ordinary(day)
        return template and f"{template}_pharmacy"

    def ordinary(self, day: date) -> str | None:
        """Return the line that ordinary clinics are open on such a day, None where they are not."""
        if is_day_off(day) or day < self.today:
            return None
        hour = self._hour()
        if day.weekday() == 5:
            return "saturday" if hour in range(7, 12) else None
        return "weekday" if hour in DAYTIME else None

    def _hour(self) -> int:
        """Return the hour that is asked about: of a long part of the day one within the daytime."""
        hours = self.asked.hours
        if hours is None:
            return 10 if self.asked.days else self.at.hour
        first, last = hours
        return MORNING if last is not None and first.hour < MORNING < last.hour else first.hour
