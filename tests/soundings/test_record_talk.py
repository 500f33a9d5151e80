"""設定, 同意します, 私の記録, 記録を消して: in plain words, with one tap, at once and everywhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.message import Message, Status
from concierge.soundings.service import Soundings
from concierge.storage.memories import MemoriesInDatabase
from tests.soundings.kept import KeptTown
from tests.towns import FRIDAY

CONSENTS = "SELECT purpose, given, language, text FROM consents JOIN consent_texts USING (version) ORDER BY 1"
PEOPLE = "SELECT age, area FROM sounding_residents"


@pytest.fixture
def town(tmp_path: Path) -> KeptTown:
    return KeptTown(tmp_path)


def test_the_notice_comes_once_with_the_first_answer(town: KeptTown) -> None:
    first, second = town.say("住民票がほしい", "犬の登録はどうすればよいですか")
    (notice,) = first.asides
    assert notice.kind == "notice"
    for part in ("残していません", "400日", "断っても", "設定", "私の記録", "記録を消して"):
        assert part in notice.text
    assert [choice.text for choice in notice.choices] == [
        "同意します",
        "同意しません",
        "記録について",
    ]
    assert [aside.kind for aside in second.asides] == ["feedback"]


def test_no_notice_in_an_emergency_nor_right_after_it(town: KeptTown) -> None:
    replies = town.say("母が息をしていない", "住民票がほしい")
    assert [reply.asides for reply in replies] == [(), ()]


def test_each_purpose_is_asked_for_by_itself_and_kept_with_its_text(town: KeptTown) -> None:
    replies = town.say("同意します", "はい", "30代", "柳沢", "はい")
    assert [c.text for c in replies[0].choices] == ["はい", "いいえ"]
    assert "30代" in [c.text for c in replies[1].choices]
    rows = town.rows(CONSENTS)
    assert [(row[0], row[1]) for row in rows] == [("improve", 1), ("publish", 1), ("soundings", 1)]
    assert all("断っても" in row[3] for row in rows)
    assert town.rows(PEOPLE) == [("30代", "西区柳沢")]


def test_every_step_may_be_left_out(town: KeptTown) -> None:
    replies = town.say("同意します", "はい", "答えない", "答えない", "いいえ")
    assert replies[-1].text == "設定しました。ありがとうございます。"
    assert town.rows(PEOPLE) == [(None, None)]
    assert [row[:2] for row in town.rows(CONSENTS)] == [
        ("improve", 1),
        ("publish", 0),
        ("soundings", 1),
    ]


def test_another_question_in_between_is_simply_answered(town: KeptTown) -> None:
    replies = town.say("同意します", "住民票がほしい", "はい")
    assert replies[1].answer_id == "juminhyo"
    assert [row[0] for row in town.rows(CONSENTS)] == ["improve"]


def test_an_area_of_two_towns_is_asked_back(town: KeptTown) -> None:
    replies = town.say("同意します", "はい", "30代", "泉町", "東区泉町")
    assert [c.text for c in replies[3].choices] == ["東区泉町", "西区泉町", "答えない"]
    assert town.rows(PEOPLE) == [("30代", "東区泉町")]


def test_the_home_that_is_known_is_offered(town: KeptTown) -> None:
    town.say("柳沢の燃えるごみいつ", "柳沢を自宅として覚えて")
    replies = town.say("同意します", "はい", "30代", "はい")
    assert "西区柳沢" in replies[2].text
    assert town.rows(PEOPLE) == [("30代", "西区柳沢")]


def test_refusing_costs_nothing_and_takes_back_what_was_given(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ")
    reply = town.one("同意しません")
    assert "残しません" in reply.text
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(0,)]
    assert {row[1] for row in town.rows(CONSENTS)} == {0}
    assert town.rows(PEOPLE) == [(None, None)]
    assert town.one("住民票がほしい").answer_id == "juminhyo"
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(0,)]
    assert town.found("ペンギン") == []


def test_a_withdrawal_that_was_cut_short_is_finished_by_the_next_one(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ")
    soundings = Soundings(town.path)
    stable = soundings.log.keys.stable("web:a")
    soundings.consents.decide(stable, {"improve": False}, "", "ja", parse_instant(FRIDAY))
    soundings.close()
    assert town.found("ペンギン") != []
    town.one("同意しません")
    assert town.found("ペンギン") == []


def test_one_purpose_can_be_turned_off_and_on(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ")
    settings = town.one("設定")
    assert "○ 案内の改善" in settings.text
    assert "年代: 30代　地区: 西区柳沢" in settings.text
    town.one("結果の公表をやめます")
    assert town.rows("SELECT publish FROM sounding_turns") == [(0,)]
    town.one("案内の改善をやめます")
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(0,)]
    assert town.one("案内の改善に同意します").text.startswith("ありがとうございます")


def test_my_record_shows_what_is_held(town: KeptTown) -> None:
    assert "残っていません" in town.one("私の記録").text
    town.agree()
    town.say("ペンギンの水族館はどこ")
    assert "「ペンギンの水族館はどこ」" in town.one("私の記録").text
    assert "残っていません" in town.one("私の記録", resident="web:b").text


def test_erasing_asks_once_and_leaves_no_trace_anywhere(town: KeptTown) -> None:
    town.agree()
    town.agree(resident="web:b")
    town.say("ペンギンの水族館はどこ", "柳沢を自宅として覚えて")
    town.say("イルカの水族館はどこ", resident="web:b")
    names = town.rows("SELECT resident FROM sounding_turns WHERE text LIKE 'ペンギン%'")
    stable = Soundings(town.path).log.keys.stable("web:a")
    asked, done = town.say("記録を消して", "はい")
    assert "元に戻せません" in asked.text
    assert done.text == "すべて消しました。"
    assert town.found("ペンギン", names[0][0], stable) == []
    assert len(town.rows("SELECT 1 FROM sounding_turns")) == 1
    assert len(town.rows(PEOPLE)) == 1
    assert len(town.rows("SELECT 1 FROM conversations")) == 1
    assert town.found("イルカ") == ["concierge.db"]


def test_what_waits_to_be_written_is_erased_as_well(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ", "記録を消して", "はい")
    assert town.found("ペンギン") == []
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(0,)]


def test_erasing_is_taken_back_by_no_and_by_anything_else(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ")
    assert "消さずに" in town.say("記録を消して", "いいえ")[1].text
    town.say("記録を消して", "住民票がほしい", "はい")
    assert "ペンギン" in town.one("私の記録").text


def test_forgetting_by_a_channel_erases_everything_and_asks_every_place(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ")
    asked: list[str] = []

    async def forget() -> None:
        memories, soundings = MemoriesInDatabase(town.path), Soundings(town.path)
        concierge = Concierge(town.folder, memories, soundings=soundings)

        async def inbox(resident: str) -> None:
            asked.append(resident)

        concierge.on_erase(inbox)
        await concierge.open()
        await concierge.forget("web:a")
        concierge.close()
        soundings.close()
        memories.close()

    asyncio.run(forget())
    assert asked == ["web:a"]
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(0,)]
    assert town.rows("SELECT count(*) FROM consents") == [(0,)]


def test_a_newcomer_is_shown_the_notice_once(town: KeptTown) -> None:
    async def welcome() -> list[object]:
        soundings = Soundings(town.path)
        concierge = Concierge(town.folder, soundings=soundings)
        await concierge.open()
        at = parse_instant(FRIDAY)
        shown = [await concierge.welcome("line:x", at), await concierge.welcome("line:x", at)]
        reply = await concierge.answer(Message("住民票がほしい", at, "line:x", "line"))
        concierge.close()
        soundings.close()
        return [*shown, reply.asides[0].kind]

    notice, again, kind = asyncio.run(welcome())
    assert notice is not None
    assert again is None
    assert kind == "feedback"


@pytest.mark.parametrize(
    ("words", "language", "says"),
    [
        ("my record", None, "No records are kept"),
        ("I agree", None, "Thank you"),
        ("わたしのきろく", "ja-easy", "記録（きろく）は ありません"),
        ("設定", "en", "Your settings"),
    ],
)
def test_in_other_languages(town: KeptTown, words: str, language: str, says: str) -> None:
    assert says in town.one(words, language=language).text


def test_the_notice_in_english(town: KeptTown) -> None:
    reply = town.one("How do I get a certificate of residence?", language="en")
    assert reply.asides[0].text.startswith("About records of this conversation")


def test_a_database_that_is_away_is_said_and_questions_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = KeptTown(tmp_path)

    async def talk() -> list[str]:
        place = tmp_path / "file"
        place.write_text("")
        soundings = Soundings(place / "concierge.db")
        concierge = Concierge(town.folder, soundings=soundings)
        await concierge.open()
        said = []
        for text in ("記録を消して", "設定", "住民票がほしい"):
            reply = await concierge.answer(Message(text, parse_instant(FRIDAY), "web:a", "web"))
            said.append(reply.text)
            assert reply.status in (Status.ANSWERED,)
        concierge.close()
        soundings.log.store.close()
        return said

    erase, settings, answer = asyncio.run(talk())
    assert "いまは消せませんでした" in erase
    assert "いまは記録の設定を変えられません" in settings
    assert "町民課" in answer


def test_english_yes_and_no_are_understood(town: KeptTown) -> None:
    """YAML reads a bare `yes` as true: the words must be quoted to be words."""
    for text in ("I agree", "Yes", "Prefer not to say", "skip", "No"):
        reply = town.one(text, language="en")
    assert reply.text == "Thank you. It is set."
    settings = town.one("settings", language="en")
    assert [c.text for c in settings.choices[-2:]] == ["my record", "delete my record"]
    town.one("delete my record", language="en")
    assert town.one("Yes", language="en").text == "Everything was erased."
    assert town.rows("SELECT count(*) FROM consents") == [(0,)]


def test_an_answer_that_did_not_help_names_the_desk(town: KeptTown) -> None:
    town.say("住民票がほしい")
    assert "へお問い合わせください" in town.one("役に立たなかった").text
