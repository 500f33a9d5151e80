"""What kind of question nothing answered, so that it is declined with the right sentence and desk.

Another municipality's services, small talk, abuse, medicine, law, the state's politics, and orders
to the program itself are told by signs (`declining.yaml`) and by likeness to `out_of_scope.tsv`.
Where that is in doubt a question counts as one for the town hall, and a desk is named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.faq.analysis import analysed
from concierge.faq.scope import nearest_kind, other_places
from concierge.faq.search import Hit
from concierge.language.normalize import fold_kana, normalized_key
from concierge.municipality import Department, Municipality

__all__ = ["Declined", "declined", "desk_among", "desk_of_matter"]

LIKE_ENOUGH = 0.62
"""Likeness to the nearest example from which on its kind is taken."""
OURS = 0.5
"""Score of the nearest FAQ from which on a question is taken for one to the town hall."""
HARDLY_OURS, LIKE_ALMOST = 0.25, 0.48
"""The score below which less likeness is enough, and how much."""
ASKED = 5
"""Nearest entries whose desks are counted."""
ELSEWHERE = "市区県府都"
"""What the name of another municipality ends in; a 町 may be a part of this one."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Why nothing was answered: a kind that has its own sentence (`declined_…` of `says`)."""

    kind: str
    desk: Department
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    signs: re.Pattern[str]
    without: re.Pattern[str]
    topics: tuple[str, ...]
    examples: frozenset[str]


def declined(text: str, town: Municipality, nearest: Sequence[Hit]) -> Declined | None:
    """Return why a question is none for the town hall; None where it may be one."""
    typed = analysed(text)
    words = [word for token in typed.tokens for word in token.words]
    own = (town.name, town.prefecture)
    places = [name for name in other_places(words, typed.folded) if name[-1] in ELSEWHERE]
    elsewhere = [name for name in places if not any(each and name in each for each in own)]
    if elsewhere and town.name not in text:
        return Declined("other_town", town.reception, "".join(dict.fromkeys(elsewhere)))
    said = fold_kana(text)
    for name, kind in _kinds().items():
        if kind.signs.search(said) and not kind.without.search(said):
            return Declined(name, _desk(town, kind.topics))
    score = nearest[0].score if nearest else 0.0
    if score >= OURS or desk_of_matter(text, town) is not None:
        return None
    like, likeness = nearest_kind(typed.words)
    if likeness < (LIKE_ENOUGH if score >= HARDLY_OURS else LIKE_ALMOST):
        return None
    for name, kind in _kinds().items():
        if like in kind.examples and not kind.without.search(said):
            return Declined(name, _desk(town, kind.topics))
    return None


def desk_of_matter(text: str, town: Municipality) -> Department | None:
    """Return the desk for what town halls deal with (`matters.yaml`), by the longest word said."""
    key = normalized_key(text)
    for word, topics in _matters():
        if word in key:
            desk = _desk(town, topics)
            if desk != town.reception:
                return desk
    return None


def desk_among(nearest: Sequence[Hit], town: Municipality) -> Department | None:
    """Return the desk that most of the nearest entries belong to, None where there is none."""
    votes: dict[str, float] = defaultdict(float)
    for place, hit in enumerate(nearest[:ASKED]):
        if hit.entry.department:
            votes[hit.entry.department] += hit.score / (1 + place)
    named = {desk.name: desk for desk in town.departments}
    return next(
        (named[name] for name in sorted(votes, key=lambda n: -votes[n]) if name in named), None
    )


def _desk(town: Municipality, topics: Sequence[str]) -> Department:
    desks = (town.desk_for(topic) for topic in topics)
    return next((desk for desk in desks if desk != town.reception), town.reception)


@cache
def _kinds() -> Mapping[str, _Kind]:
    table: Any = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {
        name: _Kind(
            signs=_any_of(each.get("signs")),
            without=_any_of(each.get("without")),
            topics=tuple(each.get("topics", ())),
            examples=frozenset(each.get("examples", ())),
        )
        for name, each in table.items()
    }


@cache
def _matters() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return words and the topics of their desks, the longest words first."""
    path = Path(__file__).with_name("matters.yaml")
    table: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = [
        (normalized_key(str(word)), tuple(each["topics"]))
        for each in table
        for word in each["words"]
    ]
    return tuple(sorted(found, key=lambda each: -len(each[0])))


def _any_of(signs: Sequence[str] | None) -> re.Pattern[str]:
    return re.compile(fold_kana("|".join(signs)) if signs else r"(?!)", re.IGNORECASE)
