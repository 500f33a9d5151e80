"""Distances on the earth, what is nearest, and links to a map. No network, no outside geocoder."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import quote

from concierge.message import Location

__all__ = ["DEFAULT_MAP", "distance", "map_link", "nearest", "sound_map", "told_distance"]

T = TypeVar("T")

EARTH = 6_371_008.8
"""Metres; the mean radius, which errs by at most half a per cent."""
DEFAULT_MAP = "https://www.google.com/maps/search/?api=1&query={lat},{lon}"
"""The map that is linked to where `municipality.yaml` names none under `map_url`."""


def distance(one: Location, other: Location) -> float:
    """Return the straight distance between two points in metres (haversine)."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    north = lat2 - lat1
    east = math.radians(other.longitude - one.longitude)
    half = math.sin(north / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(east / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))


def nearest(
    found: Iterable[T], point: Location, where: Callable[[T], Location | None], limit: int = 3
) -> list[tuple[float, T]]:
    """Return the nearest with their distances, nearest first; what has no point is left out.

    Of equals the one given first goes first.
    """
    measured = [
        (distance(point, place), number, each)
        for number, each in enumerate(found)
        if (place := where(each)) is not None
    ]
    measured.sort(key=lambda one: one[:2])
    return [(metres, each) for metres, _, each in measured[:limit]]


def told_distance(metres: float, language: str = "ja") -> str:
    """Write a distance as people say it: 「約350m」, 「約1.2km」. It is never given to the metre."""
    if metres < 1000:
        rounded = max(10, round(metres / 10) * 10)
        figure = f"{rounded}m" if rounded < 1000 else "1km"
    elif metres < 9950:
        figure = f"{metres / 1000:.1f}km".replace(".0km", "km")
    else:
        figure = f"{round(metres / 1000)}km"
    return f"about {figure}" if language == "en" else f"約{figure}"


def map_link(point: Location, template: str | None = None, name: str = "") -> str:
    """Return the address of a map of the point. `template` holds {lat}, {lon} and, if wanted, {name}."""
    filled = (template or DEFAULT_MAP).replace("{lat}", f"{point.latitude:.6f}")
    filled = filled.replace("{lon}", f"{point.longitude:.6f}")
    return filled.replace("{name}", quote(name, safe=""))


def sound_map(template: str) -> bool:
    """Tell whether a template makes a map link: an https or geo address with both coordinates."""
    starts = template.startswith(("https://", "http://", "geo:"))
    return starts and "{lat}" in template and "{lon}" in template and " " not in template
