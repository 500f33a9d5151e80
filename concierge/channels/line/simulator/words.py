"""A LINE message in words, for a terminal: what is read, and what can be pressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["in_words"]

NAMES = {
    "sticker": "スタンプ",
    "image": "写真",
    "video": "動画",
    "audio": "音声",
    "file": "ファイル",
    "imagemap": "画像",
}


def in_words(message: Mapping[str, Any]) -> str:
    """Return a message as lines of text: 「［電話する］tel:119」 is a button."""
    kind = message.get("type")
    if kind == "text":
        lines = [str(message.get("text", ""))]
    elif kind in ("flex", "template"):
        lines = [str(message.get("altText", "")), *_buttons(message)]
    elif kind == "location":
        lines = [f"📍 {message.get('title')} {message.get('address')}"]
    else:
        lines = [f"（{NAMES.get(str(kind), kind)}）"]
    items = message.get("quickReply", {}).get("items", [])
    if items:
        lines.append(" ".join(f"［{item['action'].get('label')}］" for item in items))
    return "\n".join(lines)


def _buttons(message: Mapping[str, Any]) -> list[str]:
    """Return what opens an address; what sends a text stands among the quick replies."""
    contents = message.get("contents") or message.get("template")
    return [
        f"［{action.get('label', '')}］{action['uri']}"
        for action in _actions(contents)
        if action.get("type") == "uri"
    ]


def _actions(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if isinstance(value.get("action"), Mapping):
            yield value["action"]
        for inner in value.values():
            yield from _actions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _actions(inner)
