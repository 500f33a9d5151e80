"""Takes published 5374 files into a municipality's folder, whole or not at all."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from concierge.municipality import ensure_municipality
from concierge.opendata.formats import ImportOptions, ImportReport
from concierge.opendata.garbage_5374.folder import Read5374, read_5374
from concierge.opendata.garbage_5374.place import FOLDER, fiscal_end, place_for
from concierge.opendata.garbage_5374.source import gather, source_name
from concierge.opendata.placing import replace_folder, write_files
from concierge.problem import KnowledgeError, Problem
from concierge.waste.folder import SOURCE, read_waste
from concierge.waste.model import ClosurePolicy, WasteData
from concierge.waste.years import beside_each_other, problems_between

__all__ = ["import_files"]

POLICIES = {
    ClosurePolicy.SKIP: "skip（休止日に当たる収集は行わない）",
    ClosurePolicy.SHIFT: "shift（休止日に当たったら、その月の残りを1週間ずつ遅らせる）",
}


def import_files(source: Path, into: Path, options: ImportOptions) -> ImportReport:
    """Copy the files into `into/waste/` and read them as they will be served.

    The first calendar goes to `waste/5374`. One for another time goes beside it
    (`waste/5374-2027`), so that each answers for its own days; one for the same time, or with the
    same area_days.csv, replaces the former, and only when everything is in place. Settings of staff
    in its source.yaml (title, url, collection time, desk) are kept. Raises `KnowledgeError` where
    the source cannot be used or `into` cannot be written; then nothing has changed.
    """
    files = gather(source)
    policy = ClosurePolicy(options.closures or ClosurePolicy.SKIP)
    with tempfile.TemporaryDirectory() as trial:
        write_files(files, Path(trial), options)
        data = read_5374(Path(trial), name=FOLDER, policy=policy).data
        valid_to = options.valid_to or fiscal_end(data, options.at.date())
        place = place_for(into, files["area_days.csv"], valid_to, options.valid_from)
        found = read_5374(Path(trial), name=place.folder, policy=policy, valid_to=valid_to)
    if found.data is None:
        raise KnowledgeError(found.problems)
    data = replace(found.data, valid_from=place.valid_from)
    settings = {**place.settings, "closures": str(policy)}
    if data.valid_from is not None:
        settings["valid_from"] = data.valid_from.isoformat()
    settings["valid_to"] = valid_to.isoformat()
    try:
        replace_folder(into / place.folder, {**files, SOURCE: _settings_file(settings)}, place.keep)
        ensure_municipality(into, source_name(source))
    except OSError as error:
        message = f"書き込めません（{error.strerror or error}）。空き容量と権限を確かめてください。"
        problem = Problem(str(into), 0, 0, "error", "into-unwritable", message)
        raise KnowledgeError([problem]) from error
    problems = (*found.problems, *place.problems, *_between(into))
    return _report(into, sorted(files), found, data, place.folder, problems)


def _between(into: Path) -> list[Problem]:
    """Return what is wrong between the calendars that are there now."""
    groups = beside_each_other(read_waste(into).datasets)
    return [problem for group in groups for problem in problems_between(group)]


def _settings_file(settings: Mapping[str, str]) -> bytes:
    lines = [
        "# 取り込んだごみ収集日データの設定です。書き換えるとすぐに反映されます。",
        "# closures: 休止日に当たる収集の扱い（skip=行わない、shift=その月の残りを1週間遅らせる）",
        "# valid_from・valid_to: このデータの日付が確かな最初と最後の日（valid_from は省けます）。",
        "# 次の年度のデータを取り込むと、となりに並び、日付ごとに有効なほうで案内します",
        "# ほかに title、url、updated（公開日）、collection_time（8時30分 など）を書けます",
        *(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()),
    ]
    return ("\n".join(lines) + "\n").encode()


def _report(
    into: Path,
    files: list[str],
    found: Read5374,
    data: WasteData,
    folder: str,
    problems: tuple[Problem, ...],
) -> ImportReport:
    cells = found.accounting.as_dict()
    counted = (
        f"{cells['total']}（読めた {cells['read']}、直して読んだ {cells['repaired']}、"
        f"空欄 {cells['empty']}、読めない {cells['not_understood']}）"
    )
    return ImportReport(
        format="5374",
        into=into,
        files=tuple(f"{folder}/{name}" for name in (*files, SOURCE)),
        problems=problems,
        figures={
            "areas": len(data.areas),
            "categories": len(data.categories),
            "cells": cells,
            "items": len(data.items),
            "closures": str(data.policy),
            "valid_from": data.valid_from.isoformat() if data.valid_from else None,
            "valid_to": data.valid_to.isoformat() if data.valid_to else None,
        },
        summary=(
            ("地区", f"{len(data.areas)}"),
            ("分別", f"{len(data.categories)}（{'、'.join(c.label for c in data.categories)}）"),
            ("収集日の欄", counted),
            ("品目", f"{len(data.items)}"),
            ("休止日の扱い", POLICIES[data.policy]),
            ("有効期間", f"{data.valid_from or ''}〜{data.valid_to}"),
        ),
    )
