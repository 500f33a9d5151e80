"""Reads the free remark beside opening hours (利用可能日時特記事項) into rules, piece by piece.

What a piece says is taken only where the whole piece is understood; the rest becomes a `Doubt`,
which is shown to residents as published and keeps 「いま開いています」 from being said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from concierge.places.hours import NEW_YEAR, Closure, Doubt, Span, Special

__all__ = ["Remark", "read_remark", "weekdays_in"]

WEEKDAYS = "月火水木金土日"
LEAP_YEAR = 2024
LONGEST_NEW_YEAR = 14
"""Days; what is longer comes from a cell dragged down in Excel (12/29～1/30), not from a town."""
W = "[月火水木金土日](?:曜日?)?"
HOLIDAY = "(?:国民の)?祝祭?日|休日|祝"
EXCEPT = r"(?:\((?:{0})\)|(?:{0}))"
SHIFT = EXCEPT.format(
    r"(?:ただし、?)?(?:その日が|月曜日?が|火曜日?が)?(?:国民の)?祝日?(?:等)?(?:の(?:とき|場合)|に(?:当|あ)たる(?:とき|場合)|と重なる(?:とき|場合))?"
    r"は?、?(?:開館し、?|営業し、?)?(?:その)?(?:翌日|翌平日|次の平日|直後の平日|次の開館日)(?:が休み|に休み|が休館|に休館|)?"
)
SPARED = EXCEPT.format(
    r"(?:末日が)?土日(?:・|、|と)?祝日?(?:のとき|の場合)は?、?(?:開館|開庁|開きます|利用可)(?:します)?"
)
MONTH_DAY = r"(\d{1,2})(?:月|/)(\d{1,2})日?"
TO = r"(?:から|より|~|-)"
CLOSED = (
    r"(?:は|が|も)?、?(?:全日|終日)?、?(?:(?:休館日のため)?利用不可|利用できません|利用でき(?:ない|ず)|使用不可|"
    r"お?休み|休館日?|休業日?|休所日?|休診日?|休園日?|休場日?|定休日?|閉館日?|閉所|閉園)"
    r"(?:とする|とします|です|となります|します)?"
)
LEAD = r"(?:休館日|休所日|休業日|休診日|休園日|休場日|休室日|閉室日|閉館日|閉所日|定休日|休み|お休み)(?:は|:)、?"
TIME = r"(?:午前|午後)?\d{1,2}(?::\d{2}|時(?:\d{1,2}分|半)?)"
SPAN = rf"({TIME}){TO}({TIME})(?:まで)?"
DAYS = rf"((?:{W}|平日|土日祝?|日祝|土・日|{HOLIDAY})(?:(?:・|、|,|と|及び|または|から(?=[月火水木金土日])|~)?(?:{W}|{HOLIDAY}))*)"
HOURS_WORDS = (
    r"(?:の)?(?:開所時間|開園時間|開館時間|利用時間|診療時間|営業時間|開庁時間|時間)?は?:?、?"
)
BETWEEN = re.compile(r"[、。;,\n・及びとも ]+|および|また、?")
CLAUSE_END = re.compile(r"[。\n;]")
ITEM_LIST: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], list[Closure]]], ...] = (
    (
        re.compile(
            rf"(?:年末年始(?:は|、|:)?)?\(?\[?{MONTH_DAY}{TO}(?:翌年?)?{MONTH_DAY}(?:まで)?\]?\)?"
        ),
        lambda m: [_season(m)],
    ),
    (re.compile("年末年始"), lambda m: [Closure(season=NEW_YEAR)]),
    (
        re.compile(rf"(?:毎月)?第(\d(?:(?:・|、|,|と)?第?\d)*)({W})({SHIFT})?"),
        lambda m: [
            Closure(
                weekday=WEEKDAYS.index(m[2][0]),
                weeks=frozenset(map(int, re.findall(r"\d", m[1]))),
                moves=bool(m[3]),
            )
        ],
    ),
    (
        re.compile(rf"(?:毎月末日|毎月の末日|月末|末日)({SPARED})?"),
        lambda m: [Closure(month_end=True, spared=bool(m[1]))],
    ),
    (
        re.compile(rf"(?:毎週)?({W}(?:(?:・|、|,|と)?{W})*)(?![祝0-9:])({SHIFT})?"),
        lambda m: [Closure(weekday=day, moves=bool(m[2])) for day in sorted(weekdays_in(m[1])[0])],
    ),
    (re.compile(rf"(?:{HOLIDAY})(?!の|に|は\d|は[開通])"), lambda m: [Closure(holidays=True)]),
)
LEADING = re.compile(LEAD)
CLOSING = re.compile(CLOSED)
HOURS = re.compile(rf"{DAYS}{HOURS_WORDS}{SPAN}((?:[、,・]{SPAN})*)")
MORNING = re.compile(rf"{DAYS}:?(?:は)?午後(?:は)?休(?:診|み|館)")
SCOPE = re.compile(rf"(?:第[\d・、第]+)?({W}(?:[・、]?{W})*):")


@dataclass(frozen=True, slots=True)
class Remark:
    """What a remark says, taken apart."""

    closures: tuple[Closure, ...] = ()
    specials: tuple[Special, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(slots=True)
class _Found:
    closures: list[Closure] = field(default_factory=list)
    specials: list[Special] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@lru_cache(maxsize=4096)
def read_remark(text: str) -> Remark:
    """Take a remark apart; never raises."""
    folded = unicodedata.normalize("NFKC", text).replace("〜", "~").replace("‐", "-")
    folded = folded.replace("–", "-").replace("\r", "")
    folded = re.sub(r"[ \t]", "", folded)
    found = _Found()
    position = 0
    while position < len(folded):
        skipped = BETWEEN.match(folded, position)
        if skipped:
            position = skipped.end()
            continue
        end = _statement(folded, position, found)
        if end == position:
            match = CLAUSE_END.search(folded, position)
            end = match.start() if match else len(folded)
            found.doubts.append(_doubt(folded[position:end]))
        position = end
    return Remark(tuple(found.closures), tuple(found.specials), tuple(found.doubts))


def _statement(text: str, start: int, found: _Found) -> int:
    """Read one statement; return where it ends, or `start` where none is understood."""
    hours = HOURS.match(text, start)
    if hours and _ends(text, hours.end()):
        special = _special(hours)
        if special is not None:
            found.specials.append(special)
            return hours.end()
    morning = MORNING.match(text, start)
    if morning and _ends(text, morning.end()):
        days, holidays = weekdays_in(morning[1])
        found.specials.append(Special(days, holidays, (), morning_only=True))
        return morning.end()
    return _closure_list(text, start, found)


def _closure_list(text: str, start: int, found: _Found) -> int:
    """Read 「休館日:月曜、12/29から1/3まで」 or 「月曜、12/29から1/3は休み」."""
    lead = LEADING.match(text, start)
    position = lead.end() if lead else start
    closures: list[Closure] = []
    while True:
        for pattern, make in ITEM_LIST:
            match = pattern.match(text, position)
            if match and _possible(made := make(match)):
                closures += made
                position = match.end()
                break
        else:
            break
        joint = re.compile(r"[、,・]|及び|および|と|並びに").match(text, position)
        if joint is None:
            break
        position = joint.end()
    closing = CLOSING.match(text, position)
    if closing:
        position = closing.end()
    if not closures or not (lead or closing) or not _ends(text, position):
        return start
    found.closures += closures
    return position


def _possible(closures: list[Closure]) -> bool:
    """Tell whether seasons begin and end on days that exist, and those over New Year are short."""
    return all(rule.season is None or _possible_season(rule.season) for rule in closures)


def _possible_season(season: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    try:
        first, last = (date(LEAP_YEAR, *day) for day in season)
    except ValueError:
        return False
    return first <= last or (last.replace(year=LEAP_YEAR + 1) - first).days <= LONGEST_NEW_YEAR


def _ends(text: str, position: int) -> bool:
    return (
        position >= len(text)
        or text[position] in "。、,\n;・)"
        or LEADING.match(text, position) is not None
    )


def _season(match: re.Match[str]) -> Closure:
    first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    return Closure(season=(first, last))


def _special(match: re.Match[str]) -> Special | None:
    days, holidays = weekdays_in(match[1])
    times = re.findall(SPAN, match[0])
    spans = [_span(first, last) for first, last in times]
    if any(span is None for span in spans):
        return None
    return Special(days, holidays, tuple(span for span in spans if span is not None))


def _span(first: str, last: str) -> Span | None:
    begins, ends = _minutes(first), _minutes(last)
    return None if begins is None or ends is None or begins >= ends else (begins, ends)


def _minutes(text: str) -> int | None:
    match = re.fullmatch(r"(午前|午後)?(\d{1,2})(?::(\d{2})|時(?:(\d{1,2})分|(半))?)", text)
    if match is None:
        return None
    hour = int(match[2]) + (12 if match[1] == "午後" and int(match[2]) < 12 else 0)
    minute = int(match[3] or match[4] or (30 if match[5] else 0))
    return hour * 60 + minute if hour <= 24 and minute < 60 else None


def weekdays_in(text: str) -> tuple[frozenset[int], bool]:
    """Return the weekdays that a list names (「土日祝」, 「平日」, 「月~金」), and whether holidays."""
    holidays = re.search(r"祝|休日", text) is not None
    if "平日" in text:
        return frozenset(range(5)), holidays
    plain = re.sub(r"曜日?|祝祭?日|祝|休日|国民の|毎週", "", text)
    days: set[int] = set()
    for first, last in re.findall(r"([月火水木金土日])(?:~|-|から)([月火水木金土日])", plain):
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
        days |= {day % 7 for day in range(start, end + 1 if end >= start else end + 8)}
    days |= {WEEKDAYS.index(letter) for letter in plain if letter in WEEKDAYS}
    return frozenset(days), holidays


def _doubt(text: str) -> Doubt:
    scope = SCOPE.match(text)
    days = weekdays_in(scope[1])[0] if scope else frozenset[int]()
    return Doubt(text.strip(), days)
