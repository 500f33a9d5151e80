"""Takes published files of a standard dataset into a municipality's folder, unchanged."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections import Counter
from pathlib import Path

from concierge.clock import with_weekday
from concierge.municipality import ensure_municipality
from concierge.opendata.formats import ImportOptions, ImportReport
from concierge.opendata.standard.columns import dataset
from concierge.opendata.standard.reading import STATES, ReadFile, read_file
from concierge.places.finder import PREFECTURE
from concierge.problem import KnowledgeError, Problem

__all__ = ["import_files"]

SOURCE = "source.yaml"
COUNTY = re.compile(r"^\S{1,5}郡(?=\S)")
TAKEN = re.compile('[^"\n]+（\\d{4}年[^（）]*（[月火水木金土日]）取り込み）'.encode())
"""The title that an import gives, as long as nobody wrote another."""


def import_files(source: Path, into: Path, options: ImportOptions) -> ImportReport:
    """Copy a file, or every CSV of a folder, to `into/<dataset>/`, and read them as served.

    A file of the same name is replaced, others stay and are used too. `source.yaml` is written
    where there is none. Raises `KnowledgeError` where nothing can be used or `into` cannot be
    written; then nothing has changed.
    """
    kind = options.form
    found: dict[str, ReadFile] = {}
    contents: dict[str, bytes] = {}
    for path in options.progress(_files(source)):
        name = f"{kind}/{path.name}"
        found[path.name] = read_file(path, name, kind)
        contents[path.name] = _bytes(path)
    usable = {name: read for name, read in found.items() if read.records}
    problems = [problem for read in found.values() for problem in read.problems]
    if not usable:
        raise KnowledgeError(problems)
    folder = into / kind
    others = _others(folder, usable)
    if others:
        problems.append(_used_too(kind, others))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        contents |= _source(folder / SOURCE, kind, options)
        for name in (*usable, *([SOURCE] if SOURCE in contents else [])):
            _write(folder / name, contents[name])
        ensure_municipality(into, _publisher(usable) or into.resolve().name)
    except OSError as error:
        raise KnowledgeError([_unwritable(into, error)]) from error
    return _report(kind, into, usable, problems)


def _publisher(usable: dict[str, ReadFile]) -> str | None:
    """Return the municipality that the rows name, without its prefecture and district."""
    named = next((read.organization for read in usable.values() if read.organization), None)
    return None if named is None else COUNTY.sub("", PREFECTURE.sub("", named)) or None


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        found = sorted(p for p in source.iterdir() if p.suffix.lower() == ".csv" and p.is_file())
        if found:
            return found
        raise KnowledgeError([_unusable(source, "フォルダーにCSVファイルがありません。")])
    if source.is_file() and source.suffix.lower() == ".csv":
        return [source]
    what = "CSVファイルではありません。" if source.exists() else "見つかりません。"
    raise KnowledgeError([_unusable(source, what)])


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "原因不明"
        raise KnowledgeError([_unusable(path, f"ファイルを開けません（{reason}）。")]) from error


def _unusable(source: Path, what: str) -> Problem:
    message = f"{what}公開されているCSVファイルか、それを入れたフォルダーを指定してください。"
    return Problem(str(source), 0, 0, "error", "source-unusable", message)


def _others(folder: Path, new: dict[str, ReadFile]) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.suffix.lower() == ".csv" and path.name not in new
    )


def _used_too(kind: str, others: list[str]) -> Problem:
    message = (
        f"このフォルダーには、前からあるファイル（{'、'.join(others)}）もあり、両方を使います。"
        "古いものなら消してください。"
    )
    return Problem(kind, 0, 0, "warning", "older-files-used", message)


def _source(path: Path, kind: str, options: ImportOptions) -> dict[str, bytes]:
    """Return a source.yaml where there is none, or with this day where its title still has one.

    The day is the import's: when the publisher updated the data is not known.
    """
    taken = with_weekday(options.at.date())
    title = f"{dataset(kind).title}（{options.at.year}年{taken}取り込み）"
    if path.exists():
        before = path.read_bytes()
        after = TAKEN.sub(title.encode(), before)
        return {SOURCE: after} if after != before else {}
    lines = [
        "# 取り込んだデータの出典です。答えの最後に「出典: …」として出ます。",
        "# updated に公開元の更新日を書くと、答えに更新日が付きます（例 updated: 2026-04-01）。",
        "# ほかに url、publisher（公開元）、license（利用条件）を書けます。",
        f"title: {json.dumps(title, ensure_ascii=False)}",
    ]
    return {SOURCE: ("\n".join(lines) + "\n").encode()}


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, temporary = tempfile.mkstemp(prefix=".import-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _unwritable(into: Path, error: OSError) -> Problem:
    message = f"書き込めません（{error.strerror or error}）。空き容量と権限を確かめてください。"
    return Problem(str(into), 0, 0, "error", "into-unwritable", message)


def _report(
    kind: str, into: Path, usable: dict[str, ReadFile], problems: list[Problem]
) -> ImportReport:
    cells: Counter[str] = Counter()
    for read in usable.values():
        cells.update(read.cells)
    counted = {"total": cells["total"], **{state: cells[state] for state in STATES}}
    rows = sum(read.rows for read in usable.values())
    records = sum(len(read.records) for read in usable.values())
    told = (
        f"{counted['total']}（読めた {counted['read']}、直して読んだ {counted['repaired']}、"
        f"空欄 {counted['empty']}、使わない {counted['unused']}、読めない {counted['lost']}）"
    )
    return ImportReport(
        format=kind,
        into=into,
        files=tuple(f"{kind}/{name}" for name in (*usable, SOURCE)),
        problems=tuple(problems),
        figures={"rows": rows, "records": records, "cells": counted},
        summary=(("行", f"{rows}"), ("案内できる行", f"{records}"), ("欄", told)),
    )
