"""The signs of one kind of emergency in one language, read from YAML and compiled.

The notation is that of regular expressions over folded text (`folding.py`), and besides:

    <name>   one of the words listed under `words:`
    _        an optional particle
    ^ $      the edges of a sentence
    [^。]    any character of the same sentence

`together` rows are words that speak of the emergency where all of a row stand in one sentence, in
any order, and nothing in it is `calm`. `hints` are words that speak of the emergency wherever nothing in the message asks for something
(`inquiry`) or takes them back. `whole` patterns must be a whole clause. `sure` patterns count unless they are taken back (denied,
over, only supposed) or belong to a play. A sentence that holds `unless` is none of this kind. `weak` and `whole` ones also do not count where the
message is about a thing, a procedure or an old story.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from concierge.safety.folding import Folded, fold_pattern

__all__ = ["Guards", "SignSet", "compiled", "read_guards", "read_signs"]

PARTICLE = "(?:[がはもをにのでとへや]|から|って|まで)?"
NAME = re.compile(r"<([^<>!=?]+)>")
NEVER = re.compile(r"(?!)")
AFTER_STEM = "(?:(?<=[らかわまばさなけめせれきえげべ])(?:ない(?!よう)|なく|ません|へん|ん))?"
"""A sign that ends in a verb's stem takes the ない behind it along (「止まら」＋「ない」)."""
AFTER_HINT = (
    "(?:$|(?=(?!の|た[一-鿿のと])[ぁ-ん🔥🚒🚑]|発生|起き|来|出|逃|助|早|救|事故(?!の|防|物|現)))"
)
"""A hint is no part of another noun (火災共済, 襲われた人)."""
AFTER_WHOLE = "[ぁぃぅぇぉあいうえおっんよねわ]{0,2}[🔥🚑🚒🚓🚔🆘]*"


@dataclass(frozen=True, slots=True)
class Guards:
    """What shows that a sign is none."""

    taken_back: re.Pattern[str]
    ended: re.Pattern[str]
    """Within a sign: it is said to be over."""
    scene: re.Pattern[str]
    topic: re.Pattern[str]
    inquiry: re.Pattern[str]
    calm: re.Pattern[str]
    """What the sentence is about when words of danger only stand near one another."""
    past: Mapping[str, re.Pattern[str]]
    mute: re.Pattern[str]
    """Beside an emergency: its teller cannot phone."""


@dataclass(frozen=True, slots=True)
class SignSet:
    """All signs of one kind."""

    kind: str
    whole: re.Pattern[str]
    sure: re.Pattern[str]
    weak: re.Pattern[str]
    hints: re.Pattern[str]
    past: re.Pattern[str]
    together: tuple[tuple[re.Pattern[str], ...], ...] = ()
    unless: re.Pattern[str] = NEVER
    """What makes a sentence one of another kind."""

    def heard_in(self, folded: Folded, guards: Guards) -> bool:
        """Tell whether a message holds a sign of this kind that nothing takes back."""
        text = folded.text
        for pattern, weak in ((self.sure, False), (self.weak, True)):
            match = pattern.search(text)
            while match is not None:
                if self._counts(folded, guards, *match.span(), weak=weak):
                    return True
                match = pattern.search(text, match.start() + 1)
        return (
            self._hinted(folded, guards)
            or self._together(folded, guards)
            or any(
                self.whole.fullmatch(text, start, end) is not None
                and self._counts(folded, guards, start, end, weak=True)
                for start, end in folded.clauses
            )
        )

    def _hinted(self, folded: Folded, guards: Guards) -> bool:
        text = folded.text
        if self.hints.search(text) is None or guards.inquiry.search(text):
            return False
        return any(
            self._counts(folded, guards, *match.span(), weak=True)
            for match in self.hints.finditer(text)
        )

    def _together(self, folded: Folded, guards: Guards) -> bool:
        """Tell whether one sentence holds all the words of a row, in any order."""
        return any(
            self._all_in(row, folded.text, first, last, guards)
            for first, last in folded.sentences()
            for row in self.together
        )

    def _all_in(
        self,
        row: tuple[re.Pattern[str], ...],
        text: str,
        first: int,
        last: int,
        guards: Guards,
    ) -> bool:
        found = [pattern.search(text, first, last) for pattern in row]
        ends = [match.end() for match in found if match is not None]
        if len(ends) < len(row):
            return False
        sentence = text[first:last]
        return not (
            guards.calm.search(sentence)
            or guards.scene.search(sentence)
            or guards.ended.search(sentence)
            or self.past.search(sentence)
            or self.unless.search(sentence)
            or any(guards.taken_back.match(text, end) for end in ends)
        )

    def _counts(self, folded: Folded, guards: Guards, start: int, end: int, *, weak: bool) -> bool:
        text = folded.text
        if guards.taken_back.match(text, end) or guards.ended.search(text, start, end):
            return False
        first, last = folded.sentence(start, end)
        sentence = text[first:last]
        if any(each.search(sentence) for each in (guards.scene, self.past, self.unless)):
            return False
        return not (weak and guards.topic.search(text))


def read_guards(table: Mapping[str, Any]) -> Guards:
    """Compile what `words.yaml` lists beside its words."""
    words = table["words"]
    return Guards(
        taken_back=compiled([_joined(table["taken_back"])], words),
        ended=compiled([table["ended"]], words),
        scene=compiled([_joined(table["scene"])], words),
        topic=compiled([_joined(table["topic"])], words),
        inquiry=compiled([_joined(table["inquiry"])], words),
        calm=compiled([_joined(table["calm"])], words),
        past={
            "past": compiled([table["past"]], words),
            "long_past": compiled([table["long_past"]], words),
            "none": NEVER,
        },
        mute=compiled([table["mute"]], words),
    )


def read_signs(path: Path, shared: Mapping[str, str], guards: Guards) -> SignSet:
    """Read and compile one kind's file."""
    table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    words = {**shared, **table.get("words", {})}
    whole, hints = table.get("whole") or (), table.get("hints") or ()
    return SignSet(
        kind=path.stem,
        whole=compiled([f"(?:{'|'.join(whole)}){AFTER_WHOLE}"] if whole else (), words),
        sure=compiled(table.get("sure") or (), words),
        weak=compiled(table.get("weak") or (), words),
        hints=compiled([f"(?:{'|'.join(hints)}){AFTER_HINT}"] if hints else (), words),
        past=guards.past[table["past"]],
        together=tuple(
            tuple(compiled([part], words) for part in row) for row in table.get("together") or ()
        ),
        unless=compiled([table["unless"]] if "unless" in table else (), words),
    )


def compiled(patterns: list[str] | tuple[str, ...], words: Mapping[str, str]) -> re.Pattern[str]:
    """Compile patterns in this module's notation into one; one that never matches where none is."""
    if not patterns:
        return NEVER
    return re.compile(
        "|".join(f"(?:{_expanded(pattern, words)}){AFTER_STEM}" for pattern in patterns)
    )


def _expanded(pattern: str, words: Mapping[str, str]) -> str:
    for _ in range(3):
        pattern = NAME.sub(lambda name: f"(?:{words[name[1]]})", pattern)
    pattern = fold_pattern(pattern).replace("[^。", "[^。?")
    pattern = re.sub(r"(?<![\[\\])\^", "(?<![^。?])", pattern)
    return re.sub(r"(?<!\\)\$", "(?![^。?])", pattern).replace("_", PARTICLE)


def _joined(text: str) -> str:
    return re.sub(r"\s+", "", text)
