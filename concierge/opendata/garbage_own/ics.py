"""Calendar files (iCalendar, RFC 5545) of garbage days: one file an area, one event a kind.

The area is the calendar's name (`X-WR-CALNAME`) or else the name of the file; the kind is the
event's `SUMMARY`. Recurring events are written out until the calendar's validity ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from concierge.clock import TOKYO
from concierge.opendata.formats import ImportOptions, ImportReport
from concierge.opendata.garbage_own.handover import Days, hand_over, unusable
from concierge.problem import KnowledgeError, Problem

__all__ = ["import_files", "read_days"]

LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:\"[^\"]*\"|[^:;\"]*))*):(.*)", re.DOTALL)
ESCAPED = re.compile(r"\\([\\;,nN])")
LARGEST = 20_000_000
MOST_DAYS = 3_000
"""Days of one event that are written out: eight years of every day."""
PAST = timedelta(days=400)
NAME_ENDS = re.compile(
    r"[\s　]*(?:の)?(?:ごみ|ゴミ)?(?:の)?(?:収集日?|カレンダー|収集カレンダー|収集日カレンダー)+$"
)


@dataclass(slots=True)
class Event:
    """One event as written: its properties with their parameters, and the line it begins on."""

    line: int
    properties: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """Return the value of a property, empty where it is not there."""
        return self.properties.get(name, [("", "")])[0][1]


def import_files(source: Path, into: Path, options: ImportOptions) -> ImportReport:
    """Take one calendar file, or every one of a folder, in. Raises `KnowledgeError`."""
    return hand_over(read_days(source, options), source, into, options, "ics")


def read_days(source: Path, options: ImportOptions) -> Days:
    """Read the calendars; an event that cannot be read is reported and left out."""
    files = sorted(source.glob("*.ics")) if source.is_dir() else [source]
    if not files or not all(path.is_file() for path in files):
        raise KnowledgeError([unusable(source, "カレンダーのファイル（.ics）がありません。")])
    today = options.at.date()
    last = options.valid_to or date(today.year + (today.month > 3), 3, 31)
    days = Days()
    for path in files:
        _read_calendar(path, days, today - PAST, last)
    return days


def _read_calendar(path: Path, days: Days, first: date, last: date) -> None:
    content = path.read_bytes()
    if len(content) > LARGEST:
        days.problems.append(unusable(path, "ファイルが大きすぎます。"))
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp932", "replace")
    name, events = _events(text)
    area = NAME_ENDS.sub("", name).strip() or path.stem
    moved = {
        (event.first("UID"), day)
        for event in events
        for value in event.properties.get("RECURRENCE-ID", ())
        if (day := _day(*value)) is not None
    }
    for event in events:
        kind = _text(event.first("SUMMARY"))
        try:
            found = list(_days_of(event, moved, first, last))
        except (ValueError, TypeError, OverflowError, KeyError) as error:
            message = (
                f"「{kind or '予定'}」の日付を読み取れません（{error}）。この予定は使いません。"
            )
            problem = Problem(path.name, event.line, 0, "error", "event-not-understood", message)
            days.problems.append(problem)
            continue
        if not kind:
            message = "名前（SUMMARY）のない予定は、何のごみか分からないので使いません。"
            days.problems.append(
                Problem(path.name, event.line, 0, "warning", "event-without-name", message)
            )
        elif event.first("STATUS").upper() != "CANCELLED":
            days.add(area, kind, [f"{day:%Y%m%d}" for day in found if first <= day <= last])


def _events(text: str) -> tuple[str, list[Event]]:
    """Return the calendar's name and its events, folded lines put together again."""
    name, events = "", list[Event]()
    event: Event | None = None
    inner = 0
    for number, line in _unfolded(text):
        match = LINE.fullmatch(line)
        if match is None:
            continue
        key, parameters, value = match[1].upper(), match[2], match[3]
        if key == "BEGIN" and value.upper() == "VEVENT":
            event = Event(number)
        elif key in ("BEGIN", "END") and event is not None and value.upper() != "VEVENT":
            inner += 1 if key == "BEGIN" else -1
        elif key == "END" and value.upper() == "VEVENT" and event is not None:
            events.append(event)
            event = None
        elif event is not None and not inner:
            event.properties.setdefault(key, []).append((parameters, value))
        elif key == "X-WR-CALNAME" and event is None:
            name = _text(value)
    return name, events


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    whole, began = "", 1
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line[:1] in (" ", "\t"):
            whole += line[1:]
            continue
        if whole:
            yield began, whole
        whole, began = line, number
    if whole:
        yield began, whole


def _days_of(event: Event, moved: set[tuple[str, date]], first: date, last: date) -> Iterator[date]:
    """Yield the days of an event. Raises ValueError where one cannot be read."""
    start = _must(_day(*event.properties["DTSTART"][0]), event.first("DTSTART"))
    off = {day for value in event.properties.get("EXDATE", ()) for day in _all_days(*value)}
    if "RECURRENCE-ID" not in event.properties:
        off |= {day for uid, day in moved if uid == event.first("UID")}
    found = [start, *(day for v in event.properties.get("RDATE", ()) for day in _all_days(*v))]
    for _, rule in event.properties.get("RRULE", ()):
        found += _recurring(rule, start, first, last)
    yield from (day for day in dict.fromkeys(sorted(found)) if day not in off)


def _recurring(rule: str, start: date, first: date, last: date) -> list[date]:
    without_zone = re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", rule, flags=re.IGNORECASE)
    if re.search("FREQ=(?:SECONDLY|MINUTELY|HOURLY)", rule, re.IGNORECASE):
        raise ValueError("日より短いくり返しは使えません")
    begin = datetime.combine(start, datetime.min.time())
    repeated = rrulestr(without_zone, dtstart=begin)
    end = datetime.combine(last, datetime.min.time())
    since = datetime.combine(max(first, start), datetime.min.time())
    return [one.date() for one in islice(repeated.xafter(since, inc=True), MOST_DAYS) if one <= end]


def _all_days(parameters: str, value: str) -> list[date]:
    return [_must(_day(parameters, part), part) for part in value.split(",") if part.strip()]


def _must(day: date | None, said: str) -> date:
    if day is None:
        raise ValueError(said)
    return day


def _day(parameters: str, value: str) -> date | None:
    """Return the day in Japan of a date or a moment, with or without a time zone."""
    plain = value.strip().partition("/")[0]
    match = re.fullmatch(r"(\d{8})(?:T(\d{6})(Z?))?", plain)
    if match is None:
        return None
    day = datetime.strptime(match[1], "%Y%m%d")
    if match[2] is None:
        return day.date()
    moment = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")
    zone = re.search(r"TZID=\"?([^;\":]+)", parameters)
    if match[3]:
        return moment.replace(tzinfo=UTC).astimezone(TOKYO).date()
    if zone is None:
        return moment.date()
    try:
        return moment.replace(tzinfo=ZoneInfo(zone[1])).astimezone(TOKYO).date()
    except (OSError, ValueError):
        return moment.date()


def _text(value: str) -> str:
    return ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value).strip()
