"""A message as the signs of an emergency are looked for in it.

Two foldings of the same text. `Folded.text` is for Japanese: width, case, katakana, elongation,
spaces between characters and decoration no longer matter, and every sentence ends in 「。」 or
「?」. `Folded.latin` is for languages that part words with spaces: lower case, no diacritics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from concierge.language.normalize import fold_kana
from concierge.safety.politeness import plain_form

__all__ = ["LONGEST", "Folded", "fold", "fold_latin", "fold_pattern", "without_diacritics"]

LONGEST = 4000
"""Characters that are looked at: the first and the last half of it where a message is longer."""
HARD = {
    "!": "。",
    "。": "。",
    "．": "。",
    ".": "。",
    "\n": "。",
    "\r": "。",
    "?": "?",
    "¿": "?",
    "¡": "。",
}
SOFT = frozenset("、,，;；:： \t\u3000…‥/／|・")
SIGNS_KEPT = frozenset("🔥🚑🚒🚓🚔🆘")
LONG_MARK = re.compile(r"[ー〜~∼～]+")
REPEATED = re.compile(r"([ぁ-ゖー🔥🚑🚒🚓🚔🆘])\1{2,}")
DOTTED_NUMBER = re.compile(r"(?<=\d)[.．,，](?=\d)")
SENTENCE_END = re.compile("[。?]")
COMBINING = re.compile(r"[\u0300-\u036f]")
SPELLED_OUT = 1.6
"""Mean length of the pieces between spaces up to which a text is spelled out (「火 事 で す」)."""


@dataclass(frozen=True, slots=True)
class Folded:
    """`clauses` are the (start, end) in `text` of what stands between commas, spaces and ends.

    `typed` is the message with only width and case folded; `plainly` the same message with polite
    verbs in the plain form, None where that changes nothing.
    """

    text: str
    clauses: tuple[tuple[int, int], ...]
    latin: str
    typed: str
    plainly: Folded | None = None

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Yield the (start, end) of every sentence in `text`."""
        start = 0
        for mark in SENTENCE_END.finditer(self.text):
            yield start, mark.start()
            start = mark.end()
        if start < len(self.text):
            yield start, len(self.text)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Return the (start, end) of the sentence around a stretch of `text`."""
        first = max(self.text.rfind("。", 0, start), self.text.rfind("?", 0, start)) + 1
        ends = [e for mark in "。?" if (e := self.text.find(mark, end)) >= 0]
        return first, min(ends, default=len(self.text))


def fold(message: str) -> Folded:
    """Fold a message; never raises. Only `LONGEST` characters of it are looked at."""
    if len(message) > LONGEST:
        message = f"{message[: LONGEST // 2]}\n{message[-LONGEST // 2 :]}"
    raw = DOTTED_NUMBER.sub(
        "", unicodedata.normalize("NFKC", message.replace("…", "、")).casefold()
    )
    pieces = list(_pieces(fold_kana(raw)))
    latin = fold_latin(raw)
    plain = [(plain_form(piece), mark) for piece, mark in pieces]
    plainly = Folded(*_joined(plain), latin, raw) if plain != pieces else None
    return Folded(*_joined(pieces), latin, raw, plainly)


def fold_latin(text: str) -> str:
    """Return lower-case words without diacritics and apostrophes, one space between them.

    The ends of sentences and commas become 「。」; other scripts pass through with their spaces.
    """
    bare = re.sub(r"['’ʼ`´]", "", without_diacritics(text))
    bare = re.sub(r"[!?.,;:。、！？，\n\r।¿¡]+", "。", bare)
    return re.sub(r"\s*。\s*", "。", re.sub(r"[^\S\n]+", " ", bare)).strip()


def without_diacritics(text: str) -> str:
    """Return the text in lower case without the marks above and below Latin letters."""
    bare = COMBINING.sub("", unicodedata.normalize("NFD", text.casefold()))
    return unicodedata.normalize("NFC", bare).replace("đ", "d")


def fold_pattern(pattern: str) -> str:
    """Fold the Japanese literals of a pattern as `fold` folds a message."""
    return fold_kana(LONG_MARK.sub("", pattern.casefold()))


def _joined(pieces: list[tuple[str, str]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Put clauses together; return the text, and where each clause stands in it."""
    text: list[str] = []
    clauses: list[tuple[int, int]] = []
    length = 0
    for piece, mark in pieces:
        if piece:
            clauses.append((length, length + len(piece)))
            text.append(piece)
            length += len(piece)
        if mark and length and text[-1] not in "。?":
            text.append(mark)
            length += 1
    return "".join(text), tuple(clauses)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield each clause without decoration, and the mark of a sentence's end behind it."""
    soft = SOFT if not _spelled_out(text) else SOFT - {" ", "\u3000"}
    piece: list[str] = []
    for character in text:
        if character in HARD or character in soft:
            yield _plain(piece), HARD.get(character, "")
            piece = []
        elif (
            unicodedata.category(character)[0] in "LN"
            or character in SIGNS_KEPT
            or character in "ー〜~"
        ):
            piece.append(character)
    yield _plain(piece), ""


def _plain(piece: list[str]) -> str:
    return LONG_MARK.sub("", REPEATED.sub(r"\1", "".join(piece)))


def _spelled_out(text: str) -> bool:
    words = text.split()
    return len(words) > 2 and sum(map(len, words)) / len(words) <= SPELLED_OUT
