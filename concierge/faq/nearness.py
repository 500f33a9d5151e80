"""How near many unit vectors are to one, cheaper than by looking at all of every one of them.

Up to `FEW` vectors every product is exact. Beyond, all are compared by their first dimensions, in
which the table's vectors say most (they lie on principal axes), and the nearest again in full.
numpy's `vecdot` is used on purpose: `@` goes to a library whose threads wait for each other
milliseconds long where the processor has other work.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from concierge.faq.ragged import Floats, Indices

__all__ = ["FEW", "Nearness"]

FEW = 12_000
LEADING = 64


class Nearness:
    """Unit vectors, kept to be compared with."""

    def __init__(self, vectors: Floats) -> None:
        self._exact = len(vectors) <= FEW
        self._whole: NDArray[np.float32 | np.float16] = (
            vectors if self._exact else vectors.astype(np.float16)
        )
        self._leading = vectors if self._exact else np.ascontiguousarray(vectors[:, :LEADING])

    def of_all(self, vector: Floats) -> Floats:
        """Return how near each is, where there are many not quite exactly."""
        if self._exact:
            return np.asarray(np.vecdot(self._leading, vector), np.float32)
        return np.asarray(np.vecdot(self._leading, vector[:LEADING]), np.float32)

    def of(self, numbers: Indices, vector: Floats) -> Floats:
        """Return how near some are, exactly."""
        return np.asarray(np.vecdot(self._whole[numbers].astype(np.float32), vector), np.float32)

    @property
    def is_exact(self) -> bool:
        """Whether `of_all` is exact."""
        return self._exact
