"""Emergencies: recognised by rules, offline, before anything else, and never overridden.

Nothing here can fail at run time for want of a file or a network: the rules are read once at
start-up from `ja.yaml` beside this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from concierge.language.normalize import fold_kana, normalize, without_punctuation
from concierge.message import Reply, Source, Status

__all__ = ["Emergency", "emergency_in", "emergency_reply"]

SOURCE = Source(title="消防庁・警察庁の案内（119番・110番）")


@dataclass(frozen=True, slots=True)
class Emergency:
    """One kind of emergency: its name, the number to call and what is said."""

    kind: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class _Rule:
    emergency: Emergency
    always: re.Pattern[str]
    signs: re.Pattern[str]


def emergency_in(text: str) -> Emergency | None:
    """Return the emergency a message tells of, None where it tells of none."""
    folded = without_punctuation(fold_kana(normalize(text).text))
    unless, rules = _rules()
    elsewhere = unless.search(folded) is not None
    for rule in rules:
        if not elsewhere and (rule.always.search(folded) or rule.signs.search(folded)):
            return rule.emergency
        if elsewhere and (found := rule.always.search(folded)) and _apart(unless, folded, found):
            return rule.emergency
    return None


def emergency_reply(emergency: Emergency) -> Reply:
    """Return what is said in an emergency."""
    return Reply(
        status=Status.EMERGENCY,
        text=emergency.text,
        slots={"emergency_kind": emergency.kind, "number": emergency.number},
        engine="safety",
        confidence=1.0,
        sources=(SOURCE,),
    )


def _apart(unless: re.Pattern[str], folded: str, sign: re.Match[str]) -> bool:
    """Tell whether a sure sign stands apart from the words that would explain it away.

    「火事で燃えた家具の処分」 is about furniture; 「ごみを捨てていたら母が倒れた」 is not about
    garbage: there the sign comes last.
    """
    return all(word.end() <= sign.start() for word in unless.finditer(folded))


@cache
def _rules() -> tuple[re.Pattern[str], tuple[_Rule, ...]]:
    table = yaml.safe_load((Path(__file__).parent / "ja.yaml").read_text(encoding="utf-8"))
    unless = re.compile(_folded(re.sub(r"\s+", "", str(table["unless"]))))
    return unless, tuple(
        _Rule(
            emergency=Emergency(str(kind), str(entry["number"]), str(entry["text"]).strip()),
            always=_union(entry.get("always", ())),
            signs=_union(entry.get("signs", ())),
        )
        for kind, entry in table["kinds"].items()
    )


def _union(patterns: object) -> re.Pattern[str]:
    listed = [str(each) for each in patterns] if isinstance(patterns, list | tuple) else []
    return re.compile("|".join(f"(?:{_folded(each)})" for each in listed) or r"(?!)")


def _folded(pattern: str) -> str:
    return fold_kana(pattern)
