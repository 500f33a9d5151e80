"""Distances, what is nearest, and how both are told."""

from __future__ import annotations

import math
import random

import pytest

from concierge.message import Location
from concierge.places.geo import distance, map_link, nearest, sound_map, told_distance

TOKYO = Location(35.681236, 139.767125)
OSAKA = Location(34.702485, 135.495951)


def by_vectors(one: Location, other: Location) -> float:
    """Work the distance out another way: the angle between two vectors from the earth's centre."""

    def vector(point: Location) -> tuple[float, float, float]:
        lat, lon = math.radians(point.latitude), math.radians(point.longitude)
        return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)

    a, b = vector(one), vector(other)
    cross = (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return 6_371_008.8 * math.atan2(math.hypot(*cross), dot)


def test_a_known_distance() -> None:
    assert distance(TOKYO, OSAKA) == pytest.approx(403_000, rel=0.01)
    assert distance(TOKYO, TOKYO) == 0


def test_distances_agree_with_another_formula() -> None:
    chance = random.Random(5)  # noqa: S311
    for _ in range(2000):
        one = Location(chance.uniform(-90, 90), chance.uniform(-180, 180))
        near = chance.choice([180.0, 1.0, 0.001])
        other = Location(
            max(-90, min(90, one.latitude + chance.uniform(-near, near))),
            max(-180, min(180, one.longitude + chance.uniform(-near, near))),
        )
        assert distance(one, other) == pytest.approx(by_vectors(one, other), rel=1e-6, abs=0.01)


def test_the_nearest_is_the_nearest_and_ties_keep_their_order() -> None:
    chance = random.Random(7)  # noqa: S311
    points = [
        Location(35 + chance.randrange(40) / 1000, 139 + chance.randrange(40) / 1000)
        for _ in range(500)
    ]
    for _ in range(50):
        here = Location(35 + chance.random() / 20, 139 + chance.random() / 20)
        order = sorted(range(500), key=lambda n: (by_vectors(here, points[n]), n))
        found = nearest(range(500), here, lambda n: points[n], 5)
        measured = [round(by_vectors(here, points[n]), 3) for n in order[:5]]
        assert [round(metres, 3) for metres, _ in found] == measured
    same = nearest("abc", TOKYO, lambda _: OSAKA, 2)
    assert [each for _, each in same] == ["a", "b"]


def test_what_has_no_point_is_left_out() -> None:
    assert nearest([1, 2], TOKYO, lambda n: None if n == 1 else OSAKA) == [
        (distance(TOKYO, OSAKA), 2)
    ]
    assert nearest([], TOKYO, lambda _: OSAKA) == []


@pytest.mark.parametrize(
    ("metres", "told"),
    [(0, "約10m"), (4, "約10m"), (346, "約350m"), (994, "約990m"), (996, "約1km"), (1000, "約1km"),
     (1234, "約1.2km"), (9949, "約9.9km"), (9960, "約10km"), (403_000, "約403km")],
)  # fmt: skip
def test_distances_are_told_roughly(metres: float, told: str) -> None:
    assert told_distance(metres) == told
    assert told_distance(metres, "en") == told.replace("約", "about ")


def test_map_links() -> None:
    assert map_link(TOKYO) == "https://www.google.com/maps/search/?api=1&query=35.681236,139.767125"
    assert map_link(TOKYO, "geo:{lat},{lon}?q={name}", "市役所 (本庁)&") == (
        "geo:35.681236,139.767125?q=%E5%B8%82%E5%BD%B9%E6%89%80%20%28%E6%9C%AC%E5%BA%81%29%26"
    )
    assert sound_map("geo:{lat},{lon}")
    assert not sound_map("https://example.jp/{lat}")
    assert not sound_map("javascript:alert({lat},{lon})")


@pytest.mark.parametrize("point", [(91, 0), (0, 181), (math.nan, 0), (math.inf, 0)])
def test_what_is_no_point_on_the_earth_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="earth"):
        Location(*point)
