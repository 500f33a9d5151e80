"""Reads the tables of date expressions beside this file.

A line is: moment, text, what is expected, and optionally its alternatives, separated by tabs.
Expected are days (`11-23`, of the moment's year unless written) and runs of days (`11-23..11-25`)
with `@15:00` or `@18:00-23:59`, separated by spaces; `!text` is an impossible date, `*` something
that repeats, `-` no date at all. Alternatives `=` means that there must be none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from concierge.clock import TOKYO
from concierge.language.dates import DateSpan, Reading, read_dates

MOMENTS = {
    "fri": datetime(2026, 11, 20, 9, tzinfo=TOKYO),
    "sat": datetime(2026, 11, 21, 10, tzinfo=TOKYO),
    "sun": datetime(2026, 11, 22, 10, tzinfo=TOKYO),
    "mon": datetime(2026, 11, 23, 8, tzinfo=TOKYO),
    "night": datetime(2026, 11, 21, 2, tzinfo=TOKYO),
    "dec": datetime(2026, 12, 30, 12, tzinfo=TOKYO),
    "feb": datetime(2027, 2, 28, 12, tzinfo=TOKYO),
}


@dataclass(frozen=True)
class Case:
    moment: str
    text: str
    expected: str
    alternatives: str | None

    @property
    def at(self) -> datetime:
        return MOMENTS[self.moment]

    def said(self) -> tuple[str, str | None]:
        """What was read, in the notation of the table."""
        reading = read_dates(self.text, self.at)
        return _written(reading, self.at), self._alternatives(reading)

    def wanted(self) -> tuple[str, str | None]:
        return self.expected, self.alternatives

    def _alternatives(self, reading: Reading) -> str | None:
        if self.alternatives is None:
            return None
        spans = [_days(*days, self.at) for span in reading.dates for days in span.alternatives]
        return " ".join(spans) or "="


def cases(name: str) -> list[Case]:
    table = Path(__file__).with_name(name)
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Case(row[0], row[1], row[2], row[3] if len(row) > 3 else None) for row in rows]


def _written(reading: Reading, at: datetime) -> str:
    items = [_span(span, at) for span in reading.dates]
    items += ["!" + said.text for said in reading.impossible]
    items += ["*" for _ in reading.recurring]
    return " ".join(items if reading.dates else ["-", *items])


def _span(span: DateSpan, at: datetime) -> str:
    text = _days(span.first, span.last, at)
    if span.time_from:
        text += f"@{_time(span.time_from)}"
        text += f"-{_time(span.time_to)}" if span.time_to else ""
    return text


def _days(first: date, last: date, at: datetime) -> str:
    texts = [
        day.isoformat()[5:] if day.year == at.year else day.isoformat() for day in (first, last)
    ]
    return texts[0] if first == last else "..".join(texts)


def _time(moment: time) -> str:
    return moment.isoformat("minutes")
