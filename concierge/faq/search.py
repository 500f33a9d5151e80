"""Finds the entries that answer a question: equal wordings first, then BM25 with a second look.

BM25 (Robertson and Zaragoza 2009) over `concierge.faq.terms`, of the wordings and, with less
weight, of wordings and answer together; the best hundred are weighed again by how much their
nearest wording is like the question, letter by letter. tests/faq/test_search.py holds the floors
of what was measured on real questions.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from concierge.faq.model import Entry
from concierge.faq.terms import bare, document_terms, query_terms
from concierge.language.normalize import normalized_key

__all__ = ["FaqIndex", "Hit"]

K1 = 1.2
B = 0.5
WORDINGS = 0.6
"""Weight of the wordings by themselves, beside 1 for wordings and answer together."""
LIKENESS = 0.5
"""How much a wording that is the question letter for letter raises a score."""
LOOKED_AT = 100
HALF = 0.55
"""The raw score that becomes 0.5."""
NEARLY = 0.999
"""The score of an entry is 1 only where a wording is equal."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that was found.

    `score` (0–1) may be compared between questions: it is low where nothing of the question is
    found in the FAQ. It is no probability. `exact` means that `wording`, the entry's question or
    other wording that is nearest, is equal to what was asked but for spelling; then it is 1.
    """

    entry: Entry
    score: float
    exact: bool
    wording: str


@dataclass(frozen=True, slots=True)
class _Document:
    entry: Entry
    wordings: tuple[str, ...]
    text: str


class FaqIndex:
    """An index of the entries, in Japanese and in each language they are translated into."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        entries = tuple(entries)
        self._japanese = _Index([_document(entry, ("ja-easy",)) for entry in entries])
        tags = {tag for entry in entries for tag in entry.translations if tag != "ja-easy"}
        self._others = {
            tag: _Index([_translated(entry, tag) for entry in entries if tag in entry.translations])
            for tag in sorted(tags)
        }

    def search(
        self, text: str, top: int = 10, at: date | None = None, language: str = "ja"
    ) -> list[Hit]:
        """Return the `top` entries, best first; fewer only where fewer are valid on day `at`.

        `at` None takes every entry. In a language other than Japanese the translations go first;
        entries without one follow.
        """
        index = self._others.get(language)
        hits = index.search(text, top, at) if index is not None else []
        if len(hits) < top:
            known = {hit.entry.id for hit in hits}
            more = self._japanese.search(text, top + len(known), at)
            hits += [hit for hit in more if hit.entry.id not in known]
        hits.sort(key=lambda hit: -hit.score)
        return hits[:top]

    def exact(self, text: str, at: date | None = None, language: str = "ja") -> list[Hit]:
        """Return only entries with a wording equal to the text, in the order of the files."""
        index = self._others.get(language)
        found = index.exact(text, at) if index is not None else []
        return found or self._japanese.exact(text, at)


class _Index:
    """The index of one language."""

    def __init__(self, documents: Sequence[_Document]) -> None:
        self.documents = documents
        self.bare = [tuple(map(bare, each.wordings)) for each in documents]
        self.by_key: dict[str, list[int]] = {}
        for number, each in enumerate(documents):
            for key in dict.fromkeys(map(normalized_key, each.wordings)):
                if key:
                    self.by_key.setdefault(key, []).append(number)
        self.rarity, self.postings = _postings(documents)
        self.unknown = 1.0

    def exact(self, text: str, at: date | None) -> list[Hit]:
        key = normalized_key(text)
        numbers = self.by_key.get(key, ()) if key else ()
        return [
            Hit(document.entry, 1.0, True, _equal(document.wordings, key))
            for document in (self.documents[number] for number in numbers)
            if at is None or document.entry.valid_on(at)
        ]

    def search(self, text: str, top: int, at: date | None) -> list[Hit]:
        hits = self.exact(text, at)
        known = {hit.entry.id for hit in hits}
        raw = self._raw(text)
        numbers = heapq.nlargest(
            max(LOOKED_AT, top + len(known)), range(len(raw)), key=raw.__getitem__
        )
        question = bare(text)
        found: list[Hit] = []
        for number in numbers:
            entry = self.documents[number].entry
            if entry.id not in known and (at is None or entry.valid_on(at)):
                likeness, wording = self._nearest(question, number)
                value = raw[number] * (1 + LIKENESS * likeness)
                score = min(NEARLY, value / (value + HALF))
                found.append(Hit(entry, round(score, 6), False, wording))
        found.sort(key=lambda hit: -hit.score)
        hits += found
        if len(hits) < top:
            hits += self._rest(numbers, known, at)
        return hits[:top]

    def _raw(self, text: str) -> list[float]:
        """Return each document's BM25 by the root of the most that the question could reach."""
        terms = query_terms(text)
        scores = [0.0] * len(self.documents)
        most = 0.0
        for term, weight in terms.items():
            most += weight * self.rarity.get(term, self.unknown)
            posting = self.postings.get(term)
            if posting is not None:
                for number, value in zip(*posting, strict=True):
                    scores[number] += weight * value
        if most <= 0:
            return scores
        root = math.sqrt(most * (K1 + 1) * (1 + WORDINGS))
        return [score / root for score in scores]

    def _nearest(self, question: str, number: int) -> tuple[float, str]:
        likeness, index = max(
            (fuzz.ratio(question, wording) / 100, -index)
            for index, wording in enumerate(self.bare[number])
        )
        return likeness, self.documents[number].wordings[-index]

    def _rest(self, numbers: list[int], known: set[str], at: date | None) -> list[Hit]:
        """Return the entries that were not looked at, without a score."""
        seen = set(numbers)
        return [
            Hit(each.entry, 0.0, False, each.wordings[0])
            for number, each in enumerate(self.documents)
            if number not in seen
            and each.entry.id not in known
            and (at is None or each.entry.valid_on(at))
        ]


def _document(entry: Entry, tags: tuple[str, ...]) -> _Document:
    translations = [entry.translations[tag] for tag in tags if tag in entry.translations]
    wordings = [entry.question, *entry.also]
    answers = [entry.answer, " ".join(entry.keywords), entry.category or ""]
    for each in translations:
        wordings += [*([each.question] if each.question else []), *each.also]
        answers.append(each.answer or "")
    return _Document(entry, tuple(dict.fromkeys(wordings)), " ".join(answers))


def _translated(entry: Entry, tag: str) -> _Document:
    each = entry.translations[tag]
    wordings = [*([each.question] if each.question else []), *each.also]
    return _Document(entry, tuple(wordings) or (entry.question,), each.answer or "")


def _equal(wordings: tuple[str, ...], key: str) -> str:
    return next(wording for wording in wordings if normalized_key(wording) == key)


class _Field:
    """One field of all documents: which terms stand where, how often, and how long it is."""

    def __init__(self) -> None:
        self.numbers: dict[str, array[int]] = {}
        self.counts: dict[str, array[float]] = {}
        self.lengths: list[float] = []

    def add(self, terms: Mapping[str, float]) -> None:
        """Add the next document."""
        for term, count in terms.items():
            if term not in self.numbers:
                self.numbers[term] = array("I")
                self.counts[term] = array("f")
            self.numbers[term].append(len(self.lengths))
            self.counts[term].append(count)
        self.lengths.append(sum(terms.values()))

    def rarity(self) -> dict[str, float]:
        """Return BM25's inverse document frequency over its largest value.

        So the scores of a small and of a large FAQ are of one size.
        """
        total = len(self.lengths)
        largest = math.log(1 + (total + 0.5) / 0.5)
        return {
            term: math.log(1 + (total - len(numbers) + 0.5) / (len(numbers) + 0.5)) / largest
            for term, numbers in self.numbers.items()
        }

    def norms(self) -> list[float]:
        """Return what a document's length does to its counts."""
        average = sum(self.lengths) / len(self.lengths) if any(self.lengths) else 1.0
        return [K1 * (1 - B + B * length / average) for length in self.lengths]


Postings = dict[str, tuple["array[int]", "array[float]"]]


def _postings(documents: Sequence[_Document]) -> tuple[dict[str, float], Postings]:
    """Return each term's rarity, and the documents it stands in with what it adds to their score.

    Of several wordings a term counts as in the one that has it most often.
    """
    both, own = _Field(), _Field()
    for document in documents:
        terms: dict[str, float] = {}
        for wording in document.wordings:
            for term, count in document_terms(wording).items():
                terms[term] = max(terms.get(term, 0.0), count)
        own.add(terms)
        for term, count in document_terms(document.text).items():
            terms[term] = terms.get(term, 0.0) + count
        both.add(terms)
    rarity, norms = both.rarity(), both.norms()
    values = {term: array("f", _weights(both, term, rarity[term], norms)) for term in both.numbers}
    rarity_own, norms_own = own.rarity(), own.norms()
    for term, numbers in own.numbers.items():
        weights = _weights(own, term, WORDINGS * rarity_own[term], norms_own)
        _add(values[term], both.numbers[term], dict(zip(numbers, weights, strict=True)))
    return rarity, {term: (both.numbers[term], values[term]) for term in both.numbers}


def _weights(field: _Field, term: str, rarity: float, norms: Sequence[float]) -> list[float]:
    pairs = zip(field.numbers[term], field.counts[term], strict=True)
    return [rarity * count * (K1 + 1) / (count + norms[number]) for number, count in pairs]


def _add(values: array[float], numbers: array[int], more: Mapping[int, float]) -> None:
    for index, number in enumerate(numbers):
        if number in more:
            values[index] += more[number]
