"""Weekdays as residents write them: 日曜, にちよう, (日), 月・木曜, 月木, 第3土曜, next Monday."""

from __future__ import annotations

import re

from concierge.language.dates.figures import number
from concierge.language.dates.tokens import Pattern

__all__ = ["WEEKDAYS", "WEEKDAY_PATTERNS"]

WEEKDAYS = "月火水木金土日"
KANA = {"げつ": 0, "か": 1, "すい": 2, "もく": 3, "きん": 4, "ど": 5, "にち": 6}
ENGLISH = {
    name: index
    for index, names in enumerate(
        (
            "monday mon",
            "tuesday tues tue",
            "wednesday weds wed",
            "thursday thurs thur thu",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
PAIRS = {"月水金", "火木土", "月木", "火金", "水土", "火木", "火土", "月水", "月金", "月土", "日月"}
"""Weekdays run together without 曜, as collections are; others may be materials (木土, 水木)."""

ONE = f"[{WEEKDAYS}]"
ENDING = r"(?:曜日?|よう(?:び|日)?|曜び)"
KANA_ENDING = r"(?:よう(?:び|日)|曜日?)"
KANA_ONE = "|".join(KANA)
ENGLISH_ONE = "|".join(sorted(ENGLISH, key=len, reverse=True))
JOIN = r"(?:[・、,/&]|と|や|か)"
NO_KANJI_BEFORE = r"(?:(?<=週)|(?<![一-龯0-9]))"
NO_DAY_OF = r"(?:(?<![ぁ-ん])|(?!日))"
"""A list of weekdays that begins with 日 follows no hiragana: 「ごみの日水曜？」 is about one day."""
HOLIDAY_MARK = r"(?:[・、,]?(?:祝日?|振替休日|振替|振休|振|休日?))"
AFTER_KANA = (
    r"(?=$|[^ぁ-ん]|の(?!うし)|は|わ|って|も|に|から|まで|と(?!か)|や|が|ごみ|なに|なん|だ|です)"
)
NTH = (
    r"(?:第|だい)(?P<nths>[1-5一二三四五](?:(?:[・、,/&]|と|や)?(?:第|だい)?[1-5一二三四五]){0,4})"
)


def _one(match: re.Match[str]) -> object:
    return WEEKDAYS.index(match["w"])


def _kana(match: re.Match[str]) -> object:
    return KANA[match["w"]]


def _english(match: re.Match[str]) -> object:
    return ENGLISH[match["w"]]


def _several(match: re.Match[str]) -> object:
    """Return (weekday, offset of its character) for each in the list."""
    return tuple(
        (WEEKDAYS.index(character), match.start("list") + place)
        for place, character in enumerate(match["list"])
        if character in WEEKDAYS
    )


def _run_together(match: re.Match[str]) -> object:
    return _several(match) if match["list"] in PAIRS else None


def _nth(match: re.Match[str]) -> object:
    """Return ((nth, where it begins), …) and the weekday."""
    figures = [
        (number(character), match.start("nths") + place)
        for place, character in enumerate(match["nths"])
        if character in "12345一二三四五"
    ]
    places = tuple((nth, place - (match.string[place - 1] == "第")) for nth, place in figures)
    said = match.groupdict().get("bare") or match["w"]
    return places, KANA[said] if said in KANA else WEEKDAYS.index(said)


def _last_one(match: re.Match[str]) -> object:
    return ((-1, match.start()),), WEEKDAYS.index(match["w"])


def _nth_english(match: re.Match[str]) -> object:
    said = match["n"]
    nth = ORDINALS[said] if said in ORDINALS else int(said[0])
    return ((nth, match.start()),), ENGLISH[match["w"]]


WEEKDAY_PATTERNS: tuple[Pattern, ...] = (
    Pattern("weekday", WEEKDAYS, f"(?P<w>{ONE}){ENDING}", _one),
    Pattern(
        "weekday",
        "げかすもきどに",
        f"(?P<w>{KANA_ONE})(?:{KANA_ENDING}|よう{AFTER_KANA})",
        lambda match: None if _doubtful_kana(match) else _kana(match),
    ),
    Pattern(
        "weekday",
        "mtwfs",
        f"(?<![a-z'])(?P<w>{ENGLISH_ONE})(?![a-z]|'(?!s))",
        lambda match: None if _doubtful_english(match) else _english(match),
    ),
    Pattern(
        "mark",
        "(",
        rf"\((?:祝日?[・、,])?(?P<w>{ONE})(?:{ENDING})?{HOLIDAY_MARK}?\)",
        _one,
    ),
    Pattern("mark", "(", rf"\((?P<w>{KANA_ONE})(?:{KANA_ENDING})?\)", _kana),
    Pattern("mark", "(", rf"\((?P<w>{ENGLISH_ONE})\)", _english),
    Pattern("mark", "(", rf"\({HOLIDAY_MARK}\)", lambda match: -1),
    Pattern(
        "weekday",
        WEEKDAYS,
        f"{NO_KANJI_BEFORE}(?P<w>{ONE})(?=(?:~|-|ー|から){ONE}{ENDING})",
        _one,
    ),
    Pattern(
        "weekdays",
        WEEKDAYS,
        f"{NO_KANJI_BEFORE}{NO_DAY_OF}(?P<list>{ONE}(?:{JOIN}?{ONE}){{1,6}}){ENDING}",
        _several,
    ),
    Pattern(
        "weekdays",
        WEEKDAYS,
        f"{NO_KANJI_BEFORE}(?P<list>{ONE}{{2,3}})(?![一-龯])",
        _run_together,
    ),
    Pattern(
        "weekdays",
        WEEKDAYS,
        rf"{NO_KANJI_BEFORE}(?P<list>{ONE}(?:・{ONE}){{1,6}})(?![一-龯])",
        lambda match: _several(match) if match["list"].replace("・", "") in PAIRS else None,
    ),
    Pattern(
        "nth",
        "第だ",
        (
            rf"{NTH}(?:番目の?|週目?の?|の)?(?:(?P<w>{ONE}|{KANA_ONE})(?:{ENDING}|曜日?)|"
            rf"(?P<bare>[火水木金土])(?![一-龯]))"
        ),
        _nth,
    ),
    Pattern(
        "nth",
        "12345一二三四五",
        rf"(?P<nths>[1-5一二三四五])(?:番目の?|週目の?|回目の)(?P<w>{ONE}){ENDING}",
        _nth,
    ),
    Pattern("nth", "最", rf"(?:最終|最後)の?(?:週の?)?(?P<w>{ONE}){ENDING}", _last_one),
    Pattern(
        "nth",
        "12345fstl",
        (
            r"(?<![a-z0-9])(?:the )?(?P<n>1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth"
            r"|last(?= [a-z]{3,9} of))"
            rf" (?P<w>{ENGLISH_ONE})(?![a-z]|'(?!s))"
        ),
        _nth_english,
    ),
)


def _doubtful_kana(match: re.Match[str]) -> bool:
    """「かよう」 (通う) and the like without び count only at the beginning or after の."""
    if match[0].endswith(("び", "日", "曜")):
        return False
    before = match.string[max(0, match.start() - 1) : match.start()]
    return bool(before) and (
        before not in "の週うはにともで、。?!" if match["w"] != "か" else before not in "の週う"
    )


def _doubtful_english(match: re.Match[str]) -> bool:
    """Tell whether "sun" or "sat" may be the star or the verb."""
    if match["w"] not in ("sun", "sat"):
        return False
    before = match.string[max(0, match.start() - 5) : match.start()]
    after = match.string[match.end() : match.end() + 9]
    return not (
        re.search(r"(?:next|this|on|or|to|[,&/-]) ?$", before)
        or re.search(
            rf"(?:{ENGLISH_ONE}) and $", match.string[max(0, match.start() - 14) : match.start()]
        )
        or re.match(rf" ?(?:and|or|to|[,&/-]) ?(?:{ENGLISH_ONE})", after)
    )
