"""Numbers as residents write them in dates: 23, 2 3, 二十三, 廿三, にじゅうさん."""

from __future__ import annotations

import re

__all__ = ["ALONE", "DAY_KANA", "MONTH_KANA", "NUMBER", "YEAR", "number", "year"]

DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0}
TENS = {"十": 10, "廿": 20, "卅": 30}

NUMBER = (
    r"(?:[0-9] [0-9](?=$|[日月/の、,?!~(に-]|は|って|も|を|が)|[0-9]{1,2}(?![0-9])"
    r"|(?:[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[一二三]〇|[一二三四五六七八九])"
    r"(?![〇一二三四五六七八九十廿卅百千万]))"
)
"""A pattern of a number of at most two places that does not go on to the right."""

ALONE = r"(?<![0-9〇一二三四五六七八九十廿卅百千万])"
"""A pattern to stand before `NUMBER` where it must not go on to the left."""

YEAR = r"(?:(?:19|20)[0-9]{2}|[12] [09] [0-9] [0-9]|二〇[〇一二三四五六七八九]{2})"
"""A pattern of a year of four places."""

UNITS_KANA = {
    "いち": 1, "に": 2, "さん": 3, "し": 4, "よん": 4, "ご": 5, "ろく": 6,
    "しち": 7, "なな": 7, "はち": 8, "く": 9, "きゅう": 9,
}  # fmt: skip
TENS_KANA = {"": 0, "じゅう": 10, "にじゅう": 20, "さんじゅう": 30}

MONTH_KANA = {
    f"{kana}がつ": value
    for kana, value in (UNITS_KANA | {"じゅう": 10, "じゅういち": 11, "じゅうに": 12}).items()
}
DAY_KANA = {
    "ついたち": 1, "ふつか": 2, "みっか": 3, "よっか": 4, "いつか": 5, "むいか": 6, "なのか": 7,
    "ようか": 8, "ここのか": 9, "とおか": 10, "じゅうよっか": 14, "はつか": 20,
    "にじゅうよっか": 24, "じゅうにち": 10, "さんじゅうにち": 30,
} | {
    f"{tens}{unit}にち": TENS_KANA[tens] + value
    for tens in ("じゅう", "にじゅう", "さんじゅう")
    for unit, value in UNITS_KANA.items()
}  # fmt: skip


def number(text: str) -> int:
    """Read a number matched by `NUMBER`, `MONTH_KANA` or `DAY_KANA`."""
    text = text.replace(" ", "")
    if text.isascii():
        return int(text)
    known = MONTH_KANA.get(text) or DAY_KANA.get(text)
    if known:
        return known
    if "〇" in text or len(text) == 1:
        return int("".join(str(DIGITS.get(c, TENS.get(c, 0))) for c in text))
    tens, mark, units = re.fullmatch(r"([二三]?)([十廿卅])(.?)", text).groups()  # type: ignore[union-attr]
    return (DIGITS[tens] * 10 if tens else TENS[mark]) + (DIGITS[units] if units else 0)


def year(text: str) -> int:
    """Read a year matched by `YEAR`."""
    return int("".join(str(DIGITS[c]) if c in DIGITS else c for c in text.replace(" ", "")))
