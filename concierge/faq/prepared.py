"""The analysed documents of a FAQ, as an index is put together from them and as they are kept.

Analysing is what takes long; it depends on nothing but a document's own texts. So each document's
analysis is kept under a hash of its texts, and where some entries changed only those are analysed
again. However it came about, the same documents in the same order give the same `Prepared`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from concierge.faq.analysis import analysed
from concierge.faq.document import Document
from concierge.faq.features import ASKED, DONE, bits
from concierge.faq.ragged import Compared, Counting, Indices, Rows, picked
from concierge.faq.scope import places_named
from concierge.faq.spelling import Spoken, spoken
from concierge.language.normalize import normalized_key

__all__ = ["Prepared", "Vocabulary", "prepared"]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms that rows of numbers stand for."""

    words: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """Documents, analysed; everything but `vocabulary` goes by document or by wording.

    `words` and `sounds` are those of the questions and the answer together, each as often as in
    the wording that has it most often. `named` are the places named, `spoken` is for `Spelling`.
    """

    keys: tuple[str, ...]
    vocabulary: Vocabulary
    compared: Compared
    answers: Rows
    words: Rows
    question_sounds: Rows
    sounds: Rows
    characters: Rows
    named: tuple[tuple[str, ...], ...]
    spoken: tuple[Spoken, ...]

    def some(self, documents: Indices) -> Prepared:
        """Return some of the documents, with the vocabulary of these alone, in their order."""
        words, old_words = _first_met(self.words.some(documents), self.vocabulary.words)
        sounds, old_sounds = _first_met(self.sounds.some(documents), self.vocabulary.sounds)
        characters, old = _first_met(self.characters.some(documents), self.vocabulary.characters)
        compared = self.compared.some(documents)
        return Prepared(
            picked(self.keys, documents),
            Vocabulary(words, sounds, characters),
            replace(compared, words=compared.words.renumbered(old_words)),
            self.answers.some(documents).renumbered(old_words),
            self.words.some(documents).renumbered(old_words),
            self.question_sounds.some(documents).renumbered(old_sounds),
            self.sounds.some(documents).renumbered(old_sounds),
            self.characters.some(documents).renumbered(old),
            picked(self.named, documents),
            picked(self.spoken, documents),
        )

    def and_then(self, others: Prepared) -> Prepared:
        """Return these documents with others behind them."""
        words, of_words = _joined(self.vocabulary.words, others.vocabulary.words)
        sounds, of_sounds = _joined(self.vocabulary.sounds, others.vocabulary.sounds)
        characters, of_characters = _joined(
            self.vocabulary.characters, others.vocabulary.characters
        )
        theirs = replace(others.compared, words=others.compared.words.renumbered(of_words))
        return Prepared(
            self.keys + others.keys,
            Vocabulary(words, sounds, characters),
            self.compared.and_then(theirs),
            self.answers.and_then(others.answers.renumbered(of_words)),
            self.words.and_then(others.words.renumbered(of_words)),
            self.question_sounds.and_then(others.question_sounds.renumbered(of_sounds)),
            self.sounds.and_then(others.sounds.renumbered(of_sounds)),
            self.characters.and_then(others.characters.renumbered(of_characters)),
            self.named + others.named,
            self.spoken + others.spoken,
        )


def prepared(
    documents: Sequence[Document],
    before: Prepared | None = None,
    done: Callable[[int], object] = lambda _: None,
) -> Prepared:
    """Return the documents analysed, taking from `before` what it holds.

    `done` is called with a number of documents that are ready, again and again.
    """
    keys = [document.key for document in documents]
    places = {key: place for place, key in enumerate(before.keys)} if before else {}
    new = {
        key: document for key, document in zip(keys, documents, strict=True) if key not in places
    }
    done(len(keys) - len(new))
    if before is not None and not new and list(before.keys) == keys:
        return before
    fresh = _analysed(new, done)
    every = before.and_then(fresh) if before is not None else fresh
    places = {key: place for place, key in enumerate(every.keys)}
    return every.some(np.array([places[key] for key in keys], np.int64))


def _analysed(documents: dict[str, Document], done: Callable[[int], object]) -> Prepared:
    """Analyse documents, each under its key."""
    words, sounds = Counting(), Counting()
    answers, wording_words = Counting(words.places), Counting(words.places)
    question_sounds, characters = Counting(sounds.places), Counting()
    sizes: list[int] = []
    asked: list[int] = []
    did: list[int] = []
    texts: list[str] = []
    named: list[tuple[str, ...]] = []
    said: list[Spoken] = []
    for document in documents.values():
        wordings = [analysed(text) for text in document.wordings]
        answer = analysed(document.answer)
        sizes.append(len(wordings))
        words.add(_sum(_most([each.words for each in wordings]), answer.words))
        answers.add(answer.words)
        heard = _most([each.sounds for each in wordings])
        sounds.add(_sum(heard, answer.sounds))
        question_sounds.add(heard)
        characters.add(_most([each.characters for each in wordings]))
        for each in wordings:
            wording_words.add(each.words)
            texts.append(each.folded)
            asked.append(bits(each.folded, ASKED))
            did.append(bits(each.folded, DONE))
        said.append(spoken(each.tokens for each in wordings))
        named.append(
            tuple(
                name
                for each in (*wordings, answer)
                for name in places_named(
                    [word for token in each.tokens for word in token.words], each.folded
                )
            )
        )
        done(1)
    compared = Compared(
        np.concatenate((np.zeros(1, np.int64), np.cumsum(np.array(sizes, np.int64)))),
        wording_words.rows,
        np.array(asked, np.uint32),
        np.array(did, np.uint32),
        tuple(texts),
        tuple(normalized_key(text) for each in documents.values() for text in each.wordings),
    )
    return Prepared(
        tuple(documents),
        Vocabulary(tuple(words.places), tuple(sounds.places), tuple(characters.places)),
        compared,
        answers.rows,
        words.rows,
        question_sounds.rows,
        sounds.rows,
        characters.rows,
        tuple(named),
        tuple(said),
    )


def _most(texts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return each term as often as in the text that has it most often."""
    counts = dict(texts[0]) if texts else {}
    for text in texts[1:]:
        for term, count in text.items():
            if counts.get(term, 0.0) < count:
                counts[term] = count
    return counts


def _sum(one: dict[str, float], two: dict[str, float]) -> dict[str, float]:
    counts = dict(one)
    for term, count in two.items():
        counts[term] = counts.get(term, 0.0) + count
    return counts


def _first_met(rows: Rows, terms: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the terms of rows as they are first met, and the new number of each old one."""
    met = np.full(len(terms), len(rows.terms), np.int64)
    met[rows.terms[::-1]] = np.arange(len(rows.terms))[::-1]
    order = np.argsort(met, kind="stable")[: np.count_nonzero(met < len(rows.terms))]
    numbers = np.zeros(len(terms), np.int32)
    numbers[order] = np.arange(len(order), dtype=np.int32)
    return picked(terms, order), numbers


def _joined(
    ours: Sequence[str], theirs: Sequence[str]
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return both vocabularies as one, and the numbers in it of the second one's terms."""
    places = {term: place for place, term in enumerate(ours)}
    numbers = [places.setdefault(term, len(places)) for term in theirs]
    return tuple(places), np.array(numbers, np.int32)
