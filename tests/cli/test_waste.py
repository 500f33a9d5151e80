"""`concierge waste`: JSON as documented, batches line for line, files that other programs open."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import run
from tests.opendata.made_up import days, write


@pytest.fixture
def town(tmp_path: Path) -> str:
    folder = tmp_path / "town"
    header = "マスター,地名,センター,燃やすごみ,資源 ,資源 "
    rows = [
        "1,本町１丁目,中央,月 木,水2,20260401",
        "2,本町１丁目,中央,火,水2,",
        "1,西町,中央,火,その他,水 *1",
    ]
    write(
        folder / "waste/5374",
        area_days=days(*rows, header=header),
        area_master="マスター,区名\n1,北区\n2,南区\n",
        remarks="ID,注意事項\n1,朝8時まで\n",
    )
    return str(folder)


def as_json(*arguments: str) -> Any:
    done = run(*arguments, "--json")
    assert done.code == 0
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_next(town: str) -> None:
    answer = as_json("waste", "next", "西町", "--on", "2026-11-21", "--knowledge", town)
    assert answer == {
        "area": "西町",
        "on": "2026-11-21",
        "collections": [
            {"category": "燃やすごみ", "date": "2026-11-24", "note": None},
            {
                "category": "資源 ",
                "date": None,
                "note": "収集日の欄に読み取れないところがあるため、日付は確かではありません。",
            },
            {"category": "資源 ", "date": "2026-11-25", "note": "朝8時まで。"},
        ],
        "candidates": [],
    }


@pytest.mark.parametrize("name", ["北区本町１丁目", "北区 本町1丁目"])
def test_the_area_is_printed_as_published(town: str, name: str) -> None:
    answer = as_json("waste", "next", name, "--at", "2026-11-23T10:00", "--knowledge", town)
    assert (answer["area"], answer["on"]) == ("本町１丁目", "2026-11-23")
    assert answer["collections"][0]["date"] == "2026-11-23"
    assert answer["collections"][2]["date"] is None


def test_ambiguous_and_unknown_areas_are_answers(town: str) -> None:
    found = as_json("waste", "next", "本町1丁目", "--on", "2026-11-21", "--knowledge", town)
    assert found["collections"] == []
    assert found["candidates"] == ["北区本町１丁目", "南区本町１丁目"]
    found = as_json("waste", "next", "知らない町", "--on", "2026-11-21", "--knowledge", town)
    assert found == {"area": "知らない町", "on": "2026-11-21", "collections": [], "candidates": []}


def test_next_for_people(town: str) -> None:
    done = run("waste", "next", "西町", "--on", "2026-11-21", "--knowledge", town)
    assert "2026-11-24（火）" in done.stdout
    assert "不明" in done.stdout
    done = run("waste", "next", "本町1丁目", "--knowledge", town)
    assert "南区本町１丁目" in done.stdout
    assert "知らない" in run("waste", "next", "知らない町", "--knowledge", town).stdout


def test_batch_has_a_line_for_each_line(town: str) -> None:
    lines = [
        '\ufeff{"area":"西町","on":"2026-11-21"}',
        "",
        "not json",
        '["西町"]',
        '{"area":1}',
        '{"area":"西町","on":20261121}',
        '{"area":"西町","on":"来週"}',
        '{"area":"\\ud800"}',
        '{"area":"西町"}',
        '{"area":"本町１丁目","on":"2026-11-21"}',
    ]
    arguments = ["waste", "next", "--batch", "-", "--knowledge", town, "--at", "2026-11-21"]
    done = run(*arguments, stdin="\n".join(lines).encode())
    assert done.code == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines)
    assert all({"area", "on", "collections", "candidates"} <= set(answer) for answer in answers)
    assert ["error" in answer for answer in answers] == [False, *[True] * 6, False, False, False]
    assert answers[0] == answers[8]
    assert len(answers[9]["candidates"]) == 2


def test_calendar_json(town: str) -> None:
    span = ["--from", "2026-11-24", "--to", "2026-11-25"]
    done = run("waste", "calendar", "西町", *span, "--knowledge", town)
    answer = json.loads(done.stdout)
    assert [(c["date"], c["category"]) for c in answer["collections"]] == [
        ("2026-11-24", "燃やすごみ"), ("2026-11-25", "資源 "),
    ]  # fmt: skip
    assert [u["category"] for u in answer["uncertain"]] == ["資源 "]


def test_calendar_csv(town: str) -> None:
    span = ["--from", "2026-11-24", "--to", "2026-11-25", "--format", "csv"]
    done = run("waste", "calendar", "西町", *span, "--knowledge", town)
    assert list(csv.reader(io.StringIO(done.stdout))) == [
        ["date", "weekday", "category", "note"],
        ["2026-11-24", "火", "燃やすごみ", ""],
        ["2026-11-25", "水", "資源 ", "朝8時まで。"],
    ]


def test_calendar_ics_leaves_doubtful_days_out_and_says_so(town: str) -> None:
    span = ["--from", "2026-12-28", "--to", "2027-01-06", "--format", "ics"]
    done = run("waste", "calendar", "西町", *span, "--knowledge", town)
    assert done.raw.count(b"BEGIN:VEVENT") == 2
    assert b"20261229" not in done.raw
    assert "確かではない2件" in done.stderr


def test_calendar_of_an_unknown_area(town: str) -> None:
    span = ["--from", "2026-11-24", "--to", "2026-11-25"]
    for form in ("json", "csv", "ics"):
        done = run("waste", "calendar", "知らない町", *span, "--format", form, "--knowledge", town)
        assert done.code == 0
        assert "ありません" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["next"],
        ["next", "西町", "--batch", "-"],
        ["next", "西町", "--on", "来週"],
        ["calendar", "西町", "--from", "2026-11-24", "--to", "2026-11-23"],
        ["calendar", "西町", "--from", "2026-11-24", "--to", "2066-11-23"],
        ["calendar", "西町", "--from", "2026-11-24"],
    ],
)
def test_wrong_use_ends_with_2(town: str, arguments: list[str]) -> None:
    done = run("waste", *arguments, "--knowledge", town)
    assert (done.code, done.stdout) == (2, "")


def test_a_town_without_a_calendar(tmp_path: Path) -> None:
    done = run(
        "waste", "next", "西町", "--on", "2026-11-21", "--json", "--knowledge", str(tmp_path)
    )
    assert done.code == 0
    assert json.loads(done.stdout)["collections"] == []
    assert "concierge data import" in done.stderr
