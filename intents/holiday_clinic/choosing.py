"""Which of the clinics on duty are meant: by department, by age, by what is left of the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from concierge.clinics.ages import in_department, kind_of, sees_age
from concierge.clinics.days import is_day_off
from concierge.clinics.duties import Duties
from concierge.clinics.model import Duty, RosterInfo
from concierge.clinics.names import name_key
from concierge.clock import TOKYO, midnight
from concierge.message import Location
from concierge.places.geo import distance
from intents.holiday_clinic.asked import Asked

__all__ = [
    "Chosen",
    "Found",
    "Here",
    "choose",
    "later_today",
    "look_on",
    "next_after",
    "open_now",
]

ONE_DAY = timedelta(days=1)
LOOK_AHEAD = 31
SURGERY = ("外科", "整形外科", "外科系", "脳神経外科")


@dataclass(frozen=True, slots=True)
class Here:
    """Where the resident is, and where the clinics are that the town's other lists know.

    `name` is what the place is called, `slot` what is kept of it for the next turn.
    """

    point: Location | None = None
    name: str = ""
    slot: str | None = None
    listed: Mapping[str, Location] = field(default_factory=dict)

    def place_of(self, duty: Duty) -> Location | None:
        """Return where a clinic is, as far as any list says."""
        clinic = duty.clinic
        if clinic.latitude is not None and clinic.longitude is not None:
            return Location(clinic.latitude, clinic.longitude)
        return self.listed.get(name_key(clinic.name))

    def metres(self, duty: Duty) -> float | None:
        """Return how far a clinic is, None where that is not known."""
        place = self.place_of(duty)
        return None if self.point is None or place is None else distance(self.point, place)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The clinics that are meant. The flags are what has to be said with them."""

    duties: tuple[Duty, ...] = ()
    may_refuse_children: bool = False
    surgery_at_large: bool = False
    department_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The clinics of one day, and what is not known of it."""

    day: date
    chosen: Chosen
    covered: bool
    missing: tuple[RosterInfo, ...]


def choose(duties: Iterable[Duty], asked: Asked, here: Here) -> Chosen:
    """Return those of the duties that are meant, the nearest first where one's place is known."""
    listed = [duty for duty in duties if _not_refused(duty, asked)]
    chosen = _by_department(listed, asked) if asked.department else _at_large(listed, asked)
    far = float("inf")
    measured = sorted(chosen.duties, key=lambda duty: here.metres(duty) or far)
    return replace(chosen, duties=tuple(measured))


def _not_refused(duty: Duty, asked: Asked) -> bool:
    age = asked.seen_age
    if age is None and asked.child:
        youngest, oldest = duty.clinic.youngest or 0, duty.clinic.oldest
        return youngest <= 12 and (oldest is None or oldest >= 1)
    return age is None or sees_age(duty.clinic, age) is not False


def _by_department(listed: list[Duty], asked: Asked) -> Chosen:
    wanted = asked.department or ""
    found = [duty for duty in listed if in_department(duty.clinic.departments, wanted)]
    if wanted in SURGERY:
        exact = [
            d for d in listed if any(in_department(d.clinic.departments, s) for s in SURGERY[:2])
        ]
        if wanted != "外科系" and (found or exact):
            return Chosen(tuple(found or exact))
        at_large = [d for d in listed if in_department(d.clinic.departments, "外科系")]
        return Chosen(tuple(at_large), surgery_at_large=bool(at_large))
    refuse = wanted in ("内科", "内科系") and asked.child
    if found or wanted in ("歯科", "薬局"):
        doubt = refuse and all(_sees_child(duty, asked) is None for duty in found)
        return Chosen(tuple(found), may_refuse_children=doubt)
    open_to_all = [duty for duty in listed if not duty.clinic.departments and _medical(duty)]
    return Chosen(tuple(open_to_all), department_unknown=bool(open_to_all))


def _at_large(listed: list[Duty], asked: Asked) -> Chosen:
    medical = [duty for duty in listed if _medical(duty)]
    if not asked.child:
        inner = [d for d in medical if in_department(d.clinic.departments, "内科")]
        return Chosen(tuple(inner if asked.illness and inner else medical))
    children = [duty for duty in medical if _sees_child(duty, asked)]
    if children:
        return Chosen(tuple(children))
    perhaps = [
        duty
        for duty in medical
        if not duty.clinic.departments or in_department(duty.clinic.departments, "内科")
    ]
    return Chosen(tuple(perhaps), may_refuse_children=bool(perhaps))


def _sees_child(duty: Duty, asked: Asked) -> bool | None:
    if asked.age is not None:
        return sees_age(duty.clinic, asked.age)
    return True if in_department(duty.clinic.departments, "小児科") else None


def _medical(duty: Duty) -> bool:
    return kind_of(duty.clinic.departments, duty.clinic.name) == "medical"


def open_now(duties: Duties, asked: Asked, at: datetime, here: Here) -> Chosen:
    """Return who is open at this moment and still takes patients."""
    listed = duties.open_at(at)
    taking = [duty for duty in listed if (last := duty.closes_after(at)) and last > at]
    return choose(taking, asked, here)


def later_today(duties: Duties, asked: Asked, at: datetime, here: Here) -> Chosen:
    """Return who opens later today."""
    listed = [duty for duty in duties.on(at.date()).duties if duty.opens_after(at)]
    return choose(listed, asked, here)


def next_after(
    duties: Duties, asked: Asked, day: date, here: Here, *, off_only: bool = False
) -> Found | None:
    """Return the next day, from this one on, on which somebody who is meant is on duty."""
    for ahead in range(LOOK_AHEAD):
        candidate = day + ahead * ONE_DAY
        if off_only and not is_day_off(candidate):
            continue
        found = look_on(duties, asked, candidate, None, here)
        if found.chosen.duties or found.missing:
            return found
    return None


def look_on(duties: Duties, asked: Asked, day: date, at: datetime | None, here: Here) -> Found:
    """Return who is meant on a day, within the hours asked for, and not over yet where it is today."""
    known = duties.on(day)
    listed = list(known.duties)
    if asked.hours is not None:
        first, last = _window(day, asked.hours)
        if at is not None and day == at.date():
            first = max(first, at)
        within = duties.between(first, last)
        listed = [duty for duty in within if _takes(duty, first, last)]
        listed += [duty for duty in known.duties if not duty.hours]
    elif at is not None and day == at.date():
        listed = [d for d in listed if not d.hours or _last(d) > at]
        listed = [d for d in duties.open_at(at) if d.day < day] + listed
    return Found(day, choose(listed, asked, here), known.covered, known.missing)


def _last(duty: Duty) -> datetime:
    return max(span.last_call(duty.day) for span in duty.hours)


def _takes(duty: Duty, first: datetime, last: datetime) -> bool:
    return any(
        span.on(duty.day)[0] < last and span.last_call(duty.day) > first for span in duty.hours
    )


def _window(day: date, hours: tuple[time, time | None]) -> tuple[datetime, datetime]:
    begin = datetime.combine(day, hours[0], TOKYO)
    if hours[1] is None:
        return begin, begin + timedelta(minutes=1)
    end = datetime.combine(day, hours[1], TOKYO)
    return begin, end if end > begin else midnight(day + ONE_DAY) + (end - midnight(day))
