"""What a published garbage calendar says, as typed records. No dates are worked out here.

Readers (`concierge.opendata`) make a `WasteData`; `concierge.waste.calendar` answers from it;
`concierge.language` finds its areas and categories in what residents type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from concierge.waste.translations import Translations

__all__ = [
    "Area",
    "Category",
    "Closure",
    "ClosurePolicy",
    "DateList",
    "EveryOtherWeek",
    "Item",
    "Move",
    "NthWeekday",
    "Remark",
    "Rule",
    "Schedule",
    "WasteData",
    "Weekly",
]


class ClosurePolicy(StrEnum):
    """What a city does with collections that fall into a closure (`--closures`)."""

    SKIP = "skip"
    SHIFT = "shift"
    """From the first closed occurrence on, a rule moves seven days later until the month ends."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where garbage is collected, as published.

    `name` is the published cell byte for byte; `levels` are the wards or districts above it,
    outermost first; `centre` joins to closures. `index` is the position in `WasteData.areas`;
    `row` the line in the file, from 1. `aliases` are other spellings that mean this area and no
    more, where one cell holds a district and places in it (`橋北地区 秋鹿町`).
    """

    index: int
    name: str
    levels: tuple[str, ...] = ()
    reading: str | None = None
    centre: str | None = None
    row: int = 0
    aliases: tuple[str, ...] = ()
    full_name: str = field(init=False, compare=False, repr=False, default="")
    """The name with the levels above it in front, as shown where the bare name is ambiguous."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "full_name", "".join((*self.levels, self.name)))


@dataclass(frozen=True, slots=True)
class Category:
    """What kind is collected; `label` is the published column header byte for byte."""

    index: int
    label: str
    sublabel: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Weekly:
    """Every week on `weekday` (0 = Monday), only in `months` where given (1–12)."""

    weekday: int
    months: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The `nth` (1–5) `weekday` of a month, counted by occurrence, only in `months` where given."""

    weekday: int
    nth: int
    months: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class EveryOtherWeek:
    """Every `days` days (14, in one fork 28) from `first`, `count` dates in all, then nothing.

    The count is that of the original program, which stops after 27 dates.
    """

    first: date
    count: int = 27
    days: int = 14


@dataclass(frozen=True, slots=True)
class DateList:
    """Days listed one by one, sorted, each once. After the last one nothing is known.

    Empty where the cell holds only a far date such as 20991231, which means: none scheduled.
    """

    days: tuple[date, ...]


Rule = Weekly | NthWeekday | EveryOtherWeek | DateList


@dataclass(frozen=True, slots=True)
class Closure:
    """A collection centre does not work from `first` to `last`, both inclusive.

    `centre` None means the whole municipality; `yearly` repeats month and day every year.
    """

    centre: str | None
    first: date
    last: date
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A published change: `category` is collected on `day`, what transferdata.csv calls 振替日.

    `follows` is the published 次回収日. The file names no area: where it is given, the move concerns
    the areas whose own rules give that day, and days of the rules between the two are off. Where
    it is None, `day` is an extra collection in every area that has the category.
    """

    category: str
    day: date
    follows: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A published remark. An empty `id` is a remark on the whole municipality.

    `excluded` are the days it names as without collection, `closures` the days of every year.
    """

    id: str
    text: str
    excluded: tuple[date, ...] = ()
    closures: tuple[Closure, ...] = ()
    row: int = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """One cell: when one category is collected in one area.

    `understood` is False where some of the cell could not be read: then no date may be given with
    confidence. `doubt` says, in a Japanese sentence, why the dates are uncertain although every
    part was read. `raw` is the published cell; `row` and `column` count from 1.
    """

    rules: tuple[Rule, ...]
    remarks: tuple[Remark, ...] = ()
    raw: str = ""
    row: int = 0
    column: int = 0
    understood: bool = True
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """Something people throw away, and the category it falls in, as the city's dictionary says."""

    name: str
    category: str
    note: str | None = None
    reading: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class WasteData:
    """Everything one published garbage calendar says, and until when it holds.

    `schedules[area.index][category.index]` is that cell. `valid_from` and `valid_to` are the first and
    the last day for which the dates are vouched for. `doubtful_closures` were published in a way that cannot be meant (a
    closure of a whole year): they are not applied, but dates inside them are uncertain. `folder` is the path, relative to the municipality's folder, that the
    file names of sources and problems start with.
    """

    areas: tuple[Area, ...]
    categories: tuple[Category, ...]
    schedules: tuple[tuple[Schedule, ...], ...]
    closures: tuple[Closure, ...] = ()
    doubtful_closures: tuple[Closure, ...] = ()
    moves: tuple[Move, ...] = ()
    items: tuple[Item, ...] = ()
    remarks: tuple[Remark, ...] = ()
    policy: ClosurePolicy = ClosurePolicy.SKIP
    valid_from: date | None = None
    valid_to: date | None = None
    folder: str = "waste/5374"
    title: str = "ごみ収集日（オープンデータ）"
    url: str | None = None
    updated: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    """Settings staff may give beside the files: `collection_time` (「8時30分」), `department`, …"""
    translations: Mapping[str, Translations] = field(default_factory=dict)
    """The town's names in other languages, by language."""
