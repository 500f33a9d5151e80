"""What stands around and behind a place's name: word boundaries, support, chome and blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from concierge.language.normalize import Normalized
from concierge.language.place_folding import Folded, fold_place, place_words
from concierge.language.place_names import Rank, Spoken

__all__ = ["KANJI", "Reading", "Said", "Weight", "past_suffix", "read_numbers", "weigh"]

KANJI = "一-鿿々〇㐀-䶿"
IS_KANJI = re.compile(f"[{KANJI}]")
IS_KANA_KANJI = re.compile(f"[ぁ-んー{KANJI}]")
COUNTER = r"(?![\d/:%.~年月日時分秒円個枚本袋回人週階歳才台匹箱束点度倍割級冊通缶]|[つヶか]月|きろ|めーとる)"
NUMBERS = re.compile(
    r"(?:の|、|,|-)?(?P<list>\d+(?:[~・,、 と]\d+(?![\d月日時]))*)(?P<unit>丁目|丁|区|号棟)"
    r"(?:(?:の|-)?(?P<block>\d+)" + COUNTER + r"(?:(?:番地?|の|-|号|室)+\d*)*)?"
    r"|(?:の|,)?(?P<first>\d+(?:[~・,、 ]\d+(?![\d月日時/]))*)(?:-|の(?=\d))(?P<second>\d+)"
    r"(?:(?:の|-)\d+)*" + COUNTER + r"|(?P<lot>\d+)番(?:地?(?:の|-)?\d+号?|地)?(?![目号])(?:の\d+)?"
    r"|(?P<bare>\d+(?:[~・,、 ]\d+(?![\d月日時/]))*)" + COUNTER + r"(?!番目|号線|丁)"
)
ENGLISH_CHOME = re.compile(r"[ ,]*(\d+)(?:-| )?chome")
ENDS_AN_ADDRESS = "町目区号0123456789"
HONORIFIC = re.compile("さん|さま|くん|ちゃん|先生|せんせ")
KANA_BEFORE = re.compile(r"(?:は|の|が|で|に|も|って|ごみ|ぷら|です|いつ|ます|けど)$")
LONG_READING = 5
"""Letters; a shorter reading (「でんち」, 「かいだん」) is too often an ordinary word."""
CLAUSE_START = re.compile(r"(?:^|[、。!?・(「\n])$")


class Weight(IntEnum):
    """How much support a name needs from its sentence."""

    ALONE = 0
    """Nothing that was published, or the whole town's name: only as an answer."""
    THING = 1
    """Also a thing people throw away: 「額」, 「材木」."""
    ORDINARY = 2
    """Also an ordinary word: 「中央」, 「林」."""
    SHORT = 3
    SURE = 4


@dataclass(frozen=True, slots=True)
class Said:
    """Numbers behind a name: chome (or 区, 号棟) and block, as far as they are said."""

    values: frozenset[int] = frozenset()
    unit: str | None = None
    block: int | None = None


class Reading:
    """One text, folded, and what stands around a position in it."""

    def __init__(self, source: Normalized, *, alone: bool = False) -> None:
        self.source = source
        self.folded: Folded = fold_place(source.text)
        self.text = self.folded.text
        self.alone = alone
        self._words = place_words()

    def starts_word(self, position: int, key: str) -> bool:
        """Tell whether a name may begin here and is not the rest of a longer word."""
        if position == 0 or self._spaced(position):
            return True
        last, first = self.text[position - 1], key[0]
        if first.isdigit() and last.isdigit():
            return False
        if first.isascii() and first.isalpha():
            return not (last.isascii() and last.isalnum())
        if not IS_KANA_KANJI.match(last):
            return True
        head = self.text[max(0, position - 6) : position]
        if IS_KANJI.match(last):
            return self._words.before.search(head) is not None
        if self._is_katakana(position - 1):
            return head.endswith(("ごみ", "ぷら", "びん", "かん", "ぼとる", "いくる"))
        if IS_KANJI.match(first) and len(key) > 1:
            return not head.endswith(("お", "ご")) or len(key) > 2
        return KANA_BEFORE.search(head) is not None

    def supports(self, start: int, end: int, weight: Weight, *, anchored: bool) -> bool:
        """Tell whether what surrounds a name of this weight lets it be the place."""
        words, text = self._words, self.text
        following = text[end : end + 1]
        ends = not following or self._spaced(end) or not IS_KANA_KANJI.match(following)
        begins = anchored or self._begins(start)
        word = following.isascii() and following.isalpha()
        if HONORIFIC.match(text, end) or (word and text[end - 1].isascii()):
            return False
        if not ends and text[end - 1] not in ENDS_AN_ADDRESS and self._runs_into_katakana(end):
            return False
        if self.alone and begins and ends:
            return True
        lives = words.residence.match(text, end) is not None
        topic = lives or bool(words.collection.match(text, end) or words.subject.match(text, end))
        if weight is Weight.SURE:
            return ends or topic or not IS_KANJI.match(following)
        settled = lives and not words.moving.match(text, end)
        whole = begins and not following
        after = end + (following != "" and following in "のはに")
        collected = words.collection.match(text, after) is not None
        if weight is Weight.SHORT:
            carried = (ends and not word) or topic or words.particles.match(text, end) is not None
            return whole or lives or collected or (begins and carried)
        if weight is Weight.ORDINARY:
            lived_in = words.living.match(text, end) is not None
            return whole or lived_in or (begins and (settled or collected))
        if weight is Weight.THING:
            return begins and (settled or (collected and following == "の"))
        return False

    def _begins(self, position: int) -> bool:
        head = self.text[:position]
        if position == 0 or self._spaced(position) or CLAUSE_START.search(head[-1:]):
            return True
        if self._words.before.search(head[-6:]):
            return True
        return self._words.fillers_before.fullmatch(head) is not None

    def _spaced(self, position: int) -> bool:
        """Tell whether the resident put a space here, which `normalize` drops."""
        index = self.folded.starts[position]
        origins = self.source.origins
        if not 0 < index < len(origins) - 1:
            return index <= 0
        between = self.source.original[origins[index - 1] : origins[index]]
        return any(character.isspace() for character in between)

    def _runs_into_katakana(self, end: int) -> bool:
        """Tell whether a building's name follows: 「八幡ハイツ」 is not 「八幡」."""
        words = self._words
        return self._is_katakana(end) and not (
            words.collection.match(self.text, end) or words.subject.match(self.text, end)
        )

    def _is_katakana(self, position: int) -> bool:
        character = self.source.text[self.folded.starts[position]]
        return "ァ" <= character <= "ヺ" or (
            character == "ー" and position > 0 and self._is_katakana(position - 1)
        )


def weigh(key: str, names: Sequence[Spoken]) -> Weight:
    """Return how much support a key needs, from what it looks like and how it came about."""
    words = place_words()
    published = min(name.rank for name in names) is not Rank.DERIVED
    if not published and (len(key) == 1 or key in words.elsewhere):
        return Weight.ALONE
    if key in words.things:
        return Weight.THING
    if all(name.reading for name in names):
        town = key.endswith(("ちょう", "まち", "-cho", "-machi"))
        return Weight.SHORT if town or len(key) > LONG_READING else Weight.THING
    if len(key) == 1 or key in words.ordinary or key in words.elsewhere:
        return Weight.ORDINARY
    if key.isascii() and key[-1].isalpha():
        return Weight.SURE
    if not re.search(f"[{KANJI}]", key):
        return Weight.SURE if len(key) > 5 else Weight.ORDINARY
    if not published and not key.endswith(words.place_endings):
        return Weight.SHORT
    return Weight.SURE if len(key) > 2 or key[-1] == "町" else Weight.SHORT


def read_numbers(text: str, position: int, key: str) -> tuple[Said, int]:
    """Read chome and block behind a name; without any, nothing said and the same position."""
    if key[-1].isdigit():
        return Said(), position
    if key.isascii():
        english = ENGLISH_CHOME.match(text, position)
        if english:
            return Said(frozenset({_number(english[1])}), "丁目"), english.end()
        return Said(), position
    match = NUMBERS.match(text, position)
    if not match:
        return Said(), position
    if match["lot"]:
        return Said(block=_number(match["lot"])), match.end()
    listed = match["list"] or match["first"] or match["bare"]
    unit = "丁目" if match["unit"] in ("丁", "丁目") else match["unit"]
    block = match["block"] or match["second"]
    return Said(_listed(listed), unit, _number(block) if block else None), match.end()


def _number(digits: str) -> int:
    return int(digits[:7])


def _listed(written: str) -> frozenset[int]:
    values: set[int] = set()
    for part in re.split("[・,、 と]", written):
        first, until, last = part.partition("~")
        low = _number(first)
        values |= set(range(low, min(_number(last), low + 50) + 1)) if until and last else {low}
    return frozenset(values)


def past_suffix(text: str, position: int, *, town: bool) -> int:
    """Return where 町会, 地区 and the like (and, if `town`, 町) behind a name end, if any stand."""
    for suffix in (*place_words().suffixes, *(["町"] if town else [])):
        if text.startswith(suffix, position):
            return position + len(suffix)
    return position
