"""The thresholds by which an engine's proposals are judged (see `hub_settings.yaml`)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["Choosing"]


@dataclass(frozen=True, slots=True)
class Choosing:
    """How the proposals of one engine are judged, and how long it has."""

    answer: float
    suggest: float
    gap: float
    suggestions: int
    deadline: float
    calibration: tuple[tuple[float, float], ...] = ()
    """Points (score, probability), rising; between them the line, outside them the end."""

    def probability(self, score: float) -> float:
        """Return the probability that an answer with this score is right."""
        bounded = min(1.0, max(0.0, score)) if score == score else 0.0  # noqa: PLR0124 - NaN
        points = self.calibration
        if not points:
            return bounded
        place = bisect_right(points, (bounded, float("inf")))
        if place == 0:
            return points[0][1]
        if place == len(points):
            return points[-1][1]
        (x0, y0), (x1, y1) = points[place - 1], points[place]
        return y0 + (y1 - y0) * (bounded - x0) / (x1 - x0)
