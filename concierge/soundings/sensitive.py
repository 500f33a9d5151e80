"""What is never kept as text: violence, suicide, bereavement, health, poverty, belief.

Signs stand in `sensitive.yaml`. They are broad on purpose: a sentence too many costs a wording for
the FAQ, a sentence too few keeps somebody's worst day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.language.normalize import fold_kana, normalize
from concierge.message import Reply, Status

__all__ = ["EMERGENCY_QUIET", "Judgement", "judge"]

EMERGENCY_QUIET = 7
"""Days after an emergency in which nobody is asked for an opinion."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one turn asks of those who keep records.

    `keeps_text`: whether the text may be kept with consent. `quiet`: days without a question.
    `hush`: whether nothing at all is said beside the answer.
    """

    keeps_text: bool
    quiet: int = 0
    hush: bool = False


@dataclass(frozen=True, slots=True)
class _Subject:
    signs: re.Pattern[str]
    judgement: Judgement


def judge(text: str, reply: Reply) -> Judgement:
    """Judge one turn by what was typed, how it was answered and what it was about."""
    if reply.status is Status.EMERGENCY:
        return Judgement(False, EMERGENCY_QUIET, True)
    intents, subjects = _rules()
    named = {reply.intent, *(need.intent for need in reply.needs)}
    found = [judgement for name, judgement in intents.items() if name in named]
    read = "\n".join((text, *reply.topics, str(reply.slots.get("department") or "")))
    folded = fold_kana(normalize(read).text)
    found += [subject.judgement for subject in subjects if subject.signs.search(folded)]
    return Judgement(
        keeps_text=all(each.keeps_text for each in found),
        quiet=max((each.quiet for each in found), default=0),
        hush=any(each.hush for each in found),
    )


@cache
def _rules() -> tuple[Mapping[str, Judgement], tuple[_Subject, ...]]:
    path = Path(__file__).with_name("sensitive.yaml")
    table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    subjects = tuple(
        _Subject(re.compile(fold_kana("|".join(each["signs"]))), _judgement(each))
        for each in table["subjects"].values()
    )
    return {str(name): _judgement(each) for name, each in table["intents"].items()}, subjects


def _judgement(entry: Mapping[str, Any]) -> Judgement:
    return Judgement(
        keeps_text=bool(entry.get("keeps_text", False)),
        quiet=int(entry["quiet"]),
        hush=bool(entry.get("hush", False)),
    )
