"""Kind words and the right desk for someone who is grieving, poor, alone or angry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.normalize import fold_kana, without_punctuation
from concierge.message import Source
from concierge.municipality import Department

__all__ = ["handle"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of distress: how it is heard, what is said, whose matter it is."""

    name: str
    signs: re.Pattern[str]
    topic: str
    line: str


def handle(request: Request) -> Candidate | None:
    """Return the words for the first kind heard; None where none is."""
    text = without_punctuation(fold_kana(request.understanding.normalized.text))
    kind = next((kind for kind in _kinds() if kind.signs.search(text)), None)
    if kind is None:
        return None
    desk = request.knowledge.municipality.desk_for(kind.topic)
    return Candidate(
        text=_said(kind.line, desk),
        score=1.0,
        slots={"kind": kind.name, "department": desk.name},
        sources=(Source(title=f"{request.knowledge.municipality.name}の窓口案内"),),
    )


def _said(line: str, desk: Department) -> str:
    return line.format(
        desk=desk.name,
        phone=f"（{desk.phone}）" if desk.phone else "",
        hours=f"\n受付時間: {desk.hours}" if desk.hours else "",
    )


@cache
def _kinds() -> tuple[Kind, ...]:
    table = yaml.safe_load(Path(__file__).with_name("kinds.ja.yaml").read_text(encoding="utf-8"))
    return tuple(
        Kind(
            name=str(each["kind"]),
            signs=re.compile(fold_kana("|".join(each["signs"]))),
            topic=str(each["topic"]),
            line=str(each["line"]),
        )
        for each in table
    )
