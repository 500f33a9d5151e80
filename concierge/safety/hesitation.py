"""Whether to call an ambulance or see a doctor, asked by someone who is not sure.

The doubt alone is no emergency, and takes none back: what else the message tells is heard without
it (「夫が倒れた。救急車を呼んだほうがいい？」 is an emergency). Words and answers stand in
`hesitation.yaml`, by language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from concierge.language.normalize import fold_kana
from concierge.message import Reply, Source, Status
from concierge.safety.folding import Folded, fold
from concierge.safety.town import TownSafety, packaged
from concierge.safety.words import read_table

__all__ = ["hesitates", "hesitation_reply", "without_hesitation"]

MOST_BESIDES = 8
"""Letters that may stand besides the doubt: more tells of something that is asked as well."""


def hesitates(message: str) -> bool:
    """Tell whether a message asks hardly more than whether to call an ambulance or see a doctor."""
    text = _typed(fold(message))
    rest = _words().doubt.sub("", text)
    if rest == text or _words().elsewhere.search(text):
        return False
    return len(fold(rest).text.replace("。", "").replace("?", "")) <= MOST_BESIDES


def without_hesitation(folded: Folded) -> Folded:
    """Return what a message tells besides the doubt."""
    text = _typed(folded)
    rest = _words().doubt.sub("。", text)
    return folded if rest == text else fold(rest)


def hesitation_reply(town: TownSafety | None = None, language: str = "ja") -> Reply:
    """Return the signs for 119, and whom to ask where none of them is there."""
    town = town or packaged()
    says = _table()["says"]
    tag = next(tag for tag in (language, language.split("-", maxsplit=1)[0], "en") if tag in says)
    child, adult = town.lines["child_illness"], town.lines["adult_illness"]
    text = says[tag]["with_line" if adult.number else "text"]
    told = {"child_number": child.number, "adult_number": adult.number}
    hours = [
        f"{line.number}: {line.hours}" for line in (child, adult) if line.number and line.hours
    ]
    return Reply(
        status=Status.ANSWERED,
        text=str(text).format(**told).strip(),
        slots={"number": adult.number or child.number},
        engine="safety",
        confidence=1.0,
        sources=(Source(**_table()["source"]),),
        details="\n".join(hours) or None if tag == "ja" else None,
        language=tag,
    )


@dataclass(frozen=True, slots=True)
class _Words:
    doubt: re.Pattern[str]
    elsewhere: re.Pattern[str]


def _table() -> Mapping[str, Any]:
    return read_table(Path(__file__).with_name("hesitation.yaml"))


@cache
def _words() -> _Words:
    table = _table()
    return _Words(
        doubt=re.compile(
            "|".join(
                f"(?:{_spaced(each.replace('<tail>', table['tail']))})" for each in table["doubt"]
            )
        ),
        elsewhere=re.compile(fold_kana(table["elsewhere"])),
    )


def _typed(folded: Folded) -> str:
    return fold_kana(folded.typed)


def _spaced(pattern: str) -> str:
    """Let `_` stand for a particle or a space, and lines of the file be parts of one pattern."""
    return fold_kana(re.sub(r"\s*\n\s*", "", pattern)).replace(
        "_", r"(?:[をにへはもがとでか\s、]|って){0,3}"
    )
