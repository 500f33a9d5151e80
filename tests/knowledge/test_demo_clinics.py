"""The demonstration town has its clinics on duty on every date through 2030, told without a doubt."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from concierge.clinics.ages import in_department, sees_age
from concierge.clinics.duties import Duties
from concierge.clinics.folder import read_clinics
from concierge.clock import TOKYO

DEMO = Path(__file__).resolve().parents[2] / "knowledge" / "demo"
FIRST, LAST = date(2026, 4, 1), date(2030, 12, 31)
CHILDREN = "あさなぎこども急患センター"
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


@pytest.fixture(scope="module")
def duties() -> Duties:
    read = read_clinics(DEMO)
    assert read.problems == ()
    assert read.duties is not None
    return read.duties


def day_off(day: date, holidays: set[date]) -> bool:
    return (
        day.weekday() == 6
        or day in holidays
        or (day.month, day.day) >= (12, 29)
        or (day.month, day.day) <= (1, 3)
    )


@pytest.fixture(scope="module")
def national() -> set[date]:
    import holidays  # noqa: PLC0415 - slow to load

    return set(holidays.country_holidays("JP", years=range(2026, 2031)))


def test_every_date_is_covered_and_sensible(duties: Duties, national: set[date]) -> None:
    for day in EVERY_DAY:
        found = duties.on(day)
        assert found.covered and not found.missing, day
        names = [duty.clinic.name for duty in found.duties]
        assert names.count(CHILDREN) == 1, day
        kinds = Counter(
            kind
            for duty in found.duties
            for kind in ("内科", "歯科", "薬局")
            if in_department(duty.clinic.departments, kind)
        )
        off = day_off(day, national)
        pharmacy = off and not (day.month == 12 and day.day in (29, 30) and day.weekday() != 6)
        assert kinds["内科"] == int(off), (day, names)
        assert kinds["歯科"] == kinds["薬局"] == int(pharmacy), (day, names)
        assert len(names) == 1 + 2 * off + 2 * pharmacy, (day, names)
        assert all(duty.hours and duty.clinic.phone for duty in found.duties)


def test_nothing_is_said_of_later_dates(duties: Duties) -> None:
    found = duties.on(LAST + timedelta(days=1))
    assert not found.covered
    assert found.duties == ()
    assert len(found.missing) == 3


def test_the_clinics_take_turns_evenly(duties: Duties, national: set[date]) -> None:
    days = [day for day in EVERY_DAY if day_off(day, national)]
    turns = Counter(
        duty.clinic.name
        for day in days
        for duty in duties.on(day).duties
        if in_department(duty.clinic.departments, "内科")
    )
    assert len(turns) == 6
    assert max(turns.values()) - min(turns.values()) <= 1
    first = [
        duty.clinic.name
        for day in days[:7]
        for duty in duties.on(day).duties
        if in_department(duty.clinic.departments, "内科")
    ]
    assert first[0] == first[6] == "なぎさ内科医院"
    assert len(set(first[:6])) == 6


@pytest.mark.parametrize(
    ("moment", "open_now"),
    [
        ("2026-11-20T19:29", False),
        ("2026-11-20T19:30", True),
        ("2026-11-20T22:29", True),
        ("2026-11-20T22:30", False),
        ("2026-11-21T18:00", True),
        ("2026-11-23T13:00", False),
        ("2026-11-23T14:00", True),
        ("2026-12-30T11:59", True),
    ],
)
def test_the_children_s_clinic_by_the_kind_of_day(
    duties: Duties, moment: str, open_now: bool
) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=TOKYO)
    names = [duty.clinic.name for duty in duties.open_at(at)]
    assert (CHILDREN in names) == open_now


def test_a_toddler_finds_a_doctor_on_every_evening(duties: Duties) -> None:
    for day in EVERY_DAY[:400]:
        evening = datetime.combine(day, time(21), TOKYO)
        seen = [duty for duty in duties.open_at(evening) if sees_age(duty.clinic, 2) is True]
        assert seen, day
