"""The contract, the sun against published times, and the questions it answers or leaves alone."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

import pytest
from concierge_engine_sunrise import Sunrise
from concierge_engine_sunrise.sun import sun_times

from concierge.engine import Candidate
from concierge.problem import SettingError
from concierge.testing import EngineTests, Subject
from concierge.testing.subject import asked, started

TOKYO = {"latitude": "35.6581", "longitude": "139.7414"}


class TestContract(EngineTests):
    """All that is asked of every engine."""

    engine = Sunrise
    options = TOKYO


def answers(text: str, language: str | None = None, **options: str) -> list[Candidate]:
    subject = Subject(Sunrise, options={**TOKYO, **options})

    async def ask() -> list[Candidate]:
        async with started(subject) as seat:
            return await asked(seat, subject.question(text, language=language))

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("day", "rise", "sets"),
    [  # the almanac of the National Astronomical Observatory of Japan, for Tokyo
        ("2025-01-01", "06:51", "16:38"),
        ("2025-03-20", "05:45", "17:53"),
        ("2025-06-21", "04:25", "19:00"),
        ("2025-12-22", "06:47", "16:32"),
    ],
)
def test_the_sun_keeps_to_the_almanac(day: str, rise: str, sets: str) -> None:
    times = sun_times(date.fromisoformat(day), 35.6581, 139.7414)
    assert times is not None
    for time, published in zip(times, (rise, sets), strict=True):
        there = datetime.fromisoformat(f"{day}T{published}+09:00")
        assert abs((time - there).total_seconds()) <= 60


def test_no_sun_rises_in_the_polar_night() -> None:
    assert sun_times(date(2026, 12, 21), 68.0, 139.0) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("今日の日の入りは何時？", "きょう11月20日（金）の日の入りは16時"),
        ("あしたの日の出", "あした11月21日（土）の日の出は6時"),
        ("来年1月1日の初日の出", "2027年1月1日（金）の日の出は6時51分"),
        ("日の出と日の入り", "日の出は6時"),
    ],
)
def test_it_answers_for_the_day_that_was_said(text: str, told: str) -> None:
    (candidate,) = answers(text)
    assert told in candidate.text


def test_it_answers_in_english() -> None:
    (candidate,) = answers("What time is sunset tomorrow?", "en")
    assert candidate.text.startswith("Asanagi City, 21 November 2026: sunset at 16:")


@pytest.mark.parametrize(
    "text",
    ["住民票がほしい", "初日の出が見える場所はどこ", "2月30日の日の出", "12月1日から5日の日の出"],
)
def test_it_leaves_to_others_what_is_not_its_matter(text: str) -> None:
    assert answers(text) == []


@pytest.mark.parametrize("latitude", ["北緯35度", "91", "nan", ""])
def test_an_option_that_cannot_be_used_is_told(latitude: str) -> None:
    with pytest.raises(SettingError, match="latitude"):
        answers("日の出", latitude=latitude)
