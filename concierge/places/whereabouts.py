"""Where a resident means: a shared location, a named place, an area, or nowhere yet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.message import Choice, Location, Status
from concierge.places.finder import Landmark, middle
from concierge.places.geo import distance
from concierge.places.says import Says
from concierge.waste.areas import told_apart
from concierge.waste.model import Area

__all__ = ["NEAR", "SAYS", "Whereabouts", "ask_where", "looked_from", "whereabouts"]

TOGETHER = 1500.0
"""Metres; areas of one name that lie farther apart than this are asked about."""
MAX_CHOICES = 10
NEAR = re.compile(
    "近く|ちかく|近所|きんじょ|最寄|もより|近い|ちかい|一番近|そば|周辺|付近|あたり|辺り|ここから|この辺|このへん"
    "|徒歩|歩いて|near|closest|around"
)
FROM = re.compile(
    "(?:の|から|に)?(?:一番|いちばん|すぐ)?(?:近|ちか|そば|周辺|付近|あたり|辺り|最寄|もより)"
)
HERE = re.compile("ここ|この辺|このへん|現在地|今いる|いまいる|near me|around here|nearby")
SAYS = Says.beside(__file__)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A point and what it is called. `exact` is False for the middle of a town or area."""

    point: Location
    name: str
    exact: bool = True
    slot: str | None = None
    """What is kept for the next turn: a place's name, never a shared location."""


def whereabouts(request: Request) -> Whereabouts | Candidate | None:
    """Return where is meant; a question which of several; None where nothing says.

    What the message names goes before a shared location, that before an area known from before.
    """
    language = request.understanding.language
    named = _named(request)
    if named is not None:
        return named
    if request.understanding.areas or (
        request.place is not None and request.place.origin == "said"
    ):
        found = _of_the_areas(request)
        if found is not None:
            return found
    town = next((m for m in request.understanding.landmarks if m.town and m.location), None)
    if town is not None and town.location is not None:
        return Whereabouts(town.location, town.text, exact=False, slot=town.text)
    if request.location is not None:
        return Whereabouts(request.location, SAYS("here", language))
    kept = request.slots.get("near")
    if isinstance(kept, str):
        again = _again(request, kept)
        if again is not None:
            return again
    return _of_the_areas(request) if request.place is not None else None


def _named(request: Request) -> Whereabouts | None:
    """Return the place that is named as the point to look from: 「市役所の近くの…」."""
    if HERE.search(request.understanding.normalized.text) and request.location is not None:
        return Whereabouts(request.location, SAYS("here", request.understanding.language))
    start = looked_from(request)
    if start is not None and start.spots:
        return _from(start)
    found = [m for m in request.understanding.landmarks if m.spots and m.location]
    return _from(found[0]) if found else None


def looked_from(request: Request) -> Landmark | None:
    """Return the named place that is only where to look from: 「市役所の近くの…」."""
    text = request.understanding.normalized.text
    return next((m for m in request.understanding.landmarks if FROM.match(text, m.end)), None)


def _from(landmark: Landmark) -> Whereabouts | None:
    if landmark.location is None:
        return None
    slot = landmark.spots[0].name if landmark.spots else landmark.text
    return Whereabouts(landmark.location, landmark.text, bool(landmark.spots), slot)


def _again(request: Request, name: str) -> Whereabouts | None:
    finder = request.knowledge.places.landmarks
    spots = [spot for spot in finder.named(name) if spot.location is not None]
    if spots and spots[0].location is not None:
        return Whereabouts(spots[0].location, name, slot=name)
    town = finder.town(name)
    return Whereabouts(town, name, exact=False, slot=name) if town is not None else None


def _of_the_areas(request: Request) -> Whereabouts | Candidate | None:
    """Return the middle of the area, or ask which where one name means areas far apart."""
    place = request.place
    if place is None or not request.centres:
        return None
    first = request.centres[0]
    if all(distance(first, other) <= TOGETHER for other in request.centres[1:]):
        said = place.said if place.origin == "said" and len(place.areas) > 1 else ""
        name = said or _called(request, place.areas[0])
        return Whereabouts(middle(request.centres), name, exact=False)
    names = tuple(dict.fromkeys(area.full_name for area in place.areas))[:MAX_CHOICES]
    return Candidate(
        text=SAYS("which", request.understanding.language, place=place.said or names[0]),
        score=1.0,
        status=Status.CLARIFY,
        slots={"areas": list(names)},
        choices=tuple(Choice(name, name) for name in names),
        missing="place",
    )


def _called(request: Request, area: Area) -> str:
    """Return an area's name, with its district where another has the same name."""
    calendar = request.knowledge.waste
    return area.name if calendar is None else told_apart(area, calendar.data.areas)


def ask_where(request: Request, what: str, slots: dict[str, object] | None = None) -> Candidate:
    """Ask the one question: where are you? A location, a place's name or an area answers it."""
    example = next((spot.name for spot in request.knowledge.places.facilities), "")
    text = SAYS("ask", request.understanding.language, what=what)
    if example:
        text += "\n" + SAYS("ask_example", request.understanding.language, example=example)
    return Candidate(
        text=text, score=1.0, status=Status.CLARIFY, slots=slots or {}, missing="place"
    )
