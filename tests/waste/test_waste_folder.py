"""A municipality's `waste/`: its calendars, settings, problems and the files to watch."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from concierge.waste.folder import read_waste
from concierge.waste.model import ClosurePolicy
from tests.opendata.made_up import days, write


def place(folder: Path, source: str | bytes | None = None, name: str = "5374") -> Path:
    inside = write(folder / "waste" / name, area_days=days("本町,,月,その他"))
    if source is not None:
        content = source if isinstance(source, bytes) else source.encode()
        (inside / "source.yaml").write_bytes(content)
    return folder


def test_nothing_there(tmp_path: Path) -> None:
    found = read_waste(tmp_path)
    assert (found.datasets, found.problems) == ((), ())
    assert tmp_path / "waste" in found.files


def test_settings_are_texts_whatever_yaml_thinks(tmp_path: Path) -> None:
    source = (
        "title: 収集カレンダー\nurl: https://www.example.jp/\nupdated: 2026-03-01\n"
        'valid_to: "2027-03-31"\nclosures: shift\ncollection_time: 8:30\ndepartment: 環境課\n'
    )
    found = read_waste(place(tmp_path, source))
    [data] = found.datasets
    assert (data.title, data.url) == ("収集カレンダー", "https://www.example.jp/")
    assert (data.updated, data.valid_to) == (date(2026, 3, 1), date(2027, 3, 31))
    assert data.policy is ClosurePolicy.SHIFT
    assert data.facts == {"collection_time": "8:30", "department": "環境課"}
    assert data.folder == "waste/5374"
    assert [(p.file, p.code) for p in found.problems] == [
        ("waste/5374/area_days.csv", "cell-not-understood")
    ]
    assert found.accounting["waste/5374"].not_understood == 1
    assert tmp_path / "waste/5374/center.csv" in found.files


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("color: red\n", "source-unknown-key", 1),
        ("title: x\nclosures: later\n", "source-bad-value", 2),
        ("valid_to: 来年\n", "source-bad-value", 1),
        ("title: [a, b]\n", "source-bad-value", 1),
        ("- title\n", "source-syntax", 1),
        ("title: 'x\n", "source-syntax", 2),
        (b"title: \xff\xfe\n", "source-unreadable", 0),
        ("[" * 3000, "source-unreadable", 0),
    ],
)
def test_a_bad_setting_is_reported_and_the_calendar_stays(
    tmp_path: Path, source: str | bytes, code: str, line: int
) -> None:
    found = read_waste(place(tmp_path, source))
    assert len(found.datasets) == 1
    [problem] = [p for p in found.problems if p.file.endswith("source.yaml")]
    assert (problem.code, problem.line) == (code, line)


@pytest.mark.parametrize("source", ["", "# なし\n", "title:\nvalid_to: ''\n"])
def test_empty_settings_are_fine(tmp_path: Path, source: str) -> None:
    found = read_waste(place(tmp_path, source))
    assert found.datasets[0].title == "ごみ収集日（オープンデータ）"
    assert not [p for p in found.problems if p.file.endswith("source.yaml")]


def test_several_calendars_and_hidden_leftovers(tmp_path: Path) -> None:
    place(place(place(tmp_path), name="bulky"), name=".5374-x")
    found = read_waste(tmp_path)
    assert [data.folder for data in found.datasets] == ["waste/5374", "waste/bulky"]
