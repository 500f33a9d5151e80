"""What an answer opens with where somebody tells of a death: kind words first, then the answer.

Signs stand in `condolence.yaml`; the words are said in the language of the answer
(`concierge/says`). Whoever only asks about deaths (「亡くなったときの手続き」) tells of none.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from concierge.language.normalize import fold_kana, normalize, without_punctuation

__all__ = ["death_told"]


def death_told(text: str) -> str | None:
    """Return whose death a message tells of: `person`, `pet`, or None where it tells of none."""
    folded = fold_kana(normalize(text).text)
    together = without_punctuation(folded)
    return next(
        (
            whose
            for whose, signs, unless in _signs()
            if any(signs.search(way) and not unless.search(way) for way in (together, folded))
        ),
        None,
    )


@cache
def _signs() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    path = Path(__file__).with_name("condolence.yaml")
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        (
            str(whose),
            re.compile(fold_kana("|".join(each["signs"]))),
            re.compile(fold_kana("|".join(each["unless"]))),
        )
        for whose, each in table.items()
    )
