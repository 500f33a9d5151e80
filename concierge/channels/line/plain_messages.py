"""An answer as plain LINE texts: what is sent where nothing richer is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from concierge.channels.line.counting import cut
from concierge.message import Reply

__all__ = ["plain_messages", "plainly"]

LONGEST = 5000
"""UTF-16 units of a text message."""


def plain_messages(reply: Reply) -> list[dict[str, Any]]:
    """Return a reply as one text message within LINE's limit, its choices as numbered lines."""
    lines = [reply.text]
    if reply.choices:
        lines.append("")
        lines += [f"{number}. {each.text}" for number, each in enumerate(reply.choices, start=1)]
    return [_text("\n".join(lines))]


def plainly(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what messages say as one text message: their texts, or what stands for them."""
    said = [each.get("text") or each.get("altText") for each in messages]
    return [_text("\n\n".join(text for text in said if isinstance(text, str)))]


def _text(text: str) -> dict[str, Any]:
    sound = text.encode("utf-8", "replace").decode()
    return {"type": "text", "text": cut(sound, LONGEST) or "…"}
