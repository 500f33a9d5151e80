"""Hears an emergency said in another language than Japanese.

One YAML file a language in `signs/`. Signs are regular expressions over lower-case text without
diacritics (`fold_latin`); for languages whose spaces do not matter here (`spaces: false`) the text
has none. A clause that speaks of a `topic`, or whose sign stands right behind a `denied` word, is
no emergency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.language.detect import detect_language
from concierge.safety.folding import Folded, without_diacritics

__all__ = ["LANGUAGES", "heard_abroad", "load_languages"]

KANA = re.compile(r"[ぁ-ゖ]")
FOLDER = Path(__file__).parent / "signs"
LANGUAGES: tuple[tuple[str, str], ...] = (
    ("ko", r"[가-힣]"),
    ("ne", r"[\u0900-\u097f]"),
    ("zh", r"[一-鿿]"),
    ("en", r"[a-z]{3}"),
    ("vi", r"[a-z]{2}"),
    ("pt", r"[a-z]{3}"),
    ("tl", r"[a-z]{3}"),
    ("ja-Latn", r"[a-z]{3}"),
)
"""The languages in the order of asking, and the script a message must hold for each."""


@dataclass(frozen=True, slots=True)
class _Language:
    script: re.Pattern[str]
    spaces: bool
    topic: re.Pattern[str]
    denied: re.Pattern[str]
    variants: Mapping[int, str]
    signs: tuple[tuple[str, re.Pattern[str]], ...]

    def heard(self, latin: str) -> tuple[str, bool] | None:
        """Return the kind, and whether the text was written in the variant script."""
        text = latin if self.spaces else latin.replace(" ", "")
        plain = text.translate(self.variants) if self.variants else text
        clauses = [clause for clause in plain.split("。") if clause]
        for kind, signs in self.signs:
            for clause in clauses:
                for match in signs.finditer(clause):
                    if not self.topic.search(clause) and not self.denied.search(
                        clause[: match.start()]
                    ):
                        return kind, plain != text
        return None


def heard_abroad(folded: Folded) -> tuple[str, str] | None:
    """Return (kind, language) of an emergency; None where there is none.

    The language that the message seems to be written in is asked first.
    """
    there = [pair for pair in load_languages() if pair[1].script.search(folded.latin)]
    if not there or (len(there) == 1 and there[0][0] == "zh" and KANA.search(folded.text)):
        return None
    if len(there) > 1:
        seems = detect_language(folded.typed)
        there.sort(key=lambda pair: pair[0] != seems)
    for name, language in there:
        found = language.heard(folded.latin)
        if found is not None:
            kind, variant = found
            return kind, f"{name}-Hant" if variant else name
    return None


@cache
def load_languages() -> tuple[tuple[str, _Language], ...]:
    """Read and compile the signs of every language, once.

    Languages in Latin letters share their topics: 「tsunami」 is a sign in more than one of them.
    """
    tables: dict[str, dict[str, Any]] = {
        name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        for name, _ in LANGUAGES
    }
    latin = [
        topic for name, script in LANGUAGES if "a-z" in script for topic in tables[name]["topic"]
    ]
    return tuple(
        (name, _compiled(tables[name], script, latin if "a-z" in script else tables[name]["topic"]))
        for name, script in LANGUAGES
    )


def _compiled(table: Mapping[str, Any], script: str, topics: Iterable[str]) -> _Language:
    spaces = bool(table.get("spaces", True))
    pairs = {ord(pair[0]): pair[1] for pair in str(table.get("variants", "")).split()}

    def union(patterns: Iterable[str], around: str) -> re.Pattern[str]:
        folded = [without_diacritics(str(pattern)).translate(pairs) for pattern in patterns]
        if not spaces:
            folded = [pattern.replace(" ", "") for pattern in folded]
        return re.compile(around.format("|".join(f"(?:{p})" for p in folded) or "(?!)"))

    edge = r"(?<![a-z])(?:{})" if spaces else "(?:{})"
    return _Language(
        script=re.compile(script),
        spaces=spaces,
        topic=union(topics, edge),
        denied=union(table.get("denied", ()), r"(?:{})\s*$"),
        variants=pairs,
        signs=tuple((kind, union(signs, edge)) for kind, signs in table["kinds"].items()),
    )
