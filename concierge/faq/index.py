"""The index of a FAQ in one language: how near each entry is to a question, from six sides.

Words of question and answer together, sounds of the question and of both, characters of the
question, and what question and answer mean; each between 0 and 1, added up with fixed weights.
`benchmarks/retrieval.py` shows what each of them earns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from concierge.faq.analysis import analysed
from concierge.faq.bm25 import Bm25, Counts
from concierge.faq.features import Wording, candidate_features
from concierge.faq.lexicon import Lexicon
from concierge.faq.meaning import Meaning, unadapted
from concierge.faq.model import Entry
from concierge.faq.morphology import Token
from concierge.faq.query import Query, understood
from concierge.faq.scope import Scope, meaning_in_general, places_named
from concierge.faq.spelling import Spelling
from concierge.faq.vectors import DIMENSIONS, Floats

__all__ = ["SIDES", "Document", "Index", "document_of", "training_texts"]

SIDES: Mapping[str, float] = {
    "words": 1.03,
    "question_sounds": 1.1,
    "sounds": 2.29,
    "characters": 0.64,
    "question_meaning": 3.57,
    "answer_meaning": 3.75,
}
"""The sides and their weights: near what coordinate ascent finds, rounded; they matter little."""


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as it is searched in one language; `wordings` begins with its question."""

    entry: Entry
    wordings: tuple[str, ...]
    answer: str


class Index:
    """An index of documents; `meaning` None takes the general word vectors."""

    def __init__(
        self,
        documents: Sequence[Document],
        lexicon: Lexicon,
        meaning: Meaning | None = None,
        town: str = "",
    ) -> None:
        self.documents = tuple(documents)
        self._lexicon = lexicon
        texts = _Texts(self.documents)
        self._first = np.asarray(texts.first, np.int64)
        self._words = Bm25(texts.words)
        self._question_sounds = Bm25(texts.question_sounds)
        self._sounds = Bm25(texts.sounds)
        self._characters = Bm25(texts.characters)
        self._spelling = Spelling(texts.tokens, lexicon)
        self._compared = texts.compared
        self.meaning = meaning or unadapted(self._words.rarity, self._words.unknown)
        self._wordings = self._vectors(texts.wording_words)
        self.scope = Scope(texts.named, self._words.rarity, town)
        self._general = np.stack(
            [meaning_in_general(words) for words in texts.wording_words]
        ).astype(np.float16)
        self._answers = self._vectors(texts.answer_words)

    def _vectors(self, texts: Sequence[Mapping[str, float]]) -> Floats:
        vectors = [self.meaning.vector(_damped(text)) for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, DIMENSIONS), np.float32)

    def query(self, text: str) -> Query:
        """Return a question ready for `sides`."""
        return understood(text, self._lexicon, self._spelling)

    def sides(self, query: Query) -> dict[str, Floats]:
        """Return how near every document is, from each side."""
        meant = self.meaning.vector(_damped(query.words))
        wordings = np.maximum.reduceat(np.vecdot(self._wordings, meant), self._first)
        return {
            "words": _share(self._words, query.words),
            "question_sounds": _share(self._question_sounds, query.sounds),
            "sounds": _share(self._sounds, query.sounds),
            "characters": _share(self._characters, query.text.characters),
            "question_meaning": wordings,
            "answer_meaning": np.vecdot(self._answers, meant),
        }

    def features(
        self, query: Query, pool: Sequence[int], sides: Mapping[str, Floats], near: Floats
    ) -> Floats:
        """Return a row of features (see `concierge.faq.features`) for each of some documents."""
        wordings = [self._compared[number] for number in pool]
        return candidate_features(query, query.heard, pool, wordings, sides, near, self._words)

    def scope_features(
        self,
        query: Query,
        sides: Mapping[str, Floats],
        near: Floats,
        top: Floats,
        without: int | None = None,
    ) -> Floats:
        """Return the numbers that tell whether the question is one for this FAQ."""
        own = np.vecdot(self._general, meaning_in_general(query.own).astype(np.float16))
        likeness = float(own.max(initial=np.float16(0.0)))
        return self.scope.features(query, sides, near, top, likeness, without)

    def near(self, sides: Mapping[str, Floats]) -> Floats:
        """Return the weighted sum of the sides, 1 at the most."""
        total = sum((np.float32(weight) * sides[name] for name, weight in SIDES.items()))
        return np.asarray(total, np.float32) / np.float32(sum(SIDES.values()))


class _Texts:
    """The terms of all documents, kept no longer than the index is built."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.first: list[int] = []
        self.wording_words: list[dict[str, float]] = []
        self.answer_words: list[dict[str, float]] = []
        self.words, self.characters = Counts(), Counts()
        self.question_sounds, self.sounds = Counts(), Counts()
        self.tokens: list[Sequence[Token]] = []
        self.named: list[str] = []
        self.compared: list[tuple[Wording, ...]] = []
        for document in documents:
            wordings = [analysed(text) for text in document.wordings]
            answer = analysed(document.answer)
            self.first.append(len(self.wording_words))
            self.wording_words += [each.words for each in wordings]
            self.answer_words.append(answer.words)
            self.words.add(_sum(_most([each.words for each in wordings]), answer.words))
            sounds = _most([each.sounds for each in wordings])
            self.question_sounds.add(sounds)
            self.sounds.add(_sum(sounds, answer.sounds))
            self.characters.add(_most([each.characters for each in wordings]))
            self.tokens += [each.tokens for each in wordings]
            for each in (*wordings, answer):
                words = [word for token in each.tokens for word in token.words]
                self.named += places_named(words, each.folded)
            self.compared.append(tuple(Wording(e.folded, tuple(e.words)) for e in wordings))


def document_of(entry: Entry, tags: Sequence[str] = ("ja-easy",)) -> Document:
    """Return an entry as it is searched in Japanese, translations of these tags with it."""
    translations = [entry.translations[tag] for tag in tags if tag in entry.translations]
    wordings = [entry.question, *entry.also]
    about = (*entry.keywords, entry.category or "", entry.department or "")
    answers = [entry.answer, *about]
    for each in translations:
        wordings += [*([each.question] if each.question else []), *each.also]
        answers.append(each.answer or "")
    return Document(entry, tuple(dict.fromkeys(wordings)), "\n".join(filter(None, answers)))


def training_texts(
    documents: Sequence[Document],
) -> tuple[list[dict[str, float]], list[dict[str, float]], dict[str, float], float]:
    """Return what `adapted` takes: questions, answers, rarity of words, and that of unknown ones.

    Each wording is a pair of its own with the answer.
    """
    texts = _Texts(documents)
    together = Bm25(texts.words)
    ends = [*texts.first[1:], len(texts.wording_words)]
    pairs = [
        (_damped(wording), _damped(answer))
        for start, end, answer in zip(texts.first, ends, texts.answer_words, strict=True)
        for wording in texts.wording_words[start:end]
    ]
    return [q for q, _ in pairs], [a for _, a in pairs], together.rarity, together.unknown


def _share(index: Bm25, terms: Mapping[str, float]) -> Floats:
    """Return the scores as shares of what the terms could reach at the most."""
    return index.scores(terms) / np.float32(index.mass(terms) + 1e-6)


def _most(texts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return each term as often as in the text that has it most often."""
    counts: dict[str, float] = {}
    for text in texts:
        for term, count in text.items():
            counts[term] = max(counts.get(term, 0.0), count)
    return counts


def _sum(one: Mapping[str, float], two: Mapping[str, float]) -> dict[str, float]:
    counts = dict(one)
    for term, count in two.items():
        counts[term] = counts.get(term, 0.0) + count
    return counts


def _damped(terms: Mapping[str, float]) -> dict[str, float]:
    """Return counts above one as one and their logarithm."""
    return {
        term: 1 + math.log(count) if count > 1 else float(count) for term, count in terms.items()
    }
