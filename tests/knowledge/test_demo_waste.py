"""The demonstration town's garbage calendar, through the project's own reader, until 2030."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from concierge.knowledge import load_knowledge
from concierge.language.items import ItemFinder
from concierge.language.normalize import normalize
from concierge.waste.calendar import Calendar
from concierge.waste.model import DateList, NthWeekday, Weekly

DEMO = Path(__file__).resolve().parents[2] / "knowledge" / "demo"
BY_APPLICATION = "粗大ごみ"
NOT_COLLECTED = "市で収集しないもの"
HAZARDOUS = "有害・危険ごみ"
TODAY = date(2026, 11, 21)
VALID_TO = date(2031, 3, 31)
LONGEST_WAIT = timedelta(days=245)
"""草・枝 rests from December to April; a fifth Monday can be lost to the New Year."""


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    found = load_knowledge(DEMO).waste
    assert found is not None
    return found


def test_the_town_is_large_enough_to_be_ambiguous(calendar: Calendar) -> None:
    areas = calendar.data.areas
    assert len(areas) >= 12
    assert len({area.levels for area in areas}) >= 2
    twice = [name for name, times in Counter(area.name for area in areas).items() if times > 1]
    assert sorted(twice) == ["本町", "栄町"]
    assert len({area.full_name for area in areas}) == len(areas)
    assert all(area.reading for area in areas)


def test_every_kind_of_rule_is_shown(calendar: Calendar) -> None:
    rules = [rule for row in calendar.data.schedules for cell in row for rule in cell.rules]
    assert any(isinstance(rule, DateList) for rule in rules)
    assert any(isinstance(rule, NthWeekday) and rule.nth == 5 for rule in rules)
    assert any(isinstance(rule, NthWeekday) and rule.months for rule in rules)
    assert any(isinstance(rule, Weekly) and rule.months for rule in rules)
    assert len(calendar.data.categories) >= 7
    assert calendar.data.moves
    assert all(cell.understood for row in calendar.data.schedules for cell in row)


def test_burnable_garbage_is_collected_twice_a_week_everywhere(calendar: Calendar) -> None:
    burnable = calendar.data.categories[0]
    assert burnable.label == "燃やせるごみ"
    for row in calendar.data.schedules:
        assert len([rule for rule in row[burnable.index].rules if isinstance(rule, Weekly)]) == 2


@pytest.mark.parametrize(
    "on",
    [TODAY, date(2027, 5, 5), date(2028, 2, 29), date(2029, 8, 15), date(2030, 12, 31)],
    ids=str,
)
def test_every_category_has_a_certain_next_date(calendar: Calendar, on: date) -> None:
    for area in calendar.data.areas:
        for found in calendar.next_collections(area, on):
            if found.category.label == BY_APPLICATION:
                assert found.date is None
                continue
            where = f"{area.full_name} {found.category.label} {on}"
            assert found.date is not None, where
            wait = found.date - on
            assert wait <= LONGEST_WAIT, where
            assert found.date > VALID_TO or found.doubt is None, where


def test_nothing_is_collected_while_a_centre_is_closed(calendar: Calendar) -> None:
    for area in calendar.data.areas:
        first = 30 if area.centre == "山里環境センター" else 31
        for year in range(2026, 2031):
            closed = calendar.between(area, date(year, 12, first), date(year + 1, 1, 3))
            assert closed == [], f"{area.full_name} {year}"


def test_every_year_end_is_certain(calendar: Calendar) -> None:
    for area in calendar.data.areas:
        for year in range(2026, 2031):
            for found in calendar.between(area, date(year, 12, 20), date(year + 1, 1, 10)):
                assert found.doubt is None, f"{area.full_name} {found.date}"


def test_a_lost_year_end_day_is_collected_before(calendar: Calendar) -> None:
    area = next(area for area in calendar.data.areas if area.full_name == "中央地区本町")
    found = calendar.on(area, date(2026, 12, 30))
    burnable = next(each for each in found if each.category.label == "燃やせるごみ")
    assert burnable.note is not None
    assert "臨時収集" in burnable.note


def test_date_lists_keep_their_fortnight(calendar: Calendar) -> None:
    lists = [
        rule.days
        for row in calendar.data.schedules
        for cell in row
        for rule in cell.rules
        if isinstance(rule, DateList)
    ]
    for days in lists:
        assert (days[0].year, days[0].month) == (2026, 4)
        assert days[-1] + timedelta(days=14) > VALID_TO
        assert all((day - days[0]).days % 14 == 0 for day in days)
        gaps = {(after - before).days for before, after in pairwise(days)}
        assert gaps <= {14, 28}
        assert not [d for d in days if (d.month, d.day) >= (12, 29) or (d.month, d.day) <= (1, 3)]


def test_every_label_is_described_and_every_item_has_one(calendar: Calendar) -> None:
    categories = calendar.data.categories
    assert all(each.description and each.sublabel for each in categories)
    known = {each.label for each in categories} | {NOT_COLLECTED}
    assert {item.category for item in calendar.data.items} == known


def test_the_dictionary_is_large_and_says_each_thing_once(calendar: Calendar) -> None:
    items = calendar.data.items
    assert len(items) >= 320
    assert [name for name, times in Counter(i.name for i in items).items() if times > 1] == []
    assert all(item.reading for item in items)


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("リチウムイオン電池", HAZARDOUS),
        ("モバイルバッテリー", HAZARDOUS),
        ("モバイルルーター", HAZARDOUS),
        ("ワイヤレスイヤホン", HAZARDOUS),
        ("ハンディファン（携帯扇風機）", HAZARDOUS),
        ("電子たばこ", HAZARDOUS),
        ("加熱式たばこ", HAZARDOUS),
        ("充電式カイロ", HAZARDOUS),
        ("スプレー缶", HAZARDOUS),
        ("カセットボンベ", HAZARDOUS),
        ("キャンプ用のガス缶", HAZARDOUS),
        ("ライター", HAZARDOUS),
        ("水銀体温計", HAZARDOUS),
        ("割れた蛍光灯", HAZARDOUS),
        ("ポータブル電源", NOT_COLLECTED),
        ("熊よけスプレー", NOT_COLLECTED),
        ("シンナー", NOT_COLLECTED),
        ("火薬", NOT_COLLECTED),
        ("消火器", NOT_COLLECTED),
        ("灯油", NOT_COLLECTED),
        ("注射針", NOT_COLLECTED),
        ("インスリンの針", NOT_COLLECTED),
    ],
)
def test_dangerous_things_never_go_with_ordinary_garbage(
    calendar: Calendar, name: str, category: str
) -> None:
    item = next(item for item in calendar.data.items if item.name == name)
    assert item.category == category
    assert item.note


@pytest.mark.parametrize(
    ("word", "must_say"),
    [
        ("スプレー", "穴は開けず"),
        ("ボンベ", "販売店|穴は開けず"),
        ("ガス缶", "穴は開けず"),
        ("リチウム", "テープ"),
        ("注射", "病院か薬局"),
        ("花火", "水に一晩"),
        ("ストーブ", "灯油と電池|50cm|消えた"),
        ("水銀", "容器"),
    ],
)
def test_what_is_dangerous_is_said_with_the_thing(
    calendar: Calendar, word: str, must_say: str
) -> None:
    items = [item for item in calendar.data.items if word in item.name]
    assert items
    assert [i.name for i in items if not re.search(f"{must_say}|中身を出さ", i.note or "")] == []


def test_a_reading_is_no_everyday_word(calendar: Calendar) -> None:
    readings = {item.reading for item in calendar.data.items}
    assert readings & {"はい", "いいえ", "とうき", "すみ", "はし", "かま"} == set()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("ポケットwifiすてたい", ["ポケットWiFi"]),
        ("加熱式タバコ", ["加熱式たばこ"]),
        ("植木鉢", ["植木鉢（せともの）", "植木鉢（プラスチック）"]),
        ("使い捨てカイロ", ["使い捨てカイロ"]),
        ("カイロは何ごみ", ["カイロ（使い捨て）"]),
        ("割れた水銀体温計", ["割れた水銀体温計"]),
        ("折りたたみ傘", ["折りたたみ傘"]),
    ],
)
def test_things_are_found_as_residents_say_them(
    calendar: Calendar, asked: str, names: list[str]
) -> None:
    (match,) = ItemFinder(calendar.data.items).find(normalize(asked))
    assert [item.name for item in match.items] == names


def test_the_calendar_says_until_when_and_by_what_time(calendar: Calendar) -> None:
    assert calendar.data.valid_to == VALID_TO
    assert calendar.data.facts["collection_time"] == "8時30分"
    assert calendar.data.url
