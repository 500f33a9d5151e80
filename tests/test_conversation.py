"""Conversations as residents hold them, with a made-up town on disk."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from concierge.clock import TOKYO
from concierge.memory import LASTS, Memory
from concierge.message import Status
from concierge.needs import split_needs
from concierge.storage.memories import MemoriesInDatabase
from tests.towns import FAQ, Talk, write_town


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(write_town(tmp_path / "town"))


def first_line(text: str) -> str:
    return text.splitlines()[0]


def test_a_collection_day_with_its_weekday_and_source(talk: Talk) -> None:
    reply = talk.say("柳沢の燃えるごみいつ")
    assert reply.status is Status.ANSWERED
    assert "きょう11月20日（金）" in first_line(reply.text)
    assert "柳沢" in first_line(reply.text)
    assert reply.text.splitlines()[-1].startswith("出典: ごみ収集日一覧（2026年3月1日")
    source = reply.sources[0]
    assert (source.file, source.row) == ("waste/5374/area_days.csv", 6)
    assert reply.slots["category"] == "燃えるごみ"
    assert reply.intent == "waste_day"


def test_the_area_is_asked_once_and_then_remembered(talk: Talk) -> None:
    asked, answered, after = talk("燃えるごみいつ", "柳沢", "ペットボトルは？")
    assert asked.status is Status.CLARIFY
    assert "地区" in asked.text
    assert answered.status is Status.ANSWERED
    assert "11月20日" in answered.text
    assert after.status is Status.ANSWERED
    assert "柳沢" in after.text
    assert "11月26日（木）" in after.text


def test_an_ambiguous_area_is_offered_as_choices_and_chosen_by_number(talk: Talk) -> None:
    asked, answered = talk("泉町の燃えるごみいつ", "2番")
    assert asked.status is Status.CLARIFY
    assert [choice.text for choice in asked.choices] == ["東区泉町", "西区泉町"]
    assert answered.status is Status.ANSWERED
    assert "西区泉町" in answered.text
    assert "11月20日" in answered.text


def test_a_chome_alone_answers_among_what_was_offered(talk: Talk) -> None:
    asked, answered = talk("本町の燃えるごみいつ", "4丁目です")
    assert asked.status is Status.CLARIFY
    assert answered.status is Status.ANSWERED
    assert "本町四丁目" in answered.text


def test_an_ambiguity_that_makes_no_difference_is_not_asked(talk: Talk) -> None:
    reply = talk.say("本町1丁目と本町2丁目の燃えるごみいつ")
    assert reply.status is Status.ANSWERED


def test_a_word_for_several_areas_is_kept_as_said_where_they_answer_alike(talk: Talk) -> None:
    first, after = talk("西区の燃えるごみいつ", "ペットボトルは？")
    assert first.status is Status.ANSWERED
    assert "泉町" not in first.text
    assert "柳沢" not in first.text
    assert not any("覚える" in choice.label for choice in first.choices)
    assert after.status is Status.ANSWERED


def test_a_home_outlasts_another_area_talked_about(talk: Talk) -> None:
    talk("柳沢を自宅として覚えて", "東区泉町の燃えるごみいつ")
    assert "泉町" in talk.say("ペットボトルいつ", at="2026-11-20T07:05").text
    assert "柳沢" in talk.say("ペットボトルいつ", at="2026-11-20T08:00").text


def test_tomorrow_and_nothing_then(talk: Talk) -> None:
    reply = talk.say("明日なに出せる", area="柳沢")
    assert reply.status is Status.ANSWERED
    assert "あした11月21日（土）" in first_line(reply.text)
    assert "収集はありません" in first_line(reply.text)
    assert "11月24日（火）" in reply.text


def test_what_is_collected_on_a_day(talk: Talk) -> None:
    reply = talk.say("あさっての次の月曜、なにごみ？", area="東区泉町")
    assert reply.status in (Status.ANSWERED, Status.CLARIFY, Status.ABSTAIN)
    reply = talk.say("11/23何ごみ", area="東区泉町")
    assert "11月23日（月）" in first_line(reply.text)
    assert "燃えるごみ" in first_line(reply.text)


def test_after_the_collection_hour_today_is_over(talk: Talk) -> None:
    reply = talk.say("燃えるごみいつ", at="2026-11-20T09:00", area="柳沢")
    assert "11月24日（火）" in first_line(reply.text)
    assert "締め切り" in reply.text


def test_an_unregistered_day_is_not_guessed_and_names_the_desk(talk: Talk) -> None:
    reply = talk.say("燃えるごみいつ", at="2027-04-02T07:00", area="柳沢")
    assert reply.status is Status.ABSTAIN
    assert "未登録" in reply.text
    assert "環境課（00-0000-0002）" in reply.text
    assert "4月2日" not in reply.text


def test_a_new_years_day_without_a_published_closure_is_not_certain(talk: Talk) -> None:
    reply = talk.say("元日は何ごみ", at="2026-12-28T07:00", area="柳沢")
    assert reply.status is Status.ABSTAIN
    closed = talk.say("元日は何ごみ", at="2026-12-28T07:00", area="東区泉町")
    assert closed.status is Status.ANSWERED
    assert "収集はありません" in first_line(closed.text)


def test_a_change_of_topic_in_the_middle_and_the_old_question_answered_later(talk: Talk) -> None:
    asked, other, answered = talk("燃えるごみいつ", "住民票がほしい", "柳沢")
    assert asked.status is Status.CLARIFY
    assert other.answer_id == "juminhyo"
    assert answered.intent == "waste_day"
    assert "燃えるごみ" in answered.text


def test_cancelling_closes_the_open_question(talk: Talk) -> None:
    _, cancelled, after = talk("燃えるごみいつ", "やっぱりいい", "柳沢")
    assert cancelled.status is Status.ANSWERED
    assert "承知しました" in cancelled.text
    assert "燃えるごみは、きょう" not in after.text


def test_an_open_question_expires_after_ten_minutes(talk: Talk) -> None:
    talk.say("ペットボトルいつ", at="2026-11-20T07:00")
    late = talk.say("柳沢", at="2026-11-20T07:11")
    assert late.slots.get("category") != "ペットボトル"


def test_an_open_question_lasts_ten_minutes(talk: Talk) -> None:
    talk.say("ペットボトルいつ", at="2026-11-20T07:00")
    assert talk.say("柳沢", at="2026-11-20T07:09").slots["category"] == "ペットボトル"


def test_an_area_is_kept_by_one_tap_and_survives_days(talk: Talk) -> None:
    answered = talk.say("柳沢の燃えるごみいつ")
    tap = next(choice for choice in answered.choices if "自宅" in choice.label)
    kept = talk.say(tap.text)
    assert kept.status is Status.ANSWERED
    assert "自宅" in kept.text
    later = talk.say("燃えるごみいつ", at="2026-11-24T07:00")
    assert later.status is Status.ANSWERED
    assert "柳沢" in later.text


def test_several_homes(talk: Talk) -> None:
    talk("柳沢を自宅として覚えて", "東区泉町を実家として覚えて")
    home = talk.say("燃えるごみいつ", at="2026-11-23T07:00")
    parents = talk.say("実家の燃えるごみいつ", at="2026-11-23T07:00")
    assert "柳沢" in home.text
    assert "泉町" in parents.text
    assert "きょう11月23日（月）" in parents.text


def test_a_parents_home_asked_about_once_is_not_taken_for_ones_own(talk: Talk) -> None:
    talk("柳沢を自宅として覚えて", "実家の燃えるごみいつ", "東区泉町")
    assert "柳沢" in talk.say("ペットボトルいつ").text
    kept = talk("実家の燃えるごみいつ", "東区泉町", "実家として覚えて")[-1]
    assert "泉町を実家として覚えました" in kept.text
    assert "泉町" in talk.say("実家のペットボトルいつ").text


def test_kept_areas_are_forgotten_on_request(talk: Talk) -> None:
    _, gone, after = talk("柳沢を自宅として覚えて", "覚えた地区を消して", "燃えるごみいつ")
    assert "消しました" in gone.text
    assert after.status is Status.CLARIFY


def test_an_unknown_area_is_said_to_be_unknown(talk: Talk) -> None:
    reply = talk.say("燃えるごみいつ", area="火星町")
    assert reply.status is Status.CLARIFY
    assert "火星町" in reply.text


def test_an_unknown_area_stands_in_the_way_only_where_an_area_is_needed(talk: Talk) -> None:
    assert talk.say("住民票がほしい", area="火星町").answer_id == "juminhyo"
    assert talk.say("住民票がほしい", area="").answer_id == "juminhyo"


def test_after_an_unknown_area_the_right_name_goes_on_with_the_question(talk: Talk) -> None:
    assert talk.say("ペットボトルいつ", area="火星町").status is Status.CLARIFY
    assert talk.say("柳沢").slots["category"] == "ペットボトル"


def test_what_is_left_of_the_week_on_its_last_day_is_one_day(talk: Talk) -> None:
    reply = talk.say("柳沢の今週のごみ", at="2026-11-22T07:00")
    assert "〜" not in first_line(reply.text)
    assert "きょう11月22日（日）" in first_line(reply.text)


def test_details_come_on_request(talk: Talk) -> None:
    reply, more = talk("住民票がほしい", "くわしく")
    assert "本人確認書類" not in reply.text
    assert "本人確認書類" in more.text


def test_every_answer_has_at_most_three_lines_then_its_source(talk: Talk) -> None:
    for text in ("住民票がほしい", "柳沢の燃えるごみいつ", "柳沢の今週のごみ", "犬を飼いはじめた"):
        body, _, source = talk.say(text).text.partition("\n\n")
        assert 1 <= len(body.splitlines()) <= 3
        assert source.startswith("出典: ")


def test_not_known_names_a_desk_and_does_not_guess(talk: Talk) -> None:
    reply = talk.say("宇宙旅行の申し込みはできますか")
    assert reply.status is Status.ABSTAIN
    assert "00-0000-0001" in reply.text


def test_an_emergency_comes_before_an_open_question_and_keeps_it(talk: Talk) -> None:
    _, alarm, answered = talk("燃えるごみいつ", "家が燃えてる！", "柳沢")
    assert alarm.status is Status.EMERGENCY
    assert alarm.slots["emergency_kind"] == "fire"
    assert answered.slots["category"] == "燃えるごみ"


@pytest.mark.parametrize(
    "text", ["ありがとう", "こんにちは", "サンキュー！", "あなたは誰？", "使い方"]
)
def test_small_talk_gets_a_friendly_line(talk: Talk, text: str) -> None:
    reply = talk.say(text)
    assert reply.status is Status.ANSWERED
    assert reply.intent == "small_talk"


@pytest.mark.parametrize("text", ["", "　", "？？？", "\u200b", "。"])
def test_nothing_said_is_met_with_an_example(talk: Talk, text: str) -> None:
    assert talk.say(text).status is Status.CLARIFY


def test_a_very_long_message_is_asked_to_be_shorter(talk: Talk) -> None:
    assert "短い" in talk.say("ごみ" * 600).text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Where can I rent a kayak?", "Sorry"),
        ("垃圾什么时候收", "日语"),
        ("쓰레기 언제 버려요?", "일본어"),
        ("Rác ngày nào?", "tiếng Nhật"),
    ],
)
def test_another_language_gets_one_line_in_it(talk: Talk, text: str, word: str) -> None:
    reply = talk.say(text)
    assert word in reply.text
    assert "00-0000-0001" in reply.text
    assert len(reply.text.splitlines()) == 1


def test_easy_japanese_is_understood_as_japanese(tmp_path: Path) -> None:
    faq = (
        FAQ
        + "  translations:\n    ja-easy:\n      answer: 環境課（かんきょうか）に 来てください。\n"
    )
    folder = write_town(tmp_path / "town", faq=faq)
    talk = Talk(folder, language="ja-easy")
    assert "11月20日" in talk.say("柳沢の燃えるごみいつ").text
    assert "来てください" in talk.say("犬を飼いはじめた").text


def test_two_residents_never_share_a_conversation(talk: Talk) -> None:
    talk.say("柳沢の燃えるごみいつ", resident="a")
    assert talk.say("燃えるごみいつ", resident="b").status is Status.CLARIFY


def test_a_conversation_goes_on_in_a_later_process(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town")
    database = tmp_path / "var" / "concierge.db"
    first = MemoriesInDatabase(database)
    assert Talk(folder, first).say("ペットボトルいつ").status is Status.CLARIFY
    first.close()
    second = MemoriesInDatabase(database)
    answered = Talk(folder, second).say("柳沢")
    second.close()
    assert answered.slots["category"] == "ペットボトル"
    stored = database.read_bytes()
    assert "ペットボトルいつ".encode() not in stored


def test_the_same_question_a_third_time_offers_a_person(talk: Talk) -> None:
    first, second, third, other = talk(*["犬を飼いはじめた"] * 3, "住民票がほしい")
    assert "職員にも直接" not in first.text + second.text
    assert "職員にも直接お尋ねいただけます: 総合案内（00-0000-0001）" in third.text
    assert third.answer_id == "dog"
    assert len(third.text.partition("\n\n")[0].splitlines()) <= 3
    assert "職員にも直接" not in other.text


def test_two_needs_in_one_message_get_both_answers(talk: Talk) -> None:
    reply = talk.say("柳沢の燃えるごみいつ？あと犬を飼いはじめた")
    assert reply.status is Status.ANSWERED
    assert "11月20日（金）" in reply.text
    assert "環境課へ届け出て" in reply.text
    assert [need.status for need in reply.needs] == [Status.ANSWERED, Status.ANSWERED]
    assert [need.intent or need.answer_id for need in reply.needs] == ["waste_day", "dog"]
    assert len(reply.sources) == 2


def test_a_greeting_beside_a_question_is_not_a_need(talk: Talk) -> None:
    reply = talk.say("こんにちは。犬を飼いはじめた")
    assert reply.answer_id == "dog"
    assert reply.needs == ()


def test_of_two_needs_the_unknown_one_is_said_to_be_unknown(talk: Talk) -> None:
    reply = talk.say("宇宙旅行の申し込み。柳沢のペットボトルいつ")
    assert reply.status is Status.ANSWERED
    assert "11月26日（木）" in reply.text
    assert "持っていません" in reply.text


def test_a_memory_of_an_unknown_form_is_an_empty_one() -> None:
    assert Memory.load("{}") == Memory()
    assert Memory.load("no json") == Memory()
    assert Memory.load("[1]") == Memory()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("明日何ごみ？あとアルミホイルって何？", ["明日何ごみ", "アルミホイルって何"]),
        ("住民票がほしい。それと印鑑証明も", ["住民票がほしい", "印鑑証明も"]),
        ("あと何日で収集？", ["あと何日で収集？"]),
        ("あとで行きます", ["あとで行きます"]),
        ("燃えるごみいつ？？？", ["燃えるごみいつ？？？"]),
        ("一。二。三。四。五", ["一。二。三。四。五"]),
        ("", [""]),
    ],
)
def test_needs_are_taken_apart_only_where_there_are_several(text: str, parts: list[str]) -> None:
    assert split_needs(text) == parts


def test_another_language_is_asked_for_in_words_and_kept_until_taken_back(talk: Talk) -> None:
    chosen, asked, back, plain = talk(
        "やさしい日本語で", "燃えるごみいつ", "ふつうの日本語で", "燃えるごみいつ"
    )
    assert chosen.language == "ja-easy"
    assert asked.language == "ja-easy" and asked.status is Status.CLARIFY
    assert back.language == plain.language == "ja"
    assert asked.text != plain.text
    english, area = talk("English please", "ごみはいつ")
    assert english.language == area.language == "en"


def test_the_asked_language_outlives_the_conversation_and_an_old_memory_has_none() -> None:
    now = datetime(2026, 11, 20, 7, tzinfo=TOKYO)
    memory = Memory(updated=now, prefers="ja-easy")
    assert memory.at(now + 2 * LASTS).prefers == "ja-easy"
    assert Memory.load(memory.dump()) == memory
    older = json.loads(memory.dump())
    del older["prefers"]
    assert Memory.load(json.dumps(older)).prefers is None


def test_a_town_name_alone_is_told_its_next_collection(talk: Talk) -> None:
    for said in ("柳沢", "柳沢です", "柳沢に住んでます"):
        reply = talk.say(said)
        assert reply.intent == "waste_day" and reply.status is Status.ANSWERED
