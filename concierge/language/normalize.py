"""One spelling for many: what every part that reads residents' text compares.

`normalize` folds what never changes the meaning (width, case, half-width kana, kinds of dash and
tilde, spaces, invisible and control characters) and keeps where each character came from, so that
what was understood can be shown in the resident's own spelling. Folding that *can* change the
meaning (kana readings, ヶ/ケ, kanji digits) is left to those who know what they compare.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

__all__ = ["Normalized", "fold_kana", "normalize", "normalized_key", "without_punctuation"]

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－─━"), "-")
TILDES = dict.fromkeys(map(ord, "〜∼∾˜～"), "~")
VARIANTS = DASHES | TILDES | {ord("‘"): "'", ord("’"): "'", ord("“"): '"', ord("”"): '"'}
KANA_OFFSET = ord("ァ") - ord("ぁ")


@dataclass(frozen=True, slots=True)
class Normalized:
    """Folded text that remembers the original.

    `origins[i]` is the index in `original` of the character that `text[i]` came from; it has one
    entry more than `text`, the length of `original`.
    """

    text: str
    original: str
    origins: tuple[int, ...]

    def said(self, start: int, end: int) -> str:
        """Return what the resident typed for `text[start:end]`, without spaces around it."""
        if start >= end:
            return ""
        return self.original[self.origins[start] : self._past(end)].strip()

    def _past(self, end: int) -> int:
        last = self.origins[end - 1]
        position = last + 1
        while position < len(self.original) and unicodedata.combining(self.original[position]):
            position += 1
        if position < len(self.original) and self.original[position] in "ﾞﾟ":
            position += 1
        return position


def normalize(text: str) -> Normalized:
    """Fold width, case, dashes, tildes; drop spaces, line breaks, control and format characters.

    A space between two ASCII letters or digits stays as one space, so that English words and
    「4 5」 do not run together.
    """
    folded: list[str] = []
    origins: list[int] = []
    for index, cluster in _clusters(text):
        for character in unicodedata.normalize("NFKC", cluster.translate(VARIANTS)).casefold():
            category = unicodedata.category(character)
            if character.isspace() or category == "Cc":
                if folded and folded[-1] != " ":
                    folded.append(" ")
                    origins.append(index)
            elif category not in ("Cf", "Cs", "Co"):
                folded.append(character.translate(VARIANTS))
                origins.append(index)
    kept = [i for i, character in enumerate(folded) if character != " " or _separates(folded, i)]
    return Normalized(
        text="".join(folded[i] for i in kept),
        original=text,
        origins=(*(origins[i] for i in kept), len(text)),
    )


def normalized_key(text: str) -> str:
    """Return the key under which texts that differ only in spelling or punctuation are equal."""
    return without_punctuation(fold_kana(normalize(text).text))


def without_punctuation(text: str) -> str:
    """Return the text without punctuation and spaces; `#`, `-` and `~` carry meaning and stay."""
    return "".join(
        character
        for character in text
        if unicodedata.category(character)[0] not in "PZ" or character in "#-~"
    )


def fold_kana(text: str) -> str:
    """Return the text with katakana as hiragana (ー stays)."""
    return "".join(
        chr(ord(character) - KANA_OFFSET) if "ァ" <= character <= "ヶ" else character
        for character in text
    )


def _clusters(text: str) -> list[tuple[int, str]]:
    """Split into base characters with the marks that NFKC composes onto them."""
    clusters: list[tuple[int, str]] = []
    for index, character in enumerate(text):
        if clusters and (character in "ﾞﾟ" or unicodedata.combining(character)):
            start, cluster = clusters[-1]
            clusters[-1] = (start, cluster + character)
        else:
            clusters.append((index, character))
    return clusters


def _separates(folded: list[str], position: int) -> bool:
    """Tell whether the space at this position keeps two ASCII words or numbers apart."""
    return 0 < position < len(folded) - 1 and all(
        folded[beside].isascii() and folded[beside].isalnum()
        for beside in (position - 1, position + 1)
    )
