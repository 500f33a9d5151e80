"""Readings as people spell them: long vowels left out, small っ forgotten, Latin letters."""

from __future__ import annotations

import re

from concierge.faq.morphology import katakana

__all__ = ["folded_reading", "from_romaji"]

O_ROW = frozenset("オコソトノホモヨロゴゾドボポョォ")
U_ROW = frozenset("ウクスツヌフムユルグズヅブプュゥ")
SAME_SOUND = str.maketrans({"ヅ": "ズ", "ヂ": "ジ", "ッ": None, "ー": None})
LATIN = re.compile(r"[a-z]{4,}(?:[ '-][a-z]{2,})*")
VOWELS = "aiueo"
SYLLABLES = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "s": "サシスセソ",
    "t": "タチツテト",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
    "g": "ガギグゲゴ",
    "z": "ザジズゼゾ",
    "d": "ダヂヅデド",
    "b": "バビブベボ",
    "p": "パピプペポ",
}
GLIDES = {
    **{f"{letter}y": SYLLABLES[letter][1] for letter in "kstnhmrgzdbp"},
    "sh": "シ",
    "ch": "チ",
    "j": "ジ",
    "jy": "ジ",
}
OTHERS = {
    "shi": "シ",
    "chi": "チ",
    "tsu": "ツ",
    "fu": "フ",
    "ji": "ジ",
    "ya": "ヤ",
    "yu": "ユ",
    "yo": "ヨ",
    "wa": "ワ",
    "wo": "オ",
    "n": "ン",
    "nn": "ン",
    "je": "ジェ",
    "she": "シェ",
    "che": "チェ",
    "fa": "ファ",
    "fi": "フィ",
    "fe": "フェ",
    "fo": "フォ",
}
ROMAJI = {
    **{c + v: k for c, row in SYLLABLES.items() for v, k in zip(VOWELS, row, strict=True)},
    **{c + v: k + s for c, k in GLIDES.items() for v, s in zip("auo", "ャュョ", strict=True)},
    **OTHERS,
}


def folded_reading(reading: str) -> str:
    """Return a reading without what people leave out: コウリュウ, コーリュー and コリュ are one."""
    folded: list[str] = []
    for sound in katakana(reading).translate(SAME_SOUND):
        last = folded[-1] if folded else ""
        if (sound == "ウ" and (last in O_ROW or last in U_ROW)) or (
            sound == "オ" and last in O_ROW
        ):
            continue
        folded.append(sound)
    return "".join(folded)


def from_romaji(folded: str) -> str:
    """Return the text with its Latin words in katakana where they can be read as Japanese.

    `juminhyo hoshii` becomes ジュミンヒョ ホシイ; `how to move` and words of three letters stay.
    """
    return LATIN.sub(_read, folded)


def _read(match: re.Match[str]) -> str:
    kana = [_kana(word) for word in re.split(r"[ '-]", match.group())]
    readable = [word for word in kana if word is not None]
    return " ".join(readable) if len(readable) == len(kana) else match.group()


def _kana(word: str) -> str | None:
    """Return one Latin word in katakana, None where it is no romaji."""
    read: list[str] = []
    place = 0
    while place < len(word):
        here, after = word[place], word[place + 1 : place + 2]
        if here == after and here not in "aiueon":
            place += 1
            continue
        if here == "m" and after in ("b", "p", "m"):
            read.append("ン")
            place += 1
            continue
        size = next((n for n in (3, 2, 1) if _stands(word, place, n)), 0)
        if not size:
            return None
        read.append(ROMAJI[word[place : place + size]])
        place += size
    return "".join(read)


def _stands(word: str, place: int, size: int) -> bool:
    """Tell whether a syllable of this size stands here; an n before a vowel belongs to it."""
    piece, after = word[place : place + size], word[place + size : place + size + 1]
    if len(piece) < size or piece not in ROMAJI:
        return False
    return not (piece in ("n", "nn") and after and after in "aiueoy")
