"""Published categories in residents' words, over real and made-up towns."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from concierge.language.categories import CategoryFinder
from concierge.language.normalize import normalize
from concierge.opendata.garbage_5374.folder import read_5374
from concierge.waste.model import Category
from tests.conftest import cities_5374, published_data

HERE = Path(__file__).parent
BY_CITY = yaml.safe_load((HERE / "categories_by_city.yaml").read_text(encoding="utf-8"))
NO_CATEGORY = (HERE / "no_category.txt").read_text(encoding="utf-8").splitlines()
CITIES = cities_5374()
needs_published = pytest.mark.skipif(not CITIES, reason="no published data beside the repository")
TABLE = [(city, said, labels) for city, words in BY_CITY.items() for said, labels in words.items()]


def of(*labels: str) -> tuple[Category, ...]:
    return tuple(Category(index, label) for index, label in enumerate(labels))


@cache
def categories_of(city: str) -> tuple[Category, ...]:
    folder = published_data()
    assert folder is not None
    data = read_5374(folder / "5374" / city).data
    assert data is not None
    return data.categories


@cache
def finder_of(city: str) -> CategoryFinder:
    return CategoryFinder(categories_of(city))


def labels(text: str, finder: CategoryFinder) -> list[str]:
    matches = finder.find(normalize(text))
    return list(dict.fromkeys(one.label for match in matches for one in match.categories))


@needs_published
@pytest.mark.parametrize("city", CITIES)
def test_every_published_label_finds_itself(city: str) -> None:
    for category in categories_of(city):
        label = category.label
        swapped = (
            label.replace("ごみ", "ゴミ") if "ごみ" in label else label.replace("ゴミ", "ごみ")
        )
        for text in (
            label,
            swapped,
            f"{label}の日はいつ？",
            f"明日{label}ある？",
            label.replace("・", ""),
            label.replace("・", "、"),
        ):
            (match,) = finder_of(city).find(normalize(text))
            assert match.categories == (category,), text


@needs_published
@pytest.mark.parametrize(("city", "said", "expected"), TABLE)
def test_residents_words(city: str, said: str, expected: list[str] | str) -> None:
    matches = finder_of(city).find(normalize(said))
    if expected == "none":
        assert matches and all(match.known_family and not match.categories for match in matches)
    else:
        assert labels(said, finder_of(city)) == expected
        assert not any(match.known_family for match in matches)


@needs_published
def test_ordinary_sentences_name_no_category_of_any_city() -> None:
    wrong = [
        f"{city}: {sentence}: {match.text}"
        for city in CITIES
        for sentence in NO_CATEGORY
        for match in finder_of(city).find(normalize(sentence))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_label_wins_over_its_parts_and_families() -> None:
    finder = CategoryFinder(of("燃えるごみ", "資源", "びん・缶", "資源びん"))
    assert labels("資源びんの日", finder) == ["資源びん"]
    assert labels("資源の日", finder) == ["資源"]
    assert labels("びん・缶の日", finder) == ["びん・缶"]
    assert labels("びんの日", finder) == ["びん・缶"]


def test_labels_of_the_same_name_come_together() -> None:
    finder = CategoryFinder(of("資源ごみ", "資源ごみ", "燃えるごみ"))
    (match,) = finder.find(normalize("資源ごみいつ"))
    assert [category.index for category in match.categories] == [0, 1]


def test_staffs_own_words_win() -> None:
    finder = CategoryFinder(of("資源A", "資源B"), {"資源A": ["青ネット"], "いない": ["赤"]})
    assert labels("青ネットの日はいつ", finder) == ["資源A"]
    assert labels("赤の日", finder) == []


def test_a_kind_the_town_does_not_collect_is_told_apart_from_silence() -> None:
    finder = CategoryFinder(of("燃えるごみ", "資源"))
    (match,) = finder.find(normalize("あした粗大ごみある？"))
    assert (match.categories, match.known_family, match.text) == ((), True, "粗大ごみ")
    assert finder.find(normalize("新聞紙は何ごみ")) == []
    assert finder.find(normalize("びんは何ごみ")) == []
    (match,) = finder.find(normalize("びんの日はいつ"))
    assert match.known_family


def test_offsets_and_text_are_the_residents_own() -> None:
    text = normalize("あした　ﾓｴﾙｺﾞﾐ　ある？")
    (match,) = CategoryFinder(of("燃えるごみ")).find(text)
    assert match.text == "ﾓｴﾙｺﾞﾐ"
    assert text.text[match.start : match.end] == "モエルゴミ"


@pytest.mark.parametrize("said", ["じゃあプラは？", "じゃプラは", "ならプラは？", "あとプラは"])
def test_a_short_label_is_heard_behind_a_turning_word(said: str) -> None:
    assert labels(said, CategoryFinder(of("燃えるごみ", "プラ"))) == ["プラ"]


def test_several_in_one_message_come_in_order() -> None:
    finder = CategoryFinder(of("燃えるごみ", "燃えないごみ", "プラ"))
    said = "プラと燃えないゴミと可燃はいつ"
    assert labels(said, finder) == ["プラ", "燃えないごみ", "燃えるごみ"]


def test_common_materials_need_the_start_of_a_phrase() -> None:
    finder = CategoryFinder(of("紙・布", "燃えるごみ"))
    for said in (
        "紙の日",
        "紙はいつ",
        "明日紙ある？",
        "今日は紙の日？",
        "次の紙はいつ",
        "泉町の紙いつ",
    ):
        assert labels(said, finder) == ["紙・布"], said
    for said in ("届出の紙はいつ届きますか", "古い紙幣", "折り紙教室", "布教"):
        assert labels(said, finder) == [], said


def test_no_categories_and_odd_labels() -> None:
    assert not any(m.categories for m in CategoryFinder(()).find(normalize("燃えるごみ")))
    finder = CategoryFinder(of("", "・", "ごみ", "（）", "  ", "燃えるごみ(週2回)"))
    assert labels("燃えるごみ", finder) == ["燃えるごみ(週2回)"]
    assert labels("ごみの日", finder) == []


@given(
    st.text(
        alphabet="燃えるないごみゴミびん缶カンかん・のはと日プラ資源ペットボトル粗大 can",
        max_size=25,
    )
)
def test_never_raises_and_offsets_hold(text: str) -> None:
    normalized = normalize(text)
    finder = CategoryFinder(
        of("燃えるごみ", "びん・缶・ペットボトル", "資源", "プラスチック製容器包装")
    )
    last = 0
    for match in finder.find(normalized):
        assert last <= match.start < match.end <= len(normalized.text)
        assert bool(match.categories) != match.known_family
        last = match.end


@given(st.lists(st.text(max_size=12), max_size=6), st.text(max_size=40))
def test_any_labels_and_any_text_are_survived(names: list[str], text: str) -> None:
    finder = CategoryFinder(of(*names))
    for one in (text, *names):
        finder.find(normalize(one))


def test_a_sublabel_counts_only_where_no_label_names_the_kind() -> None:
    burnable = Category(0, "燃やせるごみ", sublabel="生ごみ、汚れた紙")
    finder = CategoryFinder((burnable, Category(1, "紙・布", sublabel="新聞、古着")))
    assert labels("古紙の日", finder) == ["紙・布"]
    assert labels("生ごみの日", finder) == ["燃やせるごみ"]
    assert labels("雑誌の日", CategoryFinder((Category(0, "資源", sublabel="新聞、雑誌"),))) == [
        "資源"
    ]
