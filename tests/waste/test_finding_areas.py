"""Areas by name: byte for byte first, then by spelling, never by guess."""

from __future__ import annotations

import pytest

from concierge.waste.areas import find_areas, spellings
from concierge.waste.model import Area, WasteData

AREAS = (
    Area(0, "池尻1・2"),
    Area(1, "福島", levels=("大和町",)),
    Area(2, "福島", levels=("久保田町",)),
    Area(3, "青垣町１〜３丁目"),
    Area(4, "橋北地区 秋鹿町", aliases=("秋鹿町", "橋北地区秋鹿町")),
    Area(5, "本町", levels=("東", "一区")),
    Area(6, "本町 "),
    Area(7, "ダンチ（北側）"),
)
DATA = WasteData(AREAS, (), ())


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("池尻1・2", [0]),
        ("池尻１・２", [0]),
        ("池尻12", []),
        ("福島", [1, 2]),
        ("大和町福島", [1]),
        ("久保田町 福島", [2]),
        ("青垣町1~3丁目", [3]),
        ("青垣町1～3丁目", [3]),
        ("青垣町13丁目", []),
        ("秋鹿町", [4]),
        ("橋北地区　秋鹿町", [4]),
        ("本町", [5]),
        ("本町 ", [6]),
        ("東本町", [5]),
        ("一区本町", [5]),
        ("東一区本町", [5]),
        ("東　一区　本町", [5]),
        ("ダンチ(北側)", [7]),
        ("ﾀﾞﾝﾁ（北側）", [7]),
        ("", []),
        ("　", []),
        ("（）", []),
        ("知らない町", []),
        ("福", []),
    ],
)
def test_find(name: str, found: list[int]) -> None:
    assert [area.index for area in find_areas(DATA, name)] == found


def test_spellings() -> None:
    assert spellings(AREAS[5]) == ("本町", "東本町", "一区本町", "東一区本町")
