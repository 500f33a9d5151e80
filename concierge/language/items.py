"""Things that residents want to throw away, found by the names in the town's own dictionary.

Only names that the town published are found, whatever their spelling (spellings.yaml lists what is
one word written in several ways); a name is never stretched to a neighbour's: 「電池」 is not found in
「リチウムイオン電池」, nor 「傘」 in 「傘立て」. A published name with a condition behind it
(「アルミホイル（汚れたもの）」, 「毛布70cm以下」) is found by the name alone too, and then every entry of
that name is returned.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from concierge.language.normalize import Normalized, fold_kana, normalize
from concierge.language.things import Thing, everyday_things, foreign_names
from concierge.waste.model import Item

__all__ = ["ItemFinder", "ItemMatch", "name_and_condition"]

BRACKET = re.compile(r"[(（\[【［〔]([^)）\]】］〕]*)[)）\]】］〕]")
PART = re.compile(r"(?![ぁ-ん])[ァ-ヺーぁ-ん一-鿿]{2,8}")
"""A condition that is said with の: 「ペットボトル（キャップ）」, 「植木鉢（金属製）」."""
MEASURE = re.compile(
    r"(?:金属部分|最長辺が?|一辺が?)?[0-9０-９]+\s*(?:cm|ｃｍ|mm|m|%|％|センチ|リットル|l|L|kg|g).*$"
)
SEPARATOR = re.compile(r"[・/／、,]")
KANJI, KATAKANA, HIRAGANA = re.compile("[一-鿿々]"), re.compile("[ァ-ヺ]"), re.compile("[ぁ-ゖ]")
LATIN = re.compile("[a-z0-9]")
WORD = re.compile(r"[a-z0-9']+")
PLURALS = (
    ("ies", "y"),
    ("ives", "ife"),
    ("shes", "sh"),
    ("ches", "ch"),
    ("xes", "x"),
    ("sses", "ss"),
    ("ss", "ss"),
    ("s", ""),
)
SHORTEST_REST = 3
"""Characters that end a name and begin its notice, before they count as its condition."""

TIME = "日週月曜度回今次朝昼晩後前"
"""Kanji that end a word for a time: a name may follow (「明日テレビ出せる」)."""
ACTS = "何捨出処回収分今明来次割壊"
"""Kanji that begin what is done with a thing: a name may stand right before."""
ADVERBS = frozenset(("さらに", "更に"))
"""Words that begin like a thing and are none."""
BEFORE_KANA = "のとやはもをがでたいなるおごにかん"
BEFORE_WORD = re.compile(r"(?:捨て|すて|[みきりけめぎびちじ])$")
"""Ends of the first half of a compound (使い捨て…, 折りたたみ…): no name begins there."""
BEFORE_SHORT = re.compile(r"(?:古い|壊れた|割れた|いらない|要らない|使った|[のとやはおご])$")
AFTER_KANA = re.compile(
    r"は|って|を|の|と(?=$|[^ぁ-ん])|や(?!か|き)|も(?!の|ち)|が|で(?!ん)|に(?!ん)|か(?:$|な|と|も|[^ぁ-ん])|だ(?:$|け|っ|と|よ|し|せ|す)"
    r"|な(?:に|ん|ら)|ど(?:う|こ|の|れ|や)|いつ|す(?:て|る)|ほか|処|ごみ|ゴミ|捨|出|何|$"
)


@dataclass(frozen=True, slots=True)
class ItemMatch:
    """A thing named in a text; `items` are all entries of the dictionary that fit.

    `start` and `end` are offsets into the normalised text; `text` is the resident's spelling.
    `items` is empty for a thing by an everyday name that the town does not list. A thing of
    `danger` may be answered from its own entry only; one that does not stand `alone` may well be
    about something else where nothing is said of throwing away.
    """

    start: int
    end: int
    items: tuple[Item, ...]
    text: str
    danger: bool = False
    alone: bool = True


class ItemFinder:
    """Finds the things of one town's dictionary; built once."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._by_name: dict[str, list[Item]] = {}
        used = Counter(item.category.strip() for item in items)
        for item in items:
            if _columns_swapped(item, used):
                continue
            for name in dict.fromkeys(_names(item)):
                self._by_name.setdefault(name, []).append(item)
        self._things: dict[str, Thing] = {}
        self._add_everyday_names()
        self._foreign = _Foreign(self._by_name, self._things)
        lengths: dict[str, set[int]] = {}
        for name in self._by_name:
            lengths.setdefault(name[0], set()).add(len(name))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def _add_everyday_names(self) -> None:
        """Let everyday names mean the entries that the town lists the thing under, or none."""
        listed = dict(self._by_name)
        for thing in everyday_things():
            found = next((listed[name] for name in thing.listed if name in listed), [])
            for name in thing.said:
                self._things.setdefault(name, thing)
                self._by_name.setdefault(name, found)

    def find(self, text: Normalized) -> list[ItemMatch]:
        """Return the longest names in the text, in order, never overlapping."""
        folded = fold_kana(text.text)
        found: list[ItemMatch] = []
        position = 0
        while position < len(folded):
            match = self._at(folded, position, text)
            if match is None:
                position += 1
            else:
                found.append(match)
                position = match.end
        return sorted([*found, *self._foreign.find(text, found)], key=lambda match: match.start)

    def _at(self, folded: str, start: int, text: Normalized) -> ItemMatch | None:
        for length in self._lengths.get(folded[start], ()):
            end = start + length
            items = self._by_name.get(folded[start:end])
            if (
                items is not None
                and len(folded) >= end
                and _may_begin(text.text, start, end)
                and _may_end(text.text, start, end)
            ):
                thing = self._things.get(folded[start:end])
                return _match(start, end, items, text, thing)
        return None


class _Foreign:
    """Finds things by their names in other languages that are written in Latin letters."""

    def __init__(self, by_name: Mapping[str, Sequence[Item]], things: Mapping[str, Thing]) -> None:
        self._by_words: dict[tuple[str, ...], tuple[Sequence[Item], Thing | None]] = {}
        for names, japanese in foreign_names():
            listed = next((by_name[name] for name in japanese if by_name.get(name)), ())
            thing = next((things[name] for name in japanese if name in things), None)
            for name in names:
                self._by_words.setdefault(_words_of(name), (listed, thing))
        self._longest = max(map(len, self._by_words), default=0)

    def find(self, text: Normalized, taken: Sequence[ItemMatch]) -> list[ItemMatch]:
        """Return the things named by whole words, the longest at each place.

        Two of them side by side (`phone battery`) are a third thing that nobody listed: neither
        counts.
        """
        found = list(self._each(text, taken))
        return [
            one
            for one in found
            if all(other is one or not _side_by_side(text.text, one, other) for other in found)
        ]

    def _each(self, text: Normalized, taken: Sequence[ItemMatch]) -> Iterator[ItemMatch]:
        words = [
            (match.start(), match.end(), _singular(match[0])) for match in WORD.finditer(text.text)
        ]
        position = 0
        while position < len(words):
            for count in range(min(self._longest, len(words) - position), 0, -1):
                run = words[position : position + count]
                found = self._by_words.get(tuple(word for *_, word in run))
                start, end = run[0][0], run[-1][1]
                if found and all(end <= one.start or one.end <= start for one in taken):
                    yield _match(start, end, found[0], text, found[1])
                    position += count - 1
                    break
            position += 1


def _match(
    start: int, end: int, items: Sequence[Item], text: Normalized, thing: Thing | None
) -> ItemMatch:
    danger = thing is not None and thing.danger
    alone = thing is None or thing.alone
    return ItemMatch(start, end, tuple(items), text.said(start, end), danger, alone)


def _side_by_side(text: str, one: ItemMatch, other: ItemMatch) -> bool:
    first, second = sorted((one, other), key=lambda match: match.start)
    return text[first.end : second.start] in (" ", "-")


def _words_of(name: str) -> tuple[str, ...]:
    return tuple(_singular(match[0]) for match in WORD.finditer(name))


def _singular(word: str) -> str:
    """Return a word without the ending of its plural: batteries, boxes, knives and cans."""
    for plural, singular in PLURALS:
        if word.endswith(plural) and len(word) > len(plural) + 2:
            return word.removesuffix(plural) + singular
    return word


def _columns_swapped(item: Item, used: Mapping[str, int]) -> bool:
    """Tell whether a row names a category as the thing, and the thing as its category."""
    return used[item.name.strip()] > 1 and used[item.category.strip()] == 1


def _may_begin(text: str, start: int, end: int) -> bool:
    """Tell whether a name may begin here: not inside a word, nor as the last part of one."""
    if not start:
        return True
    before, first = text[start - 1], text[start]
    if KATAKANA.match(before) or before == "ー":
        return fold_kana(text[:start]).endswith(("ごみ", "ねー", "えー", "あー", "のー"))
    if KANJI.match(before):
        return before in TIME and not KANJI.match(first)
    if LATIN.match(before):
        return not LATIN.match(first)
    if not HIRAGANA.match(before):
        return True
    if HIRAGANA.match(first):
        if end - start > 2:
            return before in BEFORE_KANA
        return bool(BEFORE_SHORT.search(text[:start]))
    return not BEFORE_WORD.search(text[:start])


def _may_end(text: str, start: int, end: int) -> bool:
    """Tell whether a name may end here: no more of a word, nor another thing of it, follows."""
    if end == len(text):
        return True
    if text.startswith(("中身", "残"), end):
        return True
    last, after = text[end - 1], text[end]
    if after == "ー" or (LATIN.match(last) and LATIN.match(after)):
        return False
    rest = fold_kana(text[end : end + 3])
    if KATAKANA.match(after):
        return rest.startswith("ごみ")
    if KANJI.match(after):
        return after in ACTS and not (KANJI.match(last) and after in "分回")
    if text[start : end + 1] in ADVERBS:
        return False
    if HIRAGANA.match(last) or end - start == 1:
        return not HIRAGANA.match(after) or bool(AFTER_KANA.match(text[end : end + 3]))
    return True


def name_and_condition(item: Item) -> tuple[str, str]:
    """Take a published name apart: the thing, and the condition under which the entry holds.

    The condition is what stands in the brackets at the end, a measure behind the name, or the end
    of the name that its notice begins with; an empty string where there is none.
    """
    name = item.name.strip()
    note = (item.note or "").strip()
    bracket = BRACKET.search(name)
    if bracket and bracket.start() and not name[bracket.end() :].startswith("の"):
        return name[: bracket.start()].strip(), f"{bracket[1]} {name[bracket.end() :]}".strip()
    for start in range(1, len(name) - SHORTEST_REST + 1):
        rest = name[start:]
        if note == rest or note.startswith((f"{rest} ", f"{rest}　", f"{rest}。")):
            return name[:start].strip(), rest.strip()
    measure = MEASURE.search(name)
    if measure and measure.start():
        return name[: measure.start()].strip(), measure[0].strip()
    return name, ""


def _names(item: Item) -> Iterator[str]:
    """Yield the folded names under which an entry is found."""
    bare, condition = name_and_condition(item)
    names = [item.name, bare]
    if PART.fullmatch(condition):
        made = condition.endswith("製")
        names.append(f"{condition}の{bare}" if made else f"{bare}の{condition}")
    parts = SEPARATOR.split(bare)
    if len(parts) > 1 and "の" not in parts[-1]:
        names += parts
    for name in names:
        for written in _written(fold_kana(normalize(name).text)):
            yield from _with_long_vowel(written)
    reading = fold_kana(normalize(item.reading or "").text)
    if len(reading) >= 2:
        yield reading


def _with_long_vowel(name: str) -> Iterable[str]:
    """Yield a name with and without ー at its end (ソファ, ソファー)."""
    if not _worth_finding(name):
        return ()
    if len(name) < 3 or not HIRAGANA.match(name[-1].replace("ー", "あ")):
        return (name,)
    return (name, name[:-1]) if name.endswith("ー") else (name, f"{name}ー")


def _worth_finding(name: str) -> bool:
    return bool(KANJI.match(name)) or (len(name) >= 2 and any(c.isalnum() for c in name))


def _written(name: str) -> Iterator[str]:
    """Yield a folded name in all its writings, one word of it changed at a time."""
    yield name
    for word, others in _spellings().items():
        if word in name and (name == word or len(word) > 1):
            for other in others:
                yield name.replace(word, other)


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    """Return each folded word with its other writings."""
    path = Path(__file__).with_name("spellings.yaml")
    table: dict[str, tuple[str, ...]] = {}
    for line in yaml.safe_load(path.read_text(encoding="utf-8")):
        words = list(dict.fromkeys(fold_kana(normalize(str(word)).text) for word in line))
        for word in words:
            table[word] = tuple(other for other in words if other != word)
    return table
