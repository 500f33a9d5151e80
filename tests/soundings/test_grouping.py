"""Questions are grouped by meaning: wordings held aside, steady from week to week."""

from __future__ import annotations

from collections import Counter

import pytest

from concierge.soundings.grouping import Known, grouped, terms_of, words_of

NEEDS = {
    "ドッグラン": [
        "ドッグランはありますか", "犬を放せるドッグランがほしい", "ドッグランどこ", "市内のドッグラン",
        "ドッグランを作ってほしい", "近くにドッグランある？",
    ],
    "証明写真": ["証明写真はどこで撮れる", "証明写真の機械ありますか", "市役所に証明写真の機械ある？", "証明写真を撮れるところ"],
    "防災ラジオ": ["防災ラジオがほしい", "防災ラジオを借りたい", "防災ラジオはもらえますか", "防災ラジオの申込", "防災ラジオ 配布"],
    "自転車の空気": ["自転車の空気入れはありますか", "自転車の空気入れを借りたい", "空気入れ 自転車 どこ"],
    "雪かき": ["雪かきを手伝ってくれる人はいますか", "雪かきを頼みたい", "高齢の親の雪かきを頼める？", "雪かき ボランティア"],
    "スマホ教室": ["スマホ教室はいつ", "スマホの使い方教室", "スマホ教室に申し込みたい", "シニアのスマホ教室"],
}  # fmt: skip
"""Needs that were not looked at while the grouping was made."""
TEXTS = [text for wordings in NEEDS.values() for text in wordings]
NEED_OF = {text: need for need, wordings in NEEDS.items() for text in wordings}


def test_wordings_of_one_need_come_together_and_of_two_stay_apart() -> None:
    found = grouped(TEXTS * 3)
    pure = sum(
        Counter(NEED_OF[(TEXTS * 3)[p]] for p in group).most_common(1)[0][1] for _, group in found
    )
    assert pure == len(TEXTS) * 3, "no group holds two needs"
    largest = {}
    for _, group in found:
        need = NEED_OF[(TEXTS * 3)[group[0]]]
        largest[need] = max(largest.get(need, 0), len(group))
    shares = {need: largest[need] / (len(wordings) * 3) for need, wordings in NEEDS.items()}
    assert min(shares.values()) >= 0.5, shares
    assert sum(share >= 0.8 for share in shares.values()) >= 4, shares


FRESH = {
    "空き家": ["空き家を片付けてほしい", "隣の空き家が崩れそう", "空き家バンクに登録したい", "草だらけの空き家をなんとかして"],
    "猫": ["野良猫に困っている", "のら猫のふんをどうにかして", "捨て猫を見つけた"],
    "婚活": ["婚活イベントはありますか", "市の婚活パーティー"],
    "給食": ["給食の献立を知りたい", "今月の給食メニュー", "給食のアレルギー対応", "給食費はいくら"],
    "除雪": ["除雪車はいつ来ますか", "歩道の除雪をしてほしい"],
    "道の穴": ["道路に穴があいている", "舗装がはがれている", "道路の陥没を知らせたい"],
    "投票所": ["投票所はどこですか", "選挙に行きたいが投票所が遠い"],
}  # fmt: skip
"""Needs whose wordings share little but their meaning."""


def test_other_words_for_the_same_come_together_by_their_meaning() -> None:
    texts = [text for wordings in FRESH.values() for text in wordings]
    owners = {text: need for need, wordings in FRESH.items() for text in wordings}
    found = [{owners[texts[place]] for place in members} for _, members in grouped(texts)]
    assert all(len(needs) == 1 for needs in found), found
    assert len(found) <= 9, "by words alone they are 16"


def test_groups_keep_their_names_as_more_is_asked() -> None:
    residents = [(1, f"r{number}") for number in range(10)]
    week = ["ドッグランはありますか", "市内のドッグラン"] * 5
    terms = terms_of(week, residents, 5)
    ((name, members),) = grouped(week, [Known("g1", terms)])
    assert name == "g1"
    assert len(members) == 10
    later = grouped([*week, *TEXTS], [Known("g1", terms)])
    own = next(members for name, members in later if name == "g1")
    assert {NEED_OF.get([*week, *TEXTS][place], "ドッグラン") for place in own} == {"ドッグラン"}
    assert len(own) >= 14


def test_the_same_texts_give_the_same_groups_in_any_order() -> None:
    def sets(texts: list[str]) -> set[frozenset[str]]:
        return {frozenset(texts[place] for place in members) for _, members in grouped(texts)}

    assert sets(TEXTS) == sets(TEXTS[::-1])


def test_a_group_is_remembered_by_terms_of_many_alone() -> None:
    texts = ["ドッグランはありますか"] * 5 + ["鈴木歯科の裏のドッグラン"]
    residents = [(1, f"r{number}") for number in range(6)]
    terms = terms_of(texts, residents, 5)
    assert "ドッグラン" in terms
    assert not any(term in "鈴木歯科裏" for term in terms)
    assert words_of(texts, residents, 5) == ("ドッグラン",)


def test_a_name_is_made_of_whole_words() -> None:
    texts = ["学童の空き状況", "学童保育の空きを見たい", "壊れた遊具", "遊具が壊れている"]
    for text, broken in zip(texts, ("き状況", "空", "壊", "壊"), strict=True):
        names = words_of([text] * 5, [(1, f"r{number}") for number in range(5)], 5)
        assert names and broken not in names
        assert not any(name.startswith("き") for name in names)
    free = [texts[0], texts[1]] * 5
    assert words_of(free, [(1, f"r{n}") for n in range(10)], 5)[:2] == ("空き", "学童保育")


@pytest.mark.parametrize("texts", [[], ["", "？？", "。"], ["あ"], ["ごみ"] * 3])
def test_little_or_nothing_is_no_trouble(texts: list[str]) -> None:
    assert sum(len(members) for _, members in grouped(texts)) <= len(texts)
