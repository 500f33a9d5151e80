"""Where an imported calendar goes beside those that are there, and for which time it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from concierge.clock import parse_day
from concierge.problem import Problem
from concierge.waste.folder import FACTS, SOURCE, read_settings
from concierge.waste.model import DateList, WasteData

__all__ = ["FOLDER", "Place", "fiscal_end", "place_for"]

FOLDER = "waste/5374"
BEFORE = "waste/.5374-before"
"""Where the last calendar goes that was replaced by another one for the same time."""
OF_ONE_FILE = ("title", "url")
YEAR_ENDS = (3, 31)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a calendar goes: its folder, when it begins to hold, and the settings it keeps.

    `keep` is where the files go that it replaces, None where they may be lost.
    """

    folder: str
    valid_from: date | None
    settings: Mapping[str, str] = field(default_factory=dict)
    keep: Path | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _There:
    folder: str
    area_days: bytes
    settings: Mapping[str, str]

    def day(self, key: str) -> date | None:
        return parse_day(self.settings[key]) if self.settings.get(key) else None


def fiscal_end(data: WasteData | None, today: date) -> date:
    """Return the 31 March until which a calendar holds where nobody says it.

    It is the coming one, unless most of the days listed one by one are of a later year.
    """
    listed = sorted(
        day
        for schedules in (data.schedules if data else ())
        for schedule in schedules
        for rule in schedule.rules
        if isinstance(rule, DateList)
        for day in rule.days
    )
    coming = _year_end(today)
    return max(coming, _year_end(listed[len(listed) // 2])) if listed else coming


def _year_end(day: date) -> date:
    year = day.year if (day.month, day.day) <= YEAR_ENDS else day.year + 1
    return date(min(year, date.max.year), *YEAR_ENDS)


def place_for(into: Path, area_days: bytes, valid_to: date, valid_from: date | None) -> Place:
    """Return where a calendar goes that holds until `valid_to`."""
    there = list(_calendars(into))
    same = next((one for one in there if one.area_days == area_days), None)
    if same is not None:
        return Place(same.folder, valid_from or same.day("valid_from"), _kept(same))
    for one in there:
        if one.day("valid_to") in (None, valid_to):
            message = (
                "同じ期間のカレンダーを置き換えました。前のファイルは "
                f"{BEFORE} に残してあります。来年度のファイルのときは、"
                "「--valid-to 2028-03-31」のように期限を付けて取り込み直してください。"
            )
            file = f"{one.folder}/area_days.csv"
            told = Problem(file, 0, 0, "info", "calendar-replaced", message)
            begins = valid_from or one.day("valid_from")
            return Place(one.folder, begins, _kept(one), into / BEFORE, (told,))
    if not there:
        return Place(FOLDER, valid_from)
    facts = {key: text for key, text in _kept(there[-1]).items() if key not in OF_ONE_FILE}
    ends = [end for one in there if (end := one.day("valid_to")) is not None]
    later = any(end < valid_to for end in ends)
    first = valid_from or (_begins(valid_to) if later else None)
    return Place(_free_folder(there, valid_to), first, facts)


def _begins(valid_to: date) -> date:
    """Return the first day of the year that ends with a day."""
    try:
        return valid_to.replace(year=valid_to.year - 1) + timedelta(days=1)
    except ValueError:
        return date(valid_to.year - 1, 3, 1)


def _free_folder(there: list[_There], valid_to: date) -> str:
    taken = {one.folder for one in there}
    wanted = [FOLDER, f"{FOLDER}-{_begins(valid_to).year}"]
    wanted += [f"{wanted[1]}-{number}" for number in range(2, len(taken) + 3)]
    return next(name for name in wanted if name not in taken)


def _calendars(into: Path) -> list[_There]:
    """Return the imported calendars that are there, by name."""
    waste = into / "waste"
    found: list[_There] = []
    for place in sorted(waste.iterdir()) if waste.is_dir() else []:
        path = place / "area_days.csv"
        if (place.name == "5374" or place.name.startswith("5374-")) and path.is_file():
            settings = read_settings(place / SOURCE, f"waste/{place.name}/{SOURCE}", [])
            found.append(_There(f"waste/{place.name}", path.read_bytes(), settings))
    return found


def _kept(there: _There) -> dict[str, str]:
    """Return what staff wrote into a source.yaml that is about to be replaced."""
    kept = (*OF_ONE_FILE, *FACTS)
    return {key: there.settings[key] for key in kept if there.settings.get(key)}
