"""The sentences about records and consent, by language, and what residents type for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.language.normalize import normalized_key
from concierge.message import Choice
from concierge.soundings.consent import PURPOSES
from concierge.soundings.settings import Privacy

__all__ = ["Words", "told_days", "typed", "words_in"]

LANGUAGES = ("ja", "ja-easy", "en")


class Words:
    """The sentences of one language; what a language lacks is said in Japanese."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._own: Mapping[str, Any] = _table()[language]

    def say(self, name: str, **values: object) -> str:
        """Return a sentence with its values filled in."""
        sentence: str = self._own.get(name) or _table()["ja"][name]
        return sentence.format(**values)

    def choices(self, *names: str) -> tuple[Choice, ...]:
        """Return choices that send what they say."""
        return tuple(Choice(self.say(name), self.say(name)) for name in names)

    def title(self, purpose: str) -> str:
        """Name a purpose."""
        return str(self._own["purposes"][purpose]["title"])

    def what(self, purpose: str, privacy: Privacy) -> str:
        """Say what is done for a purpose, and for how long what is kept."""
        return str(self._own["purposes"][purpose]["what"]).format(**self.periods(privacy))

    def periods(self, privacy: Privacy) -> dict[str, str]:
        """Return how long texts and answers are kept, in words."""
        return {
            "texts": told_days(privacy.texts, self.language),
            "answers": told_days(privacy.answers, self.language),
        }

    def consent_text(self, purpose: str, privacy: Privacy) -> str:
        """Return the whole text that a yes to this purpose agrees to; its version is made of it."""
        head = self.say("notice", **self.periods(privacy))
        return f"{head}\n\n{self.title(purpose)}: {self.what(purpose, privacy)}"


def words_in(language: str | None) -> Words:
    """Return the sentences of a language, English for one that has none."""
    tag = language or "ja"
    if tag in LANGUAGES:
        return Words(tag)
    return Words("ja" if tag.startswith("ja") else "en")


def told_days(days: int, language: str = "ja") -> str:
    """Say a number of days as it was set: 400日, 13か月, 3年."""
    units = ((366, "年", "year"), (31, "か月", "month"), (1, "日", "day"))
    length, japanese, english = next(unit for unit in units if days % unit[0] == 0)
    number = days // length
    if language.startswith("ja"):
        return f"{number}{japanese}"
    return f"{number} {english}{'s' if number != 1 else ''}"


@cache
def typed() -> Mapping[str, str]:
    """Return what each wording means, by normalised key (「設定」 → settings)."""
    found: dict[str, str] = {}
    for name, wordings in _table()["typed"].items():
        for wording in wordings:
            found.setdefault(normalized_key(str(wording)), str(name))
    for language in LANGUAGES:
        words = Words(language)
        for purpose in PURPOSES:
            for name, meaning in (("turn_on", "on"), ("turn_off", "off")):
                key = normalized_key(words.say(name, title=words.title(purpose)))
                found[key] = f"{meaning}:{purpose}"
    return found


@cache
def _table() -> Mapping[str, Any]:
    path = Path(__file__).with_name("words.yaml")
    table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table
