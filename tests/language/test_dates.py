"""Dates in residents' words: the tables, and what must hold for any text."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date, datetime, timedelta

import pytest
from date_tables import MOMENTS, Case, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.clock import TOKYO
from concierge.language.dates import describe, find_dates, is_holiday, read_dates
from concierge.language.dates.figures import DAY_KANA, MONTH_KANA, number
from concierge.language.dates.lexer import fold
from concierge.language.normalize import normalize

FRIDAY = MOMENTS["fri"]
FRAGMENTS = [
    "今日",
    "あした",
    "明後日",
    "来週",
    "今度の",
    "次の",
    "月曜",
    "土日",
    "(日)",
    "月・木曜",
    "第3",
    "土曜",
    "毎週",
    "23日",
    "11/23",
    "11月",
    "2026年",
    "令和8年",
    "R8.",
    "2/30",
    "から",
    "～",
    "まで",
    "と",
    "、",
    "の",
    "は",
    "3日後",
    "1週間",
    "年末",
    "祝日",
    "連休",
    "明け",
    "翌日",
    "朝",
    "午後3時",
    "15:30",
    "10時から",
    "明日香",
    "1丁目2-3",
    "090-",
    "next",
    "Monday",
    "Nov",
    "23",
    "in",
    "days",
    "(",
    ")",
    "ー",
    "-",
    "二十三日",
    "にち",
    "よう",
    "か",
    "ゴミ",
    "ｱｼﾀ",
]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=2)), max_size=12).map("".join),
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join),
)
MOMENT = st.datetimes(min_value=datetime(1, 1, 1), timezones=st.just(TOKYO))


@pytest.mark.parametrize(
    "case",
    cases("expressions.tsv") + cases("held_out.tsv"),
    ids=lambda case: f"{case.moment}-{case.text}",
)
def test_expression(case: Case) -> None:
    assert case.said() == case.wanted()


def test_the_tables_cover_enough_and_repeat_nothing() -> None:
    every = cases("expressions.tsv") + cases("held_out.tsv")
    assert len(every) >= 400
    assert len({(case.moment, case.text) for case in every}) == len(every)
    assert {case.moment for case in every} == set(MOMENTS)


@settings(deadline=None)
@given(TEXTS, MOMENT)
def test_any_text_is_read_without_error_and_with_valid_offsets(text: str, at: datetime) -> None:
    normalized = normalize(text)
    reading = read_dates(normalized, at)
    past = 0
    for span in reading.dates:
        assert past <= span.start < span.end <= len(normalized.text)
        assert span.text == normalized.said(span.start, span.end)
        assert span.first <= span.last
        assert (span.first, span.last) not in span.alternatives
        assert all(first <= last for first, last in span.alternatives)
        past = span.end
    for stretch in (*reading.times, *reading.impossible, *reading.recurring):
        assert 0 <= stretch.start < stretch.end <= len(normalized.text)


@given(st.text(alphabet="燃えるごみ袋の分別を教えて粗大駅前図書館ストーブxyz!? 。", max_size=80))
def test_text_without_a_date_has_none(text: str) -> None:
    reading = read_dates(text, FRIDAY)
    assert not reading.dates
    assert not reading.times
    assert not reading.impossible


@given(st.text(max_size=80))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.dates(date(2026, 11, 20), date(2027, 11, 19)))
def test_every_coming_day_is_found_however_it_is_written(day: date) -> None:
    era = day.year - 2018
    for text in (
        f"{day.month}/{day.day}",
        f"{day.month}月{day.day}日のごみ",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y/%m/%d}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"令和{era}年{day.month}月{day.day}日",
        f"R{era}.{day.month}.{day.day}",
        f"{day:%B} {day.day}",
        f"{day.day} {day:%b} {day.year}",
    ):
        leap_only = (day.month, day.day) == (2, 29)
        assert leap_only or [span.first for span in find_dates(text, FRIDAY)] == [day], text


@given(st.integers(1, 12), st.integers(0, 99), st.sampled_from(["{}月{}日", "{}/{}"]))
def test_a_day_that_no_calendar_has_never_becomes_another(month: int, day: int, form: str) -> None:
    try:
        date(2028, month, day)
    except ValueError:
        reading = read_dates(form.format(month, day), FRIDAY)
        assert not reading.dates
        assert [said.text for said in reading.impossible] == [form.format(month, day)]


def test_offsets_cut_the_date_out_in_the_residents_spelling() -> None:
    normalized = normalize("　１１月　２３日（月）の　ごみ")
    (span,) = find_dates(normalized, FRIDAY)
    assert span.text == "１１月　２３日（月）"
    assert normalized.text[: span.start] + normalized.text[span.end :] == "のごみ"


def test_how_exact_the_resident_was() -> None:
    said = {
        text: find_dates(text, FRIDAY)[0].granularity
        for text in (
            "明日",
            "週末",
            "来週",
            "来月",
            "来年",
            "年末年始",
            "祝日",
            "次の祝日",
            "11/23~25",
        )
    }
    assert said == {
        "明日": "day",
        "週末": "weekend",
        "来週": "week",
        "来月": "month",
        "来年": "year",
        "年末年始": "days",
        "祝日": "holiday",
        "次の祝日": "day",
        "11/23~25": "days",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15時半にやってる病院", "15:30-"),
        ("夜8時に診てくれる内科", "20:00-"),
        ("夜やってる病院", "18:00-23:59"),
        ("10時から4時まで", "10:00-16:00"),
        ("夜9時から10時", "21:00-22:00"),
        ("24時間やってる", ""),
        ("朝市はどこ", ""),
        ("一時保育", ""),
    ],
)
def test_times_without_a_day(text: str, expected: str) -> None:
    reading = read_dates(text, FRIDAY)
    assert not reading.dates
    found = [
        f"{span.time_from:%H:%M}-" + (f"{span.time_to:%H:%M}" if span.time_to else "")
        for span in reading.times
    ]
    assert " ".join(found) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11/23", "11月23日（月・祝）"),
        ("11/23〜25", "11月23日（月・祝）〜25日（水）"),
        ("30日から2日", "11月30日（月）〜12月2日（水）"),
        ("今日", "きょう11月20日（金）"),
        ("明日", "あした11月21日（土）"),
        ("明後日", "あさって11月22日（日）"),
        ("昨日", "きのう11月19日（木）"),
        ("年末年始", "12月29日（火）〜2027年1月3日（日）"),
        ("来年1月4日から6日", "2027年1月4日（月）〜6日（水）"),
        ("明日の朝", "あした11月21日（土）の朝"),
        ("日曜の午後3時半", "あさって11月22日（日）の15時30分"),
        ("24日10時から12時", "11月24日（火）の10時〜12時"),
    ],
)
def test_a_span_is_said_with_its_weekday(text: str, expected: str) -> None:
    (span,) = find_dates(text, FRIDAY)
    assert describe(span, FRIDAY) == expected


def test_holidays_have_their_japanese_names() -> None:
    assert is_holiday(date(2026, 11, 23)) == "勤労感謝の日"
    assert is_holiday(date(2027, 3, 22)) == "振替休日"
    assert is_holiday(date(2026, 9, 22)) == "国民の休日"
    assert is_holiday(date(2026, 11, 24)) is None


def test_a_moment_elsewhere_is_taken_to_japan() -> None:
    at = datetime.fromisoformat("2026-11-20T20:00:00+00:00")
    assert find_dates("今日", at)[0].first == date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    ["1" * 10_000, "月" * 10_000, "来週の" * 3_333, "11/" * 3_333, "あ" * 10_000, "1-" * 5_000,
     "23日と" * 2_500, "明日から" * 2_500, "(" * 10_000, "第1" * 5_000, "1 " * 5_000, "次の" * 5_000],
    ids=lambda text: text[:4],
)  # fmt: skip
def test_a_long_text_takes_time_in_proportion(text: str) -> None:
    find_dates(text[:100], FRIDAY)
    begun = time.process_time()
    find_dates(text, FRIDAY)
    assert time.process_time() - begun < 10


def test_holidays_are_loaded_only_when_asked_for() -> None:
    program = (
        "import sys; from datetime import datetime; from concierge.language.dates import find_dates;"
        "find_dates('来週の火曜と11/23', datetime(2026, 11, 20)); assert 'holidays' not in sys.modules;"
        "find_dates('次の祝日', datetime(2026, 11, 20)); assert 'holidays' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_numbers_in_figures_kanji_and_kana() -> None:
    assert [number(text) for text in ("二十三", "廿三", "十", "一〇", "三十一", "2 3", "卅")] == [
        23, 23, 10, 10, 31, 23, 30,
    ]  # fmt: skip
    assert DAY_KANA["にじゅうさんにち"] == 23
    assert MONTH_KANA["じゅういちがつ"] == 11


@given(st.integers(0, 365))
def test_weekdays_of_next_week_lie_in_it(ahead: int) -> None:
    at = FRIDAY + timedelta(days=ahead)
    monday = at.date() - timedelta(days=at.weekday()) + timedelta(days=7)
    for place, weekday in enumerate("月火水木金土日"):
        assert find_dates(f"来週の{weekday}曜", at)[0].first == monday + timedelta(days=place)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("丸山3丁目の12月30日は何ごみ", "12月30日"),
        ("丸山3丁目 12月30日", "12月30日"),
        ("3番地の1月5日", "1月5日"),
        ("3丁目12番5号の12月3日", "12月3日"),
        ("3丁目5の12がつ3にち", "12がつ3にち"),
    ],
)
def test_an_address_before_a_date_takes_nothing_of_it(text: str, said: str) -> None:
    """「3丁目の12」 was read as an address, and the rest as the 30th of this month."""
    (found,) = find_dates(text, MOMENTS["fri"])
    assert found.text == said


@pytest.mark.parametrize("text", ["3丁目12の30", "3丁目5-12", "鎌ケ谷1-2-3", "2丁目3の11"])
def test_the_numbers_of_an_address_are_no_date(text: str) -> None:
    assert find_dates(text, MOMENTS["fri"]) == []
