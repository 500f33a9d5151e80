"""Taking published lists in: bytes unchanged, what is wrong reported, nothing half done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from concierge.clock import parse_instant
from concierge.knowledge import KnowledgeLoader, load_knowledge
from concierge.opendata.formats import FORMATS, ImportOptions, ImportReport, import_data
from concierge.opendata.standard.columns import DATASETS
from concierge.problem import KnowledgeError
from tests.cli.run import run

AT = parse_instant("2026-11-20T10:00")
HEAD = (
    "地方公共団体名,名称,所在地_連結表記,緯度,経度,電話番号,利用可能曜日,開始時間,終了時間,説明\n"
)
ROW = "海原県あさなぎ市,図書館,本町1-1,33.5,136.9,00-0000-1118,火水木金,9:00,17:00,本\n"


def take(source: Path, into: Path, form: str = "facilities") -> ImportReport:
    return import_data(form, source, into, ImportOptions(at=AT))


def test_every_dataset_is_a_format() -> None:
    assert set(DATASETS) <= set(FORMATS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_files_are_copied_byte_for_byte(tmp_path: Path, encoding: str) -> None:
    source = tmp_path / "施設.csv"
    source.write_bytes((HEAD + ROW).replace("\n", "\r\n").encode(encoding))
    report = take(source, tmp_path / "town")
    copied = tmp_path / "town" / "facilities" / "施設.csv"
    assert copied.read_bytes() == source.read_bytes()
    assert not report.failed
    assert report.figures["records"] == report.figures["rows"] == 1
    town = load_knowledge(tmp_path / "town")
    assert [f.name for f in town.places.facilities] == ["図書館"]
    assert town.municipality.name == "あさなぎ市"
    listing = town.places.listings["facilities"]
    assert listing.title == "公共施設一覧（2026年11月20日（金）取り込み）"


def test_columns_are_found_by_header_whatever_their_order(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("_id,終了時間, 名称 ,開始時間,謎の列,経度,緯度\n1,17:00,体育館,0.375,x,136.9,33.5\n", encoding="utf-8")  # fmt: skip
    report = take(source, tmp_path / "town")
    (facility,) = load_knowledge(tmp_path / "town").places.facilities
    assert facility.name == "体育館"
    assert facility.id is None
    assert facility.hours.spans == ((540, 1020),)
    assert {p.code for p in report.problems} == {"column-not-used", "time-fraction"}
    assert [p.column for p in report.problems if p.code == "column-not-used"] == [5]


def test_a_bad_cell_loses_only_its_own_answer(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(
        HEAD
        + ROW
        + "海原県あさなぎ市,公民館,本町2,33.5,,検討中,月火黄,朝,17:00,\n"
        + ",,,,,,,,,\n海原県あさなぎ市,,本町3,,,,,,,だれ\n海原県あさなぎ市,短い行\n",
        encoding="utf-8",
    )
    report = take(source, tmp_path / "town")
    found = {(p.line, p.code) for p in report.problems}
    assert found == {
        (3, "half-coordinate"), (3, "phone-unreadable"), (3, "days-unreadable"), (3, "time-unreadable"),
        (4, "row-unnamed"), (5, "row-unnamed"), (6, "row-uneven"),
    }  # fmt: skip
    names = [f.name for f in load_knowledge(tmp_path / "town").places.facilities]
    assert names == ["図書館", "公民館", "短い行"]
    hall = load_knowledge(tmp_path / "town").places.facilities[1]
    assert (hall.phone, hall.location, hall.hours.spans) == (None, None, ())
    assert hall.hours.at(AT).state == "unknown"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file-empty"),
        ("名称\n", "file-empty"),
        ("a,b\n1,2\n", "name-column-missing"),
        ("名称,設置位置\n役場,入口\n", "wrong-dataset"),
        ("\0\0\0", "encoding-unknown"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_written(
    tmp_path: Path, text: str, code: str
) -> None:
    source = tmp_path / "a.csv"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        take(source, tmp_path / "town")
    assert [p.code for p in error.value.problems] == [code]
    assert not (tmp_path / "town").exists()


def test_a_source_that_is_none_is_refused(tmp_path: Path) -> None:
    for source in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(KnowledgeError):
            take(source, tmp_path / "town")


def test_taking_in_again_replaces_the_same_name_and_tells_of_others(tmp_path: Path) -> None:
    town = tmp_path / "town"
    first, second = tmp_path / "2025.csv", tmp_path / "2026.csv"
    first.write_text(HEAD + ROW, encoding="utf-8")
    second.write_text(HEAD + ROW.replace("図書館", "新図書館"), encoding="utf-8")
    take(first, town)
    (town / "facilities" / "source.yaml").write_text("title: わたしの題\n", encoding="utf-8")
    report = take(second, town)
    assert [p.code for p in report.problems] == ["older-files-used"]
    assert (town / "facilities" / "source.yaml").read_text(
        encoding="utf-8"
    ) == "title: わたしの題\n"
    assert len(load_knowledge(town).places.facilities) == 2
    first.write_text(HEAD, encoding="utf-8")
    with pytest.raises(KnowledgeError):
        take(first, town)
    assert len(load_knowledge(town).places.facilities) == 2


def test_a_folder_of_files_is_taken_in(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.csv").write_text(
            HEAD + ROW.replace("図書館", f"館{number}"), encoding="utf-8"
        )
    assert take(folder, tmp_path / "town").figures["records"] == 3


def test_the_command_reports_in_json_and_checks(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(
        "名称,災害種別_洪水,緯度,経度\n公園,1,33.5,136.9\n広場,?,33.5,136.9\n", encoding="utf-8"
    )
    done = run("data", "import", "shelters", str(source), "--into", str(tmp_path / "t"), "--json")
    printed = json.loads(done.stdout)
    assert done.code == 0
    assert set(printed) == {"format", "into", "files", "rows", "records", "cells", "problems"}
    assert {p["code"] for p in printed["problems"]} == {"flag-unreadable", "shelter-without-hazard"}
    checked = run("data", "check", str(tmp_path / "t"), "--json")
    assert {p["code"] for p in json.loads(checked.stdout)} >= {"flag-unreadable"}


def test_a_broken_edit_keeps_the_last_good_version(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(HEAD + ROW, encoding="utf-8")
    take(source, tmp_path / "town")
    loader = KnowledgeLoader(tmp_path / "town")
    before = loader.load()
    assert loader.load().places is before.places
    path = tmp_path / "town" / "facilities" / "a.csv"
    path.write_bytes(b"\0\0\0")
    broken = loader.load()
    assert [f.name for f in broken.places.facilities] == ["図書館"]
    assert {p.code for p in broken.problems} == {"encoding-unknown", "last-good-kept"}
    path.write_text(HEAD + ROW.replace("図書館", "書庫"), encoding="utf-8")
    mended = loader.load()
    assert [f.name for f in mended.places.facilities] == ["書庫"]
    path.unlink()
    assert loader.load().places.facilities == ()
