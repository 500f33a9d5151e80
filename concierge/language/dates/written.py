"""Dates, spans and hours in figures: 11/23, 令和8年11月23日, 3日後, 午後3時半, Nov 23."""

from __future__ import annotations

import re
from datetime import time

from concierge.language.dates.figures import (
    ALONE,
    DAY_KANA,
    MONTH_KANA,
    NUMBER,
    YEAR,
    number,
    year,
)
from concierge.language.dates.tokens import Pattern, found

__all__ = ["WRITTEN_PATTERNS"]

DIGITS = "0123456789"
FIGURES = DIGITS + "一二三四五六七八九十廿卅"
MONTHS = {
    name: index + 1
    for index, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        )
    )
    for name in names.split()
}
COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
KANA_COUNTS = {
    "ふつか": (2, "日"),
    "みっか": (3, "日"),
    "よっか": (4, "日"),
    "いつか": (5, "日"),
    "とおか": (10, "日"),
    "いっしゅうかん": (1, "週"),
    "いちしゅうかん": (1, "週"),
    "にしゅうかん": (2, "週"),
    "さんしゅうかん": (3, "週"),
    "いっかげつ": (1, "月"),
}
ERAS = {"令": 2018, "r": 2018, "平": 1988, "h": 1988, "昭": 1925, "s": 1925}
FULL_ERA = rf"(?:(?P<y>{YEAR})|(?P<era>令和|平成|昭和|令|(?<![a-z])[rhs])(?P<ey>元|{NUMBER}))"
UNITS = {"日": "日", "に": "日", "d": "日", "週": "週", "し": "週", "w": "週"} | {
    "年": "年", "ね": "年", "y": "年"
}  # fmt: skip
"""The first character of a unit, months apart, which are written in too many ways."""

DAY = r"(?:日(?:\(にち\))?|にち)"
MONTH = r"(?:月(?:\(がつ\))?|がつ)"
UNIT = r"(?P<unit>日|にち|週|しゅう|[ゖけかゕ個箇]月|かげつ|年|ねん)"
LATER = (
    r"(?:間|かん)?(?:ほど|くらい|ぐらい)?"
    r"(?P<way>後|ご(?!み|ろ)|先|(?:前|まえ)(?!まで|後|納|払|半|期|から|に(?:予約|申|連絡|電話)|の[日月火水木金土]曜))"
)
NOT_A_DAY = (
    r"(?![~ー-][0-9]+日(?:間|かか|程|ほど|くらい|ぐらい)|間|かん|前|まえ|以|おき|置き|ほど|くらい|ぐらい|程度|分(?!別)|目|中(?!に)|あたり|当たり|何(?!$|ご|の|が|か|を|出|だ|で|す|捨|曜|収|あ|[?。、])|も(?:か|待|経|た[つっ]"
    r"|放|続)|に?[0-9一二三]+[回本件度個]|に何|券|乗車|ごと|毎|曜|よう|月(?!曜|よう)|酔|坊主|ぶり|がかり"
    r"|市(?!役所|立|民|営|内|長|議|電|ば)|町(?!内|役場|民|立|営)|村(?!役場)|葉|本|程|常|経|産|立|記|差|陰"
    r"|焼|当|光|系|米|韓|英|銀|赤|没|の出|営業|遅|早|ずつ|一[回度]|かけ|かか|たっ|経)"
)
NOT_IN_A_WHILE = r"(?<![第週約満計延丸])(?<!週に)(?<!月に)(?<!年に)(?<!あと)(?<!残り)"
FRACTION = (
    r"(?!に?(?:切|割|かっと|カット|折|減|縮|分け|なる|なっ|薄)|の?(?:大きさ|サイズ|さいず|量|長さ|高さ|重さ|厚さ|確率)"
    r"|くらい|ぐらい|程度|以[上下]|補助|助成|負担|軽減|個|本|袋|丁目|番|号|人|ぽっち|だけ残)"
)
ADDRESS_BEFORE = (
    r"(?:(?<=/[0-9][- ])|(?<=/[0-9]{2}[- ])|(?<=[日)]-)"
    r"|(?<![0-9/.:a-z丁目番地条号約第-])(?<![0-9] ))"
)
IN_ADDRESS = r"[0-9]{1,5}(?![0-9]|月|がつ|日|にち|年|時|週)"
"""A number of an address: 「3丁目の12月30日」 has none behind 丁目."""
EDGE_BEFORE = r"(?:^|(?<=[のはにでも、。,?!(\n]))"
EDGE_AFTER = r"(?=$|の|は|って|も|を|が|\(|、|。|\?|!|~|か|ごみ|に(?!切|割|折))"
HOUR_PART = r"(?P<part>午前|午後|ごぜん|ごご|早朝|朝|あさ|お?昼|ひる|夕方|ゆうがた|夕|夜中|深夜|夜|よる|晩|am|pm)?の?"
AFTERNOON = dict.fromkeys(("午後", "ごご", "pm", "夕方", "ゆうがた", "夕"), 0) | dict.fromkeys(
    ("昼", "お昼", "ひる", "夜", "よる", "晩"), 4
)
"""Words that move an hour into the afternoon, and the hours before which they do not (夜1時)."""
NIGHT = ("夜", "よる", "晩", "夜中", "深夜")
NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
KANA_MONTH = "|".join(sorted(MONTH_KANA, key=len, reverse=True))
KANA_DAY = "|".join(sorted(DAY_KANA, key=len, reverse=True))


def _era_year(match: re.Match[str]) -> int | None:
    if match["y"]:
        return year(match["y"])
    count = 1 if match["ey"] == "元" else number(match["ey"])
    return ERAS[match["era"][0]] + count if count else None


def _full(match: re.Match[str]) -> object:
    western = _era_year(match)
    return western and (western, number(match["m"]), number(match["d"]))


def _month_day(match: re.Match[str]) -> object:
    return None, number(match["m"]), number(match["d"])


def _mixed_fraction(match: re.Match[str]) -> bool:
    """「4 1/2」 is four and a half, 「1 1/2 3」 a date with spaced figures."""
    return " " in match["m"] and number(match["m"]) > 12


def _other_kana(match: re.Match[str]) -> bool:
    """Tell whether 「いつか」「なのか」「ようか」 are more likely no days: not after の or 月."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    return match[0] in ("いつか", "なのか", "ようか") and before not in ("の", "月", "つ")


def _digits(match: re.Match[str]) -> object:
    return int(match[0][:4]), int(match[0][4:6]), int(match[0][6:])


def _english_month_day(match: re.Match[str]) -> object:
    return int(match["y"]) if match["y"] else None, MONTHS[match["m"]], int(match["d"])


def _first_of_two(match: re.Match[str]) -> object:
    """Read 「23」 of 「23～25日」; 「2、3日」 and 「2～3日」 are how long something takes."""
    first, second = number(match["a"]), number(match["b"])
    return None if _some_days(first, second, match["s"]) else first


def _how_long(match: re.Match[str]) -> object:
    return _some_days(number(match["a"]), number(match["b"]), match["s"]) or None


def _some_days(first: int, second: int, joint: str) -> bool:
    return second == first + 1 and (first <= 6 or joint in "、,")


def _offset(match: re.Match[str]) -> object:
    """Return (from, to, unit): units from today, negative before it."""
    sign = -1 if match["way"] in ("前", "まえ") else 1
    if match["a"] and match["s"] in "、,・" and number(match["a"]) + 1 != number(match["b"]):
        return None
    if match["pair"]:
        first, last = number(match["pair"][0]), number(match["pair"][1])
    else:
        last = number(match["b"])
        first = number(match["a"]) if match["a"] else last
    return first * sign, last * sign, UNITS.get(match["unit"][0], "月")


def _kana_offset(match: re.Match[str]) -> object:
    count, unit = KANA_COUNTS[match["n"]]
    count *= -1 if match["way"] in ("前", "まえ") else 1
    return count, count, unit


def _english_offset(match: re.Match[str]) -> object:
    count = int(match["n"]) if match["n"].isdigit() else COUNTS[match["n"]]
    count *= -1 if match[0].endswith("ago") else 1
    return count, count, UNITS.get(match["unit"][0], "月")


def _length(match: re.Match[str]) -> object:
    return number(match["n"]), UNITS.get(match["unit"][0], "月")


def _kana_length(match: re.Match[str]) -> object:
    return KANA_COUNTS[match["n"]]


def _clock(match: re.Match[str]) -> object:
    """Return the time and whether morning or afternoon is certain."""
    hour = number(match["h"])
    minute = 30 if match["half"] else number(match["min"]) if match["min"] else 0
    part = match["part"] or match["ampm"]
    if match["h"] == "一" and not part:
        return None
    if part in AFTERNOON and AFTERNOON[part] < hour < 12:
        hour += 12
    elif hour == 12 and part in ("午前", "ごぜん", "am"):
        hour = 0
    elif (hour == 24 or (hour == 12 and part in NIGHT)) and minute == 0:
        return time(23, 59), True
    if hour > 23 or minute > 59:
        return None
    return time(hour, minute), bool(part or match["colon"])


NO_DATES = (
    Pattern("word", DIGITS + "〒", r"〒?(?<![0-9])[0-9]{3}-[0-9]{4}(?![0-9])", found),
    Pattern("word", DIGITS, r"(?<![0-9])[0-9]{1,6}(?:-[0-9]{1,6}){2,6}", found),
    Pattern("word", "0", r"(?<![0-9])0[0-9]{1,4}-[0-9]{2,4}(?:-[0-9]{1,6})?", found),
    Pattern("word", DIGITS, r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{1,2}(?![0-9])", found),
    Pattern(
        "word",
        FIGURES,
        r"(?:[0-9]{1,5}|[一二三四五六七八九十]{1,3})(?:丁目|番地|番|条|号棟?|号線|区画?)"
        rf"(?:の?{IN_ADDRESS}(?:[-の/]{IN_ADDRESS}){{0,3}}(?:番地?|号)?){{0,3}}",
        found,
    ),
    Pattern("word", DIGITS, r"(?<![0-9])[0-9]{1,5}-[0-9]{1,5}(?:号|番)", found),
    Pattern("word", FIGURES, rf"{ALONE}{NUMBER}(?:時間|分(?!別)|秒|歳|才|円|年生|年間)", found),
    Pattern(
        "word",
        FIGURES,
        rf"{ALONE}{NUMBER}(?:日|週間?|[ゖけかゕ個箇]月|年)(?:間)?(?:以内|以上|以下|おき|置き|ごと|毎|目|連続)",
        found,
    ),
    Pattern("word", FIGURES, rf"{ALONE}{NUMBER}泊{NUMBER}日", found),
    Pattern(
        "word",
        FIGURES,
        rf"{ALONE}(?<![/月])(?P<a>{NUMBER})(?P<s>[~ー・、,-])(?P<b>{NUMBER})日(?!曜)",
        _how_long,
    ),
)

SPANS = (
    Pattern(
        "offset",
        FIGURES,
        rf"{ALONE}(?:(?P<pair>二三|三四)|(?:(?P<a>[0-9一二三四五六七八九]{{1,2}})(?P<s>[~、,ー・-]))?(?P<b>{NUMBER}|[1-9][0-9]{{2}}))"
        rf"{UNIT}{LATER}",
        _offset,
    ),
    Pattern(
        "offset",
        "あ残",
        rf"(?:あと|残り)(?P<b>{NUMBER})(?P<unit>日)(?!間|以|分)(?P<way>)(?P<a>)(?P<pair>)(?P<s>)",
        _offset,
    ),
    Pattern(
        "offset",
        "ふみよいとにさ",
        rf"(?P<n>{'|'.join(KANA_COUNTS)})(?P<way>後|ご(?!み|ろ)|前|まえ)(?!まで)",
        _kana_offset,
    ),
    Pattern(
        "offset",
        "i",
        r"(?<![a-z])in (?P<n>[0-9]{1,3}|a|an|one|two|three|four|five|six)"
        r" (?P<unit>days?|weeks?|months?|years?)(?![a-z])",
        _english_offset,
    ),
    Pattern(
        "offset",
        DIGITS + "aotfs",
        r"(?<![a-z0-9])(?P<n>[0-9]{1,3}|a|an|one|two|three|four|five|six)"
        r" (?P<unit>days?|weeks?|months?|years?) (?:later|from now|from today|ago)(?![a-z])",
        _english_offset,
    ),
    Pattern(
        "length",
        FIGURES,
        rf"{ALONE}(?P<n>{NUMBER})(?P<unit>(?:日|年)(?=間)|週|[ゖけかゕ個箇]月)間?(?!後|前|以|お)",
        _length,
    ),
    Pattern(
        "length",
        "ふみよいとにさ",
        rf"(?P<n>{'|'.join(KANA_COUNTS)})(?:(?<=しゅうかん)|(?<=げつ)|かん)",
        _kana_length,
    ),
)

DATES = (
    Pattern(
        "date",
        FIGURES + "令平昭rhs",
        rf"{ALONE}{FULL_ERA}年?(?P<s>[/.-])(?P<m>{NUMBER})(?P=s)(?P<d>{NUMBER})(?![/.-]?[0-9])",
        _full,
    ),
    Pattern("date", "12", r"(?<![0-9a-z.-])(?:19|20)[0-9]{6}(?![0-9a-z円番号]|-[0-9])", _digits),
    Pattern(
        "date",
        DIGITS,
        rf"(?<![0-9/])(?P<m>[0-9]{{1,2}})/(?P<d>[0-9]{{1,2}})/(?P<y>{YEAR})(?![0-9])",
        lambda match: (year(match["y"]), int(match["m"]), int(match["d"])),
    ),
    Pattern(
        "date",
        FIGURES,
        rf"{ALONE}(?P<m>{NUMBER}){MONTH}の?(?P<d>{NUMBER})"
        rf"(?:{DAY}(?!間|以内|前(?!半)|後|おき|ごと)|(?![0-9分号回本枚個点円年.:/日に月時人名歳]|[ゖか週]))",
        _month_day,
    ),
    Pattern(
        "date",
        DIGITS,
        rf"{ADDRESS_BEFORE}(?P<m>{NUMBER})/(?P<d>{NUMBER})日?(?![0-9/:]|-[0-9]{{3}}|\.[0-9]){FRACTION}",
        lambda match: None if _mixed_fraction(match) else _month_day(match),
    ),
    Pattern(
        "date",
        DIGITS,
        rf"{EDGE_BEFORE}(?P<m>[0-9]{{2}}|[0-9](?=-[0-9]{{2}}))-(?P<d>[0-9]{{1,2}})(?![0-9-]){EDGE_AFTER}",
        _month_day,
    ),
    Pattern(
        "date",
        DIGITS,
        rf"{EDGE_BEFORE}(?P<m>[0-9]{{2}}|[0-9](?=\.[0-9]{{2}}))\.(?P<d>[0-9]{{1,2}})(?![0-9.])"
        rf"{EDGE_AFTER}",
        _month_day,
    ),
    Pattern(
        "date",
        "いにさしよごろなはくきじ",
        rf"(?P<m>{KANA_MONTH})の?(?P<d>{KANA_DAY})(?!かん|ご|まえ)",
        _month_day,
    ),
    Pattern("date", FIGURES, rf"{ALONE}(?P<m>{NUMBER}){MONTH}(?P<d>{KANA_DAY})", _month_day),
    Pattern(
        "date",
        "jfmasond",
        rf"(?<![a-z])(?P<m>{NAME})\.? ?(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9:a-z])"
        rf"(?:,? ?(?P<y>{YEAR})(?![0-9]))?",
        _english_month_day,
    ),
    Pattern(
        "date",
        DIGITS,
        rf"(?<![0-9/.])(?<![0-9]-)(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)? ?(?:of )?(?P<m>{NAME})(?![a-z])"
        rf"(?:,? ?(?P<y>{YEAR})(?![0-9]))?",
        _english_month_day,
    ),
)

PARTS_OF_DATES = (
    Pattern(
        "year",
        FIGURES + "令平昭rhs",
        rf"{ALONE}{FULL_ERA}年(?!度|間|生|前|後|以)",
        lambda match: (_era_year(match), True),
    ),
    Pattern(
        "year",
        FIGURES,
        rf"{ALONE}(?P<n>{NUMBER})年(?={NUMBER}月{NUMBER}日)",
        lambda match: (number(match["n"]), False),
    ),
    Pattern("year", "12", rf"(?<![0-9]){YEAR}(?= [0-9]{{1,2}}/)", lambda m: (year(m[0]), True)),
    Pattern("fiscal", FIGURES + "令平昭rhs", rf"{ALONE}{FULL_ERA}年度", lambda m: (_era_year(m),)),
    Pattern(
        "monthname",
        FIGURES,
        rf"{ALONE}(?P<m>{NUMBER}){MONTH}(?!額|間|謝|給|[0-9一二三四五六七八九]|生まれ|生れ|曜)",
        lambda match: number(match["m"]),
    ),
    Pattern(
        "monthname",
        "いにさしよごろなはくきじ",
        rf"(?:^|(?<=[^ぁ-ん])|(?<=[のは]))(?:{KANA_MONTH})",
        lambda match: number(match[0]),
    ),
    Pattern(
        "monthname",
        "jfasond",
        r"(?<![a-z])(?:january|february|april|june|july|august|september|october|november|december)"
        r"(?![a-z])",
        lambda match: MONTHS[match[0]],
    ),
    Pattern(
        "day",
        FIGURES,
        rf"{ALONE}{NOT_IN_A_WHILE}(?P<d>{NUMBER}){DAY}{NOT_A_DAY}",
        lambda match: number(match["d"]),
    ),
    Pattern(
        "day",
        "いにさしよごろなはくきじついふみむこと",
        rf"(?:^|(?<=[^ぁ-んー])|(?<=[のはがつ]))(?:{KANA_DAY})"
        r"(?=$|[^ぁ-ん]|の|は(?!っ)|に|って|と|から|まで|も)",
        lambda match: None if _other_kana(match) else number(match[0]),
    ),
    Pattern(
        "day",
        FIGURES,
        rf"{ALONE}{NOT_IN_A_WHILE}(?<![/月])(?P<a>{NUMBER})(?=(?P<s>[~ー・、,と-]|から)"
        rf"(?P<b>{NUMBER})日{NOT_A_DAY})",
        _first_of_two,
    ),
    Pattern(
        "day",
        DIGITS + "t",
        r"(?<![a-z0-9])(?:the )?(?P<d>[0-9]{1,2})(?:st|nd|rd|th)(?![a-z])"
        r"(?! (?:floor|street|avenue|grade|time|year|week|day|birthday|place))",
        lambda match: int(match["d"]),
    ),
    Pattern(
        "figure",
        DIGITS,
        r"(?<![0-9])[0-9]{1,2}(?=$|の|は|に|って|も|\(|、|。|\?|!|~|-|まで|と|・|,)",
        lambda match: int(match[0]),
    ),
)

HOURS = (
    Pattern(
        "clock",
        FIGURES + "午ご早朝あお昼ひ夕ゆ夜深よ晩ap",
        rf"{HOUR_PART}{ALONE}(?P<h>{NUMBER})(?P<colon>)(?P<ampm>)(?:時(?:\(じ\))?|じ(?![ゃゅょぶかつむ]))(?!間|代|期|点|計|給)"
        rf"(?:(?P<half>半)|(?P<min>{NUMBER})分)?(?:ごろ|頃|ころ|すぎ|過ぎ)?",
        _clock,
    ),
    Pattern(
        "clock",
        DIGITS + "午ご早朝あお昼ひ夕ゆ夜深よ晩ap",
        rf"{HOUR_PART}(?<![0-9:])(?P<h>[0-9]{{1,2}})(?P<colon>:)(?P<min>[0-9]{{2}})(?![0-9:])"
        r"(?P<half>)(?: ?(?P<ampm>am|pm)(?![a-z]))?",
        _clock,
    ),
    Pattern(
        "clock",
        DIGITS,
        r"(?<![0-9:])(?P<h>[0-9]{1,2})(?P<colon>)(?P<min>)(?P<half>)(?P<part>)"
        r" ?(?P<ampm>am|pm)(?![a-z])",
        _clock,
    ),
    Pattern(
        "clock",
        DIGITS,
        r"(?<![0-9:/-])(?P<h>[0-9]{1,2})(?P<colon>)(?P<min>)(?P<half>)(?P<part>)(?P<ampm>)"
        r"(?=(?:~|-|から)[0-9]{1,2}時(?!間))",
        _clock,
    ),
    Pattern("clock", "正", r"正午", lambda match: (time(12), True)),
    Pattern("clock", "n", r"(?<![a-z])noon(?![a-z])", lambda match: (time(12), True)),
)

WRITTEN_PATTERNS: tuple[Pattern, ...] = (*DATES, *NO_DATES, *SPANS, *PARTS_OF_DATES, *HOURS)
