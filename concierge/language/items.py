"""Things that residents want to throw away, found by the names in the town's own dictionary.

Only names that the town published are found, whatever their spelling; a name is never stretched to
a neighbour's. A published name with a condition in brackets (「アルミホイル（汚れたもの）」) is found
by the name before the bracket too, and then every entry of that name is returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from concierge.language.normalize import Normalized, fold_kana, normalize
from concierge.waste.model import Item

__all__ = ["ItemFinder", "ItemMatch"]

BRACKETED = re.compile(r"[(（\[【［〔].*?[)）\]】］〕]")
SEPARATOR = re.compile(r"[・/／、,]")
WORD = re.compile(r"[a-z0-9ぁ-ゖー一-鿿]")


@dataclass(frozen=True, slots=True)
class ItemMatch:
    """A thing named in a text; `items` are all entries of the dictionary that fit.

    `start` and `end` are offsets into the normalised text; `text` is the resident's spelling.
    """

    start: int
    end: int
    items: tuple[Item, ...]
    text: str


class ItemFinder:
    """Finds the things of one town's dictionary; built once."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._by_name: dict[str, list[Item]] = {}
        for item in items:
            for name in dict.fromkeys(_names(item)):
                self._by_name.setdefault(name, []).append(item)
        self._longest = max(map(len, self._by_name), default=0)

    def find(self, text: Normalized) -> list[ItemMatch]:
        """Return the longest names in the text, in order, never overlapping."""
        folded = fold_kana(text.text)
        found: list[ItemMatch] = []
        position = 0
        while position < len(folded):
            match = self._at(folded, position, text)
            if match is None:
                position += 1
            else:
                found.append(match)
                position = match.end
        return found

    def _at(self, folded: str, start: int, text: Normalized) -> ItemMatch | None:
        if start and _inside_word(folded, start):
            return None
        for end in range(min(len(folded), start + self._longest), start, -1):
            items = self._by_name.get(folded[start:end])
            if items and not (end < len(folded) and _inside_word(folded, end)):
                return ItemMatch(start, end, tuple(items), text.said(start, end))
        return None


def _inside_word(folded: str, place: int) -> bool:
    """Tell whether a cut here would fall inside a run of kanji, of Latin letters, or before ー."""
    before, after = folded[place - 1], folded[place]
    if after == "ー":
        return True
    kanji = re.compile(r"[一-鿿]")
    latin = re.compile(r"[a-z0-9]")
    return any(kind.match(before) and kind.match(after) for kind in (kanji, latin))


def _names(item: Item) -> Iterable[str]:
    """Yield the folded names under which an entry is found."""
    bare = BRACKETED.sub("", item.name)
    for name in (item.name, bare, *SEPARATOR.split(bare)):
        folded = fold_kana(normalize(name).text)
        if len(folded) >= 2 and WORD.search(folded):
            yield folded
    reading = fold_kana(normalize(item.reading or "").text)
    if len(reading) >= 3:
        yield reading
