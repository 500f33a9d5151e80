"""Every shape of cell found in published files is read right, or reported; none is guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.opendata.garbage_5374.cell import read_cell
from concierge.waste.model import DateList, EveryOtherWeek, NthWeekday, Rule, Weekly

MON, TUE, WED, THU, FRI, SAT = range(6)
EVERY = frozenset(range(1, 13))


def days(*texts: str) -> DateList:
    return DateList(tuple(date.fromisoformat(text) for text in texts))


READ: list[tuple[str, tuple[Rule, ...]]] = [
    ("水", (Weekly(WED),)),
    ("月 木", (Weekly(MON), Weekly(THU))),
    ("月4", (NthWeekday(MON, 4),)),
    ("金1 金3", (NthWeekday(FRI, 1), NthWeekday(FRI, 3))),
    ("月 木2", (Weekly(MON), NthWeekday(THU, 2))),
    ("20151201 20160104", (days("2015-12-01", "2016-01-04"),)),
    ("20160104 20151201 20160104", (days("2015-12-01", "2016-01-04"),)),
    ("20991231", (DateList(()),)),
    ("20230630 21001231", (days("2023-06-30"),)),
    ("隔月20150112", (EveryOtherWeek(date(2015, 1, 12)),)),
    (
        "隔月20150112 隔木20150115",
        (EveryOtherWeek(date(2015, 1, 12)), EveryOtherWeek(date(2015, 1, 15))),
    ),
    ("4週月20140407", (EveryOtherWeek(date(2014, 4, 7), days=28),)),
    ("水2:4 6 12", (NthWeekday(WED, 2, frozenset({4, 6, 12})),)),
    ("金2: 4 6", (NthWeekday(FRI, 2, frozenset({4, 6})),)),
    ("月 木:4 10", (Weekly(MON, frozenset({4, 10})), Weekly(THU, frozenset({4, 10})))),
    (
        "水1:6 7 11 水2:4 5",
        (NthWeekday(WED, 1, frozenset({6, 7, 11})), NthWeekday(WED, 2, frozenset({4, 5}))),
    ),
    (
        "月4:1 3 5; 月2:2 4 6;",
        (NthWeekday(MON, 4, frozenset({1, 3, 5})), NthWeekday(MON, 2, frozenset({2, 4, 6}))),
    ),
    ("Mon Thu", (Weekly(MON), Weekly(THU))),
    ("Wed2 Wed4", (NthWeekday(WED, 2), NthWeekday(WED, 4))),
]
REPAIRED: list[tuple[str, tuple[Rule, ...]]] = [
    ("月　木", (Weekly(MON), Weekly(THU))),
    (" 水1 水3", (NthWeekday(WED, 1), NthWeekday(WED, 3))),
    ("水 ", (Weekly(WED),)),
    ("金2  金4", (NthWeekday(FRI, 2), NthWeekday(FRI, 4))),
    ("火\t金", (Weekly(TUE), Weekly(FRI))),
    ("火２", (NthWeekday(TUE, 2),)),
    ("金１:5 7", (NthWeekday(FRI, 1, frozenset({5, 7})),)),
    ("水2：4 6", (NthWeekday(WED, 2, frozenset({4, 6})),)),
    ("火\b", (Weekly(TUE),)),
    ("\ufeff火", (Weekly(TUE),)),
    ("水2 水4`", (NthWeekday(WED, 2), NthWeekday(WED, 4))),
    ("火1火 3", (NthWeekday(TUE, 1), NthWeekday(TUE, 3))),
    ("2土 4土", (NthWeekday(SAT, 2), NthWeekday(SAT, 4))),
    ("月・木", (Weekly(MON), Weekly(THU))),
    ("月木", (Weekly(MON), Weekly(THU))),
    ("月曜日", (Weekly(MON),)),
    ("第2土曜日", (NthWeekday(SAT, 2),)),
    ("20200418  20200516", (days("2020-04-18", "2020-05-16"),)),
    (" 20991231", (DateList(()),)),
    ("２０２００４１８", (days("2020-04-18"),)),
    ("2020041820200516", (days("2020-04-18", "2020-05-16"),)),
    (
        "月3（11月は月2）",
        (NthWeekday(MON, 3, EVERY - {11}), NthWeekday(MON, 2, frozenset({11}))),
    ),
    (
        "月3（8月・11月は月2、1月は休み）",
        (NthWeekday(MON, 3, EVERY - {1, 8, 11}), NthWeekday(MON, 2, frozenset({8, 11}))),
    ),
]
EMPTY = ["", " ", "　", "-", "－", "ー", '""'.strip('"'), "\b"]
LOST = [
    "その他",
    "公社",
    "A",
    "D",
    "川副③",
    "土 管路",
    "月 20200101",
    "隔月20150112 20200101",
    "隔金20150198",
    "隔20150112",
    "火 3",
    "2 土",
    "月6",
    "月0",
    "水2:",
    "水2: 水4",
    "水2:13",
    "水2:4 0",
    ":4",
    "月3（11月は）",
    "月3（11月は月2、11月は月1）",
    "月3（祝日は月2）",
    "第2・4水曜日",
    "祝",
    "12",
    "火2火",
]


@pytest.mark.parametrize(("raw", "rules"), READ)
def test_read_as_published(raw: str, rules: tuple[Rule, ...]) -> None:
    reading = read_cell(raw)
    assert (reading.state, reading.rules, reading.findings) == ("read", rules, [])


@pytest.mark.parametrize(("raw", "rules"), REPAIRED)
def test_repaired_and_reported(raw: str, rules: tuple[Rule, ...]) -> None:
    reading = read_cell(raw)
    assert (reading.state, reading.rules) == ("repaired", rules)
    assert [finding.severity for finding in reading.findings] == ["warning"]


@pytest.mark.parametrize("raw", EMPTY)
def test_empty(raw: str) -> None:
    reading = read_cell(raw)
    assert (reading.state, reading.rules, reading.findings) == ("empty", (), [])


@pytest.mark.parametrize("raw", LOST)
def test_not_understood_gives_no_rule(raw: str) -> None:
    reading = read_cell(raw)
    assert (reading.state, reading.rules) == ("not_understood", ())
    assert [finding.severity for finding in reading.findings] == ["error"]


@pytest.mark.parametrize(
    "bad", ["20150198", "2020024", "202010151", "20191301", "20190230", "２０２０１３０1", "だめ"]
)
def test_a_bad_date_is_not_rolled_over_and_the_others_stay(bad: str) -> None:
    reading = read_cell(f"20190401 {bad} 20190429")
    assert reading.state == "not_understood"
    assert reading.rules == (days("2019-04-01", "2019-04-29"),)
    [finding] = reading.findings
    assert (finding.severity, finding.code) == ("error", "cell-bad-date")


def test_the_date_wins_over_the_weekday_with_a_doubt() -> None:
    reading = read_cell("隔月20140401")
    assert reading.rules == (EveryOtherWeek(date(2014, 4, 1)),)
    assert reading.doubt
    assert [finding.code for finding in reading.findings] == ["biweekly-weekday"]


def test_only_the_first_colon_counts_and_leaves_a_doubt() -> None:
    reading = read_cell("水2:4 6:8")
    assert reading.rules == (NthWeekday(WED, 2, frozenset({4, 6})),)
    assert reading.doubt


@pytest.mark.parametrize(
    ("raw", "remarks"),
    [
        ("月1 月3 *1", ("1",)),
        ("*1 20200317", ("1",)),
        ("*1", ("1",)),
        ("月 *a *12", ("a", "12")),
        ("月3*b", ("b",)),
        ("月　＊１", ("1",)),
        ("* 1 水", ("1",)),
    ],
)
def test_remarks_are_taken_out_and_never_give_a_date(raw: str, remarks: tuple[str, ...]) -> None:
    reading = read_cell(raw)
    assert reading.remarks == remarks
    assert reading.state != "not_understood"
    assert len(reading.rules) == (0 if raw == "*1" else 2 if "月1" in raw else 1)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30) | st.text("月火水123:; *隔週2014０（）は、\t", max_size=20))
def test_anything_is_read_or_reported(raw: str) -> None:
    reading = read_cell(raw)
    if reading.state == "not_understood":
        assert any(finding.severity == "error" for finding in reading.findings)
    elif reading.state == "repaired":
        assert reading.findings
    elif reading.state == "empty":
        assert not reading.rules
    for finding in reading.findings:
        assert "\n" not in finding.message
        assert finding.message.endswith("。")
