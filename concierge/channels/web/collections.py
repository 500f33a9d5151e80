"""An area's collections for the eye and for calendars: `/calendar/<area>` and `/calendar/<area>.ics`.

The page shows one month, to be printed; the feed is what phones and Outlook subscribe to. Both hold
only days that are certain, and say of which kinds some are not.
"""

from __future__ import annotations

import calendar as months
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from concierge import clock, waste
from concierge.channels.web.chat import base_of
from concierge.channels.web.pages import TEMPLATES, VERSION
from concierge.knowledge import Knowledge
from concierge.waste.areas import find_areas
from concierge.waste.calendar import Calendar
from concierge.waste.doubt import Doubt
from concierge.waste.ics import render_ics
from concierge.waste.model import Area
from concierge.waste.naming import NO_TRANSLATIONS, label_in
from concierge.wording import Wording, load_wording

__all__ = ["collections_router"]

SAYS = Path(waste.__file__).with_name("says")
LANGUAGES = ("ja", "ja-easy", "en")
LONGEST_NAME = 200
"""Characters of an area's name in an address."""
BACK, AHEAD = 31, 400
"""Days before and after today that a feed holds, and months that the page goes to."""
KINDS = 8
HOUR = {"Cache-Control": "public, max-age=3600"}
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind collected on a day: its name, and the number of its colour."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the month's table."""

    number: int
    weekday: str
    labels: tuple[Kind, ...]
    today: bool


def collections_router(
    knowledge: Callable[[], Knowledge], *, now: Callable[[], datetime] = clock.now
) -> APIRouter:
    """Return the addresses of the calendars of one town."""

    async def shown(request: Request) -> Response:
        name = str(request.path_params["area"])[:LONGEST_NAME]
        if name.endswith(".ics"):
            return _feed(request, knowledge(), name.removesuffix(".ics"), now())
        return _page(request, knowledge(), name, now())

    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/calendar/{area:path}", shown, methods=["GET", "HEAD"])
    return routes


def _found(knowledge: Knowledge, name: str, today: date) -> tuple[Calendar | None, list[Area]]:
    calendar = knowledge.waste_on(today)
    return calendar, list(find_areas(calendar.data, name)) if calendar else []


def _feed(request: Request, knowledge: Knowledge, name: str, at: datetime) -> Response:
    calendar, areas = _found(knowledge, name, at.date())
    if calendar is None or len(areas) != 1:
        return Response("404\n", HTTPStatus.NOT_FOUND, media_type="text/plain", headers=SAFE)
    first, last = at.date() - timedelta(days=BACK), at.date() + timedelta(days=AHEAD)
    found = calendar.between(areas[0], first, last)
    content = render_ics(calendar.data, areas[0], found, clock.midnight(at.date()))
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, **HOUR, "X-Content-Type-Options": "nosniff"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    filename = quote(f"{areas[0].full_name.strip()}.ics", safe="")
    headers["Content-Disposition"] = f"inline; filename*=UTF-8''{filename}"
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _page(request: Request, knowledge: Knowledge, name: str, at: datetime) -> Response:
    asked = request.query_params.get("lang", "ja")
    wording = load_wording(SAYS, asked if asked in LANGUAGES else "ja")
    base = base_of(request)
    calendar, areas = _found(knowledge, name, at.date())
    common = {
        "say": wording.say,
        "language": "ja" if wording.language.startswith("ja") else wording.language,
        "files": f"{base}/static/{VERSION}",
        "base": base,
    }
    if calendar is None or len(areas) != 1:
        message = wording.say("several" if areas else "none", area=name)
        links = [{"name": a.full_name, "url": _url(base, a.full_name, wording)} for a in areas]
        html = TEMPLATES.get_template("collections.html").render(
            **common, title=message, month=None, weeks=[], message=message, areas=links
        )
        status = HTTPStatus.MULTIPLE_CHOICES if areas else HTTPStatus.NOT_FOUND
        return Response(html, status, media_type="text/html", headers=SAFE)
    month = _month(request.query_params.get("month"), at.date())
    shown = _shown(calendar, areas[0], month, at.date(), wording, base)
    if knowledge.municipality.web and not base:
        shown["feed"] = f"{knowledge.municipality.web.rstrip('/')}{shown['feed']}"
    html = TEMPLATES.get_template("collections.html").render(**common, **shown)
    headers = {**SAFE, "Cache-Control": "no-cache"}
    return Response(html, media_type="text/html", headers=headers)


def _shown(
    calendar: Calendar, area: Area, month: date, today: date, wording: Wording, base: str
) -> dict[str, object]:
    """Return what the page of one month shows."""
    last = month.replace(day=months.monthrange(month.year, month.month)[1])
    data = calendar.data
    name = area.full_name.strip()
    rows = months.Calendar().monthdatescalendar(month.year, month.month)
    days = wording.weekdays()
    updated = data.updated
    return {
        "title": wording.say("title", area=name),
        "month": wording.say("month", year=month.year, month=wording.month(month)),
        "weekdays": [day[:3] if wording.language == "en" else day for day in days],
        "weeks": [
            [
                _cell(calendar, area, day, today, wording) if day.month == month.month else None
                for day in week
            ]
            for week in rows
        ],
        "before": _other(base, name, month - timedelta(days=1), today, wording),
        "after": _other(base, name, last + timedelta(days=1), today, wording),
        "notes": _notes(calendar, area, month, last, wording),
        "source": wording.say("source", title=data.title)
        + (wording.say("updated", day=updated.isoformat()) if updated else ""),
        "feed": f"{base}/calendar/{quote(name, safe='')}.ics",
    }


def _cell(calendar: Calendar, area: Area, day: date, today: date, wording: Wording) -> Cell:
    names = calendar.data.translations.get(wording.language, NO_TRANSLATIONS)
    sure = [one.category for one in calendar.on(area, day) if one.doubt is None]
    labels = tuple(
        Kind(label_in(kind.label, wording.language, names), kind.index % KINDS) for kind in sure
    )
    return Cell(day.day, wording.weekdays()[day.weekday()], labels, day == today)


def _notes(
    calendar: Calendar, area: Area, first: date, last: date, wording: Wording
) -> Sequence[str]:
    """Say of which kinds days of the month are not certain."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    doubtful = {
        one.category.index: one.category.label
        for day in days
        for one in calendar.doubts_on(area, day)
        if one.doubt is not Doubt.NOT_SCHEDULED
    }
    if not doubtful:
        return ()
    if (
        calendar.data.valid_to
        and first > calendar.data.valid_to
        and not any(one.doubt is None for one in calendar.between(area, first, last))
    ):
        return (wording.say("past"),)
    labels = [label_in(label, wording.language) for label in doubtful.values()]
    return (wording.say("unknown", labels=wording.joined(labels)), wording.say("doubtful"))


def _month(asked: str | None, today: date) -> date:
    """Return the first day of the month asked for as 2026-11, near today; else of this month."""
    first = today.replace(day=1)
    try:
        wanted = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return first
    return wanted if abs((wanted - first).days) <= AHEAD else first


def _other(base: str, name: str, day: date, today: date, wording: Wording) -> str | None:
    month = day.replace(day=1)
    if abs((month - today.replace(day=1)).days) > AHEAD:
        return None
    return _url(base, name, wording, f"month={month:%Y-%m}")


def _url(base: str, name: str, wording: Wording, query: str = "") -> str:
    wanted = [query] if query else []
    if wording.language != "ja":
        wanted.append(f"lang={wording.language}")
    path = f"{base}/calendar/{quote(name.strip(), safe='')}"
    return f"{path}?{'&'.join(wanted)}" if wanted else path
