"""A desk's hours: told only where they are understood whole."""

from __future__ import annotations

import pytest

from concierge.clock import parse_instant
from concierge.office_hours import read_hours

WEEKDAYS = "平日 8時30分〜17時15分"


@pytest.mark.parametrize(
    ("hours", "at", "until", "opens"),
    [
        (WEEKDAYS, "2026-11-20T10:00", "17:15", "2026-11-24T08:30"),
        (WEEKDAYS, "2026-11-20T17:15", None, "2026-11-24T08:30"),
        (WEEKDAYS, "2026-11-21T10:00", None, "2026-11-24T08:30"),
        (WEEKDAYS, "2026-12-29T10:00", None, "2027-01-04T08:30"),
        (f"{WEEKDAYS}（木曜は19時まで）", "2026-11-19T18:59", "19:00", "2026-11-20T08:30"),
        (f"{WEEKDAYS}（第4日曜は9時〜12時）", "2026-11-22T11:00", "12:00", "2026-11-24T08:30"),
        ("月〜土 9時〜16時（祝日も開場。日曜・12月31日〜1月3日は休み）", "2026-11-23T10:00", "16:00", "2026-11-24T09:00"),
        ("毎日 8時30分〜17時（1月1日〜3日は休み）", "2027-01-02T10:00", None, "2027-01-04T08:30"),
    ],
)  # fmt: skip
def test_hours_that_are_understood(hours: str, at: str, until: str | None, opens: str) -> None:
    read = read_hours(hours)
    assert read is not None
    moment = parse_instant(at)
    closing = read.open_until(moment)
    assert (closing.strftime("%H:%M") if closing else None) == until
    assert read.opens_next(moment) == parse_instant(opens)


@pytest.mark.parametrize(
    "hours",
    [
        None,
        "",
        "お問い合わせください",
        "月〜金 8時30分〜17時",
        f"{WEEKDAYS}（要予約）",
        f"{WEEKDAYS}（月によって変わります）",
        "火〜金 9時30分〜19時、土日・祝日 9時30分〜17時（月曜は休み）",
        "平日 17時〜8時",
        "平日 25時〜26時",
    ],
)
def test_nothing_is_claimed_of_hours_that_are_not(hours: str | None) -> None:
    assert read_hours(hours) is None
