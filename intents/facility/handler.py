"""Tells when a facility is open, its closed days, its number, its address; or the nearest of a kind."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.message import Card, Choice, Status
from concierge.places.geo import nearest, told_distance
from concierge.places.hours import is_day_off
from concierge.places.model import Childcare, Facility, Hospital, Spot
from concierge.places.says import Says
from concierge.places.telling import (
    card_of,
    hours_line,
    outside_line,
    sources_of,
    telephone,
    told_list,
)
from concierge.places.whereabouts import NEAR, Whereabouts, ask_where, looked_from, whereabouts
from concierge.places.whereabouts import SAYS as PLACE
from intents.facility.kinds import kind_in
from intents.facility.opening import said_hours

__all__ = ["TOPICS", "handle"]

TOPICS = ("施設",)
SAYS = Says.beside(__file__)
PHONE = re.compile("電話|でんわ|番号|連絡先|tel|phone")
ADDRESS = re.compile("どこ|場所|住所|行き方|地図|あどれす|where|address")
HOURS = re.compile(
    "何時|なんじ|時間|開い|空い|あい|やって|いつまで|まで|から|営業|休|閉|定休|しまっ|しまる|hours|open|close|time"
)
CLOSED_DAYS = re.compile(
    "休みの日|休館日|定休日|休業日|お?休み(?:は|って)?(?:いつ|何曜|なんよう)|何曜日?が?休|closed days"
)
WEEKLY = re.compile("[月火水木金土日]曜日?(?:って|は|が|も)?(?:お?休み|休館|定休|閉ま)")
OFFERED = ("library", "gym", "pool", "city_hall", "park")
"""Kinds that are offered where none is said."""
MOST_LINES = 3
SHOWN, CARDS = 3, 2


def handle(request: Request) -> Candidate | None:
    """Answer from the town's lists; None where nothing of them is named."""
    spots = _named(request)
    if spots:
        return _about(request, spots[0])
    found = _of_the_kind(request)
    if found is None:
        return _which(request) if _asks_of_none(request) else None
    kind, facilities = found
    near = NEAR.search(request.understanding.normalized.text) or request.slots.get("kind") == kind
    if near or _looks_from_an_area(request):
        return _nearest(request, kind, facilities)
    if len(facilities) == 1:
        return _about(request, facilities[0])
    if len(facilities) > MOST_LINES or ADDRESS.search(request.understanding.normalized.text):
        return _nearest(request, kind, facilities)
    return _each(request, kind, facilities)


def _asks_of_none(request: Request) -> bool:
    """Tell whether it is only asked whether something is open: 「月曜やってる？」."""
    said = request.understanding.masked_places
    return HOURS.search(said) is not None and not PHONE.search(said) and not ADDRESS.search(said)


def _which(request: Request) -> Candidate | None:
    """Ask which facility is meant, and offer the kinds that the town has."""
    language, text = request.understanding.language, request.understanding.normalized.original
    places = request.knowledge.places.facilities
    words = [SAYS(f"kind_{name}", language) for name in OFFERED]
    offered = [word for word in words if (kind := kind_in(word)) and kind[1].among(places)]
    if not offered:
        return None
    return Candidate(
        text=SAYS("which", language),
        score=1.0,
        status=Status.CLARIFY,
        choices=tuple(Choice(word, SAYS("of", language, kind=word, text=text)) for word in offered),
    )


def _named(request: Request) -> list[Spot]:
    """Return the place that is asked about by name, or was in the turn before.

    The answer to where a kind is looked for names no such place.
    """
    if _looks_for_kept_kind(request):
        return []
    start = looked_from(request)
    for landmark in request.understanding.landmarks:
        spots: list[Spot] = [
            s for s in landmark.spots if isinstance(s, Facility | Childcare | Hospital)
        ]
        if spots and landmark is not start:
            return spots
    kept = request.slots.get("facility")
    if start is None and isinstance(kept, str) and _of_the_kind(request) is None:
        named = request.knowledge.places.landmarks.named(kept)
        return [s for s in named if isinstance(s, Facility | Childcare | Hospital)]
    return []


def _looks_for_kept_kind(request: Request) -> bool:
    """Tell whether it was just asked where a kind is looked for; a name answers where, then."""
    return "kind" in request.slots and "facility" not in request.slots


def _of_the_kind(request: Request) -> tuple[str, list[Facility]] | None:
    """Return the kind of facility that is said, as it is called here, and all of it."""
    kept = request.slots.get("kind") or request.slots.get("every")
    said = kind_in(request.understanding.normalized.text)
    if isinstance(kept, str) and _looks_for_kept_kind(request):
        said = kind_in(kept)
    if said is None and isinstance(kept, str) and not request.slots.get("facility"):
        said = kind_in(kept)
    if said is None:
        return None
    word, kind = said
    found = kind.among(request.knowledge.places.facilities)
    return (kind.title(word, request.understanding.language), found) if found else None


def _looks_from_an_area(request: Request) -> bool:
    place = request.place
    return looked_from(request) is not None or (
        place is not None and place.origin == "said" and bool(request.understanding.areas)
    )


def _days(request: Request) -> tuple[date, date]:
    """Return the days asked about: said, or today."""
    spans = request.understanding.dates
    today = request.at.date()
    return (spans[0].first, spans[0].last) if spans else (today, today)


def _day(request: Request) -> date:
    return _days(request)[0]


def _for_duty_clinics(request: Request, spot: Spot, day: date) -> bool:
    """Tell whether duty clinics answer: this one is on duty that day, or that is not known."""
    if not isinstance(spot, Hospital) or not is_day_off(day):
        return False
    clinics = request.knowledge.clinics
    if clinics is None:
        return False
    found = clinics.on(day)
    return not found.covered or any(duty.clinic.name == spot.name for duty in found.duties)


def _about(request: Request, spot: Spot) -> Candidate | None:
    """Answer about one place: what is asked first, then what helps."""
    text = request.understanding.normalized.text
    day = _day(request)
    if _for_duty_clinics(request, spot, day):
        return None
    if PHONE.search(text):
        lines = [_phone_line(request, spot)]
    elif CLOSED_DAYS.search(text) and not request.understanding.dates:
        lines = _closed_lines(request, spot)
    elif ADDRESS.search(text) and not HOURS.search(text):
        lines = [_address_line(request, spot)]
    else:
        lines = said_hours(request, spot, *_days(request), SAYS)
        lines += _rule_lines(request, spot)
    lines += _call_line(request, spot, lines)
    return Candidate(
        text="\n".join(lines),
        score=1.0,
        slots={"facility": spot.name, "date": day.isoformat()},
        sources=sources_of(request, [spot]),
        cards=(_card(request, spot, day),),
        details=_details(request, spot, lines),
    )


def _phone_line(request: Request, spot: Spot) -> str:
    language = request.understanding.language
    if spot.phone is None:
        return SAYS("no_phone", language, name=spot.name)
    return SAYS("phone", language, name=spot.name, phone=spot.phone)


def _address_line(request: Request, spot: Spot) -> str:
    language = request.understanding.language
    if spot.address is None:
        return SAYS("no_address", language, name=spot.name)
    address = f"{spot.address} {spot.building}" if spot.building else spot.address
    return SAYS("address", language, name=spot.name, address=address)


def _closed_lines(request: Request, spot: Spot) -> list[str]:
    language = request.understanding.language
    if not spot.hours.remark:
        return [SAYS("no_remark", language, name=spot.name)]
    remark = spot.hours.remark.replace("\n", " ")
    return [
        SAYS("closed_days", language, name=spot.name, remark=remark),
        *said_hours(request, spot, *_days(request), SAYS)[:1],
    ]


def _rule_lines(request: Request, spot: Spot) -> list[str]:
    """Return the rule of closed days where a weekday is asked about as such: 「月曜休み？」."""
    asked = WEEKLY.search(request.understanding.normalized.text)
    if asked is None or not spot.hours.remark:
        return []
    remark = spot.hours.remark.replace("\n", " ")
    return [SAYS("remark", request.understanding.language, remark=remark)]


def _call_line(request: Request, spot: Spot, lines: list[str]) -> list[str]:
    language = request.understanding.language
    if isinstance(spot, Hospital) and spot.phone:
        return [SAYS("clinic_first", language, phone=spot.phone)]
    if spot.phone and not any(spot.phone in line for line in lines):
        phone = telephone(spot, language)
        return [SAYS("call_first", language, name=spot.name, phone=phone)]
    return []


def _details(request: Request, spot: Spot, lines: list[str]) -> str | None:
    language = request.understanding.language
    remark = spot.hours.remark.replace("\n", " ")
    told = [
        SAYS("remark", language, remark=remark) if remark else None,
        spot.description if isinstance(spot, Facility) else None,
        spot.note,
    ]
    return "\n".join(line for line in told if line and line not in lines) or None


def _card(request: Request, spot: Spot, day: date, metres: float | None = None) -> Card:
    language = request.understanding.language
    features = "、".join(spot.features) if isinstance(spot, Facility) else None
    departments = "、".join(spot.departments) if isinstance(spot, Hospital) else None
    hours = hours_line(spot.hours, day, request.at.date(), language) if spot.hours.known else None
    return card_of(
        request,
        spot,
        metres=metres,
        rows=(
            (PLACE("hours", language), hours),
            (SAYS("closed_rule", language), spot.hours.remark.replace("\n", " ") or None),
            (SAYS("features", language), features),
            (SAYS("about", language), departments),
        ),
    )


def _each(request: Request, kind: str, facilities: list[Facility]) -> Candidate:
    """Answer for every facility of a kind, a line each, the first of the list first."""
    day, today = _day(request), request.at.date()
    language = request.understanding.language
    closed = CLOSED_DAYS.search(request.understanding.normalized.text) is not None
    lines = [
        SAYS(
            "item",
            language,
            name=f.name,
            day=_rule(f)
            if closed and f.hours.remark
            else hours_line(f.hours, day, today, language),
        )
        for f in facilities
    ]
    return Candidate(
        text="\n".join(lines),
        score=1.0,
        slots={
            "facilities": [f.name for f in facilities],
            "every": kind,
            "date": day.isoformat(),
        },
        sources=sources_of(request, facilities),
        cards=tuple(_card(request, facility, day) for facility in facilities),
    )


def _rule(spot: Spot) -> str:
    return spot.hours.remark.replace("\n", " ")


def _nearest(request: Request, kind: str, facilities: list[Facility]) -> Candidate | None:
    language = request.understanding.language
    here = whereabouts(request)
    if here is None:
        return ask_where(request, SAYS("what", language, kind=kind), {"kind": kind})
    if isinstance(here, Candidate):
        return replace(here, slots={"kind": kind, **here.slots})
    found = nearest(facilities, here.point, lambda facility: facility.location, SHOWN)
    if not found:
        return None
    metres, first = found[0]
    day = _day(request)
    away = PLACE("straight", language, distance=told_distance(metres, language))
    rest = told_list(found[1:], language)
    lines = [
        outside_line(request, here, metres),
        SAYS("nearest", language, place=here.name, kind=kind, name=first.name, away=away),
        _hours_of(request, first, day),
        SAYS("next", language, names=rest) if rest else None,
    ]
    return Candidate(
        text="\n".join(line for line in lines if line),
        score=1.0,
        slots={"facility": first.name, "kind": kind, **_kept(here)},
        sources=sources_of(request, [facility for _, facility in found]),
        cards=tuple(_card(request, facility, day, m) for m, facility in found[:CARDS]),
        details=None if here.exact else PLACE("middle", language, place=here.name),
    )


def _hours_of(request: Request, spot: Spot, day: date) -> str | None:
    if not spot.hours.known:
        return None
    language = request.understanding.language
    return hours_line(spot.hours, day, request.at.date(), language)


def _kept(here: Whereabouts) -> dict[str, str]:
    return {"near": here.slot} if here.slot else {}
