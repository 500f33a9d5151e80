"""When is what collected, and how far that is certain: the one place that works out dates.

A `Collection` carries its doubt. Whoever speaks to residents must not give a date that has one as
a date, and must not say "no collection" of a day for which `doubts_on` names the category.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from concierge.clock import with_weekday
from concierge.waste.closing import covers, is_new_year, touches_turn
from concierge.waste.doubt import Doubt, note_of
from concierge.waste.model import (
    Area,
    Category,
    Closure,
    ClosurePolicy,
    DateList,
    Move,
    Remark,
    Schedule,
    WasteData,
)
from concierge.waste.recurrence import last_day, never, occurrences

__all__ = ["Calendar", "Collection"]


@dataclass(frozen=True, slots=True)
class Collection:
    """One category's collection on `date`, or None where no date is known.

    `note` is the doubt and the cell's remarks in Japanese, for staff. `doubt` None means that the
    data is sure of it. `row` is the line of area_days.csv it rests on.
    """

    category: Category
    date: date | None
    note: str | None = None
    doubt: Doubt | None = None
    remarks: tuple[Remark, ...] = ()
    row: int = 0


class Calendar:
    """Answers from one published calendar; areas are those of the same `WasteData`."""

    def __init__(self, data: WasteData) -> None:
        self.data = data
        self._closures = _by_centre(data.closures)
        self._doubtful = _by_centre(data.doubtful_closures)
        self._general = tuple(remark for remark in data.remarks if not remark.id)
        self._cells: dict[tuple[int, int], _Cell] = {}

    def next_collections(self, area: Area, on: date) -> list[Collection]:
        """Return the first collection of each category on or after `on`, in the file's order."""
        return [self.next_of(area, category, on) for category in self.data.categories]

    def next_of(self, area: Area, category: Category, on: date) -> Collection:
        """Return the first collection of one category on or after `on`."""
        return self._cell(area, category).first(on)

    def last_listed(self, area: Area, category: Category) -> date | None:
        """Return the last day that a cell's rules give, None where they go on for ever."""
        return self._cell(area, category).end

    def source(self, area: Area, day: date) -> tuple[WasteData, int]:
        """Return the published calendar that a day rests on, and the area's line in its file."""
        return self.data, area.row

    def on(self, area: Area, day: date) -> list[Collection]:
        """Return what is collected on a day, doubtful collections too."""
        return self.between(area, day, day)

    def between(self, area: Area, first: date, last: date) -> list[Collection]:
        """Return every collection from `first` to `last`, both included, by day, then category."""
        found = [
            cell.collection(day)
            for cell in (self._cell(area, category) for category in self.data.categories)
            for day in takewhile(lambda day: day <= last, cell.days(first))
        ]
        return sorted(found, key=lambda found: (found.date or last, found.category.index))

    def doubts_on(self, area: Area, day: date) -> list[Collection]:
        """Return the categories of which the data cannot say whether they are collected on a day.

        Where this is empty, what `on` returns is all there is; a category that is in neither is
        certainly not collected. `date` is the day where a doubtful collection falls on it, else
        None.
        """
        cells = (self._cell(area, category) for category in self.data.categories)
        return [found for cell in cells if (found := cell.uncertain(day)) is not None]

    def _cell(self, area: Area, category: Category) -> _Cell:
        key = (area.index, category.index)
        cell = self._cells.get(key)
        if cell is None:
            schedule = self.data.schedules[area.index][category.index]
            remarks = (*schedule.remarks, *self._general)
            closures = (
                *self._closures[None],
                *(self._closures[area.centre] if area.centre else ()),
                *(closure for remark in schedule.remarks for closure in remark.closures),
            )
            doubtful = self._doubtful[area.centre] if area.centre else ()
            excluded = frozenset(day for remark in remarks for day in remark.excluded)
            cell = _Cell(self.data, category, schedule, closures, tuple(doubtful), excluded)
            self._cells[key] = cell
        return cell


def _by_centre(closures: tuple[Closure, ...]) -> defaultdict[str | None, list[Closure]]:
    found: defaultdict[str | None, list[Closure]] = defaultdict(list)
    for closure in closures:
        found[closure.centre].append(closure)
    return found


class _Cell:
    """One category in one area, with everything that takes days away from it or adds some."""

    def __init__(
        self,
        data: WasteData,
        category: Category,
        schedule: Schedule,
        closures: tuple[Closure, ...],
        doubtful: tuple[Closure, ...],
        excluded: frozenset[date],
    ) -> None:
        self.category = category
        self.schedule = schedule
        self.policy = data.policy
        self.valid_from, self.valid_to = data.valid_from, data.valid_to
        self.closures = closures
        self.doubtful = doubtful
        self.excluded = excluded
        ends = [last_day(rule) for rule in schedule.rules]
        self.end = None if not ends or None in ends else max(end for end in ends if end)
        self.moves = [move for move in data.moves if self._concerns(move)]

    def _concerns(self, move: Move) -> bool:
        """Tell whether a move is one of this cell; see `Move` for how that is known."""
        if move.category != self.category.label or not self.schedule.rules:
            return False
        return move.follows is None or self._falls_on(move.follows)

    def _falls_on(self, day: date) -> bool:
        """Tell whether the rules alone, without closures, give this day."""
        return any(
            next(occurrences(rule, day, never, ClosurePolicy.SKIP), None) == day
            for rule in self.schedule.rules
        )

    def closed(self, day: date) -> bool:
        return any(covers(closure, day) for closure in self.closures)

    def days(self, start: date) -> Iterator[date]:
        """Yield every day of collection on or after `start`, in order, each once."""
        rules = [occurrences(rule, start, self.closed, self.policy) for rule in self.schedule.rules]
        added = sorted({move.day for move in self.moves if move.day >= start})
        previous: date | None = None
        for day in heapq.merge(*rules, added):
            if day == previous or day in self.excluded or self._moved_away(day):
                continue
            previous = day
            yield day

    def _moved_away(self, day: date) -> bool:
        return any(move.follows and move.day < day < move.follows for move in self.moves) and all(
            move.day != day for move in self.moves
        )

    def first(self, on: date) -> Collection:
        day = next(self.days(on), None)
        return self.missing(on) if day is None else self.collection(day)

    def collection(self, day: date) -> Collection:
        return self._make(day, self._doubt(day))

    def missing(self, on: date) -> Collection:
        """Return the category without a date, and why there is none."""
        if not self.schedule.understood:
            return self._make(None, Doubt.NOT_UNDERSTOOD)
        if self.end is not None and self.end != date.min:
            return self._make(None, Doubt.ENDED)
        return self._make(None, Doubt.NOT_SCHEDULED)

    def uncertain(self, day: date) -> Collection | None:
        """Return the category where it is uncertain whether it is collected on the day."""
        if next(self.days(day), None) == day:
            found = self.collection(day)
            return found if found.doubt else None
        if not self.schedule.understood or not self.schedule.rules:
            return self.missing(day)
        if self.end is not None and day > self.end:
            return self.missing(day)
        if self._listed(day) and self.closed(day):
            return self._make(day, Doubt.CONTRADICTION, reason="休止期間中の日付が登録されています")
        doubt = Doubt.CONTRADICTION if self.schedule.doubt else self._doubt_of_time(day)
        return None if doubt is None or self.closed(day) else self._make(None, doubt)

    def _listed(self, day: date) -> bool:
        return any(isinstance(rule, DateList) and day in rule.days for rule in self.schedule.rules)

    def _doubt(self, day: date) -> Doubt | None:
        if not self.schedule.understood:
            return Doubt.NOT_UNDERSTOOD
        if self.schedule.doubt or any(covers(closure, day) for closure in self.doubtful):
            return Doubt.CONTRADICTION
        return self._doubt_of_time(day)

    def _doubt_of_time(self, day: date) -> Doubt | None:
        if self.valid_to is not None and day > self.valid_to:
            return Doubt.PAST_VALIDITY
        if self.valid_from is not None and day < self.valid_from:
            return Doubt.BEFORE_VALIDITY
        if is_new_year(day) and not self._turn_is_published(day):
            return Doubt.NEW_YEAR
        return None

    def _turn_is_published(self, day: date) -> bool:
        """Tell whether anything was published for this cell about this turn of the year."""
        if any(touches_turn(closure, day) for closure in self.closures):
            return True
        named = (Closure(None, other, other) for other in self.excluded)
        moved = (Closure(None, move.day, move.follows or move.day) for move in self.moves)
        return any(touches_turn(closure, day) for closure in (*named, *moved))

    def _make(self, day: date | None, doubt: Doubt | None, reason: str | None = None) -> Collection:
        until = None
        if doubt is Doubt.ENDED:
            until = self.end
        elif doubt is Doubt.PAST_VALIDITY:
            until = self.valid_to
        elif doubt is Doubt.BEFORE_VALIDITY and self.valid_from is not None:
            reason = f"{self.valid_from.year}年{with_weekday(self.valid_from)}から有効"
        elif doubt is Doubt.CONTRADICTION:
            reason = reason or self.schedule.doubt
            reason = reason or "この期間の休止日の書き方に誤りがあります"
        moved = tuple(Remark("", move.note) for move in self.moves if move.note and move.day == day)
        remarks = (*self.schedule.remarks, *moved)
        note = note_of(doubt, remarks, until=until, reason=reason)
        return Collection(self.category, day, note, doubt, remarks, self.schedule.row)
