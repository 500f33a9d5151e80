"""The offline translator: what the town itself wrote in several languages, found by its Japanese.

It says nothing of its own: the questions and answers of the FAQ that carry a translation, whole or
line by line, the town's name, and the names of its desks as the FAQ translates them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from concierge.faq.model import Entry
from concierge.kinds import Translator
from concierge.knowledge import Knowledge

__all__ = ["Carried", "translator"]


class Carried(Translator):
    """Looks texts up."""

    name: ClassVar[str] = "carried"

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        """Gather what the town carries, by language."""
        self._known: dict[str, dict[str, str]] = {}
        for entry in knowledge.faq:
            for language, japanese, said in _pairs(entry):
                self._known.setdefault(language, {}).setdefault(_key(japanese), said)
        town = knowledge.municipality
        if town.name_en:
            self._known.setdefault("en", {})[_key(town.name)] = town.name_en

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str | None]:
        """Return what is known, whole or with every line known."""
        known = self._known.get(target) or self._known.get(target.partition("-")[0], {})
        if source != "ja" or (target == "ja-easy" and "ja-easy" not in self._known):
            return [None] * len(texts)
        return [_found(text, known) for text in texts]


def _found(text: str, known: Mapping[str, str]) -> str | None:
    whole = known.get(_key(text))
    if whole is not None:
        return whole
    lines = [known.get(_key(line)) if line.strip() else "" for line in text.split("\n")]
    if any(line is None for line in lines):
        return None
    return "\n".join(line for line in lines if line is not None)


def _pairs(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Yield language, Japanese and translation of what an entry says; lines only where they pair."""
    for language, translation in entry.translations.items():
        if translation.question:
            yield language, entry.question, translation.question
        if not translation.answer:
            continue
        yield language, entry.answer, translation.answer
        ours, theirs = entry.answer.strip().split("\n"), translation.answer.strip().split("\n")
        if len(ours) == len(theirs):
            yield from ((language, *pair) for pair in zip(ours, theirs, strict=True) if all(pair))


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


translator = Carried
