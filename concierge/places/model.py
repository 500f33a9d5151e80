"""What published lists say of places and events, as typed records. Nothing is worked out here.

Readers (`concierge.opendata.standard`) make them; intents answer from them. Every record knows the
file and line it stands in. Texts are as published but for white space and half-width kana.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from concierge.message import Location
from concierge.places.hours import OpeningHours

__all__ = [
    "Aed",
    "Childcare",
    "Event",
    "Facility",
    "Hazard",
    "Hospital",
    "Listing",
    "Shelter",
    "Spot",
]


class Hazard(StrEnum):
    """The kinds of disaster that a 指定緊急避難場所 is designated for, as the columns name them."""

    FLOOD = "flood"
    LANDSLIDE = "landslide"
    STORM_SURGE = "storm_surge"
    EARTHQUAKE = "earthquake"
    TSUNAMI = "tsunami"
    FIRE = "fire"
    INLAND_FLOOD = "inland_flood"
    VOLCANO = "volcano"

    @property
    def japanese(self) -> str:
        """The Japanese name of the kind."""
        return _HAZARD_TITLES[self]


_HAZARD_TITLES = {
    Hazard.FLOOD: "洪水",
    Hazard.LANDSLIDE: "土砂災害",
    Hazard.STORM_SURGE: "高潮",
    Hazard.EARTHQUAKE: "地震",
    Hazard.TSUNAMI: "津波",
    Hazard.FIRE: "大規模な火事",
    Hazard.INLAND_FLOOD: "内水氾濫",
    Hazard.VOLCANO: "火山現象",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What all places have in common. `aliases` are other names that the list gives."""

    name: str
    file: str
    row: int
    id: str | None = None
    reading: str | None = None
    english: str | None = None
    aliases: tuple[str, ...] = ()
    address: str | None = None
    building: str | None = None
    location: Location | None = None
    phone: str | None = None
    url: str | None = None
    note: str | None = None
    hours: OpeningHours = field(default_factory=OpeningHours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility(Spot):
    """A public facility; `poi` is the code of its kind, `features` are what it has or allows."""

    poi: str | None = None
    description: str | None = None
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelter(Spot):
    """A 指定緊急避難場所: where one flees to from these hazards. It is not a 避難所.

    `also_evacuation_centre` is 指定避難所との重複. `lost` are hazards whose cell could not be read:
    nothing may be said about them.
    """

    hazards: frozenset[Hazard] = frozenset()
    lost: frozenset[Hazard] = frozenset()
    also_evacuation_centre: bool | None = None
    capacity: int | None = None
    for_districts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aed(Spot):
    """An AED: `position` is where in the building; `private` whether others may not use it."""

    position: str | None = None
    for_children: bool | None = None
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital(Spot):
    """A hospital or clinic with its departments as published, each by itself."""

    kind: str | None = None
    departments: tuple[str, ...] = ()
    beds: int | None = None
    after_hours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Childcare(Spot):
    """A nursery, kindergarten or other place for children.

    `ages` are the first and last year of age taken (18歳未満 is 0 to 17), None where not readable;
    `age_text` is the cell. `closed_down` where the note says that it is closed for good (休所).
    """

    kind: str | None = None
    operator: str | None = None
    capacity: int | None = None
    ages: tuple[int, int] | None = None
    age_text: str | None = None
    temporary_care: bool | None = None
    sick_child_care: bool | None = None
    closed_down: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that takes place: from `first` to `last`, both included.

    `starts` and `ends` in minutes of the day. `usual` is what takes place every day or week: it is
    told after what is rarer.
    """

    name: str
    file: str
    row: int
    first: date
    last: date
    starts: int | None = None
    ends: int | None = None
    usual: bool = False
    reading: str | None = None
    note: str | None = None
    description: str | None = None
    fee: str | None = None
    contact: str | None = None
    phone: str | None = None
    venue: str | None = None
    address: str | None = None
    location: Location | None = None
    apply: str | None = None
    apply_until: date | None = None
    category: str | None = None
    url: str | None = None
    updated: date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Where the records of one folder come from: the title, link and date that answers name."""

    title: str
    url: str | None = None
    updated: date | None = None
    publisher: str | None = None
    license: str | None = None
