"""One morphological pass over a text: words, their normalised forms, and how it is read aloud.

SudachiPy with its small dictionary. Both are loaded at the first text, not at import. A tokenizer
must not be used by two threads at once, so each pass takes one from a pool.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from functools import cache
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "FUNCTION",
    "Token",
    "Word",
    "hiragana",
    "katakana",
    "lookup",
    "plain",
    "tokens",
]

LONGEST = 4_000
"""Characters of a text that are looked at; Sudachi itself takes 49,149 bytes."""
FUNCTION = frozenset(("助詞", "助動詞", "補助記号", "記号", "空白"))
"""Parts of speech that say how, not what."""
UNREAD = frozenset(("補助記号", "記号", "空白"))
TO_KATAKANA = {code: code + 96 for code in range(ord("ぁ"), ord("ゖ") + 1)}
TO_HIRAGANA = {katakana: code for code, katakana in TO_KATAKANA.items()}
SURROGATES = dict.fromkeys(range(0xD800, 0xE000), " ")
"""Halves of characters, which a broken client may send and Sudachi refuses."""
_pool: deque[Any] = deque()
_known: dict[int, tuple[str, str, str, str]] = {}
"""What `_described` told of words of the dictionary, by their number; never of what was made up."""


class Word(NamedTuple):
    """One short unit. `normal` is its normalised form, `kind` and `detail` its part of speech."""

    surface: str
    normal: str
    reading: str
    kind: str
    detail: str
    begin: int
    end: int

    @property
    def is_function(self) -> bool:
        """Tell whether it says how, not what: particles, endings, punctuation."""
        return self.kind in FUNCTION


class Token(NamedTuple):
    """One long unit (転入届) with the short ones it is made of (転入, 届)."""

    normal: str
    reading: str
    words: tuple[Word, ...]


def plain(text: str) -> str:
    """Return the text in one width and case, as the pass looks at it; positions refer to this."""
    sound = text[:LONGEST].translate(SURROGATES)
    return unicodedata.normalize("NFKC", sound).casefold()[:LONGEST]


def tokens(folded: str) -> list[Token]:
    """Return the long units of a text that went through `plain`."""
    return list(_tokens(folded))


def lookup(surface: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return every entry of the dictionary for one word: reading (katakana), part of speech."""
    found = _sudachi()[0].lookup(surface)
    return [(entry.reading_form(), tuple(entry.part_of_speech())) for entry in found]


def katakana(text: str) -> str:
    """Return the text with hiragana as katakana."""
    return text.translate(TO_KATAKANA)


def hiragana(text: str) -> str:
    """Return the text with katakana as hiragana."""
    return text.translate(TO_HIRAGANA)


def _tokens(folded: str) -> Iterator[Token]:
    dictionary, whole, short = _sudachi()
    try:
        tokenizer = _pool.pop()
    except IndexError:
        tokenizer = dictionary.tokenizer()
    try:
        for unit in tokenizer.tokenize(folded, whole):
            parts = unit.split(short, add_single=False)
            if parts:
                words = tuple(map(_word, parts))
                reading = "".join([word.reading for word in words])
                yield Token(intern(unit.normalized_form()), reading, words)
            else:
                word = _word(unit)
                yield Token(word.normal, word.reading, (word,))
    finally:
        _pool.append(tokenizer)


def _word(unit: Any) -> Word:
    surface = unit.surface()
    known = _known.get(unit.word_id())
    if known is None:
        known = _described(unit, surface)
        if not unit.is_oov() and (known[2] in UNREAD or unit.reading_form()):
            _known[unit.word_id()] = known
    normal, reading, kind, detail = known
    return Word(surface, normal, reading, kind, detail, unit.begin(), unit.end())


def _described(unit: Any, surface: str) -> tuple[str, str, str, str]:
    """Return a word's normalised form, reading and part of speech."""
    kind, detail, third = unit.part_of_speech()[:3]
    reading = "" if kind in UNREAD else katakana(unit.reading_form() or surface)
    detail = third if detail == "固有名詞" else detail
    return intern(unit.normalized_form()), intern(reading), kind, detail


@cache
def _sudachi() -> tuple[Any, Any, Any]:
    from sudachipy import (  # type: ignore[import-untyped]  # noqa: PLC0415 - loaded where a FAQ is searched
        Dictionary,
        SplitMode,
    )

    return Dictionary(dict="small"), SplitMode.C, SplitMode.A
