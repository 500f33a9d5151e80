"""The formats that `concierge data import` takes, and what every importer is given and returns.

A format is a module with one function, `import_files(source, into, options) -> ImportReport`, and
a line in `FORMATS`. Modules are loaded only when they are used.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from concierge.problem import Problem

__all__ = ["FORMATS", "Format", "ImportOptions", "ImportReport", "Importer", "import_data"]


@dataclass(frozen=True, slots=True)
class Format:
    """A published format; `description` is Japanese, `module` holds its `import_files`.

    `figures` names the JSON fields that its report has besides those of every report.
    """

    name: str
    description: str
    module: str
    figures: tuple[str, ...] = ()

    def refused(self, into: Path, problems: Iterable[Problem]) -> ImportReport:
        """Return the report of an import that took nothing in: every field there, none filled."""
        return ImportReport(self.name, into, (), tuple(problems), dict.fromkeys(self.figures))


GARBAGE_FIGURES = ("areas", "categories", "cells", "items", "closures", "valid_from", "valid_to")
FORMATS: Mapping[str, Format] = {
    found.name: found
    for found in (
        Format(
            "5374",
            "ごみ収集日（5374.jp形式。area_days.csv などのあるフォルダーかzip）",
            "concierge.opendata.garbage_5374.importing",
            GARBAGE_FIGURES,
        ),
        *(
            Format(name, description, f"concierge.opendata.garbage_own.{module}", GARBAGE_FIGURES)
            for name, description, module in (
                ("garbage", "ごみ収集日（「地区,分別,収集日」の表のCSV）", "simple"),
                ("ics", "ごみ収集日（カレンダーのファイル .ics か、そのフォルダー）", "ics"),
            )
        ),
        *(
            Format(
                name,
                description,
                "concierge.opendata.standard.importing",
                ("rows", "records", "cells"),
            )
            for name, description in (
                ("facilities", "公共施設一覧（自治体標準オープンデータセットのCSV）"),
                ("shelters", "指定緊急避難場所一覧（同上）"),
                ("hospitals", "医療機関一覧（同上）"),
                ("childcare", "子育て施設一覧（同上）"),
                ("aed", "AED設置箇所一覧（同上）"),
                ("events", "イベント一覧（同上）"),
            )
        ),
        Format(
            "clinics",
            "当番医（CSV・Excel・HTML・PDF・テキスト・YAMLのファイルかフォルダー）",
            "concierge.opendata.clinics.importing",
            ("rosters", "clinics", "duties", "days", "unread"),
        ),
    )
}
"""Every format by its name."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the command line says. `at` is the moment of import, None options are not given.

    `form` is the name of the format, set by `import_data`.
    `progress` is handed an iterable of work and yields it on.
    """

    at: datetime
    form: str = ""
    closures: str | None = None
    valid_to: date | None = None
    valid_from: date | None = None
    progress: Callable[[Iterable[Path]], Iterable[Path]] = iter


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was taken in. `files` are relative to `into`; `figures` the format's own JSON fields.

    `summary` is what a person is shown: pairs of Japanese heading and value.
    """

    format: str
    into: Path
    files: tuple[str, ...]
    problems: tuple[Problem, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)
    summary: tuple[tuple[str, str], ...] = ()

    @property
    def failed(self) -> bool:
        """Whether some answer was lost."""
        return any(problem.severity == "error" for problem in self.problems)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON of `concierge data import`."""
        return {
            "format": self.format,
            "into": str(self.into),
            "files": list(self.files),
            **self.figures,
            "problems": [problem.as_dict() for problem in self.problems],
        }


Importer = Callable[[Path, Path, ImportOptions], ImportReport]


def import_data(name: str, source: Path, into: Path, options: ImportOptions) -> ImportReport:
    """Take `source` into the municipality's folder `into` in the format called `name`.

    Raises `KeyError` for an unknown format, `KnowledgeError` where the source cannot be used at
    all; nothing is written then.
    """
    importer: Importer = importlib.import_module(FORMATS[name].module).import_files
    return importer(source, into, replace(options, form=name))
