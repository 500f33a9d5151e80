"""The places and events of one municipality's folder: published files, and what staff say of them.

    knowledge/<town>/facilities/   公共施設          knowledge/<town>/hospitals/   医療機関
    knowledge/<town>/shelters/     指定緊急避難場所   knowledge/<town>/childcare/   子育て施設
    knowledge/<town>/aed/          AED設置箇所       knowledge/<town>/events/      イベント

In each: `*.csv` as published, `source.yaml` beside them (title, link, date), and in `events/` also
staff's own `*.yaml` (see `concierge.places.calendar`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from concierge.clinics.names import name_key
from concierge.message import Location
from concierge.opendata.standard.columns import DATASETS, dataset
from concierge.opendata.standard.reading import read_file
from concierge.places.calendar import EventRule, read_event_file
from concierge.places.finder import LandmarkFinder
from concierge.places.model import Aed, Childcare, Event, Facility, Hospital, Listing, Shelter, Spot
from concierge.problem import Problem
from concierge.staff_yaml import Field, Kind, Mapping_, Reporter, Table, read_yaml, walk

__all__ = ["SOURCE", "Part", "Places", "part_files", "read_part"]

SOURCE = "source.yaml"
EVENTS = "events"
LISTING = Table(
    "出典",
    (
        Field("title", Kind.TEXT, "データの名前", ("題名",), lenient=True),
        Field("url", Kind.URL, "公開しているページ", ("リンク",), lenient=True),
        Field("updated", Kind.DATE, "更新日（2026-04-01）", ("更新日",), lenient=True),
        Field("publisher", Kind.TEXT, "公開元", lenient=True),
        Field("license", Kind.TEXT, "利用条件", lenient=True),
    ),
)
Part = tuple[Spot | Event, ...] | tuple[EventRule, ...] | Listing
"""What one file of a folder gives."""
Row = TypeVar("Row", Facility, Shelter, Aed, Hospital, Childcare)


@dataclass(frozen=True)
class Places:
    """All places and events of a municipality, read-only; `listings` by the name of the folder."""

    facilities: tuple[Facility, ...] = ()
    shelters: tuple[Shelter, ...] = ()
    hospitals: tuple[Hospital, ...] = ()
    childcare: tuple[Childcare, ...] = ()
    aed: tuple[Aed, ...] = ()
    events: tuple[Event, ...] = ()
    rules: tuple[EventRule, ...] = ()
    listings: Mapping[str, Listing] = field(default_factory=dict)
    municipality: tuple[str, ...] = ()
    """Names that stand before an address and before a facility's name."""

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Every place, facilities first."""
        return (*self.facilities, *self.shelters, *self.hospitals, *self.childcare, *self.aed)

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the lists that hold anything."""
        held: dict[str, Sequence[object]] = {
            "facilities": self.facilities,
            "shelters": self.shelters,
            "hospitals": self.hospitals,
            "childcare": self.childcare,
            "aed": self.aed,
            EVENTS: (*self.events, *self.rules),
        }
        return tuple(each.title for kind, each in self.listings.items() if held.get(kind))

    @cached_property
    def landmarks(self) -> LandmarkFinder:
        """Finds places by the names that residents type; made when first asked for."""
        names = {event.name for event in self.events} | {rule.event.name for rule in self.rules}
        return LandmarkFinder(self.spots, self.municipality, sorted(names))

    @cached_property
    def clinic_points(self) -> Mapping[str, Location]:
        """Where the listed clinics are, by `name_key` of their names."""
        listed = ((name_key(each.name), each.location) for each in self.hospitals)
        return {name: point for name, point in listed if point is not None}

    @staticmethod
    def gathered(parts: Mapping[str, Sequence[Part]], municipality: Sequence[str]) -> Places:
        """Put the parts of all folders together; `parts` by the name of the folder."""
        listings: dict[str, Listing] = {}
        records: list[Spot | Event] = []
        rules: list[EventRule] = []
        for kind, found in parts.items():
            listings[kind] = Listing(title=dataset(kind).title)
            for part in found:
                if isinstance(part, Listing):
                    listings[kind] = part
                else:
                    records += [each for each in part if not isinstance(each, EventRule)]
                    rules += [each for each in part if isinstance(each, EventRule)]

        def of(kind: type[Row]) -> tuple[Row, ...]:
            return tuple(record for record in records if isinstance(record, kind))

        return Places(
            facilities=of(Facility),
            shelters=of(Shelter),
            hospitals=of(Hospital),
            childcare=of(Childcare),
            aed=of(Aed),
            events=tuple(record for record in records if isinstance(record, Event)),
            rules=tuple(rules),
            listings=listings,
            municipality=tuple(municipality),
        )


def part_files(folder: Path, kind: str) -> list[Path]:
    """Return the files of one dataset in a municipality's folder, sorted: CSV, YAML, source.yaml."""
    place = folder / kind
    if kind not in DATASETS or not place.is_dir():
        return []
    suffixes = (".csv", ".yaml", ".yml") if kind == EVENTS else (".csv",)
    return sorted(
        path
        for path in place.iterdir()
        if (path.suffix.lower() in suffixes or path.name == SOURCE)
        and not path.name.startswith((".", "~$"))
    )


def read_part(path: Path, file: str) -> tuple[Part | None, Iterable[Problem]]:
    """Read one file of a folder; None where nothing of it can be used."""
    kind = path.parent.name
    if path.name == SOURCE:
        return read_listing(path, file, kind)
    if path.suffix.lower() != ".csv":
        rules, problems = read_event_file(path, file)
        return rules or None, problems
    found = read_file(path, file, kind)
    return found.records or None, found.problems


def read_listing(path: Path, file: str, kind: str) -> tuple[Listing, Iterable[Problem]]:
    """Read what source.yaml says of a folder's data; the standard title where it says nothing."""
    standard = Listing(title=dataset(kind).title)
    document = read_yaml(path, file, LISTING.keys)
    reporter = Reporter(file)
    reporter.extend(document.problems)
    record = None
    if isinstance(document.root, Mapping_):
        record = walk(document.root, LISTING, reporter)
    if record is None:
        return standard, reporter.problems
    return Listing(
        title=record.text("title") or standard.title,
        url=record.text("url"),
        updated=record.day("updated"),
        publisher=record.text("publisher"),
        license=record.text("license"),
    ), reporter.problems
