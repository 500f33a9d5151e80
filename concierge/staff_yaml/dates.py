"""Dates as staff write them: 2026-04-01, 2026/4/1, 2026年4月1日, 令和8年4月1日, R8.4.1.

Width and spaces do not matter; a weekday behind the date must be the right one, a time is left
off. Era years run on past an era's end, as printed forms do (平成32年 is 2020); before an era began
they are refused. First days of the eras: the Cabinet orders No. 1 of 1989 and No. 143 of 2019, and
the proclamation of 25 December 1926.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from concierge.clock import weekday_name

__all__ = ["read_day"]

ERAS: dict[str, tuple[int, date]] = {
    "令和": (2018, date(2019, 5, 1)),
    "平成": (1988, date(1989, 1, 8)),
    "昭和": (1925, date(1926, 12, 25)),
}
"""The year before an era's first, and its first day."""
LETTERS = {"r": "令和", "h": "平成", "s": "昭和"}
DAY = re.compile(
    r"(?:(?P<era>令和|平成|昭和|[rhs]\.?)(?P<era_year>元|\d{1,2})|(?P<year>\d{4}))"
    r"(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})日?"
    r"(?:\((?P<weekday>[月火水木金土日])(?:曜日?)?\))?"
    r"(?:t?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")


def read_day(text: str) -> date:
    """Read a whole text as one date. Raises `ValueError` with what is wrong, in Japanese."""
    folded = unicodedata.normalize("NFKC", text).translate(HYPHENS).casefold()
    folded = re.sub(r"\s", "", folded)
    match = DAY.fullmatch(COMPACT.sub(r"\1-\2-\3", folded) if folded.isdecimal() else folded)
    if match is None:
        raise ValueError(
            f"「{text.strip()}」を日付として読み取れません。"
            "2026-04-01 または 令和8年4月1日 のように書いてください。"
        )
    year, era_began = _year(match)
    try:
        day = date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(
            f"「{text.strip()}」という日はありません。日付を確かめてください。"
        ) from None
    if day < era_began:
        raise ValueError(
            f"「{text.strip()}」は、その元号が始まる前の日です。年を確かめてください。"
        )
    if match["weekday"] and match["weekday"] != weekday_name(day):
        raise ValueError(
            f"「{text.strip()}」の曜日が合いません（{weekday_name(day)}曜日です）。"
            "日付か曜日を直してください。"
        )
    return day


def _year(match: re.Match[str]) -> tuple[int, date]:
    if match["era"] is None:
        return int(match["year"]), date.min
    name = match["era"].rstrip(".")
    before, began = ERAS[LETTERS.get(name, name)]
    return before + (1 if match["era_year"] == "元" else int(match["era_year"])), began
