"""Hears an emergency in a message: which kind, and in which language it was said.

Deterministic and offline: the signs are read once from the YAML files beside this module. Kinds are
asked in the order of `KINDS`, the one that cannot wait before the one that tells less.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from concierge.safety.folding import Folded, fold
from concierge.safety.foreign import heard_abroad
from concierge.safety.hesitation import without_hesitation
from concierge.safety.likeness import likeness_of
from concierge.safety.signs import Guards, SignSet, read_signs
from concierge.safety.words import FOLDER, japanese_guards, japanese_words

__all__ = ["KINDS", "Emergency", "hear", "may_be_one"]

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
VAGUE = KINDS[-1]
KANA = re.compile(r"[ぁ-ゖ]")
ALIKE = 0.7
"""Probability from which a message without a sign is heard; `learning.py --cross` tells its cost."""
ALIKE_IN_SPITE = 0.97
"""The same where the message speaks of something calm."""
DOUBTFUL = 0.5
"""Probability from which a message that finds no answer is told of 119 as well."""
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
    folded = without_hesitation(fold(message))
    ways = (_in_japanese, _abroad) if KANA.search(folded.text) else (_abroad, _in_japanese)
    vague: Emergency | None = None
    for way in ways:
        heard = way(folded)
        if heard is not None and heard.kind != VAGUE:
            return heard
        vague = vague or heard
    return vague


def may_be_one(message: str) -> bool:
    """Tell whether a message that was not heard may still be a cry for help."""
    folded = fold(message)
    guards = japanese_guards()
    if KANA.search(folded.text) is None or guards.calm.search(folded.text):
        return False
    likeness = likeness_of(folded)
    return likeness is not None and likeness.probability >= DOUBTFUL


def _in_japanese(folded: Folded) -> Emergency | None:
    guards, sets = _japanese()
    ways = (folded, folded.plainly) if folded.plainly else (folded,)
    signed = (signs.kind for signs in sets if any(signs.heard_in(way, guards) for way in ways))
    kind = next(signed, None)
    if kind is None or kind == VAGUE:
        calm = guards.scene.search(folded.text) or guards.calm.search(folded.text)
        kind = _much_alike(folded, calm=calm is not None) or (None if calm else kind)
    if kind is None:
        return None
    mute = (
        kind == "cannot_phone"
        or guards.mute.search(folded.text) is not None
        or sets[_MUTE].heard_in(folded, guards)
    )
    easy = EASY.fullmatch(folded.typed.strip()) is not None
    return Emergency(kind, "ja-easy" if easy else "ja", mute)


def _much_alike(folded: Folded, *, calm: bool) -> str | None:
    """Return the kind of what no sign foresaw, where it is much like other cries for help."""
    likeness = likeness_of(folded) if KANA.search(folded.text) else None
    if likeness is None or likeness.probability < (ALIKE_IN_SPITE if calm else ALIKE):
        return None
    return None if calm and likeness.kind == VAGUE else likeness.kind


def _abroad(folded: Folded) -> Emergency | None:
    found = heard_abroad(folded)
    return Emergency(*found) if found else None


@cache
def _japanese() -> tuple[Guards, tuple[SignSet, ...]]:
    guards, words = japanese_guards(), japanese_words()
    return guards, tuple(read_signs(FOLDER / f"{kind}.yaml", words, guards) for kind in KINDS)


_MUTE = KINDS.index("cannot_phone")
