"""What words mean, as vectors: the general table that comes with the concierge.

`vectors.npz` is built by `models/build_vectors.py` and read with numpy alone. Words are found by
their hash, so that 200,000 of them take 2 MB. `as_static_embedding` hands the table to
sentence-transformers.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIMENSIONS", "FILE", "Floats", "Table", "general", "word_hash"]

FILE = Path(__file__).with_name("vectors.npz")
DIMENSIONS = 256
Floats = NDArray[np.float32]


class Table:
    """Word vectors of 8-bit integers, with one scale for all."""

    def __init__(
        self,
        hashes: NDArray[np.uint64],
        rows: NDArray[np.uint16],
        vectors: NDArray[np.int8],
        scale: float,
    ) -> None:
        self._hashes, self._rows, self._vectors, self._scale = hashes, rows, vectors, scale

    def __contains__(self, word: str) -> bool:
        return self._place(word) is not None

    def __getitem__(self, word: str) -> Floats | None:
        """Return a word's vector, None where the table has none."""
        place = self._place(word)
        if place is None:
            return None
        vector: Floats = self._vectors[self._rows[place]].astype(np.float32)
        return vector * np.float32(self._scale)

    def matrix(self, words: Sequence[str]) -> Floats:
        """Return the vectors of words as rows; zeros where the table has none."""
        found = np.zeros((len(words), DIMENSIONS), np.float32)
        for number, word in enumerate(words):
            vector = self[word]
            if vector is not None:
                found[number] = vector
        return found

    def _place(self, word: str) -> int | None:
        wanted = np.uint64(word_hash(word))
        place = int(np.searchsorted(self._hashes, wanted))
        here = place < len(self._hashes) and self._hashes[place] == wanted
        return place if here else None


def word_hash(word: str) -> int:
    """Return 64 bits that stand for a word, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


@cache
def general() -> Table:
    """Return the table that comes with the concierge."""
    with np.load(FILE, allow_pickle=False) as file:
        return Table(file["hashes"], file["rows"], file["vectors"], float(file["scale"]))


def words_and_vectors() -> tuple[list[str], Floats]:
    """Return every word of the general table with its vector, for handing it on."""
    with np.load(FILE, allow_pickle=False) as file:
        words = zlib.decompress(file["words"].tobytes()).decode().split("\n")
        vectors: Any = file["vectors"].astype(np.float32) * file["scale"]
        return words, vectors[file["rows"]]
