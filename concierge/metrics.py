"""Figures about the running program in Prometheus's text format, without any dependency.

Names, labels and counts only: no label ever holds anything of a resident. Labels come from what the
program itself knows (engine names, outcomes, channels), so their number is bounded.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

__all__ = ["CONTENT_TYPE", "Metrics", "Sample", "exposition"]

BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the latency histograms, in seconds."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure read at the moment of asking: name, help, labels, value."""

    name: str
    help: str
    labels: Labels
    value: float


@dataclass(slots=True)
class _Histogram:
    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0


class Metrics:
    """Counters and latencies. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[Labels, int] = defaultdict(int)
        self._turn_seconds: dict[Labels, _Histogram] = defaultdict(_Histogram)
        self._asked: dict[Labels, int] = defaultdict(int)
        self._engine_seconds: dict[Labels, _Histogram] = defaultdict(_Histogram)

    def turn(self, channel: str, status: str, seconds: float) -> None:
        """Count a turn: through which channel, how it ended, how long it took."""
        channel_label = (("channel", channel),)
        with self._lock:
            self._turns[(*channel_label, ("status", status))] += 1
            _observe(self._turn_seconds[channel_label], seconds)

    def asked(self, engine: str, outcome: str, seconds: float) -> None:
        """Count the asking of an engine."""
        label = (("engine", engine),)
        with self._lock:
            self._asked[(*label, ("outcome", outcome))] += 1
            if outcome != "skipped":
                _observe(self._engine_seconds[label], seconds)

    def exposed(self, now: Iterable[Sample] = ()) -> str:
        """Return everything in Prometheus's text format, with these present figures."""
        with self._lock:
            lines = [
                *_counter("concierge_turns_total", "Turns by channel and outcome.", self._turns),
                *_histogram("concierge_turn_seconds", "Duration of a turn.", self._turn_seconds),
                *_counter("concierge_engine_asked_total", "Askings by outcome.", self._asked),
                *_histogram(
                    "concierge_engine_seconds", "Duration of an asking.", self._engine_seconds
                ),
            ]
        return "\n".join([*lines, *exposition(now)]) + "\n"


def exposition(samples: Iterable[Sample]) -> list[str]:
    """Return gauges in the text format, those of one name together."""
    grouped: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        grouped[sample.name].append(sample)
    lines: list[str] = []
    for name, each in grouped.items():
        lines += _head(name, each[0].help, "gauge")
        lines += [f"{name}{_labels(one.labels)} {one.value:g}" for one in each]
    return lines


def _observe(histogram: _Histogram, seconds: float) -> None:
    histogram.counts[bisect_left(BUCKETS, seconds)] += 1
    histogram.total += seconds


def _counter(name: str, text: str, values: dict[Labels, int]) -> list[str]:
    return _head(name, text, "counter") + [
        f"{name}{_labels(labels)} {value}" for labels, value in sorted(values.items())
    ]


def _histogram(name: str, text: str, values: dict[Labels, _Histogram]) -> list[str]:
    lines = _head(name, text, "histogram")
    for labels, histogram in sorted(values.items(), key=lambda one: one[0]):
        below = 0
        for bound, count in zip((*BUCKETS, float("inf")), histogram.counts, strict=True):
            below += count
            edge = "+Inf" if bound == float("inf") else f"{bound:g}"
            lines.append(f"{name}_bucket{_labels((*labels, ('le', edge)))} {below}")
        lines.append(f"{name}_sum{_labels(labels)} {histogram.total:.6f}")
        lines.append(f"{name}_count{_labels(labels)} {below}")
    return lines


def _head(name: str, text: str, kind: str) -> list[str]:
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]


def _labels(labels: Sequence[tuple[str, str]]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
