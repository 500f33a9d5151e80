"""Things found by the names of a town's own dictionary: every spelling of them, nothing else."""

from __future__ import annotations

import time

import pytest

from concierge.language.items import ItemFinder, name_and_condition
from concierge.language.normalize import normalize
from concierge.opendata.garbage_5374.folder import read_5374
from concierge.waste.model import Item
from tests.conftest import cities_5374, published_data

NAMES = (
    "傘", "布団", "ソファー", "スプレー缶", "スプレー缶のキャップ", "電池", "乾電池", "ライター（使い切り式）",
    "毛布70cm以下", "本", "水", "ふた", "皿", "油（食用）のびん", "くぎ・ねじ", "飲み物・食べ物のびん", "テレビ", "Tシャツ",
)  # fmt: skip
ITEMS = tuple(
    Item(category="燃えるごみ", name=name, note="70cm以下 しばる" if "70" in name else None)
    for name in NAMES
)
FINDER = ItemFinder(ITEMS)


def found(text: str) -> list[str]:
    return [item.name for match in FINDER.find(normalize(text)) for item in match.items]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("傘", "傘"),
        ("かさ", "傘"),
        ("カサ捨てたい", "傘"),
        ("壊れた傘は何ごみ", "傘"),
        ("古いかさ", "傘"),
        ("お皿割れた", "皿"),
        ("ふとんの捨て方", "布団"),
        ("ソファ", "ソファー"),
        ("ｿﾌｧｰどう捨てる", "ソファー"),
        ("スプレーかん", "スプレー缶"),
        ("スプレー缶のキャップ", "スプレー缶のキャップ"),
        ("ライターは", "ライター（使い切り式）"),
        ("毛布いつ", "毛布70cm以下"),
        ("ねじはどこに", "くぎ・ねじ"),
        ("明日テレビ出せる", "テレビ"),
        ("ティーシャツ", "Tシャツ"),
    ],
)
def test_a_name_is_found_in_every_spelling(text: str, name: str) -> None:
    assert found(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "傘立て", "折りたたみ傘", "リチウムイオン電池", "充電池", "電子ライター", "スプレー缶キャップ",
        "本当に", "ほんとに", "本日", "水道", "水曜", "木曜", "ふたつ", "ふたりで", "テレビ台", "皿洗い", "布団屋",
        "油のびん詰", "飲み物", "毛布団", "ソファーベッド", "デスクライター", "電池式", "傘下",
    ],
)  # fmt: skip
def test_a_name_is_never_stretched(text: str) -> None:
    assert found(text) == []


def test_two_at_once() -> None:
    assert found("布団と傘と皿") == ["布団", "傘", "皿"]


@pytest.mark.parametrize(
    ("name", "note", "parts"),
    [
        ("ライター（使い切り式）", None, ("ライター", "使い切り式")),
        ("毛布70cm以下", "70cm以下 しばる", ("毛布", "70cm以下")),
        ("炊飯器30cm未満", None, ("炊飯器", "30cm未満")),
        ("注射針在宅治療用", "在宅治療用 かかりつけへ", ("注射針", "在宅治療用")),
        ("紙パック", "パックは洗う", ("紙パック", "")),
        ("油（食用）のびん", None, ("油（食用）のびん", "")),
        ("（大型）家具", None, ("（大型）家具", "")),
        ("傘", "", ("傘", "")),
    ],
)
def test_a_condition_is_told_from_the_name(
    name: str, note: str | None, parts: tuple[str, str]
) -> None:
    assert name_and_condition(Item(category="x", name=name, note=note)) == parts


def test_a_row_with_its_columns_swapped_is_passed_over() -> None:
    rows = [Item("机", "粗大ごみ"), Item("棚", "粗大ごみ"), Item("粗大ごみ", "高枝切ハサミ")]
    assert ItemFinder(rows).find(normalize("粗大ごみ")) == []


@pytest.mark.parametrize("city", cities_5374())
def test_a_citys_dictionary_finds_itself_and_quickly(city: str) -> None:
    folder = published_data()
    assert folder is not None
    data = read_5374(folder / "5374" / city).data
    assert data is not None
    finder = ItemFinder(data.items)
    names = [normalize(item.name) for item in data.items]
    lost = [name.original for name in names if len(name.text) > 1 and not finder.find(name)]
    assert len(lost) <= len(names) * 0.02, lost
    text = normalize(
        "すみません、壊れたモバイルバッテリーと折りたたみ傘は何ごみですか？教えてください"
    )
    began = time.process_time()
    for _ in range(100):
        finder.find(text)
    assert (time.process_time() - began) / 100 < 0.05


def test_what_stands_in_brackets_may_be_said_with_no() -> None:
    names = (
        "ペットボトル（キャップ）",
        "ペットボトル（ラベル）",
        "植木鉢（金属製）",
        "植木鉢（陶器製）",
    )
    finder = ItemFinder([Item(category="資源", name=name) for name in names])
    for text, name in (
        ("ペットボトルのキャップの捨て方", names[0]),
        ("ペットボトルのラベル", names[1]),
        ("金属製の植木鉢", names[2]),
        ("陶器製の植木鉢を捨てたい", names[3]),
    ):
        (match,) = finder.find(normalize(text))
        assert [item.name for item in match.items] == [name]
    (match,) = finder.find(normalize("ペットボトル"))
    assert len(match.items) == 2
