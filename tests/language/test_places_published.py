"""Every published area of real municipalities, and ordinary sentences that name no place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from concierge.language.normalize import normalize
from concierge.language.places import AreaFinder
from concierge.opendata.garbage_5374.folder import read_5374
from concierge.waste.model import Area
from tests.conftest import cities_5374, published_data

KANJI_DIGITS = "〇一二三四五六七八九"
NO_PLACE = Path(__file__).with_name("no_place.txt").read_text(encoding="utf-8").splitlines()
FRAMES = (
    "{}の燃えるごみはいつ？",
    "{}です",
    "えっと、{}に住んでます",
    "明日 {} プラごみある？",
    "燃えるごみの日教えて。{}です",
)
CITIES = cities_5374()
pytestmark = pytest.mark.skipif(not CITIES, reason="no published data beside the repository")


@cache
def areas_of(city: str) -> tuple[Area, ...]:
    folder = published_data()
    assert folder is not None
    data = read_5374(folder / "5374" / city).data
    assert data is not None
    return data.areas


@cache
def finder_of(city: str) -> AreaFinder:
    return AreaFinder(areas_of(city))


def in_kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (
        (KANJI_DIGITS[tens] if tens > 1 else "")
        + ("十" if tens else "")
        + (KANJI_DIGITS[ones] if ones or not tens else "")
    )


def switched(name: str) -> str:
    """Write the chome of a name in the other kind of digits."""
    plain = unicodedata.normalize("NFKC", name)
    numbers = r"(?:[~〜～・、-]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}))+(?=丁目)"

    def other(match: re.Match[str]) -> str:
        text = re.sub(r"\d+", lambda m: in_kanji(int(m[0])), match[0])
        if text != match[0]:
            return text
        return re.sub(
            "[一二三四五六七八九十]+",
            lambda m: str(next(n for n in range(100) if in_kanji(n) == m[0])),
            match[0],
        )

    return re.sub(numbers, other, plain)


@pytest.mark.parametrize("city", CITIES)
def test_every_published_name_resolves_to_itself(city: str) -> None:
    areas, finder = areas_of(city), finder_of(city)
    for area in areas:
        same = {other for other in areas if other.name == area.name}
        for spelling in (area.name, unicodedata.normalize("NFKC", area.name), switched(area.name)):
            found = finder.resolve(normalize(spelling))
            assert area in found, spelling
            assert set(found) <= same, spelling


@pytest.mark.parametrize("city", CITIES)
def test_a_full_name_is_certain_where_bare_names_repeat(city: str) -> None:
    areas, finder = areas_of(city), finder_of(city)
    for area in areas:
        found = finder.resolve(normalize(area.full_name))
        same = {other for other in areas if other.full_name == area.full_name}
        assert area in found and set(found) <= same, area.full_name


@pytest.mark.parametrize("city", CITIES)
def test_a_published_name_in_a_sentence_is_never_another_area(city: str) -> None:
    finder = finder_of(city)
    missed = 0
    for area in areas_of(city):
        for frame in FRAMES:
            text = frame.format(area.name)
            matches = finder.find(normalize(text))
            found = {one for match in matches for one in match.areas}
            assert area in found or not found, (text, sorted(one.name for one in found))
            missed += area not in found
    assert missed <= 0.03 * len(FRAMES) * len(areas_of(city)) + 6


def chome_of(areas: tuple[Area, ...]) -> Iterator[tuple[str, int, Area]]:
    """Take apart, independently of the finder, names that are one town and a range of chome."""
    for area in areas:
        name = unicodedata.normalize("NFKC", area.name)
        match = re.fullmatch(r"([^\d・\s(]{2,}?)(\d+)[〜～~](\d+)丁目", name)
        if match:
            for chome in range(int(match[2]), int(match[3]) + 1):
                yield match[1], chome, area


def test_every_chome_of_a_range_finds_its_area_alone() -> None:
    tried = 0
    for city in CITIES:
        for town, chome, area in chome_of(areas_of(city)):
            finder = finder_of(city)
            for text in (f"{town}{chome}丁目", f"{town}{in_kanji(chome)}丁目の可燃ごみ"):
                matches = finder.find(normalize(text))
                assert [match.areas for match in matches] == [(area,)], (city, text)
            (address,) = finder.find(normalize(f"{town}{chome}-5-12"))
            assert area in address.areas
            tried += 1
    assert tried > 200


def test_a_chome_beyond_all_published_ones_is_no_area() -> None:
    for city in CITIES:
        for town, _, _ in chome_of(areas_of(city)):
            found = finder_of(city).find(normalize(f"{town}87丁目です"))
            assert all(not match.areas for match in found), (city, town)
            assert finder_of(city).suggest(normalize(f"{town}87丁目です"))


def test_ordinary_sentences_name_no_area_of_any_city() -> None:
    assert len(NO_PLACE) >= 150
    together = [
        Area(index, area.name, area.levels)
        for index, area in enumerate(area for city in CITIES for area in areas_of(city))
    ]
    wrong: list[str] = []
    for finder in (AreaFinder(together), *map(finder_of, CITIES)):
        for sentence in NO_PLACE:
            wrong += [
                f"{sentence}: {match.text} → {match.areas[0].name if match.areas else None}"
                for match in finder.find(normalize(sentence))
            ]
    assert not wrong, "\n".join(sorted(set(wrong)))
