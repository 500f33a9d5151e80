"""One date with what stands before and in it: 来月の第2土曜, 12月の第1日曜, 月木, Monday next week."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from concierge.language.dates import reckoning as cal
from concierge.language.dates.cursor import Cursor
from concierge.language.dates.explained import Point, explain
from concierge.language.dates.meaning import HEADS, NoSuchDayError, Scope, resolve_year
from concierge.language.dates.tokens import Token

__all__ = ["Joint", "PointReader"]

SCOPES = ("year", "month", "monthname", "week", "pick")
Joint = Literal["none", "span", "list", "topic"]
"""How a point hangs on the one before: it ends its span, is listed with it, or has it as topic."""


class PointReader:
    """Reads points from a text's tokens; `impossible` collects where dates stand that are none."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.impossible: dict[tuple[int, int], None] = {}

    def read(
        self, index: int, before: Point | None = None, joint: Joint = "none"
    ) -> tuple[list[Point], int]:
        """Return the points that one expression names and the index of the token after it."""
        scope, head, end = self._scope(index, before, joint)
        start = self.cursor.tokens[index].start
        try:
            found, following = self._head(start, head, scope, before, joint)
            if not found and head > index:
                found, following = self._only_scope(start, end, index, scope)
        except NoSuchDayError:
            self.impossible[start, self.cursor.tokens[head].end] = None
            return [], head + 1
        except (OverflowError, ValueError):
            return [], index
        if found:
            following = explain(self.cursor, found[-1], following)
        return found, following if found else index

    def _scope(self, index: int, before: Point | None, joint: Joint) -> tuple[Scope, int, int]:
        """Read what narrows a date; return it, the index of what follows, and its own end."""
        scope = Scope(self.cursor.at, self.cursor.today)
        end = self.cursor.tokens[index].start
        position = index
        while position < len(self.cursor.tokens) and self.cursor.tokens[position].kind in SCOPES:
            narrower = self._narrowed(scope, self.cursor.tokens[position])
            if narrower is None:
                break
            scope, end = narrower, self.cursor.tokens[position].end
            following = self.cursor.adjacent(end, position + 1)
            if following is None:
                return scope, len(self.cursor.tokens), end
            position = following
        if before is not None:
            scope = _inherited(scope, before, joint, alone=position == index)
        return scope, position, end

    def _narrowed(self, scope: Scope, token: Token) -> Scope | None:
        today = self.cursor.today
        if token.kind == "year" and scope.year is None:
            year = resolve_year(token.value, today)
            return replace(scope, year=year) if year else None
        if token.kind == "month" and scope.month is None:
            first = cal.add_months(today.replace(day=1), token.value)
            return replace(scope, month=(first.year, first.month), months=token.value)
        if token.kind == "monthname" and scope.month is None and 1 <= token.value <= 12:
            if scope.year is None and self.cursor.before(token.start) == "年":
                return None
            year = scope.year or cal.coming_month(today, token.value)
            return replace(scope, month=(year, token.value))
        if token.kind == "week" and scope.week is None:
            return replace(scope, week=token.value)
        if token.kind == "pick" and scope.pick is None:
            return replace(scope, pick=token.value)
        return None

    def _head(
        self, start: int, index: int, scope: Scope, before: Point | None, joint: Joint
    ) -> tuple[list[Point], int]:
        if index >= len(self.cursor.tokens):
            return [], index
        token = self.cursor.tokens[index]
        if token.kind in ("weekdays", "nth"):
            if token.kind == "nth":
                scope, index = self._month_after(token, index, scope)
            return self._several(start, self.cursor.tokens[index].end, token, scope), index + 1
        kind, value = token.kind, token.value
        if kind == "figure":
            if before is None or before.kind not in ("date", "day") or scope.pick:
                return [], index
            kind, scope = "day", replace(before.meaning.scope or scope, anchor=scope.anchor)
            if joint == "span":
                scope = replace(scope, month=None)
        if (
            kind == "mark"
            and value >= 0
            and (scope.narrowed or self.cursor.clear_before(token.start))
        ):
            kind = "weekday"
        if kind not in HEADS or self._belongs_elsewhere(kind, token, scope):
            return [], index
        if kind == "weekday":
            scope, index = self._week_after(token, index, scope)
        meaning = HEADS[kind](value, scope)
        if meaning is None:
            return [], index
        return [Point(start, self.cursor.tokens[index].end, meaning, kind)], index + 1

    def _week_after(self, token: Token, index: int, scope: Scope) -> tuple[Scope, int]:
        """Take the week that English puts behind: "Monday next week"."""
        following = self.cursor.adjacent(token.end, index + 1)
        if scope.narrowed or following is None or self.cursor.kind(following) != "week":
            return scope, index
        week = self.cursor.tokens[following]
        if not self.cursor.folded[week.start].isascii():
            return scope, index
        return replace(scope, week=week.value, pick=None), following

    def _month_after(self, token: Token, index: int, scope: Scope) -> tuple[Scope, int]:
        """Take the month that English puts behind: "second Saturday of December"."""
        following = self.cursor.adjacent(token.end, index + 1)
        if scope.narrowed or following is None or not self.cursor.folded[token.end - 1].isascii():
            return scope, index
        month = self.cursor.tokens[following]
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
                    end if last else _end_of(self.cursor.folded, place),
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
        while following < len(self.cursor.tokens) and self.cursor.tokens[following].end <= end:
            following += 1
        if meaning is None:
            return [], index
        return [Point(start, end, meaning, "scope")], following

    def _belongs_elsewhere(self, kind: str, token: Token, scope: Scope) -> bool:
        """Tell whether it counts from something unsaid: 「収集日の2日前」「その月の初旬」「何年1月1日」."""
        before = self.cursor.before(token.start)
        if kind == "date":
            return before == "年" and scope.year is None
        if kind == "offset":
            return before != "" and before in "のらり日約期"
        return kind == "part" and scope.month is None and before != "" and before in "の月"


def _inherited(scope: Scope, before: Point, joint: Joint, *, alone: bool) -> Scope:
    """Return the scope of a point with what the point before it passes on."""
    passed = before.meaning.scope
    if joint == "list" and alone and passed and before.kind != "scope":
        return replace(passed, pick=None)
    if joint == "topic" and passed and passed.narrowed:
        return replace(passed, pick=None)
    if joint in ("span", "topic"):
        return replace(scope, anchor=before.meaning.first)
    return scope


def _end_of(folded: str, place: int) -> int:
    """Return where one item of 「第1・第3」 or 「月・木」 ends."""
    return place + (2 if folded[place] == "第" else 1)
