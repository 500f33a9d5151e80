"""Which column of a published table holds what, told by its heading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from concierge.clinics.ages import in_department, split_departments

__all__ = ["Columns", "heading_key", "is_department"]

FAMILIES = (
    "内科",
    "小児科",
    "外科",
    "整形外科",
    "眼科",
    "耳鼻科",
    "歯科",
    "薬局",
    "産婦人科",
    "皮膚科",
)
DEPARTMENT = re.compile(r".*(?:科|科系|内科系|外科系|診療科|クリニック|センター)(?:・.*)?")
DEPARTMENT_PIECE = re.compile(
    r".*(?:科|系|薬局|歯科|リハビリテーション|ペインクリニック|放射線|救急|産婦人)(?:\(.*\))?"
)


@cache
def _headings() -> Mapping[str, str]:
    table = yaml.safe_load(Path(__file__).with_name("columns.yaml").read_text(encoding="utf-8"))
    return {heading_key(word): role for role, words in table.items() for word in words}


def heading_key(text: str) -> str:
    """Return a heading without what never tells two of them apart."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s|\((?!夜|昼).*?\)|[【】\[\]]", "", folded)


def is_department(text: str) -> bool:
    """Tell whether a text is nothing but names of departments."""
    pieces = split_departments(text)
    return bool(pieces) and all(DEPARTMENT_PIECE.fullmatch(piece) for piece in pieces)


class Columns:
    """The columns of one table: the first of each role, and columns headed by a department."""

    def __init__(self, headings: Sequence[str]) -> None:
        self.roles: dict[str, int] = {}
        self.wide: dict[int, str] = {}
        self.both: int | None = None
        for place, heading in enumerate(headings):
            key = heading_key(heading)
            role = _headings().get(key)
            if role is None and (pair := self._pair(key)):
                role, self.both = pair, place
            if role is not None:
                self.roles.setdefault(role, place)
            elif key and (is_department(key) or key in ("内科系", "外科系", "小児科系")):
                self.wide[place] = heading.strip()

    @property
    def is_roster(self) -> bool:
        """Tell whether the table names dates and who is on duty."""
        dated = "date" in self.roles or {"month", "day"} <= set(self.roles)
        return dated and ("name" in self.roles or bool(self.wide))

    @property
    def names_clinics(self) -> bool:
        """Tell whether the table names clinics, with or without dates."""
        return "name" in self.roles

    @property
    def is_master(self) -> bool:
        """Tell whether the table is a list of clinics without dates."""
        dated = {"date", "day"} & set(self.roles)
        return "name" in self.roles and not dated and bool({"phone", "address"} & set(self.roles))

    def _pair(self, key: str) -> str | None:
        """Return `name` where one heading holds the department and the name."""
        parts = [part for part in re.split(r"[・/、]", key) if part]
        roles = {_headings().get(part) for part in parts}
        return "name" if len(parts) > 1 and {"departments", "name"} <= roles else None


def known_family(name: str) -> bool:
    """Tell whether a department is one that residents ask for."""
    return any(in_department((name,), family) for family in FAMILIES)
