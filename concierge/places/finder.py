"""Finds places by name in what residents type: facilities, clinics, parks, and towns of addresses.

The names are those that the town's own published lists give; nobody else's map is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from concierge.language.normalize import Normalized, normalize
from concierge.language.place_folding import fold_place
from concierge.language.places import AreaFinder
from concierge.message import Location
from concierge.places.model import Spot

__all__ = ["PREFECTURE", "Landmark", "LandmarkFinder", "area_middles", "middle", "town_of"]

KANJI_OR_KATAKANA = re.compile(r"[一-鿿々〆ァ-ヶ]")
HIRAGANA = re.compile(r"[ぁ-んー]+")
SHORTEST, SHORTEST_KANA, SHORTEST_EVENT = 2, 5, 3
BRACKETS = re.compile(r"[（(]([^（()）]*)[)）]")
LEGAL = re.compile(
    r"^(?:[（(][一-鿿]{1,4}[)）]|(?:公益|一般)?(?:社団|財団|医療|社会福祉|学校|宗教)(?:医療)?法人"
    r"(?:社団|財団)?|独立行政法人)\s*"
)
LEGAL_WITH_NAME = re.compile(r"^\S*法人\S*\s+(?=\S)")
MUNICIPAL = re.compile(r"^(?:[市町村県]立|公立)")
PREFECTURE = re.compile(r"^(?:東京都|北海道|(?:京都|大阪)府|[^都道府県]{2,3}県)")
MUNICIPALITY = re.compile(
    r"^(?:[^\d市郡区]{1,5}郡[^\d]{1,5}?[町村]|[^\d]{1,6}?市(?!市)(?:[^\d]{1,4}?区)?|[^\d]{1,4}?区)"
)
NUMBER_BEGINS = re.compile(r"[\d]|番地|番丁|の\d")
OAZA = re.compile(r"^(?:大字|字)")
STREET = re.compile(r"^[^\d０-９]*(?:[\d０-９]+丁目|[\d０-９]+)?")
"""An address up to its chome or first number: what tells its area, and is shared by neighbours."""
LONGEST_TOWN = 12
KIND_BEFORE = re.compile(r"^(?:幼保連携型)?認定こども園\s*(?=\S{3})")
GENERIC = frozenset({"公園", "緑地", "広場", "その他", "会館", "集会所", "本庁", "事務所", "庁舎"})


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place named in a text. Offsets are into `Normalized.text`; `text` is as typed.

    `spots` are all published places of that name (one building may stand in several lists); none
    where `town` is the name of a town that only addresses give. `location` is where it is, the
    middle of a town's addresses; None where no list says.
    """

    start: int
    end: int
    text: str
    spots: tuple[Spot, ...]
    location: Location | None
    town: str | None = None
    event: str | None = None
    """The name of an event, where it is one."""


class LandmarkFinder:
    """Finds the places of one municipality by their names."""

    def __init__(
        self,
        spots: Sequence[Spot],
        municipality: Sequence[str] = (),
        events: Iterable[str] = (),
    ) -> None:
        """Take all places and the names of events.

        `municipality` are names that may stand before a place's.
        """
        self._prefixes = tuple(fold_place(normalize(name).text).text for name in municipality)
        self._names: dict[str, list[Spot]] = {}
        towns: dict[str, list[Location]] = {}
        for spot in spots:
            for key in self._keys(spot):
                self._names.setdefault(key, []).append(spot)
            if spot.address and spot.location:
                for town in town_of(spot.address, municipality):
                    towns.setdefault(fold_place(normalize(town).text).text, []).append(
                        spot.location
                    )
        self._events = {
            key: name
            for name in events
            for key in _event_keys(name)
            if len(key) >= SHORTEST_EVENT and key not in self._names and key not in towns
        }
        self._towns = {
            key: middle(points)
            for key, points in towns.items()
            if len(key) >= SHORTEST and key not in self._names
        }
        self._lengths: dict[str, tuple[int, ...]] = {}
        lengths: dict[str, set[int]] = {}
        for key in (*self._names, *self._towns, *self._events):
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {first: tuple(sorted(of, reverse=True)) for first, of in lengths.items()}

    def find(self, text: Normalized, after: Collection[int] = ()) -> list[Landmark]:
        """Return the places named, in the order said, the longest names first.

        `after` are offsets where something else that was understood ends: a name may begin there.
        """
        folded = fold_place(text.text)
        free = {position for position in range(len(text.text)) if _behind_a_gap(text, position)}
        free |= set(after)
        found: list[Landmark] = []
        position = 0
        while position < len(folded.text):
            key = self._key_at(folded.text, position, folded.starts[position] in free)
            if key is None:
                position += 1
                continue
            start, end = folded.starts[position], folded.end(position + len(key))
            found.append(self._landmark(key, start, end, text.said(start, end)))
            position += len(key)
        return found

    def named(self, name: str) -> tuple[Spot, ...]:
        """Return the places with exactly this name, folded."""
        return tuple(self._names.get(fold_place(normalize(name).text).text, ()))

    def town(self, name: str) -> Location | None:
        """Return the middle of a town by its name, folded; None where no address lies in it."""
        return self._towns.get(fold_place(normalize(name).text).text)

    def _landmark(self, key: str, start: int, end: int, said: str) -> Landmark:
        spots = tuple(self._names.get(key, ()))
        if not spots and key in self._events:
            return Landmark(start, end, said, (), None, event=self._events[key])
        if not spots:
            return Landmark(start, end, said, (), self._towns[key], said)
        location = next((spot.location for spot in spots if spot.location), None)
        return Landmark(start, end, said, spots, location)

    def _known(self, key: str) -> bool:
        return key in self._names or key in self._towns or key in self._events

    def _key_at(self, text: str, position: int, free: bool) -> str | None:
        for length in self._lengths.get(text[position], ()):
            key = text[position : position + length]
            if len(key) < length or not self._known(key):
                continue
            if free or self._begins_here(text, position, key):
                return key
        return None

    def _begins_here(self, text: str, position: int, key: str) -> bool:
        """Tell whether a name begins here and is not the end of a longer word."""
        before = text[:position]
        if not before or any(before.endswith(prefix) for prefix in self._prefixes if prefix):
            return True
        kana_only = HIRAGANA.fullmatch(key) is not None
        if kana_only:
            return before[-1] in "、。!?のはがをにでと・ " or not HIRAGANA.match(before[-1])
        return not KANJI_OR_KATAKANA.match(before[-1]) or before.endswith(("市立", "町立", "村立"))

    def _keys(self, spot: Spot) -> set[str]:
        names = {spot.name, *spot.aliases}
        given = {fold_place(normalize(name).text).text for name in names}
        if spot.reading:
            names.add(spot.reading)
        if spot.english and len(spot.english) >= SHORTEST_KANA:
            names.add(spot.english)
        for name in list(names):
            names.add(LEGAL_WITH_NAME.sub("", name))
            names.add(LEGAL.sub("", name))
            names.add(KIND_BEFORE.sub("", name))
            bare = BRACKETS.sub("", LEGAL.sub("", name)).strip()
            names.add(bare)
        keys: set[str] = set()
        for name in names:
            key = fold_place(normalize(name).text).text
            for prefix in self._prefixes:
                kana = HIRAGANA.fullmatch(prefix) is not None
                if kana and not HIRAGANA.fullmatch(key):
                    continue
                if prefix and key.startswith(prefix) and len(key) > len(prefix) + 1:
                    rest = key.removeprefix(prefix)
                    keys |= {rest, MUNICIPAL.sub("", rest).removeprefix("立").removeprefix("りつ")}
            keys |= {key, MUNICIPAL.sub("", key)}
        return {
            key
            for key in keys
            if len(key) >= (SHORTEST_KANA - (key in given) if HIRAGANA.fullmatch(key) else SHORTEST)
            and key not in GENERIC
        }


def _behind_a_gap(text: Normalized, position: int) -> bool:
    """Tell whether a space stood before this character where it was typed."""
    origin = text.origins[position]
    return origin > 0 and text.original[origin - 1].isspace()


def _event_keys(name: str) -> set[str]:
    """Return the keys of an event: its whole name, and its longer words where it has several."""
    parts = [part for part in name.split() if len(part) >= SHORTEST_KANA]
    return {fold_place(normalize(part).text).text for part in (name, *parts)}


def town_of(address: str, municipality: Iterable[str] = ()) -> Iterator[str]:
    """Yield the town of an address (若葉町), and the town with its chome (若葉町2丁目)."""
    rest = PREFECTURE.sub("", address.strip())
    own = next((name for name in municipality if name and rest.startswith(name)), None)
    rest = rest.removeprefix(own) if own else MUNICIPALITY.sub("", rest)
    rest = fold_place(normalize(OAZA.sub("", rest)).text).text
    number = NUMBER_BEGINS.search(rest)
    town = OAZA.sub("", rest[: number.start()] if number else rest)
    if len(town) >= SHORTEST and len(town) <= LONGEST_TOWN:
        yield town
        parts = town.split("字") if "字" in town[1:-1] else []
        yield from (part for part in parts if len(part) >= SHORTEST)
        chome = re.match(r"\d+丁目", rest[len(town) :]) if rest.startswith(town) else None
        if chome:
            yield town + chome[0]


def area_middles(spots: Iterable[Spot], finder: AreaFinder) -> dict[str, Location]:
    """Return the middle of each collection area by its full name, from the addresses of places.

    An address counts where it lies in one area alone. Of two areas of one name (本町 in two
    districts) the one that no address names in full is that of the addresses without a district.
    """
    points: dict[str, list[Location]] = {}
    shared: dict[tuple[str, ...], list[Location]] = {}
    known: dict[str, tuple[str, ...]] = {}
    for spot in spots:
        if spot.address is None or spot.location is None:
            continue
        street = STREET.match(spot.address)
        told = street[0] if street else spot.address
        if told not in known:
            matches = finder.find(normalize(told))
            known[told] = tuple(area.full_name for area in matches[0].areas) if matches else ()
        if len(known[told]) == 1:
            points.setdefault(known[told][0], []).append(spot.location)
        elif known[told]:
            shared.setdefault(known[told], []).append(spot.location)
    for names, found in shared.items():
        unnamed = [name for name in names if name not in points]
        if len(unnamed) == 1:
            points[unnamed[0]] = found
    return {name: middle(found) for name, found in points.items()}


def middle(points: Sequence[Location]) -> Location:
    """Return the middle of some points: the mean of their degrees, right for a town's extent."""
    return Location(
        sum(point.latitude for point in points) / len(points),
        sum(point.longitude for point in points) / len(points),
    )
