"""Residents' words and the office's words for one matter: `lexicon.tsv`, a town's own on top."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from concierge.faq.morphology import Token, plain, tokens
from concierge.problem import Problem
from concierge.staff_yaml import (
    Field,
    Kind,
    Record,
    Reporter,
    Sequence_,
    Table,
    read_yaml,
    walk,
)

__all__ = [
    "LEXICON_FILE",
    "Group",
    "Lexicon",
    "lexicon_of",
    "packaged",
    "read_lexicon",
    "sequence",
]

LEXICON_FILE = "lexicon.yaml"
"""A town's own words, in its folder."""
GROUP = Table(
    "言葉の組",
    (
        Field("said", Kind.TEXTS, "住民の言い方", ("言い方", "住民の言葉"), required=True),
        Field("means", Kind.TEXTS, "役所での言い方", ("意味", "役所の言葉")),
    ),
)

FILE = Path(__file__).with_name("lexicon.tsv")
SILENT = frozenset(("為る", "居る", "御", "の", "です", "下さる", "下さい"))
"""Words between the others that change nothing: 退職する is 退職."""
NEVER_ALONE = frozenset(
    (
        "何",
        "要る",
        "有る",
        "成る",
        "出す",
        "良い",
        "事",
        "物",
        "貰う",
        "取る",
        "遣る",
        "来る",
        "行く",
    )
)
"""Words that say nothing where they are all of a phrase that is left."""


@dataclass(frozen=True, slots=True)
class Group:
    """What residents say and what it is called at the town hall.

    Without `means` all of `said` mean the same. `a+b` stands for both in any order.
    """

    said: tuple[str, ...]
    means: tuple[str, ...] = ()

    def meaning(self, phrase: str) -> tuple[str, ...]:
        """Return what a phrase of the group means besides itself."""
        return self.means or tuple(other for other in self.said if other != phrase)


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    text: str
    group: Group


class Lexicon:
    """Finds phrases in a text by their words' normalised forms, so that inflections are found."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.groups = tuple(groups)
        self._phrases: dict[str, list[_Phrase]] = defaultdict(list)
        self._apart: list[tuple[tuple[tuple[str, ...], ...], _Phrase]] = []
        for group in self.groups:
            for text in group.said:
                self._add(text, group)

    def _add(self, text: str, group: Group) -> None:
        if "+" in text:
            parts = tuple(sequence(tokens(plain(part))) for part in text.split("+"))
            if all(parts):
                self._apart.append((parts, _Phrase((), text, group)))
            return
        words = sequence(tokens(plain(text)))
        if words and not NEVER_ALONE.issuperset(words):
            self._phrases[words[0]].append(_Phrase(words, text, group))

    def meanings(self, words: Sequence[str]) -> list[str]:
        """Return the phrases that the words of a text (see `sequence`) also mean, each once.

        Of two phrases at one place the longer counts: 保険証なくした is not 保険証.
        """
        given = tuple(words)
        found: list[tuple[int, int, _Phrase]] = []
        for start, word in enumerate(given):
            for phrase in self._phrases.get(word, ()):
                end = start + len(phrase.words)
                if given[start:end] == phrase.words:
                    found.append((start, end, phrase))
        meant: dict[str, None] = {}
        for start, end, phrase in found:
            if not any(a <= start and end <= b and b - a > end - start for a, b, _ in found):
                meant.update(dict.fromkeys(phrase.group.meaning(phrase.text)))
        for parts, phrase in self._apart:
            if all(_stands(part, given) for part in parts):
                meant.update(dict.fromkeys(phrase.group.means))
        return list(meant)

    def texts(self) -> Iterator[str]:
        """Yield every phrase of every group."""
        for group in self.groups:
            yield from group.said
            yield from group.means


def sequence(text: Iterable[Token]) -> tuple[str, ...]:
    """Return the normalised forms of a text's words, without those that only say how."""
    return tuple(
        word.normal
        for token in text
        for word in token.words
        if not word.is_function and word.normal not in SILENT
    )


def _stands(part: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words)))


@cache
def packaged() -> Lexicon:
    """Return the lexicon that comes with the concierge."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return Lexicon(_group(line) for line in lines if line and not line.startswith("#"))


def lexicon_of(folder: Path | None) -> Lexicon:
    """Return the lexicon that comes with the concierge, with a town's own groups on top."""
    own, _ = read_lexicon(folder / LEXICON_FILE) if folder is not None else ((), ())
    return Lexicon((*own, *packaged().groups)) if own else packaged()


def read_lexicon(path: Path) -> tuple[tuple[Group, ...] | None, Iterable[Problem]]:
    """Read a town's `lexicon.yaml`; a broken group loses only itself. No file has no groups."""
    if not path.is_file():
        return (), ()
    document = read_yaml(path, LEXICON_FILE, GROUP.keys)
    reporter = Reporter(LEXICON_FILE)
    reporter.extend(document.problems)
    root = document.root
    if root is None:
        return (None if document.unusable else ()), reporter.problems
    nodes = root.items if isinstance(root, Sequence_) else (root,)
    records = (walk(node, GROUP, reporter) for node in nodes)
    groups = [group for each in records if each is not None and (group := _own(each, reporter))]
    return tuple(groups), reporter.problems


def _own(record: Record, reporter: Reporter) -> Group | None:
    said, means = record.texts("said"), record.texts("means")
    if len(said) < 2 and not means:
        reporter.at(
            record.node,
            "lexicon-alone",
            "言い方が一つだけです。means に役所での言い方を書くか、said に同じ意味の言い方を二つ以上並べてください。",
        )
        return None
    for phrase in said:
        parts = phrase.split("+")
        words = [sequence(tokens(plain(part))) for part in parts]
        if not all(words) or (len(parts) == 1 and NEVER_ALONE.issuperset(words[0])):
            reporter.at(
                record.node,
                "lexicon-says-nothing",
                f"「{phrase}」は、それだけでは何のことか決まらないため、使えません。"
                "「電池+捨てる」のように、ほかの言葉と「+」で組み合わせてください。",
                "warning",
            )
    return Group(said, means)


def _group(line: str) -> Group:
    said, _, means = line.partition("\t")
    return Group(tuple(said.split(",")), tuple(means.split(",")) if means else ())
