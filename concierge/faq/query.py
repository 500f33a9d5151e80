"""What a resident asks, made ready for searching: own words, words heard, and words meant."""

from __future__ import annotations

from dataclasses import dataclass

from concierge.faq.analysis import Analysis, analysed, words_of
from concierge.faq.lexicon import Lexicon
from concierge.faq.morphology import plain, tokens
from concierge.faq.spelling import Spelling

__all__ = ["Query", "asked", "understood"]

LONGEST = 400
"""Characters of a question that are looked at; longer ones are letters, not questions."""
HEARD, MEANT = 0.8, 0.5
"""Weights of words that were heard in kana or the like, and of the office's words for what was said."""
MANY_MEANT = 6
"""From so many words on that only are meant, they share their weight."""
MOST = 2.0


@dataclass(frozen=True, slots=True)
class Query:
    """A question. `heard` is its text with kana written as
    words of the FAQ; `words` holds its `own` words, with those heard, and those only meant."""

    text: Analysis
    heard: str
    own: dict[str, float]
    words: dict[str, float]
    meant: tuple[str, ...]

    @property
    def sounds(self) -> dict[str, float]:
        """Return the pieces of how it is read."""
        return self.text.sounds


def asked(text: str) -> Analysis:
    """Return what a question is made of, whatever FAQ it is asked of."""
    return analysed(text[:LONGEST])


def understood(typed: Analysis, lexicon: Lexicon, spelling: Spelling) -> Query:
    """Return a question ready for searching."""
    own = dict(typed.words)
    phrases = dict.fromkeys(lexicon.meanings(typed.sequence))
    heard = spelling.heard(typed.folded, typed.tokens)
    if heard != typed.folded:
        again = analysed(heard)
        for word in again.words:
            own.setdefault(word, HEARD)
        phrases.update(dict.fromkeys(lexicon.meanings(again.sequence)))
    meant = dict.fromkeys(word for phrase in phrases for word in _words(phrase))
    weight = MEANT * min(1.0, MANY_MEANT / max(1, len(meant)))
    words = {word: max(weight, own.get(word, 0.0)) for word in (*own, *meant)}
    return Query(
        text=typed,
        heard=heard,
        own=own,
        words={word: min(MOST, weight) for word, weight in words.items()},
        meant=tuple(phrases),
    )


_known: dict[str, tuple[str, ...]] = {}


def _words(phrase: str) -> tuple[str, ...]:
    """Return a phrase's words, worked out once: there are only as many as the lexicon has."""
    found = _known.get(phrase)
    if found is None:
        found = _known[phrase] = tuple(words_of(tokens(plain(phrase))))
    return found
