"""When the sun rises and sets, after NOAA's solar calculator (https://gml.noaa.gov/grad/solcalc/).

The upper edge of the sun on a level horizon at sea level, refraction included; between 65° north and
south it agrees with published almanacs to the minute or the one beside it.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone

__all__ = ["sun_times"]

ZENITH = 90.833
"""Degrees: refraction at the horizon and the sun's half diameter."""
JAPAN = timezone(timedelta(hours=9), "JST")


def sun_times(day: date, latitude: float, longitude: float) -> tuple[datetime, datetime] | None:
    """Return sunrise and sunset in Japan's time; None where the sun stays up or down all day."""
    times: list[datetime] = []
    for rising in (True, False):
        minutes = 720.0
        for _ in range(3):  # the sun moves on meanwhile: begin at noon, then at the time found
            found = _minutes(day, minutes, latitude, longitude, rising=rising)
            if found is None:
                return None
            minutes = found
        midnight = datetime(day.year, day.month, day.day, tzinfo=JAPAN)
        times.append(midnight + timedelta(minutes=round(minutes)))
    return times[0], times[1]


def _minutes(
    day: date, guess: float, latitude: float, longitude: float, *, rising: bool
) -> float | None:
    """Return the minutes from midnight in Japan at which the sun stands at the horizon."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=JAPAN)
    century = _century(midnight + timedelta(minutes=guess))
    declination, equation_of_time = _sun(century)
    north = math.radians(latitude)
    cosine = math.cos(math.radians(ZENITH)) / (math.cos(north) * math.cos(declination))
    cosine -= math.tan(north) * math.tan(declination)
    if not -1 <= cosine <= 1:
        return None
    hour_angle = math.degrees(math.acos(cosine))
    noon = 720 - 4 * longitude - equation_of_time + 9 * 60
    return noon - 4 * hour_angle if rising else noon + 4 * hour_angle


def _century(moment: datetime) -> float:
    """Return Julian centuries since noon of 1 January 2000, universal time."""
    return (moment.timestamp() / 86400 + 2440587.5 - 2451545.0) / 36525


def _sun(t: float) -> tuple[float, float]:
    """Return the sun's declination (radians) and the equation of time (minutes)."""
    mean_longitude = math.radians((280.46646 + t * (36000.76983 + t * 0.0003032)) % 360)
    anomaly = math.radians(357.52911 + t * (35999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    centre = (
        math.sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + math.sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + math.sin(3 * anomaly) * 0.000289
    )
    node = math.radians(125.04 - 1934.136 * t)
    apparent = mean_longitude + math.radians(centre - 0.00569 - 0.00478 * math.sin(node))
    tilt_seconds = 21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))
    tilt = math.radians(23 + (26 + tilt_seconds / 60) / 60 + 0.00256 * math.cos(node))
    declination = math.asin(math.sin(tilt) * math.sin(apparent))
    y = math.tan(tilt / 2) ** 2
    equation = (
        y * math.sin(2 * mean_longitude)
        - 2 * eccentricity * math.sin(anomaly)
        + 4 * eccentricity * y * math.sin(anomaly) * math.cos(2 * mean_longitude)
        - 0.5 * y * y * math.sin(4 * mean_longitude)
        - 1.25 * eccentricity * eccentricity * math.sin(2 * anomaly)
    )
    return declination, 4 * math.degrees(equation)
