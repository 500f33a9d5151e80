"""What a text means, as one vector: its words' vectors, weighed and added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from concierge.faq.keeping import write_arrays
from concierge.faq.ragged import Floats, Indices, Rows
from concierge.faq.vectors import DIMENSIONS, Table, general

__all__ = [
    "Meaning",
    "damped",
    "in_general",
    "read_meaning",
    "texts_in_general",
    "unadapted",
    "write_meaning",
]

VERSION = 1
AT_ONCE = 8_192
"""Words whose vectors are added up at once: as many as stay near the processor."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Word vectors for one town.

    `vectors` are those of `words`, already weighed; a word that is not among them gets the general
    table's, turned by `turn` and weighed by its `rarity`, or by `unknown`. `trained_on` is the
    fingerprint of the FAQ they were adapted to, empty where they were not.
    """

    words: Mapping[str, int]
    vectors: Floats
    turn: Floats | None
    unknown: float
    trained_on: str = ""
    rarity: Mapping[str, float] = field(default_factory=dict)
    table: Table = field(default_factory=general)

    def vector(self, terms: Mapping[str, float]) -> Floats:
        """Return the unit vector of weighted words; zeros where none of them is known."""
        weights = np.fromiter(terms.values(), np.float32, len(terms))
        alone = Rows(np.array([0, len(terms)]), np.arange(len(terms), dtype=np.int32), weights)
        found: Floats = self.texts(list(terms), alone)[0]
        return found

    def texts(self, words: Sequence[str], texts: Rows) -> Floats:
        """Return the unit vectors of texts, whose terms are the numbers of `words`."""
        own = np.array([self.words.get(word, -1) for word in words], np.int64)
        total = np.zeros((len(texts), DIMENSIONS), np.float32)
        _add(total, texts, own, self.vectors.__getitem__)
        if (own < 0).any():
            rows = self.table.rows(words)
            rows[own >= 0] = -1
            weights = [self.rarity.get(word, self.unknown) for word in words]
            others = np.zeros_like(total)
            _add(others, texts, rows, self.table.vectors, np.array(weights, np.float32))
            total += others if self.turn is None else others @ self.turn
        return _units(total)


def damped(texts: Rows) -> Rows:
    """Return counts above one as one and their logarithm."""
    more = np.maximum(texts.counts, 1)
    counts = np.where(texts.counts > 1, 1 + np.log(more), texts.counts)
    return Rows(texts.starts, texts.terms, counts.astype(np.float32))


def texts_in_general(words: Sequence[str], texts: Rows) -> Floats:
    """Return the unit vectors of texts in the general table, every word as heavy as the others."""
    table = general()
    rows = table.rows(words)
    total = np.zeros((len(texts), DIMENSIONS), np.float32)
    _add(total, texts, rows, table.vectors, np.float32(1) / table.lengths(rows))
    return _units(total)


def in_general(terms: Mapping[str, float]) -> Floats:
    """Return the unit vector of weighted words in the general table."""
    weights = np.fromiter(terms.values(), np.float32, len(terms))
    alone = Rows(np.array([0, len(terms)]), np.arange(len(terms), dtype=np.int32), weights)
    found: Floats = texts_in_general(list(terms), alone)[0]
    return found


def _add(
    total: Floats,
    texts: Rows,
    places: Indices,
    vectors: Callable[[Indices], Floats],
    weights: Floats | None = None,
) -> None:
    """Add to each text's total the vectors at its words' places, where these are not negative."""
    known = places[texts.terms] >= 0
    terms, owners = texts.terms[known], texts.owners[known]
    heavy = texts.counts[known] if weights is None else texts.counts[known] * weights[terms]
    for start in range(0, len(terms), AT_ONCE):
        here = slice(start, start + AT_ONCE)
        first = np.flatnonzero(np.diff(owners[here], prepend=-1))
        weighed = vectors(places[terms[here]]) * heavy[here, None]
        total[owners[here][first]] += np.add.reduceat(weighed, first)


def _units(vectors: Floats) -> Floats:
    lengths: Floats = np.sqrt(np.vecdot(vectors, vectors))[:, None]
    lengths[lengths == 0] = 1
    return vectors / lengths


def unadapted(rarity: Mapping[str, float], unknown: float) -> Meaning:
    """Return the general table's vectors, weighed by how rare words are in the town's FAQ."""
    return Meaning({}, np.zeros((0, DIMENSIONS), np.float32), None, unknown, rarity=rarity)


def write_meaning(meaning: Meaning, path: Path) -> None:
    """Write adapted vectors to one file, whole or not at all."""
    words = "\n".join(meaning.words).encode()
    scale = float(np.abs(meaning.vectors).max(initial=0.0)) / 32767 or 1.0
    turn = np.zeros((0, 0), np.float32) if meaning.turn is None else meaning.turn
    write_arrays(
        path,
        version=np.int64(VERSION),
        words=np.frombuffer(words, np.uint8),
        vectors=np.round(meaning.vectors / scale).astype(np.int16),
        scale=np.float32(scale),
        turn=turn.astype(np.float32),
        unknown=np.float32(meaning.unknown),
        trained_on=np.frombuffer(meaning.trained_on.encode(), np.uint8),
    )


def read_meaning(path: Path) -> Meaning:
    """Read what `write_meaning` wrote. Raises `OSError`, `ValueError` or `KeyError`."""
    with np.load(path, allow_pickle=False) as file:
        if int(file["version"]) != VERSION:
            raise ValueError("another version")
        words: Sequence[str] = file["words"].tobytes().decode().split("\n")
        vectors = file["vectors"].astype(np.float32) * file["scale"]
        turn = file["turn"]
        if vectors.shape != (len(words), DIMENSIONS) or turn.shape not in (
            (0, 0),
            (DIMENSIONS, DIMENSIONS),
        ):
            raise ValueError("another shape")
        return Meaning(
            {word: number for number, word in enumerate(words)},
            vectors,
            turn if turn.size else None,
            float(file["unknown"]),
            file["trained_on"].tobytes().decode(),
        )
