"""What staff need who answer a caller: the desk, the area that stays, the text to read out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from concierge.clerk import (
    aloud,
    area_after,
    area_meant,
    handed_on,
    offered,
    place_in_file,
    put_through,
    read_aloud,
    without_source,
)
from concierge.faq.model import Entry
from concierge.knowledge import Knowledge, KnowledgeLoader
from concierge.message import Card, Choice, Need, Reply, Row, Source, Status
from concierge.municipality import Department, Municipality
from tests.towns import Talk, write_town

AREAS = ("東区泉町", "西区泉町", "柳沢")
SOURCE = Source("住民票", "https://town.example/", "faq/a.yaml", 4, date(2026, 6, 1))


def reply(text: str = "答え", status: Status = Status.ANSWERED, **fields: object) -> Reply:
    return Reply(status, text, **fields)  # type: ignore[arg-type]


@pytest.fixture
def knowledge() -> Knowledge:
    desks = (
        Department("総合案内", "00-1", topics=("市役所",)),
        Department("市民課", "00-2", "平日", topics=("ごみ",)),
        Department("環境課", "00-3", topics=("ごみ", "犬")),
    )
    faq = (
        Entry("a", "q", "a", department="市民課"),
        Entry("b", "q", "a", department="市民課", phone="00-9"),
        Entry("c", "q", "a", department="出張所"),
        Entry("d", "q", "a"),
    )
    return Knowledge(Path(), Municipality("町", departments=desks), faq)


@pytest.mark.parametrize(
    ("fields", "name", "phone"),
    [
        ({"answer_id": "a", "topics": ("環境課",)}, "市民課", "00-2"),
        ({"answer_id": "b"}, "市民課", "00-9"),
        ({"answer_id": "c", "topics": ("ごみ",)}, "出張所", None),
        ({"answer_id": "d", "topics": ("犬",)}, "環境課", "00-3"),
        ({"slots": {"department": "総合案内"}}, "総合案内", "00-1"),
        ({"topics": ("ごみ", "環境課")}, "環境課", "00-3"),
        ({"topics": ("収集", "ごみ")}, "市民課", "00-2"),
    ],
)
def test_the_desk_to_put_through_to(
    knowledge: Knowledge, fields: dict[str, object], name: str, phone: str | None
) -> None:
    desk = put_through(reply(**fields), knowledge)
    assert desk is not None
    assert (desk.name, desk.phone) == (name, phone)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"topics": ("宇宙",)},
        {"answer_id": "x"},
        {"answer_id": "d"},
        {"slots": {"department": ["市民課"]}},
    ],
)
def test_a_desk_is_never_guessed(knowledge: Knowledge, fields: dict[str, object]) -> None:
    assert put_through(reply(**fields), knowledge) is None


def test_a_garbage_day_belongs_to_the_desk_that_has_garbage(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town")

    answer = Talk(folder).say("柳沢の燃えるごみいつ")
    desk = put_through(answer, KnowledgeLoader(folder).load())
    assert desk is not None
    assert (desk.name, desk.phone) == ("環境課", "00-0000-0002")


@pytest.mark.parametrize(
    ("area", "text", "meant"),
    [
        (None, "燃えるごみ", None),
        (" 　", "燃えるごみ", None),
        (" 柳沢 ", "燃えるごみ", "柳沢"),
        ("泉町", "西区泉町", "西区泉町"),
        ("泉丁", " 西区泉町", "西区泉町"),
        ("泉町", "西区泉町の燃えるごみ", "泉町"),
        ("柳沢", "西区泉町", "柳沢"),
        (None, "西区泉町", None),
    ],
)
def test_choosing_an_area_sets_right_the_one_that_was_none(
    area: str | None, text: str, meant: str | None
) -> None:
    assert area_meant(area, text, AREAS) == meant


@pytest.mark.parametrize(
    ("area", "told", "after"),
    [
        (None, "柳沢", "柳沢"),
        (None, "西区泉町", "西区泉町"),
        (None, "区泉", None),
        (None, "", None),
        ("柳沢", "東区泉町", "柳沢"),
        ("泉町", "東区泉町", "東区泉町"),
        ("泉町", "柳沢", "泉町"),
        (None, "泉町", None),
        (None, None, None),
        (None, ["柳沢"], None),
    ],
)
def test_the_area_that_stays(area: str | None, told: object, after: str | None) -> None:
    assert area_after(area, reply(slots={"area": told}), AREAS) == after


def test_an_area_asked_back_for_does_not_stay() -> None:
    asked = reply(status=Status.CLARIFY, slots={"area": "柳沢"})
    assert area_after(None, asked, AREAS) is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("一つ。二つ。", ["一つ。", "二つ。"]),
        ("一つ。\n二つ！三つ？四つ", ["一つ。", "二つ！", "三つ？", "四つ"]),
        ("「はい。そうです。」と言う。次", ["「はい。そうです。」と言う。", "次"]),
        ("前（月曜。祝日も。）後。", ["前（月曜。祝日も。）後。"]),
        ("閉じ）忘れ。次", ["閉じ）忘れ。", "次"]),
        ("出典: 題。副題", ["出典: 題。副題"]),
        ("１．名前。続き", ["１．名前。続き"]),
        ("段落。\n\n次。 ", ["段落。", "", "次。 "]),
    ],
)
def test_one_sentence_a_line(text: str, lines: list[str]) -> None:
    assert aloud(text).split("\n") == lines


def test_every_part_is_read_out_alike() -> None:
    long = "あ" * 40
    need = Need(Status.ANSWERED, f"{long}。二。")
    read = read_aloud(reply(f"{long}。二。\n三。四。", details="三。四。", needs=(need,)))
    assert read.text == f"{long}。\n二。\n三。\n四。"
    assert (read.details, read.needs[0].text) == ("三。\n四。", f"{long}。\n二。")
    assert read_aloud(reply()).details is None


def test_a_short_first_line_is_said_at_once() -> None:
    assert read_aloud(reply("すみません。わかりません。\n一。二。")).text == (
        "すみません。わかりません。\n一。\n二。"
    )


def test_choices_keep_the_numbers_that_typing_takes() -> None:
    choices = (
        Choice("くわしく", "くわしく"),
        Choice("次の日", "次の日は？"),
        Choice("自宅として覚える", "柳沢を自宅として覚えて"),
        Choice("前の日", "前の日は？"),
    )
    with_details = reply(details="続き", choices=choices)
    assert [(n, c.label) for n, c in offered(with_details)] == [(2, "次の日"), (4, "前の日")]
    assert [n for n, _ in offered(reply(choices=choices))] == [1, 2, 4]


def test_only_the_line_of_the_source_is_taken_off() -> None:
    assert without_source(reply("答え\n\n出典: 住民票", sources=(SOURCE,))) == "答え"
    assert without_source(reply("答え\n\n出典: 住民票")) == "答え\n\n出典: 住民票"
    assert without_source(reply("答え\n\n1. 一つ", sources=(SOURCE,))) == "答え\n\n1. 一つ"


def test_where_a_source_stands() -> None:
    assert place_in_file(SOURCE) == "faq/a.yaml 4行目"
    assert place_in_file(Source("表", file="a.csv")) == "a.csv"
    assert place_in_file(Source("表", row=3)) is None


def test_what_is_handed_on_is_the_whole_answer() -> None:
    card = Card("窓口", (Row("電話", "00-1"),), "土日は休み")
    whole = reply("答え\n\n出典: 住民票", sources=(SOURCE, SOURCE), cards=(card,), details="続き")
    assert handed_on(whole, Department("市民課", "00-2", "平日")) == (
        "答え\n\n■ 窓口\n電話: 00-1\n土日は休み\n\n続き\n\n"
        "出典: 住民票（2026年6月1日更新） https://town.example/\n担当: 市民課 00-2 平日"
    )
    assert handed_on(reply(), None) == "答え"
