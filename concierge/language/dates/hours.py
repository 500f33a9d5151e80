"""Times of day within an expression: 朝, 午後3時半, 10時から12時."""

from __future__ import annotations

from datetime import datetime, time

from concierge.language.dates.cursor import Cursor
from concierge.language.dates.lexicon import PARTS
from concierge.language.dates.tokens import Token

__all__ = ["Hours", "part_hours", "read_hours", "stands_alone"]

Hours = tuple[time, time | None]
AFTERNOON_PARTS = {"午後", "夕方", "夜", "昼過ぎ"}


def part_hours(part: str) -> Hours:
    """Return the hours of a part of the day."""
    return PARTS[part]


def read_hours(cursor: Cursor, index: int, part: str | None) -> tuple[Hours, int, int]:
    """Read the time that begins at a `tod` or `clock` token, a part of the day named before it.

    Return the hours, where they end in the text, and the index of the token after them.
    """
    hours, end, index = _one(cursor, index, part)
    after = index + 1
    if (
        cursor.kind(index) == "range"
        and cursor.touches(end, index)
        and cursor.kind(after) in ("clock", "tod")
        and cursor.touches(cursor.tokens[index].end, after)
    ):
        token = cursor.tokens[after]
        second, end, index = _one(cursor, after, None)
        certain = token.kind == "tod" or token.value[1]
        hours = _joined_hours(hours, second, certain=certain)
        if cursor.kind(index) == "until" and cursor.touches(end, index):
            end, index = cursor.tokens[index].end, index + 1
    return hours, end, index


def stands_alone(cursor: Cursor, token: Token) -> bool:
    """Tell whether a word for a part of the day is not the beginning or end of another."""
    before, after = cursor.before(token.start), cursor.folded[token.end : token.end + 1]
    if token.value in ("午前", "午後"):
        return False
    if "ぁ" <= cursor.folded[token.start] <= "ん":
        return before in "のは、。" and after in "のはにもでや、。?!か"
    return not "一" <= before <= "龯"


def _one(cursor: Cursor, index: int, part: str | None) -> tuple[Hours, int, int]:
    token = cursor.tokens[index]
    if token.kind == "clock":
        return _clock_hours(token.value, part, cursor.at), token.end, index + 1
    following = cursor.adjacent(token.end, index + 1)
    if following is not None and cursor.kind(following) == "clock":
        clock = cursor.tokens[following]
        hours = _clock_hours(clock.value, token.value, cursor.at)
        return hours, clock.end, following + 1
    return part_hours(token.value), token.end, index + 1


def _clock_hours(value: tuple[time, bool], part: str | None, at: datetime) -> Hours:
    """Return the moment of a clock time.

    An hour said without 午前 or 午後 takes them from the part of the day before it (今夜8時); else
    1 to 5 o'clock are in the afternoon, unless it is said before six in the morning. Midnight after 今夜 is
    the end of that day.
    """
    moment, certain = value
    if part == "夜" and not certain and moment in (time(0), time(12)):
        return time(23, 59), None
    if certain or moment.hour >= 12:
        return moment, None
    if part in AFTERNOON_PARTS and moment.hour >= (5 if part == "夜" else 0):
        return moment.replace(hour=moment.hour + 12), None
    if part is None and 1 <= moment.hour <= 5 and at.hour >= 6:
        return moment.replace(hour=moment.hour + 12), None
    return moment, None


def _joined_hours(first: Hours, second: Hours, *, certain: bool) -> Hours:
    """Return the hours from the one to the other.

    Where morning or afternoon was not said, the end is the next such hour: 10時から4時 ends at 16:00,
    夜9時から10時 at 22:00.
    """
    end = second[1] or second[0]
    if not certain and end < first[0] and end.hour < 12 and end.hour + 12 > first[0].hour:
        end = end.replace(hour=end.hour + 12)
    return first[0], end
