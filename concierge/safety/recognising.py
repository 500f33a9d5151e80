"""Hears an emergency in a message: which kind, and in which language it was said.

Deterministic and offline: the signs are read once from the YAML files beside this module. Kinds are
asked in the order of `KINDS`, the one that cannot wait before the one that tells less.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.safety.folding import Folded, fold
from concierge.safety.foreign import heard_abroad
from concierge.safety.signs import Guards, SignSet, read_guards, read_signs

__all__ = ["KINDS", "Emergency", "hear", "japanese_guards", "japanese_words"]

KINDS = (
    "sea",
    "fire",
    "gas",
    "poison",
    "child",
    "child_abuse",
    "violence",
    "ambulance",
    "sexual_violence",
    "suicide",
    "police",
    "disaster",
    "cannot_phone",
    "unclear",
)
FOLDER = Path(__file__).parent / "signs" / "ja"
KANA = re.compile(r"[ぁ-ゖ]")
EASY = re.compile(r"[ぁ-ゖー]{2,}[。、]?(?:[ \u3000][ぁ-ゖァ-ヶー。、]{2,}){2,}[。!]*")
"""Kana with spaces between the words, as newcomers are taught to write."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """One emergency as heard: its kind (`KINDS`) and the language it was told in.

    `cannot_phone`: the person also says that they cannot speak or phone.
    """

    kind: str
    language: str = "ja"
    cannot_phone: bool = False


def hear(message: str) -> Emergency | None:
    """Return the emergency a message tells of, None where it tells of none. Never raises."""
    folded = fold(message)
    ways = (_in_japanese, _abroad) if KANA.search(folded.text) else (_abroad, _in_japanese)
    vague: Emergency | None = None
    for way in ways:
        heard = way(folded)
        if heard is not None and heard.kind != "unclear":
            return heard
        vague = vague or heard
    return vague


def _in_japanese(folded: Folded) -> Emergency | None:
    guards, sets = _japanese()
    ways = (folded, folded.plainly) if folded.plainly else (folded,)
    for signs in sets:
        if any(signs.heard_in(way, guards) for way in ways):
            mute = signs.kind == "cannot_phone" or sets[_MUTE].heard_in(folded, guards)
            easy = EASY.fullmatch(folded.typed.strip()) is not None
            return Emergency(signs.kind, "ja-easy" if easy else "ja", mute)
    return None


def _abroad(folded: Folded) -> Emergency | None:
    found = heard_abroad(folded)
    return Emergency(*found) if found else None


@cache
def _japanese() -> tuple[Guards, tuple[SignSet, ...]]:
    guards, words = japanese_guards(), japanese_words()
    return guards, tuple(read_signs(FOLDER / f"{kind}.yaml", words, guards) for kind in KINDS)


@cache
def _table() -> Mapping[str, Any]:
    table: dict[str, Any] = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    return table


def japanese_words() -> Mapping[str, str]:
    """Return the words that signs share, by name."""
    words: dict[str, str] = _table()["words"]
    return words


@cache
def japanese_guards() -> Guards:
    """Return what takes a sign back."""
    return read_guards(_table())


_MUTE = KINDS.index("cannot_phone")
