"""Answers about places and events: their form, their sources, nearest by brute force, their silences."""

from __future__ import annotations

import asyncio
import csv
import io
import math
import random
import re
from datetime import date
from pathlib import Path

import pytest

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.knowledge import load_knowledge
from concierge.message import Location, Message, Reply, Status
from concierge.settings import demonstration
from tests.standing import beside, standing, stranger

FRIDAY = "2026-11-20T10:00"
OURS = {"shelter", "aed", "facility", "childcare", "events", "hospital"}
HERE = Location(33.5, 136.95)
Turn = str | Location | tuple[str, str]
"""What is sent: words, a location, or words at another moment."""


def talk(*turns: Turn, at: str = FRIDAY, language: str | None = None) -> list[Reply]:
    return beside(_told(standing(), stranger(), turns, at, language))


async def _talk(
    folder: Path, turns: tuple[Turn, ...], at: str, language: str | None
) -> list[Reply]:
    concierge = Concierge(folder)
    await concierge.open()
    try:
        return await _told(concierge, "a", turns, at, language)
    finally:
        concierge.close()


async def _told(
    concierge: Concierge, resident: str, turns: tuple[Turn, ...], at: str, language: str | None
) -> list[Reply]:
    replies = []
    for turn in turns:
        text, moment = turn if isinstance(turn, tuple) else (turn, at)
        place = text if isinstance(text, Location) else None
        said = "" if isinstance(text, Location) else text
        message = Message(
            said, parse_instant(moment), resident=resident, language=language, place=place
        )
        replies.append(await concierge.answer(message))
    return replies


def rows(kind: str) -> list[dict[str, str]]:
    found = []
    for path in sorted((demonstration() / kind).glob("*.csv")):
        found += list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    return found


def metres(row: dict[str, str], here: Location) -> float:
    north = (float(row["緯度"]) - here.latitude) * 111_195
    east = (float(row["経度"]) - here.longitude) * 111_195 * math.cos(math.radians(here.latitude))
    return math.hypot(north, east)


QUESTIONS = (
    "近くの避難場所", "津波の避難場所", "緑ヶ丘公園は洪水でも大丈夫？", "近くのAED", "図書館 今日やってる？", "市民プール 何時まで",
    "美術館あした開いてる？", "年末年始 市民体育館やってる？", "近くの公園", "保育園一覧", "近くの保育園", "今週末のイベント", "お正月のイベント",
    "おはなし会いつ", "近くのイベント", "近くの眼科", "皮膚科どこ", "土曜やってる耳鼻科", "みさき灯台 今日", "海岸支所の電話番号",
)  # fmt: skip


@pytest.mark.parametrize("at", [FRIDAY, "2026-11-22T23:30", "2026-12-31T08:00", "2027-05-03T12:00"])
@pytest.mark.parametrize("language", [None, "ja-easy", "en"])
def test_every_answer_keeps_the_form(at: str, language: str | None) -> None:
    for reply in talk(HERE, *QUESTIONS, at=at, language=language)[1:]:
        if reply.intent not in OURS:
            continue
        body = re.split("\n\n(?:出典|Source)", reply.text)[0].split("\n")
        assert 1 <= len(body) <= 3, reply.text
        assert all(line == line.strip() and line for line in body), reply.text
        told = f"{reply.text} {reply.details or ''}"
        assert not re.search(r"はは|のの|、、|。。|None|\{|\}|（）", told), told
        if reply.status is Status.ANSWERED:
            assert reply.sources
            assert all(source.updated for source in reply.sources)
            for card in reply.cards:
                assert all(row.value.strip() for row in card.rows)


def test_the_nearest_agrees_with_brute_force() -> None:
    chance = random.Random(11)  # noqa: S311 - not for secrets
    points = [
        Location(33.5 + chance.uniform(-0.03, 0.09), 136.95 + chance.uniform(-0.04, 0.04))
        for _ in range(40)
    ]
    turns = [
        turn for point in points for turn in (point, "地震の避難場所", "近くのAED", "近くの小児科")
    ]
    replies = talk(*turns)
    shelters = [row for row in rows("shelters") if row["災害種別_地震"] == "1"]
    machines = [row for row in rows("aed") if row["外部利用不可"] != "1"]
    clinics = [row for row in rows("hospitals") if "小児科" in row["診療科目"].split(";")]
    for number, point in enumerate(points):
        for listed, reply in zip(
            (shelters, machines, clinics), replies[number * 4 + 1 :], strict=False
        ):
            best = min(listed, key=lambda row: metres(row, point))
            assert best["名称"] in reply.text.split("\n")[0], (point, reply.text)


def test_a_shelter_is_never_called_a_hinanjo() -> None:
    for reply in talk("避難所どこ", "緑ヶ丘", "近くの避難所", "一番近い避難場所", "津波は？"):
        for name in {row["名称"] for row in rows("shelters")}:
            assert not re.search(rf"避難所[はが][^。]*{re.escape(name)}", reply.text), reply.text
    (_, answered) = talk("避難所どこ", "緑ヶ丘")
    assert "別の一覧" in answered.text or "ここにありません" in answered.text


def test_asked_for_a_hinanjo_the_two_lists_are_told_apart_and_what_is_both_is_named() -> None:
    asking, answered = talk("避難所どこ", "港町")
    assert "まず逃げる場所" in asking.text and "しばらく生活する場所" in asking.text
    both = [row for row in rows("shelters") if row["指定避難所との重複"] == "1"]
    line = next(line for line in answered.text.split("\n") if "別の一覧" in line)
    assert [row["名称"] for row in both if row["名称"] in line]
    assert "しばらく生活する" not in talk("避難場所どこ")[0].text


def test_a_place_said_where_a_kind_is_looked_for_is_only_where_to_look_from() -> None:
    for kind in ("近くの図書館", "近くのトイレ"):
        _, answered = talk(kind, "市役所")
        assert answered.text.startswith("市役所から近い"), answered.text
    near = {row["名称"] for row in rows("facilities") if row["バリアフリートイレ"] == "有"}
    assert answered.slots["facility"] in near


def test_whether_something_is_open_asks_of_what_and_keeps_the_day() -> None:
    asking, answered = talk("月曜やってる？", "図書館")
    assert asking.status is Status.CLARIFY and "図書館" in [c.label for c in asking.choices]
    assert "11月23日（月・祝） 9時30分〜17時" in answered.text
    _, again = talk("図書館は何時まで", "日曜やってる？")
    assert again.intent == "facility" and "11月22日（日）" in again.text


def test_a_shelter_is_named_only_for_its_hazards() -> None:
    by_name = {row["名称"]: row for row in rows("shelters")}
    words = {"洪水": "災害種別_洪水", "高潮": "災害種別_高潮", "津波": "災害種別_津波", "内水氾濫": "災害種別_内水氾濫",
             "土砂災害": "災害種別_崖崩れ、土石流及び地滑り", "地震": "災害種別_地震", "大規模な火事": "災害種別_大規模な火事"}  # fmt: skip
    for word, column in words.items():
        for reply in talk(
            HERE, f"{word}の避難場所", Location(33.478, 136.956), f"{word}の避難場所"
        )[1::2]:
            assert reply.status is Status.ANSWERED
            assert all(by_name[name][column] == "1" for name in reply.slots["shelters"]), reply.text


def test_being_open_now_is_never_said_of_a_shelter() -> None:
    for reply in talk(HERE, "いま開いてる避難場所", "避難場所は開いてますか"):
        assert "開いています" not in f"{reply.text}{reply.details}"


def test_danger_goes_first() -> None:
    (reply,) = talk("津波が来る どこへ逃げればいい")
    assert reply.status is Status.EMERGENCY


def test_one_question_is_asked_and_any_place_answers_it() -> None:
    for answer in (
        HERE,
        "緑ヶ丘",
        "緑ヶ丘です",
        "市民体育館の近く",
        "緑ヶ丘公園",
        "本町こどもクリニックの前にいます",
    ):
        asked, answered = talk("近くのAED", answer)
        assert asked.status is Status.CLARIFY
        assert answered.status is Status.ANSWERED, answered.text
        assert answered.intent == "aed"


def test_another_question_is_not_taken_for_a_place() -> None:
    for other, intent in (("緑ヶ丘のごみいつ", "waste_day"), ("図書館 今日やってる？", "facility")):
        _, reply = talk("近くのAED", other)
        assert reply.intent == intent, reply.text


def test_areas_of_one_name_that_lie_apart_are_asked_about() -> None:
    asked, answered = talk("本町の近くのAED", "海岸地区本町")
    assert asked.status is Status.CLARIFY
    assert {choice.text for choice in asked.choices} == {"中央地区本町", "海岸地区本町"}
    assert answered.text.startswith("海岸地区本町から近いAEDは、海岸支所")


def test_a_location_is_remembered_for_ten_minutes_and_no_longer() -> None:
    _, soon, late = talk(HERE, ("近くのAED", "2026-11-20T10:09"), ("近くのAED", "2026-11-20T10:11"))
    assert soon.status is Status.ANSWERED
    assert late.status is Status.CLARIFY


def test_no_coordinates_are_kept_in_slots() -> None:
    for reply in talk(HERE, "近くのAED", "近くの避難場所", "近くの図書館", "近くの眼科"):
        assert not re.search(r"33\.|136\.", str(dict(reply.slots)))


def test_somebody_far_away_is_told_so() -> None:
    _, reply = talk(Location(35.68, 139.76), "近くの避難場所")
    assert "あさなぎ市の中だけ" in reply.text


def test_follow_ups_keep_what_was_said() -> None:
    pool, tomorrow, phone = talk("市民プール 何時まで", "明日は？", "電話は？")
    assert pool.slots["facility"] == tomorrow.slots["facility"] == phone.slots["facility"]
    assert "00-0000-1207" in phone.text
    _, flood, surge = talk("緑ヶ丘の避難場所", "洪水は？", "高潮は？")
    assert (flood.slots["hazard"], surge.slots["hazard"]) == ("flood", "storm_surge")
    weekend, children = talk("今週末のイベント", "子ども向けは？")
    assert weekend.slots["days"] == children.slots["days"]


def test_private_machines_and_closed_nurseries_are_not_named(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    (folder / "aed").mkdir(parents=True)
    (folder / "childcare").mkdir()
    (folder / "municipality.yaml").write_text("name: 試し町\n", encoding="utf-8")
    (folder / "aed" / "a.csv").write_text(
        "名称,設置位置,緯度,経度,外部利用不可\n会社,中,33.5,136.95,1\n役場,外,33.51,136.95,\n",
        encoding="utf-8",
    )
    (folder / "childcare" / "a.csv").write_text(
        "名称,種別,緯度,経度,備考\n閉じた園,認可公立保育所,33.5,136.95,令和３年度より休所\n開いた園,認可公立保育所,33.6,136.95,\n",
        encoding="utf-8",
    )
    _, machine, nursery = asyncio.run(
        _talk(folder, (HERE, "近くのAED", "近くの保育園"), FRIDAY, None)
    )
    assert "役場" in machine.text and "会社" not in machine.text
    assert "開いた園" in nursery.text and "閉じた園" not in nursery.text


def test_a_town_without_lists_leaves_the_questions_to_others(tmp_path: Path) -> None:
    (tmp_path / "municipality.yaml").write_text("name: 空の町\n", encoding="utf-8")
    for reply in asyncio.run(_talk(tmp_path, (HERE, *QUESTIONS), FRIDAY, None)):
        assert reply.intent not in OURS


def test_no_question_of_the_faq_is_taken() -> None:
    """What staff wrote, their other wordings and the questions kept to check them stay theirs."""
    faq = load_knowledge(demonstration()).faq
    wordings = [text for entry in faq for text in (entry.question, *entry.also, *entry.golden)]
    replies = beside(_each(wordings))
    assert [
        (text, r.intent) for text, r in zip(wordings, replies, strict=True) if r.intent in OURS
    ] == []


async def _each(texts: list[str]) -> list[Reply]:
    return [await standing().answer(Message(text, parse_instant(FRIDAY))) for text in texts]


def test_map_links_follow_the_municipality(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    (folder / "aed").mkdir(parents=True)
    (folder / "aed" / "a.csv").write_text(
        "名称,設置位置,緯度,経度\n役場,外,33.51,136.95\n", encoding="utf-8"
    )
    for setting, start in (
        ("", "https://www.google.com/maps/search/?api=1&query=33.510000,136.950000"),
        ('map_url: "geo:{lat},{lon}"\n', "geo:33.510000,136.950000"),
        ("map_url: http://example.jp/\n", "https://www.google.com/maps"),
    ):
        (folder / "municipality.yaml").write_text(f"name: 試し町\n{setting}", encoding="utf-8")
        _, reply = asyncio.run(_talk(folder, (HERE, "近くのAED"), FRIDAY, None))
        links = [row.value for card in reply.cards for row in card.rows if row.label == "地図"]
        assert links[0].startswith(start)
    problems = load_knowledge(folder).problems
    assert [problem.code for problem in problems] == ["bad-map-url"]


def test_events_of_today_that_are_over_are_left_out() -> None:
    (reply,) = talk("今日のイベント", at="2026-11-21T20:00")
    assert "おはなし会" not in f"{reply.text}{reply.details}"
    assert date(2026, 11, 21).isoformat() == reply.slots["date"]


@pytest.mark.parametrize("before", ["当番医は？", "内科はどこ", "きょうやってる病院"])
def test_the_number_of_a_place_is_its_own_also_after_a_doctor_was_sought(before: str) -> None:
    *_, reply = talk(before, "市役所の電話番号", at="2026-11-21T14:00")
    assert reply.intent == "facility"
    assert "00-0000-1100" in reply.text
