"""What is read of a delivery before it is acknowledged: the ids, event by event, and nothing else.

An event that is not understood never costs the others: new types, modes, properties and message
types appear without notice. What needs no action and must not be kept is left out here: a group's
talk that is not addressed to us, and what comes while another module has the conversation.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from concierge.storage.inbox import Arrival

__all__ = ["STANDBY", "arrivals", "lane_of", "mentionees", "mentions_us", "source_of"]

STANDBY = "standby"
KEPT_IN_STANDBY = ("unfollow", "unsend", "leave")
"""Events that only erase: they count whoever has the conversation."""
SHARED = ("group", "room")
LONGEST_ID, LONGEST_KIND = 128, 60
LATEST = 2**53


def arrivals(body: bytes, secret: bytes) -> list[Arrival]:
    """Return the events of a delivery that are to be kept. Raises `ValueError` where it is no JSON.

    `secret` keys the pseudonyms.
    """
    try:
        delivery = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    events = delivery.get("events") if isinstance(delivery, dict) else None
    if not isinstance(events, list):
        return []
    alone = len(events) == 1
    return [
        _arrival(event, body if alone else _by_itself(event), secret)
        for event in events
        if isinstance(event, dict) and _wanted(event)
    ]


def source_of(event: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the kind (`user`, `group`, `room`) and id of the talk an event belongs to."""
    source = event.get("source")
    if not isinstance(source, dict):
        return None
    for kind in ("group", "room", "user"):
        found = source.get(f"{kind}Id")
        if isinstance(found, str) and found and source.get("type") in (kind, None):
            return kind, found
    found = source.get("userId")
    return ("user", found) if isinstance(found, str) and found else None


def lane_of(event: Mapping[str, Any], secret: bytes) -> str | None:
    """Return the pseudonym of the resident or group, None where LINE does not say who it is."""
    source = source_of(event)
    if source is None:
        return None
    told = f"line:{source[0]}:{source[1]}".encode("utf-8", "surrogatepass")
    return hmac.digest(secret, told, "sha256").hex()[:40]


def mentions_us(event: Mapping[str, Any]) -> bool:
    """Tell whether a message names this account (`mention.mentionees[].isSelf`)."""
    return any(each.get("isSelf") is True for each in mentionees(event))


def mentionees(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield who a message names."""
    message = event.get("message")
    mention = message.get("mention") if isinstance(message, dict) else None
    named = mention.get("mentionees") if isinstance(mention, dict) else None
    if isinstance(named, list):
        yield from (each for each in named if isinstance(each, dict))


def _wanted(event: Mapping[str, Any]) -> bool:
    kind = event.get("type")
    if event.get("mode") == STANDBY:
        return kind in KEPT_IN_STANDBY
    if kind == "message":
        source = event.get("source")
        if isinstance(source, dict) and source.get("type") in SHARED:
            return mentions_us(event)
    return True


def _arrival(event: Mapping[str, Any], body: bytes, secret: bytes) -> Arrival:
    message = event.get("unsend" if event.get("type") == "unsend" else "message")
    message_id = message.get("id", message.get("messageId")) if isinstance(message, dict) else None
    context = event.get("deliveryContext")
    event_id = _id(event.get("webhookEventId")) or _digest(event)
    return Arrival(
        event_id=event_id,
        lane=lane_of(event, secret) or event_id,
        occurred=_timestamp(event.get("timestamp")),
        kind=_kind(event, message),
        message_id=_id(message_id),
        redelivered=isinstance(context, dict) and context.get("isRedelivery") is True,
        body=body,
    )


def _by_itself(event: Mapping[str, Any]) -> bytes:
    """Return an event as if it were delivered alone, so that no row holds another's words."""
    return json.dumps({"events": [event]}, separators=(",", ":")).encode()


def _kind(event: Mapping[str, Any], message: object) -> str:
    """Return the event's type, with the message's: `message.text`."""
    name = str(event.get("type"))
    if name == "message" and isinstance(message, dict):
        name = f"message.{message.get('type')}"
    return name[:LONGEST_KIND].encode("ascii", "replace").decode()


def _timestamp(given: object) -> int:
    if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given < LATEST:
        return int(given)
    return int(time.time() * 1000)


def _id(given: object) -> str | None:
    """Return an id as it is kept; one that is too long or odd as its digest."""
    if not isinstance(given, str) or not given:
        return None
    return given if len(given) <= LONGEST_ID and given.isascii() else _digest(given)


def _digest(value: object) -> str:
    told = json.dumps(value, sort_keys=True)
    return "sha256:" + hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
