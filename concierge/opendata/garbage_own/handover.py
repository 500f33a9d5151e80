"""Writes what was read as the files of a 5374 folder, and hands them to its importer."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from concierge.opendata.formats import ImportOptions, ImportReport
from concierge.opendata.garbage_5374.importing import import_files as import_5374
from concierge.problem import KnowledgeError, Problem

__all__ = ["Days", "hand_over", "unusable"]


@dataclass(slots=True)
class Days:
    """What was read: cells of the 5374 grammar by area and category, and closures by area.

    A closure of the area `""` is everywhere. `originals` are kept beside what is made of them.
    """

    cells: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    closures: list[tuple[str, date, date]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, area: str, category: str, tokens: Iterable[str]) -> None:
        """Add days of a category in an area."""
        known = self.cells.setdefault(area, {}).setdefault(category, [])
        known += [token for token in tokens if token not in known]


def hand_over(
    days: Days, source: Path, into: Path, options: ImportOptions, form: str
) -> ImportReport:
    """Take in what was read. Raises `KnowledgeError` where nothing was, or nothing can be written."""
    if not days.cells:
        raise KnowledgeError([*days.problems, unusable(source, "収集日が一つも読めません。")])
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / (source.stem or "garbage")
        folder.mkdir()
        for name, rows in _tables(days).items():
            (folder / name).write_text(_csv(rows), encoding="utf-8")
        report = import_5374(folder, into, options)
    return replace(report, format=form, problems=(*days.problems, *report.problems))


def unusable(source: Path, message: str) -> Problem:
    """Return the problem of a source that cannot be used."""
    return Problem(str(source), 0, 0, "error", "source-unusable", message)


def _tables(days: Days) -> Mapping[str, Sequence[Sequence[str]]]:
    categories = list(dict.fromkeys(name for cells in days.cells.values() for name in cells))
    area_days = [["地名", "センター", *categories]]
    for area, cells in days.cells.items():
        area_days.append([area, area, *(" ".join(cells.get(name, ())) for name in categories)])
    centres = [["名称", "休止開始日", "休止終了日"]]
    for place, first, last in days.closures:
        for area in [place] if place else days.cells:
            centres.append([area, f"{first:%Y/%m/%d}", f"{last:%Y/%m/%d}"])
    described = [["label", "sublabel", "description", "styles", "bgcolor"]]
    described += [[name, "", "", "", ""] for name in categories]
    return {"area_days.csv": area_days, "center.csv": centres, "description.csv": described}


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
