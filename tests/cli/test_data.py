"""`concierge data`: what is printed, where it goes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import run
from tests.opendata.made_up import days, write


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "minato", area_days=days("本町,,月 木,水2", "西町,,火,その他"))


def test_import_json(source: Path, tmp_path: Path) -> None:
    into = str(tmp_path / "town")
    done = run(
        "data", "import", "5374", str(source), "--into", into, "--json", "--at", "2026-11-21"
    )
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.code == 1
    assert done.stderr == ""
    assert report["cells"] == {
        "total": 4, "read": 3, "repaired": 0, "empty": 0, "not_understood": 1,
    }  # fmt: skip
    assert (report["closures"], report["valid_to"]) == ("skip", "2027-03-31")
    [problem] = report["problems"]
    assert (problem["file"], problem["line"], problem["column"], problem["severity"]) == (
        "waste/5374/area_days.csv", 3, 4, "error",
    )  # fmt: skip


def test_import_for_people(source: Path, tmp_path: Path) -> None:
    write(source, area_days=days(*(f"本町{n},,月　木,水2" for n in range(9))))
    into = tmp_path / "town"
    done = run("data", "import", "5374", str(source), "--into", str(into), "--closures", "shift")
    assert done.code == 0
    assert "地区" in done.stdout and "shift" in done.stdout
    assert "同じ種類がほかに6件" in done.stderr


def test_import_of_nothing(tmp_path: Path) -> None:
    into = tmp_path / "town"
    done = run("data", "import", "5374", str(tmp_path / "no"), "--into", str(into), "--json")
    assert done.code == 1
    report = json.loads(done.stdout)
    assert (report["files"], report["cells"], len(report["problems"])) == ([], None, 1)
    assert "取り込みませんでした" in done.stderr
    assert not into.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["data", "import", "unknown", ".", "--into", "x"],
        ["data", "import", "5374", "."],
        ["data", "import", "5374", ".", "--into", "x", "--closures", "later"],
        ["data", "import", "5374", ".", "--into", "x", "--valid-to", "来年"],
        ["data", "check", "/no/such/folder"],
    ],
)
def test_wrong_use_ends_with_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert "エラー" in done.stderr
    assert done.stdout == ""


def test_list() -> None:
    done = run("data", "import", "--list")
    assert done.code == 0
    assert done.stdout.startswith("5374")


def test_check(source: Path, tmp_path: Path) -> None:
    into = str(tmp_path / "town")
    run("data", "import", "5374", str(source), "--into", into)
    done = run("data", "check", into, "--json")
    problems = json.loads(done.stdout)
    assert done.code == 1
    assert [p["code"] for p in problems if p["severity"] == "error"] == ["cell-not-understood"]
    assert set(problems[0]) == {"file", "line", "column", "severity", "code", "message"}
    people = run("data", "check", "--knowledge", into)
    assert "area_days.csv:3:4: 誤り" in people.stdout
    assert "誤り 1件" in people.stderr


def test_help_is_japanese() -> None:
    for arguments in (["data"], ["data", "import"], ["data", "check"], ["waste", "next"]):
        done = run(*arguments, "--help")
        assert done.code == 0
        assert "使い方" in done.stdout
        assert "Show this message" not in done.stdout
