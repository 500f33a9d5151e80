"""Names the nearest 指定緊急避難場所 for a kind of disaster; never calls it a 避難所."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import yaml

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.normalize import fold_kana
from concierge.message import Card, Choice
from concierge.places.geo import nearest, told_distance
from concierge.places.model import Hazard, Shelter
from concierge.places.says import Says
from concierge.places.telling import card_of, desk_line, outside_line, sources_of, told_list
from concierge.places.whereabouts import SAYS as PLACE
from concierge.places.whereabouts import Whereabouts, ask_where, looked_from, whereabouts

__all__ = ["TOPICS", "handle"]

TOPICS = ("防災", "避難", "避難場所")
SAYS = Says.beside(__file__)
KINDS: dict[Hazard, re.Pattern[str]] = {
    Hazard(name): re.compile(str(words))
    for name, words in yaml.safe_load(
        Path(__file__).with_name("hazards.yaml").read_text(encoding="utf-8")
    ).items()
}
HINANJO = re.compile("避難所|ひなんじょ|ひなん所|shelter")
ABOUT = re.compile(
    "避難|ひなん|大丈夫|だいじょうぶ|使え|つかえ|安全|逃げ|にげ|site|shelter|safe|use"
)
ENGLISH = {
    Hazard.FLOOD: "floods",
    Hazard.LANDSLIDE: "landslides",
    Hazard.STORM_SURGE: "storm surges",
    Hazard.EARTHQUAKE: "earthquakes",
    Hazard.TSUNAMI: "tsunami",
    Hazard.FIRE: "large fires",
    Hazard.INLAND_FLOOD: "inland flooding",
    Hazard.VOLCANO: "volcanic eruptions",
}
SHOWN, CARDS = 3, 2


def handle(request: Request) -> Candidate | None:
    """Answer from the town's list; None where the town has published none."""
    shelters = request.knowledge.places.shelters
    if not shelters:
        return None
    hazard = _hazard(request)
    named = _named(request)
    if named is not None and looked_from(request) is None and _says_more(request):
        return _about(request, named, hazard)
    slots: dict[str, object] = {} if hazard is None else {"hazard": str(hazard)}
    if hazard is not None and not any(hazard in shelter.hazards for shelter in shelters):
        return _none(request, hazard)
    if _says_hinanjo(request):
        slots["hinanjo"] = True
    here = whereabouts(request)
    if here is None:
        asked = ask_where(request, SAYS("what", _language(request)), slots)
        if hazard is not None:
            return _before_asking(request, asked, hazard)
        if not _says_hinanjo(request):
            return asked
        return replace(asked, text=f"{SAYS('both', _language(request))}\n{asked.text}")
    if isinstance(here, Candidate):
        return replace(here, slots={**slots, **here.slots})
    if here.slot:
        slots["near"] = here.slot
    return _nearest(request, here, hazard, slots)


def _before_asking(request: Request, asked: Candidate, hazard: Hazard) -> Candidate:
    """Warn, and name places for this kind of disaster, before asking for the nearest."""
    language = _language(request)
    fitting = [each for each in request.knowledge.places.shelters if hazard in each.hazards]
    names = SAYS("between", language).join(each.name for each in fitting[:SHOWN])
    key = "all" if len(fitting) <= SHOWN else "some"
    values = {"hazard": _title(hazard, language), "names": names, "count": len(fitting)}
    question = asked.text.split("\n")[-1]
    if _says_hinanjo(request):
        gap = " " if language == "en" else ""
        question = f"{SAYS('both', language)}{gap}{question}"
    lines = (_warning(request, hazard), SAYS(key, language, **values), question)
    text = "\n".join(line for line in lines if line)
    return replace(asked, text=text, sources=sources_of(request, fitting[:SHOWN]))


def _warning(request: Request, hazard: Hazard) -> str | None:
    """Say that fleeing comes first; nothing where an alarm said so already."""
    if request.slots.get("alarmed"):
        return None
    high = hazard in (Hazard.TSUNAMI, Hazard.STORM_SURGE)
    return SAYS("first_high" if high else "first", _language(request))


def _hazard(request: Request) -> Hazard | None:
    """Return the kind of disaster that is said, else the one spoken of before."""
    text = fold_kana(request.understanding.normalized.text)
    said = next((hazard for hazard, words in KINDS.items() if words.search(text)), None)
    kept = request.slots.get("hazard")
    return said or (Hazard(kept) if kept in tuple(Hazard) else None)


def _named(request: Request) -> Shelter | None:
    """Return the place of the list that is named itself (「緑ヶ丘公園は津波でも大丈夫？」)."""
    for landmark in request.understanding.landmarks:
        found = next((spot for spot in landmark.spots if isinstance(spot, Shelter)), None)
        if found is not None:
            return found
    return None


def _says_more(request: Request) -> bool:
    """Tell whether anything besides a place's name is said: else it is only where to look from."""
    text = fold_kana(request.understanding.masked_places)
    return ABOUT.search(text) is not None or any(words.search(text) for words in KINDS.values())


def _language(request: Request) -> str:
    return request.understanding.language


def _title(hazard: Hazard, language: str) -> str:
    return ENGLISH[hazard] if language == "en" else hazard.japanese


def _titles(shelter: Shelter, language: str) -> str:
    found = [_title(hazard, language) for hazard in Hazard if hazard in shelter.hazards]
    return (", " if language == "en" else "・").join(found) or SAYS("no_kind", language)


def _nearest(
    request: Request, here: Whereabouts, hazard: Hazard | None, slots: dict[str, object]
) -> Candidate | None:
    language = _language(request)
    fitting = [
        shelter
        for shelter in request.knowledge.places.shelters
        if (hazard in shelter.hazards if hazard else shelter.hazards)
    ]
    found = nearest(fitting, here.point, lambda shelter: shelter.location, SHOWN)
    if not found:
        return _none(request, hazard) if hazard else None
    metres, first = found[0]
    lines = [
        outside_line(request, here, metres),
        _first_line(here, first, metres, hazard, language),
        _second_line(found[1:], hazard, language),
        *_last_lines(request, here, hazard),
    ]
    cards = tuple(_card(request, shelter, away) for away, shelter in found[:CARDS])
    kinds = () if hazard else _kinds(fitting, language)
    return Candidate(
        text="\n".join(line for line in lines if line),
        score=1.0,
        slots={**slots, "shelters": [shelter.name for _, shelter in found]},
        sources=sources_of(request, [shelter for _, shelter in found]),
        cards=cards,
        choices=kinds,
        details=_details(request, here, hazard),
    )


def _last_lines(request: Request, here: Whereabouts, hazard: Hazard | None) -> list[str | None]:
    """Return the warning and what tells the two lists apart; first the one that was asked for."""
    lines = [_warning(request, hazard) if hazard else None, _hinanjo_line(request, here)]
    return lines[::-1] if _says_hinanjo(request) else lines


def _hinanjo_line(request: Request, here: Whereabouts) -> str:
    """Tell the two lists apart; where a 避難所 was asked for, name the nearest that the data knows."""
    language = _language(request)
    if not _says_hinanjo(request):
        return SAYS("not_hinanjo", language)
    both = [each for each in request.knowledge.places.shelters if each.also_evacuation_centre]
    found = nearest(both, here.point, lambda shelter: shelter.location, 1)
    if not found:
        return SAYS("hinanjo", language)
    away = PLACE("straight", language, distance=told_distance(found[0][0], language))
    return SAYS("hinanjo_too", language, name=found[0][1].name, away=away)


def _first_line(
    here: Whereabouts, first: Shelter, metres: float, hazard: Hazard | None, language: str
) -> str:
    away = PLACE("straight", language, distance=told_distance(metres, language))
    values = {"place": here.name, "name": first.name, "away": away}
    if hazard is None:
        return SAYS("each", language, hazards=_titles(first, language), **values)
    return SAYS("nearest", language, hazard=_title(hazard, language), **values)


def _second_line(
    rest: list[tuple[float, Shelter]], hazard: Hazard | None, language: str
) -> str | None:
    if hazard is None:
        return SAYS("ask_kind", language)
    if not rest:
        return None
    return SAYS("next", language, names=told_list(rest, language))


def _kinds(fitting: list[Shelter], language: str) -> tuple[Choice, ...]:
    """Offer the kinds of disaster for which there is a place at all."""
    there = [hazard for hazard in Hazard if any(hazard in each.hazards for each in fitting)]
    if language == "en":
        return tuple(Choice(ENGLISH[h], f"evacuation site for {ENGLISH[h]}") for h in there)
    return tuple(Choice(h.japanese, f"{h.japanese}の避難場所") for h in there)


def _details(request: Request, here: Whereabouts, hazard: Hazard | None) -> str:
    language = _language(request)
    lines = [
        SAYS("open", language),
        SAYS("tsunami", language) if hazard in (Hazard.TSUNAMI, None) else None,
        SAYS("danger", language),
        SAYS("not_hinanjo", language) if _says_hinanjo(request) else None,
        None if here.exact else PLACE("middle", language, place=here.name),
        desk_line(request, "避難"),
    ]
    return "\n".join(line for line in lines if line)


def _says_hinanjo(request: Request) -> bool:
    """Tell whether a 避難所 is asked for, in this message or the one before."""
    text = fold_kana(request.understanding.normalized.text)
    return HINANJO.search(text) is not None or bool(request.slots.get("hinanjo"))


def _card(request: Request, shelter: Shelter, metres: float | None = None) -> Card:
    language = _language(request)
    overlap = SAYS("overlap_yes", language) if shelter.also_evacuation_centre else None
    people = SAYS("people", language, count=f"{shelter.capacity:,}") if shelter.capacity else None
    return card_of(
        request,
        shelter,
        metres=metres,
        rows=(
            (SAYS("kinds", language), _titles(shelter, language)),
            (SAYS("overlap", language), overlap),
            (SAYS("capacity", language), people),
        ),
        note=SAYS("open", language),
    )


def _about(request: Request, shelter: Shelter, hazard: Hazard | None) -> Candidate:
    """Tell of one place which disasters it is for, or whether it is for this one."""
    language = _language(request)
    values = {"name": shelter.name, "hazards": _titles(shelter, language)}
    key = "named"
    if hazard is not None:
        values["hazard"] = _title(hazard, language)
        listed = "named_yes" if hazard in shelter.hazards else "named_no"
        key = "named_lost" if hazard in shelter.lost else listed
    lines = [SAYS(key, language, **values)]
    if key == "named_no":
        lines.append(SAYS("named", language, **values))
    lines.append(SAYS("not_hinanjo", language))
    slots: dict[str, object] = {"shelters": [shelter.name], "near": shelter.name}
    return Candidate(
        text="\n".join(lines),
        score=1.0,
        slots={**slots, **({"hazard": str(hazard)} if hazard else {})},
        sources=sources_of(request, [shelter]),
        cards=(_card(request, shelter),),
        details=SAYS("open", language),
    )


def _none(request: Request, hazard: Hazard) -> Candidate:
    language = _language(request)
    shelters = request.knowledge.places.shelters
    return Candidate(
        text=SAYS("none", language, hazard=_title(hazard, language))
        + "\n"
        + desk_line(request, "避難"),
        score=1.0,
        slots={"hazard": str(hazard)},
        sources=sources_of(request, shelters[:1]),
        choices=_kinds(list(shelters), language),
    )
