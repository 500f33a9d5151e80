"""Days as they are written in published files, in the many spellings found there."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

__all__ = ["is_sentinel", "read_compact", "read_day", "read_days"]

SPELLINGS = (
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"),
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
)
TIME_OF_DAY = re.compile(r"\s+\d{1,2}:\d{2}(:\d{2})?$")
FIRST_SENTINEL_YEAR = 2099


def read_compact(text: str) -> date | None:
    """Read `YYYYMMDD`; None where that is no day of the calendar. Nothing rolls over."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def is_sentinel(day: date) -> bool:
    """Tell whether a day is one that cities write for "none scheduled" (20991231, 21001231)."""
    return day.year >= FIRST_SENTINEL_YEAR


def read_day(text: str) -> date | None:
    """Read one day with its year, in any of the published spellings; None for anything else."""
    folded = TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text).strip())
    for spelling in SPELLINGS:
        match = spelling.fullmatch(folded)
        if match:
            try:
                return date(*(int(number) for number in match.groups()))
            except ValueError:
                return None
    return None


def read_days(text: str) -> tuple[date, ...] | None:
    """Read several days separated by spaces or 、; None unless every part is a day."""
    parts = re.split(r"[\s、,・]+", unicodedata.normalize("NFKC", text).strip())
    days = [read_day(part) for part in parts]
    found = tuple(day for day in days if day is not None)
    return found if len(found) == len(days) else None
