"""A friendly line for a greeting, thanks or goodbye."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.normalize import normalized_key

__all__ = ["handle"]


def handle(request: Request) -> Candidate | None:
    """Return the line for the first kind whose word stands in the message."""
    key = normalized_key(request.understanding.normalized.text)
    for words, line in _lines(request.understanding.typed):
        if any(word in key for word in words):
            town = request.knowledge.municipality
            japanese = request.understanding.typed.startswith("ja")
            name = town.name if japanese else town.name_en or town.name
            text = line.format(town=name)
            return Candidate(text=text, score=1.0)
    return None


@cache
def _lines(language: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    path = Path(__file__).with_name(f"lines.{language}.yaml")
    if not path.is_file():
        path = Path(__file__).with_name("lines.ja.yaml")
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        (tuple(normalized_key(str(word)) for word in each["words"]), str(each["line"]))
        for each in table
    )
