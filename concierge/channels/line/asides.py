"""What stands beside an answer, on LINE: a small text after it, and buttons above the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from concierge.channels.line.bubbles import MESSAGE_TEXT, clean
from concierge.channels.line.counting import cut, utf16
from concierge.channels.line.outbound import QUICK_REPLIES, TEXT
from concierge.message import Aside, Choice

__all__ = ["with_asides"]

MOST_MESSAGES = 5
LABEL = 20


def with_asides(
    messages: Sequence[dict[str, Any]], asides: Sequence[Aside]
) -> list[dict[str, Any]]:
    """Return an answer's messages with what stands beside it, at most five.

    The buttons of the answer come first; where there is no room for all, those that can be typed
    from the answer's own list give way. A question lists its answers, for those who see no buttons.
    """
    told = [dict(each) for each in messages]
    pressed: list[Choice] = []
    for aside in asides:
        text = _text(aside)
        if text and len(told) >= MOST_MESSAGES:
            continue
        pressed += aside.choices
        if text:
            items = _taken_off(told)
            told.append({"type": "text", "text": cut(text, TEXT)})
            _put_on(told, items)
    if pressed:
        made = [_item(choice) for choice in pressed if _sendable(choice)][:QUICK_REPLIES]
        _put_on(told, [*_taken_off(told)[: QUICK_REPLIES - len(made)], *made])
    return told


def _text(aside: Aside) -> str:
    text = clean(aside.text)
    if not text or aside.kind == "notice" or not aside.choices:
        return text
    return "\n".join([text, *(f"・{_label(each)}" for each in aside.choices if _sendable(each))])


def _sendable(choice: Choice) -> bool:
    """Say whether LINE takes a choice's text; one beside an answer has no number to send instead."""
    return clean(choice.text) == choice.text != "" and utf16(choice.text) <= MESSAGE_TEXT


def _item(choice: Choice) -> dict[str, Any]:
    action = {"type": "message", "label": cut(_label(choice), LABEL), "text": choice.text}
    return {"type": "action", "action": action}


def _label(choice: Choice) -> str:
    return clean(choice.label).replace("\n", " ") or choice.text


def _taken_off(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = told[-1].pop("quickReply", {}).get("items", [])
    return items


def _put_on(told: list[dict[str, Any]], items: list[dict[str, Any]]) -> None:
    if items:
        told[-1]["quickReply"] = {"items": items}
