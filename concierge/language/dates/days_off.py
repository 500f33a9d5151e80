"""Japan's national holidays, and the runs of days off they make. Loaded when first asked for.

The days come from the `holidays` package (the Act on National Holidays, substitute holidays and
citizens' holidays included), which knows 1949 to 2099.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from concierge.language.dates.model import Days

__all__ = ["coming_holiday", "coming_run", "golden_week", "is_holiday"]

ONE_DAY = timedelta(days=1)
YEARS_AHEAD = 12
"""How far a named holiday is looked for: a citizens' holiday in September may be a decade off."""


def is_holiday(day: date) -> str | None:
    """Return the Japanese name of the national holiday on this day, None where there is none."""
    return _holidays(day.year).get(day)


def coming_holiday(
    start: date, name: str | None = None, *, until: date | None = None
) -> date | None:
    """Return the first holiday on or after `start`, by its Japanese name where one is given."""
    last_year = start.year + YEARS_AHEAD if until is None else until.year
    for year in range(start.year, last_year + 1):
        for day, found in _holidays(year).items():
            if day >= start and name in (None, found):
                return day if until is None or day <= until else None
    return None


def coming_run(start: date, at_least: int = 3) -> Days | None:
    """Return the first run of weekends and holidays of so many days that is not yet over."""
    day = start
    while day.year <= start.year + 2:
        if not _is_off(day):
            day += ONE_DAY
            continue
        first, last = _run_around(day)
        if (last - first).days + 1 >= at_least:
            return first, last
        day = last + ONE_DAY
    return None


def golden_week(year: int) -> Days:
    """Return 29 April to 5 May with the days off that touch it, such as a substitute holiday."""
    return _run_around(date(year, 4, 29))[0], _run_around(date(year, 5, 5))[1]


def _is_off(day: date) -> bool:
    return day.weekday() >= 5 or is_holiday(day) is not None


def _run_around(day: date) -> Days:
    first = last = day
    while _is_off(first - ONE_DAY):
        first -= ONE_DAY
    while _is_off(last + ONE_DAY):
        last += ONE_DAY
    return first, last


@lru_cache(maxsize=64)
def _holidays(year: int) -> Mapping[date, str]:
    from holidays.countries.japan import Japan  # noqa: PLC0415 - a tenth of a second, rarely needed

    return dict(sorted(Japan(years=year, expand=False, language="ja").items()))
