"""Whether a piece of an answer says nothing but what its quotation says.

What cannot be checked is not let through: a rewording in a language that is not known here is
refused, whatever it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import yaml

from concierge.faq.morphology import Word, hiragana, plain, tokens
from concierge.llm.facts import facts, has_spelled_numbers

__all__ = ["REWORDED", "find_quotation", "unsupported"]

with (Path(__file__).with_name("words.yaml")).open(encoding="utf-8") as _file:
    _WORDS = yaml.load(_file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
FREE_WORDS = frozenset(map(str, _WORDS["free"]))
"""Japanese words that say no fact of their own, so that a rewording may add them."""
ABSOLUTE = tuple(map(str, _WORDS["absolute"]))
FREE_ENGLISH = frozenset(str(_WORDS["english"]["free"]).split())
SAYS: dict[str, tuple[str, ...]] = {
    str(word): tuple(map(str, japanese)) for word, japanese in _WORDS["english"]["says"].items()
}
"""English words, and the Japanese ones of which one must stand in the quotation."""
REWORDED = ("ja", "ja-easy", "en")
"""The languages in which a rewording can be checked."""
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9'’.-]*")
WORD = re.compile(r"[^\W\d_]+")
JAPANESE_RUN = re.compile(r"[ぁ-ゖァ-ヺー一-龥々〆]+")
MOST_IN_COMPOUND = 4
SHORTEST_SOUND = 3
"""Kana of a word's reading that are enough to take it for that word (まどぐち for 窓口)."""
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
    for word in LATIN.findall(said):
        if word.lower() not in source.lower():
            return f"word {word}"
    for character in said:
        if unicodedata.category(character) in ("So", "Sk", "Sc", "No", "Nl") and (
            character not in source
        ):
            return f"sign {character}"
    if NEGATIVE.search(said):
        return "negation: says no where its quotation does not"
    for word in ABSOLUTE:
        if word in said and word not in source:
            return f"word {word}"
    added = _added(said, source)
    return f"word {added}" if added else None


def _added(said: str, source: str) -> str | None:
    """Return a word that neither stands in the source nor is free; kana are read as their kanji."""
    given = tokens(plain(source))
    words = [word for token in given for word in token.words]
    known = {token.normal for token in given} | {word.normal for word in words}
    text = _as_in_source(plain(said), _sounds(words))
    for token in tokens(text):
        if token.normal in known or token.normal in FREE_WORDS:
            continue
        for word in token.words:
            if not (word.is_function or word.normal in known or _free(word, source)):
                return word.surface
    return None


def _sounds(words: Sequence[Word]) -> dict[str, str]:
    """Return how the words of a source are read, and the compounds that they make (届出+書)."""
    sounds: dict[str, str] = {}
    for _, group in groupby(words, key=lambda word: word.is_function):
        compound = list(group)
        if compound[0].is_function:
            continue
        for first in range(len(compound)):
            for last in range(first + 1, min(len(compound), first + MOST_IN_COMPOUND) + 1):
                part = compound[first:last]
                sounds.setdefault(
                    "".join(word.reading for word in part), "".join(word.surface for word in part)
                )
    return sounds


def _as_in_source(text: str, sounds: Mapping[str, str]) -> str:
    """Return the text with what sounds like a word of the source written as there."""
    for sound in sorted(sounds, key=len, reverse=True):
        if len(sound) < SHORTEST_SOUND:
            break
        text = text.replace(hiragana(sound), sounds[sound])
    return text


def _free(word: Word, source: str) -> bool:
    """Whether a word says nothing of its own: a free one, or a figure, which `facts` compares."""
    if word.normal in FREE_WORDS or word.kind == "接続詞":
        return True
    if word.surface.isascii() or (word.detail == "数詞" and not JAPANESE_RUN.search(word.surface)):
        return True
    return len(word.surface) > 1 and word.surface in plain(source)


def _english(said: str, source: str) -> str | None:
    if any(run not in source for run in JAPANESE_RUN.findall(said)):
        return "Japanese words that are not in the quotation"
    known = {word.lower() for word in WORD.findall(source)}
    for word in WORD.findall(JAPANESE_RUN.sub(" ", said)):
        small = word.lower()
        forms = (small, small.removesuffix("s"), small.removesuffix("ed"))
        if small in known or small in FREE_ENGLISH:
            continue
        if not any(japanese in source for form in forms for japanese in SAYS.get(form, ())):
            return f"word {word}"
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
