"""Answers to those who look for a doctor: their form, whom to phone, and their silences."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from concierge.clock import parse_instant
from concierge.composing import LONGEST, LONGEST_FOREIGN
from concierge.message import Location, Message, Reply, Status
from concierge.settings import demonstration
from tests.standing import beside, standing, stranger
from tests.towns import Talk, write_town

CHILDREN = "あさなぎこども急患センター"
SUNDAY, NIGHT, LATE = "2026-11-22T10:00", "2026-11-20T21:45", "2026-11-23T02:00"
QUESTIONS = (
    "当番医は？",
    "今やってる病院",
    "日曜に子どもみてくれる病院",
    "年末年始の病院",
    "来週の当番医",
    "今夜 歯医者",
    "子どもが熱",
    "3歳の子が熱 日曜 病院",
    "生後2か月の赤ちゃんが熱",
    "夫が熱を出した",
    "日曜の産婦人科",
    "近くの当番医",
    "薬局やってる？",
    "12月の休日当番医",
)
MOMENTS = (SUNDAY, NIGHT, LATE, "2026-11-20T14:00", "2026-12-31T12:30", "2031-02-02T10:00")


@pytest.fixture(scope="module")
def talk() -> Talk:
    return Talk(demonstration())


def body(reply: Reply) -> list[str]:
    return reply.text.partition("\n\n")[0].split("\n")


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_every_answer_keeps_the_form_and_says_when_it_is_119(at: str, language: str) -> None:
    talk = Talk(demonstration(), language=language)
    questions = QUESTIONS
    if language == "en":
        questions = (
            "clinic open now",
            "dentist on Sunday",
            "my child has a fever",
            "doctor on duty tomorrow",
        )
    for reply in talk(*questions, at=at):
        lines = body(reply)
        if reply.intent != "holiday_clinic":
            continue
        assert 1 <= len(lines) <= 3, reply.text
        assert sum(map(len, lines)) <= (LONGEST if language == "ja" else LONGEST_FOREIGN), (
            reply.text
        )
        assert "119" in reply.text, reply.text
        assert not any(
            mark in reply.text for mark in ("{", "}", "None", "。。", "、、", "（）", "::")
        )
        if reply.slots["clinics"]:
            assert reply.cards and reply.sources
            assert "電話" in reply.text or "phone" in reply.text


def test_a_sick_child_at_night_opens_with_the_children_s_line(talk: Talk) -> None:
    reply = talk.say("3歳の子が熱、どこ行けばいい", at=NIGHT, resident="sick")
    first, second, third = body(reply)
    assert first.startswith("まず#8000") and "毎日19時〜翌8時" in first
    assert CHILDREN in second and "00-0000-1450" in second and "電話してください" in second
    assert "受付終了まであと15分" in second
    assert third.endswith("119番へ。") and "けいれん" in third
    assert reply.text.count("#8000") == 1


def test_by_day_the_children_s_line_is_not_put_first_as_if_it_answered(talk: Talk) -> None:
    first = body(talk.say("子どもが熱", at="2026-11-20T14:00", resident="day"))[0]
    assert "相談できる時間は、毎日19時〜翌8時です" in first


def test_a_newborn_does_not_wait(talk: Talk) -> None:
    reply = talk.say("生後2か月の赤ちゃんが熱", at=NIGHT, resident="new")
    assert body(reply)[0].startswith("待たずに")
    assert CHILDREN in (reply.details or "")


def test_an_adult_is_never_sent_to_the_children_s_line(talk: Talk) -> None:
    for number, question in enumerate(("夫が熱を出した", "歯が痛い", "内科やってる？", "薬局どこ")):
        reply = talk.say(question, at=SUNDAY, resident=f"adult{number}")
        assert "#8000" not in f"{reply.text}{reply.details}"
        assert CHILDREN not in reply.slots["clinics"]


def test_a_surgeon_on_duty_may_be_an_ear_doctor(talk: Talk) -> None:
    reply = talk.say("今日の外科の当番医", at=SUNDAY, resident="ear")
    assert reply.slots["clinics"] == ["栄町耳鼻咽喉科"]
    assert "眼科や耳鼻咽喉科のこともあります" in reply.text
    assert "手足のけがは診られません" in (reply.details or "")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_hours_are_told_of_every_clinic_that_is_named(language: str) -> None:
    talk = Talk(demonstration(), language=language)
    days = [f"2026-11-{day}T09:00" for day in ("01", "08", "15", "22", "23", "29")]
    for at in [*days, "2026-12-20T09:00", "2027-01-03T09:00"]:
        reply = talk.say("きょうの当番医" if language == "ja" else "doctors on duty today", at=at)
        told = reply.text.split("\n")[0]
        named = [name for name in reply.slots["clinics"] if name in told]
        assert named, reply.text
        for name in named:
            about = told.partition(name)[2].partition("）" if language == "ja" else ")")[0]
            assert re.search(r"\d(?:時|:\d\d)[〜-]\d", about), (at, told)


def test_on_a_weekday_ordinary_pharmacies_answer_and_on_a_holiday_the_one_on_duty(
    talk: Talk,
) -> None:
    _, weekday = talk("頭が痛い", "くすりどこでかえる", at="2026-11-20T10:00")
    assert weekday.text.startswith("平日の昼間は、多くの薬局が開いています。")
    assert "119番" in weekday.text
    assert "駅前なぎ薬局（9:30" in talk.say("くすりどこでかえる", at="2026-11-22T11:00").text
    assert "次は" in talk.say("当番薬局は？", at="2026-11-20T10:00").text


def test_reception_that_is_over_is_not_open(talk: Talk) -> None:
    open_still = talk.say("今やってる病院", at="2026-11-20T21:59", resident="r1")
    assert open_still.slots["clinics"] == [CHILDREN]
    assert "あと1分" in open_still.text
    closed = talk.say("今やってる病院", at="2026-11-20T22:00", resident="r2")
    assert "いま開いている当番医はありません" in closed.text


def test_lunch_is_a_gap(talk: Talk) -> None:
    reply = talk.say("今やってる内科", at=SUNDAY.replace("10:00", "12:10"), resident="lunch")
    assert "きょう13:00から、緑ヶ丘ファミリークリニック" in reply.text


def test_between_midnight_and_five_tonight_is_now(talk: Talk) -> None:
    reply = talk.say("今夜やってる病院", at=LATE, resident="late")
    assert "きょう9:00から" in reply.text
    both = talk.say("明日の当番医", at=LATE, resident="late2")
    assert "11月24日（火）" in both.text and "11月23日（月・祝）" in both.text


def test_what_is_not_published_is_said_not_to_be_known(talk: Talk) -> None:
    reply = talk.say("当番医は？", at="2031-02-02T10:00", resident="u")
    assert reply.status is Status.ABSTAIN
    assert (reply.slots["covered"], reply.slots["clinics"], reply.cards) == (False, [], ())
    assert "00-0000-1190" in reply.text


def test_no_such_day(talk: Talk) -> None:
    assert "という日付はありません" in talk.say("11月31日の当番医", resident="x").text


@pytest.mark.parametrize(
    ("said", "then", "clinics"),
    [
        ("日曜の当番医は？", "小児科は？", {CHILDREN, "緑ヶ丘ファミリークリニック"}),
        ("日曜の当番医は？", "歯医者は？", {"あさなぎ休日歯科診療所"}),
        ("日曜の小児科", "23日は？", {CHILDREN}),
        ("日曜の歯医者", "じゃあ23日は？", {"あさなぎ休日歯科診療所"}),
        ("日曜の当番医は？", "2歳なんですけど", {CHILDREN, "緑ヶ丘ファミリークリニック"}),
    ],
)
def test_what_was_said_is_kept(talk: Talk, said: str, then: str, clinics: set[str]) -> None:
    _, reply = talk(said, then, at="2026-11-20T14:00", resident=f"{said}{then}")
    assert set(reply.slots["clinics"]) == clinics


def test_choices_mean_what_they_say(talk: Talk) -> None:
    first = talk.say("日曜の当番医は？", at="2026-11-20T14:00", resident="c")
    labels = [choice.text for choice in first.choices]
    assert labels[1:] == ["小児科は？", "歯科は？", "薬局は？"]
    assert talk.say("薬局は？", at="2026-11-20T14:01", resident="c").slots["clinics"] == [
        "駅前なぎ薬局"
    ]


def test_the_nearest_first_where_the_place_is_known() -> None:
    here = Location(33.500459, 136.950493)
    message = Message("近くの当番医", parse_instant(SUNDAY), resident=stranger(), place=here)
    reply = beside(standing().answer(message))
    assert reply.slots["clinics"][0] == CHILDREN
    assert "約10m" in reply.text or "約1" in reply.text
    (first, *_) = reply.cards
    rows = {row.label: row.value for row in first.rows}
    assert rows["電話"] == "00-0000-1450"
    assert rows["地図"].startswith("https://")


def test_without_a_place_the_answer_comes_at_once(talk: Talk) -> None:
    reply = talk.say("近くの当番医", at=SUNDAY, resident="w")
    assert reply.status is Status.ANSWERED
    assert "近い順に並べます" in reply.text
    assert len(reply.slots["clinics"]) == 3


# ----------------------------------------------------------------------------- towns of others

ROSTER = (
    "日付,医療機関名,診療科,電話番号,診療時間\n"
    "2026-11-22,A医院,内科,0123-45-0001,9:00～17:00\n"
    "2026-11-29,B皮膚科,皮膚科,0123-45-0002,9:00～\n"
)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = write_town(tmp_path / "town")
    (folder / "clinics" / "touban").mkdir(parents=True)
    (folder / "clinics" / "touban" / "touban.csv").write_text(ROSTER, encoding="utf-8")
    return folder


def test_a_town_without_rosters_says_so_and_still_helps_the_ill(tmp_path: Path) -> None:
    talk = Talk(write_town(tmp_path / "bare"))
    assert talk.say("休日当番医は？", at=SUNDAY).status is Status.ABSTAIN
    assert "#8000" in talk.say("子どもが熱", at=SUNDAY, resident="b").text
    assert talk.say("内科どこ", at=SUNDAY, resident="c").intent != "holiday_clinic"


def test_a_day_that_could_not_be_read_is_not_answered(town: Path) -> None:
    talk = Talk(town)
    assert talk.say("22日の当番医").slots["clinics"] == ["A医院"]
    lost = talk.say("29日の当番医", resident="b")
    assert lost.status is Status.ABSTAIN
    assert "B皮膚科" not in f"{lost.text}{lost.details}"


def test_an_internist_may_refuse_a_child(town: Path) -> None:
    reply = Talk(town).say("日曜に子どもを診てくれる病院")
    assert reply.slots["clinics"] == ["A医院"]
    assert "お子さんを診られないことがあります" in reply.text
    assert "こどもの当番医" not in reply.text


def test_7119_only_where_the_town_has_it(town: Path) -> None:
    without = Talk(town).say("夫が熱を出した", at=SUNDAY)
    assert "#7119" not in f"{without.text}{without.details}"
    safety = 'numbers:\n  - line: 救急安心センター\n    number: "#7119"\n    hours: 24時間\n'
    (town / "safety.yaml").write_text(safety, encoding="utf-8")
    having = Talk(town).say("夫が熱を出した", at=SUNDAY)
    assert body(having)[0].startswith("まず#7119")
    child = Talk(town).say("子どもが熱", at=SUNDAY)
    assert "#7119" not in child.text and "#8000" in child.text


def test_a_notice_goes_first(town: Path) -> None:
    (town / "notices").mkdir()
    notice = (
        "subject: 当番医\ntext: 22日の当番医が変わりました。\nfrom: 2026-11-20\nto: 2026-11-23\n"
    )
    (town / "notices" / "henko.yaml").write_text(notice, encoding="utf-8")
    assert (
        Talk(town).say("日曜の当番医").text.startswith("【お知らせ】22日の当番医が変わりました。")
    )


def test_real_rosters_are_answered_from(published: Path, tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town")
    source = published / "opendata" / "holiday_clinic"
    (folder / "clinics" / "r").mkdir(parents=True)
    for name in ("imabari_hospital.csv", "imabari_schedule_202602-03.csv"):
        shutil.copy(source / name, folder / "clinics" / "r")
    talk = Talk(folder)
    at_two = talk.say("今やってる病院", at="2026-03-26T02:00")
    assert at_two.slots["clinics"] == ["県立今治病院"] and "22:30〜翌8:30" in at_two.text
    child = talk.say("今日小児科やってる？", at="2026-03-15T09:30", resident="b")
    assert child.slots["clinics"] == ["済生会今治病院"]
    assert talk.say("今日の当番医", at="2026-04-05T10:00", resident="c").status is Status.ABSTAIN
