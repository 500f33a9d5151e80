"""How the name of a place may be read aloud, where nobody published its reading.

The morphological dictionary knows most names, and often several readings of one (中町: なかまち,
なかちょう). `likely_readings` gives those; a town's own may be none of them (三馬, in Kanazawa, is
みんま). `may_be_read` is generous the other way round: it rules a reading out only where no kanji of
the name is ever read so. Who finds a place by a likely reading asks it of every other place, and
asks the resident where it says yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, product

from concierge.faq.morphology import lookup, plain, tokens

__all__ = ["likely_readings", "may_be_read"]

MOST_READINGS = 16
LONGEST_NAME = 12
"""Characters; longer ones are no names that anybody spells in kana."""
TO_HIRAGANA = {code: code - 96 for code in range(ord("ァ"), ord("ヷ"))}
TO_KANJI = str.maketrans("123456789", "一二三四五六七八九")
KANJI = re.compile("[一-鿿々]")
TWICE = re.compile("([一-鿿])\\1(?!$)")
KANA = re.compile("[ぁ-んー]+")
NAMES = ("固有名詞", "普通名詞", "数詞", "名詞的", "*")
"""Kinds of nouns and affixes whose readings a part of a place's name may have."""
VOICED = str.maketrans(
    "かきくけこさしすせそたちつてとはひふへほ", "がぎぐげござじずぜぞだぢづでどばびぶべぼ"
)
TOWN = {"町": ("ちょう", "まち"), "村": ("むら", "そん")}
SIDES = {
    "東": ("ひがし",),
    "西": ("にし",),
    "南": ("みなみ",),
    "北": ("きた",),
    "上": ("かみ", "うえ"),
    "中": ("なか",),
    "下": ("しも", "した"),
}
"""What stands behind a name without changing how that is read: 若葉台南 is no 台南."""
ROUGH = str.maketrans(
    "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽぁぃぅぇぉっゃゅょゎを",
    "かきくけこさしすせそたちつてとはひふへほはひふへほあいうえおつやゆよわお",
)


def likely_readings(name: str) -> tuple[str, ...]:
    """Return hiragana readings of a folded name, likeliest first; none where it has no kanji."""
    if not KANJI.search(name) or len(name) > LONGEST_NAME:
        return ()
    written = _written(name)
    ends: list[tuple[str, ...]] = []
    stem = written
    for known in (TOWN, SIDES):
        if len(stem) > 1 and stem[-1] in known:
            ends.insert(0, known[stem[-1]])
            stem = stem[:-1]
    parts = [*_parts(stem), *ends]
    whole = _of_whole(written)
    if written[-1] in TOWN:
        whole = tuple(reading for reading in whole if reading.endswith(TOWN[written[-1]]))
    if not all(parts):
        return whole
    voiced = [parts[0], *([*part, *_voiced(part)] for part in parts[1:])]
    spelled = map("".join, islice(product(*voiced), MOST_READINGS))
    return tuple(dict.fromkeys((*whole, *spelled)))[:MOST_READINGS]


def may_be_read(name: str, reading: str) -> bool:
    """Tell whether a name may be read so: each kanji in one of the ways it ever is."""
    written = _written(name)
    return bool(KANJI.search(written)) and _goes(written, _rough(reading))


def _goes(written: str, reading: str, before: str = "") -> bool:
    if not written or not reading:
        return not written and not reading
    kanji = before if written[0] == "々" else written[0]
    ways = _of_one(kanji)
    if not ways:
        return any(_goes(written[1:], reading[past:], kanji) for past in range(1, len(reading) + 1))
    for way in ways:
        if reading.startswith(way):
            rest = reading[len(way) :]
            if _goes(written[1:], rest, kanji):
                return True
            if rest[:1] in ("の", "つ", "か") and _goes(written[1:], rest[1:], kanji):
                return True
    return False


def _written(name: str) -> str:
    """Return a folded name as the dictionary writes it."""
    return TWICE.sub(r"\1々", plain(name.translate(TO_KANJI)))


def _parts(written: str) -> Iterable[tuple[str, ...]]:
    """Yield the readings of each word of a name, likeliest first."""
    for token in tokens(written):
        for word in token.words if not _of_whole(written) else ():
            surface, read = word.surface, word.reading.translate(TO_HIRAGANA)
            known = _of_whole(surface) if KANJI.search(surface) else ()
            yield tuple(dict.fromkeys(one for one in (read, *known) if KANA.fullmatch(one)))
    if whole := _of_whole(written):
        yield whole


@lru_cache(maxsize=8192)
def _of_whole(surface: str) -> tuple[str, ...]:
    """Return how the dictionary reads a word: as a place first, never as somebody's given name."""
    found = [
        (place, reading.translate(TO_HIRAGANA))
        for reading, kinds in lookup(surface)
        if kinds[1] in NAMES and kinds[3] != "名"
        for place in (0 if kinds[2] == "地名" else 1 if kinds[2] == "人名" else 2,)
    ]
    ordered = (reading for _, reading in sorted(found, key=_first) if KANA.fullmatch(reading))
    return tuple(dict.fromkeys(ordered))


def _first(ranked: tuple[int, str]) -> int:
    return ranked[0]


def _voiced(readings: Sequence[str]) -> list[str]:
    """Return the readings that change behind another word: かわ is often がわ."""
    return [
        reading[0].translate(VOICED) + reading[1:]
        for reading in readings
        if reading[0].translate(VOICED) != reading[0] and reading not in ("ちょう", "そん")
    ]


@lru_cache(maxsize=4096)
def _of_one(character: str) -> tuple[str, ...]:
    """Return every way a kanji is ever read, roughly spelt; other letters stand for themselves."""
    if not KANJI.match(character):
        return (_rough(character),)
    return tuple({_rough(reading.translate(TO_HIRAGANA)) for reading, _ in lookup(character)})


def _rough(kana: str) -> str:
    """Return kana without what changes inside a word: voice, small letters, length."""
    return kana.translate(ROUGH).replace("ー", "")
