"""How staff set the hub up in `municipality.yaml`: read strictly, a mistake never stops the rest.

Under `hub:` a setting is for every engine, under an engine's name for that one. Everything else
under an engine's name is the engine's own.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from concierge.engine import Layer
from concierge.hub.budget import Limits
from concierge.hub.choosing import Choosing, Preferences
from concierge.problem import SettingError

__all__ = ["HUB_KEYS", "defaults", "read_choosing", "read_points", "usual_engines"]

NUMBERS: dict[str, tuple[float, float]] = {
    "answer": (0, 1),
    "suggest": (0, 1),
    "gap": (0, 1),
    "suggestions": (1, 10),
    "deadline": (0.01, 60),
    "concurrency": (1, 100),
    "failures": (1, 1000),
    "rest": (0.1, 3600),
}
"""The settings that are numbers, with the least and the most they may be."""
BUDGETS = tuple(
    f"{what}_per_{period}" for what in ("calls", "tokens", "yen") for period in ("day", "month")
)
WORDS = ("languages", "prefer_languages", "prefer_intents")
HUB_KEYS = frozenset((*NUMBERS, *BUDGETS, *WORDS, "calibration", "layers", "shadow"))
"""Every key that the hub reads; all others are the engine's own."""
YES, NO = ("yes", "true", "on", "はい"), ("no", "false", "off", "いいえ", "")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def defaults() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the settings for all engines, and what is different for each by name."""
    loaded = _loaded()
    return loaded["hub"], loaded["engines"]


def usual_engines() -> tuple[str, ...]:
    """Return the engines that serve a town that names none."""
    loaded = _loaded()
    return tuple(name for name in loaded["engines"] if name not in loaded["only_if_named"])


@functools.cache
def _loaded() -> dict[str, Any]:
    path = Path(__file__).parent.with_name("hub_settings.yaml")
    with path.open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.safe_load(file)
    return loaded


def read_choosing(settings: Mapping[str, str]) -> Choosing:
    """Read settings as written by staff. Raises `SettingError`."""
    numbers = {name: _number(name, settings[name], *NUMBERS[name]) for name in NUMBERS}
    return Choosing(
        answer=numbers["answer"],
        suggest=numbers["suggest"],
        gap=numbers["gap"],
        suggestions=int(numbers["suggestions"]),
        deadline=numbers["deadline"],
        calibration=read_points(settings.get("calibration", "")),
        concurrency=int(numbers["concurrency"]),
        failures=int(numbers["failures"]),
        rest=numbers["rest"],
        layers=_layers(settings.get("layers", "")),
        shadow=_yes("shadow", settings.get("shadow", "")),
        preferences=_preferences(settings),
        limits=_limits(settings),
    )


def _number(name: str, text: str, low: float, high: float) -> float:
    try:
        number = float(text)
    except ValueError:
        raise SettingError(f"{name}「{text}」は数で書いてください（例 0.8）。") from None
    if not low <= number <= high:
        raise SettingError(f"{name} は {low:g} から {high:g} までの数で書いてください。")
    return number


def _limits(settings: Mapping[str, str]) -> Limits:
    given = {name: _number(name, settings[name], 0, 1e12) for name in BUDGETS if settings.get(name)}
    return Limits(**given)


def _preferences(settings: Mapping[str, str]) -> Preferences:
    words = {name: tuple(re.split(r"[\s,、]+", settings.get(name, "").strip())) for name in WORDS}
    words = {name: tuple(word for word in each if word) for name, each in words.items()}
    for name in ("languages", "prefer_languages"):
        for word in words[name]:
            if not LANGUAGE.fullmatch(word):
                raise SettingError(
                    f"{name} の「{word}」は言語ではありません。ja、en、ja-easy のように書いてください。"
                )
    return Preferences(
        only_languages=words["languages"],
        first_in_languages=words["prefer_languages"],
        first_for_intents=words["prefer_intents"],
    )


def _layers(text: str) -> tuple[Layer, ...] | None:
    """Read the layers an engine is to be asked in; None where staff leave that to the engine."""
    words = [word for word in re.split(r"[\s,、]+", text.strip()) if word]
    known = {layer.name.lower(): layer for layer in Layer}
    for word in words:
        if word not in known:
            raise SettingError(
                f"layers の「{word}」という層はありません。使えるのは {'、'.join(known)} です。"
            )
    return tuple(known[word] for word in words) or None


def _yes(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in (*YES, *NO):
        raise SettingError(f"{name}「{text}」は yes か no で書いてください。")
    return word in YES


def read_points(text: str) -> tuple[tuple[float, float], ...]:
    """Read calibration points, `0.2:0.1 0.5:0.6 0.9:0.97`. Raises `SettingError`."""
    try:
        pairs = [pair.split(":") for pair in text.split()]
        points = tuple(sorted((float(score), float(chance)) for score, chance in pairs))
    except ValueError:
        points = ((-1.0, -1.0),)
    if any(not (0 <= x <= 1 and 0 <= y <= 1) for x, y in points) or len(
        {x for x, _ in points}
    ) != len(points):
        raise SettingError(
            f"calibration「{text}」は「得点:確率」を空白で並べて書いてください（例 0.5:0.6 0.9:0.97）。"
        )
    return points
