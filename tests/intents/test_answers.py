"""What garbage answers look like, whatever is asked: their form, their days, their silences."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from concierge.message import Reply, Status
from tests.towns import FRIDAY, Talk, write_town

QUESTIONS = (
    "燃えるごみいつ",
    "次のごみ",
    "あしたごみなに",
    "今日のごみ",
    "今週のごみ",
    "来週のごみ",
    "来月のごみ",
    "来月の燃えるごみ",
    "粗大ごみいつ",
    "びんかんとペットボトルいつ",
    "年末年始のごみ",
    "3月までのごみの日",
)
AREAS = ("東区泉町", "西区泉町", "柳沢", "本町四丁目", "本町2丁目")
TARGET = """\
label,name,notice,furigana
燃えるごみ,かさ（布製）,,か
燃えないごみ,かさ（金属製）,,か
粗大ごみ,ソファー,申し込みが必要です。<br>くわしくは環境課へ。,そ
ペットボトル,ペットボトル,すすいでください,へ
びん・かん,スプレー缶,使い切ってください。,す
びん・かん,毛布70cm以下,70cm以下 しばる,も
燃えないごみ,なべ,,な
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    town = write_town(tmp_path / "town")
    (town / "waste" / "5374" / "target.csv").write_text(TARGET, encoding="utf-8")
    return town


@pytest.fixture
def talk(folder: Path) -> Talk:
    return Talk(folder)


def body_of(reply: Reply) -> list[str]:
    return reply.text.split("\n\n出典")[0].split("\n")


@pytest.mark.parametrize("area", AREAS)
def test_every_answer_keeps_the_form(talk: Talk, area: str) -> None:
    for at in (FRIDAY, "2026-11-23T08:31", "2026-12-30T06:00", "2027-04-02T07:00"):
        for reply in talk(*QUESTIONS, at=at, area=area):
            lines = body_of(reply)
            assert 1 <= len(lines) <= 3, reply.text
            assert all(line == line.strip() and line for line in lines), reply.text
            assert not re.search(r"<|はは|のの|、、|。。|None|[（「][）」]", reply.text), reply.text
            if reply.status is Status.ANSWERED:
                assert lines[0].endswith("。")
                assert "泉町" in lines[0] or "柳沢" in lines[0] or "本町" in lines[0]
                assert reply.sources


@pytest.mark.parametrize("question", ["今週のごみ", "今月のごみ", "今月の燃えるごみ"])
def test_a_span_that_is_going_on_leaves_out_what_is_over(talk: Talk, question: str) -> None:
    reply = talk.say(question, area="柳沢", at="2026-11-20T09:00")
    told = f"{reply.text} {reply.cards}".split("出典")[0]
    for day in range(1, 21):
        assert f"11月{day}日" not in told, told


def test_a_week_is_told_day_by_day(talk: Talk) -> None:
    (line, *_) = body_of(talk.say("来週のごみ", area="東区泉町"))
    days = ["11月23日（月）が燃えるごみ", "26日（木）が燃えるごみ", "27日（金）がペットボトル"]
    assert all(day in line for day in days)
    assert line.index(days[0]) < line.index(days[1]) < line.index(days[2])


def test_a_month_is_told_kind_by_kind(talk: Talk) -> None:
    (line, *_) = body_of(talk.say("来月のごみ", area="東区泉町"))
    assert "燃えるごみが3・7・10・14・17・21・24・28日" in line
    assert "ペットボトルが4・11・18・25日" in line


def test_days_of_one_kind(talk: Talk) -> None:
    (line, *_) = body_of(talk.say("来月のびんかん", area="東区泉町"))
    assert line == "東区泉町のびん・かんは、12月1日（火）と15日（火）です。"


def test_several_days_get_a_line_each(talk: Talk) -> None:
    lines = body_of(talk.say("23日と27日と28日のごみ", area="東区泉町"))
    assert [line[5:11] for line in lines] == ["11月23日", "11月27日", "11月28日"]
    assert "燃えるごみ" in lines[0] and "ペットボトル" in lines[1] and "ありません" in lines[2]


def test_which_of_two_days_is_answered_with_the_day(talk: Talk) -> None:
    (line, *_) = body_of(talk.say("ペットボトルって木曜だっけ金曜だっけ", area="東区泉町"))
    assert line == "東区泉町のペットボトルは、きょう11月20日（金）に収集します。"


def test_a_full_question_does_not_keep_the_kind_talked_about(talk: Talk) -> None:
    _, kept, full = talk("燃えるごみいつ", "27日は？", "27日は何のごみ？", area="東区泉町")
    assert "燃えるごみの収集はありません" in kept.text
    assert "ペットボトルの収集日" in full.text


def test_a_past_day_is_told_in_the_past(talk: Talk) -> None:
    assert body_of(talk.say("昨日のごみ何だった", area="東区泉町"))[0].endswith("収集日でした。")


def test_after_the_hour_no_next_day_is_today(talk: Talk) -> None:
    for question in ("燃えるごみいつ", "次のごみの日", "ソファーいつ出せる"):
        late = talk.say(question, area="柳沢", at="2026-11-20T08:31")
        assert "きょう11月20日" not in late.text


def test_the_hour_itself_is_in_time(talk: Talk) -> None:
    assert "きょう11月20日" in talk.say("燃えるごみいつ", area="柳沢", at="2026-11-20T08:30").text


def test_new_years_days_without_a_published_closure_say_so(talk: Talk) -> None:
    reply = talk.say("元日は何ごみ", at="2026-12-28T07:00", area="柳沢")
    assert "年末年始の休みが未登録" in reply.text


@pytest.mark.parametrize(
    "question",
    [
        "リチウム電池いつ",
        "ガス缶いつ捨てられる",
        "モバイルバッテリーは燃えないごみ？",
        "ライターは缶の日？いつ",
        "スプレーのかんいつ出す",
        "注射針は何ごみ",
    ],
)
def test_a_dangerous_thing_without_an_entry_is_never_guessed(talk: Talk, question: str) -> None:
    reply = talk.say(question, area="柳沢")
    assert reply.intent is None or reply.status is Status.ABSTAIN, reply.text
    assert "11月" not in reply.text and "12月" not in reply.text


def test_a_dangerous_thing_with_an_entry_is_answered_from_it(talk: Talk) -> None:
    reply = talk.say("スプレー缶いつ出せる？", area="柳沢")
    assert reply.slots["categories"] == ["びん・かん"]
    assert "びん・かん" in body_of(reply)[0]
    assert "12月9日（水）" in reply.text


def test_conditions_are_told(talk: Talk) -> None:
    (line, *_) = body_of(talk.say("傘は何ごみ"))
    assert line == "「傘」のうち、「布製」は燃えるごみ、「金属製」は燃えないごみです。"


def test_two_things_at_once(talk: Talk) -> None:
    lines = body_of(talk.say("鍋とソファーは何ごみ"))
    assert lines[:2] == ["「なべ」は、燃えないごみです。", "「ソファー」は、粗大ごみです。"]


def test_yes_and_no(talk: Talk) -> None:
    assert body_of(talk.say("ソファーは粗大ごみ？"))[0].startswith("はい、")
    assert body_of(talk.say("ソファーは燃えるごみ？"))[0].startswith("いいえ、")


def test_a_thing_named_like_its_category_is_not_said_twice(talk: Talk) -> None:
    (line, *_) = body_of(talk.say("ペットボトルの捨て方"))
    assert line == "「ペットボトル」は、「ペットボトル」の分別でお出しください。"


def test_notices_lose_their_html_and_end(talk: Talk) -> None:
    sofa, bottle = talk("ソファー捨てたい", "ペットボトルの捨て方")
    assert "申し込みが必要です。" in sofa.text
    assert "<" not in f"{sofa.text}{sofa.details}"
    assert "すすいでください。" in bottle.text


def test_the_area_is_asked_where_the_day_of_a_thing_is(talk: Talk) -> None:
    asked, answered = talk("スプレー缶はいつ出せますか", "柳沢")
    assert asked.status is Status.CLARIFY
    assert "びん・かん" in asked.text
    assert answered.intent == "waste_item"
    assert "12月9日（水）" in answered.text


def test_a_thing_on_a_day(talk: Talk) -> None:
    monday = date(2026, 11, 23)
    no = talk.say("11/23にスプレー缶出せる？", area="柳沢")
    assert "びん・かんの収集がなく、次は12月9日（水）" in no.text
    yes = talk.say(f"12/{(monday + timedelta(days=16)).day}にスプレー缶出せる？", area="柳沢")
    assert "12月9日（水）は、びん・かんの収集日です。" in yes.text


@pytest.mark.parametrize(
    "question", ["今夜ごみ出しておいてもいい？", "祝日もごみ収集ありますか", "土日もごみ出せる？"]
)
def test_a_question_for_a_rule_gets_no_date(talk: Talk, question: str) -> None:
    assert talk.say(question, area="柳沢").intent != "waste_day"


def test_a_part_of_an_offered_name_answers_which_area(talk: Talk) -> None:
    asked, answered = talk("泉町の燃えるごみいつ", "西です")
    assert asked.status is Status.CLARIFY
    assert answered.intent is None or "西区泉町" in answered.text
    _, answered = talk("泉町の燃えるごみいつ", "西区のほう", resident="b")
    assert "西区泉町" in answered.text
