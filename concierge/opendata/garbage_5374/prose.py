"""The few sentences in published files that can mean only one thing, and so are computed with."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from concierge.opendata.garbage_5374.days import read_days
from concierge.opendata.garbage_5374.tokens import WEEKDAYS, weekday_rule
from concierge.waste.model import Closure, Rule

__all__ = ["Exclusions", "read_exceptions", "read_exclusions"]

TOKEN = rf"[{WEEKDAYS}][1-5]?"
TOKENS = rf"{TOKEN}(?:[\s・と]+{TOKEN})*"
WITH_EXCEPTIONS = re.compile(rf"({TOKENS})\s*\(\s*(?:ただし|但し|※)?[、,\s]*(.+?)\s*\)")
EXCEPTION = re.compile(
    r"\s*((?:[0-9]{1,2}月?\s*[・、,と]\s*)*[0-9]{1,2}月)\s*は\s*"
    rf"({TOKENS}|お?休み|収集なし|なし|休止|収集しません)\s*(?:[、,;。]\s*|$)"
)
ALL_MONTHS = frozenset(range(1, 13))

LISTED = re.compile(
    r"(?:収集|回収)(?:が|の|を|は)?(?:ない|なし|無い|無し|しない|行わない|休止|休み)(?:の)?(?:日)?"
    r"[は:\s]*(.+?)[。\s]*"
)
LISTED_BEFORE = re.compile(r"([0-9][0-9年月日/\-.、,・\s]*?)(?:は|の)、?(.+?)[。\s]*")
OFF = (
    r"(?:(?:ごみの?|ゴミの?)?(?:収集|回収)(?:を|は|が)?)?"
    r"(?:しません|いたしません|行いません|おこないません|行いません|ありません|お?休み(?:です|ます|します|となります)?|休止(?:します|です)?)"
)
YEARLY = re.compile(
    r"(?:祝日(?:は|も)(?:収集|回収)(?:し|を行い|いたし)ますが[、,]?)?"
    r"(?:(?:日曜日?|土曜日?|土日|年末年始)(?:及び|および|と|並びに|の|は|・|、|,|\()*)*"
    r"([0-9]{1,2})月([0-9]{1,2})日?(?:~|-|から)(?:([0-9]{1,2})月)?([0-9]{1,2})日?(?:まで)?\)?"
    rf"(?:の間|の期間)?(?:は|、|,)*{OFF}"
)
TILDES = str.maketrans("～〜∼－―–", "~~~---")


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What a remark takes away: single days, and spans of every year."""

    days: tuple[date, ...] = ()
    closures: tuple[Closure, ...] = ()


def read_exceptions(text: str) -> tuple[Rule, ...] | None:
    """Read `月3(11月は月2)`: weekdays, and other ones in the months named.

    None where the text is anything else, or where a month is named twice.
    """
    match = WITH_EXCEPTIONS.fullmatch(text)
    if match is None:
        return None
    rules: list[Rule] = []
    named: set[int] = set()
    position = 0
    while position < len(match[2]):
        exception = EXCEPTION.match(match[2], position)
        if exception is None:
            return None
        months = frozenset(int(number) for number in re.findall(r"[0-9]+", exception[1]))
        if months & named or not months <= ALL_MONTHS:
            return None
        named |= months
        rules += [weekday_rule(token, months) for token in re.findall(TOKEN, _days(exception[2]))]
        position = exception.end()
    rest = ALL_MONTHS - named
    if not rest:
        return None
    return (*(weekday_rule(token, rest) for token in re.findall(TOKEN, match[1])), *rules)


def _days(words: str) -> str:
    """Return the weekdays of an exception, nothing where it says that there is no collection."""
    return words if re.fullmatch(TOKENS, words) else ""


def read_exclusions(text: str) -> Exclusions | None:
    """Read a remark that does nothing but name days without collection; None for any other.

    Two forms: days listed one by one (`収集がない日 2017/05/29 2017/07/31`), and spans of every year
    (`日曜日及び1月1日～3日は収集しません。`).
    """
    folded = unicodedata.normalize("NFKC", text.translate(TILDES)).strip()
    listed = LISTED.fullmatch(folded)
    days = read_days(listed[1]) if listed else None
    if days is None:
        before = LISTED_BEFORE.fullmatch(folded)
        if before and re.fullmatch(OFF, before[2]):
            days = read_days(before[1])
    if days:
        return Exclusions(days=tuple(sorted(set(days))))
    match = YEARLY.fullmatch(folded.rstrip("。 "))
    closure = _yearly(match) if match else None
    return Exclusions(closures=(closure,)) if closure else None


def _yearly(match: re.Match[str]) -> Closure | None:
    first_month, first_day, last_month, last_day = match.groups()
    try:
        first = date(2000, int(first_month), int(first_day))
        last = date(2000, int(last_month or first_month), int(last_day))
    except ValueError:
        return None
    if last < first:
        last = last.replace(year=2001)
    return Closure(None, first, last, yearly=True) if (last - first).days <= 31 else None
