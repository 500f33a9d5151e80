"""Readings of place names in Latin letters, as signs and maps write them (Hepburn, no macrons)."""

from __future__ import annotations

import re

__all__ = ["romanized_place"]

VOWELS = "aiueo"
ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "s": "さしすせそ",
    "t": "たちつてと",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "m": "まみむめも",
    "r": "らりるれろ",
    "g": "がぎぐげご",
    "z": "ざじずぜぞ",
    "d": "だぢづでど",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}
SOUNDS = {
    kana: consonant + vowel
    for consonant, row in ROWS.items()
    for kana, vowel in zip(row, VOWELS, strict=True)
} | {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n"}
SOUNDS |= {"し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu"}
CONTRACTED = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
LONG = re.compile(r"ou(?=[^aiueo]|$)|oo(?=[^aiueo]|$)|uu")
ENDINGS = {"ちょう": "cho", "まち": "machi", "むら": "mura"}
SHORTEST = 5
"""Shorter bare names are too often English words (「mine」, 「take」)."""


def romanized_place(reading: str) -> list[str]:
    """Return the spellings of a hiragana reading: 「さかえちょう」 → sakae-cho, sakaecho, sakae cho.

    Empty where the reading holds anything but hiragana, or where its letters could be a word.
    """
    for ending, letters in ENDINGS.items():
        stem = _letters(reading.removesuffix(ending))
        if reading.endswith(ending) and stem:
            bare = [stem] if len(stem) >= SHORTEST else []
            return [f"{stem}-{letters}", f"{stem}{letters}", f"{stem} {letters}", *bare]
    whole = _letters(reading)
    return [whole] if len(whole) >= SHORTEST else []


def _letters(reading: str) -> str:
    letters = ""
    double = False
    for kana in reading:
        if kana == "っ":
            double = True
        elif kana in CONTRACTED and letters.endswith("i"):
            stem = letters[:-1]
            glide = "" if stem.endswith(("sh", "ch", "j")) else "y"
            letters = stem + glide + CONTRACTED[kana]
        elif kana in SOUNDS:
            sound = SOUNDS[kana]
            letters += ("t" if sound.startswith("ch") else sound[0]) + sound if double else sound
            double = False
        elif kana != "ー":
            return ""
    return LONG.sub(lambda match: match[0][0], letters)
