"""Collections as an iCalendar file (RFC 5545) that phones and Outlook subscribe to.

Only certain dates go in: a calendar has no room for doubt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from concierge.waste.calendar import Collection
from concierge.waste.model import Area, WasteData

__all__ = ["render_ics"]

LINE = 75
"""Octets that a line may have, its break not counted (RFC 5545, 3.1)."""
ESCAPES = str.maketrans(
    {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None}
    | {chr(code): None for code in (*range(10), 11, 12, *range(14, 32), 127)}
)


def render_ics(
    data: WasteData, area: Area, collections: Iterable[Collection], stamp: datetime
) -> bytes:
    """Return the calendar of one area: an all-day event for each certain collection.

    `stamp` is when it was made (`DTSTAMP`). UIDs stay the same from one rendering to the next.
    """
    collections = list(collections)
    certain = [found for found in collections if found.date and found.doubt is None]
    left_out = len(collections) - len(certain)
    about = f"{data.title}による収集日です。"
    if left_out:
        about += f"確かではない{left_out}件は入れていません。"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//machi-concierge//waste//JA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(f'{area.full_name} ごみ収集日')}",
        f"X-WR-CALDESC:{_escaped(about)}",
        "X-WR-TIMEZONE:Asia/Tokyo",
    ]
    for found in certain:
        lines += _event(data, area, found, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(data: WasteData, area: Area, found: Collection, stamp: datetime) -> list[str]:
    day = found.date or date.min
    end = day + timedelta(days=1) if day < date.max else day
    label = found.category.label
    namesakes = [c.label for c in data.categories[: found.category.index]].count(label)
    key = "\0".join((data.folder, *area.levels, area.name, label, str(namesakes)))
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:20]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_compact(day)}-{digest}@machi-concierge",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{_compact(day)}",
        f"DTEND;VALUE=DATE:{_compact(end)}",
        f"SUMMARY:{_escaped(found.category.label)}",
    ]
    if found.note:
        lines.append(f"DESCRIPTION:{_escaped(found.note)}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _compact(day: date) -> str:
    return day.isoformat().replace("-", "")


def _escaped(text: str) -> str:
    return text.translate(ESCAPES)


def _folded(line: str) -> bytes:
    """Break a line into pieces of at most 75 octets without cutting a character."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(piece) + len(octets) > LINE:
            pieces.append(piece)
            piece = b" "
        piece += octets
    pieces.append(piece)
    return b"\r\n".join(pieces) + b"\r\n"
