"""What a town says about emergencies: `safety.yaml` in its folder.

It may give the numbers of its own lines with hours and full-length numbers, and add sentences that
raise the alarm. It only ever adds: a line that is the same everywhere in Japan keeps its number,
and a broken file or record leaves the packaged numbers and signs as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.problem import Problem
from concierge.safety.folding import fold
from concierge.staff_yaml import Field, Kind, Record, Reporter, Table, read_yaml, walk

__all__ = ["SAFETY_FILE", "SHORTEST", "Line", "TownSafety", "packaged", "read_safety"]

SAFETY_FILE = "safety.yaml"
SHORTEST = 4
"""Characters, without spaces and punctuation, that an added sentence must have."""
KIND_NAMES = {
    "火事": "fire",
    "救急": "ambulance",
    "こどもの救急": "child",
    "中毒": "poison",
    "事件": "police",
    "海の事故": "sea",
    "ガス漏れ": "gas",
    "暴力": "violence",
    "児童虐待": "child_abuse",
    "性暴力": "sexual_violence",
    "自殺": "suicide",
    "災害": "disaster",
    "電話できない": "cannot_phone",
}
"""What staff call the kinds, and their names in replies."""


@dataclass(frozen=True, slots=True)
class Line:
    """A number to call. `full` is its full-length number, for telephones that cannot dial short ones.

    `number` is empty where the town has no such line. `given` tells that the town wrote it.
    """

    name: str
    number: str
    full: str | None = None
    hours: str | None = None
    fixed: bool = False
    given: bool = False

    @property
    def spoken(self) -> str:
        """Name, number and hours in one phrase."""
        hours = f"（{self.hours}）" if self.hours else ""
        return f"{self.name} {self.number}{hours}"


@dataclass(frozen=True, slots=True)
class TownSafety:
    """A town's lines by their name in `numbers.yaml`, and its own sentences as (kind, folded)."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    sentences: tuple[tuple[str, str], ...] = ()


@cache
def packaged() -> TownSafety:
    """Return the numbers that hold where a town says nothing."""
    path = Path(__file__).with_name("numbers.yaml")
    table: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return TownSafety({name: Line(**entry) for name, entry in table.items()})


def read_safety(path: Path, file: str = SAFETY_FILE) -> tuple[TownSafety, Iterable[Problem]]:
    """Read a town's `safety.yaml`; the packaged numbers where there is none. Never raises for it."""
    if not path.is_file():
        return packaged(), ()
    document = read_yaml(path, file, TABLE.keys)
    reporter = Reporter(file)
    reporter.extend(document.problems)
    if document.root is None:
        return packaged(), reporter.problems
    lines = dict(packaged().lines)
    by_name = {line.name: name for name, line in lines.items()}
    record = walk(document.root, TABLE, reporter)
    for each in record.records("numbers") if record else ():
        name = by_name[each.text("line", "")]
        lines[name] = _line(lines[name], each, reporter)
    sentences = [
        sentence
        for each in (record.records("sentences") if record else ())
        for sentence in _sentences(each, reporter)
    ]
    return TownSafety(lines, tuple(sentences)), reporter.problems


def _line(line: Line, record: Record, reporter: Reporter) -> Line:
    number = record.text("number")
    if line.fixed and number not in (None, line.number):
        reporter.at(
            record.node,
            "fixed-number",
            f"「{line.name}」の {line.number} は全国共通のため、変えられません。"
            "つながらないときの番号は「full」に書いてください。",
        )
        number = None
    return replace(
        line,
        number=number or line.number,
        full=record.text("full") or line.full,
        hours=record.text("hours") or line.hours,
        given=True,
    )


def _sentences(record: Record, reporter: Reporter) -> Iterable[tuple[str, str]]:
    kind = KIND_NAMES[record.text("kind", "")]
    for text in record.texts("says"):
        folded = fold(text).text.replace("。", "").replace("?", "")
        if len(folded) < SHORTEST:
            reporter.at(
                record.node,
                "sentence-too-short",
                f"「{text}」は短すぎて、ふつうの質問まで緊急とみなすおそれがあります。"
                f"{SHORTEST}文字以上の文にしてください。",
                "warning",
            )
        else:
            yield kind, folded


def _table() -> Table:
    names = tuple(line.name for line in packaged().lines.values())
    number = Table(
        "電話番号",
        (
            Field("line", Kind.TEXT, "どの窓口か", ("窓口",), required=True, choices=names),
            Field("number", Kind.PHONE, "番号", ("番号", "電話")),
            Field("full", Kind.PHONE, "短縮番号がつながらないときの番号", ("正式な番号",)),
            Field("hours", Kind.TEXT, "受付時間", ("時間", "受付時間")),
        ),
    )
    kinds = tuple(KIND_NAMES)
    sentence = Table(
        "緊急とみなす文",
        (
            Field("kind", Kind.TEXT, "緊急の種類", ("種類",), required=True, choices=kinds),
            Field("says", Kind.TEXTS, "文", ("文",), required=True),
        ),
    )
    return Table(
        "緊急時の案内",
        (
            Field("numbers", Kind.TABLES, "電話番号", ("電話番号",), table=number),
            Field("sentences", Kind.TABLES, "緊急とみなす文", ("文の追加",), table=sentence),
        ),
    )


TABLE = _table()
