"""Says an answer in the resident's language, where the town's own texts or a translator can.

A translation is taken only if every number, day, time, telephone number and address that it states
stands in the Japanese, and none of the Japanese is lost: a wrong hour in English is a wrong answer.
What cannot be said for certain stays Japanese.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from concierge.engine import Candidate
from concierge.hub.parts import PartSeat, ask_part
from concierge.kinds import Translator
from concierge.llm.facts import Fact, facts

__all__ = ["Translating", "says_the_same"]

JAPANESE = re.compile("[ぁ-んァ-ヶ]")
EXACT = ("url", "mail", "phone", "day", "time", "number")
"""Kinds of facts that a translation must neither add nor lose."""
LONGEST = 4000


class Translating:
    """The translators of a town, in the order in which staff named them."""

    def __init__(self, seats: Sequence[PartSeat[Translator]] = ()) -> None:
        self.seats = tuple(seats)

    async def candidate(self, candidate: Candidate, language: str) -> Candidate:
        """Return the answer in a language; the same one where it is said in that already."""
        if language == "ja" or not JAPANESE.search(candidate.text):
            return candidate
        given = [candidate.text, candidate.title or "", candidate.details or ""]
        text, title, details = await self.texts(given, language)
        if text is None:
            return candidate
        return replace(
            candidate,
            text=text,
            title=title or candidate.title,
            details=details or candidate.details,
        )

    async def texts(
        self, texts: Sequence[str], target: str, source: str = "ja"
    ) -> list[str | None]:
        """Return each text in the target language, None for one that nobody can say for certain."""
        said: list[str | None] = [None] * len(texts)
        for seat in self.seats:
            open_places = [i for i, text in enumerate(texts) if text and said[i] is None]
            asked = [texts[i][:LONGEST] for i in open_places]
            if not asked:
                break
            answers = await ask_part(seat, _translate, (seat.part, asked, source, target))
            if not isinstance(answers, list | tuple) or len(answers) != len(asked):
                continue
            for i, answer in zip(open_places, answers, strict=True):
                if isinstance(answer, str) and says_the_same(texts[i], answer):
                    said[i] = answer.strip()
        return said


def _translate(given: tuple[Translator, Sequence[str], str, str]) -> Any:
    translator, texts, source, target = given
    return translator.translate(texts, source, target)


def says_the_same(original: str, translation: str) -> bool:
    """Whether a translation states the figures of its original, no more and no fewer.

    A lone 1 may be lost: 1通300円 is 300 yen per copy.
    """
    ours, theirs = _figures(original), _figures(translation)
    return bool(translation.strip()) and theirs <= ours and ours - theirs <= {("number", "1")}


def _figures(text: str) -> frozenset[Fact]:
    """Return the facts that every language writes alike; a number without its unit."""
    found: set[Fact] = set()
    for kind, value in facts(text):
        if kind == "number":
            found.add((kind, re.sub(r"[^\d.].*$", "", value)))
        elif kind in EXACT:
            found.add((kind, value))
    return frozenset(found)
