"""Whom a clinic can see, read from what is published: ages in years, children, departments."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.clinics.model import Clinic, Duty

__all__ = ["CHILD", "fits", "in_department", "kind_of", "limits", "sees_age", "split_departments"]

CHILD = 15
"""The last age at which paediatrics sees a patient where a clinic says nothing else."""
NUMBER = r"(?:(\d{1,2})(?:歳|才)|(未就学児?|乳幼児|就学前)|(小学(?:生|校(?:[1-6]年)?))|(中学(?:生|校[1-3]年|3年生?)?)|(高校生?))"
UP_TO = re.compile(rf"{NUMBER}(?:\(.*?\))?(以下|未満|まで)")
FROM = re.compile(rf"{NUMBER}(以上|から(?!.{{0,4}}まで)|より上)")
BETWEEN = re.compile(r"(\d{1,2})(?:歳|才)?(?:から|~|-)(\d{1,2})(?:歳|才)")
SEPARATOR = re.compile(r"[・･、,，;；/／|｜\s]+(?![^（）()]*[）)])")
NONE = frozenset({"指定なし", "なし", "-", "―", "ー", ""})


@cache
def _table() -> dict[str, Any]:
    path = Path(__file__).with_name("departments.yaml")
    table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table


def limits(text: str) -> tuple[int | None, int | None]:
    """Return the youngest and the oldest age that a text names, None where it names none."""
    folded = unicodedata.normalize("NFKC", re.sub("[〜～]", "~", text))
    if between := BETWEEN.search(folded):
        return int(between[1]), int(between[2])
    youngest = oldest = None
    if match := UP_TO.search(folded):
        oldest = _age(match, upper=True) - (1 if match[6] == "未満" else 0)
    if match := FROM.search(folded):
        youngest = _age(match, upper=False)
    return youngest, oldest


def _age(match: re.Match[str], *, upper: bool) -> int:
    if match[1]:
        return int(match[1])
    ages = {2: (0, 5), 3: (6, 12), 4: (12, 15), 5: (15, 18)}
    group = next(number for number in ages if match[number])
    low, high = ages[group]
    if upper and match[6] == "未満":
        return low
    return high if upper else low


def split_departments(text: str) -> tuple[str, ...]:
    """Take a cell of departments apart; brackets stay with the word before them."""
    pieces = (piece.strip() for piece in SEPARATOR.split(text.strip()))
    return tuple(dict.fromkeys(piece for piece in pieces if piece not in NONE))


def in_department(departments: Iterable[str], wanted: str) -> bool:
    """Tell whether one of these departments is what is asked for.

    糖尿病内科 is a 内科, 心療内科 is none; 外科系 and 小児科系 are asked for by family.
    """
    rule = _table()["families"].get(_key(wanted))
    pattern = rule if rule is not None else rf"{re.escape(_key(wanted))}(?:系|\(.*\))?"
    return any(re.fullmatch(pattern, _key(name)) for name in departments)


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name)
    return re.sub(r"\s|\(.*?\)", "", folded)


def kind_of(departments: Sequence[str], name: str = "") -> str:
    """Return dental, pharmacy or medical."""
    joined = [_key(each) for each in departments] or [name]
    for kind, pattern in _table()["kinds"].items():
        if all(re.search(pattern, each) for each in joined):
            return str(kind)
    return "medical"


def sees_age(clinic: Clinic, age: int) -> bool | None:
    """Tell whether a clinic can see somebody of this age; None where it does not say."""
    if clinic.youngest is not None and age < clinic.youngest:
        return False
    if clinic.oldest is not None and age > clinic.oldest:
        return False
    children = [in_department((each,), "小児科") for each in clinic.departments]
    if children and all(children):
        return age <= (clinic.oldest or CHILD)
    if clinic.youngest is not None or clinic.oldest is not None or any(children):
        return True
    return None if age <= CHILD else True


def fits(duty: Duty, department: str | None, age: int | None) -> bool:
    """Tell whether a duty is in a department, and does not refuse an age."""
    if department is not None and not in_department(duty.clinic.departments, department):
        return False
    return age is None or sees_age(duty.clinic, age) is not False
