"""Which of a town's collection areas a message means.

`AreaFinder` reads names as residents write them and answers with every area that fits: what is
ambiguous is for the caller to ask, never for this module to guess. Short names that are also
ordinary words count only where the sentence supports them; near misses never count, they are
offered by `suggest`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from concierge.language.normalize import Normalized, normalize, without_punctuation
from concierge.language.place_context import (
    KANJI,
    Reading,
    Said,
    Weight,
    past_suffix,
    read_numbers,
    weigh,
)
from concierge.language.place_folding import fold_place, place_words
from concierge.language.place_names import Rank, Spoken, spoken_names
from concierge.language.place_readings import may_be_read
from concierge.waste.model import Area

__all__ = ["AreaFinder", "AreaMatch"]

JOINT = re.compile(r"[の、,\-(]?$")
LOT_NUMBERS_ABOVE = 20
SIDE = re.compile(r".(?:側|以[東西南北]|沿い?)$")
CONDITION_START = re.compile(r"^[^(（]*?(?=[(（]|国道|県道|市道|線)|^[^(（]*$")
SUGGESTION_SCORE = 0.6
SUGGESTION_SPLIT = re.compile(r"の|は|で|に|って|を|も|[、。!?・\s]")
SUGGESTION_RUN = re.compile(rf"[{KANJI}が]{{2,}}")
KANA = re.compile("[ぁ-んー]+")
ADDRESS_END = re.compile(r"\d.*$")


@dataclass(frozen=True, slots=True)
class AreaMatch:
    """A place named in a text.

    `start` and `end` are offsets into `Normalized.text`; `text` is what the resident typed there.
    `areas` are all published areas that fit, in the published order: one when certain. It is empty
    where the town is known but no published area holds the chome said: then nothing may be
    answered for another area (`AreaFinder.suggest` names the town's). `exact` are those of `areas`
    that are published under exactly the name said, where others that fit only contain it.
    """

    start: int
    end: int
    areas: tuple[Area, ...]
    text: str
    exact: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    areas: frozenset[int]
    town: frozenset[int]
    exact: frozenset[int]
    group: bool
    unfinished: bool
    """The name runs on into another: it counts only if that is a place within it."""


class AreaFinder:
    """Finds the areas of one published calendar in residents' text.

    `municipality` are names that may stand in front (「島根県」, 「松江市」, 「島根県松江市」). Without
    any, a city's name in front of a place is taken for the town's own. Areas are told apart by
    their position in `areas`: a finder of a few areas reads the answer to 「どちらですか」.
    """

    def __init__(self, areas: Sequence[Area], municipality: Sequence[str] = ()) -> None:
        self._areas = tuple(areas)
        self._names: dict[str, list[Spoken]] = {}
        for spoken in spoken_names(self._areas):
            self._names.setdefault(spoken.key, []).append(spoken)
        self._lengths = _lengths(self._names)
        self._by_full_name: dict[str, list[Area]] = {}
        self._by_name: dict[str, list[Area]] = {}
        for area in self._areas:
            for name, index in ((area.full_name, self._by_full_name), (area.name, self._by_name)):
                for spelled in {name, name.strip()}:
                    index.setdefault(spelled, []).append(area)
        self._whole: dict[str, list[int]] = {}
        for position, area in enumerate(self._areas):
            for key in {_whole_key(name) for name in (area.name, area.full_name, *area.aliases)}:
                self._whole.setdefault(key, []).append(position)
        published = sorted(
            key
            for key, names in self._names.items()
            if any(name.rank is Rank.PUBLISHED for name in names)
        )
        self._longer = {
            key for key, after in itertools.pairwise(published) if after.startswith(key)
        } | {key for key in self._names if key + "町" in self._names}
        self._near_keys = [
            key
            for key, names in self._names.items()
            if len(key) > 1 and min(name.rank for name in names) < Rank.READ
        ]
        self._near_readings = [
            key for key, names in self._names.items() if any(name.reading == key for name in names)
        ]
        self._municipality = _municipality(municipality)
        self._read_surely: set[str] = set()
        self._weights: dict[str, Weight] = {}
        for own in municipality:
            self._weights[fold_place(normalize(own).text).text[:-1]] = Weight.ALONE

    def named(self, name: str) -> tuple[Area, ...]:
        """Return the areas with exactly this name, as published or with the levels above in front."""
        return tuple(self._by_full_name.get(name) or self._by_name.get(name) or ())

    def find(self, text: Normalized) -> list[AreaMatch]:
        """Return the places named in a message, in the order said, never overlapping."""
        reading = Reading(text)
        return [self._match(hit, reading) for hit in self._joined(reading)]

    def resolve(self, text: Normalized) -> tuple[Area, ...]:
        """Return all areas that fit a text which answers 「どちらの地区ですか」; none if none does.

        A name as published wins over everything else; 「1丁目」 alone fits every area with it.
        """
        exact = self._whole.get(_whole_key(text.text))
        if exact:
            return self._in_order(exact)
        answer = _bare_answer(text.text)
        exact = self._whole.get(_whole_key(answer))
        if exact:
            return self._in_order(exact)
        reading = Reading(normalize(answer), alone=True)
        hits = (
            self._joined(reading)
            or self._joined(Reading(text, alone=True))
            or self._joined(Reading(text))
        )
        if hits:
            return self._in_order(
                set()
                if any(not hit.areas for hit in hits)
                else set().union(*(h.areas for h in hits))
            )
        return self._in_order(self._by_part(reading.text))

    def suggest(self, text: Normalized, limit: int = 3) -> list[Area]:
        """Return areas with a name near to what was typed, nearest first, for 「もしかして」."""
        found: dict[int, None] = {}
        for hit in self._joined(Reading(text)) or self._joined(
            Reading(normalize(_bare_answer(text.text)), alone=True)
        ):
            if not hit.areas:
                found.update(dict.fromkeys(sorted(hit.town)))
        scores: dict[str, float] = {}
        for said, cutoff in _misspelt(text.text):
            for key, score in self._near(said, cutoff):
                scores[key] = max(score, scores.get(key, 0.0))
        for key in sorted(scores, key=lambda key: (-scores[key], len(key), key)):
            found.update(dict.fromkeys(name.area for name in self._names[key]))
            if len(found) >= limit:
                break
        return [self._areas[position] for position in list(found)[:limit]]

    def _near(self, said: str, cutoff: float) -> Iterator[tuple[str, float]]:
        keys = self._near_readings if KANA.fullmatch(said) else self._near_keys
        for key, score, _ in process.extract(
            said,
            keys,
            scorer=OSA.normalized_similarity,
            score_cutoff=cutoff,
            limit=10,
        ):
            yield key, score
        for key in keys:
            if len(said) > 1 and len(key) > len(said) and key.startswith(said):
                yield key, 0.7 + 0.2 * len(said) / len(key)

    def _by_part(self, answer: str) -> set[int]:
        """Find areas by a chome alone, or by the side of the street (「東側」)."""
        number = re.fullmatch(r"(\d+)(丁目|区|号棟)", answer)
        if number:
            return {
                name.area
                for names in self._names.values()
                for name in names
                if name.numbers
                and number[2] == name.numbers.unit
                and int(number[1]) in name.numbers.values
            }
        key = _whole_key(answer)
        if not SIDE.search(key):
            return set()
        conditions = (_whole_key(CONDITION_START.sub("", area.name)) for area in self._areas)
        return {position for position, condition in enumerate(conditions) if key in condition}

    def _in_order(self, positions: Iterable[int]) -> tuple[Area, ...]:
        return tuple(self._areas[position] for position in sorted(set(positions)))

    def _match(self, hit: _Hit, reading: Reading) -> AreaMatch:
        start, end = reading.folded.starts[hit.start], reading.folded.end(hit.end)
        return AreaMatch(
            start,
            end,
            self._in_order(hit.areas),
            reading.source.said(start, end),
            self._in_order(hit.exact & hit.areas),
        )

    def _joined(self, reading: Reading) -> list[_Hit]:
        """Scan, and let a name refine the one directly before it (「高津区の野川」)."""
        hits: list[_Hit] = []
        for hit in self._scan(reading):
            last = hits[-1] if hits else None
            if last and JOINT.fullmatch(reading.text[last.end : hit.start]):
                both = last.areas & hit.areas
                if both or (last.group and last.end == hit.start):
                    hits[-1] = replace(hit, start=last.start, areas=both, group=False)
                    continue
                if last.unfinished:
                    hits.pop()
                    continue
            hits.append(hit)
        return [hit for hit in hits if not hit.unfinished]

    def _scan(self, reading: Reading) -> Iterator[_Hit]:
        position, text = 0, reading.text
        opened: int | None = None
        before: _Hit | None = None
        while position < len(text):
            town = self._municipality.match(text, position)
            if town and self._cuts_a_name(text, position, town.end()):
                town = None
            hit = None
            for length in self._lengths.get(text[position], ()):
                if town and length < town.end() - position:
                    break
                key = text[position : position + length]
                if key in self._names:
                    hit = self._read(reading, position, key, before, opened is not None)
                    if hit:
                        break
            if hit:
                before = hit if opened is None else replace(hit, start=opened)
                yield before
                position, opened = hit.end, None
            elif town and (opened is not None or reading.starts_word(position, text[position])):
                opened = position if opened is None else opened
                position = town.end()
            elif opened is None or text[position] != "の":
                position, opened = position + 1, None
            else:
                position += 1

    def _read(
        self, reading: Reading, start: int, key: str, before: _Hit | None, in_town: bool
    ) -> _Hit | None:
        """Read one name with all that belongs to it, if its surroundings allow."""
        end = start + len(key)
        text = reading.text
        may_be_town = key not in self._longer
        said, numbered = read_numbers(text, end, key)
        past = past_suffix(text, numbered, town=may_be_town)
        suffixed = past > numbered
        if suffixed and numbered == end:
            said, past = read_numbers(text, past, key)
        joined = before is not None and JOINT.fullmatch(text[before.end : start]) is not None
        if not (joined or in_town or reading.starts_word(start, key)):
            return None
        weight = self._weights.get(key)
        if weight is None:
            weight = self._weights[key] = weigh(key, self._names[key])
        if suffixed or said.unit or (said.values and weight is Weight.SHORT):
            weight = Weight.SURE
        self._ask_of_all(key)
        areas, town = _fitting(self._names[key], said)
        if joined and before and before.areas & town:
            weight = max(weight, Weight.SHORT)
        supported = reading.supports(start, past, weight, anchored=joined or in_town)
        if not supported and not self._goes_on(text, past):
            return None
        names = self._names[key]
        exact = {name.area for name in names if name.rank is Rank.WHOLE} if past == end else set()
        group = all(name.rank is Rank.GROUP for name in names)
        return _Hit(start, past, areas, town, frozenset(exact), group, not supported)

    def _ask_of_all(self, key: str) -> None:
        """Let a probable reading stand for every published name that may be read so."""
        names = self._names[key]
        readings = {name.reading for name in names}
        if key in self._read_surely or "" in readings:
            return
        self._read_surely.add(key)
        known = {name.area for name in names}
        names += [
            replace(other, key=key, rank=Rank.READ, reading=reading)
            for others in list(self._names.values())
            for other in others
            if other.rank in (Rank.PUBLISHED, Rank.PART) and other.area not in known
            for reading in readings
            if may_be_read(other.key, reading)
        ]

    def _cuts_a_name(self, text: str, start: int, end: int) -> bool:
        """Tell whether what looks like a municipality is the beginning of a published name."""
        return any(
            text[inner : inner + length] in self._names
            for inner in range(start + 1, end)
            for length in self._lengths.get(text[inner], ())
            if inner + length > end
        )

    def _goes_on(self, text: str, position: int) -> bool:
        """Tell whether another name begins right here: 「美保関町」 before 「七類」."""
        return any(
            text[position : position + length] in self._names
            for length in self._lengths.get(text[position : position + 1], ())
        )


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[0], set()).add(len(name))
    return {first: tuple(sorted(of, reverse=True)) for first, of in lengths.items()}


def _municipality(names: Sequence[str]) -> re.Pattern[str]:
    """Match a municipality's name, with or without prefecture; any city's where none is given."""
    known: set[str] = set()
    for name in names:
        folded = fold_place(normalize(name).text).text
        inner = re.fullmatch(r"(?P<prefecture>..[都道府県]|...県)(?P<rest>.+)", folded)
        known |= {folded, *(inner.groups() if inner else ())}
    known.discard("")
    if known:
        return re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))))
    return re.compile(rf"(?:[{KANJI}]{{2,3}}[都道府県])?[{KANJI}ぁ-ん]{{1,5}}?市")


def _fitting(names: Sequence[Spoken], said: Said) -> tuple[frozenset[int], frozenset[int]]:
    """Return the areas that fit a name with its numbers, and all areas of that town."""
    town = [name for name in names if name.rank <= Rank.PUBLISHED] or [
        name for name in names if name.rank is not Rank.GROUP
    ]
    everywhere = [*town, *(name for name in names if name.rank is Rank.GROUP)]
    town_areas = frozenset(name.area for name in everywhere)
    block = said.block
    numbered = [n for n in town if n.numbers and said.unit in (None, n.numbers.unit)]
    if said.unit is None:
        numbered = [name for name in numbered if name.numbers and name.numbers.unit == "丁目"]
    chome: int | None = None
    fitting = everywhere
    if said.values and numbered:
        within = [n for n in numbered if n.numbers and said.values & n.numbers.values]
        others = [name for name in town if not name.numbers]
        first = min(said.values)
        chome = first if len(said.values) == 1 else None
        if within:
            fitting = [*within, *(name for name in others if name.conditional)]
        elif said.unit is None and others and first > LOT_NUMBERS_ABOVE:
            fitting, block, chome = others, first, None
        elif said.unit is None and (others or block is None):
            fitting, block, chome = everywhere, None, None
        else:
            fitting = []
    elif said.values and said.unit is None:
        block = min(said.values)
    if block is not None:
        fitting = [n for n in fitting if not n.blocks or n.blocks.holds(chome, block)]
    return frozenset(name.area for name in fitting), town_areas


def _whole_key(text: str) -> str:
    return without_punctuation(fold_place(normalize(text).text).text)


def _bare_answer(text: str) -> str:
    """Cut what an answer begins and ends with besides the name: 「えっと、泉町に住んでます」."""
    words = place_words()
    front = words.fillers_before.match(text)
    answer = text[front.end() :] if front and front.end() < len(text) else text
    back = words.fillers_after.search(answer)
    return answer[: back.start()] if back and back.start() > 0 else answer


def _misspelt(text: str) -> list[tuple[str, float]]:
    """Return what could be a misspelt name, each with the likeness it must have to a real one.

    What numbers follow is a place, however it is spelt: there half a short name is enough.
    """
    whole = fold_place(text).text
    pieces = [fold_place(_bare_answer(text)).text, *SUGGESTION_SPLIT.split(whole)]
    pieces += SUGGESTION_RUN.findall(whole)
    candidates: dict[str, float] = {}
    for piece in pieces:
        base = ADDRESS_END.sub("", piece)
        for one in (piece, base):
            if 1 < len(one) <= 20:
                numbered = base != piece and len(base) == 2
                candidates.setdefault(one, 0.5 if numbered else SUGGESTION_SCORE)
    return list(candidates.items())
