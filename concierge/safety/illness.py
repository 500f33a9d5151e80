"""An illness without a red flag: no emergency, but an answer that opens with whom to phone.

#8000 serves children, #7119 adults, and only where the town says that it exists; a baby under
three months with a fever does not wait. Signs that need 119 are named in every answer. Numbers and
hours are the town's (`TownSafety`). Sentences stand in `illness.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from concierge.message import Reply, Source, Status
from concierge.safety.folding import fold
from concierge.safety.recognising import hear
from concierge.safety.signs import compiled
from concierge.safety.town import TownSafety, packaged
from concierge.safety.words import japanese_guards, read_table

__all__ = ["Illness", "Who", "illness_in", "illness_reply"]

Who = Literal["newborn", "child", "adult"]


@dataclass(frozen=True, slots=True)
class Illness:
    """Who is ill, and with what (発熱, 腹痛, …). `calmed`: a convulsion that is said to be over."""

    who: Who
    symptom: str
    calmed: bool = False


def illness_in(text: str) -> Illness | None:
    """Return the illness that a message in Japanese tells of.

    None where it tells of none, of an emergency, or of something else beside an illness (a
    check-up, an insurance, a nursery). Never raises.
    """
    folded = fold(text).text
    rules = _rules()
    if rules.elsewhere.search(folded) or japanese_guards().scene.search(folded):
        return None
    found = next((each for each in rules.symptoms if _has(each[1], folded, rules.gone)), None)
    if found is None or hear(text) is not None:
        return None
    symptom = found[0]
    if rules.newborn.search(folded) and symptom == "発熱":
        return Illness("newborn", symptom)
    child = rules.newborn.search(folded) or rules.child.search(folded)
    return Illness("child" if child else "adult", symptom, calmed=symptom == "けいれん")


def illness_reply(illness: Illness, town: TownSafety | None = None) -> Reply:
    """Return the opening of the answer: whom to phone, and when it is 119 after all.

    A caller that knows the clinics on duty puts them behind it.
    """
    town = town or packaged()
    table = _table()
    entry = table["lines"][illness.who]
    child, adult = town.lines["child_illness"], town.lines["adult_illness"]
    line = adult if illness.who == "adult" else child
    text = entry["text"]
    if illness.calmed and "calmed" in entry:
        text = entry["calmed"]
    elif illness.who == "adult" and adult.number:
        text = entry["with_line"]
    hours = table["hours"]
    told = {
        "child_number": child.number,
        "adult_number": adult.number,
        "child_hours": _hours(child.hours, hours),
        "adult_hours": _hours(adult.hours, hours),
    }
    full = table["full"].format(number=line.number, full=line.full) if line.full else None
    return Reply(
        status=Status.ANSWERED,
        text=str(text).format(**told).strip(),
        slots={"who": illness.who, "symptom": illness.symptom, "number": line.number or None},
        engine="safety",
        confidence=1.0,
        sources=(Source(**table["source"]),),
        details=full,
    )


@dataclass(frozen=True, slots=True)
class _Rules:
    symptoms: tuple[tuple[str, re.Pattern[str]], ...]
    newborn: re.Pattern[str]
    child: re.Pattern[str]
    elsewhere: re.Pattern[str]
    gone: re.Pattern[str]


def _table() -> Mapping[str, Any]:
    return read_table(Path(__file__).with_name("illness.yaml"))


@cache
def _rules() -> _Rules:
    table = _table()
    words = table["words"]
    return _Rules(
        symptoms=tuple((name, compiled([p], words)) for name, p in table["symptoms"].items()),
        newborn=compiled([table["newborn"]], words),
        child=compiled([table["child"]], words),
        elsewhere=compiled([re.sub(r"\s+", "", table["elsewhere"])], words),
        gone=compiled([table["gone"]], words),
    )


def _has(pattern: re.Pattern[str], text: str, gone: re.Pattern[str]) -> bool:
    return any(not gone.match(text, match.end()) for match in pattern.finditer(text))


def _hours(hours: str | None, says: Mapping[str, str]) -> str:
    return says["given"].format(hours=hours) if hours else says["unknown"]
