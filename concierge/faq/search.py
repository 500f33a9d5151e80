"""Finds the entries that answer a question: equal wordings first, then the nearest.

How near is worked out by `concierge.faq.index`; tests/faq/test_search.py holds the floors of what
was measured on real questions, `benchmarks/retrieval.py` the figures.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from concierge.faq.analysis import Analysis
from concierge.faq.choosing import POOL, chooser, right_features
from concierge.faq.choosing import chance as logistic
from concierge.faq.document import translated
from concierge.faq.features import NAMES
from concierge.faq.index import Document, Index, document_of, nearest
from concierge.faq.lexicon import lexicon_of
from concierge.faq.meaning import Meaning, read_meaning
from concierge.faq.model import Entry
from concierge.faq.query import asked
from concierge.faq.ragged import Indices
from concierge.faq.store import kept
from concierge.faq.subject import subject, subject_of
from concierge.faq.training import MEANING
from concierge.language.normalize import normalized_key

__all__ = ["NEARLY", "FaqIndex", "Hit"]

log = logging.getLogger(__name__)

NEARLY = 0.999
"""The score of an entry is 1 only where a wording is equal."""
EXPLAINED = NAMES.index("explained_by_meant")
"""The share of what was asked, or meant, that a candidate holds."""
ENOUGH = 0.25
"""The share below which an answer is doubted in proportion."""
NEVER = date.max.toordinal()
SOFT = 3.0
"""Divides how sure it is that a question is ours, so that sure ones still differ in score."""
USUAL = 10
"""Hits that a search gives where no more are wanted."""
SEARCHES = 16
"""Searches whose hits are remembered, under a key that tells nothing of the question: a turn that is
not answered looks once more for the desk."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that was found.

    `score` (0–1) may be compared between questions: it is low where the question is none for this
    FAQ. `chance` is the probability that the entry answers the question. `exact` means that
    `wording`, the entry's question or another wording, is equal to what was asked but for
    spelling; then both are 1.
    """

    entry: Entry
    score: float
    chance: float
    exact: bool
    wording: str


class FaqIndex:
    """An index of the entries, in Japanese and in each language they are translated into.

    `folder` is the municipality's; what `concierge faq train` left there is used. `town` is its
    name: other municipalities' services are told from its own.
    """

    def __init__(
        self, entries: Iterable[Entry], folder: Path | None = None, town: str = ""
    ) -> None:
        entries = tuple(entries)
        meaning = _trained(folder) if folder is not None else None
        documents = [document_of(entry) for entry in entries]
        self._japanese = _Searcher(documents, "ja", folder, meaning, town)
        tags = {tag for entry in entries for tag in entry.translations if tag != "ja-easy"}
        self._others: dict[str, _Searcher] = {}
        for tag in sorted(tags):
            here = [translated(each, tag) for each in entries if tag in each.translations]
            self._others[tag] = _Searcher(here, tag, folder)
        self._found: dict[bytes, tuple[Hit, ...]] = {}
        self._secret, self._lock = secrets.token_bytes(32), threading.Lock()
        self.search("はじめに一度")  # loads what the first question would have to wait for

    def search(
        self, text: str, top: int = 10, at: date | None = None, language: str = "ja"
    ) -> list[Hit]:
        """Return the `top` entries, best first; fewer only where fewer are valid on day `at`.

        `at` None takes every entry. In a language other than Japanese the translations go first;
        entries without one follow.
        """
        wanted = max(top, USUAL)
        key = self._seal(f"{text}\0{wanted}\0{at}\0{language}")
        found = self._found.get(key)
        if found is None:
            found = self._search(text, wanted, at, language)
            with self._lock:
                self._found[key] = found
                while len(self._found) > SEARCHES:
                    del self._found[next(iter(self._found))]
        return list(found[:top])

    def _seal(self, text: str) -> bytes:
        """Return what only tells whether two texts are one: nobody's question is kept."""
        return hashlib.blake2b(text.encode("utf-8", "replace"), key=self._secret).digest()

    def _search(self, text: str, top: int, at: date | None, language: str) -> tuple[Hit, ...]:
        typed = asked(text)
        index = self._others.get(language)
        hits = index.search(text, typed, top, at) if index is not None else []
        if len(hits) < top:
            known = {hit.entry.id for hit in hits}
            more = self._japanese.search(text, typed, top + len(known), at)
            hits += [hit for hit in more if hit.entry.id not in known]
        hits.sort(key=lambda hit: -hit.score)
        return tuple(hits[:top])

    def exact(self, text: str, at: date | None = None, language: str = "ja") -> list[Hit]:
        """Return only entries with a wording equal to the text, in the order of the files."""
        index = self._others.get(language)
        found = index.exact(text, at) if index is not None else []
        return found or self._japanese.exact(text, at)

    def about(self, text: str, at: date | None = None) -> list[Hit]:
        """Return the entry that alone has a Japanese wording on just this, however it asks.

        None of two: 「印鑑登録」 is the one of which 「印鑑登録をしたい」 is a wording. On the demonstration
        town's wordings, each left out in turn, it was right 15 times and never wrong.
        """
        return self._japanese.about(text, at)


class _Searcher:
    """The search in one language."""

    def __init__(
        self,
        documents: Sequence[Document],
        tag: str,
        folder: Path | None = None,
        meaning: Meaning | None = None,
        town: str = "",
    ) -> None:
        self.documents = documents
        self._index: Index | None = None
        self._by_key: dict[str, list[int]] = {}
        self._from = np.array([_day(each.entry.valid_from, 0) for each in documents], np.int32)
        self._to = np.array([_day(each.entry.valid_to, NEVER) for each in documents], np.int32)
        if not documents:
            return
        ready = kept(documents, folder, tag)
        self._index = Index(documents, lexicon_of(folder), meaning, town, ready)
        starts = ready.compared.starts.tolist()
        for number, (start, end) in enumerate(pairwise(starts)):
            for key in dict.fromkeys(ready.compared.keys[start:end]):
                if key:
                    self._by_key.setdefault(key, []).append(number)

    def exact(self, text: str, at: date | None) -> list[Hit]:
        key = normalized_key(text)
        numbers = self._by_key.get(key, ()) if key else ()
        return [
            Hit(document.entry, 1.0, 1.0, True, _equal(document.wordings, key))
            for document in (self.documents[number] for number in numbers)
            if at is None or document.entry.valid_on(at)
        ]

    def about(self, text: str, at: date | None) -> list[Hit]:
        found = [self.documents[number] for number in self._by_subject.get(subject(text), ())]
        hits = [
            Hit(document.entry, NEARLY, NEARLY, False, document.wordings[0])
            for document in found
            if at is None or document.entry.valid_on(at)
        ]
        return hits if len(hits) == 1 else []

    @cached_property
    def _by_subject(self) -> dict[str, set[int]]:
        """The numbers of the documents by what their wordings are about."""
        found: dict[str, set[int]] = {}
        for key, numbers in self._by_key.items():
            found.setdefault(subject_of(key), set()).update(numbers)
        return found

    def search(self, text: str, typed: Analysis, top: int, at: date | None) -> list[Hit]:
        if self._index is None:
            return []
        hits = self.exact(text, at)
        known = {hit.entry.id for hit in hits}
        for number, score, chance in self._ranked(typed, at):
            if len(hits) >= top:
                break
            document = self.documents[number]
            if document.entry.id not in known:
                hits.append(Hit(document.entry, score, chance, False, document.wordings[0]))
        return hits[:top]

    def _ranked(self, typed: Analysis, at: date | None) -> Iterator[tuple[int, float, float]]:
        """Yield number, score and chance of the valid documents, best first."""
        index, choose = self._index, chooser()
        if index is None:
            return
        query = index.query(typed)
        sides = index.sides(query)
        near = index.near(sides)
        valid = self._valid(at)
        pool = valid[nearest(near[valid], POOL)].tolist()
        if not pool or not (query.words or query.sounds):
            yield from ((number, 0.0, 0.0) for number in valid[nearest(near[valid], len(valid))])
            return
        features = index.features(query, pool, sides, near)
        fits = choose.ordered(features)
        scope = index.scope_features(query, sides, near, features[0])
        ours = choose.is_ours(scope)
        near_best = float(near[pool[0]])
        right = choose.is_right(right_features(ours, fits, features, near_best))
        evident = np.minimum(1.0, features[:, EXPLAINED] / ENOUGH)
        right = min(right, logistic(ours)) * float(evident[int(fits.argmax())])
        best, certain = float(fits.max()), NEARLY * logistic(ours / SOFT)
        share = np.exp(fits - best)
        for place in np.argsort(-fits, kind="stable").tolist():
            behind = float(share[place])
            score = certain * (0.5 + 0.5 * behind)
            chance = right if behind == 1 else min(right, (1 - right) * behind)
            chance = chance if behind == 1 else chance * float(evident[place])
            yield pool[place], round(score, 6), round(min(NEARLY, chance), 6)
        for number in valid[nearest(near[valid], len(valid))[POOL:]].tolist():
            yield number, round(certain * 0.5 * max(0.0, float(near[number])), 6), 0.0

    def _valid(self, at: date | None) -> Indices:
        """Return the numbers of the documents that are valid on a day."""
        if at is None:
            return np.arange(len(self.documents))
        day = at.toordinal()
        return np.flatnonzero((self._from <= day) & (day <= self._to))


def _day(day: date | None, missing: int) -> int:
    return missing if day is None else day.toordinal()


def _trained(folder: Path) -> Meaning | None:
    """Return what training left in a municipality's folder, None where there is nothing usable."""
    path = folder / MEANING
    try:
        return read_meaning(path) if path.is_file() else None
    except (OSError, ValueError, KeyError) as error:
        log.warning("%s is not used: %s", MEANING, type(error).__name__)
        return None


def _equal(wordings: tuple[str, ...], key: str) -> str:
    return next(wording for wording in wordings if normalized_key(wording) == key)
