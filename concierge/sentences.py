"""Sentence templates: how an intent's YAML says what residents type.

A template is compared with `Understanding.masked`, where dates, areas and kinds of garbage are
already single characters, so it stays short:

    [{area}の]{category}[の収集日][は]<いつ>

`[x]` may be missing, `(a|b)` is one of several, `{date}` `{area}` `{category}` `{home}` is a thing
understood, `<name>` one of the templates that the file lists under `words:`. Width, case, katakana
and punctuation never matter. Templates under `polite:` may stand before and after every sentence.

A `whole` sentence must cover everything the resident typed. A `keywords` rule needs each template
under `all` somewhere in the text, in any order, and none under `without`; its score is the share of
the text that it, the things understood and the polite words explain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from concierge.language.normalize import normalized_key, without_punctuation
from concierge.problem import ConciergeError
from concierge.understanding import MASKS, Understanding

__all__ = ["SentenceError", "SentenceSet", "load_sentences"]

PIECE = re.compile(r"[\[\]()|]|\{\w+\}|<[^<>]+>|[^\[\]()|{}<>]+")
BRACKETS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}
MASKED = "".join(MASKS.values())


class SentenceError(ConciergeError):
    """A sentence file that cannot be read; says which file and template."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """One rule of words that must, or must not, stand in the text."""

    needed: tuple[re.Pattern[str], ...]
    without: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class SentenceSet:
    """One intent's sentences in one language, compiled."""

    whole: re.Pattern[str] | None
    follow: re.Pattern[str] | None
    """Short sentences that mean this intent only right after it (「来週は？」)."""
    keywords: tuple[Keywords, ...]
    polite: re.Pattern[str]
    topics: tuple[str, ...] = ()
    """What the intent is about in staff's words, for notices and desks."""
    things_first: bool = False
    """Compare with `Understanding.masked_things`: a word that is both is a thing here."""

    def masked(self, understood: Understanding) -> str:
        """Return the text that these sentences are compared with."""
        return understood.masked_things if self.things_first else understood.masked

    def matches_whole(self, masked: str) -> bool:
        """Tell whether a sentence covers the whole text."""
        return self.whole is not None and bool(self.whole.fullmatch(without_punctuation(masked)))

    def follows(self, masked: str) -> bool:
        """Tell whether the text carries this intent on from the turn before."""
        return self.follow is not None and bool(self.follow.fullmatch(without_punctuation(masked)))

    def explains(self, masked: str) -> float:
        """Return the share (0–1) of the text that the best keyword rule explains; 0 if none fits."""
        text = without_punctuation(masked)
        return max((self._explained(rule, text) for rule in self.keywords), default=0.0)

    def _explained(self, rule: Keywords, text: str) -> float:
        if rule.without is not None and rule.without.search(text):
            return 0.0
        covered = [character in MASKED for character in text]
        for pattern in rule.needed:
            found = False
            for match in pattern.finditer(text):
                found = True
                covered[match.start() : match.end()] = [True] * (match.end() - match.start())
            if not found:
                return 0.0
        for match in self.polite.finditer(text):
            covered[match.start() : match.end()] = [True] * (match.end() - match.start())
        return sum(covered) / len(covered)


def load_sentences(path: Path) -> SentenceSet:
    """Read and compile one file of sentences. Raises `SentenceError`."""
    try:
        table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return _compiled(table)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, re.error, ValueError, TypeError) as error:
        raise SentenceError(f"{path.name}: {error}") from error


def _compiled(table: Mapping[str, Any]) -> SentenceSet:
    words = {str(name): list(map(str, items)) for name, items in table.get("words", {}).items()}
    polite = _union(table.get("polite", ()), words) or r"(?!)"
    around = f"(?:{polite}){{0,4}}"

    def whole(templates: Iterable[Any]) -> re.Pattern[str] | None:
        union = _union(templates, words)
        return re.compile(f"{around}(?:{union}){around}") if union else None

    return SentenceSet(
        whole=whole(table.get("whole", ())),
        follow=whole(table.get("follow", ())),
        keywords=tuple(
            Keywords(
                needed=tuple(re.compile(_template(str(each), words)) for each in rule["all"]),
                without=re.compile(union)
                if (union := _union(rule.get("without", ()), words))
                else None,
            )
            for rule in table.get("keywords", ())
        ),
        polite=re.compile(polite),
        topics=tuple(map(str, table.get("topics", ()))),
        things_first=bool(table.get("things_first", False)),
    )


def _union(templates: Iterable[Any], words: Mapping[str, list[str]]) -> str:
    return "|".join(_template(str(each), words) for each in templates)


def _template(template: str, words: Mapping[str, list[str]], depth: int = 0) -> str:
    """Turn one template into a regular expression over masked text."""
    if depth > 5:
        raise ValueError(f"words refer to each other in a circle: {template}")
    pieces: list[str] = []
    position = 0
    for match in PIECE.finditer(template):
        if match.start() != position:
            raise ValueError(f"cannot read the template: {template}")
        position = match.end()
        piece = match.group()
        if piece in BRACKETS:
            pieces.append(BRACKETS[piece])
        elif piece.startswith("{"):
            pieces.append(MASKS[piece[1:-1]] if piece[1:-1] in MASKS else _unknown(template))
        elif piece.startswith("<"):
            choices = words.get(piece[1:-1]) or [_unknown(template)]
            pieces.append(f"(?:{'|'.join(_template(c, words, depth + 1) for c in choices)})")
        else:
            pieces.append(re.escape(normalized_key(piece)))
    if position != len(template):
        raise ValueError(f"cannot read the template: {template}")
    return "".join(pieces)


def _unknown(template: str) -> str:
    raise ValueError(f"the template names something that is not listed: {template}")
