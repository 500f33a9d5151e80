"""Which of a town's published garbage categories a message means, in residents' own words.

A published label, in any spelling, wins over everything. Next come the parts of a label
(「缶」 in 「びん・缶・ペットボトル」), then families of words (categories.yaml): 「燃えるごみ」 finds the
town's 「普通ごみ」. A word that could mean several categories returns them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from concierge.language.normalize import Normalized, fold_kana, normalize
from concierge.waste.model import Category

__all__ = ["CategoryFinder", "CategoryMatch", "category_name"]

KANJI = "一-鿿々"
SEPARATORS = re.compile(r"[・、,，/()\[\]《》〈〉&＆+]|及び|および")
ENDING = re.compile(r"(?:ごみ|類|など|等)+$")
PUNCTUATION = r"[\s・、,/()\[\]《》]*"
GARBAGE_IS_MORE = (
    r"(?!袋|処理|箱|置|すてーしょん|拾|屋|問題|問屋|収集車|業者|かれんだー|ひろい|ばこ|ぶくろ)"
)
CATEGORY_ENDS = (
    r"(?=$|[^\w]|の(?:$|[^\w]|日|曜|ご|分|収|回|出|捨|す|だ|予|次|時|とき|ほう|方|場|は|も|やつ|か|今|来|明|いつ|ど|何|なに|って)"
    r"|は|って|と(?!り|け|い|う)|や(?!き|か|す)|も(?!の|ど)|を|が|なら|だけ|とか|など|で(?:す|した|しょ|も)|だ"
    rf"|類|ごみ{GARBAGE_IS_MORE}|いつ|何|なに|なん|ない|日|曜|収|回(?!収業)|出|捨|集|すて|分|系|やつ|ある|あり|どう|どこ"
    r"|今|明|来|次|ほか[しすせそ]|か(?:$|[、。?な])|ね|お願|教|[びか]ん|缶|瓶|ぺっと|ぷら|古|紙|燃|も[えや])"
)
SHORT_ENDS = (
    r"(?=$|[^\w]|の(?:$|[^\w]|日|曜|ご|分別|収|回|出|捨|次)|は(?:$|いつ|何|なに|なん|どう|どこ|今|明|来|次|[^\w]|あ[しっ])"
    r"|って|[とや](?=か|び|缶|瓶|ぺ|ぷ|紙|布|古|燃|も[えや]|不|可|資|金)|も(?=$|[^\w]|出|捨|いっ|いつ|一)|を(?=出|捨|すて|だし|回)"
    r"|類|ごみ|いつ|何|なに|日|収|回収|出|捨|すて|集|[びか]ん(?!な)|缶|瓶|ぺっと|ぷら|ある)"
)
AS_CATEGORY = re.compile(r"ごみ|(?:の|は)?(?:日(?!本)|曜日|収集日|回収日|収集|いつ)")
NOT_BURNING = "(?<![をでがに])"
NOT_AFTER = "(?<!貴)(?<!天然)(?<!人的)(?<!観光)"
TIME_BEFORE = r"日週月曜回"
COMMON_MATERIALS = "紙布木草枝服"
MATERIAL_STARTS = (
    rf"(?<![{KANJI}ぁ-んァ-ヶー])|(?<=[日週月曜])|(?<=[はとやも])|(?<=[日週月次回町目区台丘曜]の)"
    r"|(?<=[しょ][たう]の)"
)
SHORT_STARTS = rf"(?<![{KANJI}ー])"
KANA_STARTS = r"(?:(?<![ぁ-んー])|(?<=[のはと、])|(?<=^じゃあ)|(?<=^じゃ)|(?<=^なら)|(?<=^あと)|(?<=びん)|(?<=かん)|(?<=んや)|(?<=した)|(?<=して)|(?<=きょう)|(?<=しゅう))"


@dataclass(frozen=True, slots=True)
class CategoryMatch:
    """A kind of garbage named in a text.

    `start` and `end` are offsets into `Normalized.text`; `text` is what the resident typed there.
    `categories` are all that the word may mean, in the published order. With `known_family` they
    are empty: the word is a kind of garbage, but the town publishes no category for it.
    """

    start: int
    end: int
    categories: tuple[Category, ...]
    text: str
    known_family: bool = False


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    label: re.Pattern[str]
    words: re.Pattern[str] | None
    english: re.Pattern[str] | None
    instead: tuple[str, ...]
    silence: str | None
    """When the word is no category in a town without one: `thing` of categories.yaml."""


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    categories: tuple[int, ...]
    priority: int


class CategoryFinder:
    """Finds the categories of one published calendar in residents' text.

    `own_words` are words staff add: published label → words; labels that are not among
    `categories` are passed over.
    """

    def __init__(
        self, categories: Sequence[Category], own_words: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._categories = tuple(categories)
        labels = [_folded(category.label) for category in self._categories]
        self._named = [
            *_exactly(labels, self._categories, own_words or {}),
            *_by_parts(labels),
        ]
        sublabels = [_folded(category.sublabel or "") for category in self._categories]
        self._families = list(_meanings(labels, sublabels))

    def find(self, text: Normalized) -> list[CategoryMatch]:
        """Return the kinds of garbage named in a message, in order, never overlapping.

        「ごみ」 alone is none; neither is a thing (「新聞紙」) unless a label names it.
        """
        folded = fold_kana(text.text)
        found = [found for found in self._candidates(folded) if _cuts_no_word(text.text, found)]
        kept: list[_Found] = []
        for one in sorted(found, key=lambda f: (f.start - f.end, f.priority, f.start)):
            if all(one.end <= other.start or other.end <= one.start for other in kept):
                kept.append(one)
        return [self._match(one, text) for one in sorted(kept, key=lambda f: f.start)]

    def _candidates(self, folded: str) -> Iterator[_Found]:
        for name, meant, priority in self._named:
            for match in name.finditer(folded):
                yield _Found(match.start(), match.end(), meant, priority)
        for family, meant in self._families:
            for pattern in filter(None, (family.words, family.english)):
                for match in pattern.finditer(folded):
                    if meant or family.silence is None or _asks(family, folded, match):
                        yield _Found(match.start(), match.end(), meant, 2 if meant else 3)

    def _match(self, found: _Found, text: Normalized) -> CategoryMatch:
        categories = tuple(self._categories[position] for position in found.categories)
        said = text.said(found.start, found.end)
        return CategoryMatch(found.start, found.end, categories, said, not categories)


@cache
def category_name(label: str, language: str) -> str | None:
    """Return what a published label is called in another language, None where nobody wrote it.

    A label of several kinds is named by all of them, in their order.
    """
    path = Path(__file__).parent / "names" / f"{language}.yaml"
    if not path.is_file():
        return None
    names = yaml.safe_load(path.read_text(encoding="utf-8"))
    folded = _folded(label)
    found = [
        (match.start(), -match.end(), -number, names[family.name])
        for number, family in enumerate(_families())
        if family.name in names and (match := family.label.search(folded))
    ]
    told: list[str] = []
    covered = 0
    for start, end, _, name in sorted(found):
        if start >= covered or not told:
            told.append(str(name))
            covered = -end
    return ("・" if language.startswith("ja") else " / ").join(dict.fromkeys(told)) or None


def _asks(family: _Family, folded: str, match: re.Match[str]) -> bool:
    return family.silence == "unless_its_day" and bool(AS_CATEGORY.match(folded, match.end()))


def _folded(text: str) -> str:
    return fold_kana(normalize(text).text)


def _exactly(
    labels: Sequence[str], categories: Sequence[Category], own_words: Mapping[str, Sequence[str]]
) -> Iterator[tuple[re.Pattern[str], tuple[int, ...], int]]:
    """Match whole labels, whatever stands between their characters, and the staff's own words."""
    meant: dict[str, list[int]] = {}
    for position, (label, category) in enumerate(zip(labels, categories, strict=True)):
        outside = re.sub(r"[(《\[].*", "", label)
        own = [_folded(word) for word in own_words.get(category.label, ())]
        for name in dict.fromkeys((label, outside, *own)):
            if name and name != "ごみ":
                meant.setdefault(name, []).append(position)
    for name, positions in meant.items():
        letters = [re.escape(letter) for letter in SEPARATORS.sub("", name) if not letter.isspace()]
        if letters:
            yield _pattern(PUNCTUATION.join(letters), name), tuple(positions), 0


def _by_parts(labels: Sequence[str]) -> Iterator[tuple[re.Pattern[str], tuple[int, ...], int]]:
    """Match the parts of labels that name several things."""
    meant: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        for part in SEPARATORS.split(label):
            name = ENDING.sub("", part)
            if name and name not in ("その他", "ごみ"):
                meant.setdefault(name, []).append(position)
    for name, positions in meant.items():
        unique = tuple(dict.fromkeys(positions))
        yield _pattern(rf"{re.escape(name)}(?:ごみ{GARBAGE_IS_MORE}|類)?", name), unique, 1


def _pattern(expression: str, name: str) -> re.Pattern[str]:
    return re.compile(_bounded(f"(?:{expression})", name))


def _bounded(expression: str, name: str) -> str:
    """Ask for a word's boundaries, the more strictly the shorter the word is."""
    if name.isascii():
        return rf"(?<![a-z0-9]){expression}(?![a-z0-9])"
    if name.endswith(("ごみ", "物", "もの", "やつ")):
        return expression + GARBAGE_IS_MORE
    if name in COMMON_MATERIALS:
        return rf"(?:{MATERIAL_STARTS}){expression}{SHORT_ENDS}"
    if len(name) == 1:
        return rf"(?:{SHORT_STARTS}|(?<=[{TIME_BEFORE}])){expression}{SHORT_ENDS}"
    if len(name) < 4 and not re.search(f"[{KANJI}]", name):
        return f"{KANA_STARTS}{expression}{SHORT_ENDS if len(name) < 3 else CATEGORY_ENDS}"
    burning = NOT_BURNING if name.startswith(("燃", "もえ", "もや")) else ""
    return rf"{burning}{NOT_AFTER}{expression}{CATEGORY_ENDS}"


def _meanings(
    labels: Sequence[str], sublabels: Sequence[str]
) -> Iterator[tuple[_Family, tuple[int, ...]]]:
    """Give each family the positions of the labels it means in this town.

    What a sublabel lists is only a part of its category (燃やせるごみ: 生ごみ、汚れた紙): it counts
    where no label names the family, or what stands instead of it.
    """

    def naming(texts: Sequence[str]) -> dict[str, tuple[int, ...]]:
        return {
            family.name: tuple(i for i, text in enumerate(texts) if family.label.search(text))
            for family in _families()
        }

    by_label, by_sublabel = naming(labels), naming(sublabels)
    for family in _families():
        instead = sorted({position for name in family.instead for position in by_label[name]})
        yield family, by_label[family.name] or tuple(instead) or by_sublabel[family.name]


def _cuts_no_word(text: str, found: _Found) -> bool:
    """Tell whether a match neither begins nor ends inside a run of katakana."""
    before, after = text[found.start - 1 : found.start], text[found.end : found.end + 1]
    first, last = text[found.start], text[found.end - 1]
    if _katakana(first) and before and _katakana(before):
        head = fold_kana(text[max(0, found.start - 4) : found.start])
        if not head.endswith(("ごみ", "びん", "かん", "ぷら", "ぼとる")):
            return False
    if _katakana(last) and after and _katakana(after):
        return fold_kana(text[found.end : found.end + 4]).startswith(
            ("ごみ", "びん", "かん", "ぷら", "ぺっと")
        )
    return True


def _katakana(character: str) -> bool:
    return "ァ" <= character <= "ヺ" or character == "ー"


@cache
def _families() -> tuple[_Family, ...]:
    path = Path(__file__).with_name("categories.yaml")
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(_family(name, given) for name, given in loaded.items())


def _family(name: str, given: Mapping[str, object]) -> _Family:
    def strings(key: str) -> list[str]:
        value = given.get(key, [])
        return [str(one) for one in value] if isinstance(value, list) else []

    words = [f"(?:{word}){GARBAGE_IS_MORE}" for word in strings("words")]
    words += [_bounded(f"(?:{word})", word) for word in strings("bare")]
    english = given.get("english")
    return _Family(
        name=name,
        label=re.compile(str(given["labels"])),
        words=re.compile("|".join(words)) if words else None,
        english=re.compile(rf"(?<![a-z])(?:{english})(?![a-z])") if english else None,
        instead=tuple(strings("instead")),
        silence=str(given["thing"]) if "thing" in given else None,
    )
