"""BM25 (Robertson and Zaragoza 2009) over weighted terms, in numpy."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from concierge.faq.vectors import Floats

__all__ = ["Bm25", "Counts"]


class Counts:
    """The terms of documents, taken in one after the other and kept small."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.terms, self.counts = array("i"), array("f")
        self.sizes, self.totals = array("i"), array("f")

    def add(self, document: Mapping[str, float]) -> None:
        """Take in the next document."""
        places = self.places
        self.terms.extend([places.setdefault(term, len(places)) for term in document])
        self.counts.extend(document.values())
        self.sizes.append(len(document))
        self.totals.append(sum(document.values()))


class Bm25:
    """An index of documents, each a mapping of term to count."""

    def __init__(self, given: Counts, k1: float = 1.2, b: float = 0.75) -> None:
        places, sizes = given.places, given.sizes
        self.size = len(sizes)
        which = np.asarray(given.terms, np.int32)
        count = np.asarray(given.counts, np.float32)
        lengths = np.asarray(given.totals, np.float32)
        average = float(lengths.mean()) if lengths.any() else 1.0
        norms = (k1 * (1 - b + b * lengths / average)).astype(np.float32)
        owner = np.repeat(np.arange(self.size, dtype=np.int32), np.asarray(sizes, np.int64))
        times = np.bincount(which, minlength=len(places))
        rarity = np.log(1 + (self.size - times + 0.5) / (times + 0.5)).astype(np.float32)
        order = np.argsort(which, kind="stable")
        values = count * np.float32(k1 + 1) / (count + norms[owner]) * rarity[which]
        self._places = places
        self._documents: NDArray[np.int32] = owner[order]
        self._values: Floats = values[order]
        self._starts: list[int] = np.concatenate(([0], np.cumsum(times))).tolist()
        self.rarity: dict[str, float] = dict(zip(places, rarity.tolist(), strict=True))
        self.unknown = math.log(1 + (self.size + 0.5) / 0.5)

    @classmethod
    def of(cls, documents: Iterable[Mapping[str, float]]) -> Bm25:
        """Return the index of these documents."""
        counts = Counts()
        for document in documents:
            counts.add(document)
        return cls(counts)

    def scores(self, terms: Mapping[str, float]) -> Floats:
        """Return each document's score for weighted terms."""
        total = np.zeros(self.size, np.float32)
        for term, weight in terms.items():
            place = self._places.get(term)
            if place is not None:
                start, end = self._starts[place], self._starts[place + 1]
                total[self._documents[start:end]] += np.float32(weight) * self._values[start:end]
        return total

    def holding(self, term: str, documents: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some documents hold a term."""
        place = self._places.get(term)
        if place is None:
            return np.zeros(len(documents), np.bool_)
        start, end = self._starts[place], self._starts[place + 1]
        return np.isin(documents, self._documents[start:end])

    def mass(self, terms: Mapping[str, float]) -> float:
        """Return the weighted rarity of all terms, of which a document can hold a share."""
        rarity, unknown = self.rarity, self.unknown
        return sum(weight * rarity.get(term, unknown) for term, weight in terms.items())
