"""Times of day within an expression: 朝, 午後3時半, 10時から12時."""

from __future__ import annotations

from datetime import datetime, time

from concierge.language.dates.lexicon import PARTS

__all__ = ["Hours", "clock_hours", "joined_hours", "part_hours"]

Hours = tuple[time, time | None]
AFTERNOON_PARTS = {"午後", "夕方", "夜", "昼過ぎ"}


def part_hours(part: str) -> Hours:
    """Return the hours of a part of the day."""
    return PARTS[part]


def clock_hours(value: tuple[time, bool], part: str | None, at: datetime) -> Hours:
    """Return the moment of a clock time.

    An hour said without 午前 or 午後 takes them from the part of the day before it (今夜8時); else
    1 to 5 o'clock are in the afternoon, unless it is said before six in the morning.
    """
    moment, certain = value
    if certain or moment.hour >= 12:
        return moment, None
    if part in AFTERNOON_PARTS and moment.hour >= (5 if part == "夜" else 0):
        return moment.replace(hour=moment.hour + 12), None
    if part is None and 1 <= moment.hour <= 5 and at.hour >= 6:
        return moment.replace(hour=moment.hour + 12), None
    return moment, None


def joined_hours(first: Hours, second: Hours) -> Hours:
    """Return the hours from the one to the other (10時から4時 ends in the afternoon)."""
    end = second[1] or second[0]
    if end < first[0] and end.hour < 12 and first[0].hour < 12 and second[1] is None:
        end = end.replace(hour=end.hour + 12)
    return first[0], end
