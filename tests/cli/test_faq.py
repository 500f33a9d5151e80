"""`concierge faq`, run as a command."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from concierge.faq import adaptation
from tests.cli.run import run

HEADER = "id,question,answer,also,category,url\r\n"
ROWS = (
    HEADER
    + '007,"ごみ, いつ","水曜\r\nです",ゴミの日|収集日,くらし,https://www.example.jp/\r\n'
    + "a b ,住民票,市民課で取れます,,,\r\n"
)


def concierge(*arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command in this process, as `in_a_process` would; a start takes most of a second."""
    done = run("faq", *map(str, arguments), stdin=given)
    return subprocess.CompletedProcess(arguments, done.code, done.raw, done.stderr.encode())


def in_a_process(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from concierge.cli import main; main()",
            "faq",
            *map(str, arguments),
        ],
        capture_output=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1"},
        check=False,
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "city.csv"
    path.write_bytes(ROWS.encode("cp932"))
    return path


@pytest.fixture
def town(source: Path, tmp_path: Path) -> Path:
    done = concierge("import", source, "--into", tmp_path / "town", "--json")
    assert done.returncode == 0, done.stderr.decode()
    return tmp_path / "town"


def results(output: bytes) -> list[Any]:
    return [json.loads(line) for line in output.decode().splitlines()]


def test_import_makes_a_town_and_keeps_ids(source: Path, tmp_path: Path) -> None:
    done = in_a_process("import", source, "--into", tmp_path / "新しい町", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert (report["file"], report["imported"]) == ("faq/city.csv", 2)
    assert [each["code"] for each in report["problems"]] == ["not-utf-8"]
    assert 'name: "新しい町"' in (tmp_path / "新しい町/municipality.yaml").read_text("utf-8")
    with (tmp_path / "新しい町/faq/city.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["id"] for row in rows] == ["007", "a b "]
    assert rows[0]["answer"] == "水曜\nです"
    assert rows[0]["also"] == "ゴミの日|収集日"
    assert sorted(path.name for path in (tmp_path / "新しい町/faq").iterdir()) == ["city.csv"]


def test_import_leaves_a_town_as_it_is_and_replaces_its_own_file(town: Path, source: Path) -> None:
    (town / "municipality.yaml").write_text("name: 前から\n", encoding="utf-8")
    source.write_text(HEADER + "1,新しい質問,回答,,,\n", encoding="utf-8")
    assert concierge("import", source, "--into", town).returncode == 0
    assert (town / "municipality.yaml").read_text(encoding="utf-8") == "name: 前から\n"
    assert "ごみ" not in (town / "faq/city.csv").read_text(encoding="utf-8")


def test_import_takes_the_good_rows_and_tells_the_bad(source: Path, tmp_path: Path) -> None:
    source.write_text("id,question,answer\n1,一,あ\n2,二,\n1,三,う\n4,四,え\n", encoding="utf-8")
    done = concierge("import", source, "--into", tmp_path / "town", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["imported"] == 2
    assert [(each["file"], each["line"], each["code"]) for each in report["problems"]] == [
        (str(source), 3, "missing"),
        (str(source), 4, "duplicate-id"),
    ]


def test_import_refuses_ids_of_other_files(town: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("id,question,answer\n007,一,あ\n008,二,い\n", encoding="utf-8")
    done = concierge("import", other, "--into", town, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["imported"] == 1


def test_import_of_nothing_usable_writes_nothing(source: Path, tmp_path: Path) -> None:
    source.write_text("しつもん,こたえ\na,b\n", encoding="utf-8")
    done = concierge("import", source, "--into", tmp_path / "town", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["problems"][-1]["severity"] in ("error", "warning")
    assert not (tmp_path / "town").exists()
    assert concierge("import", tmp_path / "none.csv", "--into", tmp_path / "t").returncode == 2


def test_check(town: Path) -> None:
    done = concierge("check", town, "--json")
    assert done.returncode == 0
    assert {each["code"] for each in json.loads(done.stdout)} == {"no-department", "no-updated"}
    (town / "faq" / "b.yaml").write_text("- question：一\n  answer: あ\n", encoding="utf-8")
    done = concierge("check", "--knowledge", town, "--json")
    assert done.returncode == 1
    found = [each for each in json.loads(done.stdout) if each["severity"] == "error"]
    assert [(each["file"], each["line"], each["column"]) for each in found] == [
        ("faq/b.yaml", 1, 11)
    ]
    assert set(found[0]) == {"file", "line", "column", "severity", "code", "message"}


def test_search(town: Path) -> None:
    done = concierge("search", "ゴミの日", "--top", "2", "--json", "--knowledge", town)
    assert done.returncode == 0
    found = json.loads(done.stdout)["results"]
    assert [each["id"] for each in found] == ["007", "a b "]
    assert found[0]["score"] == 1.0 and set(found[0]) == {"id", "question", "score"}
    shown = in_a_process("search", "住民票がほしい", "--knowledge", town).stdout.decode()
    assert shown.splitlines()[0].endswith("住民票  [a b ]")


def test_batch_answers_line_by_line(town: Path) -> None:
    given = '{"id": "1", "text": "住民票"}\n壊れた行\n{"id": 2}\n{"id": "3", "text": ""}\n'
    done = concierge(
        "search", "--batch", "-", "--top", "2", "--knowledge", town, given=given.encode()
    )
    assert done.returncode == 0
    first, broken, missing, empty = results(done.stdout)
    assert (first["id"], first["results"][0]["id"], len(first["results"])) == ("1", "a b ", 2)
    assert broken["id"] is None and broken["results"] == [] and broken["error"]
    assert missing["id"] == 2 and missing["error"]
    assert empty["id"] == "3" and len(empty["results"]) == 2


def test_engines_that_can_search(town: Path) -> None:
    assert concierge("search", "x", "--engine", "faq", "--knowledge", town).returncode == 0
    for name in ("intents", "nowhere"):
        done = concierge("search", "x", "--engine", name, "--knowledge", town)
        assert done.returncode == 2 and "エンジン" in done.stderr.decode()
    assert concierge("search", "--knowledge", town).returncode == 2


def test_schema_is_put_where_an_editor_finds_it(town: Path) -> None:
    done = concierge("schema", "--into", town)
    assert done.returncode == 0
    assert "$schema=../faq.schema.json" in done.stdout.decode()
    assert json.loads((town / "faq.schema.json").read_text(encoding="utf-8"))["title"] == "FAQ"


def test_real_entries_are_imported_whole(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adaptation, "STEPS", 3)  # what is asserted does not depend on how much
    path = tmp_path / "real.csv"
    lines = (published / "faq" / "faqs.jsonl").read_text(encoding="utf-8").splitlines()
    faqs = [json.loads(line) for line in lines]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["id", "question", "answer"])
        writer.writeheader()
        writer.writerows(faqs)
    done = concierge("import", path, "--into", tmp_path / "town", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["imported"] == len(faqs)
    with (tmp_path / "town/faq/real.csv").open(encoding="utf-8-sig", newline="") as stream:
        written = [(row["id"], row["question"]) for row in csv.DictReader(stream)]
    assert written == [(faq["id"], faq["question"]) for faq in faqs]
