"""remarks.csv: what cells point to with `*n`, and remarks on the whole municipality."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from concierge.opendata.garbage_5374.prose import read_exclusions
from concierge.opendata.table import Row, Table, is_blank
from concierge.problem import Problem
from concierge.waste.model import Remark

__all__ = ["Remarks", "read_remarks", "report_remarks"]

SPEAKS_OF_DAYS = re.compile(
    r"収集(?:が|を|は)?(?:ない|なし|しない|しません|行いません|休)|休み|[0-9]月[0-9]+日"
)


@dataclass(slots=True)
class Remarks:
    """`by_id` serves the cells; `general` holds for every area."""

    by_id: dict[str, Remark] = field(default_factory=dict)
    general: list[Remark] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_remarks(table: Table | None) -> Remarks:
    """Read all remarks; several rows of one id are one remark, an empty id is a general one."""
    found = Remarks()
    for number, row in enumerate(table.rows if table else []):
        text = ",".join(row.cells[1:]).strip(" \t\r\n,")
        name = unicodedata.normalize("NFKC", row.cells[0]).strip().lstrip("*")
        if (number == 0 and _is_header(row)) or is_blank(text):
            continue
        exclusions = read_exclusions(text)
        remark = Remark(
            id=name,
            text=text,
            excluded=exclusions.days if exclusions else (),
            closures=exclusions.closures if exclusions else (),
            row=row.line,
        )
        if not name:
            found.general.append(remark)
        elif name in found.by_id:
            found.by_id[name] = _joined(found.by_id[name], remark)
        else:
            found.by_id[name] = remark
    return found


def _is_header(row: Row) -> bool:
    first = unicodedata.normalize("NFKC", row.cells[0]).strip().casefold()
    return first in {"id", "番号", "no", "no."} or (
        len(row.cells) > 1 and "注意事項" in row.cells[1]
    )


def _joined(one: Remark, other: Remark) -> Remark:
    return Remark(
        id=one.id,
        text=f"{one.text}\n{other.text}",
        excluded=tuple(sorted({*one.excluded, *other.excluded})),
        closures=one.closures + other.closures,
        row=one.row,
    )


def report_remarks(table: Table | None, remarks: Remarks, used: AbstractSet[str]) -> list[Problem]:
    """Say how each remark was taken: computed with, only shown, or used by no cell."""
    if table is None:
        return []
    problems: list[Problem] = []

    def report(remark: Remark, code: str, message: str) -> None:
        problems.append(Problem(table.file, remark.row, 2, "info", code, message))

    for remark in (*remarks.by_id.values(), *remarks.general):
        if remark.id and remark.id not in used:
            report(
                remark, "remark-unused",
                f"注意書き「{remark.id}」はどの欄からも使われていないので、表示しません。",
            )  # fmt: skip
        elif remark.excluded or remark.closures:
            report(
                remark, "remark-computed",
                "注意書きを収集のない日として読み、収集日から除きました。合っているか確かめてください。",
            )  # fmt: skip
        elif SPEAKS_OF_DAYS.search(unicodedata.normalize("NFKC", remark.text)):
            report(
                remark, "remark-shown-only",
                "注意書きの中の日付は計算に使わず、文のまま表示します。休みの日であれば"
                " center.csv に書いてください。",
            )  # fmt: skip
    return problems
