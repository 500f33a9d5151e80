"""How LINE counts a text: in UTF-16 units, and for labels in grapheme clusters.

https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

__all__ = ["cut", "graphemes", "utf16"]

_JOINER = "\u200d"
_EXTENDING = ("Mn", "Me", "Mc")
_SKIN = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)


def utf16(text: str) -> int:
    """Return the length in UTF-16 units: 🍎 counts 2."""
    return len(text) + sum(character > "\uffff" for character in text)


def graphemes(text: str) -> Iterator[str]:
    """Yield the grapheme clusters of a text, by UAX #29 as far as residents' languages need it.

    Combining marks, variation selectors, skin tones, emoji joined by a zero-width joiner, flags
    and Hangul jamo stay together. Prepended marks of a few Indic scripts are counted apart.
    """
    cluster = ""
    for character in text:
        if cluster and _belongs(cluster, character):
            cluster += character
            continue
        if cluster:
            yield cluster
        cluster = character
    if cluster:
        yield cluster


def cut(text: str, most: int, end: str = "…") -> str:
    """Return the text, or its beginning with `end`, in at most `most` UTF-16 units.

    Never cuts within a grapheme cluster, so no half of a flag or a family is left; a single
    cluster longer than everything allowed is left out whole.
    """
    if utf16(text) <= most:
        return text
    room, kept = most - utf16(end), []
    for cluster in graphemes(text):
        room -= utf16(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + end


def _belongs(cluster: str, character: str) -> bool:
    """Say whether no boundary stands between a cluster and the next character."""
    last, point = cluster[-1], ord(character)
    if (last, character) == ("\r", "\n"):
        return True
    if last in "\r\n" or unicodedata.category(last) == "Cc":
        return False
    if character == _JOINER or point in _SKIN or point in _TAGS or character == "\u200c":
        return True
    if unicodedata.category(character) in _EXTENDING:
        return True
    if last == _JOINER and unicodedata.category(character) == "So":
        return len(cluster) > 1
    if point in _REGIONAL and ord(last) in _REGIONAL:
        return len(cluster) % 2 == 1
    return _jamo(ord(last), point)


def _jamo(last: int, point: int) -> bool:
    """Keep the letters of a Hangul syllable together."""
    leading, vowel, trailing = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
    syllable = range(0xAC00, 0xD7A4)
    if point in vowel:
        open_syllable = last in syllable and (last - 0xAC00) % 28 == 0
        return last in leading or last in vowel or open_syllable
    if point in trailing:
        return last in vowel or last in trailing or last in syllable
    return (point in leading and last in leading) or (point in syllable and last in leading)
