"""The second stage: which of the nearest twenty answers, is the question ours, are we right.

Three small linear models over `concierge.faq.features` and `concierge.faq.scope`. Their numbers are
in `choosing.json`, fitted by `models/fit_choosing.py` on texts of ours alone: the demonstration
town's FAQ, its golden questions, and questions that no town answers.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from concierge.faq.features import NAMES
from concierge.faq.scope import SCOPE_NAMES
from concierge.faq.vectors import Floats

__all__ = ["FILE", "POOL", "RIGHT_NAMES", "Chooser", "chance", "chooser", "right_features"]

FILE = Path(__file__).with_name("choosing.json")
POOL = 20
"""Entries that are weighed against each other."""
OF_BEST = (
    "words", "question_meaning", "answer_meaning", "all_words_in_question", "question_words_in_own",
    "question_words_in_all", "likeness", "explained", "explained_by_meant", "done_only",
    "named_only",
)  # fmt: skip
"""Features of the best candidate that say whether it is right."""
RIGHT_NAMES = ("ours", "share", "ahead", "near", *OF_BEST)
SELDOM = 4.0
"""How much worse than the best an entry fits that is not there, in an FAQ of fewer than twenty."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """Linear models; `ours` and `right` are (weights, bias)."""

    order: Floats
    ours: tuple[Floats, float]
    right: tuple[Floats, float]

    def ordered(self, features: Floats) -> Floats:
        """Return how well each candidate fits; the differences are logarithms of chances."""
        return features @ self.order

    def is_ours(self, scope: Floats) -> float:
        """Return how sure it is that the question is one for this FAQ, as a logarithm of odds."""
        return float(scope @ self.ours[0] + self.ours[1])

    def is_right(self, features: Floats) -> float:
        """Return the probability that the best candidate answers the question."""
        return chance(float(features @ self.right[0] + self.right[1]))


def right_features(ours: float, fits: Floats, features: Floats, near: float) -> Floats:
    """Return the numbers of `RIGHT_NAMES`.

    `fits` are those of `Chooser.ordered` for the rows of `features`, `near` how near the nearest is.
    """
    best = int(fits.argmax())
    others = np.full(POOL, fits[best] - SELDOM)
    others[: len(fits)] = np.sort(fits)[::-1][:POOL]
    share = float(1 / np.exp(others - others[0]).sum())
    ahead = min(4.0, float(others[0] - others[1]))
    row = features[best]
    of_best = [float(row[NAMES.index(name)]) for name in OF_BEST]
    return np.array([max(-6.0, min(6.0, ours)), share, ahead, near, *of_best], np.float32)


def chance(logit: float) -> float:
    """Return the probability of a logarithm of odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@cache
def chooser() -> Chooser:
    """Return the models that come with the concierge."""
    numbers = json.loads(FILE.read_text(encoding="utf-8"))

    def weights(name: str, names: tuple[str, ...]) -> Floats:
        return np.array([numbers[name][each] for each in names], np.float32)

    return Chooser(
        weights("order", NAMES),
        (weights("ours", SCOPE_NAMES), float(numbers["ours"]["bias"])),
        (weights("right", RIGHT_NAMES), float(numbers["right"]["bias"])),
    )
