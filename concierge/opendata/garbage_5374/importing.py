"""Takes published 5374 files into a municipality's folder, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from concierge.municipality import ensure_municipality
from concierge.opendata.formats import ImportOptions, ImportReport
from concierge.opendata.garbage_5374.folder import Read5374, read_5374
from concierge.opendata.garbage_5374.source import gather, source_name
from concierge.problem import KnowledgeError, Problem
from concierge.waste.folder import FACTS, SOURCE, read_settings
from concierge.waste.model import ClosurePolicy, WasteData

__all__ = ["import_files"]

FOLDER = "waste/5374"
POLICIES = {
    ClosurePolicy.SKIP: "skip（休止日に当たる収集は行わない）",
    ClosurePolicy.SHIFT: "shift（休止日に当たったら、その月の残りを1週間ずつ遅らせる）",
}


def import_files(source: Path, into: Path, options: ImportOptions) -> ImportReport:
    """Copy the files to `into/waste/5374` and read them as they will be served.

    What was imported before is replaced only when everything is in place; settings of staff in its
    source.yaml (title, url, collection time, desk) are kept. Raises `KnowledgeError` where the
    source cannot be used or `into` cannot be written; then nothing has changed.
    """
    files = gather(source)
    policy = ClosurePolicy(options.closures or ClosurePolicy.SKIP)
    valid_to = options.valid_to or _coming_fiscal_end(options.at.date())
    with tempfile.TemporaryDirectory() as trial:
        place = Path(trial)
        _write(files, place, options)
        found = read_5374(place, name=FOLDER, policy=policy, valid_to=valid_to)
    if found.data is None:
        raise KnowledgeError(found.problems)
    try:
        kept = _kept_settings(into)
        settings = {**kept, "closures": str(policy), "valid_to": valid_to.isoformat()}
        _replace(into, {**files, SOURCE: _settings_file(settings)})
        ensure_municipality(into, source_name(source))
    except OSError as error:
        message = f"書き込めません（{error.strerror or error}）。空き容量と権限を確かめてください。"
        problem = Problem(str(into), 0, 0, "error", "into-unwritable", message)
        raise KnowledgeError([problem]) from error
    return _report(into, sorted(files), found, found.data, policy, valid_to)


def _coming_fiscal_end(today: date) -> date:
    """Return the coming 31 March: published calendars are those of a fiscal year."""
    year = today.year if today <= date(today.year, 3, 31) else today.year + 1
    return date(min(year, date.max.year), 3, 31)


def _write(files: Mapping[str, bytes], place: Path, options: ImportOptions | None = None) -> None:
    paths = [place / name for name in files]
    for path in options.progress(paths) if options else paths:
        path.write_bytes(files[path.name])


def _kept_settings(into: Path) -> dict[str, str]:
    """Return what staff wrote into the source.yaml that is about to be replaced."""
    settings = read_settings(into / FOLDER / SOURCE, f"{FOLDER}/{SOURCE}", [])
    return {key: settings[key] for key in ("title", "url", *FACTS) if settings.get(key)}


def _settings_file(settings: Mapping[str, str]) -> bytes:
    lines = [
        "# 取り込んだごみ収集日データの設定です。書き換えるとすぐに反映されます。",
        "# closures: 休止日に当たる収集の扱い（skip=行わない、shift=その月の残りを1週間遅らせる）",
        "# valid_to: このデータの日付が確かな最後の日。年度が替わったら新しいデータを取り込みます",
        "# ほかに title、url、updated（公開日）、collection_time（8時30分 など）を書けます",
        *(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()),
    ]
    return ("\n".join(lines) + "\n").encode()


def _replace(into: Path, files: Mapping[str, bytes]) -> None:
    """Put the files where they are served, all at once; on failure the old ones stay."""
    target = into / FOLDER
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".5374-", dir=target.parent))
    old = staging.with_name(f"{staging.name}-old")
    try:
        _write(files, staging)
        staging.chmod(0o755)
        if target.exists():
            target.rename(old)
        try:
            os.rename(staging, target)  # noqa: PTH104 - replaces nothing, unlike Path.replace
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def _report(
    into: Path,
    files: list[str],
    found: Read5374,
    data: WasteData,
    policy: ClosurePolicy,
    valid_to: date,
) -> ImportReport:
    cells = found.accounting.as_dict()
    counted = (
        f"{cells['total']}（読めた {cells['read']}、直して読んだ {cells['repaired']}、"
        f"空欄 {cells['empty']}、読めない {cells['not_understood']}）"
    )
    return ImportReport(
        format="5374",
        into=into,
        files=tuple(f"{FOLDER}/{name}" for name in (*files, SOURCE)),
        problems=found.problems,
        figures={
            "areas": len(data.areas),
            "categories": len(data.categories),
            "cells": cells,
            "items": len(data.items),
            "closures": str(policy),
            "valid_to": valid_to.isoformat(),
        },
        summary=(
            ("地区", f"{len(data.areas)}"),
            ("分別", f"{len(data.categories)}（{'、'.join(c.label for c in data.categories)}）"),
            ("収集日の欄", counted),
            ("品目", f"{len(data.items)}"),
            ("休止日の扱い", POLICIES[policy]),
            ("有効期限", valid_to.isoformat()),
        ),
    )
