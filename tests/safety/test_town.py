"""A town's safety.yaml gives numbers and sentences, and never weakens what is packaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.problem import Problem
from concierge.safety import (
    Emergency,
    Illness,
    TownSafety,
    emergency_in,
    emergency_reply,
    illness_reply,
    read_safety,
)

GOOD = """\
numbers:
  - line: ガス会社
    number: 0120-000-001
    hours: 24時間
  - 窓口: こども医療でんわ相談
    full: 00-0000-8000
    hours: 毎日19時〜翌8時
  - line: 救急安心センター
    number: "#7119"
    full: 00-0000-7119
    hours: 24時間
  - line: 消防（火事・救急）
    full: 00-0000-1190
sentences:
  - kind: 火事
    says: [あさなぎ化学から炎, 三角タンクがやばい]
  - 種類: 海の事故
    文: なぎさ橋から旗を振る
"""


def read(folder: Path, text: str) -> tuple[TownSafety, list[Problem]]:
    path = folder / "safety.yaml"
    path.write_text(text, encoding="utf-8")
    safety, problems = read_safety(path)
    return safety, list(problems)


def test_numbers_hours_and_sentences_of_the_town(tmp_path: Path) -> None:
    town, problems = read(tmp_path, GOOD)
    assert problems == []
    gas = emergency_reply(Emergency("gas"), town)
    assert "0120-000-001" in gas.text.splitlines()[0]
    assert gas.slots["number"] == "0120-000-001"
    assert "00-0000-1190" in (emergency_reply(Emergency("fire"), town).details or "")
    assert "毎日19時〜翌8時" in illness_reply(Illness("child", "発熱"), town).text
    assert "#7119" in illness_reply(Illness("adult", "発熱"), town).text
    for text, kind in (
        ("三角タンクが　ヤバイ！", "fire"),
        ("なぎさ橋から旗を振る人が", "sea"),
    ):
        assert emergency_in(text) is None or emergency_in(text) != Emergency(kind)
        assert emergency_in(text, town) == Emergency(kind)


def test_without_a_file_nothing_is_missing(tmp_path: Path) -> None:
    town, problems = read_safety(tmp_path / "safety.yaml")
    assert list(problems) == []
    assert "#8000" in illness_reply(Illness("child", "発熱"), town).text
    assert "#7119" not in illness_reply(Illness("adult", "発熱"), town).text
    assert "#8000" not in illness_reply(Illness("adult", "発熱"), town).text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("numbers:\n  - line: 警察\n    number: 00-0000-0110\n", "fixed-number"),
        ("numbers:\n  - line: 消防（火事・救急）\n    number: '911'\n", "bad-phone"),
        ("numbers:\n  - line: 宇宙局\n    number: '110'\n", "not-a-choice"),
        ("sentences:\n  - kind: 火事\n    says: [火]\n", "sentence-too-short"),
        ("sentences:\n  - kind: お祭り\n    says: [みこしが来た]\n", "not-a-choice"),
        ("numbers: [\n", ""),
        ("火事: 119\n", "unknown-key"),
        ("", ""),
    ],
)
def test_a_mistake_is_told_and_the_packaged_numbers_stay(
    tmp_path: Path, text: str, code: str
) -> None:
    town, problems = read(tmp_path, text)
    assert not code or code in {problem.code for problem in problems}
    assert all(any("ぁ" <= c <= "ん" for c in problem.message) for problem in problems)
    for kind, number in (("fire", "119"), ("police", "110"), ("sea", "118"), ("gas", "119")):
        assert emergency_reply(Emergency(kind), town).slots["number"] == number
    assert emergency_in("家が燃えてる", town) is not None


def test_a_wrong_entry_loses_only_itself(tmp_path: Path) -> None:
    town, problems = read(
        tmp_path,
        "numbers:\n  - line: 警察\n    number: 00-0000-0110\n"
        "  - line: ガス会社\n    number: 0120-000-001\n",
    )
    assert [problem.code for problem in problems] == ["fixed-number"]
    assert town.lines["gas"].number == "0120-000-001"
    assert town.lines["police"].number == "110"
