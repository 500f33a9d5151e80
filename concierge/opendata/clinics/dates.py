"""Dates in published rosters: with a year or an era, or with a year that the page tells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from concierge.clinics.days import holiday
from concierge.clock import weekday_name
from concierge.staff_yaml import read_day

__all__ = ["Around", "DateError", "as_of", "folded", "found_days", "read_date", "weekday_fits"]

ERA = r"(?:令和|平成|R|r|H|h)\.?\s*(?:元|\d{1,2})"
WEEKDAY = r"(?:\s*[(]\s*(?P<w>[月火水木金土日祝休振・,、/ ]{1,5})(?:曜日?)?(?:[・,、/ ]*(?:祝日?|休日?|振替休日?))?\s*[)])*"
FULL = re.compile(
    rf"(?P<y>\d{{4}}|{ERA})\s*(?:年|[-/.])\s*(?P<m>\d{{1,2}})\s*(?:月|[-/.])\s*(?P<d>\d{{1,2}})\s*日?{WEEKDAY}"
)
SHORT = re.compile(rf"(?<![\d/.])(?P<m>\d{{1,2}})\s*(?:月|/)\s*(?P<d>\d{{1,2}})\s*日?{WEEKDAY}")
AS_OF = re.compile(
    rf"(?:更新日|最終更新日|更新)\s*[:：]?\s*(?P<a>(?:\d{{4}}|{ERA})\s*[年/.-]\s*\d{{1,2}}\s*[月/.-]\s*\d{{1,2}}日?)|(?P<b>(?:\d{{4}}|{ERA})\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日?)\s*(?:現在|時点)"
)
PERIOD = re.compile(
    rf"(?P<y1>\d{{4}}|{ERA})\s*年\s*(?P<m1>\d{{1,2}})\s*月.{{0,6}}?[~から-]+\s*(?:(?P<y2>\d{{4}}|{ERA})\s*年\s*)?(?P<m2>\d{{1,2}})\s*月"
)
FISCAL = re.compile(rf"(?P<y>\d{{4}}|{ERA})\s*\(?[^)\d]*\)?\s*年\s*度")
MONTH_OF = re.compile(rf"(?P<y>\d{{4}}|{ERA})\s*年\s*(?P<m>\d{{1,2}})\s*月(?!\s*\d)")
SHORT_NAME = re.compile(r"(?<![a-z0-9])r0?(\d{1,2})[_-](\d{1,2})(?!\d)", re.IGNORECASE)


class DateError(ValueError):
    """A date that cannot be read; the message is Japanese. `day` is the date written, if any."""

    def __init__(self, message: str, day: date | None = None) -> None:
        self.day = day
        super().__init__(message)


def folded(text: str) -> str:
    """Return a text in the form in which dates are looked for."""
    return unicodedata.normalize("NFKC", re.sub("[〜～]", "~", text))


def as_of(text: str) -> date | None:
    """Return the day a text says it is as of, the last where it says several."""
    days: list[date] = []
    for match in AS_OF.finditer(folded(re.sub(r"(?<=\S) (?=\S)", "", folded(text)))):
        try:
            days.append(read_day(re.sub(r"\s", "", match["a"] or match["b"])))
        except ValueError:
            continue
    return max(days, default=None)


@dataclass(frozen=True, slots=True)
class Around:
    """What a file says of the years it is about: a period, a fiscal year, or when it was made."""

    first: date | None = None
    last: date | None = None
    updated: date | None = None

    @staticmethod
    def of(text: str) -> Around:
        """Read a title, a heading, a file's name or a whole page."""
        plain = folded(re.sub(r"(?<=\S) (?=\S)", "", folded(text)))
        updated = as_of(text)
        if match := PERIOD.search(plain):
            first = date(_year(match["y1"]), int(match["m1"]) % 13 or 1, 1)
            year = _year(match["y2"]) if match["y2"] else first.year
            year += not match["y2"] and int(match["m2"]) < first.month
            return Around(first, _month_end(year, int(match["m2"])), updated)
        if match := FISCAL.search(plain):
            year = _year(match["y"])
            return Around(date(year, 4, 1), date(year + 1, 3, 31), updated)
        if (match := MONTH_OF.search(plain)) and 1 <= int(match["m"]) <= 12:
            year, month = _year(match["y"]), int(match["m"])
            return Around(date(year, month, 1), _month_end(year, month), updated)
        if (match := SHORT_NAME.search(plain)) and 1 <= int(match[2]) <= 12:
            year, month = 2018 + int(match[1]), int(match[2])
            return Around(date(year, month, 1), _month_end(year, month), updated)
        return Around(updated=updated)

    def or_else(self, other: Around) -> Around:
        """Fill what is not known from another."""
        if self.first is not None:
            return Around(self.first, self.last, self.updated or other.updated)
        return Around(other.first, other.last, self.updated or other.updated)

    def years(self, month: int, day: int) -> list[int]:
        """Return the years in which a month and day may be meant."""
        if self.first is not None and self.last is not None:
            around = range(self.first.year, self.last.year + 1)
            fitting = [y for y in around if _inside(y, month, day, self.first, self.last)]
            if fitting:
                return fitting
        if self.updated is not None:
            low, high = self.updated - timedelta(days=45), self.updated + timedelta(days=300)
            return [y for y in (low.year, high.year) if _inside(y, month, day, low, high)]
        return []


def read_date(text: str, around: Around, *, year_hint: int | None = None) -> date:
    """Read a cell that is one date. Raises `DateError`.

    The weekday or 祝 behind it must fit; where no year is written the one that the page tells must
    fit it, and be the only one that does.
    """
    plain = folded(text).strip()
    plain = re.sub(r"(?<!年)(?<=[\d年月日])\s+(?=[\d年月日(])", "", plain)
    match = FULL.match(plain) or SHORT.match(plain)
    if match is None or re.search(r"\d", plain[match.end() :]):
        try:
            return read_day(plain)
        except ValueError as error:
            raise DateError(str(error)) from None
    month, number = int(match["m"]), int(match["d"])
    beside = plain[match.start() :]
    if "y" in match.groupdict():
        return _fitting(_day(_year(match["y"]), month, number, text), beside, text)
    years = [year_hint] if year_hint else around.years(month, number)
    fitting: list[date] = []
    for year in dict.fromkeys(years):
        day = _day(year, month, number, text)
        if _weekday_fits(day, beside):
            fitting.append(day)
    if len(fitting) == 1:
        return fitting[0]
    if not years:
        message = f"「{text}」が何年のことか分かりません。source.yaml に updated: 2026-09-01 のように更新日を書いてください。"
        raise DateError(message)
    if not fitting:
        day = _day(years[0], month, number, text)
        message = f"「{text}」の曜日が合いません（{day.year}年は{weekday_name(day)}曜日です）。日付か曜日を確かめてください。"
        raise DateError(message, day)
    raise DateError(f"「{text}」が何年のことか、一つに決まりません。年を書き加えてください。")


def found_days(text: str) -> bool:
    """Tell whether a text begins with a date."""
    plain = folded(text).strip()
    return bool(FULL.match(plain) or SHORT.match(plain))


def _fitting(day: date, said: str, text: str) -> date:
    if _weekday_fits(day, said):
        return day
    message = f"「{text}」の曜日が合いません（{weekday_name(day)}曜日です）。日付か曜日を確かめてください。"
    raise DateError(message, day)


def _weekday_fits(day: date, said: str) -> bool:
    return weekday_fits(day, "".join(re.findall(r"\(([^()]*)\)", said)))


def weekday_fits(day: date, said: str) -> bool:
    """Tell whether a weekday cell (水曜日, 祝日, 月・祝) fits a date; an empty one does."""
    plain = unicodedata.normalize("NFKC", said)
    letters = re.findall(
        r"[月火水木金土日](?=曜|$|[・,、/ 祝休振])",
        plain.replace("祝日", "祝").replace("休日", "休"),
    )
    if letters and weekday_name(day) not in letters:
        return False
    if "祝" in plain or "振" in plain:
        off = holiday(day) or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
        return off or bool(letters and "日" in letters)
    return True


def _day(year: int, month: int, number: int, text: str) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise DateError(f"「{text}」という日はありません。日付を確かめてください。") from None


def _year(text: str) -> int:
    plain = re.sub(r"[\s.]", "", text)
    if plain.isdecimal() and len(plain) == 4:
        return int(plain)
    number = 1 if plain.endswith("元") else int(re.sub(r"\D", "", plain))
    return number + (2018 if plain[0] in "令Rr" else 1988)


def _inside(year: int, month: int, day: int, first: date, last: date) -> bool:
    try:
        return first <= date(year, month, day) <= last
    except ValueError:
        return False


def _month_end(year: int, month: int) -> date:
    month = min(max(month, 1), 12)
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
