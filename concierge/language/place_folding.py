"""One spelling for the names of places: what published names and residents' text are compared in.

Beyond `normalize`: kana, ヶ/ケ/ガ, 之/ノ, old and new kanji, and kanji numbers before 丁目, 区, 番.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Folded", "PlaceWords", "fold_place", "place_words", "stripped_of_suffix"]

DIGITS = "〇一二三四五六七八九"
COUNTER = "丁[目町]|ちょ[うー]め|区|番|号|組|班|条"
UNEVEN = re.compile(
    rf"(?P<number>(?<![{DIGITS}十])(?:(?<=第)[{DIGITS}十]{{1,4}}|[{DIGITS}]{{1,4}}(?=\d{{1,2}}(?:{COUNTER}))"
    rf"|[{DIGITS}十]{{1,4}}"
    rf"(?=(?:{COUNTER})?(?:[~・,、]第?[{DIGITS}十\d]{{1,4}}(?:{COUNTER})?){{0,12}}(?:{COUNTER}))))"
    r"|(?P<unit>(?<=[\d〇一二三四五六七八九十])ちょ[うー]め)"
    r"|(?P<dropped>[\ufe00-\ufe0f\U000e0100-\U000e01ef])"
)
GA_BETWEEN = re.compile("(?<=[一-鿿々ぁ-ん])[ケヵ](?=[一-鿿])")
NO_BETWEEN = re.compile("(?<=日)乃(?=出)")
TWICE = re.compile("([一-鿿])々")
DASH_BETWEEN = re.compile(r"(?<=\d)ー(?=\d)")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `starts[i]` is where `text[i]` begins in the text given, with one entry more."""

    text: str
    starts: tuple[int, ...] | range

    def end(self, position: int) -> int:
        """Return where the folded text before this position ends in the text given."""
        return self.starts[position]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The word lists of places.yaml, folded and compiled."""

    suffixes: tuple[str, ...]
    place_endings: tuple[str, ...]
    before: re.Pattern[str]
    fillers_before: re.Pattern[str]
    fillers_after: re.Pattern[str]
    residence: re.Pattern[str]
    living: re.Pattern[str]
    moving: re.Pattern[str]
    collection: re.Pattern[str]
    subject: re.Pattern[str]
    particles: re.Pattern[str]
    ordinary: frozenset[str]
    elsewhere: frozenset[str]
    things: frozenset[str]


def fold_place(text: str) -> Folded:
    """Fold text that `normalize` has made; nothing that follows compares anything else."""
    even = text
    if "ケ" in even or "ヵ" in even:
        even = GA_BETWEEN.sub("ヶ", even)
    if "乃" in even:
        even = NO_BETWEEN.sub("の", even)
    if "ー" in even:
        even = DASH_BETWEEN.sub("-", even)
    even = even.translate(_table())
    if "々" in even:
        even = TWICE.sub(r"\1\1", even)
    if not UNEVEN.search(even):
        return Folded(even, range(len(even) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    position = 0
    for match in UNEVEN.finditer(even):
        pieces.append(even[position : match.start()])
        starts.extend(range(position, match.start()))
        piece = _number(match["number"]) if match["number"] else "丁目" if match["unit"] else ""
        pieces.append(piece)
        starts.extend(min(match.start() + i, match.end() - 1) for i in range(len(piece)))
        position = match.end()
    pieces.append(even[position:])
    starts.extend(range(position, len(even) + 1))
    return Folded("".join(pieces), tuple(starts))


def stripped_of_suffix(name: str) -> str:
    """Return a folded name without 町会, 地区 and the like behind it, unless nothing would stay."""
    for suffix in place_words().suffixes:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def _number(kanji: str) -> str:
    if "十" not in kanji:
        return "".join(str(DIGITS.index(digit)) for digit in kanji)
    tens, _, ones = kanji.partition("十")
    if "十" in ones:
        return kanji
    return str(10 * int(_number(tens) or 1) + int(_number(ones) or 0))


@cache
def _table() -> Mapping[int, str]:
    table = {code: chr(code - 0x60) for code in range(ord("ァ"), ord("ヵ"))}
    table |= {ord("ヶ"): "が", ord("ヵ"): "が", ord("之"): "の"}
    for group in _published()["same_characters"]:
        table |= dict.fromkeys(map(ord, group[1:]), group[0])
    return table


@cache
def _published() -> dict[str, Any]:
    path = Path(__file__).with_name("places.yaml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@cache
def place_words() -> PlaceWords:
    """Return the word lists, read once."""
    words = {
        name: [fold_place(word).text for word in value]
        for name, value in _published().items()
        if isinstance(value, list) and name != "same_characters"
    }
    patterns = {
        name: re.compile(value.replace(" ", ""))
        for name, value in _published().items()
        if isinstance(value, str)
    }
    for name in ("before", "fillers_before", "topics_before", "fillers_after"):
        choice = "|".join(map(re.escape, sorted(set(words[name]), key=len, reverse=True)))
        patterns[name] = re.compile(f"(?:{choice})")
    return PlaceWords(
        suffixes=tuple(sorted(words["suffixes"], key=len, reverse=True)),
        place_endings=tuple(words["place_endings"]),
        before=re.compile(f"(?:{patterns['before'].pattern})$"),
        fillers_before=re.compile(
            f"(?:{patterns['fillers_before'].pattern}|[、。・ ]"
            f"|{patterns['topics_before'].pattern}(?:は|が|なら|[、。:]))+"
        ),
        fillers_after=re.compile(f"(?:{patterns['fillers_after'].pattern}|[、。!?~ー])+$"),
        residence=patterns["residence"],
        living=patterns["living"],
        moving=patterns["moving"],
        collection=patterns["collection"],
        subject=patterns["subject"],
        particles=patterns["particles"],
        ordinary=frozenset(words["ordinary"]),
        elsewhere=frozenset(words["elsewhere"]),
        things=frozenset(words["things"]),
    )
