"""What one event of LINE says, read leniently: whatever is missing or odd is taken as not said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from concierge.channels.line.envelope import STANDBY, mentionees
from concierge.clock import TOKYO
from concierge.message import Location

__all__ = ["SAY", "Heard", "hear"]

SAY = "say"
"""Our own postbacks carry `say=` and what pressing means, as typed."""
KIND_TEXTS = ("image", "video", "file", "sticker")


@dataclass(frozen=True, slots=True)
class Heard:
    """What an event asks for.

    `kind`: `ask` (put `text` and `place` to the concierge), `listen` (an audio message), `say`
    (answer with the channel's own words `says`), `forget`, `unsend`, or `nothing`.
    """

    kind: str
    text: str = ""
    place: Location | None = None
    says: str = ""
    message_id: str | None = None


NOTHING = Heard("nothing")


def hear(event: Mapping[str, Any]) -> Heard:
    """Return what an event asks for."""
    kind = event.get("type")
    if kind in ("unfollow", "leave"):
        return Heard("forget")
    if kind == "unsend":
        taken_back = _part(event, "unsend").get("messageId")
        return Heard("unsend", message_id=taken_back) if _named(taken_back) else NOTHING
    if event.get("mode") == STANDBY:
        return NOTHING
    if kind == "message":
        return _message(event)
    if kind == "postback":
        return _postback(_part(event, "postback"))
    return Heard("say", says=str(kind)) if kind in ("follow", "join") else NOTHING


def _message(event: Mapping[str, Any]) -> Heard:
    message = _part(event, "message")
    kind = message.get("type")
    if kind == "text" and isinstance(message.get("text"), str):
        return Heard("ask", text=_spoken(event, message["text"]), message_id=_text(message, "id"))
    if kind == "location":
        return _location(message)
    if kind == "audio":
        provider = _part(message, "contentProvider").get("type")
        message_id = message.get("id")
        if provider == "line" and _named(message_id):
            return Heard("listen", says="audio", message_id=message_id)
        return Heard("say", says="audio")
    return Heard("say", says=kind if kind in KIND_TEXTS else "unknown")


def _spoken(event: Mapping[str, Any], text: str) -> str:
    """Return a text without our own name in front of it (`@あさなぎ市 …`), as UTF-16 counts it."""
    units = text.encode("utf-16-le", "surrogatepass")
    for each in sorted(mentionees(event), key=lambda one: -_count(one.get("index"))):
        start, length = _count(each.get("index")), _count(each.get("length"))
        if each.get("isSelf") is not True or length <= 0 or start < 0:
            continue
        name = units[start * 2 : (start + length) * 2]
        if name.startswith("@".encode("utf-16-le")):
            units = units[: start * 2] + units[(start + length) * 2 :]
    return units.decode("utf-16-le", "replace").strip()


def _location(message: Mapping[str, Any]) -> Heard:
    latitude, longitude = (_degrees(message.get(name)) for name in ("latitude", "longitude"))
    if latitude is None or longitude is None:
        return Heard("say", says="location")
    try:
        return Heard("ask", place=Location(latitude, longitude))
    except ValueError:
        return Heard("say", says="location")


def _postback(postback: Mapping[str, Any]) -> Heard:
    """Read a pressed button: ours says what it means; a date that was picked is said as one."""
    params = _part(postback, "params")
    if "newRichMenuAliasId" in params:
        return NOTHING  # a tab of the rich menu was turned: nothing was asked
    data = postback.get("data")
    said = parse_qs(data).get(SAY, [""])[-1] if isinstance(data, str) and len(data) < 1000 else ""
    text = f"{said} {_picked(params)}".strip()
    return Heard("ask", text=text) if text else Heard("say", says="postback")


def _picked(params: Mapping[str, Any]) -> str:
    """Return the date or time that was picked, as one writes it."""
    for name, form in (("datetime", "{0.month}月{0.day}日{0.hour}時{0.minute:02}分"), ("date", "")):
        try:
            moment = datetime.fromisoformat(str(params[name])).replace(tzinfo=TOKYO)
        except (KeyError, ValueError):
            continue
        return (form or "{0.year}年{0.month}月{0.day}日").format(moment)
    found = params.get("time")
    return found if isinstance(found, str) and len(found) <= 5 else ""


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, dict) else {}


def _text(part: Mapping[str, Any], name: str) -> str | None:
    found = part.get(name)
    return found if isinstance(found, str) and found else None


def _named(given: object) -> bool:
    return isinstance(given, str) and bool(given)


def _count(given: object) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) else -1


def _degrees(given: object) -> float | None:
    if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given):
        return float(given)
    return None
