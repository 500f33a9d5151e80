"""Learns the weights of `hearing.py` anew from the sentences of `tests/safety/learnt.tsv`.

    python -m concierge.safety.likeness.learning           write weights.bin (some seconds; numpy)
    python -m concierge.safety.likeness.learning --gather  first write learnt.tsv anew from
                                                           tests/safety/sentences and the
                                                           demonstration town's FAQ, then learn
    python -m concierge.safety.likeness.learning --cross   tell how well sentences are weighed that
                                                           were not learnt from, a fifth at a time

Nothing is learnt by the way: a sentence that is written elsewhere, or a question of the FAQ that is
put in other words, changes the weights only once it is gathered.

Two logistic models over the same features: is it a cry for help, and of which kind. Full-batch
gradient descent (Adam) from zero, without chance in it: the same sentences give the same file.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from concierge.faq.folder import load_faq
from concierge.safety.folding import fold
from concierge.safety.likeness.features import BUCKETS, features, norm
from concierge.safety.likeness.hearing import WEIGHTS
from concierge.safety.recognising import KINDS

__all__ = ["ORDINARY", "digest_of", "gathered", "learnt", "sentences"]

ROOT = Path(__file__).resolve().parents[3]
SENTENCES = ROOT / "tests" / "safety" / "sentences"
TOWN = ROOT / "knowledge" / "demo"
LEARNT = ROOT / "tests" / "safety" / "learnt.tsv"
"""A line a sentence: its kind, "-" for none, a tab, and the sentence."""
NO_KIND = "-"
ORDINARY = ""
EPOCHS = 240
STEP = 0.05
DECAY = 1e-6
FOLDS = 5

Rows = list[np.ndarray[Any, np.dtype[np.int64]]]
Vector = np.ndarray[Any, np.dtype[np.float64]]


def sentences() -> list[tuple[str, str]]:
    """Return what is learnt from: sentences with their kind, `ORDINARY` for no cry for help."""
    rows = (line.split("\t", 1) for line in LEARNT.read_text("utf-8").split("\n") if line)
    return [(text, ORDINARY if kind == NO_KIND else kind) for kind, text in rows]


def gathered() -> list[tuple[str, str]]:
    """Return every sentence written in the tests and the demonstration town, as `sentences`."""
    found = dict.fromkeys(_town_wordings(), ORDINARY)
    for name in ("ordinary", "illness", "everyday"):
        found.update(dict.fromkeys(_flat(_read(name)), ORDINARY))
    rounds = [_read(name) for name in ("held_out", "strangers", "passers_by")]
    for table in rounds:
        for part in ("ordinary", "illness"):
            found.update(dict.fromkeys(_flat(table.get(part, {})), ORDINARY))
    for table in (_read("alarms"), *(each["alarms"] for each in rounds)):
        for kind, texts in table.items():
            found.update(dict.fromkeys(map(str, texts), kind))
    return sorted((" ".join(text.split()), kind) for text, kind in found.items())


def digest_of(written: Sequence[tuple[str, str]]) -> str:
    """Return what changes whenever a sentence does."""
    return hashlib.sha256(json.dumps(written, ensure_ascii=False).encode()).hexdigest()


def _read(name: str) -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load((SENTENCES / f"{name}.yaml").read_text("utf-8"))
    return table


def _flat(table: dict[str, list[str]]) -> Iterator[str]:
    for texts in table.values():
        yield from map(str, texts)


def _town_wordings() -> Iterator[str]:
    for entry in load_faq(TOWN).entries:
        yield from (entry.question, *entry.also, *entry.golden)
        for translation in entry.translations.values():
            yield from (text for text in (translation.question, *translation.also) if text)


def _rows(texts: Sequence[str]) -> Rows:
    folded = (fold(text).text.replace("。", "").replace("?", "") for text in texts)
    return [np.array(sorted(features(text)), dtype=np.int64) for text in folded]


def _learn(rows: Rows, targets: Vector) -> tuple[Vector, float]:
    """Return the weight of each bucket and the bias for targets of 0 or 1."""
    buckets = np.concatenate(rows)
    sizes = np.array([len(row) for row in rows])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    values = np.repeat([1 / norm(int(size)) for size in sizes], sizes)
    share = np.where(targets > 0, 0.5 / max(targets.sum(), 1), 0.5 / max((1 - targets).sum(), 1))
    share = 0.5 * share + 0.5 / len(targets)
    weights, bias = np.zeros(BUCKETS + 1), 0.0
    mean, square = np.zeros(BUCKETS + 1), np.zeros(BUCKETS + 1)
    for epoch in range(1, EPOCHS + 1):
        scores = np.add.reduceat(weights[buckets] * values, starts) + weights[BUCKETS]
        error = (1 / (1 + np.exp(-scores)) - targets) * share
        slope = np.bincount(buckets, np.repeat(error, sizes) * values, BUCKETS + 1)
        slope[BUCKETS] = error.sum()
        slope[:BUCKETS] = slope[:BUCKETS] + DECAY * weights[:BUCKETS]
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        hat = np.sqrt(square / (1 - 0.99**epoch)) + 1e-8
        weights -= STEP * (1 - epoch / (EPOCHS + 1)) * (mean / (1 - 0.9**epoch)) / hat
    bias = float(weights[BUCKETS])
    return weights[:BUCKETS], bias


def _scores(rows: Rows, weights: Vector, bias: float) -> Vector:
    return np.array([weights[row].sum() / norm(len(row)) + bias for row in rows])


def _quantised(columns: Sequence[Vector]) -> tuple[bytes, float]:
    top = max(float(np.abs(column).max()) for column in columns)
    scale = top / 127
    return b"".join(np.rint(c / scale).astype(np.int8).tobytes() for c in columns), scale


def _with_parts(written: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the sentences, and each part of those that hold several and are no cry for help.

    Any one sentence of a cry may be harmless; of an ordinary message none is a cry.
    """
    parts: dict[str, str] = {}
    for text, kind in written:
        folded = fold(text)
        if kind == ORDINARY and len(list(folded.sentences())) > 1:
            parts |= {folded.text[first:last]: kind for first, last in folded.sentences()}
    return [*written, *parts.items()]


def _gather() -> None:
    lines = (f"{kind or NO_KIND}\t{text}\n" for text, kind in gathered())
    LEARNT.write_text("".join(lines), "utf-8")


def learnt(written: Sequence[tuple[str, str]]) -> bytes:
    """Return what `hearing.py` reads, learnt from sentences; the same ones give the same bytes."""
    digest = digest_of(written)
    written = _with_parts(written)
    rows = _rows([text for text, _ in written])
    kinds = np.array([kind for _, kind in written])
    alarm, alarm_bias = _learn(rows, (kinds != ORDINARY).astype(float))
    alarm_bytes, alarm_scale = _quantised([alarm])
    cries = [row for row, kind in zip(rows, kinds, strict=True) if kind != ORDINARY]
    named = kinds[kinds != ORDINARY]
    learnt = [_learn(cries, (named == kind).astype(float)) for kind in KINDS]
    kind_bytes, kind_scale = _quantised([weights for weights, _ in learnt])
    head = {
        "digest": digest,
        "kinds": KINDS,
        "alarm": {"scale": round(alarm_scale, 8), "bias": round(alarm_bias, 6)},
        "kind": {"scale": round(kind_scale, 8), "biases": [round(b, 6) for _, b in learnt]},
    }
    return json.dumps(head).encode() + b"\n" + zlib.compress(alarm_bytes + kind_bytes, 9)


def _write() -> None:
    written = sentences()
    size = WEIGHTS.write_bytes(learnt(written))
    sys.stdout.write(f"{len(written)} sentences, {size} bytes\n")


def _cross() -> None:
    written = sentences()
    rows = _rows([text for text, _ in written])
    targets = np.array([float(kind != ORDINARY) for _, kind in written])
    fold_of = np.array([zlib.crc32(text.encode()) % FOLDS for text, _ in written])
    scores = np.zeros(len(rows))
    for part in range(FOLDS):
        known = [row for row, each in zip(rows, fold_of, strict=True) if each != part]
        weights, bias = _learn(known, targets[fold_of != part])
        scores[fold_of == part] = _scores(
            [row for row, each in zip(rows, fold_of, strict=True) if each == part], weights, bias
        )
    chances = 1 / (1 + np.exp(-scores))
    for bar in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        heard = (chances > bar)[targets > 0].mean()
        false = (chances > bar)[targets == 0].mean()
        sys.stdout.write(f"from {bar:.2f}: heard {heard:.1%}, false {false:.2%}\n")


if __name__ == "__main__":
    if "--gather" in sys.argv:
        _gather()
    _cross() if "--cross" in sys.argv else _write()
