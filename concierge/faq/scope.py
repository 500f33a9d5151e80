"""What tells whether a question is one for this town's FAQ at all.

Other municipalities' services, small talk, shops, weather, medicine and the like are found by what
is said, and by how near a question is in meaning to `out_of_scope.tsv`, examples of ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from concierge.faq.analysis import analysed
from concierge.faq.features import ASKED, DONE, kinds_of
from concierge.faq.meaning import in_general
from concierge.faq.morphology import Word
from concierge.faq.query import Query
from concierge.faq.ragged import Floats

__all__ = [
    "SCOPE_NAMES",
    "Scope",
    "examples",
    "nearest_kind",
    "other_places",
    "places_named",
]

EXAMPLES = Path(__file__).with_name("out_of_scope.tsv")
NEAREST = 3
"""Examples whose likeness is averaged."""
PLACE = "地名"
PERSON = "人名"
"""Sudachi takes some towns (池田, 吉田) for people; before 市 they are towns."""
GOVERNED = re.compile("[市区町村県府都]")
MOVING = re.compile(
    "から|より|へ|に(?:引|越|転|移|行|住)|(?:引っ?越|転入|転出|転勤|移住|住所|出身|本籍|里帰り|実家)"
)
OFTEN = 0.02
"""Share of the entries from which on a place that is named in them is the town's own."""
SCOPE_NAMES = (
    "near", "above_rest", "words", "question_meaning", "answer_meaning", "own_words_in_question",
    "question_words_in_all", "likeness", "known_share", "few_words", "many_words", "asks", "does",
    "outside", "outside_over_inside", "other_place", "spread",
)  # fmt: skip


class Scope:
    """What one town's FAQ knows about, and how its questions differ from all others."""

    def __init__(self, named: Iterable[str], known: Container[str], town: str = "") -> None:
        self._known = known
        times = Counter(named)
        cities = Counter({name: n for name, n in times.items() if name[-1] in "市区"})
        self._own = {name for name in times if name[-1] not in "市区"}
        self._own.update(name for name, _ in cities.most_common(1))
        self._own.add(town)

    def features(
        self,
        query: Query,
        sides: Mapping[str, Floats],
        near: Floats,
        top: Floats,
        own_likeness: float,
        without: int | None = None,
    ) -> Floats:
        """Return the numbers of `SCOPE_NAMES`.

        `top` are the features of the best candidate, `own_likeness` is the likeness in general
        meaning to the town's nearest question; `without` leaves one example out (in training).
        """
        known = self._known_share(query)
        outside = outside_likeness(query.own, without)
        best = float(near.max(initial=0.0))
        places = (len(near) - 60, len(near) - 10)
        rest = np.partition(near, places)[slice(*places)] if len(near) > 60 else near
        words = len([word for word in query.own.values() if word])
        return np.array(
            [
                best,
                best - float(rest.mean()) if len(rest) else 0.0,
                float(sides["words"].max(initial=0.0)),
                float(sides["question_meaning"].max(initial=0.0)),
                float(sides["answer_meaning"].max(initial=0.0)),
                float(top[6]),
                float(top[9]),
                float(top[10]),
                known,
                1.0 if words <= 1 else 0.0,
                min(1.0, words / 12),
                1.0 if kinds_of(query.heard, ASKED) else 0.0,
                1.0 if kinds_of(query.heard, DONE) else 0.0,
                outside,
                outside - own_likeness,
                1.0 if self.other_place(query) else 0.0,
                float(near.std()) if len(near) else 0.0,
            ],
            np.float32,
        )

    def _known_share(self, query: Query) -> float:
        """Return the share of the question's own words that stand anywhere in the FAQ."""
        words = [word for word, weight in query.own.items() if weight]
        return sum(word in self._known for word in words) / len(words) if words else 0.0

    def other_place(self, query: Query) -> str | None:
        """Return the municipality elsewhere whose service is asked for, None where none is."""
        words = [word for token in query.text.tokens for word in token.words]
        others = (name for name in other_places(words, query.text.folded) if name not in self._own)
        return next(others, None)


def other_places(words: Sequence[Word], text: str) -> list[str]:
    """Return the municipalities that a question names as those whose service is wanted.

    「神戸から引っ越してくる」 names none: where one comes from or goes to is not asked.
    """
    return [] if MOVING.search(text) else places_named(words, text)


def places_named(words: Sequence[Word], text: str) -> list[str]:
    """Return the municipalities, and parts of one, that a text names with their kind (尼崎市)."""
    found: list[str] = []
    for word in words:
        kind = GOVERNED.match(text[word.end :])
        if kind and (word.detail == PLACE or (word.detail == PERSON and kind[0] == "市")):
            found.append(word.surface + kind[0])
    return found


@cache
def examples() -> tuple[tuple[str, str], ...]:
    """Return the examples as (kind, question)."""
    lines = EXAMPLES.read_text(encoding="utf-8").splitlines()
    split = (line.partition("\t") for line in lines if line and not line.startswith("#"))
    return tuple((kind, question) for kind, _, question in split)


@cache
def _example_vectors() -> Floats:
    return np.stack([in_general(analysed(text).words) for _, text in examples()])


def nearest_kind(words: Mapping[str, float]) -> tuple[str, float]:
    """Return the kind of the example that is nearest in meaning, and how near it is."""
    likeness = np.vecdot(_example_vectors(), in_general(words))
    best = int(likeness.argmax())
    return examples()[best][0], float(likeness[best])


def outside_likeness(words: Mapping[str, float], without: int | None = None) -> float:
    """Return how near words are in meaning to the nearest examples."""
    likeness = np.vecdot(_example_vectors(), in_general(words))
    if without is not None:
        likeness[without] = -1.0
    return float(np.sort(likeness)[-NEAREST:].mean())
