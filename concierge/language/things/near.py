"""Things of a town's dictionary near to one that it does not know, to be offered, never answered.

「ぬいぐるみの電池」 is no entry; 「ぬいぐるみ」 and 「電池」 may be. What is dangerous is offered only where
its own name stands in the message: no battery for another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from concierge.language.items import name_and_condition
from concierge.language.normalize import Normalized, fold_kana, normalize
from concierge.language.things import everyday_things
from concierge.waste.model import Item

__all__ = ["near_things"]

MOST = 3
LONGEST = 30
"""Characters of a message's thing; more is a story."""
LIKE = 70
"""How like a name must be (rapidfuzz, of 100) that shares no whole word with what was said."""
SHORTEST_LIKE = 3
KANA = re.compile("[ぁ-んー]+")
ASKED = re.compile(
    r"^(?P<thing>.{2,}?)(?:"
    r"の(?:捨て|すて|出し|だし)(?:方|かた)|の(?:分別|処分|分け方)"
    r"|(?:は|って|を|が)?(?:どう|どうやって|どこに|どこで)?(?:捨て|すて|処分し?)(?:る|て|たい|ます|れば|たら|よう)"
    r"|(?:は|って)?(?:何|なに|なん|どの|どんな)(?:の)?(?:ごみ|分別)"
    r"|(?:は|って)(?:燃|も)え(?:る|ない)ごみ)"
)
BEFORE = re.compile(
    r"^(?:すみません|あの|えっと|この|古い|壊れた|こわれた|いらない|使わない|要らない|、|の)+"
)


def near_things(text: Normalized, items: Iterable[Item], *, most: int = MOST) -> list[str]:
    """Return published names near to the thing that a message asks how to throw away."""
    match = ASKED.match(fold_kana(text.text))
    said = BEFORE.sub("", match["thing"]) if match else ""
    if not 2 <= len(said) <= LONGEST:
        return []
    danger = any(name in said for name in _dangerous())
    scores: dict[str, float] = {}
    for item in items:
        bare, _ = name_and_condition(item)
        name = fold_kana(normalize(bare).text)
        score = _near(name, said)
        if name not in said and (danger or any(word in name for word in _dangerous())):
            continue
        if score:
            scores[bare] = max(score, scores.get(bare, 0.0))
    return sorted(scores, key=lambda name: (-scores[name], name))[:most]


def _near(name: str, said: str) -> float:
    """Return how near a name is, 0 where it is not: a whole word of what was said goes first."""
    if len(name) < 2 or name == said:
        return 100.0 if name == said else 0.0
    if name in said:
        return 100.0 + len(name)
    if said in name and (len(said) >= SHORTEST_LIKE or not KANA.fullmatch(said)):
        return 90.0 - len(name) + len(said)
    if min(len(name), len(said)) < SHORTEST_LIKE:
        return 0.0
    alike = fuzz.ratio(name, said)
    return alike if alike >= LIKE else 0.0


def _dangerous() -> frozenset[str]:
    return frozenset(name for thing in everyday_things() if thing.danger for name in thing.said)
