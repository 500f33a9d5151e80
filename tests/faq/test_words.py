"""Words as residents type them, what they mean, and what is none of a town's questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from concierge.faq import adaptation
from concierge.faq.adaptation import FEWEST
from concierge.faq.kana import folded_reading, from_romaji
from concierge.faq.lexicon import Group, Lexicon, packaged, sequence
from concierge.faq.meaning import read_meaning
from concierge.faq.model import Entry
from concierge.faq.morphology import plain, tokens
from concierge.faq.scope import examples, other_places
from concierge.faq.search import FaqIndex
from concierge.faq.spelling import Spelling, spoken
from concierge.faq.training import MEANING, train
from concierge.faq.vectors import general

TEXTS = (
    "住民票を郵送してほしい",
    "児童手当の申請",
    "生活保護を受けたい",
    "転入届はどこで出しますか",
)
ENTRIES = [
    Entry(str(n), f"{thing}の{matter}", f"{thing}の{matter}は、{desk}で受け付けます。")
    for n, (thing, matter, desk) in enumerate(
        (thing, matter, desk)
        for thing, desk in (("住民票", "市民課"), ("水道", "水道課"), ("犬の登録", "環境課"))
        for matter in [
            "申請",
            "変更",
            "取消",
            "手数料",
            "必要書類",
            "受付時間",
            "期限",
            "再発行",
            "減免",
            "相談",
            "郵送",
        ]
    )
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("じゅうみんひょう ゆうそう", "住民票 郵送"),
        ("juminhyo", "住民票"),
        ("自動手当の申請", "児童手当の申請"),
        ("生活補語", "生活保護"),
        ("てんにゅうとどけ", "転入届"),
        ("住民票がほしいのですが、どうしたらいいでしょうか", None),
        ("これはどういうことですか", None),
    ],
)
def test_what_sounds_like_the_faq_is_heard_as_it(typed: str, meant: str | None) -> None:
    spelling = Spelling([spoken([tokens(plain(text))]) for text in TEXTS], packaged())
    assert spelling.heard(plain(typed)) == (meant or plain(typed))


@pytest.mark.parametrize(
    ("latin", "kana"),
    [("juminhyo", "ジュミンヒョ"), ("shimbun", "シンブン"), ("how to move", "how to move")],
)
def test_latin_letters_are_read_where_they_are_japanese(latin: str, kana: str) -> None:
    assert from_romaji(latin) == kana


def test_long_vowels_do_not_count() -> None:
    assert folded_reading("ジュウミンヒョウ") == folded_reading("じゅみんひょ")


def test_the_longer_phrase_counts_and_inflections_are_found() -> None:
    lexicon = Lexicon(
        [
            Group(("保険証", "被保険者証")),
            Group(("保険証なくした",), ("再交付",)),
            Group(("a+犬",), ("b",)),
        ]
    )
    assert lexicon.meanings(sequence(tokens(plain("保険証をなくしました")))) == ["再交付"]
    assert lexicon.meanings(sequence(tokens(plain("保険証が見たい")))) == ["被保険者証"]
    assert lexicon.meanings(sequence(tokens(plain("犬と a ")))) == ["b"]


def test_the_lexicon_is_large_and_every_group_says_something() -> None:
    groups = packaged().groups
    assert len(groups) >= 600
    assert [g.said for g in groups if not all(g.said) or (len(g.said) < 2 and not g.means)] == []


def test_examples_of_other_questions_are_many_and_each_is_one() -> None:
    questions = [question for _, question in examples()]
    assert len(questions) >= 300 and len(set(questions)) == len(questions)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("神戸市の粗大ごみの出し方", ["神戸市"]),
        ("池田市で犬の登録", ["池田市"]),
        ("神戸市から引っ越してくる", []),
        ("粗大ごみの出し方", []),
    ],
)
def test_where_a_service_is_wanted(text: str, places: list[str]) -> None:
    words = [word for token in tokens(plain(text)) for word in token.words]
    assert other_places(words, plain(text)) == places


def test_the_general_vectors_know_what_is_alike() -> None:
    home, likeness = general()["引っ越し"], {}
    assert home is not None
    for word in ("転居", "冷蔵庫"):
        other = general()[word]
        assert other is not None
        likeness[word] = float(home @ other / np.linalg.norm(home) / np.linalg.norm(other))
    assert likeness["転居"] > likeness["冷蔵庫"] + 0.2
    assert general()["そんな言葉はない"] is None


def test_training_is_the_same_each_time_and_is_done_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adaptation, "STEPS", 20)  # the same road, walked for less long
    assert len(ENTRIES) >= FEWEST
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        assert train(ENTRIES, folder).outcome == "trained"
    assert (read_meaning(one / MEANING).vectors == read_meaning(two / MEANING).vectors).all()
    assert train(ENTRIES, one).outcome == "current"
    assert train(ENTRIES, one, again=True).outcome == "trained"
    assert train(ENTRIES[:3], one).outcome == "few" and not (one / MEANING).exists()


def test_a_broken_training_file_is_not_used(tmp_path: Path) -> None:
    (tmp_path / MEANING).parent.mkdir()
    (tmp_path / MEANING).write_bytes(b"broken")
    found = FaqIndex(ENTRIES, tmp_path).search("水道の減免", 1)[0]
    assert found.entry.question == "水道の減免"


def test_halves_of_characters_are_harmless() -> None:
    assert FaqIndex(ENTRIES).search("\ud800ごみ\udfff", 1)


def test_a_long_run_of_kana_is_read_in_pieces_no_longer_than_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = [0]

    def counting(sound: str) -> str:
        read[0] += len(sound)
        return folded_reading(sound)

    spelling = Spelling([spoken([tokens(plain(text))]) for text in TEXTS], packaged())
    monkeypatch.setattr("concierge.faq.spelling.folded_reading", counting)
    assert "住民票" in spelling.heard("じゅうみんひょうをください")
    read[0] = 0
    assert spelling.heard("よ" * 1000) == "よ" * 1000
    assert 0 < read[0] < 1_000_000
