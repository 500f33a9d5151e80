"""Places found by how they are read, where nobody published a reading: several fit, all are asked."""

from __future__ import annotations

import pytest

from concierge.language.normalize import normalize
from concierge.language.place_readings import likely_readings, may_be_read
from concierge.language.places import AreaFinder
from concierge.waste.model import Area

NAMES = (
    "中央町",
    "栄町",
    "本町",
    "元町",
    "旭町",
    "朝日町",
    "中町",
    "緑が丘1〜3丁目",
    "若葉台南",
    "等々力1・2丁目",
    "今町一 二丁目",
    "今町",
    "電地",
    "久里浜",
    "経堂",
)
FINDER = AreaFinder([Area(index, name) for index, name in enumerate(NAMES)])


def found(text: str) -> list[str]:
    return [area.name for match in FINDER.find(normalize(text)) for area in match.areas]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ちゅうおうちょうの燃えるごみはいつ？", ["中央町"]),
        ("チュウオウチョウのもえるごみはいつ", ["中央町"]),
        ("ちゅうおうちょう", ["中央町"]),
        ("ちゅうおうまちです", ["中央町"]),
        ("さかえちょうに住んでます", ["栄町"]),
        ("さかえまちのごみ", ["栄町"]),
        ("あさひちょうのごみはいつ", ["旭町", "朝日町"]),
        ("もとまちのごみはいつ", ["本町", "元町"]),
        ("みどりがおか2丁目のごみ", ["緑が丘1〜3丁目"]),
        ("わかばだいみなみのごみはいつ", ["若葉台南"]),
        ("とどろき2丁目のごみはいつ", ["等々力1・2丁目"]),
        ("When is burnable garbage in Chuo-cho?", ["中央町"]),
        ("I live in Kurihama", ["久里浜"]),
        ("motomachi", ["本町", "元町"]),
    ],
)
def test_an_unpublished_reading(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "でんち",
        "でんちの捨て方",
        "でんちはいつ",
        "きょうどうの捨て場はありますか",
        "なかまちがった",
    ],
)
def test_a_short_reading_that_is_also_a_word_is_no_place(text: str) -> None:
    assert found(text) == []


def test_the_published_name_goes_before_what_only_may_be_read_so() -> None:
    finder = AreaFinder([Area(0, "もとまち"), Area(1, "本町")])
    assert [area.name for area in finder.resolve(normalize("もとまち"))] == ["もとまち"]
    finder = AreaFinder([Area(0, "本町", reading="ほんちょう"), Area(1, "元町")])
    assert [area.name for area in finder.resolve(normalize("ほんちょう"))] == ["本町"]


def test_an_answer_that_ends_like_a_filler_is_taken_whole() -> None:
    finder = AreaFinder([Area(0, "須軽谷"), Area(1, "長坂")])
    assert [area.name for area in finder.resolve(normalize("すがるや"))] == ["須軽谷"]


def test_numbers_with_a_space_between_are_all_of_the_name() -> None:
    """「富安」 stands beside 「富安一 二丁目」 in one city: chome 2 is not the former."""
    finder = AreaFinder([Area(0, "富安"), Area(1, "富安一 二丁目")])
    for text, name in (("富安2丁目", "富安一 二丁目"), ("富安一丁目", "富安一 二丁目")):
        assert [area.name for area in finder.resolve(normalize(text))] == [name]
        (match,) = finder.find(normalize(f"{text}の燃えるごみはいつ"))
        assert [area.name for area in match.areas] == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [("経堂", "經堂"), ("経堂", "経堂"), ("等等力1丁目", "等々力1・2丁目"), ("榮町", "栄町")],
)
def test_old_characters(text: str, name: str) -> None:
    for one, other in ((text, name), (name.rstrip("1・2丁目"), text.rstrip("1丁目"))):
        finder = AreaFinder([Area(0, other), Area(1, "久里浜")])
        assert [area.name for area in finder.resolve(normalize(one))] == [other]


def test_likely_readings() -> None:
    assert likely_readings("中央町")[0] == "ちゅうおうちょう"
    assert {"なかちょう", "なかまち"} <= set(likely_readings("中町"))
    assert likely_readings("ハイランド") == likely_readings("") == ()
    assert likely_readings("長" * 30) == ()


def test_may_be_read_rules_out_only_what_no_kanji_allows() -> None:
    assert may_be_read("本町", "もとまち")
    assert may_be_read("神原", "しんばら")
    assert not may_be_read("栄町", "あさひちょう")
    assert not may_be_read("栄町", "さかえ")
    assert not may_be_read("", "さかえ")
    assert not may_be_read("ハイランド", "はいらんど")
