"""Events by staff's own rules (`events/*.yaml`), and all events of a span of days.

A rule says when in words a clerk would write: 「毎月第2土曜」, 「毎週火・木」, 「毎年8月第1土曜」,
「毎年11月1日〜11月3日」, 「4月〜10月の毎週日曜」, 「敬老の日」, 「2026-11-23」, 「2026-11-20〜2026-11-25」.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from concierge.language.dates import is_holiday
from concierge.message import Location
from concierge.places.model import Event
from concierge.places.remarks import weekdays_in
from concierge.problem import Problem
from concierge.staff_yaml import (
    Field,
    Kind,
    Node,
    Record,
    Reporter,
    Table,
    each_record,
    read_day,
)

__all__ = ["EventRule", "events_between", "read_event_file", "read_when"]

ONE_DAY = timedelta(days=1)
LONGEST_LOOK = 800
"""Days that are looked through at most for the days of a rule."""
EVENT = Table(
    "行事",
    (
        Field("name", Kind.TEXT, "行事の名前", ("名前", "行事名"), required=True),
        Field("when", Kind.TEXTS, "いつ（毎月第2土曜 など）", ("いつ", "日程"), required=True),
        Field("except", Kind.TEXTS, "行わない日（12月29日〜1月3日、祝日 など）", ("除く", "休み")),
        Field("time", Kind.TEXT, "時間（10:00〜12:00）", ("時間",)),
        Field("from", Kind.DATE, "いつから", ("開始",)),
        Field("to", Kind.DATE, "いつまで", ("終了",)),
        Field("venue", Kind.TEXT, "会場", ("会場", "場所")),
        Field("address", Kind.TEXT, "住所", ("住所",)),
        Field("point", Kind.TEXT, "緯度,経度", ("緯度経度",), lenient=True),
        Field("description", Kind.TEXT, "内容", ("内容", "説明")),
        Field("audience", Kind.TEXT, "対象", ("対象",)),
        Field("category", Kind.TEXT, "分類（子ども、健康 など）", ("分類",)),
        Field("fee", Kind.TEXT, "料金", ("料金",)),
        Field("apply", Kind.TEXT, "申し込み", ("申し込み", "申込")),
        Field("contact", Kind.TEXT, "問い合わせ先", ("問い合わせ先",)),
        Field("phone", Kind.PHONE, "電話", ("電話",)),
        Field("url", Kind.URL, "くわしいページ", ("リンク",), lenient=True),
        Field("updated", Kind.DATE, "更新日", ("更新日",), lenient=True),
    ),
)
W = "月火水木金土日"
SEASON = re.compile(r"(\d{1,2})月~(\d{1,2})月の")
DAY_TO_DAY = re.compile(r"(?:毎年)?(\d{1,2})月(\d{1,2})日~(?:翌年?)?(?:(\d{1,2})月)?(\d{1,2})日")
NTH = re.compile(
    rf"(?:毎年((?:\d{{1,2}}[・、,]?)+)月の?|毎月)(?:第((?:\d[・、,]?)+)|最後の?|最終)([{W}])曜?日?(の前日|の翌日)?"
)
CLOCKS = re.compile(r"(\d{1,2}):(\d{2})(?:~(\d{1,2}):(\d{2}))?")
Holds = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class EventRule:
    """An event that recurs. `event` holds all but the days; `holds` are its rules, any of which."""

    event: Event
    holds: tuple[Holds, ...]
    excepted: tuple[Holds, ...] = ()
    begins: date | None = None
    ends: date | None = None
    run: bool = False
    """Days that follow one another are one event (an exhibition), not one each day."""

    def between(self, first: date, last: date) -> list[Event]:
        """Return the events that touch a span of days, in order."""
        days = [day for day in _days(first, last) if self._on(day)]
        if not self.run:
            return [replace(self.event, first=day, last=day) for day in days]
        runs: list[Event] = []
        for day in days:
            if runs and day <= runs[-1].last:
                continue
            start, end = day, day
            while self._within(start - ONE_DAY):
                start -= ONE_DAY
            while self._within(end + ONE_DAY):
                end += ONE_DAY
            runs.append(replace(self.event, first=start, last=end))
        return runs

    def _on(self, day: date) -> bool:
        return self._within(day) and not any(rule(day) for rule in self.excepted)

    def _within(self, day: date) -> bool:
        if (self.begins and day < self.begins) or (self.ends and day > self.ends):
            return False
        return any(rule(day) for rule in self.holds)


def events_between(
    events: Iterable[Event], rules: Iterable[EventRule], first: date, last: date
) -> list[Event]:
    """Return all events that touch a span, published ones and staff's own, by day and time."""
    found = [event for event in events if event.first <= last and event.last >= first]
    found += [event for rule in rules for event in rule.between(first, last)]
    return sorted(found, key=lambda e: (max(e.first, first), e.starts or 0, e.name))


def read_event_file(path: Path, file: str) -> tuple[tuple[EventRule, ...], tuple[Problem, ...]]:
    """Read one file: an event, or a list of events. A broken event loses only itself."""
    reporter = Reporter(file)
    rules = [_rule(record, file, reporter) for _, record in each_record(path, EVENT, reporter)]
    return tuple(rule for rule in rules if rule is not None), reporter.problems


def read_when(text: str) -> Holds | None:
    """Return the test of a day that the words mean, None where they cannot be read."""
    said = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).replace("〜", "~"))
    season = SEASON.match(said)
    if season:
        inner = read_when(said[season.end() :])
        months = _months(int(season[1]), int(season[2]))
        return None if inner is None or not months else lambda d: d.month in months and inner(d)
    for reader in (_every, _nth, _yearly, _named, _dated):
        found = reader(said)
        if found is not None:
            return found
    return None


def _months(first: int, last: int) -> frozenset[int]:
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return frozenset()
    count = (last - first) % 12 + 1
    return frozenset((first - 1 + step) % 12 + 1 for step in range(count))


def _every(said: str) -> Holds | None:
    if said == "毎日":
        return lambda day: True
    if said in ("祝日", "国民の祝日"):
        return lambda day: is_holiday(day) is not None
    if match := re.fullmatch(rf"毎週([{W}曜日・、,と]+)", said):
        weekdays, _ = weekdays_in(match[1])
        return (lambda day: day.weekday() in weekdays) if weekdays else None
    if match := re.fullmatch(r"毎月(\d{1,2})日", said):
        number = int(match[1])
        return (lambda day: day.day == number) if 1 <= number <= 31 else None
    if said in ("毎月末日", "毎月の末日"):
        return lambda day: (day + ONE_DAY).day == 1
    return None


def _nth(said: str) -> Holds | None:
    match = NTH.fullmatch(said)
    if match is None:
        return None
    months = frozenset(map(int, re.findall(r"\d+", match[1]))) if match[1] else None
    weeks = frozenset(map(int, re.findall(r"\d", match[2]))) if match[2] else None
    if (months and not months <= set(range(1, 13))) or (weeks and not weeks <= set(range(1, 6))):
        return None
    weekday = W.index(match[3])
    shift = {"の前日": 1, "の翌日": -1}.get(match[4] or "", 0)

    def holds(day: date) -> bool:
        own = day + shift * ONE_DAY
        if own.weekday() != weekday or (months is not None and own.month not in months):
            return False
        last = (own + 7 * ONE_DAY).month != own.month
        return last if weeks is None else (own.day - 1) // 7 + 1 in weeks

    return holds


def _yearly(said: str) -> Holds | None:
    if match := DAY_TO_DAY.fullmatch(said):
        first = (int(match[1]), int(match[2]))
        last = (int(match[3] or match[1]), int(match[4]))
        if not (_real(first) and _real(last)):
            return None
        if first <= last:
            return lambda day: first <= (day.month, day.day) <= last
        return lambda day: (day.month, day.day) >= first or (day.month, day.day) <= last
    if match := re.fullmatch(r"(?:毎年)?(\d{1,2})月(\d{1,2})日", said):
        own = (int(match[1]), int(match[2]))
        return (lambda day: (day.month, day.day) == own) if _real(own) else None
    return None


def _real(day: tuple[int, int]) -> bool:
    try:
        date(2024, *day)
    except ValueError:
        return False
    return True


def _named(said: str) -> Holds | None:
    name = said.removeprefix("毎年")
    known = {is_holiday(day) for day in _days(date(2027, 1, 1), date(2027, 12, 31))}
    return (lambda day: is_holiday(day) == name) if name in known - {None} else None


def _dated(said: str) -> Holds | None:
    first, _, last = said.partition("~")
    try:
        begins = read_day(first)
        ends = read_day(last) if last else begins
    except ValueError:
        return None
    return (lambda day: begins <= day <= ends) if begins <= ends else None


def _days(first: date, last: date) -> Iterable[date]:
    count = min((last - first).days, LONGEST_LOOK)
    return (first + number * ONE_DAY for number in range(count + 1))


def _rule(record: Record, file: str, reporter: Reporter) -> EventRule | None:
    holds = _tests(record, "when", reporter)
    excepted = _tests(record, "except", reporter)
    clock = _clock(record, reporter)
    if reporter.spoilt(record.node.line, record.node.last_line) or not holds:
        return None
    audience = record.text("audience")
    whole = [f"対象: {audience}"] if audience else []
    event = Event(
        name=record.text("name", ""),
        file=file,
        row=record.node.line,
        first=date.min,
        last=date.min,
        starts=clock[0],
        ends=clock[1],
        description="\n".join([*whole, *filter(None, [record.text("description")])]) or None,
        fee=record.text("fee"),
        contact=record.text("contact"),
        phone=record.text("phone"),
        venue=record.text("venue"),
        address=record.text("address"),
        location=_point(record, reporter),
        apply=record.text("apply"),
        category=record.text("category"),
        url=record.text("url"),
        updated=record.day("updated"),
        usual=all(text.startswith(("毎日", "毎週")) for text in record.texts("when")),
    )
    run = any(
        "~" in unicodedata.normalize("NFKC", t).replace("〜", "~") and "毎週" not in t
        for t in record.texts("when")
    )
    return EventRule(event, holds, excepted, record.day("from"), record.day("to"), run)


def _tests(record: Record, name: str, reporter: Reporter) -> tuple[Holds, ...]:
    found: list[Holds] = []
    for text in record.texts(name):
        test = read_when(text)
        if test is None:
            reporter.at(
                _node(record, name),
                "bad-recurrence",
                f"「{text}」を日程として読み取れません。毎月第2土曜、毎年8月第1土曜、"
                "2026-11-23 のように書いてください。",
            )
        else:
            found.append(test)
    return tuple(found)


def _clock(record: Record, reporter: Reporter) -> tuple[int | None, int | None]:
    text = record.text("time")
    if text is None:
        return None, None
    said = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).replace("〜", "~"))
    match = CLOCKS.fullmatch(said.replace("から", "~").removesuffix("まで"))
    minutes = [int(part) for part in match.groups() if part is not None] if match else []
    starts = minutes[0] * 60 + minutes[1] if minutes else -1
    ends = minutes[2] * 60 + minutes[3] if len(minutes) == 4 else None
    if not 0 <= starts < 24 * 60 or (ends is not None and not starts < ends <= 24 * 60):
        reporter.at(
            _node(record, "time"),
            "bad-event-time",
            f"「{text}」を時間として読み取れません。10:00〜12:00 のように書いてください。",
        )
        return None, None
    return starts, ends


def _point(record: Record, reporter: Reporter) -> Location | None:
    text = record.text("point")
    if text is None:
        return None
    try:
        latitude, longitude = (float(part) for part in text.split(","))
        return Location(latitude, longitude)
    except ValueError:
        reporter.at(
            _node(record, "point"),
            "bad-position",
            f"「{text}」を緯度,経度として読み取れません。35.681236,139.767125 のように書いてください。",
            "warning",
        )
        return None


def _node(record: Record, name: str) -> Node:
    field = next(field for field in EVENT.fields if field.name == name)
    names = (name, *field.aliases)
    return next((value for key, value in record.node.items if key.value in names), record.node)
