"""Real published rosters: every date of every sample, against what the raw files say."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from concierge.clinics.duties import Duties
from concierge.clinics.folder import read_clinics
from concierge.clock import TOKYO, parse_instant
from concierge.opendata.formats import ImportOptions, ImportReport, import_data
from concierge.problem import KnowledgeError
from tests.opendata.clinics_oracle import Row, hanyu, imabari, saga, tokorozawa

AT = parse_instant("2026-11-21T09:00")
SAMPLES: dict[str, tuple[tuple[str, ...], Callable[[Path], set[Row]]]] = {
    "imabari": (("imabari_hospital.csv", "imabari_schedule_202602-03.csv"), imabari),
    "hanyu": (("hanyu_r8_pdftext.txt",), hanyu),
    "saga": (("saga_zaitaku_202604.html",), saga),
    "tokorozawa": (("tokorozawa_202609_page.txt",), tokorozawa),
}
FIRST, LAST = date(2026, 1, 1), date(2027, 4, 30)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


@pytest.fixture
def samples(published: Path) -> Path:
    return published / "opendata" / "holiday_clinic"


def taken_in(work: Path, *files: Path) -> tuple[Duties, ImportReport]:
    source, into = work / "source", work / "town"
    source.mkdir()
    for file in files:
        shutil.copy(file, source)
    report = import_data("clinics", source, into, ImportOptions(at=AT))
    read = read_clinics(into)
    assert read.duties is not None
    return read.duties, report


def rows_of(duties: Duties, day: date, fixed: bool) -> set[Row]:
    return {
        (
            day,
            duty.clinic.name,
            duty.clinic.departments,
            tuple((span.as_dict()["from"], span.as_dict()["to"]) for span in duty.hours),
            duty.clinic.phone or "",
        )
        for duty in duties.on(day).duties
        if fixed or duty.info.service != duty.clinic.name
    }


@pytest.mark.parametrize("city", SAMPLES)
def test_every_date_agrees_with_the_raw_file(city: str, samples: Path, tmp_path: Path) -> None:
    names, oracle = SAMPLES[city]
    duties, report = taken_in(tmp_path, *(samples / name for name in names))
    wanted = oracle(samples)
    assert len(wanted) >= 7
    assert [problem for problem in report.problems if problem.severity == "error"] == []
    for day in DAYS:
        assert rows_of(duties, day, fixed=False) == {row for row in wanted if row[0] == day}, day


@pytest.mark.parametrize("city", ["imabari", "hanyu", "tokorozawa"])
def test_a_date_that_is_not_published_is_not_covered(
    city: str, samples: Path, tmp_path: Path
) -> None:
    names, oracle = SAMPLES[city]
    duties, _ = taken_in(tmp_path, *(samples / name for name in names))
    published = {row[0] for row in oracle(samples)}
    for day in DAYS:
        found = duties.on(day)
        assert found.covered == (day in published), day
        assert bool(found.duties) == (day in published), day


def test_before_dawn_the_duty_of_the_evening_before_is_open(samples: Path, tmp_path: Path) -> None:
    duties, _ = taken_in(tmp_path, *(samples / name for name in SAMPLES["imabari"][0]))
    expected = {
        "2026-03-26T02:00": {"県立今治病院"},
        "2026-03-25T18:00": {"今治セントラルクリニック"},
        "2026-03-25T22:29": {"今治セントラルクリニック"},
        "2026-03-25T22:30": {"県立今治病院"},
        "2026-03-26T08:29": {"県立今治病院"},
        "2026-03-26T08:30": {"済生会今治病院"},
        "2026-03-22T12:30": {"医師会市民病院", "喜多嶋診療所"},
        "2026-04-01T08:00": {"済生会今治病院"},
        "2026-04-01T09:00": set(),
    }
    for moment, names in expected.items():
        at = datetime.fromisoformat(moment).replace(tzinfo=TOKYO)
        assert {duty.clinic.name for duty in duties.open_at(at)} == names, moment


FIXED = {
    "2026-03-13T19:30": {"草加市子ども急病夜間クリニック"},
    "2026-03-13T21:00": {"草加市子ども急病夜間クリニック", "川越市医師会夜間休日診療所"},
    "2026-03-14T18:30": {"草加市子ども急病夜間クリニック"},
    "2026-03-15T10:00": {"川越市医師会夜間休日診療所"},
    "2026-03-15T12:00": set(),
    "2026-03-15T14:59": {"川越市医師会夜間休日診療所"},
    "2026-03-20T18:45": {"草加市子ども急病夜間クリニック"},
    "2026-12-29T10:30": {"川越市医師会夜間休日診療所"},
    "2026-12-29T18:30": {"草加市子ども急病夜間クリニック"},
    "2026-04-19T10:00": {
        "川越市医師会夜間休日診療所",
        "さいたま赤十字病院",
        "耳鼻咽喉科野崎医院",
    },
}


@pytest.mark.parametrize("moment", FIXED)
def test_fixed_clinics_by_the_kind_of_day(moment: str, samples: Path, tmp_path: Path) -> None:
    duties, report = taken_in(tmp_path, samples / "fixed_clinics_pages.txt")
    at = datetime.fromisoformat(moment).replace(tzinfo=TOKYO)
    assert {duty.clinic.name for duty in duties.open_at(at)} == FIXED[moment]
    (colour,) = [problem for problem in report.problems if problem.severity == "error"]
    assert colour.code == "colour-only" and colour.line > 0


def test_a_child_of_sixteen_is_too_old_for_the_children_s_clinic(
    samples: Path, tmp_path: Path
) -> None:
    duties, _ = taken_in(tmp_path, samples / "fixed_clinics_pages.txt")
    (soka,) = [d.clinic for d in duties.on(date(2026, 3, 13)).duties if "草加" in d.clinic.name]
    assert (soka.departments, soka.oldest) == (("小児科",), 15)


def test_the_children_s_clinic_of_saga(samples: Path, tmp_path: Path) -> None:
    duties, _ = taken_in(tmp_path, samples / "saga_zaitaku_202604.html")
    spans = {
        date(2026, 4, 6): [("20:00", "22:00")],
        date(2026, 4, 11): [("17:00", "22:00")],
        date(2026, 4, 12): [("09:00", "13:00"), ("14:00", "22:00")],
        date(2026, 4, 29): [("09:00", "13:00"), ("14:00", "22:00")],
        date(2026, 12, 31): [("09:00", "13:00"), ("14:00", "22:00")],
        date(2026, 12, 30): [("20:00", "22:00")],
    }
    for day, expected in spans.items():
        (duty,) = [d for d in duties.on(day).duties if "こども診療所" in d.clinic.name]
        told = [(span.as_dict()["from"], span.as_dict()["to"]) for span in duty.hours]
        assert told == expected, day
        assert duty.clinic.phone == "0952-24-1400"
        assert "受付は21:45まで" in (duty.notes or "")
    assert not duties.on(date(2026, 5, 3)).covered


def test_a_town_s_area_code_goes_in_front(samples: Path, tmp_path: Path) -> None:
    duties, report = taken_in(tmp_path, samples / "saga_zaitaku_202604.html")
    codes = [problem.code for problem in report.problems]
    assert codes == ["phone-without-area-code"] * 25
    clinic = duties.on(date(2026, 4, 5)).duties[-1].clinic
    assert clinic.phone == "47-3399" and "市外局番なし" in (clinic.note or "")
    settings = next((tmp_path / "town" / "clinics").rglob("source.yaml"))
    settings.write_text(settings.read_text("utf-8") + 'area_code: "0952"\n', encoding="utf-8")
    read = read_clinics(tmp_path / "town")
    assert read.problems == () and read.duties is not None
    assert "0952-47-3399" in {d.clinic.phone for d in read.duties.on(date(2026, 4, 5)).duties}


def test_what_is_written_by_staff_survives_the_next_import(samples: Path, tmp_path: Path) -> None:
    file = samples / "saga_zaitaku_202604.html"
    for _ in range(2):
        import_data("clinics", file, tmp_path / "town", ImportOptions(at=AT))
        settings = next((tmp_path / "town" / "clinics").rglob("source.yaml"))
        text = settings.read_text("utf-8")
        if "area_code: " not in text.split("imported")[-1]:
            settings.write_text(text + 'area_code: "0952"\n', encoding="utf-8")
    assert 'area_code: "0952"' in settings.read_text("utf-8")


def test_a_calendar_told_by_colour_alone_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "calendar.html"
    cells = "".join(
        f'<td style="background:{"red" if n % 7 else "blue"}">{n}</td>' for n in range(1, 31)
    )
    page.write_text(f"<h2>2026年4月 診療カレンダー</h2><table><tr>{cells}</tr></table>", "utf-8")
    with pytest.raises(KnowledgeError) as refused:
        import_data("clinics", page, tmp_path / "town", ImportOptions(at=AT))
    assert [problem.code for problem in refused.value.problems] == ["colour-only"]
    assert not (tmp_path / "town").exists()
