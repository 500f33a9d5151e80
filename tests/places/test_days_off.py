"""Events by rule: the words staff write, against days worked out one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from concierge.places.calendar import events_between, read_event_file, read_when
from concierge.places.model import Event

JAPAN = holidays.country_holidays("JP", years=range(2025, 2032), language="ja")
DAY = timedelta(days=1)
DAYS = [date(2026, 1, 1) + n * DAY for n in range(5 * 365)]
WORDS: dict[str, Callable[[date], bool]] = {
    "毎日": lambda d: True,
    "毎週土曜": lambda d: d.weekday() == 5,
    "毎週火・木": lambda d: d.weekday() in (1, 3),
    "毎月第２土曜": lambda d: d.weekday() == 5 and 8 <= d.day <= 14,
    "毎月第1・3火曜日": lambda d: d.weekday() == 1 and (d.day <= 7 or 15 <= d.day <= 21),
    "毎月最後の日曜": lambda d: d.weekday() == 6 and (d + 7 * DAY).month != d.month,
    "毎月10日": lambda d: d.day == 10,
    "毎月末日": lambda d: (d + DAY).day == 1,
    "毎年8月第1土曜": lambda d: d.month == 8 and d.weekday() == 5 and d.day <= 7,
    "毎年5・9・1月の第2土曜": lambda d: d.month in (5, 9, 1) and d.weekday() == 5 and 8 <= d.day <= 14,
    "毎年1月第2月曜の前日": lambda d: d.month == 1 and d.weekday() == 6 and 7 <= d.day <= 13,
    "毎年11月1日〜11月3日": lambda d: d.month == 11 and d.day <= 3,
    "12月29日〜1月3日": lambda d: (d.month, d.day) >= (12, 29) or (d.month, d.day) <= (1, 3),
    "毎年10月15日～11月30日": lambda d: (10, 15) <= (d.month, d.day) <= (11, 30),
    "4月〜10月の毎週日曜": lambda d: 4 <= d.month <= 10 and d.weekday() == 6,
    "11月〜2月の毎月第1月曜": lambda d: d.month in (11, 12, 1, 2) and d.weekday() == 0 and d.day <= 7,
    "敬老の日": lambda d: JAPAN.get(d) == "敬老の日",
    "祝日": lambda d: d in JAPAN,
    "2026-11-23": lambda d: d == date(2026, 11, 23),
    "令和8年11月20日〜令和8年11月25日": lambda d: date(2026, 11, 20) <= d <= date(2026, 11, 25),
}  # fmt: skip


@pytest.mark.parametrize("words", WORDS)
def test_words_mean_their_days(words: str) -> None:
    rule = read_when(words)
    assert rule is not None
    assert [day for day in DAYS if rule(day)] == [day for day in DAYS if WORDS[words](day)]


@pytest.mark.parametrize(
    "words",
    ["", "ときどき", "毎月第6土曜", "毎年13月1日", "2月30日", "毎月32日", "2026-11-25〜2026-11-20", "なんとかの日", "13月〜2月の毎日"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(words: str) -> None:
    assert read_when(words) is None


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_broken_event_loses_only_itself_and_says_where(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "- name: よい会\n  when: 毎週土曜\n  time: 10:00〜11:00\n"
        "- name: だめな会\n  when: ときどき\n"
        "- name: 時間のだめな会\n  when: 毎日\n  time: 25時\n"
        "- when: 毎日\n",
    )
    rules, problems = read_event_file(path, "events/a.yaml")
    assert [rule.event.name for rule in rules] == ["よい会"]
    assert {(p.line, p.code) for p in problems} >= {(5, "bad-recurrence"), (8, "bad-event-time")}
    assert any(p.code == "missing" for p in problems)


def test_exceptions_periods_and_runs(tmp_path: Path) -> None:
    rules, problems = read_event_file(
        written(
            tmp_path,
            "- name: 会\n  when: 毎週土曜\n  except: [2026-11-21, 祝日]\n  from: 2026-11-01\n  to: 2026-12-31\n"
            "- name: 展\n  when: 毎年11月1日〜11月30日\n  except: [毎週月・火]\n",
        ),
        "events/a.yaml",
    )
    assert problems == ()
    found = events_between((), rules, date(2026, 10, 25), date(2026, 11, 30))
    assert [e.first.day for e in found if e.name == "会"] == [7, 14, 28]
    shows = [event for event in found if event.name == "展"]
    assert [(e.first, e.last) for e in shows] == [(date(2026, 11, 1), date(2026, 11, 30))]
    monday = events_between((), rules, date(2026, 11, 16), date(2026, 11, 16))
    assert monday == []


def test_published_events_touch_the_span() -> None:
    def event(first: int, last: int) -> Event:
        return Event(
            name="a", file="f", row=1, first=date(2026, 11, first), last=date(2026, 11, last)
        )

    events = [event(1, 10), event(10, 10), event(11, 12), event(20, 21)]
    found = events_between(events, (), date(2026, 11, 10), date(2026, 11, 11))
    assert found == [events[0], events[1], events[2]]
