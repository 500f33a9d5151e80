"""What the concierge says in each language: sentences from YAML, days and lists as they are told.

A folder `says/` holds one file a language (`ja.yaml`, `ja-easy.yaml`, `en.yaml`), each a mapping
of keys to sentences with `{places}`. Another language is another file. What a file does not say is
said as in the language it leans on: やさしい日本語 on Japanese, all others on English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.clock import told_day, weekday_name, with_weekday

__all__ = ["Wording", "load_wording", "told"]

CALENDAR = Path(__file__).with_name("calendar_words.yaml")


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one folder in one language. `language` is the one that is spoken."""

    language: str
    sentences: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """Return a sentence with its places filled. Raises `KeyError` for one nobody wrote."""
        return self.sentences[key].format(**values)

    @property
    def japanese(self) -> bool:
        """Tell whether it is Japanese as staff write it."""
        return self.language == "ja"

    def day(self, day: date, today: date | None = None) -> str:
        """Name a day with its weekday, near ones as tomorrow; the year where it is not today's."""
        return told(day, today, self.language)

    def month(self, day: date) -> str:
        """Name the month of a day: 11, or November where months have names."""
        words = _calendar(self.language)
        return str(words["months"][day.month - 1]) if "months" in words else str(day.month)

    def weekdays(self) -> list[str]:
        """Return the names of the days of the week, Monday first."""
        return [str(name) for name in _calendar(self.language)["weekdays"]]

    def joined(self, words: Sequence[str]) -> str:
        """Write several words as one list."""
        mark = str(_calendar(self.language)["list"])
        last = str(_calendar(self.language)["last"])
        return mark.join(words[:-1]) + last + words[-1] if len(words) > 1 else "".join(words)


def load_wording(folder: Path, language: str) -> Wording:
    """Return what the files in `folder` say in a language, or the one nearest to it."""
    return _load(folder, language)


@cache
def _load(folder: Path, language: str) -> Wording:
    chain = [language, *_leans_on(language)]
    spoken = next(each for each in chain if (folder / f"{each}.yaml").is_file())
    sentences: dict[str, str] = {}
    for each in reversed(chain[chain.index(spoken) :]):
        path = folder / f"{each}.yaml"
        if path.is_file():
            written = yaml.safe_load(path.read_text(encoding="utf-8"))
            sentences |= {str(key): str(text) for key, text in written.items()}
    return Wording(spoken, sentences)


def _leans_on(language: str) -> list[str]:
    if language.startswith("ja"):
        return ["ja"]
    return ["en", "ja"]


def told(day: date, today: date | None, language: str) -> str:
    """Name a day in a language; see `Wording.day`."""
    if language == "ja":
        return with_weekday(day) if today is None else told_day(day, today)
    words = _calendar(language)
    written = str(words["day" if today is None or day.year == today.year else "day_with_year"])
    plain = written.format(
        year=day.year,
        month=words["months"][day.month - 1] if "months" in words else day.month,
        day=day.day,
        weekday=words["weekdays"][day.weekday()] if "weekdays" in words else weekday_name(day),
    )
    near = None if today is None else words["near"].get((day - today).days)
    return str(words["named"]).format(near=near, day=plain) if near else plain


@cache
def _calendar(language: str) -> Mapping[str, Any]:
    table: dict[str, Any] = yaml.safe_load(CALENDAR.read_text(encoding="utf-8"))
    found: Mapping[str, Any] = table[
        next(each for each in [language, *_leans_on(language)] if each in table)
    ]
    return found
