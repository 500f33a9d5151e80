"""Keeps an area under 自宅 or 実家 because the resident asked for it, and lets go of it again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.normalize import normalized_key
from concierge.message import Choice, Source, Status
from concierge.waste.model import Area
from concierge.wording import Wording, load_wording

__all__ = ["handle"]

ERASE = re.compile("消し|けし|削除|忘れ|わすれ|解除|forget|erase|delete|remove")
SHOW = re.compile(
    "(?:私の|わたしの|登録した|覚えている|覚えてる|登録している|登録中の)(?:地区|町|場所)"
    r"|(?:what|which|show)(?:is|s)?(?:my|the)?(?:saved|registered)?(?:area|home|neighborhood)"
)
SAYS = Path(__file__).with_name("says")
NAMES = {"自宅": "home_own", "実家": "home_parents"}


def handle(request: Request) -> Candidate | None:
    """Keep, show or erase; None in a town without collection areas."""
    calendar = request.knowledge.waste_on(request.at.date())
    if calendar is None:
        return None
    say = _wording(request).say
    key = normalized_key(request.understanding.normalized.text)
    if ERASE.search(key):
        return _erase(request)
    if SHOW.search(key):
        return _show(request)
    home = request.understanding.home or "自宅"
    place = request.place
    if place is None or not place.areas or place.home == home:
        return Candidate(
            text=say("ask", home=_home(request, home)),
            score=1.0,
            status=Status.CLARIFY,
            slots={"home": home},
            missing="area",
        )
    home = str(request.slots.get("home") or home)
    every = calendar.data.areas
    names = list(dict.fromkeys(_told_apart(area, every) for area in place.areas))
    if len(names) > 1:
        return Candidate(
            text=say("several"),
            score=1.0,
            status=Status.CLARIFY,
            slots={"home": home},
            choices=tuple(Choice(name, name) for name in names[:10]),
            missing="area",
        )
    return Candidate(
        text=say("kept", area=names[0], home=_home(request, home)),
        score=1.0,
        slots={"home": home, "area": names[0]},
        remember={home: place.areas[0].full_name},
        sources=(Source(title=say("own")),),
    )


def _wording(request: Request) -> Wording:
    return load_wording(SAYS, request.understanding.language)


def _home(request: Request, home: str) -> str:
    """Name a home in the resident's language."""
    return _wording(request).say(NAMES[home]) if home in NAMES else home


def _told_apart(area: Area, among: Sequence[Area]) -> str:
    """Return the area's name, with the levels above it only where the name alone is not enough."""
    alone = sum(other.name == area.name for other in among) == 1
    return (area.name if alone else area.full_name).strip()


def _erase(request: Request) -> Candidate:
    named = request.understanding.home
    homes = [named] if named else list(request.homes)
    wording = _wording(request)
    if not any(home in request.homes for home in homes):
        return Candidate(text=wording.say("nothing"), score=1.0)
    told = ("・" if wording.language.startswith("ja") else ", ").join(
        _home(request, home) for home in homes
    )
    return Candidate(
        text=wording.say("erased", homes=told), score=1.0, remember=dict.fromkeys(homes)
    )


def _show(request: Request) -> Candidate:
    wording = _wording(request)
    if not request.homes:
        return Candidate(text=wording.say("nothing"), score=1.0)
    kept = [
        wording.say("one", home=_home(request, home), area=area)
        for home, area in request.homes.items()
    ]
    return Candidate(
        text=wording.say("shown", list=wording.joined(kept)),
        score=1.0,
        slots=dict(request.homes),
        sources=(Source(title=wording.say("own")),),
    )
