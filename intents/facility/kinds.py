"""Kinds of facilities as residents call them, and what of the town's list is of a kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from concierge.language.normalize import fold_kana
from concierge.places.model import Facility

__all__ = ["Kind", "kind_in", "kinds"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facility: words that mean it, and the names or the equipment that it has.

    `titles` name it by language where the resident's own word would not be right for what is found.
    """

    words: re.Pattern[str]
    names: re.Pattern[str] | None
    equipment: re.Pattern[str] | None
    titles: dict[str, str]

    def among(self, facilities: Iterable[Facility]) -> list[Facility]:
        """Return the facilities of the kind: those so named first, then those so called."""
        facilities = list(facilities)
        found = [each for each in facilities if self._found(self.names, [each.name])]
        found += [each for each in facilities if self._found(self.names, each.aliases)]
        found += [each for each in facilities if self._found(self.equipment, each.features)]
        return list(dict.fromkeys(found))

    @staticmethod
    def _found(pattern: re.Pattern[str] | None, texts: Iterable[str]) -> bool:
        return pattern is not None and any(pattern.search(text) for text in texts)

    def title(self, said: str, language: str) -> str:
        """Name the kind in an answer; `said` is the resident's word."""
        return self.titles.get(language) or self.titles.get(language.partition("-")[0]) or said


@cache
def kinds() -> tuple[Kind, ...]:
    """Return all kinds, the first that fits being the one meant."""
    path = Path(__file__).with_name("kinds.yaml")

    def compiled(pattern: str | None) -> re.Pattern[str] | None:
        return re.compile(pattern) if pattern else None

    return tuple(
        Kind(
            words=re.compile(each["words"]),
            names=compiled(each.get("names")),
            equipment=compiled(each.get("equipment")),
            titles=each.get("titles", {}),
        )
        for each in yaml.safe_load(path.read_text(encoding="utf-8"))
    )


def kind_in(text: str) -> tuple[str, Kind] | None:
    """Return the kind that a text says, with the word that says it; None where none."""
    folded = fold_kana(text)
    for kind in kinds():
        if said := kind.words.search(folded):
            return text[said.start() : said.end()], kind
    return None
