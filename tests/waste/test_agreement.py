"""The calendar agrees with the oracle, cell by cell and day by day, in every present city."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.opendata.garbage_5374.cell import read_cell
from concierge.opendata.garbage_5374.folder import read_5374
from concierge.waste.calendar import Calendar
from concierge.waste.model import (
    Area,
    Category,
    Closure,
    ClosurePolicy,
    Schedule,
    WasteData,
)
from tests.conftest import cities_5374
from tests.waste.oracle import UnreadableError, collected

SPANS = [
    (date(2013, 12, 20), date(2014, 2, 10)),
    (date(2014, 12, 20), date(2015, 3, 1)),
    (date(2017, 5, 1), date(2017, 8, 1)),
    (date(2017, 12, 20), date(2018, 2, 1)),
    (date(2020, 12, 20), date(2021, 2, 1)),
    (date(2025, 12, 15), date(2026, 3, 5)),
    (date(2026, 11, 21), date(2027, 1, 31)),
]


def raw_rows(path: Path) -> list[list[str]]:
    if not path.is_file():
        return []
    text = path.read_bytes().decode("utf-8-sig").replace("\r", "")
    return [row for row in csv.reader(text.split("\n"), quoting=csv.QUOTE_NONE) if row]


def published_closures(folder: Path) -> dict[str, list[tuple[date, date]]]:
    found: dict[str, list[tuple[date, date]]] = {}
    for row in raw_rows(folder / "center.csv")[1:]:
        parts = [re.fullmatch(r"(\d+)/(\d\d?)/(\d\d?)", cell.strip()) for cell in row[1:3]]
        if len(parts) == 2 and all(parts):
            first, last = (
                date(*(int(number) for number in part.groups())) for part in parts if part
            )
            found.setdefault(row[0].strip(), []).append((first, last))
    return found


def excluded_days(folder: Path) -> dict[str, set[date]]:
    """Return the days that a remark of the form 収集がない日 takes away, by its id."""
    found: dict[str, set[date]] = {}
    for row in raw_rows(folder / "remarks.csv")[1:]:
        if len(row) > 1 and row[1].startswith("収集がない日"):
            days = re.findall(r"(\d{4})/(\d\d)/(\d\d)", row[1])
            found[row[0]] = {date(int(y), int(m), int(d)) for y, m, d in days}
    return found


def first_days_of_january(folder: Path) -> bool:
    return any(
        "1月1日～3日は収集しません" in "".join(row) for row in raw_rows(folder / "remarks.csv")
    )


def days_of(spans: Iterable[tuple[date, date]]) -> Iterator[date]:
    for first, last in spans:
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


@pytest.mark.parametrize("policy", list(ClosurePolicy))
@pytest.mark.parametrize("city", cities_5374())
def test_every_cell_agrees_with_the_oracle(
    published: Path, city: str, policy: ClosurePolicy
) -> None:
    folder = published / "5374" / city
    data = read_5374(folder, policy=policy).data
    assert data is not None
    calendar = Calendar(data)
    closures, excluded = published_closures(folder), excluded_days(folder)
    january = [
        (date(year, 1, 1), date(year, 1, 3))
        for year in range(2013, 2029)
        if first_days_of_january(folder)
    ]
    moved = {
        (move.category, move.day + timedelta(days=n))
        for move in data.moves
        for n in range(((move.follows or move.day) - move.day).days + 1)
    }
    checked: set[tuple[str, str | None, str]] = set()
    for area in data.areas:
        keys = [
            (data.schedules[area.index][category.index].raw, area.centre, category.label)
            for category in data.categories
        ]
        if checked.issuperset(keys):
            continue
        given = [one for span in SPANS for one in calendar.between(area, *span)]
        for category, key in zip(data.categories, keys, strict=True):
            schedule = data.schedules[area.index][category.index]
            if key in checked:
                continue
            checked.add(key)
            closed = [*closures.get(area.centre or "", []), *january]
            off = {
                day
                for remark in re.findall(r"\*(\w+)", schedule.raw)
                for day in excluded.get(remark, ())
            }
            try:
                expected = {
                    day
                    for day in days_of(SPANS)
                    if day not in off
                    and (category.label, day) not in moved
                    and collected(schedule.raw, day, closed, policy is ClosurePolicy.SHIFT)
                }
            except UnreadableError:
                assert not schedule.understood, schedule.raw
                continue
            assert schedule.understood, schedule.raw
            found = {
                one.date
                for one in given
                if one.category is category and (category.label, one.date) not in moved
            }
            assert found == expected, (area.name, category.label, schedule.raw)


@pytest.mark.parametrize("city", cities_5374())
def test_every_cell_is_the_published_one_and_is_accounted_for(published: Path, city: str) -> None:
    found = read_5374(published / "5374" / city)
    rows = raw_rows(published / "5374" / city / "area_days.csv")
    named = [
        index
        for index, header in enumerate(rows[0])
        if header.strip() and index > centre_column(rows[0])
    ]
    counts = found.accounting
    assert counts.total == len(named) * (len(rows) - 1)
    assert counts.not_understood == len(counts.lost)
    reported = {(p.line, p.column) for p in found.problems if p.severity == "error"}
    assert all((line, column) in reported for line, column, _ in counts.lost)
    assert found.data is not None
    assert [category.label for category in found.data.categories] == [rows[0][i] for i in named]
    lines = (published / "5374" / city / "area_days.csv").read_bytes().decode("utf-8-sig")
    by_line = [line.rstrip("\r").split(",") for line in lines.split("\n")]
    for area in found.data.areas:
        schedules = found.data.schedules[area.index]
        assert [s.raw for s in schedules] == [by_line[area.row - 1][i] for i in named]
        assert area.name in by_line[area.row - 1]


def centre_column(header: list[str]) -> int:
    return next((i for i, name in enumerate(header) if name.startswith("センター")), 1)


weekday_tokens = st.from_regex(r"[月火水木金土日][1-5]?", fullmatch=True)
months = st.sets(st.integers(1, 12), min_size=1, max_size=5)
grouped = st.tuples(st.lists(weekday_tokens, min_size=1, max_size=2), months).map(
    lambda pair: f"{' '.join(pair[0])}:{' '.join(map(str, sorted(pair[1])))}"
)
listed = st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), min_size=1, max_size=20).map(
    lambda days: " ".join(f"{day:%Y%m%d}" for day in days)
)
alternating = st.dates(date(2025, 10, 1), date(2026, 12, 31)).map(
    lambda day: f"隔{'月火水木金土日'[day.weekday()]}{day:%Y%m%d}"
)
cells = st.one_of(
    st.lists(weekday_tokens, min_size=1, max_size=4).map(" ".join),
    st.lists(grouped, min_size=1, max_size=3).map(" ".join),
    listed,
    alternating,
)


@settings(max_examples=60, deadline=None)
@given(
    cell=cells,
    policy=st.sampled_from(ClosurePolicy),
    first=st.dates(date(2026, 11, 25), date(2027, 1, 5)),
    length=st.integers(0, 9),
)
def test_made_up_cells_agree_with_the_oracle(
    cell: str, policy: ClosurePolicy, first: date, length: int
) -> None:
    reading = read_cell(cell)
    assert reading.state == "read", (cell, reading.findings)
    closure = Closure("中央", first, first + timedelta(days=length))
    data = WasteData(
        areas=(Area(0, "本町", centre="中央"),),
        categories=(Category(0, "燃やすごみ"),),
        schedules=((Schedule(reading.rules, raw=cell),),),
        closures=(closure,),
        policy=policy,
    )
    span = (date(2026, 11, 15), date(2027, 2, 5))
    found = [one.date for one in Calendar(data).between(data.areas[0], *span)]
    closed = [(closure.first, closure.last)]
    shift = policy is ClosurePolicy.SHIFT
    assert found == [day for day in days_of([span]) if collected(cell, day, closed, shift)]
    following = Calendar(data).next_collections(data.areas[0], span[0])[0]
    if found:
        assert following.date == found[0]
