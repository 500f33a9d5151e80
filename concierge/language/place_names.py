"""What residents call the areas that a town publishes.

A published name is a cell, not a place: it may hold a list of places, ranges of chome, the
district in front, and in parentheses the side of the street. `spoken_names` takes it apart into
the names under which residents know it. What cannot be taken apart surely (「国道2号以南」) is kept
as a condition: such an area always stays a possible answer and is never ruled out.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from itertools import takewhile

from concierge.language.normalize import normalize
from concierge.language.place_folding import fold_place, place_words, stripped_of_suffix
from concierge.language.place_readings import likely_readings
from concierge.language.romaji import romanized_place
from concierge.waste.model import Area

__all__ = ["Blocks", "Numbers", "Rank", "Spoken", "spoken_names"]

UNIT = "丁目|丁町|区|号棟"
ITEM = rf"\d+(?:{UNIT})?"
NUMBERS = re.compile(rf"(?<=[^\d・,~\-第])({ITEM}(?:[~・,]{ITEM})*)")
LISTED = re.compile(
    r"(?<=\d)\s+(?=\d)|(?<=[一二三四五六七八九十])\s+(?=[一二三四五六七八九十]+(?:丁目|区))"
)
"""Numbers with nothing but a space between: 「今町一 二丁目」."""
ONLY_NUMBERS = re.compile(rf"(?:{ITEM}|[~・,()\-])+")
LETTERS = re.compile(r"([^・]*?[^・a-z])([a-z](?:・[a-z])+)$")
BRACKETS = str.maketrans("《〔[【「〈『》〕]】」〉』、,､", "(((((((" + ")))))))" + "・・・")
CONDITION = re.compile(
    r"(?<=.)の?(?:[国県市府都町]道|国土\d|新?\d+号線|上記|下記"
    r"|\d+(?:の一部)?(?:[~・]\d+(?:の一部)?)*(?:番|-\d)|以[東西南北上下外]).*$"
)
WORDED = re.compile(
    r"除く|除き|以[外東西南北上下]|上記|下記|側|沿|面し|号線|番(?!丁|町)|号|\d$|地域|すべて|全部|一部"
)
BLOCK = r"\d+(?:番地?)?(?:~(?:\d+)?(?:番地?)?)?(?:の一部)?"
BLOCKS = re.compile(
    rf"(?:(?P<chome>\d+)丁目)?(?P<list>{BLOCK}(?:・{BLOCK})*)(?P<outside>を除く|以外|は除く)?"
)
ACROSS = re.compile(
    r"(?P<base>\D{2,}?)(?P<first>\d+)丁目(?:(?P<low>\d+)番地?)?"
    r"~(?P<last>\d+)丁目(?:(?P<high>\d+)番地?)?"
)
"""A range that begins or ends within a chome: 「1丁目～5丁目4番」, 「4丁目6番～6丁目」."""
REST = re.compile(r"(?:(?:それ|上記|これら?|前記)以外|その他)の?(\D{2,})")
PARTLY = re.compile(r"([^・]+?)の一部を含む")
BESIDE = re.compile(r".*側の([^・]+)$")
DISTRICT_TOWN = re.compile(
    r"(?P<town>.{1,4}?[町村])(?P<oaza>大字|字)?(?P<place>(?!大字|字|会|内会|団地$|住宅$).+)$"
)
TAKES_TOWN = re.compile("[一-鿿々のが]{0,4}[一-鿿々](?<![丘台通園荘町村])")
OAZA = re.compile("^(?:大字|字)(?=..)")
LAST = chr(0x10FFFF)
OPEN_END = 10**6
PARTITION_FROM = 20
PARTITION_SIZE = 4
MOST_CHOME = 50
SHORTEST_READING = 3
"""Letters; a shorter one is part of every second sentence."""


class Rank(IntEnum):
    """How a name came about. What is published under a name outranks what is derived from it."""

    WHOLE = 0
    """The published cell in full, with all that stands in it."""
    PUBLISHED = 1
    """A place that the cell names."""
    PART = 2
    """A place within a town that the cell names behind the town."""
    DERIVED = 3
    """With or without 町: ways of speaking that are not published."""
    READ = 4
    """How the name is probably read: never surer than all names that may be read so."""
    GROUP = 5
    """A ward, district or town that holds several areas."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The chome (or 区, 号棟) that a published name lists."""

    unit: str
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Block or lot numbers that a published name is limited to, or (`outside`) that it leaves out.

    With `chome` the limit concerns that chome alone.
    """

    ranges: tuple[tuple[int, int], ...]
    outside: bool = False
    chome: int | None = None
    partly: tuple[tuple[int, int], ...] = ()
    """Those of the ranges of which only a part lies in the area, or outside it."""

    def holds(self, chome: int | None, block: int) -> bool:
        """Tell whether an address may lie in the area; where the chome is unknown it may."""
        if self.chome is not None and chome != self.chome:
            return self.outside or chome is None
        if any(first <= block <= last for first, last in self.partly):
            return True
        return any(first <= block <= last for first, last in self.ranges) != self.outside


@dataclass(frozen=True, slots=True)
class Spoken:
    """One name for one area (its position in the list given). `key` is folded by `fold_place`."""

    key: str
    area: int
    rank: Rank
    numbers: Numbers | None = None
    blocks: Blocks | None = None
    conditional: bool = False
    rest: bool = False
    """Whether the area is what other areas of the name leave over."""
    reading: str = ""
    """How the name is probably read, where the key is that and nobody published it."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A published name in its parts, all folded."""

    area: int
    groups: tuple[str, ...]
    head: str
    inner: str | None
    conditional: bool
    blocks: Blocks | None


def spoken_names(areas: Sequence[Area]) -> list[Spoken]:
    """Return every name under which residents may know the areas, several for each area."""
    named = [
        replace(area, index=position, name=name)
        for position, area in enumerate(areas)
        for name in dict.fromkeys((area.name, *area.aliases))
    ]
    cells = [_cell(area.index, area) for area in named]
    heads = dict.fromkeys((cell.area, cell.head) for cell in cells)
    districts = _districts([head for _, head in heads])
    towns = _towns({_without_district(head, districts)[1] for _, head in heads})
    names: dict[Spoken, None] = {}
    for cell, area in zip(cells, named, strict=True):
        for name in _of_cell(cell, area, districts, towns):
            if name.key and not ONLY_NUMBERS.fullmatch(name.key):
                names[name] = None
    names = dict.fromkeys(_with_the_rest(names))
    published = sorted((name for name in names if name.rank is Rank.PUBLISHED), key=_by_key)
    for name in _with_or_without_town(published):
        names[name] = None
    unread = {position for position, area in enumerate(areas) if not area.reading}
    for name in [name for name in names if name.area in unread]:
        names.update(dict.fromkeys(_read_aloud(name)))
    return list(names)


def _read_aloud(name: Spoken) -> Iterator[Spoken]:
    """Name a place by the ways it is probably read, in kana and in Latin letters."""
    if name.rank in (Rank.WHOLE, Rank.DERIVED):
        return
    rank = max(name.rank, Rank.READ)
    for reading in likely_readings(name.key):
        for key in (reading, *romanized_place(reading)):
            if len(key) >= SHORTEST_READING:
                yield Spoken(
                    key,
                    name.area,
                    rank,
                    name.numbers,
                    name.blocks,
                    name.conditional,
                    name.rest,
                    reading,
                )


def _by_key(name: Spoken) -> str:
    return name.key


def _cell(position: int, area: Area) -> _Cell:
    text = unicodedata.normalize("NFKC", area.name).translate(BRACKETS)
    text = LISTED.sub("・", text.strip())
    text = re.sub(r"(?<=[\d目])から(?=\d)", "~", text)
    outer, _, rest = text.partition("(")
    inner = rest.rpartition(")")[0] or rest
    words = [_folded(word) for word in outer.split()] or [""]
    inner = _folded(inner) if rest else ""
    conditional = False
    while len(words) > 1 and WORDED.search(words[-1]):
        words.pop()
        conditional = True
    head = words.pop()
    if inner and ONLY_NUMBERS.fullmatch(inner) and re.search(UNIT, inner):
        head, inner = head + inner, ""
    dash = re.match(r"(.+?[町村区])-(?=\D)(.+)$", head)
    if dash:
        words.append(dash[1])
        head = dash[2]
    whole = ACROSS.fullmatch(head) or REST.fullmatch(head)
    cut = None if whole else CONDITION.search(head)
    blocks = None
    if cut:
        blocks = _blocks(cut[0])
        conditional = conditional or blocks is None
        head = head[: cut.start()]
    elif inner:
        blocks = _blocks(inner)
    conditional = conditional or (bool(inner) and blocks is None and bool(WORDED.search(inner)))
    return _Cell(position, tuple(words), head, inner or None, conditional, blocks)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return fold_place(normalize(text).text).text


def _blocks(condition: str) -> Blocks | None:
    match = BLOCKS.fullmatch(condition)
    if not match:
        return None
    ranges: list[tuple[int, int]] = []
    partly: list[tuple[int, int]] = []
    for part in re.sub("番地?", "", match["list"]).split("・"):
        first, until, last = part.removesuffix("の一部").partition("~")
        ranges.append((int(first), int(last or OPEN_END) if until else int(first)))
        if part.endswith("の一部"):
            partly.append(ranges[-1])
    chome = int(match["chome"]) if match["chome"] else None
    return Blocks(tuple(ranges), match["outside"] is not None, chome, tuple(partly))


def _across(head: str, plain: Spoken) -> Iterator[Spoken]:
    """Take apart a range that begins or ends within a chome."""
    match = ACROSS.fullmatch(head)
    if not match or not (match["low"] or match["high"]):
        return
    first, last = int(match["first"]), int(match["last"])
    name = replace(plain, key=stripped_of_suffix(match["base"]))
    ends = {}
    if match["low"]:
        ends[first] = (int(match["low"]), OPEN_END)
    if match["high"]:
        ends[last] = (ends.get(last, (1, 0))[0], int(match["high"]))
    for chome in range(first, min(last, first + MOST_CHOME) + 1):
        blocks = Blocks((ends[chome],)) if chome in ends else None
        yield replace(name, numbers=Numbers("丁目", frozenset({chome})), blocks=blocks)


def _with_the_rest(names: Iterable[Spoken]) -> Iterator[Spoken]:
    """Give 「それ以外の粟野」 what the other areas of that name leave over."""
    of: dict[str, list[Spoken]] = {}
    names = list(names)
    for name in names:
        of.setdefault(name.key, []).append(name)
    for name in names:
        if not name.rest:
            yield name
            continue
        others = [other.blocks for other in of[name.key] if other.blocks and not other.rest]
        told = [b for b in others if not b.outside and b.chome is None]
        taken = tuple(r for b in told for r in b.ranges)
        partly = tuple(r for b in told for r in b.partly)
        blocks = Blocks(taken, outside=True, partly=partly) if taken else None
        yield replace(name, blocks=blocks)


def _of_cell(
    cell: _Cell, area: Area, districts: Sequence[str], towns: frozenset[str]
) -> Iterator[Spoken]:
    plain = Spoken("", cell.area, Rank.PUBLISHED, None, cell.blocks, cell.conditional)
    for whole in {_folded(area.name), _folded(area.full_name)}:
        if whole and not whole[-1].isdigit():
            yield Spoken(whole, cell.area, Rank.WHOLE)
    for group in (*area.levels, *cell.groups):
        yield Spoken(_folded(group), cell.area, Rank.GROUP)
    if area.reading:
        yield from _readings(_folded(area.reading), plain)
    across = list(_across(cell.head, plain))
    if across:
        yield from across
        return
    left = REST.fullmatch(cell.head)
    if left:
        plain = replace(plain, rest=True)
    for base, numbers, tail in _places(left[1] if left else cell.head):
        name = replace(plain, key=stripped_of_suffix(base), numbers=numbers)
        yield name
        if OAZA.match(name.key):
            name = replace(name, key=OAZA.sub("", name.key))
            yield name
        district, rest = _without_district(name.key, districts)
        if district:
            yield Spoken(district, cell.area, Rank.GROUP)
            yield replace(name, key=rest, rank=Rank.PART)
        yield from _below_a_town(replace(name, key=rest), towns, cell.inner)
        if numbers and len(tail) > 1 and tail[0] != "第" and tail not in place_words().suffixes:
            yield replace(name, key=stripped_of_suffix(tail), numbers=None, rank=Rank.PART)
    if cell.inner:
        yield from _in_parentheses(cell.inner, plain, cell.head)


def _places(head: str) -> Iterator[tuple[str, Numbers | None, str]]:
    """Split a list of places; give each with its numbers and what stands behind those."""
    head = re.sub(r"^(\D+)(\d+)~\1(\d+)", r"\1\2~\3", head)
    lettered = LETTERS.match(head)
    if lettered:
        yield lettered[1], None, ""
        for letter in lettered[2].split("・"):
            yield lettered[1] + letter, None, ""
        return
    found: list[Numbers] = []

    def take(match: re.Match[str]) -> str:
        token = match[1]
        unit = re.search(UNIT, token)
        if not unit and match.end() < len(head) and head[match.end()] != "・":
            return token
        found.append(Numbers(_unit(unit[0]) if unit else "丁目", _values(token)))
        return "\0"

    before = ""
    taken = iter(found)
    for element in NUMBERS.sub(take, head).split("・"):
        base, mark, tail = element.partition("\0")
        numbers = next(taken) if mark else None
        if len(base) == 1 and base in "上下東西南北" and before and before[-1] in "上下東西南北":
            yield before[:-1] + base, numbers, tail
        before = base
        yield base, numbers, tail


def _unit(written: str) -> str:
    return "丁目" if written.startswith("丁") else written


def _values(token: str) -> frozenset[int]:
    values: set[int] = set()
    for part in re.split("[・,]", re.sub(UNIT, "", token)):
        first, _, last = part.partition("~")
        values.update(range(int(first), min(int(last or first), int(first) + 200) + 1))
    return frozenset(values)


def _below_a_town(name: Spoken, towns: frozenset[str], inner: str | None) -> Iterator[Spoken]:
    """Name the place within a town (「鍋島町大字八戸」: 「八戸」) and the town itself."""
    match = DISTRICT_TOWN.match(name.key)
    if not match or not (match["oaza"] or match["town"] in towns):
        return
    place = match["place"]
    yield Spoken(match["town"], name.area, Rank.GROUP)
    yield replace(name, key=match["town"] + place, rank=Rank.PART)
    yield replace(name, key=place, rank=Rank.PART)
    if len(place) > 2 and place.endswith("区") and not place[-2].isdigit():
        yield replace(name, key=place[:-1], rank=Rank.DERIVED)


def _in_parentheses(inner: str, plain: Spoken, head: str) -> Iterator[Spoken]:
    name = replace(plain, blocks=None)
    for part in PARTLY.findall(inner):
        yield replace(name, key=part, rank=Rank.GROUP)
    beside = BESIDE.match(inner)
    if beside:
        yield replace(name, key=beside[1], rank=Rank.PART)
    elif not WORDED.search(inner):
        if re.fullmatch("[ぁ-んー]+", inner) and not re.search("[ぁ-ん]", head):
            yield from _readings(inner, name)
        else:
            for base, numbers, _ in _places(inner):
                if len(base) > 1:
                    key = stripped_of_suffix(base)
                    yield replace(name, key=key, numbers=numbers, rank=Rank.PART)


def _readings(reading: str, name: Spoken) -> Iterator[Spoken]:
    for base, numbers, _ in _places(re.sub("^おおあざ", "", reading)):
        read = replace(name, key=base, numbers=numbers)
        yield read
        for ending in ("ちょう", "まち"):
            if len(base) > len(ending) + 2 and base.endswith(ending):
                yield replace(read, key=base.removesuffix(ending), rank=Rank.DERIVED)
        for spelling in romanized_place(base):
            yield replace(read, key=spelling)


def _districts(heads: Sequence[str]) -> list[str]:
    """Find districts written in front of every name without a mark between, longest first.

    They are believed only where they divide the whole list among them, each with several areas.
    """
    members: dict[str, list[str]] = {}
    for head in heads:
        members.setdefault(head[:2], []).append(head)
    shared = {start: of for start, of in members.items() if len(of) >= PARTITION_SIZE}
    covered = sum(len(of) for of in shared.values())
    if len(heads) < PARTITION_FROM or covered < 0.95 * len(heads):
        return []
    districts = (_common_start(of) for of in shared.values())
    return sorted((one for one in districts if len(one) > 1), key=len, reverse=True)


def _common_start(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(a for a, _ in pairs).rstrip("0123456789")


def _without_district(head: str, districts: Sequence[str]) -> tuple[str, str]:
    for district in districts:
        rest = head.removeprefix(district)
        if rest and rest != head and not rest[0].isdigit():
            return district, rest
    return "", head


def _towns(heads: Iterable[str]) -> frozenset[str]:
    """Find the towns that several areas name in front of their own place."""
    matches = (DISTRICT_TOWN.match(stripped_of_suffix(head)) for head in heads)
    counted = Counter(match["town"] for match in matches if match)
    return frozenset(town for town, count in counted.items() if count > 1)


def _with_or_without_town(published: Sequence[Spoken]) -> Iterator[Spoken]:
    """Add 「泉」 for 泉町 (with every other place that begins so) and 「浅田町」 for 浅田."""
    keys = [name.key for name in published]
    for name in published:
        if not name.key.endswith(("町", "村")):
            past = bisect_right(keys, name.key)
            longer = past < len(keys) and keys[past].startswith(name.key)
            if TAKES_TOWN.fullmatch(name.key) and not longer:
                yield replace(name, key=name.key + "町", rank=Rank.DERIVED)
            continue
        short = name.key[:-1]
        if not short or short[-1].isdigit():
            continue
        yield replace(name, key=short, rank=Rank.DERIVED)
        if len(short) > 1:
            first, past = bisect_left(keys, short), bisect_left(keys, short + LAST)
            for other in published[first:past]:
                if "町" in other.key[len(short) :]:
                    yield replace(other, key=short, rank=Rank.DERIVED)
