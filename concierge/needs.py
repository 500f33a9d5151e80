"""Takes a message that holds several needs apart: 「明日何ごみ？あとアルミホイルって何？」."""

from __future__ import annotations

import re

from concierge.language.normalize import normalized_key

__all__ = ["MOST_NEEDS", "split_needs"]

MOST_NEEDS = 3
BETWEEN = re.compile(
    r"[?？!！。\n]+|[、,\s　]*(?:あと(?!で|から|ど|の|何|なん|\d)|それと|それから|ついでに|ちなみに|もうひとつ|もう一つ)[、,\s　は]*"
)


def split_needs(text: str) -> list[str]:
    """Return the parts of a message in order; one where there is nothing to take apart.

    More than three parts are no list of needs but a story, and stay whole.
    """
    parts = [part.strip() for part in BETWEEN.split(text)]
    parts = [part for part in parts if len(normalized_key(part)) >= 2]
    return parts if 1 < len(parts) <= MOST_NEEDS else [text]
