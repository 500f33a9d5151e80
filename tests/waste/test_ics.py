"""The iCalendar file keeps RFC 5545 and promises no doubtful date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from concierge.waste.calendar import Calendar
from concierge.waste.ics import render_ics
from concierge.waste.model import Area, Category, Remark, Schedule, WasteData, Weekly

LONG = "燃やすごみ（生ごみ・紙くず・革製品・プラスチック製品以外の可燃物）,\\;" * 3


def town(label: str = LONG, remark: str = "朝8時まで,\n厳守; \\") -> WasteData:
    return WasteData(
        areas=(Area(0, "本町", levels=("北区",)),),
        categories=(Category(0, label), Category(1, label)),
        schedules=((Schedule((Weekly(1),), (Remark("1", remark),)), Schedule((Weekly(1),))),),
    )


def rendered(data: WasteData) -> bytes:
    area = data.areas[0]
    found = Calendar(data).between(area, date(2026, 12, 22), date(2027, 1, 5))
    return render_ics(data, area, found, datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC))


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_lines_end_in_crlf_and_hold_75_octets() -> None:
    content = rendered(town())
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


def test_events() -> None:
    lines = unfolded(rendered(town()))
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 4
    starts = [line for line in lines if line.startswith("DTSTART")]
    assert starts == ["DTSTART;VALUE=DATE:20261222"] * 2 + ["DTSTART;VALUE=DATE:20270105"] * 2
    assert "DTEND;VALUE=DATE:20261223" in lines
    assert "DTSTAMP:20261121T030405Z" in lines
    assert "X-WR-CALNAME:北区本町 ごみ収集日" in lines
    assert any("2件は入れていません" in line for line in lines if line.startswith("X-WR-CALDESC"))


def test_text_is_escaped_and_comes_back() -> None:
    lines = unfolded(rendered(town()))
    summary = next(line for line in lines if line.startswith("SUMMARY:"))[8:]
    assert re.sub(r"\\(.)", r"\1", summary) == LONG
    description = next(line for line in lines if line.startswith("DESCRIPTION:"))
    assert description == "DESCRIPTION:朝8時まで\\,\\n厳守\\; \\\\。"


def test_uids_are_stable_and_unique() -> None:
    uids = [line for line in unfolded(rendered(town())) if line.startswith("UID:")]
    assert len(set(uids)) == 4
    assert uids == [line for line in unfolded(rendered(town())) if line.startswith("UID:")]


@pytest.mark.parametrize("label", ["", "\x00\r\nBEGIN:VEVENT", "𠮷" * 60])
def test_odd_labels_break_nothing(label: str) -> None:
    lines = unfolded(rendered(town(label)))
    assert lines.count("BEGIN:VEVENT") == 4
