"""Golden questions beside the FAQ: read, checked, held back, and counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from concierge.evaluation import golden_questions, interval
from concierge.faq.folder import load_faq
from concierge.faq.golden import Golden, lint_golden, load_golden
from tests.cli.run import run
from tests.towns import write_town

DEMO = Path(__file__).parents[2] / "knowledge" / "demo"


def written(folder: Path, text: str) -> Path:
    (folder / "golden").mkdir(parents=True, exist_ok=True)
    (folder / "golden" / "a.yaml").write_text(text, "utf-8")
    return folder


def test_groups_are_read_with_what_is_held_back(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        "- answer: [dog, cat]\n  tags: kana\n  ask: いぬ\n  held:\n    - ねこ\n"
        "- nothing: municipal\n  desk: 市民課\n  held: 養子\n",
    )
    found, problems = load_golden(folder)
    assert problems == []
    assert [(each.text, each.answers, each.held) for each in found] == [
        ("いぬ", ("dog", "cat"), False),
        ("ねこ", ("dog", "cat"), True),
        ("養子", (), True),
    ]
    assert (found[2].nothing, found[2].desk, found[2].line) == ("municipal", "市民課", 6)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- ask: いぬ\n", "golden-without-answer"),
        ("- answer: dog\n  nothing: chat\n  ask: いぬ\n", "golden-without-answer"),
        ("- answer: dog\n", "golden-without-question"),
        ("- いぬ\n", "expected-mapping"),
    ],
)
def test_a_broken_group_is_told_and_loses_only_itself(tmp_path: Path, text: str, code: str) -> None:
    folder = written(tmp_path, f"{text}- answer: cat\n  ask: ねこ\n")
    found, problems = load_golden(folder)
    assert [each.text for each in found] == ["ねこ"]
    assert [(each.code, each.line, each.file) for each in problems] == [(code, 1, "golden/a.yaml")]


def test_what_cannot_be_right_is_found(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    entries = load_faq(town).entries
    first = entries[0]
    found = [
        Golden("どこかの質問", ("nowhere",), file="golden/a.yaml", line=1),
        Golden("どこかの 質問？", (first.id,), file="golden/a.yaml", line=2),
        Golden(first.question, (first.id,), held=True, file="golden/a.yaml", line=3),
        Golden("窓口", nothing="municipal", desk="ない課", file="golden/a.yaml", line=4),
    ]
    codes = [(each.line, each.code) for each in lint_golden(found, entries, ["市民課"])]
    assert codes == [
        (1, "golden-unknown-answer"),
        (2, "golden-twice"),
        (3, "golden-is-wording"),
        (4, "golden-unknown-desk"),
    ]


def test_the_check_and_the_evaluation_read_the_folder(tmp_path: Path) -> None:
    town = written(
        write_town(tmp_path / "town"),
        "- answer: gone\n  ask: なにか\n- nothing: chat\n  held: ねむいなあ\n",
    )
    done = run("faq", "check", str(town), "--json")
    assert done.code == 1 and "golden-unknown-answer" in done.stdout
    done = run("evaluate", "--held", "--knowledge", str(town), "--json")
    told = json.loads(done.stdout)
    assert told["questions"] == told["nothing"]["questions"] == 1
    assert told["answered"] is None and told["held"]["questions"] == 1
    assert run("evaluate", "--held", "--questions", "-", "--knowledge", str(town)).code == 2


def test_an_answer_from_data_may_be_right_too_and_a_question_keeps_its_name() -> None:
    one = Golden("祝日のごみは", ("gomi-holiday",), intent="waste_day", tags=("words",))
    (asked,) = golden_questions([one], [])
    assert not asked.expects_nothing and asked.tags == ("words", "golden")
    again = golden_questions([Golden("別の質問", ("gomi-holiday",)), one], [])
    assert again[1].id == asked.id


def test_the_interval_of_a_share() -> None:
    assert interval(0, 0) is None
    assert interval(0, 300) == (0.0, 0.0126)
    low, high = interval(50, 100) or (0.0, 0.0)
    assert (low, high) == (0.4038, 0.5962)


def test_the_demonstration_town_has_enough_and_a_third_is_held_back() -> None:
    entries = load_faq(DEMO).entries
    found, problems = load_golden(DEMO, entries)
    assert [*problems, *lint_golden(found, entries)] == []
    answered = [each for each in found if each.answers]
    assert len(answered) >= 600
    assert sum(each.held for each in answered) >= len(answered) / 3
    assert sum(each.nothing is not None for each in found) >= 300
    assert {each.answers[0] for each in answered if each.held} >= {e.id for e in entries[:20]}
    assert {each.language for each in answered} == {None, "en", "ja-easy"}
