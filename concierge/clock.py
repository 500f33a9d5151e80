"""What time it is in town.

Every part that needs the time is handed an aware `datetime` in Asia/Tokyo; only the outermost
layers (channels, commands) call `now`. `--at` and the batches parse with `parse_instant`.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from concierge.problem import SettingError

__all__ = [
    "TOKYO",
    "midnight",
    "now",
    "parse_day",
    "parse_instant",
    "told_day",
    "weekday_name",
    "with_weekday",
]

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"


def now() -> datetime:
    """Return the present moment in Asia/Tokyo."""
    return datetime.now(TOKYO)


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 date or date-time; Asia/Tokyo where no zone is given, else converted to it.

    A bare date means its midnight. Raises `SettingError` with a Japanese message.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SettingError(
            f"日時「{text}」を読み取れません。2026-11-20T09:00 のように書いてください。"
        ) from None
    try:
        return moment.replace(tzinfo=TOKYO) if moment.tzinfo is None else moment.astimezone(TOKYO)
    except OverflowError:
        raise SettingError(f"日時「{text}」は扱える範囲を超えています。") from None


def parse_day(text: str) -> date:
    """Read an ISO 8601 date (a date-time is cut to its date). Raises `SettingError`."""
    return parse_instant(text).date()


def weekday_name(day: date) -> str:
    """Return the one-character Japanese weekday: `月` … `日`."""
    return WEEKDAYS[day.weekday()]


def with_weekday(day: date, *, today: date | None = None) -> str:
    """Write a date as residents read it: `11月23日（月）`, with the year where not `today`'s."""
    text = f"{day.month}月{day.day}日（{weekday_name(day)}）"
    return text if today is None or day.year == today.year else f"{day.year}年{text}"


def told_day(day: date, today: date) -> str:
    """Name a day as one says it: 「あした11月21日（土）」, with the year where it is not this one."""
    near = {0: "きょう", 1: "あした", 2: "あさって"}.get((day - today).days, "")
    return f"{near}{with_weekday(day, today=today)}"


def midnight(day: date) -> datetime:
    """Return the first moment of a day in Asia/Tokyo."""
    return datetime.combine(day, time(), TOKYO)
