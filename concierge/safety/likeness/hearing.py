"""Weighs a message with the weights that `learning.py` wrote."""

from __future__ import annotations

import json
import math
import zlib
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from concierge.safety.folding import Folded
from concierge.safety.likeness.features import BUCKETS, features, norm

__all__ = ["WEIGHTS", "Likeness", "Weights", "likeness_of", "read_weights", "weights_digest"]

WEIGHTS = Path(__file__).with_name("weights.bin")
LONGEST = 160
"""Letters of a sentence that are weighed."""
MOST = 12
"""Sentences of a message that are weighed: the first and the last ones of a longer one."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How probable it is (0–1) that a message is a cry for help, and of which kind it would be."""

    probability: float
    kind: str


@dataclass(frozen=True, slots=True)
class Weights:
    """What is learnt, in whole numbers: a row of `BUCKETS` for the alarm, and one for each kind."""

    digest: str
    kinds: tuple[str, ...]
    alarm: array[int]
    alarm_scale: float
    alarm_bias: float
    kind_rows: tuple[array[int], ...]
    kind_scale: float
    kind_biases: tuple[float, ...]


def likeness_of(folded: Folded) -> Likeness | None:
    """Return the likeness of the sentence most like a cry for help; None where there is none."""
    weights = _weights()
    stretches = [folded.text[first:last] for first, last in folded.sentences()]
    if len(stretches) > MOST:
        stretches = stretches[: MOST // 2] + stretches[-MOST // 2 :]
    elif len(stretches) > 1 and len(folded.text) <= LONGEST:
        stretches.append(folded.text.replace("。", "").replace("?", ""))
    found = [(_alarm(buckets, weights), buckets) for buckets in map(_buckets, stretches) if buckets]
    if not found:
        return None
    probability, buckets = max(found, key=lambda each: each[0])
    return Likeness(probability, _kind(buckets, weights))


def weights_digest() -> str:
    """Return the digest of the sentences that the weights were learnt from."""
    return _weights().digest


def _buckets(text: str) -> tuple[int, ...]:
    return tuple(features(text[:LONGEST])) if text else ()


def _alarm(buckets: tuple[int, ...], weights: Weights) -> float:
    total = sum(map(weights.alarm.__getitem__, buckets))
    return _logistic(total * weights.alarm_scale / norm(len(buckets)) + weights.alarm_bias)


def _kind(buckets: tuple[int, ...], weights: Weights) -> str:
    scale = weights.kind_scale / norm(len(buckets))
    scores = [
        sum(map(row.__getitem__, buckets)) * scale + bias
        for row, bias in zip(weights.kind_rows, weights.kind_biases, strict=True)
    ]
    return weights.kinds[max(range(len(scores)), key=scores.__getitem__)]


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, score))))


@cache
def _weights() -> Weights:
    return read_weights(WEIGHTS.read_bytes())


def read_weights(written: bytes) -> Weights:
    """Return the weights that `learning.learnt` put into bytes."""
    head, _, body = written.partition(b"\n")
    table = json.loads(head)
    numbers = array("b", zlib.decompress(body))
    rows = [numbers[start : start + BUCKETS] for start in range(0, len(numbers), BUCKETS)]
    return Weights(
        digest=table["digest"],
        kinds=tuple(table["kinds"]),
        alarm=rows[0],
        alarm_scale=table["alarm"]["scale"],
        alarm_bias=table["alarm"]["bias"],
        kind_rows=tuple(rows[1:]),
        kind_scale=table["kind"]["scale"],
        kind_biases=tuple(table["kind"]["biases"]),
    )
