"""What one turn tells about needs: topic, outcome and how it came about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from concierge.clerk import put_through
from concierge.knowledge import Knowledge
from concierge.message import Message, Reply, Status

__all__ = [
    "EMERGENCY",
    "OTHER",
    "TALK",
    "Turn",
    "first_id",
    "slots_kept",
    "topic_of",
    "town_level",
]

OTHER = "分類できないもの"
"""The topic of what no desk and no answer could be found for."""
TALK = "あいさつなど"
"""The topic of greetings and words to the conversation itself; no need, and in no report."""
EMERGENCY = "緊急の案内"
KINDS = {
    "sea": "海",
    "fire": "火事",
    "gas": "ガス",
    "poison": "中毒",
    "child": "子どもの急変",
    "child_abuse": "児童虐待",
    "violence": "暴力",
    "ambulance": "救急",
    "sexual_violence": "性暴力",
    "suicide": "自殺",
    "police": "事件・事故",
    "disaster": "災害",
    "cannot_phone": "電話できない",
}
KEPT_SLOTS = ("category", "item", "department", "date", "kind")
"""Slots whose values come from the town's data, not from what was typed."""
LONGEST_VALUE = 40
BELOW_TOWN = re.compile(
    r"[\d一二三四五六七八九十・～〜~、,\-]*(?:丁目|番地?|組|班|区域).*$|[\d(（].*$"
)
HOURS_SHIFT = 40
"""Bits of a turn's number that are random; above them stands the hour since 1970."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as it is handed to the log.

    `resident` is the channel's key, None where nothing may be kept under a pseudonym; the log
    stores only its pseudonym. `text` is what was typed where it may be kept: it is redacted before
    it is written. `message` is the channel's own id of the message, for unsending.
    """

    number: int
    at: datetime
    channel: str
    topic: str
    outcome: str
    resident: str | None = None
    publish: bool = False
    language: str = "ja"
    area: str | None = None
    intent: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    engine: str | None = None
    answer_id: str | None = None
    confidence: float = 0.0
    milliseconds: float = 0.0
    text: str | None = None
    message: str | None = None


def first_id(day: date, hour: int = 0) -> int:
    """Return the least number that a turn of this hour can have."""
    return ((day.toordinal() - 719_163) * 24 + hour) << HOURS_SHIFT


def topic_of(reply: Reply, knowledge: Knowledge) -> str:
    """Name what a turn was about in the town's own words, never the resident's."""
    if reply.status is Status.EMERGENCY:
        kind = KINDS.get(str(reply.slots.get("emergency_kind")))
        return f"{EMERGENCY}（{kind}）" if kind else EMERGENCY
    if reply.engine == "conversation" or reply.intent in ("small_talk", "home_area"):
        return TALK
    if reply.topics:
        return reply.topics[0]
    desk = put_through(reply, knowledge)
    if desk is not None and desk.name != knowledge.municipality.reception.name:
        return desk.name
    return OTHER


def slots_kept(message: Message, reply: Reply) -> dict[str, str]:
    """Return the slots worth keeping: values of the town's data, short, nothing typed."""
    return {
        name: str(value)
        for name in KEPT_SLOTS
        if isinstance(value := reply.slots.get(name), str | int | date)
        and not isinstance(value, bool)
        and len(str(value)) <= LONGEST_VALUE
    }


def town_level(area: object) -> str | None:
    """Return the name of a town (町・字) without anything below it, None where that is unclear."""
    if not isinstance(area, str) or not area.strip():
        return None
    return BELOW_TOWN.sub("", area.strip()).strip(" 　") or None
