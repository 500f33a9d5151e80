"""From tokens to dates: how the parts of a date, a span and a list follow one another.

A *point* is one date with all that narrows and explains it (来月の第2土曜の朝). Points joined by
から or ～ make a span; listed ones (23日と25日) share the month or week that the first one named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from concierge.language.dates import reckoning as cal
from concierge.language.dates.hours import Hours, clock_hours, joined_hours, part_hours
from concierge.language.dates.meaning import HEADS, Meaning, NoSuchDayError, Scope, resolve_year
from concierge.language.dates.tokens import Token

__all__ = ["Grammar", "Point"]

SCOPES = ("year", "month", "monthname", "week", "pick")
EXPLAINED = ("date", "day", "rel", "offset", "named", "monthend", "holiday")
RUNS = ("run", "gw", "named", "holiday", "weekend")


@dataclass(slots=True)
class Point:
    """One date as read: where it stands and what it means."""

    start: int
    end: int
    meaning: Meaning
    kind: str
    hours: Hours | None = None


class Grammar:
    """Reads the tokens of one text, said at one moment.

    `times` and `impossible` and `recurring` fill while `points` runs, as (start, end, hours) and
    (start, end).
    """

    def __init__(self, tokens: Sequence[Token], folded: str, at: datetime) -> None:
        self.tokens = tokens
        self.folded = folded
        self.at = at
        self.times: list[tuple[int, int, Hours]] = []
        self.impossible: list[tuple[int, int]] = []
        self.recurring: list[tuple[int, int]] = []

    def points(self) -> Iterator[Point]:
        """Yield the dates in the order said."""
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.kind in ("every", "elsewhere"):
                index = self._recur(index)
                continue
            found, following = self._phrase(index)
            if found and self._kind(following) == "each" and self._touches(found[-1], following):
                self.recurring.append((found[0].start, self.tokens[following].end))
                following += 1
            elif found:
                yield from found
            elif token.kind in ("clock", "tod"):
                hours, end, following = self._hours(index, None)
                if token.kind == "clock" or self._stands_alone(token):
                    self.times.append((token.start, end, hours))
            index = max(following, index + 1)

    # Phrases: points joined

    def _phrase(self, index: int) -> tuple[list[Point], int]:
        found, index = self._point(index, None, None)
        while found and index < len(self.tokens) and self._touches(found[-1], index):
            joint = self.tokens[index].kind
            if self.folded[self.tokens[index].start] in "-~ー" or joint == "range":
                following = self._span(found, index + 1)
            elif joint == "day":
                following = self._listed(found, index, index)
            elif joint in ("list", "comma"):
                following = self._listed(found, index, index + 1)
            else:
                break
            if following is None:
                break
            index = following
        return found, index

    def _span(self, found: list[Point], index: int) -> int | None:
        """Make the last point a span that ends with what follows."""
        begin = found[-1]
        if index >= len(self.tokens) or self.tokens[index].start != self.tokens[index - 1].end:
            return None
        token = self.tokens[index]
        if token.kind == "offset":
            return self._counted(begin, index)
        if token.kind == "length":
            last, end, index = self._after(begin.meaning.first, token), token.end, index + 1
            others: tuple[tuple[date, date], ...] = ()
        else:
            points, index = self._point(index, begin, "span")
            if not points or points[0].meaning.last < begin.meaning.first:
                return None
            last, end = points[0].meaning.last, points[0].end
            others = points[0].meaning.alternatives
            begin.hours = _joined(begin.hours, points[0].hours)
            found.extend(points[1:])
        meaning = begin.meaning
        begin.meaning = replace(
            meaning,
            last=last,
            granularity="days" if last > meaning.first else meaning.granularity,
            alternatives=tuple(
                (meaning.first, other) for _, other in others if other >= meaning.first
            ),
        )
        begin.end = end
        if self._kind(index) == "until" and self._touches(begin, index):
            begin.end, index = self.tokens[index].end, index + 1
        return index

    def _counted(self, point: Point, index: int) -> int:
        """Read 「11/23の3日後」 and 「今日から1週間後」: one day, counted from another."""
        first, last, unit = self.tokens[index].value
        day = point.meaning.first
        days = sorted(cal.moved(day, count, unit) for count in (first, last))
        point.meaning = Meaning(days[0], days[1], "day" if days[0] == days[1] else "days")
        point.end = self.tokens[index].end
        return index + 1

    def _after(self, first: date, length: Token) -> date:
        return cal.days_from(cal.moved(first, *length.value), -1)

    def _listed(self, found: list[Point], joint: int, index: int) -> int | None:
        if index >= len(self.tokens) or (
            index > joint and self.tokens[index].start != self.tokens[joint].end
        ):
            return None
        points, index = self._point(index, found[-1], "list")
        if not points:
            return None
        found.extend(points)
        return index

    def _recur(self, index: int) -> int:
        every = self.tokens[index]
        found: list[Point] = []
        following = self._adjacent(every.end, index + 1)
        after = index + 1
        if following is not None:
            found, after = self._phrase(following)
        if every.kind == "every":
            self.recurring.append((every.start, found[-1].end if found else every.end))
        return max(after, index + 1) if found else index + 1

    # Points: one date with what narrows and explains it

    def _point(
        self, index: int, before: Point | None, joint: str | None
    ) -> tuple[list[Point], int]:
        scope, head, end = self._scope(index, before, joint)
        start = self.tokens[index].start
        try:
            found, following = self._head(start, head, scope, before, joint)
            if not found and head > index:
                found, following = self._only_scope(start, end, index, scope)
        except NoSuchDayError:
            self.impossible.append((start, self.tokens[head].end))
            return [], head + 1
        except (OverflowError, ValueError):
            return [], index
        if found:
            following = self._explained(found[-1], following)
        return found, following if found else index

    def _scope(self, index: int, before: Point | None, joint: str | None) -> tuple[Scope, int, int]:
        """Read what narrows a date; return it, the index of what follows, and its own end."""
        scope = Scope(self.at, self.at.date())
        end = self.tokens[index].start
        position = index
        while position < len(self.tokens) and self.tokens[position].kind in SCOPES:
            narrower = self._narrowed(scope, self.tokens[position])
            if narrower is None:
                break
            scope, end = narrower, self.tokens[position].end
            following = self._adjacent(end, position + 1)
            if following is None:
                return scope, position + 1, end
            position = following
        if position == index and before is not None:
            inherited = before.meaning.scope
            if joint == "list" and inherited:
                scope = replace(inherited, pick=None)
        if joint == "span" and before is not None:
            scope = replace(scope, anchor=before.meaning.first)
        return scope, position, end

    def _narrowed(self, scope: Scope, token: Token) -> Scope | None:
        today = self.at.date()
        if token.kind == "year" and scope.year is None:
            year = resolve_year(token.value, today)
            return replace(scope, year=year) if year else None
        if token.kind == "month" and scope.month is None:
            first = cal.add_months(today.replace(day=1), token.value)
            return replace(scope, month=(first.year, first.month), months=token.value)
        if token.kind == "monthname" and scope.month is None and 1 <= token.value <= 12:
            year = scope.year or cal.coming_month(today, token.value)
            return replace(scope, month=(year, token.value))
        if token.kind == "week" and scope.week is None:
            return replace(scope, week=token.value)
        if token.kind == "pick" and scope.pick is None:
            return replace(scope, pick=token.value)
        return None

    def _head(
        self, start: int, index: int, scope: Scope, before: Point | None, joint: str | None
    ) -> tuple[list[Point], int]:
        if index >= len(self.tokens):
            return [], index
        token = self.tokens[index]
        if token.kind in ("weekdays", "nth"):
            if token.kind == "nth":
                scope, index = self._month_after(token, index, scope)
            return self._several(start, self.tokens[index].end, token, scope), index + 1
        kind, value = token.kind, token.value
        if kind == "figure":
            if before is None or before.kind not in ("date", "day") or scope.pick:
                return [], index
            kind, scope = "day", replace(before.meaning.scope or scope, anchor=scope.anchor)
            if joint == "span":
                scope = replace(scope, month=None)
        if kind == "mark" and value >= 0 and self._clear_before(token.start):
            kind = "weekday"
        if kind not in HEADS or self._belongs_elsewhere(kind, token, scope):
            return [], index
        if kind == "weekday":
            scope, index = self._week_after(token, index, scope)
        meaning = HEADS[kind](value, scope)
        if meaning is None:
            return [], index
        return [Point(start, self.tokens[index].end, meaning, kind)], index + 1

    def _week_after(self, token: Token, index: int, scope: Scope) -> tuple[Scope, int]:
        """Take the week that English puts behind: "Monday next week"."""
        following = self._adjacent(token.end, index + 1)
        if scope.narrowed or following is None or self._kind(following) != "week":
            return scope, index
        week = self.tokens[following]
        if not self.folded[week.start].isascii():
            return scope, index
        return replace(scope, week=week.value, pick=None), following

    def _month_after(self, token: Token, index: int, scope: Scope) -> tuple[Scope, int]:
        """Take the month that English puts behind: "second Saturday of December"."""
        following = self._adjacent(token.end, index + 1)
        if scope.narrowed or following is None or not self.folded[token.end - 1].isascii():
            return scope, index
        month = self.tokens[following]
        if month.kind not in ("month", "monthname"):
            return scope, index
        return self._narrowed(scope, month) or scope, following

    def _several(self, start: int, end: int, token: Token, scope: Scope) -> list[Point]:
        """Read one token that names several days: 月木, 第2・第4土曜."""
        if token.kind == "nth":
            items, weekday = token.value
            named = [("nth", (nth, weekday), place) for nth, place in items]
        else:
            named = [("weekday", weekday, place) for weekday, place in token.value]
        found: list[Point] = []
        for number, (kind, value, place) in enumerate(named):
            meaning = HEADS[kind](value, scope)
            if meaning is None:
                return []
            last = number == len(named) - 1
            found.append(
                Point(
                    start if number == 0 else place,
                    end if last else place + 1,
                    meaning,
                    kind,
                )
            )
        if len({point.meaning.first for point in found}) == 1 < len(found):
            return [replace(found[0], end=end)]
        return found

    def _only_scope(
        self, start: int, end: int, index: int, scope: Scope
    ) -> tuple[list[Point], int]:
        meaning = HEADS["alone"]("", scope)
        following = index
        while following < len(self.tokens) and self.tokens[following].end <= end:
            following += 1
        if meaning is None:
            return [], index
        return [Point(start, end, meaning, "scope")], following

    # What explains a point: its weekday, the day after it, the time

    def _explained(self, point: Point, index: int) -> int:
        index = self._edge(point, index)
        for step in (self._marked, self._repeated, self._moved, self._timed):
            index = step(point, index)
        return index

    def _edge(self, point: Point, index: int) -> int:
        if self._kind(index) != "edge" or point.kind not in RUNS or not self._touches(point, index):
            return index
        meaning, token = point.meaning, self.tokens[index]
        day = meaning.first if token.value == "first" else meaning.last
        point.meaning = meaning.shifted(1) if token.value == "after" else Meaning(day, day)
        point.end = token.end
        return index + 1

    def _marked(self, point: Point, index: int) -> int:
        """Take the weekday said with a date; where they disagree, look for a date that fits."""
        following = self._adjacent(point.end, index)
        if following is None or point.kind not in EXPLAINED:
            return index
        token = self.tokens[following]
        if token.kind not in ("mark", "weekday"):
            return index
        meaning = point.meaning
        if meaning.first == meaning.last and token.value not in (-1, meaning.first.weekday()):
            fitting = _with_weekday(point, token.value, self.at.date())
            if fitting is None and token.kind == "weekday":
                return index
            other = cal.nearest_weekday(meaning.first, token.value)
            point.meaning = fitting or replace(
                meaning, alternatives=((other, other), *meaning.alternatives)
            )
        point.end = token.end
        return following + 1

    def _repeated(self, point: Point, index: int) -> int:
        """Take the same date said again in other words: 「明日（11/21）」「今日(きょう)」."""
        if not self._touches(point, index):
            return index
        bracket = self.tokens[index].kind == "open"
        inner = index + 1 if bracket or self.folded[point.end] in " 、," else index
        if inner >= len(self.tokens) or self._kind(inner) not in ("date", "day", "rel", "weekday"):
            return index
        if not bracket and self._kind(inner) not in ("date", "day"):
            return index
        token = self.tokens[inner]
        scope = Scope(self.at, self.at.date())
        try:
            meaning = HEADS[token.kind](token.value, scope)
        except (NoSuchDayError, OverflowError, ValueError):
            return index
        end, following = token.end, inner + 1
        if self._kind(following) == "mark" and self.tokens[following].start == end:
            end, following = self.tokens[following].end, following + 1
        if bracket:
            if self._kind(following) != "close" or self.tokens[following].start != end:
                return index
            end, following = self.tokens[following].end, following + 1
        if meaning is None or not _agree(point, meaning, token.kind):
            return index
        point.meaning = replace(
            point.meaning, first=meaning.first, last=meaning.last, alternatives=()
        )
        point.end = end
        return following

    def _moved(self, point: Point, index: int) -> int:
        following = self._adjacent(point.end, index)
        if following is None or self._kind(following) not in ("shift", "offset"):
            return index
        token = self.tokens[following]
        try:
            if token.kind == "offset":
                return self._counted(point, following)
            point.meaning = point.meaning.shifted(token.value)
        except (OverflowError, ValueError):
            return index
        point.end = token.end
        return following + 1

    def _timed(self, point: Point, index: int) -> int:
        if point.meaning.part:
            point.hours = part_hours(point.meaning.part)
        following = self._adjacent(point.end, index, ("no", "topic", "comma"))
        if following is None or self._kind(following) not in ("tod", "clock"):
            return index
        if (
            self._kind(following) == "tod"
            and self.tokens[following].start != point.end
            and (self._kind(index) != "no" and not self._stands_alone(self.tokens[following]))
        ):
            return index
        point.hours, point.end, index = self._hours(following, point.meaning.part)
        return index

    def _hours(self, index: int, part: str | None) -> tuple[Hours, int, int]:
        hours, end, index = self._one_hour(index, part)
        joint = index
        if self._kind(joint) == "range" and self.tokens[joint].start == end:
            after = joint + 1
            if self._kind(after) in ("clock", "tod") and (
                self.tokens[after].start == self.tokens[joint].end
            ):
                second, end, index = self._one_hour(after, None)
                hours = joined_hours(hours, second)
                if self._kind(index) == "until" and self.tokens[index].start == end:
                    end, index = self.tokens[index].end, index + 1
        return hours, end, index

    def _one_hour(self, index: int, part: str | None) -> tuple[Hours, int, int]:
        token = self.tokens[index]
        if token.kind == "clock":
            return clock_hours(token.value, part, self.at), token.end, index + 1
        following = self._adjacent(token.end, index + 1)
        if following is not None and self._kind(following) == "clock":
            clock = self.tokens[following]
            return clock_hours(clock.value, token.value, self.at), clock.end, following + 1
        return part_hours(token.value), token.end, index + 1

    # Where tokens stand

    def _kind(self, index: int) -> str | None:
        return self.tokens[index].kind if index < len(self.tokens) else None

    def _touches(self, point: Point, index: int) -> bool:
        return index < len(self.tokens) and self.tokens[index].start == point.end

    def _adjacent(self, end: int, index: int, glue: tuple[str, ...] = ("no",)) -> int | None:
        """Return the index of the token that follows, a の or space between them skipped."""
        if index < len(self.tokens) and self.tokens[index].start == end:
            if self.tokens[index].kind not in glue:
                return index
            end, index = self.tokens[index].end, index + 1
            if index < len(self.tokens) and self.tokens[index].start == end:
                return index
        return None

    def _belongs_elsewhere(self, kind: str, token: Token, scope: Scope) -> bool:
        """Tell whether it counts from something unsaid: 「収集日の2日前」「その月の初旬」."""
        before = self.folded[token.start - 1] if token.start else ""
        if kind == "offset":
            return bool(before) and before in "のらり日約期"
        return kind == "part" and scope.month is None and bool(before) and before in "の月"

    def _clear_before(self, position: int) -> bool:
        return position == 0 or self.folded[position - 1] in "のはにでも、。,?!\n"

    def _stands_alone(self, token: Token) -> bool:
        """Tell whether a word for a part of the day is not the beginning or end of another."""
        before = self.folded[token.start - 1] if token.start else ""
        after = self.folded[token.end : token.end + 1]
        if "ぁ" <= self.folded[token.start] <= "ん":
            return before in "のは、。" and (not after or after in "のはにもでや、。?!か")
        return not ("一" <= before <= "龯") and token.value not in ("午前", "午後")


def _joined(first: Hours | None, second: Hours | None) -> Hours | None:
    if first is None or second is None:
        return first
    return first[0], second[1] or second[0]


def _agree(point: Point, said: Meaning, kind: str) -> bool:
    """Tell whether two sayings are of one date; a weekday leaves open which."""
    meaning = point.meaning
    if (meaning.first, meaning.last) == (said.first, said.last):
        return True
    choices = [first for first, _ in meaning.alternatives]
    weekday = point.kind == "weekday" and said.first.weekday() == meaning.first.weekday()
    return kind in ("date", "day") and (weekday or said.first in choices)


def _with_weekday(point: Point, weekday: int, today: date) -> Meaning | None:
    """Return the reading of an open date that falls on the weekday said with it."""
    meaning = point.meaning
    choices = [first for first, last in meaning.alternatives if first == last]
    if point.kind == "day":
        choices += [
            later
            for ahead in (1, 2)
            if (later := cal.add_months(meaning.first, ahead)).day == meaning.first.day
        ]
    fitting = next((day for day in choices if day.weekday() == weekday), None)
    if fitting is None:
        return None
    return replace(
        meaning, first=fitting, last=fitting, alternatives=((meaning.first, meaning.first),)
    )
