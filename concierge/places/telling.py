"""How a place is told: its card, its source, its hours on a day, whether it is open now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from concierge.intent import Request
from concierge.knowledge import Knowledge
from concierge.language.dates import is_holiday
from concierge.message import Card, Row, Source
from concierge.places.geo import map_link, told_distance
from concierge.places.hours import DayHours, OpeningHours, State, told_spans
from concierge.places.model import Event, Spot
from concierge.places.whereabouts import SAYS, Whereabouts
from concierge.wording import told

__all__ = [
    "card_of",
    "desk_line",
    "hours_line",
    "outside_line",
    "short_name",
    "sources_of",
    "telephone",
    "told_hours",
    "told_list",
    "told_when",
]

FAR = 15_000.0
"""Metres; who is farther than this from everything listed is not in town."""


def short_name(spot: Spot, knowledge: Knowledge) -> str:
    """Return a place's name without the municipality's before it (あさなぎ市民プール stays)."""
    town = knowledge.municipality.name
    for prefix in (f"{town}立", town):
        rest = spot.name.removeprefix(prefix)
        if rest != spot.name and len(rest) > 2 and not rest.startswith(("役所", "役場", "民")):
            return rest
    return spot.name


def sources_of(request: Request, found: Iterable[Spot | Event]) -> tuple[Source, ...]:
    """Return where an answer rests: the list, its date and the line of each record."""
    sources: dict[tuple[str, int], Source] = {}
    for record in found:
        listing = request.knowledge.places.listings.get(record.file.partition("/")[0])
        own = record.updated if isinstance(record, Event) else None
        sources[record.file, record.row] = Source(
            title=listing.title if listing else record.file,
            url=record.url or (listing.url if listing else None),
            file=record.file,
            row=record.row,
            updated=own or (listing.updated if listing else None),
        )
    return tuple(sources.values())


def card_of(
    request: Request,
    spot: Spot | Event,
    *,
    metres: float | None = None,
    rows: Sequence[tuple[str, str | None]] = (),
    note: str | None = None,
) -> Card:
    """Make the card of a place or event: what is given, then phone, address, distance and map."""
    language = request.understanding.language
    municipality = request.knowledge.municipality
    address = spot.address
    if isinstance(spot, Spot) and spot.building:
        address = f"{address or ''} {spot.building}".strip()
    link = map_link(spot.location, municipality.map_url, spot.name) if spot.location else None
    away = told_distance(metres, language) if metres is not None else None
    lines = (
        *rows,
        (SAYS("phone", language), spot.phone),
        (SAYS("address", language), address),
        (SAYS("distance", language), away),
        (SAYS("map", language), link),
    )
    title = spot.english if isinstance(spot, Spot) and language == "en" and spot.english else None
    return Card(
        title=title or spot.name,
        rows=tuple(Row(label, value) for label, value in lines if value),
        note=note,
    )


def told_hours(today: DayHours, language: str = "ja") -> str:
    """Write a day's hours for a card or a list: 「9時〜17時」, 「休み」, 「データにありません」."""
    if today.state is State.CLOSED:
        return SAYS("closed", language)
    spans = _spans(today, language)
    if today.state is State.UNKNOWN and today.reason and language != "en":
        return f"{spans}（{today.reason}）" if spans else today.reason
    return spans or SAYS("no_hours", language)


def _spans(today: DayHours, language: str) -> str:
    if language == "en":
        spans = ", ".join(_english(span) for span in today.spans)
        return f"{spans} (morning only)" if today.morning_only and spans else spans
    if today.morning_only and today.spans:
        return f"{told_spans(today.spans).partition('〜')[0]}から午前のみ"
    return told_spans(today.spans)


def _english(span: tuple[int, int]) -> str:
    if span == (0, 24 * 60):
        return "24 hours"
    return "-".join(f"{minutes // 60 % 24}:{minutes % 60:02}" for minutes in span)


def told_when(day: date, today: date, language: str = "ja") -> str:
    """Name a day: 「きょう11月20日（金）」, a national holiday as 「11月23日（月・祝）」."""
    said = told(day, today, language)
    return f"{said[:-1]}・祝）" if language == "ja" and is_holiday(day) else said


def hours_line(hours: OpeningHours, day: date, today: date, language: str = "ja") -> str:
    """Write a day with its hours, for a list: 「きょう11月20日（金） 9時〜17時」."""
    span = told_hours(hours.on(day), language)
    return f"{told_when(day, today, language)}{': ' if language == 'en' else ' '}{span}"


def telephone(spot: Spot | Event, language: str = "ja") -> str:
    """Write a place's telephone number behind its name, empty where there is none."""
    if not spot.phone:
        return ""
    return f" ({spot.phone})" if language == "en" else f"（{spot.phone}）"


def told_list(near: Iterable[tuple[float, Spot]], language: str = "ja") -> str:
    """List places with their distances: 「緑ヶ丘公園（約180m）、若葉町公園（約860m）」."""
    found = [(place.name, told_distance(metres, language)) for metres, place in near]
    if language == "en":
        return ", ".join(f"{name} ({away})" for name, away in found)
    return "、".join(f"{name}（{away}）" for name, away in found)


def desk_line(request: Request, topic: str) -> str:
    """Name the desk of a topic in a line."""
    desk = request.knowledge.municipality.desk_for(topic)
    language = request.understanding.language
    if desk.phone:
        return SAYS("call", language, name=desk.name, phone=desk.phone)
    return SAYS("call_desk", language, name=desk.name)


def outside_line(request: Request, here: Whereabouts | None, metres: float) -> str | None:
    """Say that somebody seems not to be in town, where everything listed is far away."""
    if here is None or metres <= FAR:
        return None
    language = request.understanding.language
    municipality = request.knowledge.municipality
    town = (municipality.name_en or municipality.name) if language == "en" else municipality.name
    return SAYS("outside", language, distance=told_distance(metres, language), town=town)
