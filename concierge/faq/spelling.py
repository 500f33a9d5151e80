"""Finds words of the FAQ that were typed in kana, in Latin letters, or with a wrong kanji.

「じゅうみんひょう ゆうそう」, 「juminhyo」 and 「自動手当」 are heard as 住民票 郵送, 住民票 and 児童手当:
what sounds like words that stand in the FAQ or in the lexicon, and is not written like any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from concierge.faq.kana import folded_reading, from_romaji
from concierge.faq.lexicon import Lexicon
from concierge.faq.morphology import Token, Word, plain, tokens

__all__ = ["Spelling", "Spoken", "spoken"]

KANJI = re.compile("[一-鿿々]")
KANA_RUN = re.compile("[ぁ-ゖァ-ヺー]{3,}")
PARTICLES = frozenset("のをにではがともへやか")
SHORTEST = 3
"""Kana of a word that is looked for."""
LONGEST = 5
"""Short units of a word that is looked for."""
SOUND_ALIKE = 4
"""Folded kana of a word that may stand for one with other kanji."""
NOUNS = frozenset(("名詞", "接尾辞", "接頭辞", "形状詞"))
OTHER_WORDS = frozenset(("代名詞", "動詞", "副詞", "連体詞", "接続詞", "感動詞", "形容詞"))


Spoken = Mapping[str, tuple[str, int]]
"""How words of a text are read, and how much they count among those that sound alike."""


class Spelling:
    """The words of one FAQ by their sound."""

    def __init__(self, texts: Iterable[Spoken], lexicon: Lexicon) -> None:
        self._times: dict[str, int] = {}
        sounds: dict[str, str] = {}
        for text in texts:
            for written, (sound, times) in text.items():
                sounds.setdefault(written, sound)
                if times:
                    self._times[written] = self._times.get(written, 0) + times
        for phrase in lexicon.texts():
            if phrase not in sounds and (known := _phrase_sound(phrase)):
                sounds[phrase] = known
                self._times[phrase] = self._times.get(phrase, 0) + 1
        self._reach = 2 * max(map(len, sounds.values()), default=0)
        self._by_sound: dict[str, str] = {}
        for written, sound in sounds.items():
            if len(sound) >= SHORTEST and len(written) > 1:
                folded = folded_reading(sound)
                other = self._by_sound.get(folded)
                if other is None or self._times.get(other, 0) < self._times.get(written, 0):
                    self._by_sound[folded] = written

    def heard(self, folded: str, known: Sequence[Token] | None = None) -> str:
        """Return the text with what sounds like known words written as these.

        `known` are the units of the text where they were found before.
        """
        text = from_romaji(folded)
        units = known if known is not None and text == folded else tokens(text)
        words = [word for token in units for word in token.words]
        if KANA_RUN.search(text):
            text = self._without_kana(text, words)
            words = [word for token in tokens(text) for word in token.words]
        return self._with_right_kanji(words)

    def _without_kana(self, text: str, words: list[Word]) -> str:
        written: list[str] = []
        done = 0
        begins = {word.begin for word in words}
        for match in KANA_RUN.finditer(text):
            written.append(text[done : match.start()])
            done = match.end()
            place = match.start()
            may_start = not (place and KANJI.match(text[place - 1]))
            while place < done:
                found = None
                if may_start and place in begins:
                    found = self._longest(text, place, done, words, begins)
                if found:
                    end, word = found
                    written.append(word)
                    place = end
                    may_start = True
                else:
                    written.append(text[place])
                    place += 1
                    may_start = (
                        text[place - 1] in PARTICLES or done - match.start() > LONGEST
                    ) and place in begins
        return "".join((*written, text[done:]))

    def _longest(
        self, text: str, start: int, limit: int, words: list[Word], begins: set[int]
    ) -> tuple[int, str] | None:
        for end in range(min(limit, start + self._reach), start + SHORTEST - 1, -1):
            ends_here = end == limit or text[end] in PARTICLES
            if ends_here or (end - start > SHORTEST and end in begins) or end - start > LONGEST:
                known = self._by_sound.get(folded_reading(text[start:end]))
                if known and _is_thing(start, end, words):
                    return end, known
        return None

    def _with_right_kanji(self, words: list[Word]) -> str:
        written: list[str] = []
        place = 0
        while place < len(words):
            for end in range(min(len(words), place + LONGEST), place, -1):
                known = self._sounds_like(words[place:end])
                if known:
                    written.append(known)
                    place = end
                    break
            else:
                written.append(words[place].surface)
                place += 1
        return "".join(written)

    def _sounds_like(self, words: list[Word]) -> str | None:
        """Return the known word that these unknown ones sound like."""
        surface = "".join(word.surface for word in words)
        if (
            len(surface) < SHORTEST
            or not KANJI.search(surface)
            or surface in self._times
            or any(word.is_function for word in words)
        ):
            return None
        sound = folded_reading("".join(word.reading for word in words))
        return self._by_sound.get(sound) if len(sound) >= SOUND_ALIKE else None


def spoken(texts: Iterable[Sequence[Token]]) -> Spoken:
    """Return how the runs of nouns of some texts are read, and the runs within them."""
    found: dict[str, tuple[str, int]] = {}
    for text in texts:
        run: list[Word] = []
        for token in (*text, None):
            for word in token.words if token else (None,):
                if word and word.kind in NOUNS and KANJI.search(word.surface):
                    run.append(word)
                    continue
                _take_in(run, found)
                run = []
            if token and len(token.words) == 1 and KANJI.search(token.words[0].surface):
                found.setdefault(token.words[0].surface, (token.reading, 0))
    return found


def _take_in(run: list[Word], found: dict[str, tuple[str, int]]) -> None:
    for start in range(len(run)):
        for end in range(start + 1, min(len(run), start + LONGEST) + 1):
            part = run[start:end]
            if part[0].kind != "接尾辞" and part[-1].kind != "接頭辞":
                written = "".join([word.surface for word in part])
                more = 3 if len(part) == len(run) else 1
                known = found.get(written)
                sound = known[0] if known else "".join([word.reading for word in part])
                found[written] = (sound, more + (known[1] if known else 0))


@lru_cache(maxsize=20_000)
def _phrase_sound(phrase: str) -> str | None:
    """Return how a phrase of a lexicon is read, None where it is not looked for by its sound."""
    if not KANJI.search(phrase) or "+" in phrase:
        return None
    units = tokens(plain(phrase))
    nouns = all(word.kind in NOUNS for unit in units for word in unit.words)
    if nouns or (len(units) == 1 and units[0].words[0].kind == "動詞"):
        return "".join(unit.reading for unit in units)
    return None


def _is_thing(start: int, end: int, words: list[Word]) -> bool:
    """Tell whether kana may stand for a noun: neither grammar nor one other word of its own."""
    inside = [word for word in words if word.begin < end and word.end > start]
    if len(inside) == 1 and inside[0].begin == start and inside[0].end == end:
        return inside[0].kind not in OTHER_WORDS and not inside[0].is_function
    return any(
        not word.is_function and word.detail != "非自立可能" and word.kind != "接尾辞"
        for word in inside
    )
