"""Names nurseries, kindergartens and clubs: all of a kind, by age, or the nearest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.normalize import fold_kana
from concierge.message import Card
from concierge.places.geo import nearest, told_distance
from concierge.places.model import Childcare
from concierge.places.says import Says
from concierge.places.telling import card_of, hours_line, outside_line, sources_of, told_list
from concierge.places.whereabouts import NEAR, Whereabouts, ask_where, whereabouts
from concierge.places.whereabouts import SAYS as PLACE

__all__ = ["TOPICS", "handle"]

TOPICS = ("保育園", "子育て")
SAYS = Says.beside(__file__)
AGE = re.compile(r"(\d{1,2})(?:歳|才|さい)|age (\d{1,2})|(\d{1,2})[- ]years?")
BABY = re.compile("赤ちゃん|赤ん坊|乳児|あかちゃん|baby|infant")
TEMPORARY = re.compile("一時預かり|一時保育|temporary")
SHOWN, CARDS = 3, 2


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of place as residents ask for it."""

    words: re.Pattern[str]
    kinds: re.Pattern[str]
    title: str
    english: str


KINDS = tuple(
    Kind(re.compile(each["words"]), re.compile(each["kinds"]), each["title"], each["english"])
    for each in yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8"))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `said` names it in the answer."""

    kind: Kind
    age: int | None
    temporary: bool

    def fits(self, place: Childcare) -> bool:
        """Tell whether a place is of the kind, open at all, and takes the age that was said."""
        if place.closed_down or not self.kind.kinds.search(place.kind or ""):
            return False
        if self.temporary and place.temporary_care is not True:
            return False
        if self.age is None:
            return True
        return place.ages is not None and place.ages[0] <= self.age <= place.ages[1]

    def said(self, language: str) -> str:
        """Write what is looked for: 「0歳を受け入れる保育園・こども園」."""
        age = SAYS("age", language, age=self.age) if self.age is not None else ""
        temporary = SAYS("temporary", language) if self.temporary else ""
        return f"{age}{temporary}{self.kind.english if language == 'en' else self.kind.title}"


def handle(request: Request) -> Candidate | None:
    """Answer from the town's list; None where it has none, or no kind is said."""
    wanted = _wanted(request)
    if wanted is None or not request.knowledge.places.childcare:
        return None
    language = request.understanding.language
    found = [place for place in request.knowledge.places.childcare if wanted.fits(place)]
    slots: dict[str, object] = {"kind": wanted.kind.title}
    if wanted.age is not None:
        slots["age"] = wanted.age
    if not found:
        return _none(request, wanted, slots)
    here = whereabouts(request)
    if isinstance(here, Candidate):
        return replace(here, slots={**slots, **here.slots})
    if here is not None:
        return _nearest(request, wanted, here, found, slots)
    if NEAR.search(request.understanding.normalized.text):
        return ask_where(request, SAYS("what", language, kind=wanted.said(language)), slots)
    return _list(request, wanted, found, slots)


def _wanted(request: Request) -> Wanted | None:
    text = fold_kana(request.understanding.normalized.text)
    kind = next((kind for kind in KINDS if kind.words.search(text)), None)
    if kind is None:
        kept = request.slots.get("kind")
        kind = next((kind for kind in KINDS if kind.title == kept), None)
    if kind is None:
        return None
    age = AGE.search(text)
    said = int(next(filter(None, age.groups()))) if age else None
    if said is None and BABY.search(text):
        said = 0
    if said is None and not age and isinstance(request.slots.get("age"), int):
        said = request.slots["age"]
    return Wanted(kind, said, TEMPORARY.search(text) is not None)


def _nearest(
    request: Request,
    wanted: Wanted,
    here: Whereabouts,
    found: Sequence[Childcare],
    slots: dict[str, object],
) -> Candidate | None:
    language = request.understanding.language
    near = nearest(found, here.point, lambda place: place.location, SHOWN)
    if not near:
        return _list(request, wanted, found, slots)
    metres, first = near[0]
    away = PLACE("straight", language, distance=told_distance(metres, language))
    names = told_list(near[1:], language)
    values = {"place": here.name, "kind": wanted.said(language), "name": first.name, "away": away}
    lines = [
        outside_line(request, here, metres),
        SAYS("nearest", language, **values),
        SAYS("next", language, names=names) if names else None,
        _vacancy(request),
    ]
    return Candidate(
        text="\n".join(line for line in lines if line),
        score=1.0,
        slots={**slots, **({"near": here.slot} if here.slot else {}), "places": _names(near)},
        sources=sources_of(request, [place for _, place in near]),
        cards=tuple(_card(request, place, away) for away, place in near[:CARDS]),
        details=None if here.exact else PLACE("middle", language, place=here.name),
    )


def _names(near: Sequence[tuple[float, Childcare]]) -> list[str]:
    return [place.name for _, place in near]


def _list(
    request: Request, wanted: Wanted, found: Sequence[Childcare], slots: dict[str, object]
) -> Candidate:
    language = request.understanding.language
    joint = ", " if language == "en" else "、"
    lines = [
        SAYS("list", language, kind=wanted.said(language), count=len(found)),
        SAYS("where", language),
        _vacancy(request),
    ]
    return Candidate(
        text="\n".join(lines),
        score=1.0,
        slots={**slots, "count": len(found)},
        sources=sources_of(request, found[:1]),
        cards=tuple(_card(request, place) for place in found[:CARDS]),
        details=SAYS("all", language, names=joint.join(place.name for place in found)),
    )


def _none(request: Request, wanted: Wanted, slots: dict[str, object]) -> Candidate:
    language = request.understanding.language
    everything = [
        p for p in request.knowledge.places.childcare if wanted.kind.kinds.search(p.kind or "")
    ]
    key = "none_age" if wanted.age is not None and everything else "none"
    title = wanted.kind.english if language == "en" else wanted.kind.title
    return Candidate(
        text=SAYS(key, language, kind=title, age=wanted.age) + "\n" + _vacancy(request),
        score=1.0,
        slots=slots,
        sources=sources_of(request, request.knowledge.places.childcare[:1]),
    )


def _vacancy(request: Request) -> str:
    desk = request.knowledge.municipality.desk_for("保育園")
    language = request.understanding.language
    phone = f" ({desk.phone})" if language == "en" else f"（{desk.phone}）"
    return SAYS("vacancy", language, desk=f"{desk.name}{phone if desk.phone else ''}")


def _card(request: Request, place: Childcare, metres: float | None = None) -> Card:
    language = request.understanding.language
    day = request.at.date()
    people = SAYS("people", language, count=place.capacity) if place.capacity else None
    temporary = None
    if place.temporary_care is not None:
        temporary = SAYS("yes" if place.temporary_care else "no", language)
    return card_of(
        request,
        place,
        metres=metres,
        rows=(
            (SAYS("kind", language), place.kind),
            (SAYS("ages", language), place.age_text),
            (SAYS("capacity", language), people),
            (PLACE("hours", language), hours_line(place.hours, day, day, language)),
            (SAYS("temporary_care", language), temporary),
        ),
    )
