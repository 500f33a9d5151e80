"""`concierge chat --desk`, as a shell runs it: lines in, what staff read out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.run import run
from tests.towns import FRIDAY, write_town

Counter = Callable[..., list[str]]


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    """Type lines at the desk; return what each printed, its prompt taken off."""
    folder = write_town(tmp_path / "town")

    def type_in(*lines: str, encoding: str = "utf-8") -> list[str]:
        call = [sys.executable, "-m", "concierge", "chat", "--desk"]
        done = subprocess.run(
            [*call, "--knowledge", str(folder), "--at", FRIDAY],
            input="".join(f"{line}\n" for line in lines).encode(encoding),
            capture_output=True,
            timeout=60,
            check=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        assert done.stderr == b""
        return done.stdout.decode().split("\n[地区: ")

    return type_in


def test_the_source_and_its_row_stand_before_the_answer_and_the_desk_after(
    counter: Counter,
) -> None:
    _, answer, _ = counter("柳沢の燃えるごみいつ")
    lines = answer.split("> ", 1)[1].split("\n")
    assert lines[0] == "【回答】"
    assert lines[1] == "出典: ごみ収集日一覧（2026年3月1日更新） waste/5374/area_days.csv 6行目"
    assert "きょう11月20日（金）" in lines[2]
    assert "つなぎ先: 環境課 00-0000-0002" in lines
    assert answer.count("ごみ収集日一覧") == 1
    assert "覚える" not in answer


def test_the_area_stays_in_the_prompt_until_the_next_caller(counter: Counter) -> None:
    told = counter(":a 柳沢", "燃えるごみいつ", "ペットボトルは？", ":n", "燃えるごみいつ")
    assert [text.split("]")[0] for text in told[1:]] == [
        "なし",
        *["西区柳沢"] * 3,
        *["なし"] * 2,
    ]
    assert "きょう11月20日（金）" in told[2]
    assert "11月26日（木）" in told[3]
    assert "次の方をどうぞ" in told[4]
    assert "お住まいの地区" in told[5]


def test_an_area_that_was_said_stays_and_taking_it_away_forgets_it(counter: Counter) -> None:
    told = counter("柳沢の燃えるごみいつ", ":a", "ペットボトルは？")
    assert told[2].startswith("西区柳沢]")
    assert told[3].startswith("なし]")
    assert "お住まいの地区" in told[3]


def test_an_ambiguous_area_is_chosen_by_number_at_once_or_when_asked(counter: Counter) -> None:
    told = counter("：ａ　泉町", "２", ":n", "泉町の燃えるごみいつ", "1")
    assert "複数あります" in told[1]
    assert "  2. 西区泉町" in told[1]
    assert told[3].startswith("西区泉町]")
    assert "  1. 東区泉町" in told[4]
    assert told[6].startswith("東区泉町]")


def test_an_unknown_area_is_not_taken(counter: Counter) -> None:
    told = counter(":a 柳沢", ":a 宇宙町")
    assert "見つかりませんでした" in told[2]
    assert told[3].startswith("西区柳沢]")


def test_details_help_and_unknown_commands(counter: Counter) -> None:
    told = counter("住民票がほしい", ":d", ":n", ":d", ":h", ":zz", " ", ":Q", "住民票")
    assert "続きがあります（:d）" in told[1]
    assert "本人確認書類" in told[2]
    assert "くわしい説明はありません" in told[4]
    assert ":n" in told[5]
    assert "「:zz」という操作はありません" in told[6]
    assert len(told) == 9


def test_in_an_emergency_nothing_stands_before_what_to_do(counter: Counter) -> None:
    _, answer, _ = counter("火事だ")
    assert answer.split("> ", 1)[1].startswith("【緊急】\nすぐに119番")
    assert "つなぎ先" not in answer


def test_odd_lines_do_not_end_the_conversation(counter: Counter) -> None:
    told = counter("住民票がほしい", "²", "①", "0", ":a ²", "9" * 5000, "あ" * 2000)
    assert len(told) == 9
    assert counter("住民票", "くわしく", encoding="cp932")[-1].startswith("なし]")


def test_the_desk_does_not_explain(counter: Counter) -> None:
    done = run("chat", "--desk", "--explain")
    assert done.code == 2
    assert "一緒に使えません" in done.stderr
