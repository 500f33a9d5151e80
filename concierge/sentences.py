"""Sentence templates: how an intent's YAML says what residents type.

A template is compared with `Understanding.masked`, where dates, areas and kinds of garbage are
already single characters, so it stays short:

    [{area}の]{category}[の収集日][は]<いつ>

`[x]` may be missing, `(a|b)` is one of several, `{date}` `{area}` `{category}` `{home}` is a thing
understood, `<name>` one of the templates that the file lists under `words:`. Width, case, katakana,
punctuation and emoji never matter. In languages written with spaces a template is whole words, and
apostrophes do not count (`whats`). Templates under `polite:` may stand before and after every
sentence.

A `whole` sentence must cover everything the resident typed. A `keywords` rule needs each template
under `all` somewhere in the text, in any order, and none of `without` (its own and the file's). Its
score is the share of the text that is explained: by things understood, by the rule's templates, by
the file's `covers:` and `polite:`, and by the words that carry no meaning of their own
(fillers.yaml). What is left over counts by what it is: an unexplained kanji, katakana or Latin
letter is most likely another subject and weighs six times a hiragana. A rule fits where its score
reaches `at_least`; one that is `certain` then scores 1, and leaves the rest to its handler. `follow`
rules are the same, right after the intent answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.language.normalize import fold_kana, normalized_key
from concierge.problem import ConciergeError
from concierge.understanding import MASKS, Understanding

__all__ = ["SentenceError", "SentenceSet", "load_sentences"]

PIECE = re.compile(r"[\[\]()|]|\{\w+\}|<[^<>]+>|[^\[\]()|{}<>]+")
BRACKETS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}
CLOSES = {"]": "[", ")": "("}
MASKED = "".join(MASKS.values())
ENOUGH = 0.65
"""The share explained that a rule asks for where it does not say its own."""
LONGEST_WHOLE = 80
"""Characters; no sentence of a file covers a longer text."""
WEIGHT_UNDERSTOOD, WEIGHT_HIRAGANA, WEIGHT_WORD, WEIGHT_FOREIGN = 3.0, 0.5, 1.0, 3.0
UNSPACED = ("ja", "zh", "th", "my", "km", "lo")
"""Languages written without spaces between their words."""
HIRAGANA = re.compile(r"[ぁ-ゖー]")


class SentenceError(ConciergeError):
    """A sentence file that cannot be read; says which file and template."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """One rule of words that must, or must not, stand in the text."""

    needed: tuple[re.Pattern[str], ...]
    without: re.Pattern[str] | None
    at_least: float
    certain: bool = False


@dataclass(frozen=True, slots=True)
class SentenceSet:
    """One intent's sentences in one language, compiled."""

    whole: re.Pattern[str] | None
    follow: tuple[Keywords, ...]
    """Rules for what means this intent only right after it (「来週は？」)."""
    keywords: tuple[Keywords, ...]
    covers: re.Pattern[str]
    without: re.Pattern[str] | None
    spaced: bool = False
    """The language is written with spaces between its words."""
    things_first: bool = False
    """Compare with `Understanding.masked_things`: a word that is both is a thing here."""
    places_first: bool = False
    """Compare with `Understanding.masked_places`: the names of places are {landmark} here."""

    def masked(self, understood: Understanding) -> str:
        """Return the text that these sentences are compared with."""
        if self.places_first:
            return understood.masked_places
        return understood.masked_things if self.things_first else understood.masked

    def matches_whole(self, masked: str) -> bool:
        """Tell whether a sentence covers the whole text."""
        text = fold_kana(_bare(masked, self.spaced))
        return (
            self.whole is not None
            and len(text) <= LONGEST_WHOLE
            and bool(self.whole.fullmatch(text))
        )

    def follows(self, masked: str) -> bool:
        """Tell whether the text carries this intent on from the turn before."""
        return self._best(self.follow, masked) > 0

    def explains(self, masked: str) -> float:
        """Return the share (0–1) of the text that the best keyword rule explains; 0 if none fits."""
        return self._best(self.keywords, masked)

    def _best(self, rules: Sequence[Keywords], masked: str) -> float:
        typed = _bare(masked, self.spaced)
        text = fold_kana(typed)
        if not rules or not text or (self.without is not None and self.without.search(text)):
            return 0.0
        covered = [character in MASKED for character in text]
        _cover(covered, self.covers.finditer(text))
        return max(_explained(rule, text, typed, list(covered)) for rule in rules)


def _explained(rule: Keywords, text: str, typed: str, covered: list[bool]) -> float:
    if rule.without is not None and rule.without.search(text):
        return 0.0
    for pattern in rule.needed:
        found = list(pattern.finditer(text))
        if not found:
            return 0.0
        _cover(covered, found)
    explained = foreign = 0.0
    for character, known in zip(typed, covered, strict=True):
        if character == " ":
            continue
        hiragana = HIRAGANA.match(character)
        if known and character in MASKED:
            explained += WEIGHT_UNDERSTOOD
        elif known:
            explained += WEIGHT_HIRAGANA if hiragana else WEIGHT_WORD
        else:
            foreign += WEIGHT_HIRAGANA if hiragana else WEIGHT_FOREIGN
    score = explained / (explained + foreign)
    if score < rule.at_least:
        return 0.0
    return 1.0 if rule.certain else score


def _cover(covered: list[bool], found: Iterable[re.Match[str]]) -> None:
    for match in found:
        covered[match.start() : match.end()] = [True] * (match.end() - match.start())


def _bare(text: str, spaced: bool) -> str:
    """Return the text without punctuation, spaces, symbols and the marks that colour emoji.

    Where words are `spaced`, one space stays between them.
    """
    if spaced:
        text = re.sub(r"'s\b", " s", text).replace("'", "")
        kept = (c if c in MASKED or unicodedata.category(c)[0] not in "PZSM" else " " for c in text)
        return " ".join("".join(kept).split())
    return "".join(c for c in text if c in MASKED or unicodedata.category(c)[0] not in "PZSM")


def load_sentences(path: Path) -> SentenceSet:
    """Read and compile one file of sentences. Raises `SentenceError`."""
    try:
        table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return _compiled(table, path.stem)
    except (
        OSError,
        UnicodeDecodeError,
        yaml.YAMLError,
        re.error,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        raise SentenceError(f"{path.name}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Words:
    """The templates that others refer to by name, and how the language is written."""

    named: Mapping[str, list[str]]
    spaced: bool


def _compiled(table: Mapping[str, Any], language: str) -> SentenceSet:
    named = {str(name): list(map(str, items)) for name, items in table.get("words", {}).items()}
    words = _Words(named, language.partition("-")[0] not in UNSPACED)
    polite = _union(table.get("polite", ()), words) or r"(?!)"
    between = " ?" if words.spaced else ""
    around = f"(?:{between}(?:{polite}){between}){{0,4}}"
    whole = _union(table.get("whole", ()), words)
    vocabulary = [*table.get("covers", ()), *table.get("polite", ()), *_fillers(language)]
    vocabulary.sort(key=lambda template: -len(str(template)))

    def rules(name: str) -> tuple[Keywords, ...]:
        return tuple(
            Keywords(
                needed=tuple(re.compile(_union([each], words)) for each in rule["all"]),
                without=_pattern(rule.get("without", ()), words),
                at_least=float(rule.get("at_least", ENOUGH)),
                certain=bool(rule.get("certain", False)),
            )
            for rule in table.get(name, ())
        )

    return SentenceSet(
        whole=re.compile(f"{around}(?:{whole}){around}") if whole else None,
        follow=rules("follow"),
        keywords=rules("keywords"),
        covers=_pattern(vocabulary, words) or re.compile(r"(?!)"),
        without=_pattern(table.get("without", ()), words),
        spaced=words.spaced,
        things_first=bool(table.get("things_first", False)),
        places_first=bool(table.get("places_first", False)),
    )


@cache
def _fillers(language: str) -> tuple[str, ...]:
    """Return the words of a language that carry no meaning of their own."""
    loaded = yaml.safe_load(Path(__file__).with_name("fillers.yaml").read_text(encoding="utf-8"))
    return tuple(str(word) for group in loaded.get(language, {}).values() for word in group)


def _pattern(templates: Iterable[Any], words: _Words) -> re.Pattern[str] | None:
    union = _union(templates, words)
    return re.compile(union) if union else None


def _union(templates: Iterable[Any], words: _Words) -> str:
    whole = "(?<![a-z0-9])(?:{})(?![a-z0-9])" if words.spaced else "{}"
    return "|".join(whole.format(_template(str(each), words)) for each in templates)


def _template(template: str, words: _Words, depth: int = 0) -> str:
    """Turn one template into a regular expression over masked text."""
    if depth > 5:
        raise ValueError(f"words refer to each other in a circle: {template}")
    pieces: list[str] = []
    opened: list[str] = []
    position = 0
    for match in PIECE.finditer(template):
        if match.start() != position:
            raise ValueError(f"cannot read the template: {template}")
        position = match.end()
        piece = match.group()
        if piece in CLOSES.values():
            opened.append(piece)
        elif piece in CLOSES and (not opened or opened.pop() != CLOSES[piece]):
            raise ValueError(f"cannot read the brackets of the template: {template}")
        if piece in BRACKETS:
            pieces.append(BRACKETS[piece])
        elif piece.startswith("{"):
            pieces.append(MASKS[piece[1:-1]] if piece[1:-1] in MASKS else _unknown(template))
        elif piece.startswith("<"):
            choices = words.named.get(piece[1:-1]) or [_unknown(template)]
            longest_first = sorted(choices, key=lambda choice: -len(choice))
            listed = "|".join(_template(choice, words, depth + 1) for choice in longest_first)
            pieces.append(f"(?:{listed})")
        else:
            pieces.append(re.escape(_spaced(piece) if words.spaced else normalized_key(piece)))
    if position != len(template) or opened:
        raise ValueError(f"cannot read the template: {template}")
    return "".join(pieces)


def _spaced(piece: str) -> str:
    """Return a piece of a template as words stand in the text, spaces at its ends too."""
    return re.sub(r"[\s\-/]+", " ", piece.casefold().replace("'", ""))


def _unknown(template: str) -> str:
    raise ValueError(f"the template names something that is not listed: {template}")
