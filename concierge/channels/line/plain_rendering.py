"""A reply as one plain LINE text: what is sent where nothing richer may be."""

from __future__ import annotations

from typing import Any

from concierge.message import Reply

__all__ = ["render"]

LONGEST = 5000
"""UTF-16 units of a text message."""


def render(reply: Reply) -> list[dict[str, Any]]:
    """Return one text message, cut at LINE's limit; the choices as numbered lines."""
    lines = [reply.text]
    if reply.choices:
        lines.append("")
        lines += [f"{number}. {each.text}" for number, each in enumerate(reply.choices, start=1)]
    units = "\n".join(lines).encode("utf-16-le", "replace")[: LONGEST * 2]
    return [{"type": "text", "text": units.decode("utf-16-le", "ignore") or "…"}]
