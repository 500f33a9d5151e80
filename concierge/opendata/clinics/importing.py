"""Takes published rosters into a municipality's folder, whole or not at all."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from concierge.clinics.folder import CLINICS_FOLDER
from concierge.clinics.model import DatedRoster, Roster
from concierge.clinics.rules import RuledRoster
from concierge.clinics.staff_file import read_staff_roster
from concierge.municipality import ensure_municipality
from concierge.opendata.clinics.reading import SUFFIXES, Published, read_published
from concierge.opendata.clinics.source import SOURCE, read_source, written
from concierge.opendata.formats import ImportOptions, ImportReport
from concierge.opendata.placing import replace_folder, write_files
from concierge.problem import KnowledgeError, Problem

__all__ = ["import_files"]

YAML = (".yaml", ".yml")
LARGEST = 50_000_000
"""Bytes of all files of one import together."""
UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


def import_files(source: Path, into: Path, options: ImportOptions) -> ImportReport:
    """Copy the files to `into/clinics/<name>` and read them as they will be served.

    An import of the same name replaces the one before; what staff wrote into its source.yaml is
    kept. Raises `KnowledgeError` where nothing can be used or written; then nothing has changed.
    """
    files = _gather(source)
    name = UNSAFE.sub("_", source.resolve().stem if source.is_file() else source.resolve().name)
    name = name.strip(". ") or "touban"
    target = into / CLINICS_FOLDER / name
    settings = {**written(target / SOURCE), "imported": options.at.date().isoformat()}
    if options.valid_to is not None:
        settings["valid_to"] = options.valid_to.isoformat()
    files[SOURCE] = files.get(SOURCE) or _settings_file(settings)
    with tempfile.TemporaryDirectory() as trial:
        place = Path(trial) / name
        place.mkdir()
        write_files(files, place, options)
        found = _read(place, f"{CLINICS_FOLDER}/{name}")
    if not found.rosters:
        raise KnowledgeError(found.problems or [_unusable(source, "当番の表が見つかりません。")])
    try:
        replace_folder(target, files)
        ensure_municipality(into, name)
    except OSError as error:
        message = f"書き込めません（{error.strerror or error}）。空き容量と権限を確かめてください。"
        problem = Problem(str(into), 0, 0, "error", "into-unwritable", message)
        raise KnowledgeError([problem]) from error
    return _report(into, name, sorted(files), found)


def _gather(source: Path) -> dict[str, bytes]:
    """Return the files by name, byte for byte. Raises `KnowledgeError`."""
    try:
        if source.is_dir():
            paths = sorted(path for path in source.iterdir() if path.is_file())
        elif source.is_file():
            paths = [source]
        else:
            raise KnowledgeError([_unusable(source, "フォルダーでもファイルでもありません。")])
        wanted = [path for path in paths if path.suffix.lower() in (*SUFFIXES, *YAML)]
        wanted = [path for path in wanted if not path.name.startswith((".", "~$"))]
        if not wanted:
            kinds = "、".join((*SUFFIXES, ".yaml"))
            raise KnowledgeError([_unusable(source, f"{kinds} のファイルがありません。")])
        if sum(path.stat().st_size for path in wanted) > LARGEST:
            raise KnowledgeError([_unusable(source, "ファイルが大きすぎます（上限50MB）。")])
        return {path.name: path.read_bytes() for path in wanted}
    except OSError as error:
        reason = f"読めません（{error.strerror or error}）。"
        raise KnowledgeError([_unusable(source, reason)]) from error


def _unusable(source: Path, why: str) -> Problem:
    message = f"{why}場所とファイルを確かめてください。"
    return Problem(str(source), 0, 0, "error", "source-unusable", message)


def _read(place: Path, name: str) -> Published:
    """Read the files as they will be read when served."""
    settings, problems = read_source(place / SOURCE, f"{name}/{SOURCE}")
    found = read_published(place, name, settings)
    found.problems = [*problems, *found.problems]
    for path in sorted(place.iterdir()):
        if path.suffix.lower() in YAML and path.name != SOURCE:
            roster, wrong = read_staff_roster(path, f"{name}/{path.name}")
            found.problems += wrong
            if roster is not None:
                found.rosters.append(roster)
    return found


def _settings_file(settings: Mapping[str, str]) -> bytes:
    lines = [
        "# 取り込んだ当番医データの設定です。書き換えるとすぐに反映されます。",
        "# 書けるもの: title（表の名前）、url、updated（いつ現在か）、service（何の当番か）、",
        "# area_code（市外局番）、hours（表に時間がないときの診療時間）、day_begins（一日の始まり）、",
        "# inquiry と inquiry_phone（当番医が分かる電話）、valid_to（いつまで使うか）",
        *(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()),
    ]
    return ("\n".join(lines) + "\n").encode()


def _report(into: Path, name: str, files: list[str], found: Published) -> ImportReport:
    names = {clinic for roster in found.rosters for clinic in _names(roster)}
    days = sorted(found.days)
    span = f"{days[0]}〜{days[-1]}（{len(days)}日）" if days else "なし（きまりで当たる当番だけ）"
    fixed = sum(isinstance(roster, RuledRoster) for roster in found.rosters)
    unread = sorted(found.unread)
    return ImportReport(
        format="clinics",
        into=into,
        files=tuple(f"{CLINICS_FOLDER}/{name}/{file}" for file in files),
        problems=tuple(found.problems),
        figures={
            "rosters": len(found.rosters),
            "clinics": len(names),
            "duties": found.duties,
            "days": [day.isoformat() for day in days],
            "unread": [day.isoformat() for day in unread],
        },
        summary=(
            ("当番の日", span),
            ("当番", f"{found.duties}"),
            ("医療機関", f"{len(names)}"),
            ("定まった診療所", f"{fixed}"),
            ("読めない日", "、".join(map(str, unread)) or "なし"),
        ),
    )


def _names(roster: Roster) -> set[str]:
    if isinstance(roster, DatedRoster):
        return {duty.clinic.name for duties in roster.dates.values() for duty in duties}
    if isinstance(roster, RuledRoster):
        return {clinic.name for rule in roster.rules for clinic in rule.clinics}
    return set()
