"""Clinics, hours and days in the words of one language; the sentences stand in `lines/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from concierge.clinics.model import DAY_MINUTES, Duty, clock
from concierge.composing import LONGEST, LONGEST_FOREIGN
from concierge.language.dates import is_holiday
from concierge.language.normalize import fold_kana
from concierge.message import Card, Row
from concierge.municipality import Department
from concierge.places.geo import map_link, told_distance
from concierge.safety import TownSafety
from intents.holiday_clinic.asked import Asked
from intents.holiday_clinic.choosing import Here

__all__ = ["Teller", "teller"]

DAWN = 5
SOON = 90
"""Minutes before the end of reception from which on they are told."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Says things in one language, at one moment, to somebody whose place may be known."""

    says: dict[str, Any]
    language: str
    at: datetime
    here: Here
    map_url: str | None = None

    @property
    def longest(self) -> int:
        """How many characters the three lines of an answer may have together."""
        return LONGEST if self.language == "ja" else LONGEST_FOREIGN

    def __call__(self, name: str, /, **filled: object) -> str:
        """Return a sentence."""
        return str(self.says[name]).format(**filled).strip()

    def day(self, day: date) -> str:
        """Name a day, with its weekday and how near it is."""
        near = str(self.says["near"].get((day - self.at.date()).days, ""))
        weekday = self.says["weekdays"][day.weekday()]
        holiday = self.says.get("holiday", "") if is_holiday(day) else ""
        if "months" in self.says:
            year = "" if day.year == self.at.year else f" {day.year}"
            return f"{near}{weekday}, {self.says['months'][day.month - 1]} {day.day}{year}"
        year = "" if day.year == self.at.year else f"{day.year}年"
        return f"{near}{year}{day.month}月{day.day}日（{weekday}{holiday}）"

    def what(self, asked: Asked) -> str:
        """Name what is looked for."""
        what = self.says["what"]
        if asked.department in what:
            return str(what[asked.department])
        if asked.department is not None:
            return str(what["department"]).format(department=self.department(asked.department))
        if asked.child:
            return str(what["child"])
        return str(what["day_off" if asked.day_off else "any"])

    def department(self, name: str) -> str:
        """Return a department's name in this language."""
        return str(self.says["departments"].get(name, name))

    def part(self, hours: tuple[time, time | None] | None) -> str:
        """Name a part of the day, or a time."""
        if hours is None:
            return ""
        first, last = hours
        if last is None:
            return self("moment", time=f"{first.hour}:{first:%M}")
        names = self.says["parts"]
        if first.hour < DAWN < last.hour:
            return str(names[DAWN])
        return str(names[max(hour for hour in names if hour <= first.hour)])

    def clinics(self, duties: Sequence[Duty], shown: int, level: int, *, now: bool = False) -> str:
        """Name the first of several clinics, each with what one needs to go there.

        `level` 3 tells departments, hours and number, 2 writes the hours short, 1 leaves them out,
        0 tells the number.
        """
        each = _each_once(duties)
        told = [self.clinic(duty, level, now=now) for duty in each[:shown]]
        rest = len(each) - shown
        if rest > 0:
            told.append(self("more", count=rest))
        if len(told) == 2 and rest <= 0:
            return str(self.says["join"]).join(told)
        return str(self.says["about"]).join(told)

    def clinic(self, duty: Duty, level: int, *, now: bool = False) -> str:
        """Name one clinic with its department, hours and number."""
        clinic = duty.clinic
        about: list[str] = []
        if clinic.departments and level > 0 and not _named(clinic.name, clinic.departments):
            about.append("・".join(self.department(each) for each in clinic.departments[:3]))
        if level > 1:
            about.append(self.hours(duty, now=now, short=level == 2))
        if now and level > 0 and (left := self.left(duty)):
            about.append(left)
        if clinic.phone:
            about.append(self("phone", phone=clinic.phone))
        if (far := self.here.metres(duty)) is not None:
            about.append(told_distance(far, self.language))
        joined = str(self.says["about"]).join(part for part in about if part)
        return self("clinic", name=clinic.name, about=joined) if joined else clinic.name

    def hours(self, duty: Duty, *, now: bool = False, short: bool = False) -> str:
        """Write the hours; with `now` only those that go on, or else begin next."""
        spans = [span for span in duty.hours if span.on(duty.day)[1] > self.at]
        spans = spans[:1] if now else spans
        told = []
        for span in spans or duty.hours:
            closes = self._clock(span.closes, short)
            if span.closes > DAY_MINUTES:
                closes = self("next_day", time=closes)
            told.append(self("hours", **{"from": self._clock(span.opens, short), "to": closes}))
        return str(self.says["about"]).join(told)

    def _clock(self, minutes: int, short: bool = False) -> str:
        if short and minutes % 60 == 0:
            return self("full_hour", hour=int(clock(minutes)[:2]))
        return clock(minutes).removeprefix("0")

    def left(self, duty: Duty) -> str:
        """Say how long reception is still open, where that is not long."""
        last = duty.closes_after(self.at)
        if last is None:
            return ""
        minutes = int((last - self.at).total_seconds() // 60)
        if minutes <= SOON:
            return self("left", minutes=minutes)
        span = next(s for s in duty.hours if s.on(duty.day)[0] <= self.at < s.on(duty.day)[1])
        if span.reception_to is None:
            return ""
        return self("last_call", time=self._clock(span.reception_to))

    def day_card(self, duties: Sequence[Duty], title: str) -> Card:
        """Return one day's card, a line for each clinic."""
        return Card(title, tuple(Row(d.clinic.name, self._in_a_line(d)) for d in duties))

    def _in_a_line(self, duty: Duty) -> str:
        clinic = duty.clinic
        departments = "・".join(self.department(each) for each in clinic.departments)
        parts = (
            departments,
            self.hours(duty),
            clinic.phone,
            clinic.address,
            clinic.sees,
            duty.notes,
        )
        return " / ".join(part for part in parts if part)

    def line(self, duty: Duty) -> str:
        """Return everything published of one clinic in a line."""
        return f"{duty.clinic.name}: {self._in_a_line(duty)}"

    def card(self, duty: Duty, note: str | None) -> Card:
        """Return one clinic's card: department, hours, number, address, distance, map."""
        clinic, says = duty.clinic, self.says["labels"]
        point, far = self.here.place_of(duty), self.here.metres(duty)
        rows = {
            "departments": "・".join(self.department(each) for each in clinic.departments),
            "hours": self.hours(duty),
            "phone": clinic.phone,
            "sees": clinic.sees,
            "note": duty.notes,
            "address": clinic.address,
            "distance": told_distance(far, self.language) if far is not None else None,
            "map": map_link(point, self.map_url, clinic.name) if point else None,
        }
        told = tuple(Row(str(says[name]), value) for name, value in rows.items() if value)
        return Card(clinic.name, told, note)

    def ask(self, inquiry: tuple[str, str] | None, desk: Department) -> str:
        """Say who knows who is on duty."""
        if inquiry is not None:
            return self("ask", name=inquiry[0], phone=inquiry[1])
        if desk.phone:
            return self("ask", name=desk.name, phone=desk.phone)
        return self("ask_no_phone", name=desk.name)

    def advice(self, asked: Asked, safety: TownSafety) -> str | None:
        """Name the line for children, or the one for adults where the town has it."""
        if asked.department in ("歯科", "薬局"):
            return None
        line = safety.lines["child_illness" if asked.child else "adult_illness"]
        if not line.number:
            return None
        hours = self("open_hours", hours=line.hours) if line.hours else ""
        return self("child_line" if asked.child else "adult_line", number=line.number, hours=hours)


def _each_once(duties: Sequence[Duty]) -> list[Duty]:
    """Name a clinic once that is on duty in several departments on one day, with all of them."""
    found: dict[tuple[str, str | None], Duty] = {}
    for duty in duties:
        key = (duty.clinic.name, duty.clinic.phone)
        before = found.get(key)
        if before is None:
            found[key] = duty
            continue
        departments = dict.fromkeys((*before.clinic.departments, *duty.clinic.departments))
        hours = tuple(sorted(dict.fromkeys((*before.hours, *duty.hours))))
        clinic = replace(before.clinic, departments=tuple(departments))
        apart = all(a.closes <= b.opens for a, b in pairwise(hours))
        found[key] = replace(before, clinic=clinic, hours=hours if apart else ())
    return list(found.values())


def _named(name: str, departments: Sequence[str]) -> bool:
    """Tell whether a clinic's name tells its departments already."""
    folded = fold_kana(name)
    return all(fold_kana(each).removesuffix("科") in folded for each in departments)


@cache
def _lines(language: str) -> dict[str, Any]:
    place = Path(__file__).parent / "lines"
    path = place / f"{language}.yaml"
    if not path.is_file():
        path = place / "ja.yaml"
    table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table


def teller(language: str, at: datetime, here: Here, map_url: str | None = None) -> Teller:
    """Return who speaks this language; Japanese where it has no lines of its own."""
    return Teller(_lines(language), language, at, here, map_url)
