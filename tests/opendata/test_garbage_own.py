"""Our own table of garbage days, and calendar files, taken in as a 5374 folder."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from concierge.clock import TOKYO
from concierge.opendata.formats import ImportOptions, ImportReport, import_data
from concierge.problem import KnowledgeError
from concierge.waste.areas import find_areas
from concierge.waste.calendar import Calendar
from concierge.waste.folder import read_waste
from concierge.waste.ics import render_ics
from tests.towns import Talk

AT = datetime(2026, 11, 20, tzinfo=TOKYO)
TABLE = """\
地区,分別,収集日
本町,燃えるごみ,毎週月・木
本町,資源,第２・第4水曜
本町,びん,2026-12-02 2026/12/16
本町,草,毎週土（5月〜11月）
浜町,燃えるごみ,火曜日と金曜日
浜町,びん,隔週金曜 2026-11-27から
,休み,2026-12-31〜2027-01-03
浜町,休み,2026-12-04
"""


def take(tmp_path: Path, form: str, text: str, name: str) -> tuple[Calendar, ImportReport]:
    source = tmp_path / name
    source.write_text(text, encoding="utf-8")
    report = import_data(form, source, tmp_path / "town", ImportOptions(AT))
    return Calendar(read_waste(tmp_path / "town").datasets[0]), report


def span(calendar: Calendar, area: str, first: str, last: str) -> list[str]:
    [where] = find_areas(calendar.data, area)
    found = calendar.between(where, date.fromisoformat(first), date.fromisoformat(last))
    return [f"{one.date} {one.category.label}" for one in found]


def test_the_table(tmp_path: Path) -> None:
    calendar, report = take(tmp_path, "garbage", TABLE, "町.csv")
    assert not report.problems
    assert span(calendar, "本町", "2026-11-23", "2026-12-03") == [
        "2026-11-23 燃えるごみ", "2026-11-25 資源", "2026-11-26 燃えるごみ", "2026-11-28 草",
        "2026-11-30 燃えるごみ", "2026-12-02 びん", "2026-12-03 燃えるごみ",
    ]  # fmt: skip
    assert span(calendar, "浜町", "2026-11-27", "2026-12-12") == [
        "2026-11-27 燃えるごみ", "2026-11-27 びん", "2026-12-01 燃えるごみ", "2026-12-08 燃えるごみ",
        "2026-12-11 燃えるごみ", "2026-12-11 びん",
    ]  # fmt: skip
    assert span(calendar, "本町", "2026-12-29", "2027-01-05") == ["2027-01-04 燃えるごみ"]
    talk = Talk(tmp_path / "town")
    assert "11月23日（月）" in talk.say("本町の燃えるごみいつ").text


@pytest.mark.parametrize(
    "days",
    [
        "毎日",
        "たまに",
        "第6水曜",
        "月曜 2026-12-01",
        "2026-02-30",
        "隔週水曜 2026-11-27から",
        "毎週月（13月のみ）",
        "月火 ほか",
    ],
)
def test_a_day_that_cannot_be_read_loses_its_line_alone(tmp_path: Path, days: str) -> None:
    text = f"地区,分別,収集日\n本町,資源,{days}\n本町,びん,毎週火\n"
    calendar, report = take(tmp_path, "garbage", text, "t.csv")
    problems = [p for p in report.problems if p.code == "cell-not-understood"]
    assert [(p.file, p.line, p.column) for p in problems] == [("t.csv", 2, 3)]
    assert report.failed
    assert [c.label for c in calendar.data.categories][-1] == "びん"


@pytest.mark.parametrize("text", ["", "町,種類\n本町,資源\n", "地区,分別,収集日\n"])
def test_a_table_without_anything_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(KnowledgeError):
        take(tmp_path, "garbage", text, "t.csv")
    assert not (tmp_path / "town").exists()


ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:本町 ごみ収集日
BEGIN:VTIMEZONE
TZID:Asia/Tokyo
BEGIN:STANDARD
DTSTART:19700101T000000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
SUMMARY:燃えるごみ
DTSTART;VALUE=DATE:20260406
RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270331T145959Z
EXDATE;VALUE=DATE:20261231
BEGIN:VALARM
TRIGGER:-PT12H
DTSTART;VALUE=DATE:19990101
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:びん\\, か
 ん
DTSTART;TZID=Asia/Tokyo:20261202T080000
RRULE:FREQ=MONTHLY;BYDAY=1WE;COUNT=4
RDATE;TZID=Asia/Tokyo:20261216T080000
END:VEVENT
BEGIN:VEVENT
UID:2
RECURRENCE-ID;TZID=Asia/Tokyo:20270106T080000
SUMMARY:びん\\, かん
DTSTART;TZID=Asia/Tokyo:20270108T080000
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:粗大ごみ
DTSTART:20261211T233000Z
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:中止のごみ
STATUS:CANCELLED
DTSTART;VALUE=DATE:20261212
END:VEVENT
BEGIN:VEVENT
UID:5
SUMMARY:こわれた予定
DTSTART;VALUE=DATE:20261345
END:VEVENT
END:VCALENDAR
"""


def test_a_calendar_file(tmp_path: Path) -> None:
    calendar, report = take(tmp_path, "ics", ICS.replace("\n", "\r\n"), "honmachi.ics")
    assert ("event-not-understood", 46) in [(p.code, p.line) for p in report.problems]
    assert span(calendar, "本町", "2026-11-30", "2026-12-16") == [
        "2026-11-30 燃えるごみ", "2026-12-02 びん, かん", "2026-12-03 燃えるごみ", "2026-12-07 燃えるごみ",
        "2026-12-10 燃えるごみ", "2026-12-12 粗大ごみ", "2026-12-14 燃えるごみ", "2026-12-16 びん, かん",
    ]  # fmt: skip
    assert span(calendar, "本町", "2026-12-31", "2027-01-09") == [
        "2027-01-04 燃えるごみ", "2027-01-07 燃えるごみ", "2027-01-08 びん, かん",
    ]  # fmt: skip


def test_what_is_given_out_can_be_taken_in(tmp_path: Path) -> None:
    calendar, _ = take(tmp_path, "garbage", TABLE, "町.csv")
    [area] = find_areas(calendar.data, "本町")
    found = calendar.between(area, date(2026, 11, 20), date(2027, 3, 31))
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "本町.ics").write_bytes(render_ics(calendar.data, area, found, AT))
    import_data("ics", feeds, tmp_path / "again", ImportOptions(AT))
    again = Calendar(read_waste(tmp_path / "again").datasets[0])
    wanted = span(calendar, "本町", "2026-11-20", "2027-03-31")
    assert sorted(span(again, "本町", "2026-11-20", "2027-03-31")) == sorted(wanted)


def test_a_folder_without_calendars_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError):
        import_data("ics", tmp_path, tmp_path / "town", ImportOptions(AT))
