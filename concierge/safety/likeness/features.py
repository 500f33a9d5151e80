"""What is weighed in a sentence: its letters, one to four in a row.

And once more with one sign for whoever it is about, for houses and for endings of 「ている」, so
that what was learnt of a father holds for an aunt.
"""

from __future__ import annotations

import math
import re
import zlib
from functools import cache

from concierge.safety.signs import compiled
from concierge.safety.words import japanese_words

__all__ = ["BUCKETS", "features", "norm"]

BUCKETS = 1 << 16
LONGEST_ROW = 4
FEWEST = 60
"""Features below which a sentence is too short to be weighed like a long one."""
HOUSES = "家|うち|部屋|いえ|玄関|台所|あぱあと|あぱと|まんしょん|隣|となり|近所"
GOING_ON = "ている|ています|てます|ております|とります|てはる|とる|てん(?=$|の|で)|よる(?=$)"


def features(text: str) -> frozenset[int]:
    """Return the buckets (0 to `BUCKETS` - 1) of a sentence as `folding.fold` folds it."""
    return frozenset(
        zlib.crc32((mark + framed[start : start + length]).encode()) % BUCKETS
        for mark, framed in (("", f"^{text}$"), ("#", f"^{_alike(text)}$"))
        for length in range(1, LONGEST_ROW + 1)
        for start in range(len(framed) - length + 1)
    )


def norm(size: int) -> float:
    """Return what the weights of a sentence are divided by; few letters alone say little."""
    return math.sqrt(max(size, FEWEST))


def _alike(text: str) -> str:
    for sign, pattern in _alikes():
        text = pattern.sub(sign, text)
    return text


@cache
def _alikes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = japanese_words()
    return (
        ("てる", re.compile(GOING_ON)),
        ("C", compiled([f"(?:{words['子']})"], words)),
        ("P", compiled([f"(?:{words['人']})"], words)),
        ("H", re.compile(HOUSES)),
    )
