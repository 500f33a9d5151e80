"""What a text is made of, for searching: words, sounds and characters, from one pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from sys import intern

from concierge.faq.lexicon import sequence
from concierge.faq.morphology import Token, Word, plain, tokens

__all__ = ["Analysis", "analysed", "words_of"]

SILENT_WORDS = frozenset(
    [
        "為る",
        "有る",
        "居る",
        "成る",
        "出来る",
        "事",
        "物",
        "良い",
        "何",
        "教える",
        "下さる",
        "下さい",
        "御",
        "其の",
        "此の",
        "為",
        "貰う",
        "頂く",
        "時",
        "場合",
        "方",
        "何処",
        "言う",
        "思う",
        "知る",
        "如何",
        "何の",
        "様",
        "所",
        "無い",
        "の",
        "ため",
        "よう",
        "こと",
        "もの",
        "方法",
        "御座る",
        "仕方",
        "致す",
        "遣る",
        "欲しい",
        "願う",
        "たい",
        "くださる",
        "くれる",
        "呉れる",
        "くる",
        "来る",
        "行く",
        "達",
        "等",
        "さん",
        "様",
        "誰",
        "何時",
        "何れ",
        "此れ",
        "其れ",
        "あれ",
        "是",
        "どう",
        "そう",
        "こう",
        "一寸",
        "下",
        "私",
        "わたし",
        "僕",
        "俺",
        "自分",
        "未だ",
        "既に",
        "もう",
        "又",
        "若し",
        "とても",
        "凄い",
        "色々",
    ]
)
"""Words that stand around every question."""
NOUNS = frozenset(("名詞", "接頭辞", "接尾辞"))
NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Analysis:
    """One text. `words`, `sounds` and `characters` count its terms; `sequence` is for the lexicon."""

    folded: str
    words: dict[str, float]
    sounds: dict[str, float]
    characters: dict[str, float]
    sequence: tuple[str, ...]
    tokens: Sequence[Token]


def analysed(text: str) -> Analysis:
    """Return what a text is made of."""
    folded = plain(text)
    units = tokens(folded)
    return Analysis(
        folded=folded,
        words=words_of(units),
        sounds=_pieces(_reading(units), (2, 3)),
        characters=_pieces(NOT_WORD.sub(" ", folded), (2,)),
        sequence=sequence(units),
        tokens=units,
    )


def words_of(units: Iterable[Token]) -> dict[str, float]:
    """Return the counted normalised forms: of short units, long units, and nouns side by side."""
    counts: Counter[str] = Counter()
    before: Word | None = None
    for unit in units:
        for word in unit.words:
            if word.is_function or word.normal in SILENT_WORDS:
                before = None
                continue
            counts[word.normal] += 1
            if before and before.kind in NOUNS and word.kind in NOUNS:
                counts[intern(before.surface + word.surface)] += 1
            before = word
        if len(unit.words) > 1:
            counts[unit.normal] += 1
    return dict(counts)


def _reading(units: Iterable[Token]) -> str:
    return "".join(word.reading or " " for unit in units for word in unit.words)


def _pieces(text: str, sizes: tuple[int, ...]) -> dict[str, float]:
    """Return the counted pieces of these sizes of each run of characters."""
    counts: Counter[str] = Counter()
    for run in text.split():
        for size in sizes:
            if len(run) < size:
                counts[run] += 1
            counts.update(run[at : at + size] for at in range(len(run) - size + 1))
    return dict(counts)
