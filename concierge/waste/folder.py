"""The garbage calendars of one municipality's folder: `waste/<name>/area_days.csv` and its files.

Beside the published files stands `source.yaml`, written at import and edited by staff: where the
data comes from, until when it holds, what the city does with closures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml

from concierge.clock import parse_day
from concierge.opendata.garbage_5374.areas import Accounting
from concierge.opendata.garbage_5374.folder import FILES, read_5374
from concierge.problem import Problem, SettingError
from concierge.waste.model import ClosurePolicy, WasteData
from concierge.waste.translations import read_translations
from concierge.waste.years import beside_each_other, problems_between

__all__ = ["FACTS", "SOURCE", "WasteFolder", "read_settings", "read_waste"]

SOURCE = "source.yaml"
FACTS = ("collection_time", "collection_place", "department", "phone", "publisher", "license")
"""Settings that are passed on as they are."""
DAYS = ("valid_from", "valid_to", "updated")
KNOWN = ("closures", *DAYS, "title", "url", *FACTS)


@dataclass(frozen=True, slots=True)
class WasteFolder:
    """Every garbage calendar of a municipality, by the name of its folder.

    `files` are all paths that the answer depends on, present or not: when one of them appears,
    changes or goes, read again.
    """

    datasets: tuple[WasteData, ...]
    problems: tuple[Problem, ...]
    accounting: Mapping[str, Accounting]
    files: tuple[Path, ...]


def read_waste(folder: Path) -> WasteFolder:
    """Read `<folder>/waste/*/`; nothing is raised. File names are relative to `folder`."""
    waste = folder / "waste"
    datasets: list[WasteData] = []
    problems: list[Problem] = []
    accounting: dict[str, Accounting] = {}
    files = [waste, waste / "translations"]
    for place in sorted(waste.iterdir()) if waste.is_dir() else []:
        if place.name.startswith(".") or not (place / "area_days.csv").is_file():
            continue
        name = f"waste/{place.name}"
        files += [place / file for file in (*FILES, SOURCE)]
        settings = read_settings(place / SOURCE, f"{name}/{SOURCE}", problems)
        found = read_5374(
            place, name=name, policy=_policy(settings), valid_to=_day(settings, "valid_to")
        )
        problems += found.problems
        accounting[name] = found.accounting
        if found.data is not None:
            datasets.append(_described(found.data, settings, f"{name}/{SOURCE}", problems))
    translations, mistakes = read_translations(folder)
    problems += mistakes
    datasets = [replace(data, translations=translations) for data in datasets]
    for group in beside_each_other(datasets):
        problems += problems_between(group)
    return WasteFolder(tuple(datasets), tuple(problems), accounting, tuple(files))


def _described(
    data: WasteData, settings: Mapping[str, str], file: str, problems: list[Problem]
) -> WasteData:
    first, last = _day(settings, "valid_from"), data.valid_to
    if first and last and first > last:
        message = "valid_from が valid_to より後です。valid_from を使わずに読みました。"
        problems.append(Problem(file, 0, 0, "error", "source-bad-value", message))
        first = None
    return replace(
        data,
        title=settings.get("title") or data.title,
        url=settings.get("url") or None,
        updated=_day(settings, "updated"),
        valid_from=first,
        facts={key: settings[key] for key in FACTS if settings.get(key)},
    )


def _policy(settings: Mapping[str, str]) -> ClosurePolicy:
    return ClosurePolicy(settings.get("closures") or ClosurePolicy.SKIP)


def _day(settings: Mapping[str, str], key: str) -> date | None:
    return parse_day(settings[key]) if settings.get(key) else None


def read_settings(path: Path, file: str, problems: list[Problem]) -> dict[str, str]:
    """Return the settings of a source.yaml that can be used, all as text; report the others."""
    try:
        text = path.read_text("utf-8-sig") if path.exists() else ""
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, ValueError, RecursionError) as error:
        reason = "UTF-8で保存し直してください" if isinstance(error, ValueError) else "開けません"
        message = f"設定を読めません（{reason}）。設定なしで収集日を読みました。"
        problems.append(Problem(file, 0, 0, "error", "source-unreadable", message))
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = "YAMLとして読めません。「項目: 値」の形に直してください。"
        problems.append(Problem(file, line, column, "error", "source-syntax", message))
        return {}
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        message = "「項目: 値」の形で書いてください。設定なしで収集日を読みました。"
        problems.append(Problem(file, 1, 1, "error", "source-syntax", message))
        return {}
    settings: dict[str, str] = {}
    for key, value in node.value:
        where = (file, key.start_mark.line + 1, key.start_mark.column + 1)
        problem = _problem_of(key, value, where)
        if problem is not None:
            problems.append(problem)
        elif value.tag != "tag:yaml.org,2002:null":
            settings[key.value] = value.value.strip()
    return settings


def _problem_of(key: yaml.Node, value: yaml.Node, where: tuple[str, int, int]) -> Problem | None:
    name = key.value if isinstance(key, yaml.ScalarNode) else None
    if name not in KNOWN:
        message = (
            f"「{name or '項目'}」という項目はありません。使えるのは {'、'.join(KNOWN)} です。"
        )
        return Problem(*where, "warning", "source-unknown-key", message)
    if not isinstance(value, yaml.ScalarNode):
        message = f"「{name}」には1つの値を書いてください。この項目は使いません。"
        return Problem(*where, "error", "source-bad-value", message)
    text = value.value.strip()
    if name == "closures" and text and text not in tuple(ClosurePolicy):
        message = f"closures の「{text}」は使えません。skip か shift と書いてください。"
        return Problem(*where, "error", "source-bad-value", message)
    if name in DAYS and text:
        try:
            parse_day(text)
        except SettingError:
            message = f"{name} の「{text}」は日付ではありません。2027-03-31 の形で書いてください。"
            return Problem(*where, "error", "source-bad-value", message)
    return None
