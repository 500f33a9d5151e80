"""One spelling for the rules of redaction: width, dashes and kanji digits folded, places kept."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from concierge.soundings.numbers import in_digits

__all__ = ["Folded", "fold"]

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－─━ｰ"), "-")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `digits` is the same, character for character, with kanji digits as digits.

    `starts[i]` and `ends[i]` say where the character behind `text[i]` stands in the original.
    """

    text: str
    digits: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` stands in the original."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Fold width, case and dashes; invisible characters, which split numbers, are left out."""
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        if unicodedata.category(character) in ("Cf", "Mn", "Me"):
            if ends:
                ends[-1] = index + 1
            continue
        for each in unicodedata.normalize("NFKC", character.translate(DASHES)):
            lower = each.lower()
            folded.append(lower if len(lower) == 1 else each)
            starts.append(index)
            ends.append(index + 1)
    joined = "".join(folded)
    return Folded(joined, in_digits(joined), tuple(starts), tuple(ends))
