"""What staff announce goes before what the data says, for its subject, areas and period."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from concierge.knowledge import load_knowledge
from concierge.message import Status
from concierge.notices import read_notice_file
from tests.towns import FRIDAY, Talk, write_town

SNOW = """\
- subject: ごみ
  areas: [柳沢]
  from: 2026-11-20 5:00
  to: 2026-11-20 12時
  text: |
    大雪のため、きょうのごみ収集は中止します。
    代わりの収集日は、決まりしだいお知らせします。
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town")


def announce(town: Path, text: str, name: str = "snow.yaml") -> Talk:
    (town / "notices").mkdir(exist_ok=True)
    (town / "notices" / name).write_text(text, encoding="utf-8")
    return Talk(town)


def test_a_notice_goes_before_the_answer_on_its_subject_and_area(town: Path) -> None:
    reply = announce(town, SNOW).say("柳沢の燃えるごみいつ")
    first, second = reply.text.splitlines()[:2]
    assert first == "【お知らせ】大雪のため、きょうのごみ収集は中止します。"
    assert "燃えるごみ" in second
    assert len(reply.text.partition("\n\n")[0].splitlines()) <= 3
    assert reply.details is not None
    assert "代わりの収集日" in reply.details
    assert (reply.sources[0].file, reply.sources[0].row) == ("notices/snow.yaml", 1)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("東区泉町の燃えるごみいつ", FRIDAY),
        ("柳沢の燃えるごみいつ", "2026-11-20T04:59"),
        ("柳沢の燃えるごみいつ", "2026-11-20T12:01"),
        ("住民票がほしい", FRIDAY),
    ],
)
def test_elsewhere_before_after_and_on_other_subjects_it_is_silent(
    town: Path, text: str, at: str
) -> None:
    assert "お知らせ" not in announce(town, SNOW).say(text, at=at).text


def test_a_notice_can_take_the_place_of_the_answer(town: Path) -> None:
    talk = announce(town, SNOW + "  replaces: はい\n")
    reply = talk.say("柳沢の燃えるごみいつ")
    assert "中止" in reply.text
    assert "11月20日（金）に収集" not in reply.text
    assert reply.intent == "waste_day"


def test_a_notice_on_a_subject_that_nothing_else_answers(town: Path) -> None:
    talk = announce(
        town, "subject: 図書館\ntext: 図書館は改修のため休館しています。\nto: 2026-12-31\n"
    )
    reply = talk.say("図書館あいてる？")
    assert reply.status is Status.ANSWERED
    assert "休館" in reply.text


def test_a_disaster_goes_before_everything_but_an_emergency(town: Path) -> None:
    talk = announce(town, "disaster: はい\ntext: 避難指示が出ています。\nto: 2026-11-21\n")
    for text in ("ありがとう", "住民票がほしい", "宇宙旅行", "燃えるごみいつ"):
        assert talk.say(text).text.startswith("【お知らせ】避難指示が出ています。")
    assert talk.say("家が燃えてる").status is Status.EMERGENCY


def test_asking_back_still_asks_under_a_disaster_notice(town: Path) -> None:
    text = "disaster: はい\ntext: |\n  一行目\n  二行目\n  三行目\nto: 2026-11-21\n"
    asked, answered = announce(town, text)("ペットボトルいつ", "柳沢")
    assert "地区" in asked.text
    assert asked.status is Status.CLARIFY
    assert answered.slots["category"] == "ペットボトル"


def test_a_notice_is_live_without_a_restart_and_gone_when_its_file_is(town: Path) -> None:
    talk = Talk(town)

    async def converse() -> list[str]:
        concierge = talk.concierge
        await concierge.open()
        said = []
        for change in (None, SNOW, None):
            folder = town / "notices"
            folder.mkdir(exist_ok=True)
            path = folder / "snow.yaml"
            if change is None:
                path.unlink(missing_ok=True)
            else:
                path.write_text(change, encoding="utf-8")
            await concierge.reload()
            said.append((await talk_once(talk)).text)
        concierge.close()
        return said

    before, during, after = asyncio.run(converse())
    assert "お知らせ" not in before
    assert "お知らせ" in during
    assert "お知らせ" not in after


async def talk_once(talk: Talk):  # type: ignore[no-untyped-def]  # noqa: ANN201
    from concierge.clock import parse_instant  # noqa: PLC0415
    from concierge.message import Message  # noqa: PLC0415

    return await talk.concierge.answer(
        Message(text="柳沢の燃えるごみいつ", at=parse_instant(FRIDAY), resident="x")
    )


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("subject: ごみ\n", "missing", 1),
        ("text: あ\nsubject: ごみ\nfrom: きのう\nto: 2026-12-01\n", "bad-moment", 3),
        ("text: あ\nsubject: ごみ\nto: 2026-12-01 25時\n", "bad-moment", 3),
        ("text: あ\nsubject: ごみ\nfrom: 2026-12-02\nto: 2026-12-01\n", "period-reversed", 1),
        ("text: あ\nsubject: ごみ\n", "notice-without-end", 1),
        ("text: あ\nto: 2026-12-01\n", "notice-without-subject", 1),
    ],
)
def test_mistakes_are_told_with_their_place(
    tmp_path: Path, text: str, code: str, line: int
) -> None:
    path = tmp_path / "n.yaml"
    path.write_text(text, encoding="utf-8")
    _, problems = read_notice_file(path, "notices/n.yaml")
    assert any(code in problem.code and problem.line == line for problem in problems), problems


def test_a_broken_notice_loses_only_itself(town: Path) -> None:
    talk = announce(town, SNOW + "- subject: ごみ\n  to: きのう\n  text: あ\n")
    assert "大雪" in talk.say("柳沢の燃えるごみいつ").text
    assert any(problem.severity == "error" for problem in load_knowledge(town).problems)
