"""Takes a FAQ that another system wrote out into a municipality's folder, as `faq/<name>.csv`."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concierge.faq.folder import FAQ_FOLDER, SUFFIXES, faq_files, gather, read_faq_file
from concierge.faq.model import Entry, FileResult
from concierge.municipality import ensure_municipality
from concierge.problem import KnowledgeError, Problem

__all__ = ["FaqImport", "import_faq"]

ALWAYS = ("id", "question", "answer")
LISTS = ("also", "keywords", "golden")
TEXTS = ("category", "url", "department", "phone", "valid_from", "valid_to", "updated")


@dataclass(frozen=True, slots=True)
class FaqImport:
    """What an import did. `file` is what was written, relative to `into`."""

    into: str
    file: str
    imported: int
    problems: tuple[Problem, ...]

    @property
    def failed(self) -> bool:
        """Tell whether some entry was lost."""
        return any(problem.severity == "error" for problem in self.problems)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON fields of `concierge faq import`."""
        return {
            "into": self.into,
            "file": self.file,
            "imported": self.imported,
            "problems": [problem.as_dict() for problem in self.problems],
        }


def import_faq(source: Path, into: Path) -> FaqImport:
    """Read a CSV (or any other FAQ file) and write its sound entries to `into/faq/<stem>.csv`.

    Makes the folder, with a minimal municipality.yaml, where it is missing. The file is replaced
    whole, so importing again takes over what changed; an entry whose id another file of the folder
    has is left out. Ids stay as they are; an entry without one gets one that stays from now on.
    Problems name `source`. Raises `KnowledgeError` where nothing could be read; nothing is written
    then.
    """
    if source.suffix.lower() not in SUFFIXES:
        kinds = "、".join(SUFFIXES[:-1])
        raise KnowledgeError(
            [_problem(source, "unknown-kind", f"取り込めるのは {kinds} のファイルです。")]
        )
    relative = f"{FAQ_FOLDER}/{source.stem}.csv"
    read = read_faq_file(source.resolve(), source.name)
    named = [_renamed(problem, source) for problem in read.problems]
    if read.unusable or (not read.entries and any(each.severity == "error" for each in named)):
        raise KnowledgeError(named)
    others = _others(into, relative)
    entries = [entry for entry in read.entries if entry.id not in others]
    named += [
        Problem(
            str(source),
            entry.line,
            1,
            "error",
            "duplicate-id",
            f"id「{entry.id}」は、{others[entry.id].file} の{others[entry.id].line}行目でも"
            "使われています。どちらかを別のidにしてください（この行は取り込みません）。",
        )
        for entry in read.entries
        if entry.id in others
    ]
    (into / FAQ_FOLDER).mkdir(parents=True, exist_ok=True)
    ensure_municipality(into, into.resolve().name)
    _write(into / relative, entries)
    return FaqImport(str(into), relative, len(entries), tuple(named))


def _others(into: Path, relative: str) -> dict[str, Entry]:
    """Return the entries of the folder's other files by id."""
    results: list[FileResult] = []
    for path in faq_files(into):
        name = path.relative_to(into).as_posix()
        if name != relative:
            results.append(read_faq_file(path, name))
    return {entry.id: entry for entry in gather(results).entries}


def _write(path: Path, entries: Sequence[Entry]) -> None:
    columns = [
        *ALWAYS,
        *(name for name in (*LISTS, *TEXTS) if any(getattr(entry, name) for entry in entries)),
        *(["links"] if any(entry.links for entry in entries) else []),
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(entry, column) for column in columns] for entry in entries)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(text.getvalue().encode("utf-8-sig"))
    os.replace(temporary, path)  # noqa: PTH105 - one folder, and pathlib says no more


def _cell(entry: Entry, column: str) -> str:
    value = getattr(entry, column)
    if column == "links":
        return "|".join(url if title == url else f"{title} {url}" for title, url in value)
    if isinstance(value, tuple):
        return "|".join(value)
    return "" if value is None else str(value)


def _renamed(problem: Problem, source: Path) -> Problem:
    return Problem(
        str(source),
        problem.line,
        problem.column,
        problem.severity,
        problem.code,
        problem.message,
    )


def _problem(source: Path, code: str, message: str) -> Problem:
    return Problem(str(source), 0, 0, "error", code, message)
