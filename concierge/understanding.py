"""What a message means, before anyone answers it: dates, place, kinds of garbage, language, desk.

An `Understander` belongs to one snapshot of one municipality. The `masked` text has each thing
understood replaced by one private-use character, so that sentences can be compared whatever the
date, the place or the kind of garbage is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, TypeVar

from concierge.faq.morphology import plain, tokens
from concierge.knowledge import Knowledge
from concierge.language.categories import CategoryFinder, CategoryMatch
from concierge.language.dates import DateSpan, read_dates
from concierge.language.detect import detect_language
from concierge.language.items import ItemFinder, ItemMatch
from concierge.language.normalize import Normalized, fold_kana, normalize
from concierge.language.places import AreaFinder, AreaMatch
from concierge.message import Location
from concierge.municipality import Department
from concierge.places.finder import Landmark, area_middles
from concierge.waste.model import Area

__all__ = ["MASKS", "Place", "Understander", "Understanding"]

Found = TypeVar("Found", CategoryMatch, ItemMatch)

MASKS = {
    "date": "\ue000",
    "area": "\ue001",
    "category": "\ue002",
    "home": "\ue003",
    "item": "\ue004",
    "landmark": "\ue005",
    "event": "\ue006",
}
"""The character that stands in `masked` for each kind of slot."""

MARKS = (MASKS["landmark"], MASKS["event"])

ANOTHER_AREA = re.compile(
    r"(?:じゃあ?|それじゃあ?|では|なら|あと)?[、,]?(.{1,12}?)"
    r"(?:だと|だったら|なら|の場合は?|では|の(?:方|ほう)は|は)"
    r"(?:どう|いつ|どうなる|どうなります|何曜日?)?(?:です)?か?[?!。]*$"
)
"""A place alone, asked about after another (「土橋は？」「土橋だとどう？」)."""
HOME_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("実家", re.compile("実家|じっか|(?i:parents['’]? ?(?:home|house))")),
    ("自宅", re.compile("自宅|我が家|わが家|家(?=の)|(?<![のこそ])うち(?=の|は|って|だと|も|$)")),
)
"""Names of homes a resident may keep an area under, and how they are typed."""


@dataclass(frozen=True, slots=True)
class Place:
    """The area a question is about, and how that is known.

    `areas` are all that fit: one when certain. `origin` is `said` in this message, `given` from
    outside, `home` kept by a tap, `recent` earlier in the conversation. `home` names the home,
    `said` is the resident's own word for the place.
    """

    areas: tuple[Area, ...]
    origin: Literal["said", "given", "home", "recent"]
    home: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood of one message."""

    normalized: Normalized
    language: str
    dates: tuple[DateSpan, ...]
    areas: tuple[AreaMatch, ...]
    categories: tuple[CategoryMatch, ...]
    home: str | None
    department: Department | None
    masked: str
    masked_things: str = ""
    """The same with a thing in front of a kind of garbage where a word is both (段ボール)."""
    items: tuple[ItemMatch, ...] = ()
    typed: str = "ja"
    """The language the message is typed in, whichever the resident chose to be answered in."""
    impossible: tuple[str, ...] = ()
    """What is written as a date but is none (2月30日), as typed."""
    landmarks: tuple[Landmark, ...] = ()
    """The places of the town's lists that are named: facilities, clinics, parks, towns."""
    masked_places: str = ""
    """`masked` with every landmark and event as one character too, for intents about places."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON fields of `concierge understand` that need no engine."""
        areas = list(dict.fromkeys(area.full_name for m in self.areas for area in m.areas))
        categories = [category.label for m in self.categories for category in m.categories]
        return {
            "dates": [
                {"from": d.first.isoformat(), "to": d.last.isoformat(), "text": d.text}
                for d in self.dates
            ],
            "area": areas[0] if len(areas) == 1 else None,
            "areas": areas,
            "item": next((item.name for match in self.items for item in match.items), None),
            "category": categories[0] if categories else None,
            "categories": list(dict.fromkeys(categories)),
            "department": self.department.name if self.department else None,
            "language": self.language,
        }


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    mask: str


class Understander:
    """Understands messages to one municipality."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._departments = knowledge.municipality.departments
        self._places = knowledge.places
        data = knowledge.waste.data if knowledge.waste else None
        names = (knowledge.municipality.name, knowledge.municipality.prefecture or "")
        self._municipality = [name for name in names if name]
        self.areas = AreaFinder(data.areas if data else (), self._municipality)
        self.categories = CategoryFinder(data.categories if data else ())
        self._knowledge = knowledge
        self._items: dict[int, ItemFinder] = {}

    def items_on(self, day: date) -> ItemFinder:
        """Return the finder of the things in the dictionary that holds on a day."""
        calendar = self._knowledge.waste_on(day)
        items = calendar.data.items if calendar else ()
        key = id(items)
        if key not in self._items:
            self._items[key] = ItemFinder(items)
        return self._items[key]

    def understand(
        self,
        text: str,
        at: datetime,
        language: str | None = None,
        otherwise: str = "ja",
        follows: bool = False,
    ) -> Understanding:
        """Read one message as typed at a moment (aware, Asia/Tokyo).

        `language` is the one chosen by the resident, None to detect it; `otherwise` is taken where
        nothing in the message is clear (a name of a place in Latin letters). `follows`: a question
        about an area went just before, so that a bare name may be another one.
        """
        normalized = normalize(text)
        read = read_dates(normalized, at)
        dates = read.dates
        home = _home(normalized.text)
        labels = self.categories.find(normalized)
        areas = self.areas.find(normalized) or self._beside(home, labels, normalized)
        if follows and not (areas or labels or dates):
            areas = self._another(normalized)
        apart_from = _blanked(normalized, [*dates, *areas])
        categories = _each_once(labels, self.categories.find(apart_from))
        things_here = self.items_on(at.date())
        items = _each_once(things_here.find(normalized), things_here.find(apart_from))
        spans = [
            *(_Span(m.start, m.end, MASKS["date"]) for m in dates),
            *(_Span(m.start, m.end, MASKS["category"]) for m in categories),
            *(_Span(m.start, m.end, MASKS["area"]) for m in areas),
            *([_Span(*home[1:], MASKS["home"])] if home else []),
        ]
        things = [_Span(m.start, m.end, MASKS["item"]) for m in items]
        apart = _apart([*spans, *things])
        kept = {(span.start, span.end, span.mask) for span in apart}
        things_first = _apart([*things, *spans], first=MASKS["item"])
        thing_spans = {(s.start, s.end) for s in things_first if s.mask == MASKS["item"]}
        ends = [*(said.end for said in dates), *(said.end for said in areas)]
        landmarks = self._places.landmarks.find(normalized, ends)
        marks = [_Span(m.start, m.end, _mark(m)) for m in landmarks]
        places_first = _apart([*marks, *spans], first=MASKS["landmark"] + MASKS["event"])
        kept_marks = {(s.start, s.end) for s in places_first if s.mask in MARKS}
        return Understanding(
            normalized=normalized,
            language=language or detect_language(normalized.text, otherwise),
            typed=detect_language(normalized.text, language or otherwise),
            dates=tuple(m for m in dates if (m.start, m.end, MASKS["date"]) in kept),
            areas=tuple(m for m in areas if (m.start, m.end, MASKS["area"]) in kept),
            categories=tuple(m for m in categories if (m.start, m.end, MASKS["category"]) in kept),
            home=home[0] if home and (*home[1:], MASKS["home"]) in kept else None,
            department=self._department(normalized.text),
            masked=_mask(normalized.text, [s for s in apart if s.mask != MASKS["item"]]),
            masked_things=_mask(normalized.text, things_first),
            items=tuple(m for m in items if (m.start, m.end) in thing_spans),
            impossible=tuple(said.text for said in read.impossible),
            landmarks=tuple(m for m in landmarks if (m.start, m.end) in kept_marks),
            masked_places=_mask(normalized.text, places_first),
        )

    def among(self, areas: Sequence[Area]) -> AreaFinder:
        """Return a finder of only these areas, for an answer to 「どちらの地区ですか」."""
        return AreaFinder(areas, self._municipality)

    def middles(self, areas: Sequence[Area]) -> tuple[Location, ...]:
        """Return the middle of each area, by the addresses in the town's own lists of places.

        Empty unless it is known of every one.
        """
        found = [self._middles.get(area.full_name) for area in areas]
        known = tuple(point for point in found if point is not None)
        return known if len(known) == len(found) else ()

    @cached_property
    def _middles(self) -> dict[str, Location]:
        """The middle of each area by its full name; addresses are read when first asked for."""
        return area_middles(self._places.spots, self.areas)

    def _beside(
        self,
        home: tuple[str, int, int] | None,
        labels: Sequence[CategoryMatch],
        said: Normalized,
    ) -> list[AreaMatch]:
        """Return the area that is all there is before a home (「柳沢を自宅として」) or behind it, or
        before a kind of garbage (「叶の食品トレイ」).

        A short name that counts nowhere else in a sentence counts there.
        """
        places: list[tuple[re.Match[str] | None, int]] = []
        if home is not None:
            places.append((re.match(r"(.+?)[をは]$", said.text[: home[1]]), 0))
            places.append((re.match(r"(?:は|の地区は)(.+)", said.text[home[2] :]), home[2]))
        places += [(re.match(r"(.+)の$", said.text[: label.start]), 0) for label in labels[:1]]
        for match, offset in places:
            if match and (areas := self.areas.resolve(normalize(match[1]))):
                start, end = match.start(1) + offset, match.end(1) + offset
                return [AreaMatch(start, end, areas, said.said(start, end))]
        return []

    def _another(self, said: Normalized) -> list[AreaMatch]:
        """Return the area of 「土橋だと？」, where a question about another one went before."""
        match = ANOTHER_AREA.match(said.text)
        areas = self.areas.resolve(normalize(match[1])) if match else ()
        if match is None or not areas:
            return []
        return [AreaMatch(match.start(1), match.end(1), areas, said.said(*match.span(1)))]

    @cached_property
    def _desk_words(self) -> list[tuple[str, Department]]:
        """Each desk's name and topics as they are looked for, the longest first."""
        found = [
            (fold_kana(normalize(word).text), department)
            for department in self._departments
            for word in (department.name, *department.topics)
        ]
        return sorted((one for one in found if one[0]), key=lambda one: -len(one[0]))

    def _department(self, text: str) -> Department | None:
        """Return the desk with the longest name or topic that stands in the text."""
        folded = fold_kana(text)
        return next(
            (desk for word, desk in self._desk_words if word in folded and _is_meant(word, text)),
            None,
        )


def _is_meant(word: str, text: str) -> bool:
    """Tell whether a word in a text is meant: one of a single letter is often part of another.

    税 stands in 入湯税 as a word of its own, 本 in 本人 does not.
    """
    if len(word) > 1:
        return True
    return any(part.surface == word for token in tokens(plain(text)) for part in token.words)


def _mark(landmark: Landmark) -> str:
    return MASKS["event" if landmark.event is not None else "landmark"]


def _blanked(normalized: Normalized, found: Iterable[DateSpan | AreaMatch]) -> Normalized:
    """Return the text with every day and place, and a の behind, as punctuation.

    Words begin and end there, which is not seen where spaces were dropped (「泉町 プラ いつ」).
    """
    letters = list(normalized.text)
    for span in found:
        end = span.end + (normalized.text[span.end : span.end + 1] == "の")
        letters[span.start : end] = "、" * (end - span.start)
    return replace(normalized, text="".join(letters))


def _each_once(*found: Sequence[Found]) -> list[Found]:
    """Return what was found at each place, the first where several were."""
    by_place = {(m.start, m.end): m for matches in reversed(found) for m in matches}
    return sorted(by_place.values(), key=lambda match: match.start)


def _home(text: str) -> tuple[str, int, int] | None:
    for name, words in HOME_WORDS:
        match = words.search(text)
        if match:
            return name, match.start(), match.end()
    return None


def _apart(spans: Iterable[_Span], first: str = "") -> list[_Span]:
    """Keep the longest where spans overlap, of equals one of the `first` masks; in text order."""
    kept: list[_Span] = []
    for span in sorted(
        spans, key=lambda one: (one.start - one.end, one.start, one.mask not in first, one.mask)
    ):
        if span.start < span.end and all(
            span.end <= other.start or other.end <= span.start for other in kept
        ):
            kept.append(span)
    return sorted(kept, key=lambda one: one.start)


def _mask(text: str, spans: Iterable[_Span]) -> str:
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += [text[position : span.start], span.mask]
        position = span.end
    return "".join([*pieces, text[position:]])
