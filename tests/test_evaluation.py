"""Counting right and wrong answers: what counts as which, the bar, and the picture."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from concierge.evaluation import Expected, Judged, judge, summary
from concierge.evaluation_picture import picture_of
from concierge.message import Choice, Reply, Status
from tests.cli.run import run
from tests.towns import write_town

DOG = Expected("1", "犬", ("dog",))
NOTHING = Expected("2", "株")


@pytest.mark.parametrize(
    ("question", "reply", "verdict"),
    [
        (DOG, Reply(Status.ANSWERED, "", answer_id="dog"), "right"),
        (DOG, Reply(Status.ANSWERED, "", answer_id="cat"), "wrong"),
        (DOG, Reply(Status.ANSWERED, "", intent="small_talk"), "wrong"),
        (DOG, Reply(Status.SUGGEST, ""), "suggested"),
        (DOG, Reply(Status.ABSTAIN, ""), "abstained"),
        (NOTHING, Reply(Status.ABSTAIN, ""), "right"),
        (NOTHING, Reply(Status.SUGGEST, ""), "right"),
        (NOTHING, Reply(Status.ANSWERED, "", intent="small_talk"), "right"),
        (NOTHING, Reply(Status.ANSWERED, "", answer_id="dog"), "wrong"),
    ],
)
def test_what_counts_as_what(question: Expected, reply: Reply, verdict: str) -> None:
    assert judge(question, reply, {}).verdict == verdict


def test_a_suggestion_that_holds_the_answer_is_noted() -> None:
    reply = Reply(Status.SUGGEST, "", choices=(Choice("犬の登録", "犬の登録"),))
    assert judge(DOG, reply, {"dog": "犬の登録"}).offered
    assert not judge(DOG, reply, {"dog": "別の質問"}).offered


def test_the_summary_counts_declined_questions_apart() -> None:
    judged = [
        Judged(DOG, "right", "faq", "dog", 0.9),
        Judged(DOG, "wrong", "faq", "cat", 0.95),
        Judged(DOG, "suggested", "faq", None, 0.5, offered=True),
        Judged(NOTHING, "right", None, None, 0.0),
    ]
    found = summary(judged, {"1": "abstained", "2": "right"})
    assert (found["questions"], found["accuracy"], found["precision"]) == (4, 0.5, 0.5)
    assert (found["wrong"], found["suggested"], found["suggested_right"]) == (1, 1, 1)
    assert found["confusions"][0]["given"] == "cat"
    assert {each["now"] for each in found["changed"]} == {"right", "wrong", "suggested"}
    assert found["reliability"][0]["right"] == 0.5


def test_nothing_answered_has_no_precision() -> None:
    assert summary([Judged(DOG, "abstained", None, None, 0.0)])["precision"] is None


def test_the_command_fails_below_the_bar_and_tells_what_changed(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    asked = tmp_path / "asked.jsonl"
    asked.write_text('{"text": "犬を飼いはじめた", "gold": {"juminhyo": 2, "dog": 1}}\n', "utf-8")
    done = run("evaluate", "--questions", str(asked), "--knowledge", str(town), "--json")
    assert done.code == 1 and json.loads(done.stdout)["wrong"] == 1
    asked.write_text('{"text": "犬を飼いはじめた", "answer_id": "dog"}\n', "utf-8")
    picture = tmp_path / "picture.svg"
    done = run(
        "evaluate", "--questions", str(asked), "--knowledge", str(town), "--json",
        "--picture", str(picture),
    )  # fmt: skip
    assert done.code == 0, done.stderr
    assert [each["before"] for each in json.loads(done.stdout)["changed"]] == ["wrong"]
    assert ET.fromstring(picture.read_text("utf-8")).tag.endswith("svg")  # noqa: S314 - our own


def test_a_town_sets_its_own_bar(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    path = town / "municipality.yaml"
    path.write_text(path.read_text("utf-8") + "evaluation:\n  answered: 0.9\n", "utf-8")
    asked = tmp_path / "asked.jsonl"
    asked.write_text('{"text": "宇宙へ行きたい", "answer_id": "dog"}\n', "utf-8")
    done = run("evaluate", "--questions", str(asked), "--knowledge", str(town), "--json")
    assert done.code == 1 and json.loads(done.stdout)["bar"]["answered"] == 0.9


def test_a_broken_line_and_no_questions_are_wrong_use(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    asked = tmp_path / "asked.jsonl"
    for text in ("{}\n", "x\n", ""):
        asked.write_text(text, "utf-8")
        done = run("evaluate", "--questions", str(asked), "--knowledge", str(town))
        assert done.code == 2, done.stdout


def test_a_picture_of_nothing_is_a_picture() -> None:
    assert picture_of([]).startswith("<svg")
