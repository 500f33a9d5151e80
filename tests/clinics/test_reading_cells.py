"""Hours, kinds of days, ages and departments as rosters write them: read whole or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from concierge.clinics.ages import in_department, limits, split_departments
from concierge.clinics.days import read_days
from concierge.clinics.hours import read_hours
from concierge.clinics.model import Hours, clock


def spans(text: str) -> list[str] | None:
    read = read_hours(text)
    if read is None:
        return None
    return [f"{clock(s.opens)}-{clock(s.closes)}" for s in read.spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("08:30～翌08:30", ["08:30-08:30"]),
        ("08:30～17:15 / 22:30～翌08:30", ["08:30-17:15", "22:30-08:30"]),
        ("9：00～17：00", ["09:00-17:00"]),
        ("９：００〜１７：００", ["09:00-17:00"]),
        ("9:00-12:00", ["09:00-12:00"]),
        ("9:00 - 12:00、13:00 - 17:00", ["09:00-12:00", "13:00-17:00"]),
        ("9時〜12時、13時半〜17時", ["09:00-12:00", "13:30-17:00"]),
        ("9時00分から17時30分まで", ["09:00-17:30"]),
        ("午前9時～正午、午後2時～午後5時", ["09:00-12:00", "14:00-17:00"]),
        ("午前9時～正午、午後2時～5時", ["09:00-12:00", "14:00-17:00"]),
        ("午前9時から午後5時", ["09:00-17:00"]),
        ("午前9時～5時", ["09:00-17:00"]),
        ("午後7時30分から午後10時30分", ["19:30-22:30"]),
        ("午後10時～2時", ["22:00-02:00"]),
        ("午後6時～翌朝6時", ["18:00-06:00"]),
        ("午後11時～翌日午前7時", ["23:00-07:00"]),
        ("18:00～6:00", ["18:00-06:00"]),
        ("18時～24時", ["18:00-24:00"]),
        ("17:30～26:00", ["17:30-02:00"]),
        ("24時間", ["00:00-24:00"]),
        ("夜間のみ：午後8時から午後10時", ["20:00-22:00"]),
        ("診療時間 9:00～17:00", ["09:00-17:00"]),
        ("9:00～17:00（要電話）", ["09:00-17:00"]),
        ("", []),
    ],
)
def test_hours_that_are_clear(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "9:00～",
        "9:00",
        "～17:00",
        "25:99～26:00",
        "9:60～10:00",
        "9:00～5:00",
        "9時〜12時、1時〜5時",
        "9:00～12:00（12:00～13:00を除く）",
        "9:00～17:00、10:00～12:00",
        "30:00～31:00",
        "〃",
        "同上",
        "午前13時～15時",
        "9:00～17:00 18",
    ],
)
def test_hours_that_would_have_to_be_guessed(text: str) -> None:
    assert read_hours(text) is None


def test_reception_is_not_consultation() -> None:
    read = read_hours(
        "9時00分～13時00分（受付は12時45分まで）14時00分～22時00分（受付は21時45分まで）"
    )
    assert read is not None
    assert [(s.opens, s.closes, s.reception_to) for s in read.spans] == [
        (540, 780, 765),
        (840, 1320, 1305),
    ]
    assert read_hours("9:00～12:00（受付は13:00まで）") is None


def test_a_remark_without_figures_is_kept() -> None:
    read = read_hours("9:00～17:00（要電話）")
    assert read is not None and read.note == "要電話"


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("平日", ["2026-11-20"], ["2026-11-21", "2026-11-23", "2026-12-30"]),
        ("平日（月曜日～金曜日）", ["2026-11-20"], ["2026-11-23", "2026-11-22"]),
        ("月〜金", ["2026-11-20", "2026-11-23"], ["2026-11-21"]),
        ("月曜日から土曜日", ["2026-11-21"], ["2026-11-22"]),
        ("土曜日、日曜日、祝日", ["2026-11-21", "2026-11-22", "2026-11-23"], ["2026-11-20"]),
        ("日祝", ["2026-11-22", "2026-11-23"], ["2026-11-21"]),
        ("休日", ["2026-11-22", "2026-11-23"], ["2026-12-30"]),
        ("第1・第3土曜", ["2026-11-07", "2026-11-21"], ["2026-11-14"]),
        ("第2日曜日", ["2026-11-08"], ["2026-11-01"]),
        ("年末年始", ["2026-12-29", "2027-01-03"], ["2026-12-28", "2027-01-04"]),
        ("12月31日～1月3日", ["2026-12-31", "2027-01-01"], ["2026-12-30", "2027-01-04"]),
        ("日曜・祝日・年末年始(12月29日から1月3日)", ["2026-12-29", "2026-11-22"], ["2026-11-20"]),
        ("毎日", ["2026-11-20", "2027-01-01"], []),
        ("8月13日〜8月15日", ["2026-08-14"], ["2026-08-16"]),
    ],
)
def test_kinds_of_days(text: str, yes: list[str], no: list[str]) -> None:
    kinds = read_days([text])
    assert kinds
    for day in yes:
        assert any(kind.holds(date.fromisoformat(day)) for kind in kinds), day
    for day in no:
        assert not any(kind.holds(date.fromisoformat(day)) for kind in kinds), day


@pytest.mark.parametrize(
    "text", ["", "なんとか", "13月4日", "2月30日", "月曜の午前", "ほぼ毎日です"]
)
def test_days_that_are_not_understood(text: str) -> None:
    assert not read_days([text])


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("15歳以下", (None, 15)),
        ("15歳未満", (None, 14)),
        ("中学生まで（15歳以下）", (None, 15)),
        ("小学生以上", (6, None)),
        ("大人と、中学生以上の子ども", (12, None)),
        ("0歳から15歳まで", (0, 15)),
        ("小児科（15歳以下の初期内科系疾患）", (None, 15)),
        ("未就学児まで", (None, 5)),
        ("どなたでも", (None, None)),
        ("６歳以上", (6, None)),
    ],
)
def test_ages(text: str, ages: tuple[int | None, int | None]) -> None:
    assert limits(text) == ages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("内科・整形外科", ("内科", "整形外科")),
        ("内科、小児科", ("内科", "小児科")),
        ("内科;外科；眼科", ("内科", "外科", "眼科")),
        ("内科（肝臓、胃腸）、小児科", ("内科（肝臓、胃腸）", "小児科")),
        ("指定なし", ()),
        ("", ()),
    ],
)
def test_departments(text: str, expected: tuple[str, ...]) -> None:
    assert split_departments(text) == expected


@pytest.mark.parametrize(
    ("published", "wanted", "fits"),
    [
        ("糖尿病内科", "内科", True),
        ("心療内科", "内科", False),
        ("小児科", "内科", False),
        ("内科", "小児科", False),
        ("脳神経外科", "外科", False),
        ("口腔外科", "外科系", False),
        ("眼科", "外科系", True),
        ("外科系", "外科", True),
        ("耳鼻咽喉科", "耳鼻科", True),
        ("歯科口腔外科", "歯科", True),
        ("小児歯科", "小児科", False),
        ("精神神経科", "内科", False),
    ],
)
def test_families_of_departments(published: str, wanted: str, fits: bool) -> None:
    assert in_department((published,), wanted) is fits


def test_an_hour_past_midnight_lies_on_the_next_day() -> None:
    start, end = Hours(22 * 60 + 30, 32 * 60 + 30).on(date(2026, 12, 31))
    assert (start.date(), end.date()) == (date(2026, 12, 31), date(2027, 1, 1))
    assert end - start == timedelta(hours=10)
    assert Hours(510, 1950).as_dict() == {"from": "08:30", "to": "08:30"}
