"""The index of a FAQ in one language: how near each entry is to a question, from six sides.

Words of question and answer together, sounds of the question and of both, characters of the
question, and what question and answer mean; each between 0 and 1, added up with fixed weights.
`benchmarks/retrieval.py` shows what each of them earns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from concierge.faq.analysis import Analysis
from concierge.faq.bm25 import Bm25
from concierge.faq.document import Document, document_of
from concierge.faq.features import candidate_features
from concierge.faq.lexicon import Lexicon
from concierge.faq.meaning import Meaning, damped, in_general, texts_in_general, unadapted
from concierge.faq.nearness import Nearness
from concierge.faq.prepared import Prepared, prepared
from concierge.faq.query import Query, asked, understood
from concierge.faq.ragged import Floats, Indices
from concierge.faq.scope import Scope
from concierge.faq.spelling import Spelling

__all__ = ["SIDES", "Document", "Index", "document_of", "nearest", "training_texts"]

SIDES: Mapping[str, float] = {
    "words": 1.03,
    "question_sounds": 1.1,
    "sounds": 2.29,
    "characters": 0.64,
    "question_meaning": 3.57,
    "answer_meaning": 3.75,
}
"""The sides and their weights: near what coordinate ascent finds, rounded; they matter little."""


LOOKED_AT = 512
"""Documents whose meaning is looked at exactly where there are too many to do so with all."""


class Index:
    """An index of documents; `meaning` None takes the general word vectors.

    `ready` are the documents analysed, where that was done before.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        lexicon: Lexicon,
        meaning: Meaning | None = None,
        town: str = "",
        ready: Prepared | None = None,
    ) -> None:
        ready = ready or prepared(documents)
        words = ready.vocabulary.words
        self.documents = tuple(documents)
        self.compared = ready.compared
        self._lexicon = lexicon
        places = _numbers(words)
        sounds = _numbers(ready.vocabulary.sounds)
        self._words = Bm25(places, ready.words)
        self._question_sounds = Bm25(sounds, ready.question_sounds)
        self._sounds = Bm25(sounds, ready.sounds)
        self._characters = Bm25(_numbers(ready.vocabulary.characters), ready.characters)
        self._spelling = Spelling(ready.spoken, lexicon)
        self.scope = Scope((name for names in ready.named for name in names), places, town)
        rarity = dict(zip(words, self._words.rarity.tolist(), strict=True))
        self.meaning = meaning or unadapted(rarity, self._words.unknown)
        self._wordings = Nearness(self.meaning.texts(words, damped(ready.compared.words)))
        self._answers = Nearness(self.meaning.texts(words, damped(ready.answers)))
        self._general = Nearness(texts_in_general(words, ready.compared.words))

    def query(self, text: str | Analysis) -> Query:
        """Return a question, as typed or from `asked`, ready for `sides`."""
        typed = asked(text) if isinstance(text, str) else text
        return understood(typed, self._lexicon, self._spelling)

    def sides(self, query: Query) -> dict[str, Floats]:
        """Return how near every document is, from each side."""
        meant = self.meaning.vector(_damped(query.words))
        firsts = self.compared.starts[:-1]
        sides = {
            "words": self._words.share(query.words),
            "question_sounds": self._question_sounds.share(query.sounds),
            "sounds": self._sounds.share(query.sounds),
            "characters": self._characters.share(query.text.characters),
            "question_meaning": np.maximum.reduceat(self._wordings.of_all(meant), firsts),
            "answer_meaning": self._answers.of_all(meant),
        }
        if not (self._wordings.is_exact and self._answers.is_exact):
            numbers = nearest(self.near(sides), LOOKED_AT)
            sides["answer_meaning"][numbers] = self._answers.of(numbers, meant)
            wordings = self._wordings.of(self.compared.of(numbers), meant)
            starts = self.compared.starts_of(numbers)[:-1]
            sides["question_meaning"][numbers] = np.maximum.reduceat(wordings, starts)
        return sides

    def features(
        self, query: Query, pool: Sequence[int], sides: Mapping[str, Floats], near: Floats
    ) -> Floats:
        """Return a row of features (see `concierge.faq.features`) for each of some documents."""
        numbers = np.asarray(pool, np.int64)
        wordings = self.compared.some(numbers)
        return candidate_features(query, numbers, wordings, sides, near, self._words)

    def scope_features(
        self,
        query: Query,
        sides: Mapping[str, Floats],
        near: Floats,
        top: Floats,
        without: int | None = None,
    ) -> Floats:
        """Return the numbers that tell whether the question is one for this FAQ."""
        own = in_general(query.own)
        likeness = self._general.of_all(own)
        if not self._general.is_exact:
            likeness = self._general.of(nearest(likeness, LOOKED_AT), own)
        nearest_own = float(likeness.max(initial=0.0))
        return self.scope.features(query, sides, near, top, nearest_own, without)

    def near(self, sides: Mapping[str, Floats]) -> Floats:
        """Return the weighted sum of the sides, 1 at the most."""
        total = sum((np.float32(weight) * sides[name] for name, weight in SIDES.items()))
        return np.asarray(total, np.float32) / np.float32(sum(SIDES.values()))


def nearest(near: Floats, many: int) -> Indices:
    """Return the numbers of the greatest, greatest first; of equal ones the first."""
    if len(near) <= many:
        return np.argsort(-near, kind="stable")
    least = np.partition(near, len(near) - many)[len(near) - many]
    chosen = np.flatnonzero(near >= least)
    return chosen[np.argsort(-near[chosen], kind="stable")][:many]


def training_texts(
    documents: Sequence[Document], ready: Prepared | None = None
) -> tuple[list[dict[str, float]], list[dict[str, float]], dict[str, float], float]:
    """Return what `adapted` takes: questions, answers, rarity of words, and that of unknown ones.

    Each wording is a pair of its own with the answer.
    """
    ready = ready or prepared(documents)
    words = ready.vocabulary.words
    together = Bm25(_numbers(words), ready.words)
    answers = damped(ready.answers).dicts(words)
    of_each = np.repeat(np.arange(len(answers)), np.diff(ready.compared.starts)).tolist()
    questions = damped(ready.compared.words).dicts(words)
    rarity = dict(zip(words, together.rarity.tolist(), strict=True))
    return questions, [answers[number] for number in of_each], rarity, together.unknown


def _numbers(terms: Sequence[str]) -> dict[str, int]:
    return {term: number for number, term in enumerate(terms)}


def _damped(terms: Mapping[str, float]) -> dict[str, float]:
    """Return counts above one as one and their logarithm."""
    return {
        term: 1 + math.log(count) if count > 1 else float(count) for term, count in terms.items()
    }
