"""Keeps an area under 自宅 or 実家 because the resident asked for it, and lets go of it again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.normalize import normalized_key
from concierge.message import Choice, Source, Status
from concierge.waste.model import Area

__all__ = ["handle"]

ERASE = re.compile("消し|けし|削除|忘れ|わすれ|解除")
SHOW = re.compile(
    "(?:私の|わたしの|登録した|覚えている|覚えてる|登録している|登録中の)(?:地区|町|場所)"
)
OWN = Source(title="ご自身の登録")


def handle(request: Request) -> Candidate | None:
    """Keep, show or erase; None in a town without collection areas."""
    calendar = request.knowledge.waste_on(request.at.date())
    if calendar is None:
        return None
    key = normalized_key(request.understanding.normalized.text)
    if ERASE.search(key):
        return _erase(request)
    if SHOW.search(key):
        return _show(request)
    home = request.understanding.home or "自宅"
    place = request.place
    if place is None or not place.areas or place.home == home:
        return Candidate(
            text=f"{home}はどちらの地区ですか。町名を送ってください。",
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
            text="同じ名前の地区がいくつかあります。どちらの地区ですか。",
            score=1.0,
            status=Status.CLARIFY,
            slots={"home": home},
            choices=tuple(Choice(name, name) for name in names[:10]),
            missing="area",
        )
    return Candidate(
        text=f"{names[0]}を{home}として覚えました。次からは地区名なしでお尋ねいただけます。\n"
        "「覚えた地区を消して」と送ると、いつでも消せます。",
        score=1.0,
        slots={"home": home, "area": names[0]},
        remember={home: place.areas[0].full_name},
        sources=(OWN,),
    )


def _told_apart(area: Area, among: Sequence[Area]) -> str:
    """Return the area's name, with the levels above it only where the name alone is not enough."""
    alone = sum(other.name == area.name for other in among) == 1
    return (area.name if alone else area.full_name).strip()


def _erase(request: Request) -> Candidate:
    named = request.understanding.home
    homes = [named] if named else list(request.homes)
    if not any(home in request.homes for home in homes):
        return Candidate(text="覚えている地区はありません。", score=1.0)
    return Candidate(
        text=f"{'・'.join(homes)}の地区を消しました。",
        score=1.0,
        remember=dict.fromkeys(homes),
    )


def _show(request: Request) -> Candidate:
    if not request.homes:
        return Candidate(text="覚えている地区はありません。", score=1.0)
    kept = "、".join(f"{home}は{area}" for home, area in request.homes.items())
    return Candidate(
        text=f"{kept}です。\n「覚えた地区を消して」と送ると消せます。",
        score=1.0,
        slots=dict(request.homes),
        sources=(OWN,),
    )
