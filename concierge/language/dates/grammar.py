"""From tokens to dates: how dates follow one another.

A *point* is one date with all that narrows and explains it (来月の第2土曜の朝). Points joined by
から or ～ make a span; listed ones (23日と25日) share the month or week that the first one named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from concierge.language.dates import reckoning as cal
from concierge.language.dates.cursor import Cursor
from concierge.language.dates.explained import Point, count_from
from concierge.language.dates.hours import Hours, read_hours, stands_alone
from concierge.language.dates.points import PointReader

__all__ = ["Grammar"]

DENIALS = ("以外", "じゃなくて", "じゃなく", "ではなく", "でなく")
"""What makes the date before it the one that is not meant."""

TOPIC_MARKS = ("は", "、", "は、", ",")


class Grammar:
    """Reads the tokens of one text.

    `times` and `recurring` fill while `points` runs, as (start, end, hours) and (start, end).
    """

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.reader = PointReader(cursor)
        self.times: list[tuple[int, int, Hours]] = []
        self.recurring: list[tuple[int, int]] = []
        self.last: Point | None = None

    @property
    def impossible(self) -> list[tuple[int, int]]:
        """Where dates stand that no calendar has."""
        return list(self.reader.impossible)

    def points(self) -> Iterator[Point]:
        """Yield the dates in the order said."""
        cursor, index = self.cursor, 0
        while index < len(cursor.tokens):
            token = cursor.tokens[index]
            if token.kind in ("every", "elsewhere"):
                index = self._recur(index)
                continue
            found, following = self._phrase(index)
            if (
                found
                and cursor.kind(following) == "each"
                and (cursor.touches(found[-1].end, following))
            ):
                self.recurring.append((found[0].start, cursor.tokens[following].end))
                following += 1
            elif found and not cursor.folded.startswith(DENIALS, found[-1].end):
                yield from found
            elif not found and token.kind in ("clock", "tod"):
                hours, end, following = read_hours(cursor, index, None)
                if token.kind == "clock" or stands_alone(cursor, token):
                    self.times.append((token.start, end, hours))
            index = max(following, index + 1)

    def _phrase(self, index: int) -> tuple[list[Point], int]:
        """Read points joined to spans and lists."""
        cursor = self.cursor
        topic = self._topic(index)
        found, index = self.reader.read(index, topic, "topic" if topic else "none")
        while found and cursor.touches(found[-1].end, index):
            token = cursor.tokens[index]
            if cursor.folded[token.start] in "-~ー" or token.kind == "range":
                following = self._span(found, index + 1)
            elif token.kind == "day":
                following = self._listed(found, token.start, index)
            elif token.kind in ("list", "comma"):
                following = self._listed(found, token.end, index + 1)
            else:
                break
            if following is None:
                break
            index = following
        if found:
            self.last = found[-1]
        return found, index

    def _topic(self, index: int) -> Point | None:
        """Return the week, month or season that 「来週は」「年末は」 has set for what follows."""
        last, token = self.last, self.cursor.tokens[index]
        if last is None or token.kind not in ("day", "weekday", "weekdays"):
            return None
        if last.meaning.granularity not in ("week", "month", "days"):
            return None
        return (
            last
            if self.cursor.folded[last.end : min(token.start, last.end + 3)] in TOPIC_MARKS
            else None
        )

    def _span(self, found: list[Point], index: int) -> int | None:
        """Make the last point a span that ends with what follows."""
        cursor, begin = self.cursor, found[-1]
        if not cursor.touches(cursor.tokens[index - 1].end, index):
            return None
        token = cursor.tokens[index]
        try:
            if token.kind == "offset":
                return count_from(cursor, begin, index)
            if token.kind == "length":
                last = cal.days_from(cal.moved(begin.meaning.first, *token.value), -1)
                _extend(begin, last, token.end)
                index += 1
            else:
                points, index = self.reader.read(index, begin, "span")
                if not points or points[0].meaning.last < begin.meaning.first:
                    return None
                _extend(begin, points[0].meaning.last, points[0].end, points[0])
                found.extend(points[1:])
        except (OverflowError, ValueError):
            return None
        if cursor.kind(index) == "until" and cursor.touches(begin.end, index):
            begin.end, index = cursor.tokens[index].end, index + 1
        return index

    def _listed(self, found: list[Point], end: int, index: int) -> int | None:
        """Read a point that is listed with the last one, if it begins at `end`."""
        if not self.cursor.touches(end, index):
            return None
        points, index = self.reader.read(index, found[-1], "list")
        if not points:
            return None
        found.extend(points)
        return index

    def _recur(self, index: int) -> int:
        """Read what repeats, or belongs to a year or month unsaid; it names no day."""
        cursor, every = self.cursor, self.cursor.tokens[index]
        following = cursor.adjacent(every.end, index + 1)
        found, after = ([], index + 1) if following is None else self._phrase(following)
        if every.kind == "every":
            self.recurring.append((every.start, found[-1].end if found else every.end))
        return after if found else index + 1


def _extend(begin: Point, last: date, end: int, until: Point | None = None) -> None:
    """Let a point run on to a last day, named by another point or counted."""
    meaning = begin.meaning
    if until:
        ends = (day for _, day in until.meaning.alternatives)
        others = tuple((meaning.first, day) for day in ends if day >= meaning.first)
    else:
        days = (last - meaning.first).days
        others = tuple((first, cal.days_from(first, days)) for first, _ in meaning.alternatives)
    begin.meaning = replace(
        meaning,
        last=last,
        granularity="days" if last > meaning.first else meaning.granularity,
        alternatives=others,
    )
    begin.end = end
    if begin.hours and until and until.hours:
        begin.hours = begin.hours[0], until.hours[1] or until.hours[0]
