"""Fits concierge/faq/choosing.json, the numbers of the second stage, on texts of ours alone.

    .venv/bin/python models/fit_choosing.py     (about four minutes)

Questions with known answers are the demonstration town's: its golden questions but for those held
back, and its other wordings, each asked of an index from which it was taken out. Questions without an answer are
`concierge/faq/out_of_scope.tsv`, and questions whose entry was taken out of the index. Everything
is done with the general word vectors and with those adapted to the town.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from concierge.faq.choosing import FILE, POOL, RIGHT_NAMES, right_features
from concierge.faq.features import NAMES
from concierge.faq.folder import load_faq
from concierge.faq.golden import load_golden
from concierge.faq.index import Index, document_of
from concierge.faq.lexicon import packaged
from concierge.faq.meaning import Meaning, read_meaning
from concierge.faq.model import Entry
from concierge.faq.scope import SCOPE_NAMES, examples
from concierge.faq.training import MEANING, train
from concierge.municipality import read_municipality

DEMO = Path(__file__).resolve().parents[1] / "knowledge" / "demo"
FOLDS = 4
STEPS = 800
SIZES = (2, 3, 5, 8, 15, 30, 60) * 2
"""Entries of the small towns."""
SIGNS = np.array([-1.0 if name in ("done_only", "named_only") else 1.0 for name in RIGHT_NAMES])
"""What each number must mean for being right: a weight against it is chance."""


@dataclass(frozen=True)
class Case:
    """A question as it stands before the second stage."""

    kind: str
    features: np.ndarray
    right: np.ndarray
    scope: np.ndarray
    near: float


def main() -> None:
    """Gather, fit, write."""
    entries = with_golden(load_faq(DEMO).entries)
    with tempfile.TemporaryDirectory() as place:
        train(entries, Path(place))
        meanings = [None, read_meaning(Path(place) / MEANING)]
        cases = [case for meaning in meanings for case in gathered(entries, meaning)]
    known = [c for c in cases if c.right.any() and len(c.right) == POOL]
    order = listwise(np.stack([c.features for c in known]), np.stack([c.right for c in known]))
    cases += list(small_towns(entries))
    judged = [c for c in cases if c.kind in ("golden", "outside")]
    inside = np.array([c.kind == "golden" for c in judged], float)
    even = np.where(inside > 0, 1 / inside.sum(), 1 / (1 - inside).sum())
    ours, bias = logistic(np.stack([c.scope for c in judged]), inside, 1e-2, even)
    judged = [c for c in cases if c.kind != "wording"]
    numbers = np.stack(
        [
            right_features(float(c.scope @ ours + bias), c.features @ order, c.features, c.near)
            for c in judged
        ]
    )
    best = np.array([c.right[np.argmax(c.features @ order)] for c in judged], float)
    right, right_bias = logistic(numbers, best, 1e-3, np.ones(len(best)), SIGNS)
    written = {
        "order": named(NAMES, order),
        "ours": {**named(SCOPE_NAMES, ours), "bias": round(float(bias), 4)},
        "right": {**named(RIGHT_NAMES, right), "bias": round(float(right_bias), 4)},
    }
    FILE.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    print(f"{len(cases):,} questions; numbers written to {FILE.name}")


def with_golden(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries with all their Japanese golden questions that nothing keeps back."""
    asked, _ = load_golden(DEMO, entries)
    fitting = [each for each in asked if not each.held and each.language is None]
    return [
        replace(e, golden=tuple(each.text for each in fitting if e.id in each.answers))
        for e in entries
    ]


def gathered(entries: Sequence[Entry], meaning: Meaning | None) -> Iterator[Case]:
    """Yield all questions for one kind of word vectors."""
    golden = [(text, entry.id, "golden") for entry in entries for text in entry.golden]
    yield from asked(entries, golden, meaning, outside=True, tags=("ja-easy",))
    for fold in range(FOLDS):
        left = [
            replace(e, also=tuple(a for n, a in enumerate(e.also) if n % FOLDS != fold))
            for e in entries
        ]
        taken = [
            (text, entry.id, "wording")
            for entry in entries
            for number, text in enumerate(entry.also)
            if number % FOLDS == fold
        ]
        yield from asked(left, taken, meaning)
        out = {entry.id for number, entry in enumerate(entries) if number % FOLDS == fold}
        rest = [entry for entry in entries if entry.id not in out]
        missed = [
            (text, entry.id, "taken out")
            for entry in entries
            if entry.id in out
            for text in (*entry.golden, *entry.also[:3])
        ]
        yield from asked(rest, missed + [g for g in golden if g[1] not in out], meaning)
    bare = [replace(entry, also=(), keywords=()) for entry in entries]
    wordings = [(text, e.id, "bare") for e in entries for text in (*e.also, *e.golden)]
    yield from asked(bare, wordings, meaning, outside=True)


def small_towns(entries: Sequence[Entry]) -> Iterator[Case]:
    """Yield questions asked of a few entries, most of which are no questions for them."""
    chance = random.Random(5)  # noqa: S311 - the same choice each time
    for size in SIZES:
        few = chance.sample(list(entries), size)
        rest = chance.sample([entry for entry in entries if entry not in few], size + 25)
        golden = [(text, entry.id, "golden") for entry in few for text in entry.golden]
        missed = [(text, "", "taken out") for entry in rest for text in entry.golden]
        yield from asked(few, golden + missed, None, outside=size > 30)


def asked(
    entries: Sequence[Entry],
    questions: Sequence[tuple[str, str, str]],
    meaning: Meaning | None,
    *,
    outside: bool = False,
    tags: Sequence[str] = (),
) -> Iterator[Case]:
    """Yield the cases of questions (text, id, kind) asked of an index of entries."""
    town, _ = read_municipality(DEMO / "municipality.yaml", "municipality.yaml")
    name = town.name if town else ""
    index = Index([document_of(entry, tags) for entry in entries], packaged(), meaning, name)
    more = [(text, "", "outside") for _, text in examples()] if outside else []
    for number, (text, answer, kind) in enumerate([*more, *questions]):
        query = index.query(text)
        sides = index.sides(query)
        near = index.near(sides)
        pool = np.argsort(-near, kind="stable")[:POOL].tolist()
        features = index.features(query, pool, sides, near)
        example = number if number < len(more) else None
        scope = index.scope_features(query, sides, near, features[0], example)
        right = np.array([entries[place].id == answer for place in pool], float)
        yield Case(kind, features, right, scope, float(near[pool[0]]))


def listwise(features: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return weights that give right candidates the most of a softmax over each pool."""
    flat = features.reshape(-1, features.shape[2])
    spread = flat.std(axis=0) + 1e-6
    scaled = (features - flat.mean(axis=0)) / spread

    def gradient(weights: np.ndarray) -> np.ndarray:
        fits = scaled @ weights
        share = np.exp(fits - fits.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        wanted = share * right
        wanted /= wanted.sum(axis=1, keepdims=True) + 1e-12
        pull: np.ndarray = np.einsum("nk,nkf->f", share - wanted, scaled) / len(scaled)
        return pull + 0.1 * weights

    return descended(gradient, features.shape[2]) / spread


def logistic(
    given: np.ndarray,
    right: np.ndarray,
    penalty: float,
    heavy: np.ndarray,
    signs: np.ndarray | None = None,
) -> tuple[np.ndarray, float]:
    """Return weights and bias of a logistic regression; a weight against its sign becomes 0."""
    mean, spread = given.mean(axis=0), given.std(axis=0) + 1e-6
    scaled = np.c_[(given - mean) / spread, np.ones(len(given))]
    heavy = heavy / heavy.sum()

    def gradient(weights: np.ndarray) -> np.ndarray:
        found = 1 / (1 + np.exp(-scaled @ weights))
        return scaled.T @ ((found - right) * heavy) + penalty * np.r_[weights[:-1], 0.0]

    allowed = None if signs is None else np.append(signs, 0.0)
    weights = descended(gradient, scaled.shape[1], allowed)
    return weights[:-1] / spread, float(weights[-1] - (weights[:-1] / spread * mean).sum())


def descended(
    gradient: Callable[[np.ndarray], np.ndarray], size: int, signs: np.ndarray | None = None
) -> np.ndarray:
    """Return where Adam comes to, in steps that grow shorter."""
    weights, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, STEPS + 1):
        slope = gradient(weights)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope * slope
        unbiased = np.sqrt(square / (1 - 0.99**step)) + 1e-8
        rate = 0.05 * (1 - 0.95 * step / STEPS) / (1 - 0.9**step)
        weights = weights - rate * mean / unbiased
        if signs is not None:
            weights[weights * signs < 0] = 0.0
    return weights


def named(names: Sequence[str], weights: np.ndarray) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


if __name__ == "__main__":
    main()
