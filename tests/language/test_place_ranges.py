"""Areas published as parts of a place: blocks, ranges across chome, and what is left over."""

from __future__ import annotations

import pytest

from concierge.language.normalize import normalize
from concierge.language.places import AreaFinder
from concierge.waste.model import Area

NAMES = (
    "粟野426～514番地",
    "粟野28の一部、29～31、779～790、795番地",
    "それ以外の粟野",
    "くぬぎ山1丁目～5丁目4番",
    "くぬぎ山5丁目5番～10番",
    "東初富3丁目10～32番",
    "東初富4丁目1～5番、12番の一部",
    "東初富4丁目6番～6丁目",
    "道野辺1丁目～5丁目(3丁目12番～14番の一部を除く)",
    "道野辺3丁目12番～14番の一部",
    "富岡1丁目～3丁目",
)
REST, PARTLY, RANGE = NAMES[2], NAMES[1], NAMES[0]
FINDER = AreaFinder([Area(index, name) for index, name in enumerate(NAMES)], ("梨県鎌市",))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("粟野450番地", [RANGE]),
        ("粟野450", [RANGE]),
        ("粟野30", [PARTLY]),
        ("粟野780番地2", [PARTLY]),
        ("粟野28", [PARTLY, REST]),
        ("粟野100番地", [REST]),
        ("粟野", [RANGE, PARTLY, REST]),
        ("くぬぎ山1丁目", [NAMES[3]]),
        ("くぬぎ山3丁目9-1", [NAMES[3]]),
        ("くぬぎ山5丁目4番", [NAMES[3]]),
        ("くぬぎ山5-5-1", [NAMES[4]]),
        ("くぬぎ山5丁目", [NAMES[3], NAMES[4]]),
        ("くぬぎ山5丁目11番", []),
        ("東初富4丁目3番", [NAMES[6]]),
        ("東初富4丁目12番", [NAMES[6], NAMES[7]]),
        ("東初富4丁目7番", [NAMES[7]]),
        ("東初富5丁目", [NAMES[7]]),
        ("東初富6-30", [NAMES[7]]),
        ("道野辺3丁目13番", [NAMES[8], NAMES[9]]),
        ("道野辺3丁目5番", [NAMES[8]]),
        ("道野辺2丁目13番", [NAMES[8]]),
        ("富岡2丁目", [NAMES[10]]),
    ],
)
def test_a_part_of_a_place(said: str, expected: list[str]) -> None:
    assert [area.name for area in FINDER.resolve(normalize(said))] == expected
    (match,) = FINDER.find(normalize(f"{said}の燃えるごみはいつ"))
    assert [area.name for area in match.areas] == expected


def test_what_is_left_over_of_nothing_known_is_the_place() -> None:
    finder = AreaFinder([Area(0, "それ以外の粟野"), Area(1, "その他の中沢")])
    assert [area.name for area in finder.resolve(normalize("粟野12"))] == ["それ以外の粟野"]
    assert [area.name for area in finder.resolve(normalize("中沢"))] == ["その他の中沢"]


def test_a_range_of_absurd_length_is_not_counted_out() -> None:
    finder = AreaFinder([Area(0, "泉町1丁目～99999丁目3番")])
    assert finder.resolve(normalize("泉町2丁目")) == finder._areas
