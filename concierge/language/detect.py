"""Which language a short message is in, from its script and a few telling words.

Good enough to choose a line to answer with, not a classifier: Japanese unless something speaks
clearly for another language, since a lone 「AED」 or 「住民票」 is a Japanese question. Words and
lines stand in `languages.yaml`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

__all__ = ["detect_language", "fixed_line"]

KANA = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾟ]")
KANJI = re.compile(r"[一-鿿]")
SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ko", re.compile(r"[가-힣ㄱ-ㅣ]")),
    ("ne", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("ru", re.compile(r"[а-яё]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("vi", re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")),
)
CHINESE = re.compile(
    r"[们吗这么您哪请谁时问话车边为样还该证诊药费馆纪户课员岁处妈钱买卖听说读]"
    r"|垃圾|什麼|怎麼|嗎|你好|謝謝|請問|在哪|多少|可以|我想|我要|我的|需要"
)
"""Simplified characters that Japanese does not use, and words that Japanese does not have."""
SHORTEST_ENGLISH = 5
ROMAJI = re.compile(
    r"(?:(?:[kgsztdnhbpmyrwjf]|ky|gy|sh|ch|ts|ny|hy|by|py|my|ry|kk|ss|tt|pp|ssh|tch|cch|tts|zz|dd|gg|bb|mm)?"
    r"[aeiouāīūēōâîûêô]|n(?![aeiouy])|m(?=[bpm])|h(?![aeiouy]))+"
)
"""A word spelt as Japanese is in Latin letters: `moeru`, `shimbashi`, `gomi`."""
LATIN_WORD = re.compile(r"[a-zà-ɏḀ-ỿ]+")


@cache
def _languages() -> dict[str, tuple[frozenset[str], str]]:
    with (Path(__file__).parent / "languages.yaml").open(encoding="utf-8") as file:
        table = yaml.safe_load(file)
    return {
        str(name).lower(): (frozenset(str(entry["words"]).split()), str(entry["line"]))
        for name, entry in table.items()
        if isinstance(entry, dict)
    }


def detect_language(text: str, otherwise: str = "ja") -> str:
    """Return the language subtag of normalised text; `otherwise` where nothing is clear.

    Latin letters that could be anybody's (a name, 「AED」, romaji) are not clear.
    """
    if KANA.search(text):
        return "ja"
    for language, script in SCRIPTS:
        if script.search(text):
            return language
    if CHINESE.search(text):
        return "zh"
    if KANJI.search(text):
        return "ja"
    words = LATIN_WORD.findall(text)
    if not words:
        return otherwise
    counts = {
        language: sum(word in known for word in words)
        for language, (known, _) in _languages().items()
    }
    best = max(counts, key=lambda language: counts[language])
    if counts[best]:
        return best
    return "en" if len(words) >= 3 or any(map(_looks_english, words)) else otherwise


def _looks_english(word: str) -> bool:
    """Tell whether a word is long enough, and spelt as neither romaji nor an abbreviation is."""
    return (
        len(word) >= SHORTEST_ENGLISH
        and word not in _in_japanese()
        and bool(re.search("[aeiouy]", word))
        and not ROMAJI.fullmatch(word)
    )


@cache
def _in_japanese() -> frozenset[str]:
    with (Path(__file__).parent / "languages.yaml").open(encoding="utf-8") as file:
        return frozenset(str(yaml.safe_load(file)["in_japanese"]).split())


def fixed_line(language: str, town: str, phone: str) -> str:
    """Return the line that says in this language whom to call; English where it has none."""
    table = _languages()
    return table.get(language, table["en"])[1].format(town=town, phone=phone)
