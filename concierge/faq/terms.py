"""What a text is made of, for searching: weighted terms that survive everyday spelling.

Japanese gives pairs of neighbouring characters, and single kanji; pairs of hiragana alone count
little, for they are mostly grammar. Latin letters and digits give whole words. Polite phrases are
left off a question, and the words that `words.yaml` calls the same are added to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from concierge.language.normalize import fold_kana
from concierge.staff_yaml import Mapping_, Sequence_, Text, read_yaml

__all__ = ["bare", "query_terms"]

WORDS = Path(__file__).with_name("words.yaml")
HIRAGANA = 0.3
"""Weight of a pair that is all hiragana, in a question."""
KANJI = 0.5
"""Weight of a single kanji."""
SAME = 0.5
"""Weight of words that were not typed but mean the same."""
LONGEST_QUESTION = 400
"""Characters of a question that are looked at; longer ones are letters, not questions."""
RUN = re.compile(r"[a-z0-9]+|[^a-z0-9\s\0]+")


@dataclass(frozen=True, slots=True)
class _Words:
    polite: re.Pattern[str]
    any_same: re.Pattern[str]
    same: Mapping[str, Mapping[str, float]]


def bare(text: str) -> str:
    """Return what is compared letter by letter: folded, without punctuation and polite phrases."""
    left = _without_polite(_folded(text[:LONGEST_QUESTION]))
    return fold_kana(left.replace("\0", "").replace(" ", ""))


def query_terms(text: str) -> dict[str, float]:
    """Return the terms of what a resident asks, with their weights."""
    folded = _folded(text[:LONGEST_QUESTION])
    terms = _terms(_without_polite(folded), HIRAGANA, KANJI)
    terms = {term: min(weight, 2.0) for term, weight in terms.items()}
    words = _words()
    for match in words.any_same.finditer(fold_kana(folded)):
        for term in _terms(match.group(), 1.0, KANJI):
            terms[term] = max(terms.get(term, 0.0), 1.0 if len(term) > 1 else KANJI)
        for term, weight in words.same[match.group()].items():
            terms[term] = max(terms.get(term, 0.0), weight)
    return terms


class _Boundaries(dict[int, int | str | None]):
    """What `str.translate` makes of a character: punctuation parts words, invisibles vanish."""

    def __missing__(self, code: int) -> int | str | None:
        category = unicodedata.category(chr(code))
        found = None if category == "Cf" else " " if category[0] in "PZSC" else code
        self[code] = found
        return found


BOUNDARIES = _Boundaries()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(BOUNDARIES)


def _without_polite(folded: str) -> str:
    """Put a NUL where a polite phrase stood; all of it stays where nothing else was said."""
    left = _words().polite.sub("\0", folded)
    return left if len(left.replace("\0", "").replace(" ", "")) > 1 else folded


def _terms(folded: str, hiragana: float, kanji: float) -> dict[str, float]:
    terms: dict[str, float] = {}
    for run in RUN.findall(folded):
        if run[0].isascii() and run[0].isalnum():
            terms[run] = terms.get(run, 0.0) + 1.0
            continue
        kana = fold_kana(run)
        was_hiragana = ["ぁ" <= character <= "ゖ" or character == "ー" for character in run]
        for index in range(len(kana)):
            pair = kana[index : index + 2]
            if len(pair) == 2:
                weight = hiragana if was_hiragana[index] and was_hiragana[index + 1] else 1.0
                terms[pair] = terms.get(pair, 0.0) + weight
            if "一" <= pair[0] <= "鿿":
                terms[pair[0]] = terms.get(pair[0], 0.0) + kanji
    return terms


@cache
def _words() -> _Words:
    root = read_yaml(WORDS, WORDS.name).root
    assert isinstance(root, Mapping_)  # noqa: S101 - a file of ours, checked by the tests
    polite, same = root.get("polite"), root.get("same")
    assert isinstance(polite, Sequence_) and isinstance(same, Sequence_)  # noqa: S101
    groups: dict[str, set[str]] = {}
    for group in same.items:
        members = _texts(group)
        for member in members:
            groups.setdefault(member, set()).update(members - {member})
    return _Words(
        polite=_any_of(_texts(polite, kana=False)),
        any_same=_any_of(set(groups)),
        same={word: _same_terms(others) for word, others in groups.items()},
    )


def _texts(node: object, kana: bool = True) -> set[str]:
    items = node.items if isinstance(node, Sequence_) else ()
    folded = {_folded(item.value).replace(" ", "") for item in items if isinstance(item, Text)}
    return {fold_kana(text) for text in folded} if kana else folded


def _any_of(words: set[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


def _same_terms(words: set[str]) -> dict[str, float]:
    terms: dict[str, float] = {}
    for word in sorted(words):
        for term, weight in _terms(word, HIRAGANA, KANJI).items():
            terms[term] = max(terms.get(term, 0.0), SAME * weight)
    return terms
