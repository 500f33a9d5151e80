"""Whether a piece of an answer says nothing but what its quotation says.

What cannot be checked is not let through: a rewording in a language that is not known here is
refused, whatever it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

import yaml

from concierge.llm.facts import facts, has_spelled_numbers

__all__ = ["REWORDED", "find_quotation", "unsupported"]

with (Path(__file__).with_name("words.yaml")).open(encoding="utf-8") as _file:
    _WORDS = yaml.safe_load(_file)
FREE_WORDS = frozenset(map(str, _WORDS["free"]))
"""Japanese words that say no fact of their own, so that a rewording may add them."""
FREE_NAMES = frozenset(str(word).lower() for word in _WORDS["names"])
ABSOLUTE = tuple(map(str, _WORDS["absolute"]))
REWORDED = ("ja", "ja-easy", "en")
"""The languages in which a rewording can be checked."""
RUN = re.compile(r"[一-龥々〆ヵヶ]+|[ァ-ヴー]{2,}")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9'’.-]*")
NAME = re.compile(r"(?<![.!?:•\n] )(?<!^)\b[A-Z][A-Za-z0-9'’-]*")
NEGATIVE = re.compile(
    r"ません|ない(?!し)|なし|不可|不要|禁止|できず|以外|除[くき]|休|ず(?=、|。|に)|未"
)
ENGLISH_NEGATIVE = re.compile(
    r"\b(?:not|no|none|never|cannot|without|except|unless|closed|prohibited|forbidden|"
    r"unnecessary|only|always|all|every|anyone|anytime|must)\b|n['’]t\b",
    re.I,
)
SENTENCE_END = re.compile(r"[。！？!?\n]")


def find_quotation(passage: str, quote: str) -> str | None:
    """Return the whole sentences of a passage in which a quotation stands; None where it does not.

    White space and the width of characters do not count, anything else does.
    """
    wanted = _squeezed(quote)[0]
    if len(wanted) < 2:
        return None
    text, places = _squeezed(passage)
    begin = text.find(wanted)
    if begin < 0:
        return None
    first, last = places[begin], places[begin + len(wanted) - 1]
    ends = [match.end() for match in SENTENCE_END.finditer(passage)]
    start = max((end for end in ends if end <= first), default=0)
    stop = min((end for end in ends if end > last), default=len(passage))
    return passage[start:stop].strip()


def unsupported(
    text: str, quotation: str, language: str, names: Collection[str] = ()
) -> str | None:
    """Return what a rewording says beyond its quotation; None where it says nothing beyond.

    `names` are names of places and desks that the town knows: one that stands in the text must
    stand in the quotation.
    """
    if _verbatim(text, quotation):
        return None
    if language not in REWORDED:
        return f"a rewording in {language} cannot be checked"
    if NEGATIVE.search(quotation):
        return "negation: what says no is quoted, never reworded"
    if has_spelled_numbers(text):
        return "numbers spelled out"
    more = facts(text) - facts(quotation)
    if more:
        return "facts: " + ", ".join(sorted(f"{kind} {value}" for kind, value in more))
    said = unicodedata.normalize("NFKC", text)
    source = unicodedata.normalize("NFKC", quotation)
    for name in names:
        if name in said and name not in source:
            return f"name {name}"
    if len(said) > 2 * len(source) + 80:
        return "much longer than its quotation"
    check = _japanese if language.startswith("ja") else _english
    return check(said, source)


def _japanese(said: str, source: str) -> str | None:
    for word in RUN.findall(said):
        if word not in source and word not in FREE_WORDS and not _pieced(word, source):
            return f"word {word}"
    for word in LATIN.findall(said):
        if word.lower() not in source.lower():
            return f"word {word}"
    if NEGATIVE.search(said):
        return "negation: says no where its quotation does not"
    for word in ABSOLUTE:
        if word in said and word not in source:
            return f"word {word}"
    return None


def _pieced(word: str, source: str) -> bool:
    """Whether a compound is put together from words that stand in the source or are free."""
    if not word:
        return True
    return any(
        ((word[:cut] in source and cut >= 2) or word[:cut] in FREE_WORDS)
        and _pieced(word[cut:], source)
        for cut in range(len(word), 0, -1)
        if cut < len(word) or word in FREE_WORDS
    )


def _english(said: str, source: str) -> str | None:
    if RUN.search(said) and not all(run in source for run in RUN.findall(said)):
        return "Japanese words that are not in the quotation"
    known = {word.lower() for word in LATIN.findall(source)} | FREE_NAMES
    for word in NAME.findall(said):
        if word.lower() not in known:
            return f"name {word}"
    if ENGLISH_NEGATIVE.search(said):
        return "negation: says no where its quotation does not"
    return None


def _verbatim(text: str, quotation: str) -> bool:
    """Whether a text is whole sentences of its quotation, unchanged."""
    sentences = find_quotation(quotation, text)
    return sentences is not None and _squeezed(sentences)[0] == _squeezed(text)[0]


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Return the text without spaces and widths, and where each character stood."""
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for folded in unicodedata.normalize("NFKC", character):
            if not folded.isspace() and unicodedata.category(folded) != "Cf":
                kept.append(folded.lower())
                places.append(place)
    return "".join(kept), places
