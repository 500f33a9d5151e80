"""What words mean, as vectors: the general table that comes with the concierge.

`vectors.npz` is built by `models/build_vectors.py` and read with numpy alone. Words are found by
their hash, so that 200,000 of them take 2 MB.
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

from concierge.faq.ragged import Floats, Indices

__all__ = ["DIMENSIONS", "FILE", "Floats", "Table", "general", "word_hash", "words_and_vectors"]

FILE = Path(__file__).with_name("vectors.npz")
DIMENSIONS = 256


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
        self._lengths: Floats | None = None

    def __getitem__(self, word: str) -> Floats | None:
        """Return a word's vector, None where the table has none."""
        rows = self.rows([word])
        return self.vectors(rows)[0] if rows[0] >= 0 else None

    def rows(self, words: Sequence[str]) -> Indices:
        """Return the number of each word's vector, -1 where the table has none."""
        wanted = np.array([word_hash(word) for word in words], np.uint64)
        places = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        found = self._rows[places].astype(np.int64)
        found[self._hashes[places] != wanted] = -1
        return found

    def vectors(self, rows: Indices) -> Floats:
        """Return the vectors of these numbers; zeros for -1."""
        found: Floats = self._vectors[rows] * np.float32(self._scale)
        found[rows < 0] = 0
        return found

    def lengths(self, rows: Indices) -> Floats:
        """Return the lengths of the vectors of these numbers; 1 for -1."""
        if self._lengths is None:
            parts = [
                self._vectors[at : at + 1024].astype(np.float32)
                for at in range(0, len(self._vectors), 1024)
            ]
            squares = np.concatenate([np.vecdot(part, part) for part in parts])
            self._lengths = np.sqrt(squares) * np.float32(self._scale) + np.float32(1e-6)
        found: Floats = self._lengths[rows]
        found[rows < 0] = 1
        return found

    def matrix(self, words: Sequence[str]) -> Floats:
        """Return the vectors of words as rows; zeros where the table has none."""
        return self.vectors(self.rows(words))


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
