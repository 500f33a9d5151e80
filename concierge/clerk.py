"""For a member of staff who answers a caller: whom to put through to, what to read out or hand on.

The terminal (`concierge chat --desk`) and the web chat (`/?desk=1`) show the same things in their
own form. Nothing here knows who the caller is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace

from concierge.knowledge import Knowledge
from concierge.message import Choice, Need, Reply, Source, Status
from concierge.municipality import Department

__all__ = [
    "STATUSES",
    "aloud",
    "area_after",
    "area_meant",
    "handed_on",
    "offered",
    "place_in_file",
    "put_through",
    "read_aloud",
    "without_source",
]

STATUSES = {
    Status.ANSWERED: "回答",
    Status.CLARIFY: "聞き返し",
    Status.SUGGEST: "候補",
    Status.ABSTAIN: "該当なし",
    Status.EMERGENCY: "緊急",
}
"""How staff call the ways a turn ends."""

_SOURCE = re.compile(r"\s*出典\s*[:：]")
_NUMBERED = re.compile(r"\s*[0-9０-９]{1,2}\s*[.．)）、]")
_AT_ONCE = 40
_OPENING, _CLOSING = "「『（(【〈《", "」』）)】〉》"
_MORE = "くわしく"
_KEEPS = re.compile(r"を(?:自宅|実家)として覚えて$|^Remember .+ as my (?:parents' )?home$")


def put_through(reply: Reply, knowledge: Knowledge) -> Department | None:
    """Return the desk that a reply is the matter of; None where that is not known.

    The desk of the FAQ entry comes first, with the entry's own number where it has one; then the
    desk that the reply names; then the one whose name or topics the matter belongs to.
    """
    desks = {desk.name: desk for desk in knowledge.municipality.departments}
    for entry in knowledge.faq if reply.answer_id is not None else ():
        if entry.id == reply.answer_id and entry.department:
            desk = desks.get(entry.department, Department(entry.department))
            return replace(desk, phone=entry.phone) if entry.phone else desk
    for name in (reply.slots.get("department"), *reply.topics):
        if isinstance(name, str) and name in desks:
            return desks[name]
    for topic in reply.topics:
        for desk in desks.values():
            if topic in desk.topics:
                return desk
    return None


def area_meant(area: str | None, text: str, areas: Collection[str]) -> str | None:
    """Return the area that a question is asked with: as given, or None where it is blank.

    A text that is one of the town's `areas` whole, chosen while the area given is none of them,
    sets that right: 「本町」 was given, and 「海岸地区本町」 of two is chosen.
    """
    area = (area or "").strip() or None
    if area is not None and area not in areas and text.strip() in areas:
        return text.strip()
    return area


def area_after(area: str | None, reply: Reply, areas: Collection[str]) -> str | None:
    """Return the area that stays for the caller's next question.

    An area given stays. Where none was, or one that fits several of `areas` (full names), the one
    area that the answer is about takes its place.
    """
    told = _full_name(reply.slots.get("area"), areas)
    if reply.status is not Status.ANSWERED or told is None or area in areas:
        return area
    return told if area is None or _plain(area) in _plain(told) else area


def offered(reply: Reply) -> tuple[tuple[int, Choice], ...]:
    """Return the choices that help a caller, each with the number that typing it takes.

    Details stand open anyway, and nothing is kept for a caller's next time.
    """
    return tuple(
        (number, choice)
        for number, choice in enumerate(reply.choices, 1)
        if not (reply.details and choice.text == _MORE) and not _KEEPS.search(choice.text)
    )


def aloud(text: str) -> str:
    """Return the text with one sentence a line, to be read out; brackets are never broken."""
    return "\n".join(
        line if _SOURCE.match(line) or _NUMBERED.match(line) else _sentences(line)
        for line in text.split("\n")
    )


def read_aloud(reply: Reply) -> Reply:
    """Return the reply with its text and details as `aloud` has them; a short first line is kept."""
    return replace(
        reply,
        text=_headed(reply.text),
        details=aloud(reply.details) if reply.details else None,
        needs=tuple(_need_aloud(need) for need in reply.needs),
    )


def without_source(reply: Reply) -> str:
    """Return the reply's text without its last lines that name the source."""
    told, gap, tail = reply.text.rpartition("\n\n")
    return told if gap and _SOURCE.match(tail) and reply.sources else reply.text


def place_in_file(source: Source) -> str | None:
    """Return where in the town's folder a source stands: 「faq/shimin.yaml 4行目」."""
    if source.file is None:
        return None
    return source.file if source.row is None else f"{source.file} {source.row}行目"


def handed_on(reply: Reply, department: Department | None) -> str:
    """Return the whole answer as plain text, to be put into a mail or a note.

    Text, cards, details, sources with date and address, and the desk: nothing of who asked.
    """
    parts = [without_source(reply)]
    for card in reply.cards:
        rows = [f"{row.label}: {row.value}" for row in card.rows]
        parts.append("\n".join([f"■ {card.title}", *rows, *([card.note] if card.note else [])]))
    if reply.details:
        parts.append(reply.details)
    last = [_named(source) for source in reply.sources]
    if department is not None:
        desk = (department.name, department.phone, department.hours)
        last.append("担当: " + " ".join(part for part in desk if part))
    parts.append("\n".join(dict.fromkeys(last)))
    return "\n\n".join(part for part in parts if part)


def _named(source: Source) -> str:
    day = source.updated
    when = f"（{day.year}年{day.month}月{day.day}日更新）" if day else ""
    return f"出典: {source.title}{when}" + (f" {source.url}" if source.url else "")


def _need_aloud(need: Need) -> Need:
    return replace(need, text=_headed(need.text))


def _headed(text: str) -> str:
    """Keep a first line that is short enough to be said, and seen, at once."""
    first, gap, rest = text.partition("\n")
    return (first if len(first) <= _AT_ONCE else aloud(first)) + gap + aloud(rest)


def _sentences(line: str) -> str:
    pieces: list[str] = []
    depth = 0
    for place, character in enumerate(line):
        pieces.append(character)
        depth = max(0, depth + (character in _OPENING) - (character in _CLOSING))
        if character in "。！？" and not depth and line[place + 1 :].strip():
            pieces.append("\n")
    return "".join(pieces)


def _full_name(area: object, areas: Collection[str]) -> str | None:
    """Return the one full name that an answer's area stands for, None where it may be several."""
    if not isinstance(area, str) or not area:
        return None
    if area in areas:
        return area
    ending = [name for name in areas if name.endswith(area)]
    return ending[0] if len(ending) == 1 else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
