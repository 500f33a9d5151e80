"""Kind words and the right desk for someone who is grieving, poor, alone, abused, angry or cut off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.normalize import fold_kana, without_punctuation
from concierge.message import Source
from concierge.municipality import Department
from concierge.safety import packaged
from concierge.wording import Wording, load_wording

__all__ = ["handle"]

SAYS = Path(__file__).with_name("says")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of distress: how it is heard, whose matter it is."""

    name: str
    signs: re.Pattern[str]
    topics: tuple[str, ...]


def handle(request: Request) -> Candidate | None:
    """Return the words for the first kind heard; None where none is."""
    folded = fold_kana(request.understanding.normalized.text).replace("'", "").replace("’", "")
    ways = (folded, without_punctuation(folded))
    found = (kind for kind in _kinds() if any(kind.signs.search(way) for way in ways))
    kind = next(found, None)
    if kind is None:
        return None
    desk = _desk(request, kind)
    wording = load_wording(SAYS, request.understanding.language)
    town = request.knowledge.municipality
    named = town.name if wording.language.startswith("ja") else town.name_en or town.name
    return Candidate(
        text=_said(wording, kind, desk, named, request),
        score=1.0,
        slots={"kind": kind.name, "department": desk.name},
        sources=(Source(title=wording.say("source", town=named)),),
    )


def _desk(request: Request, kind: Kind) -> Department:
    """Return the desk of the first topic that any desk has, else the reception."""
    town = request.knowledge.municipality
    desks = (town.desk_for(topic) for topic in kind.topics)
    return next((desk for desk in desks if desk != town.reception), town.reception)


def _said(wording: Wording, kind: Kind, desk: Department, town: str, request: Request) -> str:
    lines = {**packaged().lines, **request.knowledge.safety.lines}
    numbers = {name: line.spoken for name, line in lines.items()}
    numbers |= {f"{name}_number": line.number for name, line in lines.items()}
    told = wording.say(
        "desk_with_phone" if desk.phone else "desk", name=desk.name, phone=desk.phone, town=town
    )
    hours = wording.say("hours", hours=desk.hours) if desk.hours else ""
    return wording.say(kind.name, desk=told, hours=hours, **numbers)


@cache
def _kinds() -> tuple[Kind, ...]:
    table = yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8"))
    return tuple(
        Kind(
            name=str(each["kind"]),
            signs=re.compile(fold_kana("|".join(each["signs"]))),
            topics=tuple(map(str, each["topics"])),
        )
        for each in table
    )
