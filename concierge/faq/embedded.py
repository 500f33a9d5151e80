"""Search by the vectors of a sentence encoder, whichever it is: kept small, and calibrated.

How near two texts are means something else with every encoder. So the probability of being right is
fitted to the town's own FAQ as the engine starts: each other wording of an entry is asked with
itself left out, golden questions are asked as they are, and questions that no town answers
(`out_of_scope.tsv`) must find nothing. Where a FAQ has too few wordings to tell, nothing is surer
than `UNPROVEN`, and the hub offers instead of answering.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from concierge.faq.choosing import chance
from concierge.faq.document import Document, document_of
from concierge.faq.keeping import KEPT, as_bytes, as_texts, is_kept_in, write_arrays
from concierge.faq.model import Entry
from concierge.faq.ragged import Floats, Indices
from concierge.faq.scope import examples
from concierge.faq.search import NEARLY, Hit

__all__ = ["EmbeddedFaq", "Encoder", "Vectors", "vectors_of"]

log = logging.getLogger(__name__)

AT_ONCE = 256
"""Texts that are encoded between two reports of how far it is."""
BLOCK = 8_192
"""Vectors that are unpacked at once."""
ASKED = 400
"""Other wordings that the calibration asks at the most."""
ENOUGH = 30
"""Right and wrong answers each without which nothing can be calibrated."""
UNPROVEN = 0.6
STEPS = 25
RIDGE = 1.0


class Encoder(Protocol):
    """Turns texts into vectors. `name` changes whenever the vectors would."""

    name: str

    def encode(self, texts: Sequence[str], *, asked: bool) -> Floats:
        """Return a row for each text: what is asked, or what it is looked for in."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit vectors of 8-bit integers, each with its own scale."""

    numbers: NDArray[np.int8]
    scales: Floats

    @classmethod
    def of(cls, vectors: Floats) -> Vectors:
        """Return vectors of any length made small; what is no number counts as nothing."""
        sound = np.nan_to_num(np.asarray(vectors, np.float32), posinf=0.0, neginf=0.0)
        lengths: Floats = np.sqrt(np.vecdot(sound, sound))[:, None]
        lengths[lengths == 0] = 1
        sound = sound / lengths
        scales = np.abs(sound).max(axis=1, initial=0.0) / np.float32(127)
        steps = np.where(scales > 0, scales, np.float32(1))
        return cls(np.round(sound / steps[:, None]).astype(np.int8), scales)

    def __len__(self) -> int:
        return len(self.numbers)

    def some(self, places: Indices) -> Vectors:
        """Return those at some places."""
        return Vectors(self.numbers[places], self.scales[places])

    def near(self, vector: Floats) -> Floats:
        """Return how near each is to a unit vector."""
        parts = [
            np.vecdot(self.numbers[at : at + BLOCK].astype(np.float32), vector)
            for at in range(0, len(self), BLOCK)
        ]
        found: Floats = np.concatenate([np.zeros(0, np.float32), *parts]) * self.scales
        return found


def vectors_of(
    texts: Sequence[str],
    encoder: Encoder,
    folder: Path,
    *,
    asked: bool = False,
    done: Callable[[int], object] = lambda _: None,
) -> Vectors:
    """Return the vectors of texts, encoding only those that a municipality's folder does not keep.

    `done` is called with a number of texts that are ready, again and again.
    """
    kind = "asked" if asked else "told"
    mark = hashlib.blake2b(f"{encoder.name}\0{kind}".encode(), digest_size=8).hexdigest()
    path = folder / KEPT / f"encoded-{mark}.npz"
    keep = is_kept_in(folder)
    keys = [hashlib.blake2b(t.encode(errors="replace"), digest_size=16).hexdigest() for t in texts]
    known, kept = _read(path) if keep else ({}, None)
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    done(len(texts) - len(new))
    missing = list(new.items())
    parts = [kept] if kept is not None else []
    for at in range(0, len(missing), AT_ONCE):
        batch = [text for _, text in missing[at : at + AT_ONCE]]
        parts.append(Vectors.of(encoder.encode(batch, asked=asked)))
        done(len(batch))
    if not parts:
        return Vectors(np.zeros((0, 0), np.int8), np.zeros(0, np.float32))
    every = Vectors(
        np.concatenate([part.numbers for part in parts]),
        np.concatenate([part.scales for part in parts]),
    )
    places = {key: place for place, key in enumerate((*known, *new))}
    wanted = every.some(np.array([places[key] for key in keys], np.int64))
    if keep and (new or len(known) > len(set(keys))):
        _write(path, keys, wanted)
    return wanted


def _read(path: Path) -> tuple[dict[str, int], Vectors | None]:
    if not path.is_file():
        return {}, None
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            keys, numbers, scales = as_texts(file["keys"]), file["numbers"], file["scales"]
        if not (len(keys) == len(numbers) == len(scales) and numbers.ndim == 2):
            raise ValueError("another shape")
        places = {str(key): place for place, key in enumerate(keys)}
        first = np.array(list(places.values()), np.int64)
        return places, Vectors(numbers, scales).some(first)
    except Exception as error:  # whatever a broken or foreign file does, it is made again
        log.info("%s is made again: %s", path.name, type(error).__name__)
        return {}, None


def _write(path: Path, keys: Sequence[str], vectors: Vectors) -> None:
    places = {key: place for place, key in enumerate(keys)}
    chosen = vectors.some(np.array(list(places.values()), np.int64))
    arrays: dict[str, Any] = {"keys": as_bytes(list(places))}
    try:
        write_arrays(path, **arrays, numbers=chosen.numbers, scales=chosen.scales)
    except OSError as error:
        log.info("%s is not kept: %s", path.name, type(error).__name__)


class EmbeddedFaq:
    """A FAQ as one encoder understands it, in all languages it is written in."""

    def __init__(
        self,
        entries: Sequence[Entry],
        encoder: Encoder,
        folder: Path,
        done: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._encoder = encoder
        self.documents: list[Document] = [document_of(e, tuple(e.translations)) for e in entries]
        texts = [text for each in self.documents for text in (*each.wordings, each.answer)]
        sizes = np.array([len(each.wordings) for each in self.documents], np.int64)
        self._starts: Indices = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        every = vectors_of(texts, encoder, folder, done=done)
        ends = self._starts[1:] + np.arange(len(sizes))
        told = np.ones(len(texts), np.bool_)
        told[ends] = False
        self._wordings = every.some(np.flatnonzero(told))
        self._answers = every.some(ends)
        self._weights: Floats | None = self._calibrated(folder) if entries else None

    def search(self, text: str, top: int, at: date | None) -> list[Hit]:
        """Return the `top` entries that are valid on a day, nearest first."""
        if not self.documents or not text.strip():
            return []
        (asked,) = _unpacked(Vectors.of(self._encoder.encode([text], asked=True)))
        heights = _heights(self._scores(asked))
        order = [
            n
            for n in np.argsort(-heights, kind="stable").tolist()
            if at is None or self.documents[n].entry.valid_on(at)
        ][: top + 1]
        if not order or not heights.any():
            return []
        right = self._chance(heights[order])
        hits: list[Hit] = []
        for place, number in enumerate(order[:top]):
            behind = float(np.exp(heights[number] - heights[order[0]]))
            mine = right if not place else min(right, (1 - right) * behind)
            document = self.documents[number]
            hits.append(Hit(document.entry, mine, round(mine, 6), False, document.wordings[0]))
        return hits

    def _scores(self, asked: Floats, without: int | None = None) -> Floats:
        """Return how near each document is: its nearest wording and its answer together."""
        wordings = self._wordings.near(asked)
        if without is not None:
            wordings[without] = -1.0
        return np.maximum.reduceat(wordings, self._starts[:-1]) + self._answers.near(asked)

    def _chance(self, best: Floats) -> float:
        if self._weights is None:
            return min(UNPROVEN, chance(float(best[0]) - 4.0))
        return min(NEARLY, chance(float(_numbers(best) @ self._weights)))

    def _calibrated(self, folder: Path) -> Floats | None:
        """Return weights fitted to the town's own wordings, None where there are too few."""
        others = [
            (int(self._starts[number]) + place, number, text)
            for number, each in enumerate(self.documents)
            for place, text in enumerate(each.wordings)
            if place
        ]
        others = others[:: max(1, len(others) // ASKED)][:ASKED]
        golden = [(t, n) for n, each in enumerate(self.documents) for t in each.entry.golden]
        outside = [text for _, text in examples()]
        texts = [*(text for _, _, text in others), *(text for text, _ in golden), *outside]
        asked = _unpacked(vectors_of(texts, self._encoder, folder, asked=True))
        wanted = [*(n for _, n, _ in others), *(n for _, n in golden), *([-1] * len(outside))]
        left_out = [*(w for w, _, _ in others), *([None] * (len(golden) + len(outside)))]
        rows: list[Floats] = []
        right: list[bool] = []
        for vector, number, without in zip(asked, wanted, left_out, strict=True):
            heights = _heights(self._scores(vector, without))
            order = np.argsort(-heights, kind="stable")[:2]
            rows.append(_numbers(heights[order]))
            right.append(int(order[0]) == number)
        if min(sum(right), len(right) - sum(right)) < ENOUGH:
            return None
        inside = len(others) + len(golden)
        heavy = np.where(np.arange(len(right)) < inside, 1.0, inside / len(outside))
        return _fitted(np.stack(rows), np.array(right, np.float64), heavy)


def _heights(scores: Floats) -> Floats:
    """Return how many standard deviations each score stands above the middle of all."""
    spread = float(scores.std())
    if not spread:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / np.float32(spread), np.float32)


def _numbers(best: Floats) -> Floats:
    """Return what tells whether the best is right: its height, its lead, and a one."""
    lead = float(best[0] - best[1]) if len(best) > 1 else 0.0
    return np.array([best[0], lead, 1.0], np.float32)


def _fitted(rows: Floats, right: NDArray[np.float64], heavy: NDArray[np.float64]) -> Floats:
    """Return the weights of a logistic regression (Newton's method); none but the last below 0."""
    given = rows.astype(np.float64)
    used = np.ones(given.shape[1], np.bool_)
    weights = np.zeros(given.shape[1])
    while True:
        weights[:] = 0
        for _ in range(STEPS):
            odds = np.clip(given[:, used] @ weights[used], -30, 30)
            found = 1 / (1 + np.exp(-odds))
            slope = given[:, used].T @ ((right - found) * heavy) - RIDGE * weights[used]
            curve = (given[:, used] * (heavy * found * (1 - found))[:, None]).T @ given[:, used]
            weights[used] += np.linalg.solve(curve + RIDGE * np.eye(int(used.sum())), slope)
        against = used & (weights < 0) & (np.arange(len(weights)) < len(weights) - 1)
        if not against.any():
            return weights.astype(np.float32)
        used &= ~against


def _unpacked(vectors: Vectors) -> Floats:
    return vectors.numbers.astype(np.float32) * vectors.scales[:, None]
