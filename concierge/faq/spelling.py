"""Finds words of the FAQ that were typed in kana, in Latin letters, or with a wrong kanji.

「じゅうみんひょう ゆうそう」, 「juminhyo」 and 「自動手当」 are heard as 住民票 郵送, 住民票 and 児童手当:
what sounds like words that stand in the FAQ or in the lexicon, and is not written like any.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from concierge.faq.kana import folded_reading, from_romaji
from concierge.faq.lexicon import Lexicon
from concierge.faq.morphology import Token, Word, plain, tokens

__all__ = ["Spelling"]

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


class Spelling:
    """The words of one FAQ by their sound."""

    def __init__(self, texts: Iterable[Sequence[Token]], lexicon: Lexicon) -> None:
        self._times: Counter[str] = Counter()
        sounds: dict[str, str] = {}
        for text in texts:
            self._gather(text, sounds)
        for phrase in lexicon.texts():
            if KANJI.search(phrase) and "+" not in phrase and phrase not in sounds:
                units = tokens(plain(phrase))
                if all(word.kind in NOUNS for unit in units for word in unit.words) or (
                    len(units) == 1 and units[0].words[0].kind == "動詞"
                ):
                    sounds[phrase] = "".join(unit.reading for unit in units)
                    self._times[phrase] += 1
        self._by_sound: dict[str, str] = {}
        for written, sound in sounds.items():
            folded = folded_reading(sound)
            if len(sound) >= SHORTEST and len(written) > 1:
                known = self._by_sound.get(folded)
                if known is None or self._times[known] < self._times[written]:
                    self._by_sound[folded] = written

    def _gather(self, text: Sequence[Token], sounds: dict[str, str]) -> None:
        """Take in the runs of nouns of one text, and the runs within them."""
        run: list[Word] = []
        for token in (*text, None):
            for word in token.words if token else (None,):
                if word and word.kind in NOUNS and KANJI.search(word.surface):
                    run.append(word)
                    continue
                self._gather_run(run, sounds)
                run = []
            if token and len(token.words) == 1 and KANJI.search(token.words[0].surface):
                sounds.setdefault(token.words[0].surface, token.reading)

    def _gather_run(self, run: list[Word], sounds: dict[str, str]) -> None:
        for start in range(len(run)):
            for end in range(start + 1, min(len(run), start + LONGEST) + 1):
                part = run[start:end]
                if part[0].kind != "接尾辞" and part[-1].kind != "接頭辞":
                    written = "".join(word.surface for word in part)
                    self._times[written] += 3 if len(part) == len(run) else 1
                    sounds.setdefault(written, "".join(word.reading for word in part))

    def heard(self, folded: str) -> str:
        """Return the text with what sounds like known words written as these."""
        text = from_romaji(folded)
        words = [word for token in tokens(text) for word in token.words]
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
        for end in range(limit, start + SHORTEST - 1, -1):
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


def _is_thing(start: int, end: int, words: list[Word]) -> bool:
    """Tell whether kana may stand for a noun: neither grammar nor one other word of its own."""
    inside = [word for word in words if word.begin < end and word.end > start]
    if len(inside) == 1 and inside[0].begin == start and inside[0].end == end:
        return inside[0].kind not in OTHER_WORDS and not inside[0].is_function
    return any(
        not word.is_function and word.detail != "非自立可能" and word.kind != "接尾辞"
        for word in inside
    )
