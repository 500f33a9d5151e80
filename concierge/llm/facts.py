"""The facts a text states, so that an answer can be held against its source.

A fact is a kind and a value: numbers with their unit, days, times, weekdays, telephone numbers,
addresses of the net. They are written down in one form whatever the spelling (full-width digits,
kanji numerals, 午後5時 and 17:00, Monday and 月曜), so that a subset is a subset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["Fact", "facts", "has_spelled_numbers"]

Fact = tuple[str, str]

URL = re.compile(r"https?://[^\s「」『』（）()<>\"'、。]+|www\.[^\s「」（）()<>\"'、。]+", re.I)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DOMAIN = re.compile(
    r"(?<![\w@.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:jp|com|net|org|info|io|me|cc|xyz|top|link|cn|ru|app|dev|site|online)(?:/[^\s「」（）()、。]*)?",
    re.I,
)
PHONE = re.compile(
    r"(?<![\d-])(?:\+?\d{1,4}[-‐ー−.\s(（]{0,2})?\d{2,5}[-‐ー−.\s)）(（]{1,2}\d{1,4}[-‐ー−.\s)）]{1,2}\d{3,4}(?![\d-])|(?<!\d)0\d{9,10}(?!\d)|#\d{4}"
)
ISO_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
DAY = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*日|(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])")
ERA = re.compile(r"(令和|平成|昭和|R|H|S)\s*(元|\d{1,2})\s*(?:年|\.)")
CLOCK = re.compile(
    r"(午前|午後|夜|朝|夕方|深夜)?\s*(\d{1,2})\s*(?:時(?:\s*(\d{1,2})\s*分|\s*(半))?(?!間)|:(\d{2}))"
    r"\s*([ap]\.?m\.?)?|(?<![\d.])(\d{1,2})\s*([ap])\.?m\b\.?",
    re.I,
)
WEEKDAYS = "月火水木金土日"
RANGE = re.compile(
    rf"([{WEEKDAYS}])(?:曜日?)?\s*(?:から|[〜~～ー–-])\s*([{WEEKDAYS}])(?:曜日?)?(?![本々])"
)
WEEKDAY = re.compile(rf"([{WEEKDAYS}])曜|[(（・、]([{WEEKDAYS}])(?=[)）・、])")
ENGLISH_DAYS = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), WEEKDAYS, strict=True))
ENGLISH_DAY = r"(mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?s?\b"
ENGLISH_RANGE = re.compile(rf"\b{ENGLISH_DAY}\s*(?:to|through|until|[-–~])\s*{ENGLISH_DAY}", re.I)
ENGLISH_WEEKDAY = re.compile(rf"\b{ENGLISH_DAY}", re.I)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
ENGLISH_DATE = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\b|\b{MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?\b",
    re.I,
)
ENGLISH_MONTH = re.compile(rf"\b{MONTH}(?=[\s,.;]|$)", re.I)
UNITS = {
    "円": "円", "yen": "円", "jpy": "円", "¥": "円",
    "%": "%", "パーセント": "%", "percent": "%", "割": "割",
    "時間": "時間", "hour": "時間", "hours": "時間",
    "分": "分", "minute": "分", "minutes": "分",
    "日間": "日間", "日": "日", "day": "日", "days": "日",
    "週間": "週間", "週": "週", "week": "週間", "weeks": "週間",
    "か月": "か月", "ヶ月": "か月", "カ月": "か月", "ケ月": "か月", "箇月": "か月", "月": "月",
    "month": "か月", "months": "か月",
    "年度": "年度", "年間": "年間", "年": "年", "year": "年", "years": "年",
    "歳": "歳", "才": "歳", "人": "人", "名": "人", "people": "人", "persons": "人",
    "枚": "枚", "個": "個", "本": "本", "冊": "冊", "台": "台", "回": "回", "times": "回",
    "件": "件", "階": "階", "号": "号", "番": "番", "丁目": "丁目", "通": "通", "袋": "袋",
    "世帯": "世帯", "点": "点", "つ": "つ", "度": "度", "級": "級", "種": "種", "種類": "種",
    "kg": "kg", "キロ": "kg", "キログラム": "kg", "g": "g", "グラム": "g",
    "km": "km", "m": "m", "メートル": "m", "cm": "cm", "センチ": "cm", "センチメートル": "cm", "mm": "mm",
    "l": "l", "リットル": "l", "ml": "ml",
}  # fmt: skip
NUMBER = re.compile(
    r"([¥])?\s*(\d+(?:\.\d+)?)\s*("
    + "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
    + r")?(?![\d.]*\d)",
    re.I,
)
KANJI_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
SMALL, LARGE = {"十": 10, "百": 100, "千": 1000}, {"万": 10_000, "億": 100_000_000}
KANJI_NUMBER = re.compile(
    r"(?<![一-龥])[〇零一二三四五六七八九十百千万億]+(?=円|時|分|日|月|年|人|名|歳|才|回|枚|個|階|番|号|丁目|割|つ|冊|件|週|か|ヶ|カ|袋|台|本|通|世帯|点|度|%)|[〇零一二三四五六七八九]{3,}|(?:\d[\d.]*[十百千万億]+)+\d*"
)
ENGLISH_NUMBERS = re.compile(
    r"\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|"
    r"ninety|hundred|thousand|million|half|double|twice|dozen)\b",
    re.I,
)
SPELLED = re.compile(
    r"(?:ぜろ|れい|いち|にい?|さん|よん|しち?|ご|ろく|なな|はち|きゅう|まる|の){6,}"
    r"|(?:いっ|に|さん|よん|ご|ろっ?く?|なな|はっ?ち?|きゅう|す?う?)?"
    r"(?:じゅう|ひゃく|びゃく|ぴゃく|せん|ぜん|まん)+(?:いち|に|さん|よん|ご|ろく|なな|はち|きゅう)*"
    r"(?:えん|ぷん|ふん|にち|がつ|さい|にん|まい|こ|かい)"
)
ALLOWED_DAYPARTS = {"平日": "平日", "土日": "土日", "祝日": "祝日"}
ENGLISH_DAYPARTS = {
    r"\bweekdays?\b": "平日", r"\bweekends?\b": "土日", r"\b(?:public |national )?holidays?\b": "祝日",
    r"\bfree(?: of charge)?\b": "無料", r"\bevery ?day\b|\bdaily\b": "毎日",
    r"\bnoon\b": "正午", r"\bmidnight\b": "深夜",
}  # fmt: skip


def facts(text: str) -> frozenset[Fact]:
    """Return every fact that a text states."""
    folded = _folded(text)
    found: set[Fact] = set()
    for kind, pattern in (("url", URL), ("mail", MAIL), ("url", DOMAIN), ("phone", PHONE)):
        found |= {(kind, _value(kind, m[0])) for m in pattern.finditer(folded)}
        folded = pattern.sub(" | ", folded)
    folded = KANJI_NUMBER.sub(lambda m: str(_kanji(m[0])), folded)
    for reader in (_days, _times, _weekdays, _english):
        each, folded = reader(folded)
        found |= each
    found |= set(_numbers(folded))
    return frozenset(found)


def has_spelled_numbers(text: str) -> bool:
    """Whether numbers are spelled out in kana, as nobody does who has nothing to hide."""
    folded = unicodedata.normalize("NFKC", text)
    kana = "".join(chr(ord(c) - 96) if "ァ" <= c <= "ヶ" else c for c in folded)
    return SPELLED.search(re.sub(r"[\s・、ー]", "", kana)) is not None


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    folded = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return re.sub(r"(?<=\d),(?=\d{3})", "", folded)


def _value(kind: str, said: str) -> str:
    if kind == "phone":
        return re.sub(r"[^\d#]", "", said)
    return re.sub(r"^https?://", "", said.lower()).rstrip("/.,")


def _kanji(said: str) -> int:
    """Read kanji numerals, also mixed with digits (1万2千), also digit by digit (二〇二六)."""
    if not re.search("[十百千万億]", said):
        return int("".join(str(KANJI_DIGITS.get(c, c)) for c in said))
    total, part, digit = 0, 0, ""
    for character in said:
        if character in SMALL:
            part += int(digit or 1) * SMALL[character]
            digit = ""
        elif character in LARGE:
            total += (part + int(digit or 0) or 1) * LARGE[character]
            part, digit = 0, ""
        elif character.isdigit() or character in KANJI_DIGITS:
            digit += str(KANJI_DIGITS.get(character, character))
    return total + part + int(digit or 0)


def _days(text: str) -> tuple[set[Fact], str]:
    found: set[Fact] = set()
    for match in ISO_DAY.finditer(text):
        found |= {("number", f"{match[1]}年"), ("day", f"{int(match[2])}-{int(match[3])}")}
    text = ISO_DAY.sub(" | ", text)
    for match in ERA.finditer(text):
        year = 1 if match[2] == "元" else int(match[2])
        first = {"令": 2018, "R": 2018, "平": 1988, "H": 1988}.get(match[1][0], 1925)
        found.add(("number", f"{first + year}年"))
    text = ERA.sub(" | ", text)
    for match in DAY.finditer(text):
        found.add(("day", f"{int(match[1] or match[3])}-{int(match[2] or match[4])}"))
    return found, DAY.sub(" | ", text)


def _times(text: str) -> tuple[set[Fact], str]:
    found: set[Fact] = set()
    for match in CLOCK.finditer(text):
        hour = int(match[2] or match[7])
        minute = 30 if match[4] else int(match[3] or match[5] or 0)
        half = (match[6] or match[8] or "").lower()[:1]
        if (match[1] in ("午後", "夜", "夕方") or half == "p") and hour < 12:
            hour += 12
        found.add(("time", f"{hour}:{minute:02}"))
    return found, CLOCK.sub(" | ", text)


def _weekdays(text: str) -> tuple[set[Fact], str]:
    found = {("weekdays", f"{m[1]}-{m[2]}") for m in RANGE.finditer(text)}
    text = RANGE.sub(" | ", text)
    found |= {("weekday", m[1] or m[2]) for m in WEEKDAY.finditer(text)}
    text = WEEKDAY.sub(" ", text)
    for match in ENGLISH_RANGE.finditer(text):
        first, last = (ENGLISH_DAYS[match[n][:3].lower()] for n in (1, 2))
        found.add(("weekdays", f"{first}-{last}"))
    text = ENGLISH_RANGE.sub(" | ", text)
    found |= {("weekday", ENGLISH_DAYS[m[1][:3].lower()]) for m in ENGLISH_WEEKDAY.finditer(text)}
    return found, ENGLISH_WEEKDAY.sub(" ", text)


def _english(text: str) -> tuple[set[Fact], str]:
    """Read what English says in words: days of a month, and words with a Japanese counterpart."""
    found: set[Fact] = set()
    for match in ENGLISH_DATE.finditer(text):
        month = MONTHS.index((match[2] or match[3])[:3].lower()) + 1
        found.add(("day", f"{month}-{int(match[1] or match[4])}"))
    text = ENGLISH_DATE.sub(" | ", text)
    for match in ENGLISH_MONTH.finditer(text):
        if match[0][0].isupper():  # "may" is mostly not a month
            found.add(("number", f"{MONTHS.index(match[1][:3].lower()) + 1}月"))
    for word in ENGLISH_NUMBERS.findall(text):
        if word.lower() != "one":  # "the one on the left"
            found.add(("spelled", word.lower()))
    for pattern, japanese in ENGLISH_DAYPARTS.items():
        if re.search(pattern, text, re.I):
            found.add(("word", japanese))
    found |= {
        ("word", word) for word in ("無料", "毎日", "正午", *ALLOWED_DAYPARTS) if word in text
    }
    return found, text


def _numbers(text: str) -> Iterator[Fact]:
    for match in NUMBER.finditer(text):
        value = match[2].lstrip("0") or "0"
        value = value.rstrip("0").rstrip(".") if "." in value else value
        unit = "円" if match[1] else UNITS.get((match[3] or "").lower(), "")
        yield ("number", f"{value}{unit}")
