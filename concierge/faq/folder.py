"""Loads the FAQ files of one municipality: YAML, CSV and Excel, in `faq/` and folders below it.

A broken file loses only itself, a broken entry only itself. Problems name files relative to the
municipality's folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from concierge.faq.csv_file import rows_of_csv
from concierge.faq.excel_file import WorkbookError, sheets_of_workbook
from concierge.faq.fields import ENTRY, FILE, derived_id, entry_of
from concierge.faq.model import Entry, FaqFolder, FileResult
from concierge.faq.rows import entries_of_rows
from concierge.language.normalize import normalized_key
from concierge.problem import Problem
from concierge.staff_yaml import (
    Document,
    Mapping_,
    Node,
    Reporter,
    Sequence_,
    key_form,
    read_text,
    read_yaml,
    walk,
)

__all__ = ["FAQ_FOLDER", "SUFFIXES", "faq_files", "gather", "load_faq", "read_faq_file"]

FAQ_FOLDER = "faq"
SUFFIXES = (".yaml", ".yml", ".csv", ".xlsx", ".xls")
LARGEST_WORKBOOK = 20_000_000
KEYS = ENTRY.keys | FILE.keys


def load_faq(folder: Path) -> FaqFolder:
    """Load every FAQ file of a municipality's folder."""
    return gather(
        read_faq_file(path, path.relative_to(folder).as_posix()) for path in faq_files(folder)
    )


def faq_files(folder: Path) -> list[Path]:
    """Return the FAQ files of a municipality's folder, sorted by their path.

    Hidden files, Excel's lock files (`~$…`) and other kinds of files are passed over.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder / FAQ_FOLDER):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(place) / name for name in names if not name.startswith((".", "~$")))
        found += [path for path in paths if path.suffix.lower() in SUFFIXES]
    return sorted(found)


def read_faq_file(path: Path, relative: str) -> FileResult:
    """Read one FAQ file; never raises for what is in it.

    `relative`, the path within the municipality's folder with `/`, names it in problems and
    entries. Two entries of the file never have the same id: the second is left out and reported,
    or, where it has no id of its own, gets a number behind the derived one.
    """
    home = path.parents[relative.count("/")]
    if path.is_symlink() and not path.resolve().is_relative_to(home.resolve()):
        message = "フォルダーの外を指すリンクは読みません。ファイルそのものを置いてください。"
        return FileResult(relative, (), (_problem(relative, "link-outside", message),), True)
    return READERS.get(path.suffix.lower(), _refuse_other)(path, relative)


def gather(results: Iterable[FileResult]) -> FaqFolder:
    """Put the files together: the second of two equal ids is left out, equal questions are noted."""
    entries: dict[str, Entry] = {}
    questions: dict[str, Entry] = {}
    problems: list[Problem] = []
    files: list[str] = []
    for result in results:
        files.append(result.file)
        problems.extend(result.problems)
        for entry in result.entries:
            if entry.id in entries:
                problems.append(_same_id(entry, entries[entry.id]))
                continue
            entries[entry.id] = entry
            first = questions.setdefault(normalized_key(entry.question) or entry.id, entry)
            if first is not entry:
                problems.append(_same_question(entry, first))
    return FaqFolder(tuple(entries.values()), tuple(problems), tuple(files))


def _read_yaml(path: Path, relative: str) -> FileResult:
    document = read_yaml(path, relative, KEYS)
    reporter = Reporter(relative)
    reporter.extend(document.problems)
    nodes = _items(document, reporter)
    entries: list[Entry] = []
    for node in nodes or ():
        record = walk(node, ENTRY, reporter)
        entry = entry_of(record, relative, reporter) if record else None
        if entry is not None:
            entries.append(entry)
    return _result(relative, entries, reporter, nodes is None)


def _items(document: Document, reporter: Reporter) -> tuple[Node, ...] | None:
    """Return the entries' nodes; None where the file holds no list of entries."""
    root = document.root
    if root is None:
        broken = document.unusable or any(each.severity == "error" for each in document.problems)
        return None if broken else ()
    if isinstance(root, Mapping_) and any(
        key_form(key.value) in ENTRY.by_key for key, _ in root.items
    ):
        return (root,)
    if isinstance(root, Mapping_):
        record = walk(root, FILE, Reporter(document.file))
        listed = record.node_of("faq") if record else None
        root = listed if isinstance(listed, Sequence_) else root
    if isinstance(root, Sequence_):
        return root.items
    reporter.at(
        root,
        "expected-list",
        "FAQの項目の一覧として読めません。「- question: 質問の文」の行から始めてください。",
    )
    return None


def _read_csv(path: Path, relative: str) -> FileResult:
    text, problems = read_text(path, relative)
    reporter = Reporter(relative)
    reporter.extend(problems)
    if text is None or not text.strip():
        return _result(relative, [], reporter, text is None)
    rows = rows_of_csv(text, reporter)
    entries, found = entries_of_rows(rows, relative, reporter, separated=True)
    return _result(relative, entries, reporter, not found)


def _read_workbook(path: Path, relative: str) -> FileResult:
    """Read every sheet that has the columns; a sheet without them counts only if all are."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    missing: list[Problem] = []
    found = False
    try:
        if path.stat().st_size > LARGEST_WORKBOOK:
            raise WorkbookError(
                f"ファイルが大きすぎます（上限{LARGEST_WORKBOOK // 1_000_000}MB）。分けてください。"
            )
        for name, rows in sheets_of_workbook(path):
            reporter = Reporter(relative, sheet=name)
            more, has_columns = entries_of_rows(rows, relative, reporter)
            entries += more
            found = found or has_columns
            told = problems if has_columns else missing
            told += reporter.problems
    except WorkbookError as error:
        problems.append(_problem(relative, "unreadable-workbook", str(error)))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problems.append(
            _problem(relative, "file-unreadable", f"ファイルを開けません（{reason}）。")
        )
    reporter = Reporter(relative)
    reporter.extend(tuple(problems if found else [*problems, *missing]))
    return _result(relative, entries, reporter, not found)


def _refuse_old(path: Path, relative: str) -> FileResult:
    message = (
        "古い形式のExcelファイル（.xls）は読めません。"
        "種類に「Excelブック（*.xlsx）」を選んで保存し直してください。"
    )
    return FileResult(relative, (), (_problem(relative, "old-excel", message),), True)


def _refuse_other(path: Path, relative: str) -> FileResult:
    message = (
        "FAQとして読めるのは .yaml、.csv、.xlsx のファイルです。どれかで保存し直してください。"
    )
    return FileResult(relative, (), (_problem(relative, "unknown-kind", message),), True)


def _result(relative: str, found: list[Entry], reporter: Reporter, unusable: bool) -> FileResult:
    entries: dict[str, Entry] = {}
    for entry in found:
        kept = entries.get(entry.id)
        if kept is None:
            entries[entry.id] = entry
        elif entry.id == derived_id(relative, entry.question):
            numbered = _numbered(entry, entries)
            entries[numbered.id] = numbered
        else:
            same = _same_id(entry, kept)
            reporter.report(same.line, same.column, same.code, same.message)
    return FileResult(relative, tuple(entries.values()), reporter.problems, unusable)


def _numbered(entry: Entry, taken: dict[str, Entry]) -> Entry:
    number = 2
    while f"{entry.id}-{number}" in taken:
        number += 1
    return replace(entry, id=f"{entry.id}-{number}")


def _same_id(entry: Entry, first: Entry) -> Problem:
    return _problem(
        entry.file,
        "duplicate-id",
        f"id「{entry.id}」は、{first.file} の{first.line}行目でも使われています。"
        "別のidにしてください（この項目は使いません）。",
        entry.line,
    )


def _same_question(entry: Entry, first: Entry) -> Problem:
    return replace(
        _problem(
            entry.file,
            "duplicate-question",
            f"「{entry.question[:40]}」は、{first.file} の{first.line}行目と同じ質問です。"
            "どちらか一つにするか、違いが分かる質問にしてください。",
            entry.line,
        ),
        severity="warning",
    )


def _problem(file: str, code: str, message: str, line: int = 0) -> Problem:
    return Problem(file, line, 1 if line else 0, "error", code, message)


READERS: dict[str, Callable[[Path, str], FileResult]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".csv": _read_csv,
    ".xlsx": _read_workbook,
    ".xls": _refuse_old,
}
