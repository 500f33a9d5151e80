"""A town's questions: asked at the right moment, answered with one tap, skipped without trace."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from concierge.knowledge import load_knowledge
from tests.soundings.kept import KeptTown

SOUNDING = """\
id: bus
title: 夜のバス
from: 2026-11-01
to: 2027-12-31
quota: 3
questions:
  - id: use
    text: 夜のバスがあったら使いますか。
    kind: 選択
    choices: [使う, 使わない]
  - id: where
    text: どちらへ行きますか。
    kind: 地区
  - id: word
    text: ひとことお願いします。
    kind: 自由記述
did:
  - on: 2027-02-01
    text: 試行を始めました。
"""
ANSWERS = "SELECT sounding, question, value, text, age, area FROM sounding_answers ORDER BY id"
NEED, WEEK_LATER = "住民票がほしい", "2026-11-28T09:00"


@pytest.fixture
def town(tmp_path: Path) -> KeptTown:
    town = KeptTown(tmp_path, soundings__bus=SOUNDING)
    town.agree()
    return town


def test_asked_after_a_need_and_answered_tap_by_tap(town: KeptTown) -> None:
    replies = town.say(NEED, "使う", "柳沢", "ひとこと書く", "帰りの便がほしい")
    (aside,) = replies[0].asides
    assert aside.kind == "sounding"
    assert [choice.text for choice in aside.choices] == ["使う", "使わない", "答えない"]
    assert town.rows(ANSWERS) == [
        ("bus", "use", "使う", None, "30代", "西区柳沢"),
        ("bus", "where", "西区柳沢", None, "30代", "西区柳沢"),
        ("bus", "word", None, "帰りの便がほしい", "30代", "西区柳沢"),
    ]


def test_not_answering_leaves_nothing_and_the_next_question_is_answered(town: KeptTown) -> None:
    replies = town.say(NEED, "犬の登録はどうすればよいですか", "使う")
    assert replies[1].answer_id == "dog"
    assert town.rows(ANSWERS) == []
    town.say(NEED, "答えない", at=WEEK_LATER)
    assert town.rows(ANSWERS) == []


def test_at_most_once_a_week_and_each_question_once(town: KeptTown) -> None:
    second = SOUNDING.replace("id: bus", "id: second").partition("did:")[0]
    (town.folder / "soundings" / "second.yaml").write_text(second, encoding="utf-8")
    kinds = [
        town.one(NEED, at=at).asides[0].kind
        for at in ("2026-11-20T07:00", "2026-11-26T09:00", WEEK_LATER, "2027-01-10T09:00")
    ]
    assert kinds == ["sounding", "feedback", "sounding", "feedback"]


@pytest.mark.parametrize(
    "grave",
    [
        "母が息をしていない",
        "昨日父が亡くなりました",
        "夫に殴られています",
        "お金がなくて生活できない",
        "対応が最悪だった",
    ],
)
def test_never_after_something_grave(town: KeptTown, grave: str) -> None:
    first, second = town.say(grave, NEED)
    assert not any(aside.kind == "sounding" for aside in (*first.asides, *second.asides))
    assert all(aside.kind != "sounding" for aside in town.one(NEED, at="2026-11-20T20:00").asides)
    assert town.one(NEED, at="2026-11-28T20:00").asides[0].kind == "sounding"


def test_only_those_who_agreed_are_asked(town: KeptTown) -> None:
    town.say(NEED, NEED, resident="web:b")
    assert town.one(NEED, resident="web:b").asides[0].kind == "feedback"


def test_no_more_are_asked_than_were_wanted(town: KeptTown) -> None:
    for number in range(4):
        town.agree(resident=f"web:r{number}")
        replies = town.say(NEED, "使う", resident=f"web:r{number}")
        assert (replies[0].asides[0].kind == "sounding") == (number < 3)


def test_an_emergency_is_heard_before_an_answer(town: KeptTown) -> None:
    replies = town.say(NEED, "使う", "柳沢", "ひとこと書く", "火事です")
    assert replies[-1].status == "emergency"
    assert len(town.rows(ANSWERS)) == 2


def test_grave_words_in_an_answer_are_not_kept(town: KeptTown) -> None:
    replies = town.say(NEED, "使う", "柳沢", "ひとこと書く", "もう死にたいくらい困っている")
    assert replies[-1].status == "emergency" or "残しません" in replies[-1].text
    assert town.found("困っている") == []


def test_what_came_of_it_is_told_once_to_those_who_answered(town: KeptTown) -> None:
    town.say(NEED, "使う")
    after = town.one(NEED, at="2027-02-02T09:00")
    assert after.asides[0].kind == "told"
    assert "試行を始めました" in after.asides[0].text
    assert town.one(NEED, at="2027-02-03T09:00").asides[0].kind == "feedback"


def test_the_idea_box(town: KeptTown) -> None:
    said = ("こんなのほしい", "はい", "図書館に夜の自習室がほしい。佐藤花子 090-1234-5678")
    asked, opened, kept = town.say(*said)
    assert "3年" in asked.text
    assert [choice.text for choice in asked.choices] == ["はい", "いいえ"]
    assert "3年" in opened.text
    assert "ありがとうございます" in kept.text
    assert town.rows(IDEAS_CONSENT) == [(1, 1)]
    assert town.rows(ANSWERS) == [
        (
            "ideas",
            "ideas",
            None,
            "図書館に夜の自習室がほしい。〔名前〕 〔電話番号〕",
            "30代",
            "西区柳沢",
        )
    ]
    assert "消さずに" not in town.say("こんなのほしい", "やめる")[1].text
    assert len(town.rows(ANSWERS)) == 1


IDEA = "図書館に夜の自習室がほしい"
IDEAS_CONSENT = (
    "SELECT given, instr(text, 'こんなのほしい') > 0 FROM consents "
    "JOIN consent_texts USING (version) WHERE purpose = 'ideas'"
)


@pytest.mark.parametrize("no", ["いいえ", "同意しません", "やめる"])
def test_an_idea_is_not_kept_without_consent(tmp_path: Path, no: str) -> None:
    stranger = KeptTown(tmp_path)
    refused = stranger.say("こんなのほしい", no, IDEA)[1]
    assert stranger.rows("SELECT count(*) FROM sounding_answers") == [(0,)]
    assert stranger.found(IDEA, "自習室") == []
    assert stranger.rows("SELECT count(*) FROM consents WHERE given = 1") == [(0,)]
    assert "残しません" in refused.text
    stranger.say("こんなのほしい", IDEA)
    assert stranger.found(IDEA, "自習室") == []


def test_agreeing_to_other_things_is_no_consent_to_keeping_ideas(town: KeptTown) -> None:
    assert [c.text for c in town.one("こんなのほしい").choices] == ["はい", "いいえ"]
    assert town.rows(IDEAS_CONSENT) == []


def test_ideas_and_answers_are_withdrawn_apart(town: KeptTown) -> None:
    town.say(NEED, "使う")
    town.say("こんなのほしい", "はい", IDEA)
    town.one("まちづくりのアイデアをやめます")
    assert town.found(IDEA) == []
    assert [row[0] for row in town.rows(ANSWERS)] == ["bus"]
    assert town.rows("SELECT asked LIKE '%ideas%' FROM sounding_residents") == [(0,)]
    town.say("こんなのほしい", "はい", IDEA)
    town.one("まちのアンケートをやめます")
    assert [row[0] for row in town.rows(ANSWERS)] == ["ideas"]


@pytest.mark.parametrize(
    ("opening", "told"), [(("こんなのほしい", "はい"), IDEA), ((NEED,), "使う")]
)
def test_a_mind_changed_elsewhere_is_heeded_by_a_question_left_open(
    town: KeptTown, opening: tuple[str, ...], told: str
) -> None:
    town.say(*opening)
    for purpose in ("improve", "ideas", "soundings"):
        town.withdraw_elsewhere(purpose)
    town.say(told)
    assert town.rows(ANSWERS) == []
    assert town.found(IDEA) == []


def test_ideas_kept_before_there_was_a_consent_for_them_are_deleted(town: KeptTown) -> None:
    town.say("こんなのほしい", "はい", IDEA)
    town.say(NEED, "使う")
    with sqlite3.connect(town.path) as old:
        old.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_ideas_by_consent'")
    town.one("設定")
    assert [row[0] for row in town.rows(ANSWERS)] == ["bus"]


def test_feedback_is_counted_and_leads_to_a_person(town: KeptTown) -> None:
    town.say("犬の登録はどうすればよいですか", "違う", "まだです")
    reply = town.say("犬の登録はどうすればよいですか", "人に聞きたい", at="2026-11-20T10:00")[1]
    assert "環境課" in reply.text
    counts = dict(town.rows("SELECT outcome, sum(turns) FROM sounding_counts GROUP BY 1"))
    assert counts["wrong"] == 1
    assert counts["unsolved"] == 1
    assert counts["person"] == 1
    assert town.rows("SELECT feedback FROM sounding_turns ORDER BY rowid LIMIT 1") == [
        ("unsolved",)
    ]


def test_mistakes_in_the_file_are_named_with_their_place(tmp_path: Path) -> None:
    broken = SOUNDING.replace("choices: [使う, 使わない]", "choices: [使う]").replace(
        "2027-12-31", "2026-01-01"
    )
    town = KeptTown(tmp_path, soundings__bus=broken, privacy="texts: すこし\nleast: 2\n")
    problems = {p.code: p for p in load_knowledge(town.folder).problems}
    assert {"bad-choices", "dates-reversed", "bad-period", "least-too-small"} <= problems.keys()
    assert problems["bad-choices"].file == "soundings/bus.yaml"
    assert problems["bad-choices"].line == 7
    assert load_knowledge(town.folder).privacy.least == 5
