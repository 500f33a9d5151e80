"""One folder of published 5374 files → `WasteData`, with every problem and every cell accounted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from concierge.opendata.garbage_5374.areas import Accounting, AreaDays, read_area_days, read_wards
from concierge.opendata.garbage_5374.catalogue import read_descriptions, read_items
from concierge.opendata.garbage_5374.closures import read_closures, read_moves, unjoined
from concierge.opendata.garbage_5374.remarks import Remarks, read_remarks, report_remarks
from concierge.opendata.table import Table, read_table
from concierge.problem import Problem
from concierge.waste.closing import covers
from concierge.waste.model import Closure, ClosurePolicy, DateList, WasteData

__all__ = ["FILES", "Read5374", "read_5374"]

FILES = (
    "area_days.csv",
    "area_master.csv",
    "center.csv",
    "description.csv",
    "remarks.csv",
    "target.csv",
    "transferdata.csv",
)
"""The published files that are read; only area_days.csv has to be there."""
MULTILINE = {"description.csv", "target.csv"}


class Read5374(NamedTuple):
    """What `read_5374` found; `data` is None where there is no usable area_days.csv."""

    data: WasteData | None
    problems: tuple[Problem, ...]
    accounting: Accounting


@dataclass(slots=True)
class _Files:
    folder: Path
    prefix: str
    problems: list[Problem] = field(default_factory=list)

    def read(self, name: str) -> Table | None:
        table = read_table(self.folder / name, f"{self.prefix}{name}", multiline=name in MULTILINE)
        if table is not None:
            self.problems += table.problems
        return table


def read_5374(
    folder: Path,
    *,
    name: str = "",
    policy: ClosurePolicy = ClosurePolicy.SKIP,
    valid_to: date | None = None,
) -> Read5374:
    """Read the published files in `folder`; nothing is raised.

    `name` is what file names in problems and sources start with (`waste/5374`). Problems come in
    the order of file, line, column.
    """
    files = _Files(folder, f"{name}/" if name else "")
    area_days = files.read("area_days.csv")
    if area_days is None or len(area_days.rows) == 0:
        missing = area_days is None
        message = (
            "area_days.csv がありません。収集日のファイルを置いてください。"
            if missing
            else "area_days.csv に行がありません。収集日のファイルを確かめてください。"
        )
        code = "area-days-missing" if missing else "area-days-empty"
        file = f"{files.prefix}area_days.csv"
        files.problems.append(Problem(file, 0, 0, "error", code, message))
        return Read5374(None, tuple(sorted(set(files.problems))), Accounting())
    centres = files.read("center.csv")
    remark_table = files.read("remarks.csv")
    remarks = read_remarks(remark_table)
    header = centres.rows[0].cells[0] if centres and centres.rows else None
    days = read_area_days(
        area_days, read_wards(files.read("area_master.csv")), remarks.by_id, header
    )
    if not days.categories or not days.areas:
        message = (
            "地区か分別の列を読み取れません。1行目に「地名,センター,（分別…）」と書いてください。"
        )
        problem = Problem(area_days.file, 1, 0, "error", "area-days-unusable", message)
        return Read5374(
            None,
            tuple(sorted({*files.problems, *days.problems, problem})),
            days.accounting,
        )
    data, problems = _assemble(files, days, centres, remarks, policy, valid_to)
    problems += report_remarks(remark_table, remarks, days.used_remarks)
    found = {*files.problems, *days.problems, *remarks.problems, *problems}
    return Read5374(data, tuple(sorted(found)), days.accounting)


def _assemble(
    files: _Files,
    days: AreaDays,
    centres: Table | None,
    remarks: Remarks,
    policy: ClosurePolicy,
    valid_to: date | None,
) -> tuple[WasteData, list[Problem]]:
    closures = read_closures(centres)
    moves, problems = read_moves(files.read("transferdata.csv"), days.categories)
    categories, labels, unmatched = read_descriptions(
        files.read("description.csv"), days.categories
    )
    items, lost = read_items(files.read("target.csv"), categories, labels)
    problems += [*closures.problems, *unjoined(centres, closures, days.areas), *unmatched, *lost]
    data = WasteData(
        areas=tuple(days.areas),
        categories=categories,
        schedules=tuple(days.schedules),
        closures=(*closures.closures, *(c for r in remarks.general for c in r.closures)),
        doubtful_closures=tuple(closures.doubtful),
        moves=tuple(moves),
        items=items,
        remarks=(
            *remarks.general,
            *(r for name, r in remarks.by_id.items() if name in days.used_remarks),
        ),
        policy=policy,
        valid_to=valid_to,
        folder=files.prefix.rstrip("/") or "waste/5374",
    )
    problems += _contradictions(data, f"{files.prefix}area_days.csv")
    return data, problems


def _contradictions(data: WasteData, file: str) -> Iterable[Problem]:
    """Report days that are listed although their centre is closed; the closure wins."""
    by_centre: dict[str | None, list[Closure]] = {}
    for closure in data.closures:
        by_centre.setdefault(closure.centre, []).append(closure)
    for area in data.areas:
        closures = [
            *by_centre.get(None, ()),
            *(by_centre.get(area.centre, ()) if area.centre else ()),
        ]
        if not closures:
            continue
        for schedule in data.schedules[area.index]:
            listed = [
                day for rule in schedule.rules if isinstance(rule, DateList) for day in rule.days
            ]
            closed = [day for day in listed if any(covers(closure, day) for closure in closures)]
            if closed:
                days = "、".join(day.strftime("%Y%m%d") for day in closed[:5])
                message = (
                    f"休止期間中の日付（{days}）が収集日になっています。休止を優先し、収集日として"
                    "案内しません。どちらが正しいか確かめて、片方を直してください。"
                )
                yield Problem(
                    file, schedule.row, schedule.column, "warning", "date-in-closure", message
                )
