"""Counted terms of many texts in three arrays: what takes a hundred times the room in dicts."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Compared", "Counting", "Floats", "Indices", "Rows", "all_of", "picked"]

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows:
    """Text `i` has `terms[starts[i]:starts[i + 1]]`, each once, and as many of each as `counts`."""

    starts: Indices
    terms: NDArray[np.int32]
    counts: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def owners(self) -> Indices:
        """The number of the text that each term stands in."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def some(self, numbers: Indices) -> Rows:
        """Return some of the texts, in the order given."""
        places = all_of(self.starts, numbers)
        sizes = (self.starts[1:] - self.starts[:-1])[numbers]
        return Rows(_starts(sizes), self.terms[places], self.counts[places])

    def renumbered(self, numbers: NDArray[np.int32]) -> Rows:
        """Return the same with `numbers[t]` for each term t."""
        return Rows(self.starts, numbers[self.terms], self.counts)

    def and_then(self, others: Rows) -> Rows:
        """Return these texts with others behind them."""
        return Rows(
            np.concatenate((self.starts, others.starts[1:] + self.starts[-1])),
            np.concatenate((self.terms, others.terms)),
            np.concatenate((self.counts, others.counts)),
        )

    def dicts(self, words: Sequence[str]) -> list[dict[str, float]]:
        """Return each text as a mapping of term to count."""
        pairs = list(
            zip([words[t] for t in self.terms.tolist()], self.counts.tolist(), strict=True)
        )
        starts = self.starts.tolist()
        return [dict(pairs[a:b]) for a, b in pairwise(starts)]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared with a question, of each wording: `starts[d]` is the first of document d."""

    starts: Indices
    words: Rows
    asked: NDArray[np.uint32]
    done: NDArray[np.uint32]
    texts: tuple[str, ...]
    keys: tuple[str, ...]

    def of(self, documents: Indices) -> Indices:
        """Return the numbers of the wordings of some documents."""
        return all_of(self.starts, documents)

    def starts_of(self, documents: Indices) -> Indices:
        """Return where each document's begin among `of(documents)`."""
        return _starts((self.starts[1:] - self.starts[:-1])[documents])

    def some(self, documents: Indices) -> Compared:
        """Return the wordings of some documents."""
        places = self.of(documents)
        return Compared(
            self.starts_of(documents),
            self.words.some(places),
            self.asked[places],
            self.done[places],
            picked(self.texts, places),
            picked(self.keys, places),
        )

    def and_then(self, others: Compared) -> Compared:
        """Return these wordings with others behind them."""
        return Compared(
            np.concatenate((self.starts, others.starts[1:] + self.starts[-1])),
            self.words.and_then(others.words),
            np.concatenate((self.asked, others.asked)),
            np.concatenate((self.done, others.done)),
            self.texts + others.texts,
            self.keys + others.keys,
        )


class Counting:
    """Takes in texts one after the other; several may share their numbers of terms."""

    def __init__(self, places: dict[str, int] | None = None) -> None:
        self.places: dict[str, int] = {} if places is None else places
        self._sizes, self._terms, self._counts = array("q"), array("i"), array("f")

    def add(self, text: Mapping[str, float]) -> None:
        """Take in the next text."""
        places = self.places
        self._terms.extend([places.setdefault(term, len(places)) for term in text])
        self._counts.extend(text.values())
        self._sizes.append(len(text))

    @property
    def rows(self) -> Rows:
        """What was taken in."""
        return Rows(
            _starts(np.asarray(self._sizes, np.int64)),
            np.asarray(self._terms, np.int32),
            np.asarray(self._counts, np.float32),
        )


def all_of(starts: Indices, numbers: Indices) -> Indices:
    """Return the places of everything that some rows hold, row by row."""
    first, sizes = starts[numbers], (starts[1:] - starts[:-1])[numbers]
    ends = np.cumsum(sizes)
    shift = np.repeat(first - np.concatenate(([0], ends[:-1])), sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) + shift


def _starts(sizes: Iterable[int] | Indices) -> Indices:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(np.asarray(sizes, np.int64))))


def picked(items: Sequence[T], places: Indices) -> tuple[T, ...]:
    """Return the items at some places."""
    return tuple([items[place] for place in places.tolist()])
