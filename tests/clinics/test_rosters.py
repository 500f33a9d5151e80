"""Rosters as towns might leave them: late changes, editions, dirt, and what stays unknown."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from concierge.clinics.duties import DayOfDuty, Duties
from concierge.clinics.folder import read_clinics
from concierge.clock import TOKYO, parse_instant
from concierge.knowledge import KnowledgeLoader
from concierge.language.dates import is_holiday
from concierge.opendata.formats import ImportOptions, ImportReport, import_data
from concierge.problem import KnowledgeError, Problem

STAFF = """\
title: 休日当番医
updated: 2026-10-01
valid_from: 2026-04-01
valid_to: 2027-03-31
clinics:
  - {name: A医院, departments: [内科], phone: 00-0000-0001}
  - {name: B医院, departments: [内科, 小児科], phone: 00-0000-0002}
  - {name: C診療所, departments: [小児科], phone: 00-0000-0003, sees: 15歳以下}
duties:
  - days: [日曜, 祝日, 年末年始]
    hours: 9:00〜17:00
    start: 2026-04-05
    turns: [A医院, B医院]
  - days: [平日]
    hours: 19:30〜22:30
    clinic: C診療所
  - days: [祝日]
    hours: 18:00〜22:30
    clinic: C診療所
"""
SUNDAY = date(2026, 11, 22)


def staff(folder: Path, text: str) -> tuple[Duties, list[Problem]]:
    (folder / "clinics").mkdir(exist_ok=True)
    (folder / "clinics" / "kyujitsu.yaml").write_text(text, encoding="utf-8")
    read = read_clinics(folder)
    return read.duties or Duties(()), list(read.problems)


def names(found: DayOfDuty) -> list[str]:
    return [duty.clinic.name for duty in found.duties]


def taken(folder: Path, name: str, content: str | bytes) -> tuple[Duties, ImportReport]:
    source = folder / name
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    options = ImportOptions(at=parse_instant("2026-11-01T09:00"))
    report = import_data("clinics", source, folder / "town", options)
    duties = read_clinics(folder / "town").duties
    assert duties is not None
    return duties, report


# ------------------------------------------------------------------------------------ by staff


def test_turns_and_the_narrowest_kind_of_day(tmp_path: Path) -> None:
    duties, problems = staff(tmp_path, STAFF)
    assert problems == []
    sundays = [names(duties.on(date(2026, 4, day))) for day in (5, 12, 19, 26)]
    assert sundays == [["A医院"], ["B医院"], ["A医院"], ["B医院"]]
    (fixed,) = [d for d in duties.on(date(2026, 11, 23)).duties if d.clinic.name == "C診療所"]
    assert fixed.hours[0].as_dict() == {"from": "18:00", "to": "22:30"}
    assert names(duties.on(date(2026, 11, 20))) == ["C診療所"]
    assert names(duties.on(date(2026, 11, 21))) == []
    assert duties.on(date(2026, 11, 21)).covered


def test_beyond_the_roster_nothing_is_known(tmp_path: Path) -> None:
    duties, _ = staff(tmp_path, STAFF)
    for day in (date(2026, 3, 29), date(2027, 4, 4)):
        found = duties.on(day)
        assert not found.covered and found.duties == () and found.missing


def test_a_late_change(tmp_path: Path) -> None:
    before, _ = staff(tmp_path, STAFF)
    on_duty = names(before.on(SUNDAY))[0]
    other = {"A医院": "B医院", "B医院": "A医院"}[on_duty]
    change = f"changes:\n  - {{date: 2026-11-22, instead_of: {on_duty}, clinic: {other}}}\n"
    after, problems = staff(tmp_path, STAFF + change)
    assert problems == []
    assert names(after.on(SUNDAY)) == [other]
    assert after.on(SUNDAY).duties[0].hours == before.on(SUNDAY).duties[0].hours
    cancelled, _ = staff(
        tmp_path, STAFF + f"changes:\n  - {{date: 2026-11-22, instead_of: {on_duty}}}\n"
    )
    assert names(cancelled.on(SUNDAY)) == [] and cancelled.on(SUNDAY).covered


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ("changes:\n  - date: 2026-11-22\n    clinic: A医院\n    hours: 9時ごろ\n", "bad-hours"),
        ("changes:\n  - {date: 2026-11-22, clinic: [A医院, B医院]}\n", "expected-text"),
        ("dates:\n  - {date: 2026-11-22, hours: 9:00〜12:00}\n", "missing"),
        ("dates:\n  - {date: 2026-11-22, clinic: A医院, hours: 25:00〜}\n", "bad-hours"),
    ],
)
def test_a_broken_entry_loses_its_date_and_no_other(tmp_path: Path, added: str, code: str) -> None:
    duties, problems = staff(tmp_path, STAFF + added)
    assert code in {problem.code for problem in problems}
    assert all(problem.line > 20 for problem in problems)
    assert not duties.on(SUNDAY).covered and duties.on(SUNDAY).duties == ()
    assert duties.on(date(2026, 11, 29)).covered


def test_a_broken_rule_leaves_every_day_in_doubt(tmp_path: Path) -> None:
    duties, problems = staff(tmp_path, STAFF.replace("hours: 9:00〜17:00", "hours: 朝から夕方"))
    assert [problem.code for problem in problems] == ["bad-hours"]
    found = duties.on(SUNDAY)
    assert not found.covered and found.missing


def test_a_weekday_rule_says_nothing_of_a_holiday(tmp_path: Path) -> None:
    text = "title: 夜間\nclinics:\n  - {name: D医院}\nduties:\n  - {days: [月〜金], hours: 19:00〜22:00, clinic: D医院}\n"
    duties, _ = staff(tmp_path, text)
    assert duties.on(date(2026, 11, 20)).covered
    assert not duties.on(date(2026, 11, 23)).covered
    assert not duties.on(date(2026, 12, 30)).covered
    told = text.replace("clinic: D医院}", "clinic: D医院, off: [祝日, 年末年始]}")
    duties, _ = staff(tmp_path, told)
    assert duties.on(date(2026, 11, 23)).covered and duties.on(date(2026, 11, 23)).duties == ()
    assert duties.on(date(2026, 12, 30)).covered and duties.on(date(2026, 12, 30)).duties == ()


def test_a_broken_edit_keeps_the_last_good_version(tmp_path: Path) -> None:
    (tmp_path / "municipality.yaml").write_text("name: 町\n", encoding="utf-8")
    staff(tmp_path, STAFF)
    loader = KnowledgeLoader(tmp_path)
    assert loader.load().clinics is not None
    staff(tmp_path, "title: [\n")
    knowledge = loader.load()
    assert knowledge.problems
    assert knowledge.clinics is not None and knowledge.clinics.on(SUNDAY).duties


def test_two_editions_the_later_one_answers_for_its_dates(tmp_path: Path) -> None:
    folder = tmp_path / "clinics"
    folder.mkdir()
    for number, (updated, clinic) in enumerate(
        (("2026-09-01", "新医院"), ("2026-07-01", "旧医院"))
    ):
        text = (
            f"title: 休日当番医\nupdated: {updated}\nclinics: [{{name: {clinic}}}]\ndates:\n"
            f"  - {{date: 2026-11-22, clinic: {clinic}, hours: 9:00〜17:00}}\n"
        )
        if clinic == "旧医院":
            text += "  - {date: 2026-11-29, clinic: 旧医院, hours: 9:00〜17:00}\n"
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    duties = read_clinics(tmp_path).duties
    assert duties is not None
    assert names(duties.on(SUNDAY)) == ["新医院"]
    assert names(duties.on(date(2026, 11, 29))) == ["旧医院"]


# -------------------------------------------------------------------------------- as published

CSV = """\
日付,曜日,診療科,医療機関名,所在地,電話番号,診療時間,備考
令和8年11月22日,日,内科,A医院,本町1-1,0123-45-0001,9:00～17:00,
2026/11/22,日,小児科,B医院,本町2-2,0123-45-0002,9時〜12時、14時〜17時,15歳まで
R8.11.23,月・祝,外科,C病院,本町3-3,0123-45-0003,08:30～翌08:30,
〃,,眼科,D眼科,本町4-4,0123-45-0004,〃,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_roster_in_one_file(tmp_path: Path, encoding: str) -> None:
    duties, report = taken(tmp_path, "touban.csv", CSV.replace("〃", "〃").encode(encoding))
    assert not report.failed
    assert names(duties.on(SUNDAY)) == ["A医院", "B医院"]
    assert names(duties.on(date(2026, 11, 23))) == ["C病院", "D眼科"]
    assert [d.hours[0].closes for d in duties.on(date(2026, 11, 23)).duties] == [1950, 1950]
    at = datetime(2026, 11, 24, 3, tzinfo=TOKYO)
    assert {duty.clinic.name for duty in duties.open_at(at)} == {"C病院", "D眼科"}


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "lost"),
    [
        ("9:00～17:00", "9:00～", "bad-hours", 2, SUNDAY),
        ("令和8年11月22日,日", "令和8年11月22日,月", "weekday-mismatch", 2, SUNDAY),
        ("令和8年11月22日", "令和8年11月31日", "bad-date", 2, None),
        ("R8.11.23", "R8.11.23(日)", "bad-date", 4, date(2026, 11, 23)),
        ("A医院", "", "no-name-in-row", 2, SUNDAY),
        ("9時〜12時、14時〜17時", "9時〜12時、2時〜5時", "bad-hours", 3, SUNDAY),
    ],
)
def test_a_bad_cell_loses_its_date(
    tmp_path: Path, old: str, new: str, code: str, line: int, lost: date | None
) -> None:
    duties, report = taken(tmp_path, "touban.csv", CSV.replace(old, new, 1))
    (problem,) = [p for p in report.problems if p.severity == "error"]
    assert (problem.code, problem.line) == (code, line)
    assert problem.column > 0
    assert report.failed
    if lost is not None:
        assert not duties.on(lost).covered and duties.on(lost).duties == ()
        assert lost.isoformat() in report.figures["unread"]
    kept = date(2026, 11, 23) if lost == SUNDAY else SUNDAY
    assert duties.on(kept).duties


def test_without_hours_the_settings_or_nothing_say_when(tmp_path: Path) -> None:
    duties, _ = taken(
        tmp_path, "touban.csv", "日付,医療機関名,電話番号\n2026-11-22,A医院,0123-45-0001\n"
    )
    (duty,) = duties.on(SUNDAY).duties
    assert duty.hours == () and duty.as_dict()["hours"] == []
    assert duties.open_at(datetime(2026, 11, 22, 10, tzinfo=TOKYO)) == ()
    settings = tmp_path / "town" / "clinics" / "touban" / "source.yaml"
    settings.write_text("hours: 9:00〜17:00\n", encoding="utf-8")
    read = read_clinics(tmp_path / "town").duties
    assert read is not None
    assert len(read.open_at(datetime(2026, 11, 22, 10, tzinfo=TOKYO))) == 1


def test_a_column_for_each_department(tmp_path: Path) -> None:
    table = "月日,曜日,内科,外科,歯科\n11月22日,日,A医院,B外科,－\n11月23日,月祝,C内科,,D歯科\n"
    duties, report = taken(tmp_path, "touban_r8_11.csv", table)
    assert not report.failed
    told = [(d.clinic.name, d.clinic.departments) for d in duties.on(SUNDAY).duties]
    assert told == [("A医院", ("内科",)), ("B外科", ("外科",))]
    assert names(duties.on(date(2026, 11, 23))) == ["C内科", "D歯科"]


def test_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["令和8年度 休日当番医"])
    page.append(["日付", "医療機関名", "診療時間", "電話番号"])
    page.append([datetime(2026, 11, 22), "A医院", "9:00～17:00", "0123-45-0001"])
    book.save(tmp_path / "touban.xlsx")
    duties, report = taken(tmp_path, "touban.xlsx", (tmp_path / "touban.xlsx").read_bytes())
    assert not report.failed
    assert names(duties.on(SUNDAY)) == ["A医院"]


def test_a_year_that_nobody_says_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as refused:
        taken(tmp_path, "touban.csv", "日付,医療機関名\n11月22日,A医院\n")
    assert {problem.code for problem in refused.value.problems} == {"bad-date"}


def test_the_same_row_twice_is_one_duty(tmp_path: Path) -> None:
    line = "2026-11-22,A医院,0123-45-0001,9:00～12:00\n"
    duties, _ = taken(tmp_path, "t.csv", "日付,医療機関名,電話番号,時間\n" + line + line)
    assert len(duties.on(SUNDAY).duties) == 1


def test_rows_as_of_a_later_day_win(tmp_path: Path) -> None:
    table = (
        "日付,医療機関名,時間,更新日\n2026-11-22,旧医院,9:00～12:00,2026-07-01\n"
        "2026-11-22,新医院,9:00～12:00,2026-09-01\n"
    )
    duties, _ = taken(tmp_path, "t.csv", table)
    assert names(duties.on(SUNDAY)) == ["新医院"]


def test_a_page_with_fixed_hours_of_a_town_hall_is_no_clinic(tmp_path: Path) -> None:
    page = "<h2>市役所の窓口</h2><p>平日：8時30分から17時15分</p><p>電話 0123-45-0000</p>"
    with pytest.raises(KnowledgeError):
        taken(tmp_path, "page.html", page)


@pytest.mark.parametrize("content", ["", "あ", "a,b\n1,2\n", "\x00\x01"])
def test_what_is_no_roster_is_refused_and_nothing_is_written(tmp_path: Path, content: str) -> None:
    with pytest.raises(KnowledgeError):
        taken(tmp_path, "x.csv", content)
    assert not (tmp_path / "town").exists()


def test_the_holidays_are_those_of_the_cabinet_office(published: Path) -> None:
    text = (published / "opendata" / "holidays" / "syukujitsu.csv").read_text("cp932")
    official = {}
    for line in text.splitlines()[1:]:
        day, name = line.split(",")
        year, month, number = map(int, day.split("/"))
        official[date(year, month, number)] = name
    assert len(official) > 900
    wrong = [day for day in official if is_holiday(day) is None]
    last = max(official)
    extra = [
        day
        for ordinal in range(date(2000, 1, 1).toordinal(), last.toordinal() + 1)
        if is_holiday(day := date.fromordinal(ordinal)) and day not in official
    ]
    assert (wrong, extra) == ([], [])
