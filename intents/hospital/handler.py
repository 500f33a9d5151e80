"""Names clinics of a department on an ordinary day, from the town's list of medical institutions.

Sundays, holidays, the turn of the year and nights belong to duty clinics, an illness to those who
know whom to phone: this declines there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml

from concierge.clinics.ages import in_department
from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.normalize import fold_kana
from concierge.message import Card, Choice
from concierge.places.geo import nearest, told_distance
from concierge.places.hours import State, is_day_off
from concierge.places.model import Hospital
from concierge.places.says import Says
from concierge.places.telling import (
    card_of,
    outside_line,
    sources_of,
    told_hours,
    told_list,
    told_when,
)
from concierge.places.whereabouts import NEAR, Whereabouts, ask_where, whereabouts
from concierge.places.whereabouts import SAYS as PLACE
from concierge.safety import illness_in

__all__ = ["TOPICS", "handle"]

TOPICS = ("病院", "医療機関")
SAYS = Says.beside(__file__)
DEPARTMENTS: dict[str, re.Pattern[str]] = {
    str(name): re.compile(str(words))
    for name, words in yaml.safe_load(
        Path(__file__).with_name("departments.yaml").read_text(encoding="utf-8")
    ).items()
}
FOR_DUTY = re.compile(
    "当番|救急|急患|夜|深夜|休日|祝日|日曜|日祝|時間外|day off|holiday|sunday|night|emergency"
)
NOW = re.compile("今(?!日|週|月|度)|いま|すぐ|やって(?:る|ます|ない|い)|(?:開|空|あ)いて|now")
INSIDE = re.compile("医務室|老人ホーム|介護老人|一般開放なし|入所者のみ|職員のみ|健診のみ|検診のみ")
"""A clinic within a home or office, which does not see everybody."""
DAYTIME = range(8, 18)
SHOWN, CARDS = 3, 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a department (None: any), and a day where one is said."""

    department: str | None
    day: date | None

    def fits(self, hospital: Hospital) -> bool:
        """Tell whether a clinic has the department and is not closed on the day."""
        if INSIDE.search(f"{hospital.name} {hospital.hours.remark} {hospital.note or ''}"):
            return False
        if self.department and not in_department(hospital.departments, self.department):
            return False
        return self.day is None or hospital.hours.on(self.day).state is not State.CLOSED

    def said(self, request: Request) -> str:
        """Write what is looked for: 「あした11月21日（土）に診療する眼科」."""
        language = request.understanding.language
        what = self.department or SAYS("any", language)
        if language == "en" and self.department:
            what = SAYS("what", language, what=self.department)
        if self.day is None:
            return what
        when = told_when(self.day, request.at.date(), language)
        return SAYS("open_on", language, when=when, what=what)


def handle(request: Request) -> Candidate | None:
    """Answer from the town's list; None where it has none, or duty clinics answer."""
    hospitals = request.knowledge.places.hospitals
    wanted = _wanted(request) if hospitals else None
    if wanted is None:
        return None
    slots: dict[str, object] = {}
    if wanted.department:
        slots["department"] = wanted.department
    if wanted.day:
        slots["date"] = wanted.day.isoformat()
    found = [hospital for hospital in hospitals if wanted.fits(hospital)]
    if not found:
        return _none(request, wanted, slots)
    here = whereabouts(request)
    if isinstance(here, Candidate):
        return replace(here, slots={**slots, **here.slots})
    if here is None and (
        NEAR.search(request.understanding.normalized.text) or not wanted.department
    ):
        return ask_where(request, wanted.said(request), slots)
    if here is None:
        return _list(request, wanted, found, slots)
    slots |= {"near": here.slot} if here.slot else {}
    return _nearest(request, wanted, here, found, slots)


def _wanted(request: Request) -> Wanted | None:
    """Return what is looked for; None where another intent answers."""
    understood = request.understanding
    text = fold_kana(understood.normalized.text)
    if FOR_DUTY.search(text) or illness_in(understood.normalized.original) is not None:
        return None
    today = request.at.date()
    day = understood.dates[0].first if understood.dates else None
    said = next((name for name, words in DEPARTMENTS.items() if words.search(text)), None)
    if day is None and NOW.search(text):
        if request.at.hour not in DAYTIME or said is None:
            return None
        day = today
    if day is None and isinstance(kept := request.slots.get("date"), str):
        day = date.fromisoformat(kept)
    if day is not None and is_day_off(day):
        return None
    kept_department = request.slots.get("department")
    department = said or (kept_department if isinstance(kept_department, str) else None)
    return Wanted(department, day)


def _nearest(
    request: Request,
    wanted: Wanted,
    here: Whereabouts,
    found: Sequence[Hospital],
    slots: dict[str, object],
) -> Candidate | None:
    language = request.understanding.language
    near = nearest(found, here.point, lambda hospital: hospital.location, SHOWN)
    if not near:
        return _list(request, wanted, found, slots)
    metres, first = near[0]
    away = PLACE("straight", language, distance=told_distance(metres, language))
    what = wanted.said(request)
    lines = [
        outside_line(request, here, metres),
        SAYS("nearest", language, place=here.name, what=what, name=first.name, away=away),
        f"{_hours(request, wanted, first)}{_call(request, first)}",
        SAYS("next", language, names=told_list(near[1:], language)) if near[1:] else None,
    ]
    return Candidate(
        text="\n".join(line for line in lines if line),
        score=1.0,
        slots={**slots, "hospitals": [hospital.name for _, hospital in near]},
        sources=sources_of(request, [hospital for _, hospital in near]),
        cards=tuple(_card(request, wanted, hospital, m) for m, hospital in near[:CARDS]),
        choices=_duty(request),
        details=_details(request, here),
    )


def _day_told(request: Request, wanted: Wanted) -> date | None:
    """Return the day whose hours are told: the one said, else today where it is no day off."""
    if wanted.day is not None:
        return wanted.day
    today = request.at.date()
    return None if is_day_off(today) else today


def _hours(request: Request, wanted: Wanted, hospital: Hospital) -> str:
    day = _day_told(request, wanted)
    if day is None or not hospital.hours.known:
        return ""
    language = request.understanding.language
    span = told_hours(hospital.hours.on(day), language)
    when = told_when(day, request.at.date(), language)
    end = ". " if language == "en" else "。"
    return SAYS("hours", language, when=when, span=span) + end


def _call(request: Request, hospital: Hospital) -> str:
    language = request.understanding.language
    if hospital.phone is None:
        return SAYS("call", language)
    return SAYS("call_one", language, phone=hospital.phone)


def _duty(request: Request) -> tuple[Choice, ...]:
    if request.knowledge.clinics is None:
        return ()
    told = SAYS("duty", request.understanding.language)
    return (Choice(told, told),)


def _details(request: Request, here: Whereabouts | None) -> str:
    language = request.understanding.language
    lines = [SAYS("holiday", language)]
    if here is not None and not here.exact:
        lines.append(PLACE("middle", language, place=here.name))
    return "\n".join(lines)


def _list(
    request: Request, wanted: Wanted, found: Sequence[Hospital], slots: dict[str, object]
) -> Candidate:
    language = request.understanding.language
    joint = ", " if language == "en" else "、"
    names = joint.join(hospital.name for hospital in found[:SHOWN])
    key = "some" if len(found) > SHOWN else "these"
    lines = [
        SAYS("list", language, what=wanted.said(request), count=len(found)),
        SAYS(key, language, names=names),
        SAYS("call", language),
    ]
    everything = joint.join(
        f"{hospital.name}（{hospital.phone}）" if hospital.phone else hospital.name
        for hospital in found
    )
    return Candidate(
        text="\n".join(lines),
        score=1.0,
        slots={**slots, "hospitals": [hospital.name for hospital in found]},
        sources=sources_of(request, found[:1]),
        cards=tuple(_card(request, wanted, hospital) for hospital in found[:CARDS]),
        choices=_duty(request),
        details=f"{SAYS('all', language, names=everything)}\n{_details(request, None)}",
    )


def _none(request: Request, wanted: Wanted, slots: dict[str, object]) -> Candidate:
    language = request.understanding.language
    return Candidate(
        text=SAYS("none", language, what=wanted.said(request)),
        score=1.0,
        slots=slots,
        sources=sources_of(request, request.knowledge.places.hospitals[:1]),
        choices=_duty(request),
        details=SAYS("holiday", language),
    )


def _card(
    request: Request, wanted: Wanted, hospital: Hospital, metres: float | None = None
) -> Card:
    language = request.understanding.language
    day = _day_told(request, wanted)
    when = told_when(day, request.at.date(), language) if day else ""
    hours = told_hours(hospital.hours.on(day), language) if day and hospital.hours.known else None
    return card_of(
        request,
        hospital,
        metres=metres,
        rows=(
            (SAYS("departments", language), "、".join(hospital.departments) or None),
            (SAYS("days", language, when=when), hours),
            (SAYS("remark", language), hospital.hours.remark.replace("\n", "／") or None),
        ),
        note=SAYS("call", language),
    )
