"""How an engine's proposals are judged, and within which bounds it is asked."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from concierge.engine import Layer
from concierge.hub.budget import Limits

__all__ = ["Choosing", "Preferences"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """For which questions an engine is asked at all, and for which it goes before others."""

    only_languages: tuple[str, ...] = ()
    """Empty for every language."""
    first_in_languages: tuple[str, ...] = ()
    first_for_intents: tuple[str, ...] = ()

    def asked_in(self, language: str) -> bool:
        """Whether a question in this language is put to the engine."""
        return not self.only_languages or _among(language, self.only_languages)

    def goes_first(self, language: str, intent: str | None) -> bool:
        """Whether a sure answer of the engine goes before other engines' of its layer."""
        return _among(language, self.first_in_languages) or intent in self.first_for_intents


def _among(language: str, tags: tuple[str, ...]) -> bool:
    """`zh` stands for `zh-Hans` too, but `ja` not for `ja-easy`, which is written otherwise."""
    return language in tags or (language != "ja-easy" and language.partition("-")[0] in tags)


@dataclass(frozen=True, slots=True)
class Choosing:
    """The settings of one engine (see `hub_settings.yaml` and `concierge.hub.settings`)."""

    answer: float
    suggest: float
    gap: float
    suggestions: int
    deadline: float
    calibration: tuple[tuple[float, float], ...] = ()
    """Points (score, probability), rising; between them the line, outside them the end."""
    concurrency: int = 8
    """How many questions it may be at work on at once, stuck ones included."""
    failures: int = 5
    """After how many failures in a row it is left alone."""
    rest: float = 30.0
    """For how many seconds."""
    layers: tuple[Layer, ...] | None = None
    """The layers it is asked in, where staff chose among its own."""
    shadow: bool = False
    """Asked only after the reply, to be compared; never answers a resident."""
    preferences: Preferences = field(default_factory=Preferences)
    limits: Limits = field(default_factory=Limits)

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
