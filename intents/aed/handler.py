"""Names the nearest AED that others may use, where in the building it is, and whether it is open."""

from __future__ import annotations

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.message import Card
from concierge.places.geo import nearest, told_distance
from concierge.places.hours import State, told_clock
from concierge.places.model import Aed
from concierge.places.says import Says
from concierge.places.telling import card_of, outside_line, sources_of, told_hours, told_list
from concierge.places.whereabouts import SAYS as PLACE
from concierge.places.whereabouts import Whereabouts, ask_where, whereabouts

__all__ = ["TOPICS", "handle"]

TOPICS = ("AED", "消防")
SAYS = Says.beside(__file__)
LOOKED_AT = 30
"""How many of the nearest are looked through for one that can be used now."""
SHOWN = 3


def handle(request: Request) -> Candidate | None:
    """Answer from the town's list; None where the town has published none."""
    found = [aed for aed in request.knowledge.places.aed if not aed.private]
    if not found:
        return None
    here = whereabouts(request)
    language = request.understanding.language
    if here is None:
        return ask_where(request, SAYS("what", language))
    if isinstance(here, Candidate):
        return here
    near = nearest(found, here.point, lambda aed: aed.location, LOOKED_AT)
    return _answer(request, here, near) if near else None


def _answer(request: Request, here: Whereabouts, near: list[tuple[float, Aed]]) -> Candidate:
    language = request.understanding.language
    metres, first = near[0]
    usable = next(
        ((away, aed) for away, aed in near if aed.hours.at(request.at).state is State.OPEN), None
    )
    shown = near[:SHOWN]
    if usable is not None and usable not in shown:
        shown = [*shown, usable]
    carded = [near[0], usable] if usable is not None else [near[0]]
    position = SAYS("where", language, position=first.position) if first.position else ""
    lines = [
        outside_line(request, here, metres),
        SAYS("nearest", language, place=here.name, name=first.name, away=_away(metres, language)),
        f"{position}{_now(request, first)}",
    ]
    if usable is not None and usable[1] is not first:
        away, aed = usable
        lines.append(
            SAYS(
                "usable",
                language,
                name=aed.name,
                away=told_distance(away, language),
                position=SAYS("at", language, position=aed.position) if aed.position else "",
            )
        )
    lines.append(SAYS("call", language))
    names = told_list(shown[1:], language)
    middle = None if here.exact else PLACE("middle", language, place=here.name)
    others = SAYS("others", language, names=names) if names else None
    return Candidate(
        text="\n".join(line for line in lines if line),
        score=1.0,
        slots={"aed": first.name, **({"near": here.slot} if here.slot else {})},
        sources=sources_of(request, [aed for _, aed in shown]),
        cards=tuple(_card(request, aed, away) for away, aed in dict.fromkeys(carded)),
        details="\n".join(line for line in (others, middle) if line) or None,
    )


def _away(metres: float, language: str) -> str:
    return PLACE("straight", language, distance=told_distance(metres, language))


def _now(request: Request, aed: Aed) -> str:
    """Say whether it can be used now, as far as the list says."""
    language = request.understanding.language
    if aed.hours.always:
        return SAYS("now_always", language)
    if not aed.hours.known:
        return SAYS("no_hours", language)
    now = aed.hours.at(request.at)
    if now.state is State.OPEN and now.until is not None:
        return SAYS("now_open", language, until=told_clock(now.until))
    today = aed.hours.on(request.at.date())
    if now.state is State.CLOSED:
        return SAYS("now_closed", language, hours=told_hours(today, language))
    return SAYS("now_unknown", language, reason=now.reason or today.reason or "—")


def _card(request: Request, aed: Aed, metres: float) -> Card:
    language = request.understanding.language
    child = None
    if aed.for_children is not None:
        child = SAYS("child_yes" if aed.for_children else "child_no", language)
    return card_of(
        request,
        aed,
        metres=metres,
        rows=(
            (SAYS("position", language), aed.position),
            (SAYS("today", language), told_hours(aed.hours.on(request.at.date()), language)),
            (SAYS("child", language), child),
        ),
        note=SAYS("call", language),
    )
