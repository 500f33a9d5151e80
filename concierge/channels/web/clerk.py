"""The desk's page (`/?desk=1`), on which staff answer callers: its HTML and the HTML of its turns.

It shows the same public answers as the residents' page, the source first and everything open, and
keeps nothing: a caller's key stands in the page alone, and dies with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from concierge.channels.web.face import TownFace
from concierge.channels.web.intake import AREA_LIMIT, TEXT_LIMIT
from concierge.channels.web.links import safe_url
from concierge.channels.web.pages import TEMPLATES, VERSION, Turn
from concierge.channels.web.sheet import Sheet, lay_out
from concierge.channels.web.words import words_in
from concierge.clerk import STATUSES, handed_on, offered, place_in_file, read_aloud
from concierge.message import Reply, Source, Status
from concierge.municipality import Department

__all__ = ["Caller", "ClerkSheet", "Origin", "clerk_event", "clerk_html", "lay_out_for_staff"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is being answered: the key of the conversation, and the area that stays for it."""

    key: str
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A source as staff check it: `url` is safe to link, `place` is file and row."""

    title: str
    url: str | None
    updated: str
    place: str | None


@dataclass(frozen=True, slots=True)
class ClerkSheet:
    """A reply as the desk shows it; `copy` is all of it as plain text.

    `desk` is the one to put through to: None with `through` set where that is not known, so that
    the town's own number stands in.
    """

    sheet: Sheet
    label: str
    origins: tuple[Origin, ...]
    desk: Department | None
    through: bool
    copy: str


def lay_out_for_staff(reply: Reply, desk: Department | None) -> ClerkSheet:
    """Lay a reply out to be read aloud, one sentence a line."""
    sheet = lay_out(read_aloud(reply))
    numbers = {number for number, _ in offered(reply)}
    return ClerkSheet(
        sheet=replace(sheet, choices=tuple(c for c in sheet.choices if c.number in numbers)),
        label=STATUSES[reply.status],
        origins=tuple(_origin(source) for source in dict.fromkeys(reply.sources)),
        desk=desk,
        through=reply.status in (Status.ANSWERED, Status.ABSTAIN),
        copy=handed_on(reply, desk),
    )


def clerk_event(
    reply: Reply, town: TownFace, caller: Caller, desk: Department | None, base: str = ""
) -> dict[str, Any]:
    """Return the stream's last line: the reply's fields and HTML, and the area that stays.

    The trace is left out: the page is as public as the residents'.
    """
    macros: Any = TEMPLATES.get_template("clerk_turn.html").module
    shown = lay_out_for_staff(reply, desk)
    html = str(macros.answered(shown, town, words_in("ja"), _action(base), _hidden(caller)))
    fields = {**reply.as_dict(), "trace": None, "html": html, "stays": caller.area}
    return {"event": "reply", "reply": fields}


def clerk_html(
    town: TownFace,
    caller: Caller,
    base: str = "",
    turn: Turn | None = None,
    desk: Department | None = None,
) -> str:
    """Return the desk's page, with one turn on it where it was asked without scripts."""
    words = words_in("ja")
    name = town.name_in("ja")
    return TEMPLATES.get_template("clerk.html").render(
        action=_action(base),
        area_limit=AREA_LIMIT,
        base=base,
        caller=caller,
        files=f"{base}/static/{VERSION}",
        hidden=_hidden(caller),
        language="ja",
        limit=TEXT_LIMIT,
        name=name,
        script="clerk",
        sheets=("page", "talk", "screens", "clerk"),
        shown=lay_out_for_staff(turn.reply, desk) if turn and turn.reply else None,
        title=f"窓口用 {words['title'].format(town=name)}",
        town=town,
        turn=turn,
        w=words,
    )


def _action(base: str) -> str:
    return f"{base}/?desk=1#log"


def _hidden(caller: Caller) -> dict[str, str]:
    """Return the fields that a choice's form sends along."""
    area = caller.area or ""
    return {"caller": caller.key, "area": area, "held": area}


def _origin(source: Source) -> Origin:
    day = source.updated
    return Origin(
        title=source.title or source.file or source.url or "",
        url=safe_url(source.url),
        updated=f"{day.year}年{day.month}月{day.day}日更新" if day else "更新日の登録なし",
        place=place_in_file(source),
    )
