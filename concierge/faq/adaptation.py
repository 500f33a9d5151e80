"""Adapts the general word vectors to one town's FAQ: no questions of residents are needed.

Contrastive training (InfoNCE with in-batch negatives, van den Oord et al. 2018) in numpy: what a
question says is drawn to its own answer and away from all others. Trained are the words' vectors
and weights and one matrix that turns all vectors alike, which also reaches words that do not stand
in the FAQ. Little training is best: it is stopped long before the pairs are learnt by heart. The
same FAQ gives the same vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concierge.faq.meaning import Meaning
from concierge.faq.vectors import DIMENSIONS, Floats, general

__all__ = ["FEWEST", "STEPS", "adapted"]

FEWEST = 30
"""Entries below which there is too little to learn from."""
STEPS = 110
BATCH = 512
TEMPERATURE = 0.06
RATE_TURN, RATE_VECTORS, RATE_WEIGHTS = 5e-4, 1e-3, 5e-3
LEFT_OUT_QUESTION, LEFT_OUT_ANSWER = 0.3, 0.5
"""Shares of words that are left out at random in each step."""
LONGEST_ANSWER = 48
"""Words of an answer that are trained on, the rarest first."""
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Weighted words of many texts, one after the other; text i has `starts[i]:starts[i + 1]`."""

    starts: Indices
    words: Indices
    weights: Floats

    def some(self, chosen: Indices, left_out: float, chance: np.random.Generator) -> _Rows:
        """Return some of the texts with words left out, but never all of a text."""
        spans = [(int(self.starts[i]), int(self.starts[i + 1])) for i in chosen]
        places = np.concatenate([np.arange(a, b) for a, b in spans])
        sizes = np.array([b - a for a, b in spans])
        owner = np.repeat(np.arange(len(spans)), sizes)
        kept = chance.random(len(places)) >= left_out
        firsts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        kept[firsts[np.bincount(owner[kept], minlength=len(spans)) == 0]] = True
        counts = np.bincount(owner[kept], minlength=len(spans))
        return _Rows(
            np.concatenate(([0], np.cumsum(counts))),
            self.words[places[kept]],
            self.weights[places[kept]],
        )

    def times(self, vectors: Floats) -> Floats:
        """Return each text's sum of vectors."""
        sums = np.add.reduceat(vectors[self.words] * self.weights[:, None], self.starts[:-1])
        return np.asarray(sums, np.float32)

    def back(self, gradient: Floats, size: int) -> Floats:
        """Return what a gradient at the texts is at the words."""
        owner = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        order = np.argsort(self.words, kind="stable")
        words = self.words[order]
        first = np.flatnonzero(np.concatenate(([True], words[1:] != words[:-1])))
        found = np.zeros((size, gradient.shape[1]), np.float32)
        found[words[first]] = np.add.reduceat(
            gradient[owner[order]] * self.weights[order][:, None], first
        )
        return found


def adapted(
    questions: Sequence[Mapping[str, float]],
    answers: Sequence[Mapping[str, float]],
    rarity: Mapping[str, float],
    unknown: float,
    trained_on: str,
    step_done: Callable[[], object] = lambda: None,
) -> Meaning:
    """Return vectors trained on a town's pairs of question and answer.

    `rarity` holds every word of them with its inverse document frequency, `unknown` that of a word
    outside; pairs with an empty side are passed over. `step_done` is called `STEPS` times.
    """
    words = {word: number for number, word in enumerate(rarity)}
    pairs = [(q, a) for q, a in zip(questions, answers, strict=True) if q and a]
    left = _rows([q for q, _ in pairs], words)
    right = _rows([_rarest(a, rarity) for _, a in pairs], words)
    chance = np.random.default_rng(20_260_101)
    table = general().matrix(list(words))
    own = (chance.standard_normal(table.shape) * 0.002).astype(np.float32)
    own[~table.any(axis=1)] *= 15
    turn = np.eye(DIMENSIONS, dtype=np.float32)
    weights = np.log(np.fromiter(rarity.values(), np.float32, len(rarity)) + np.float32(0.1))
    adam = _Adam()
    for step in range(1, STEPS + 1):
        chosen = chance.permutation(len(pairs))[:BATCH]
        one = left.some(chosen, LEFT_OUT_QUESTION, chance)
        two = right.some(chosen, LEFT_OUT_ANSWER, chance)
        weight = np.exp(weights)[:, None]
        vectors = (table @ turn + own) * weight
        towards_one, towards_two = _gradients(one.times(vectors), two.times(vectors))
        gradient = one.back(towards_one, len(words)) + two.back(towards_two, len(words))
        rate = 1 - 0.9 * step / STEPS
        adam.step = step
        before = gradient * weight
        adam.update("turn", turn, table.T @ before, RATE_TURN * rate)
        adam.update("own", own, before, RATE_VECTORS * rate)
        adam.update("weights", weights, (gradient * vectors).sum(axis=1), RATE_WEIGHTS * rate)
        step_done()
    vectors = (table @ turn + own) * np.exp(weights)[:, None]
    return Meaning(words, vectors, turn, unknown, trained_on)


def _gradients(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Return the gradients of the symmetric InfoNCE loss at both sides' sums."""
    left_length = np.linalg.norm(left, axis=1, keepdims=True) + 1e-6
    right_length = np.linalg.norm(right, axis=1, keepdims=True) + 1e-6
    a, b = left / left_length, right / right_length
    likeness = a @ b.T / TEMPERATURE
    error = (_softmax(likeness, 1) + _softmax(likeness, 0)) / 2
    np.fill_diagonal(error, error.diagonal() - 1)
    error /= len(error) * TEMPERATURE
    at_a, at_b = error @ b, error.T @ a
    return (
        (at_a - a * (at_a * a).sum(axis=1, keepdims=True)) / left_length,
        (at_b - b * (at_b * b).sum(axis=1, keepdims=True)) / right_length,
    )


def _softmax(values: Floats, axis: int) -> Floats:
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True), np.float32)


class _Adam:
    """Adam (Kingma and Ba 2015), in place."""

    def __init__(self) -> None:
        self.step = 0
        self._moments: dict[str, tuple[Floats, Floats]] = {}

    def update(self, name: str, value: Floats, gradient: Floats, rate: float) -> None:
        if name not in self._moments:
            self._moments[name] = (np.zeros_like(value), np.zeros_like(value))
        mean, square = self._moments[name]
        mean += np.float32(0.1) * (gradient - mean)
        square += np.float32(0.01) * (gradient * gradient - square)
        unbiased = np.sqrt(square / np.float32(1 - 0.99**self.step)) + np.float32(1e-8)
        value -= np.float32(rate / (1 - 0.9**self.step)) * mean / unbiased


def _rarest(terms: Mapping[str, float], rarity: Mapping[str, float]) -> Mapping[str, float]:
    if len(terms) <= LONGEST_ANSWER:
        return terms
    chosen = sorted(terms, key=lambda word: -rarity[word])[:LONGEST_ANSWER]
    return {word: terms[word] for word in chosen}


def _rows(texts: Sequence[Mapping[str, float]], words: Mapping[str, int]) -> _Rows:
    sizes = np.array([len(text) for text in texts])
    return _Rows(
        np.concatenate(([0], np.cumsum(sizes))),
        np.array([words[word] for text in texts for word in text], np.int64),
        np.array([weight for text in texts for weight in text.values()], np.float32),
    )
