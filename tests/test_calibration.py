"""Calibration: fitted without what it is judged on, written, read, used, and refused."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from concierge.calibration import CALIBRATION_FILE, fitted, read_calibration, written
from concierge.hub.settings import read_points
from concierge.knowledge import load_knowledge
from concierge.town import open_town
from tests.cli.run import run
from tests.loops import run as run_loop
from tests.towns import write_questions, write_town


def answers(bend: float, number: int = 600) -> tuple[list[float], list[bool]]:
    """Return scores, and outcomes that are as likely as the scores to a power."""
    chance = random.Random(3)  # noqa: S311 - the same each time
    scores = [chance.random() for _ in range(number)]
    return scores, [chance.random() < score**bend for score in scores]


def test_scores_that_promise_too_much_are_taken_down() -> None:
    scores, right = answers(3.0)
    found = fitted(scores, right)
    assert found.method in ("platt", "isotonic")
    assert found.after.gap < found.before.gap / 2
    assert found.after.log_loss < found.before.log_loss
    chances = [chance for _, chance in found.curve]
    assert chances == sorted(chances) and 0 <= chances[0] < chances[-1] < 1


def test_scores_that_say_what_they_are_worth_are_left_alone() -> None:
    assert fitted(*answers(1.0, 2_000)).method == "none"


def test_the_same_questions_give_the_same_curve() -> None:
    scores, right = answers(2.0)
    assert fitted(scores, right) == fitted(scores, right)


def test_equal_scores_have_one_probability() -> None:
    found = fitted(
        [0.5] * 60 + [0.9] * 60, [n % 2 == 0 for n in range(60)] + [True] * 58 + [False] * 2
    )
    assert len({score for score, _ in found.curve}) == len(found.curve)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / CALIBRATION_FILE
    curve = ((0.0, 0.01), (0.5, 0.2), (1.0, 0.97))
    path.write_text(written({"faq": curve}, "質問 100件から"), "utf-8")
    found, problems = read_calibration(path)
    assert not list(problems) and found is not None and read_points(found["faq"]) == curve
    assert read_calibration(tmp_path / "none.yaml") == ({}, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- faq\n", "not-a-mapping"),
        ("faq: ほどほど\n", "bad-calibration"),
        ("faq: [1]\n", "bad-calibration"),
    ],
)
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / CALIBRATION_FILE
    path.write_text(text, "utf-8")
    found, problems = read_calibration(path)
    (problem,) = problems
    assert (
        not found and (problem.code, problem.line) == (code, 1) and "calibrate" in problem.message
    )


def test_the_hub_takes_the_towns_file_and_the_staffs_own_word_before_it(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    (town / CALIBRATION_FILE).write_text('faq: "0:0 1:0.5"\n', "utf-8")

    def curve() -> tuple[tuple[float, float], ...]:
        opened = run_loop(open_town(load_knowledge(town)))
        try:
            return next(s.choosing.calibration for s in opened.seats if s.name == "faq")
        finally:
            opened.close()

    assert curve() == ((0.0, 0.0), (1.0, 0.5))
    settings = town / "municipality.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(
        text.replace("engines:", "engines_before:")
        + '\nengines:\n  faq:\n    calibration: "0:0 1:1"\n',
        "utf-8",
    )
    assert curve() == ((0.0, 0.0), (1.0, 1.0))


def test_too_few_questions_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    done = run("calibrate", "--knowledge", str(town))
    assert done.code == 1 and "足りない" in done.stderr and "golden" in done.stderr
    assert not (town / CALIBRATION_FILE).exists()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_questions(write_town(tmp_path_factory.mktemp("many") / "town"))


def test_the_command_fits_on_what_is_not_held_and_shows_both(many: Path) -> None:
    done = run("calibrate", "--json", "--dry-run", "--knowledge", str(many))
    assert done.code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["questions"] == 120 and told["written"] is False
    faq = told["engines"]["faq"]
    assert faq["right"] >= 50 and faq["before"]["bins"] and faq["after"]["bins"]
    assert not (many / CALIBRATION_FILE).exists()
    done = run("calibrate", "--knowledge", str(many))
    assert done.code == 0 and "交差検証" in done.stdout
    assert (many / CALIBRATION_FILE).exists() == (faq["method"] != "none")
