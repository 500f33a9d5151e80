"""By when garbage has to be out, as staff wrote it beside the data (`collection_time`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from concierge.language.normalize import normalize

__all__ = ["collection_time", "first_day", "is_over", "morning_limit"]

NOON = 12
CLOCK = re.compile(r"(午後|夜|夕方)?\D{0,3}?(\d{1,2})(?:[:時](?:(\d{1,2})分?|(半))?)?")


def collection_time(facts: Mapping[str, str]) -> time | None:
    """Read 「8時30分」, 「朝8時半まで」 or 「8:30」; None where nothing is said or it is no time."""
    match = CLOCK.search(normalize(facts.get("collection_time", "")).text)
    if match is None:
        return None
    hour = int(match[2]) + (12 if match[1] and int(match[2]) < 12 else 0)
    minute = 30 if match[4] else int(match[3] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def is_over(facts: Mapping[str, str], at: datetime) -> bool:
    """Tell whether garbage of this day had to be out already."""
    limit = collection_time(facts)
    return limit is not None and at.time() > limit


def first_day(facts: Mapping[str, str], at: datetime) -> date:
    """Return the first day for which garbage can still be put out in time."""
    return at.date() + timedelta(days=1) if is_over(facts, at) else at.date()


def morning_limit(facts: Mapping[str, str]) -> time | None:
    """Return by when garbage has to be out, where that is in the morning."""
    limit = collection_time(facts)
    return limit if limit is not None and limit.hour < NOON else None
