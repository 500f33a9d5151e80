"""Several calendars of one town, each for its own time: this fiscal year's and the next.

A day is answered by the calendar that is valid for it. Areas and categories are the same where
they are published under the same name; one that a year does not have has no date in that year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from concierge.problem import Problem
from concierge.waste.calendar import Calendar, Collection
from concierge.waste.doubt import Doubt, note_of
from concierge.waste.model import Area, Category, Schedule, WasteData

__all__ = ["Calendars", "Period", "beside_each_other", "problems_between"]

DAY = timedelta(days=1)
WHOLE_YEAR = timedelta(days=45)
"""A list of days that ends this near the end of its calendar's time is taken for complete."""


@dataclass(frozen=True, slots=True)
class Period:
    """One calendar and the days, both included, that it is asked about."""

    calendar: Calendar
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Tell whether the calendar is valid for a day."""
        return self.first <= day <= self.last


class Calendars:
    """Every calendar of one town, in the order of their times; at least one."""

    def __init__(self, datasets: Sequence[WasteData]) -> None:
        self.periods = tuple(_periods(datasets))
        self._seen_from: dict[Period, Calendar] = {}

    def on(self, day: date) -> Calendar:
        """Return the town's calendar as it is seen on a day.

        Its `data` names the source, the items and the settings of the calendar valid on that day
        (of the last one, where none is), and the areas and categories of all of them, in the same
        order on every day. It answers for any other day from the calendar that is valid then.
        """
        if len(self.periods) == 1:
            return self.periods[0].calendar
        now = self._period(day)
        seen = self._seen_from.get(now)
        if seen is None:
            seen = self._seen_from[now] = _AcrossYears(self, now)
        return seen

    def valid_on(self, day: date) -> Calendar:
        """Return the calendar that answers for a day."""
        return self._period(day).calendar

    def _period(self, day: date) -> Period:
        """Return whose day it is: the latest begun of those valid, else the last one begun."""
        begun = [period for period in self.periods if period.first <= day]
        valid = [period for period in begun if period.holds(day)]
        return max(valid or begun, key=lambda one: one.first, default=self.periods[0])

    def runs(self, first: date, last: date) -> Iterator[tuple[date, date, Calendar]]:
        """Yield the stretches of a span that one calendar answers for, in order."""
        edges = {period.first for period in self.periods}
        edges |= {period.last + DAY for period in self.periods if period.last < date.max}
        starts = [first, *sorted(edge for edge in edges if first < edge <= last)]
        for start, end in zip(starts, [*(edge - DAY for edge in starts[1:]), last], strict=True):
            yield start, end, self.valid_on(start)


def _periods(datasets: Sequence[WasteData]) -> Iterator[Period]:
    """Give each calendar its time: to `valid_to`, from `valid_from` or the end of the one before."""
    before: date | None = None
    for data in sorted(datasets, key=_end):
        first = data.valid_from or (before + DAY if before and before < date.max else date.min)
        yield Period(Calendar(data), first, _end(data))
        before = _end(data)


def _end(data: WasteData) -> date:
    return data.valid_to or date.max


def beside_each_other(datasets: Iterable[WasteData]) -> list[list[WasteData]]:
    """Group calendars that can follow one another; one that ends with another starts a group."""
    groups: list[list[WasteData]] = []
    for data in datasets:
        for group in groups:
            if all(_end(data) != _end(other) for other in group):
                group.append(data)
                break
        else:
            groups.append([data])
    return groups


def problems_between(datasets: Sequence[WasteData]) -> list[Problem]:
    """Report days that two calendars claim, and days between two that none does."""
    problems: list[Problem] = []
    for before, after in pairwise(_periods(datasets)):
        file = f"{after.calendar.data.folder}/source.yaml"
        other = before.calendar.data.folder
        if after.first <= before.last:
            message = (
                f"{after.first.isoformat()} から {before.last.isoformat()} までは {other} とも"
                "重なっています。この間は、後から始まるほうで案内します。"
                "重ねないときは valid_from か valid_to を直してください。"
            )
            problems.append(Problem(file, 0, 0, "warning", "calendars-overlap", message))
        elif after.first > before.last + DAY:
            message = (
                f"{(before.last + DAY).isoformat()} から {(after.first - DAY).isoformat()} までの"
                f"収集日がありません（{other} の後、このカレンダーの前）。この間は「未登録」と案内します。"
                "valid_from か valid_to が正しいか確かめてください。"
            )
            problems.append(Problem(file, 0, 0, "warning", "calendars-gap", message))
    return problems


class _AcrossYears(Calendar):
    """The calendar of a town with several, as seen from the time of one of them."""

    def __init__(self, calendars: Calendars, now: Period) -> None:
        self._all = calendars
        datasets = [period.calendar.data for period in calendars.periods]
        areas, categories = _joined(datasets)
        self._areas = [_positions(areas, _area_keys(data)) for data in datasets]
        self._categories = [_positions(categories, _category_keys(data)) for data in datasets]
        self._place = {id(period.calendar): n for n, period in enumerate(calendars.periods)}
        super().__init__(
            replace(
                now.calendar.data,
                areas=tuple(areas.values()),
                categories=tuple(categories.values()),
                schedules=tuple(tuple(Schedule(()) for _ in categories) for _ in areas),
            )
        )

    def next_collections(self, area: Area, on: date) -> list[Collection]:
        """Return the first collection of each category on or after `on`, in whichever year."""
        return [self._next(area, category, on) for category in self.data.categories]

    def between(self, area: Area, first: date, last: date) -> list[Collection]:
        """Return every collection of a span, each from the calendar valid on its day."""
        return [
            self._here(calendar, found)
            for start, end, calendar in self._all.runs(first, last)
            if (there := self._area(calendar, area)) is not None
            for found in calendar.between(there, start, end)
        ]

    def doubts_on(self, area: Area, day: date) -> list[Collection]:
        """Return the categories that the calendar valid on the day cannot speak for."""
        calendar = self._all.valid_on(day)
        there = self._area(calendar, area)
        if there is None:
            missing = Doubt.AREA_MISSING
            return [_not_there(category, missing) for category in self.data.categories]
        return [self._here(calendar, found) for found in calendar.doubts_on(there, day)]

    def source(self, area: Area, day: date) -> tuple[WasteData, int]:
        """Return the calendar that a day rests on, and the area's line in it."""
        calendar = self._all.valid_on(day)
        there = self._area(calendar, area)
        return calendar.data, there.row if there else 0

    def _next(self, area: Area, category: Category, on: date) -> Collection:
        missing: Collection | None = None
        ended = _not_there(category)
        for start, end, calendar in self._all.runs(on, date.max):
            found = self._first(calendar, area, category, start)
            if found.date is not None and found.date <= end:
                return found if missing is None else _unsure(found, missing)
            if found.doubt is Doubt.NOT_UNDERSTOOD:
                return replace(found, date=None)
            last = self._last_listed(calendar, area, category)
            if found.doubt is Doubt.ENDED and last is not None and end - last > WHOLE_YEAR:
                missing = missing or found
            if found.doubt is Doubt.AREA_MISSING:
                missing = missing or found
            ended = found
        return missing or ended

    def _first(self, calendar: Calendar, area: Area, category: Category, on: date) -> Collection:
        there, kind = self._area(calendar, area), self._category(calendar, category)
        if there is None:
            return _not_there(category, Doubt.AREA_MISSING)
        if kind is None:
            return _not_there(category)
        return self._here(calendar, calendar.next_of(there, kind, on))

    def _last_listed(self, calendar: Calendar, area: Area, category: Category) -> date | None:
        there, kind = self._area(calendar, area), self._category(calendar, category)
        return None if there is None or kind is None else calendar.last_listed(there, kind)

    def _area(self, calendar: Calendar, area: Area) -> Area | None:
        position = self._areas[self._place[id(calendar)]].get(area.index)
        return None if position is None else calendar.data.areas[position]

    def _category(self, calendar: Calendar, category: Category) -> Category | None:
        position = self._categories[self._place[id(calendar)]].get(category.index)
        return None if position is None else calendar.data.categories[position]

    def _here(self, calendar: Calendar, found: Collection) -> Collection:
        """Return a collection of one year with the category as it is numbered here."""
        positions = self._categories[self._place[id(calendar)]]
        here = next(n for n, there in positions.items() if there == found.category.index)
        return replace(found, category=self.data.categories[here])


def _not_there(category: Category, doubt: Doubt = Doubt.NOT_SCHEDULED) -> Collection:
    return Collection(category, None, note_of(doubt), doubt)


def _unsure(found: Collection, missing: Collection) -> Collection:
    """Return a date before which there may be another, since a list ended long before its year."""
    return replace(found, doubt=missing.doubt, note=missing.note)


Key = tuple[tuple[str, ...], int]


def _numbered(names: Iterable[tuple[str, ...]]) -> list[Key]:
    """Tell apart what has the same name: each with how many of that name stand before it."""
    seen: Counter[tuple[str, ...]] = Counter()
    keys: list[Key] = []
    for name in names:
        keys.append((name, seen[name]))
        seen[name] += 1
    return keys


def _area_keys(data: WasteData) -> list[Key]:
    return _numbered((*area.levels, area.name) for area in data.areas)


def _category_keys(data: WasteData) -> list[Key]:
    return _numbered((category.label,) for category in data.categories)


def _joined(datasets: Sequence[WasteData]) -> tuple[dict[Key, Area], dict[Key, Category]]:
    """Return the areas and categories of all years, numbered anew, by their names."""
    areas: dict[Key, Area] = {}
    categories: dict[Key, Category] = {}
    for data in datasets:
        for key, area in zip(_area_keys(data), data.areas, strict=True):
            areas.setdefault(key, replace(area, index=len(areas)))
        for key, category in zip(_category_keys(data), data.categories, strict=True):
            categories.setdefault(key, replace(category, index=len(categories)))
    return areas, categories


def _positions(joined: Mapping[Key, object], keys: Sequence[Key]) -> dict[int, int]:
    """Return where each of the joined names stands in one year; missing where it does not."""
    there = {key: position for position, key in enumerate(keys)}
    return {number: there[key] for number, key in enumerate(joined) if key in there}
