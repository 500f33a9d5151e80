"""What a text means, as one vector: its words' vectors, weighed and added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from concierge.faq.vectors import DIMENSIONS, Floats, Table, general

__all__ = ["Meaning", "read_meaning", "unadapted", "write_meaning"]

VERSION = 1


@dataclass(frozen=True, slots=True)
class Meaning:
    """Word vectors for one town.

    `vectors` are those of `words`, already weighed; a word that is not among them gets the general
    table's, turned by `turn` and weighed by `unknown`. `trained_on` is the fingerprint of the FAQ
    they were adapted to, empty where they were not.
    """

    words: Mapping[str, int]
    vectors: Floats
    turn: Floats | None
    unknown: float
    trained_on: str = ""
    table: Table = field(default_factory=general)

    def vector(self, terms: Mapping[str, float]) -> Floats:
        """Return the unit vector of weighted words; zeros where none of them is known."""
        total = np.zeros(DIMENSIONS, np.float32)
        for word, weight in terms.items():
            place = self.words.get(word)
            if place is not None:
                total += self.vectors[place] * np.float32(weight)
                continue
            found = self.table[word]
            if found is not None:
                turned = found if self.turn is None else found @ self.turn
                total += turned * np.float32(weight * self.unknown)
        length = float(np.linalg.norm(total))
        return total / np.float32(length) if length else total


def unadapted(rarity: Mapping[str, float], unknown: float) -> Meaning:
    """Return the general table's vectors, weighed by how rare words are in the town's FAQ."""
    words = {word: number for number, word in enumerate(rarity)}
    weights = np.fromiter(rarity.values(), np.float32, len(rarity))
    return Meaning(words, general().matrix(list(words)) * weights[:, None], None, unknown)


def write_meaning(meaning: Meaning, path: Path) -> None:
    """Write adapted vectors to one file, whole or not at all."""
    words = "\n".join(meaning.words).encode()
    temporary = path.with_name(f".{path.name}.tmp")
    scale = float(np.abs(meaning.vectors).max(initial=0.0)) / 32767 or 1.0
    turn = np.zeros((0, 0), np.float32) if meaning.turn is None else meaning.turn
    with temporary.open("wb") as file:
        np.savez(
            file,
            version=np.int64(VERSION),
            words=np.frombuffer(words, np.uint8),
            vectors=np.round(meaning.vectors / scale).astype(np.int16),
            scale=np.float32(scale),
            turn=turn.astype(np.float32),
            unknown=np.float32(meaning.unknown),
            trained_on=np.frombuffer(meaning.trained_on.encode(), np.uint8),
        )
    temporary.replace(path)


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
