"""An import takes files in byte for byte, whole or not at all."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from concierge.clock import TOKYO
from concierge.opendata import placing
from concierge.opendata.formats import FORMATS, ImportOptions, import_data
from concierge.problem import KnowledgeError
from concierge.waste.folder import read_waste
from concierge.waste.model import ClosurePolicy
from tests.opendata.made_up import days, write

AT = datetime(2026, 11, 21, tzinfo=TOKYO)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = write(tmp_path / "minato", area_days="\ufeff" + days("本町,,月　木,水2\r"))
    (folder / "target.csv").write_bytes("type,name,notice,furigana\n資源,紙,,か\n".encode("cp932"))
    (folder / "README.md").write_text("x")
    return folder


def test_import(source: Path, tmp_path: Path) -> None:
    into = tmp_path / "town"
    report = import_data("5374", source, into, ImportOptions(AT))
    for name in ("area_days.csv", "target.csv"):
        assert (into / "waste/5374" / name).read_bytes() == (source / name).read_bytes()
    assert not (into / "waste/5374/README.md").exists()
    assert (into / "municipality.yaml").read_text("utf-8").endswith('name: "minato"\n')
    assert report.as_dict() == {
        "format": "5374",
        "into": str(into),
        "files": ["waste/5374/area_days.csv", "waste/5374/target.csv", "waste/5374/source.yaml"],
        "areas": 1,
        "categories": 2,
        "cells": {"total": 2, "read": 1, "repaired": 1, "empty": 0, "not_understood": 0},
        "items": 1,
        "closures": "skip",
        "valid_from": None,
        "valid_to": "2027-03-31",
        "problems": [problem.as_dict() for problem in report.problems],
    }
    assert not report.failed
    found = read_waste(into)
    assert found.problems == report.problems
    assert found.datasets[0].valid_to == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 31, tzinfo=TOKYO), "2026-03-31"),
        (datetime(2026, 4, 1, tzinfo=TOKYO), "2027-03-31"),
        (datetime(9999, 12, 31, tzinfo=TOKYO), "9999-03-31"),
    ],
)
def test_valid_to_defaults_to_the_coming_end_of_the_fiscal_year(
    source: Path, tmp_path: Path, at: datetime, expected: str
) -> None:
    report = import_data("5374", source, tmp_path / "town", ImportOptions(at))
    assert report.figures["valid_to"] == expected


def test_importing_again_replaces_and_keeps_what_staff_wrote(source: Path, tmp_path: Path) -> None:
    into = tmp_path / "town"
    options = ImportOptions(AT, closures="shift", valid_to=date(2026, 12, 31))
    import_data("5374", source, into, options)
    assert read_waste(into).datasets[0].policy is ClosurePolicy.SHIFT
    settings = into / "waste/5374/source.yaml"
    settings.write_text(settings.read_text("utf-8") + "department: 環境課\n", "utf-8")
    (into / "municipality.yaml").write_text("name: みなと市\n", "utf-8")
    (source / "target.csv").unlink()
    import_data("5374", source, into, ImportOptions(AT))
    assert sorted(tree(into)) == [
        "municipality.yaml", "waste/5374/area_days.csv", "waste/5374/source.yaml",
    ]  # fmt: skip
    assert (into / "municipality.yaml").read_text("utf-8") == "name: みなと市\n"
    [data] = read_waste(into).datasets
    assert (data.policy, data.valid_to) == (ClosurePolicy.SKIP, date(2027, 3, 31))
    assert data.facts == {"department": "環境課"}
    before = tree(into)
    import_data("5374", source, into, ImportOptions(AT))
    assert tree(into) == before


def test_a_folder_may_be_imported_onto_itself(source: Path, tmp_path: Path) -> None:
    into = tmp_path / "town"
    import_data("5374", source, into, ImportOptions(AT))
    before = tree(into)
    import_data("5374", into / "waste/5374", into, ImportOptions(AT))
    assert tree(into) == before


def test_data_may_lie_one_folder_deeper(tmp_path: Path) -> None:
    write(tmp_path / "みなと/data", area_days=days("本町,,月,水"))
    for number, source in enumerate((tmp_path / "みなと", tmp_path / "みなと/data")):
        into = tmp_path / f"town{number}"
        import_data("5374", source, into, ImportOptions(AT))
        assert 'name: "みなと"' in (into / "municipality.yaml").read_text("utf-8")


def test_a_zip(source: Path, tmp_path: Path) -> None:
    archive = tmp_path / "みなと市.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("area_days.csv", "target.csv"):
            file.write(source / name, f"x/data/{name}")
        file.writestr("../../center.csv", "名称,開始,終了\n")
    into = tmp_path / "town"
    report = import_data("5374", archive, into, ImportOptions(AT))
    assert report.files[:2] == ("waste/5374/area_days.csv", "waste/5374/target.csv")
    assert not (tmp_path / "center.csv").exists()


def test_an_unusable_source_writes_nothing(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    broken = write(tmp_path / "broken", area_days="\n")
    text = tmp_path / "a.txt"
    text.write_text("x")
    bad_zip = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad_zip, "w") as file:
        file.writestr("readme", "x")
    for source in (empty, broken, text, bad_zip, tmp_path / "missing"):
        with pytest.raises(KnowledgeError) as raised:
            import_data("5374", source, tmp_path / "town", ImportOptions(AT))
        assert raised.value.problems[0].severity == "error"
        assert not (tmp_path / "town").exists()


def test_a_zip_damaged_on_the_way_is_told_as_unreadable(source: Path, tmp_path: Path) -> None:
    archive = tmp_path / "town.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(source / "area_days.csv", "area_days.csv")
        start = file.infolist()[0].header_offset + 30 + len("area_days.csv")
    data = bytearray(archive.read_bytes())
    data[start : start + 4] = b"\xff\xff\xff\xff"
    archive.write_bytes(data)
    with pytest.raises(KnowledgeError) as raised:
        import_data("5374", archive, tmp_path / "town", ImportOptions(AT))
    assert raised.value.problems[0].code == "source-unusable"


def test_what_was_there_stays_when_the_new_one_cannot_be_put_in_place(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "town"
    import_data("5374", source, into, ImportOptions(AT))
    before = tree(into)
    write(source, area_days=days("西町,,火,木"))

    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(placing.os, "rename", full)
    with pytest.raises(KnowledgeError):
        import_data("5374", source, into, ImportOptions(AT))
    monkeypatch.undo()
    assert tree(into) == before
    assert [path.name for path in (into / "waste").iterdir()] == ["5374"]


def test_into_that_is_a_file(source: Path, tmp_path: Path) -> None:
    (tmp_path / "town").write_text("x")
    with pytest.raises(KnowledgeError):
        import_data("5374", source, tmp_path / "town", ImportOptions(AT))
    assert (tmp_path / "town").read_text() == "x"


def test_formats_are_named_and_described() -> None:
    assert "5374" in FORMATS
    assert all(found.name == name and found.description for name, found in FORMATS.items())
    with pytest.raises(KeyError):
        import_data("vcard", Path(), Path(), ImportOptions(AT))
