"""BM25 (Robertson and Zaragoza 2009) over weighted terms, in numpy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from concierge.faq.ragged import Counting, Floats, Indices, Rows

__all__ = ["Bm25"]


class Bm25:
    """An index of documents, whose terms have the numbers that `places` tells."""

    def __init__(
        self, places: Mapping[str, int], given: Rows, k1: float = 1.2, b: float = 0.75
    ) -> None:
        self.size = len(given)
        owners = given.owners
        lengths = np.bincount(owners, given.counts, self.size).astype(np.float32)
        average = float(lengths.mean()) if lengths.any() else 1.0
        norms = (k1 * (1 - b + b * lengths / average)).astype(np.float32)
        times = np.bincount(given.terms, minlength=len(places))
        self.rarity: Floats = np.log(1 + (self.size - times + 0.5) / (times + 0.5)).astype(
            np.float32
        )
        order = np.argsort(given.terms, kind="stable")
        values = given.counts * np.float32(k1 + 1) / (given.counts + norms[owners])
        values *= self.rarity[given.terms]
        self.places = places
        self._documents: NDArray[np.int32] = owners[order].astype(np.int32)
        self._values: Floats = values[order]
        self._starts: Indices = np.concatenate((np.zeros(1, np.int64), np.cumsum(times)))
        self.unknown = math.log(1 + (self.size + 0.5) / 0.5)

    @classmethod
    def of(cls, documents: Iterable[Mapping[str, float]]) -> Bm25:
        """Return the index of these documents."""
        counts = Counting()
        for document in documents:
            counts.add(document)
        return cls(counts.places, counts.rows)

    def scores(self, terms: Mapping[str, float]) -> Floats:
        """Return each document's score for weighted terms."""
        known = [(place, w) for t, w in terms.items() if (place := self.places.get(t)) is not None]
        spans = [(int(self._starts[p]), int(self._starts[p + 1])) for p, _ in known]
        if not spans:
            return np.zeros(self.size, np.float32)
        documents = np.concatenate([self._documents[a:b] for a, b in spans])
        values = np.concatenate(
            [self._values[a:b] * np.float32(w) for (a, b), (_, w) in zip(spans, known, strict=True)]
        )
        return np.bincount(documents, values, self.size).astype(np.float32)

    def share(self, terms: Mapping[str, float]) -> Floats:
        """Return the scores as shares of the weighted rarity of all terms, held by nobody whole."""
        mass = sum(weight * self.rarity_of(term) for term, weight in terms.items())
        return self.scores(terms) / np.float32(mass + 1e-6)

    def holding(self, term: str, documents: Indices) -> NDArray[np.bool_]:
        """Tell which of some documents hold a term."""
        place = self.places.get(term)
        if place is None:
            return np.zeros(len(documents), np.bool_)
        holders = self._documents[self._starts[place] : self._starts[place + 1]]
        if not len(holders):
            return np.zeros(len(documents), np.bool_)
        found = np.minimum(np.searchsorted(holders, documents), len(holders) - 1)
        return np.asarray(holders[found] == documents, np.bool_)

    def rarity_of(self, term: str) -> float:
        """Return the inverse document frequency of a term, also of one that no document holds."""
        place = self.places.get(term)
        return self.unknown if place is None else float(self.rarity[place])
