"""`source.yaml` beside published rosters: where they come from, and what the files do not say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from concierge.clinics.hours import read_hours
from concierge.opendata.clinics.reading import SourceSettings
from concierge.problem import Problem
from concierge.staff_yaml import Field, Kind, Record, Reporter, Table, read_yaml, walk

__all__ = ["SOURCE", "read_source", "written"]

SOURCE = "source.yaml"
TABLE = Table(
    "当番医データの設定",
    (
        Field("title", Kind.TEXT, "表の名前（出典に出ます）", ("表題", "名前")),
        Field("service", Kind.TEXT, "何の当番か（同じものは新しい表が優先）", ("種類",)),
        Field("url", Kind.URL, "公開しているページ", ("ページ",), lenient=True),
        Field("updated", Kind.DATE, "いつ現在か", ("更新日",), lenient=True),
        Field("imported", Kind.DATE, "取り込んだ日", lenient=True),
        Field("valid_to", Kind.DATE, "いつまで", ("終了日", "有効期限"), lenient=True),
        Field("area_code", Kind.TEXT, "市外局番", ("市外局番",)),
        Field("hours", Kind.TEXT, "表に時間がないときの診療時間", ("時間", "診療時間")),
        Field("day_begins", Kind.TEXT, "当番の一日が始まる時刻", ("一日の始まり",)),
        Field("inquiry", Kind.TEXT, "当番医が分かる電話の名前", ("問い合わせ先",)),
        Field(
            "inquiry_phone", Kind.PHONE, "当番医が分かる電話番号", ("問い合わせ電話",), lenient=True
        ),
    ),
)
KEPT = tuple(field.name for field in TABLE.fields if field.name not in ("imported", "valid_to"))


def read_source(path: Path, file: str) -> tuple[SourceSettings, Iterable[Problem]]:
    """Read the settings; defaults where there are none. Never raises for the content."""
    if not path.is_file():
        return SourceSettings(), ()
    document = read_yaml(path, file, TABLE.keys)
    reporter = Reporter(file)
    reporter.extend(document.problems)
    record = walk(document.root, TABLE, reporter) if document.root is not None else None
    if record is None:
        return SourceSettings(), reporter.problems
    return _settings(record, reporter), reporter.problems


def written(path: Path) -> dict[str, str]:
    """Return what staff wrote into a source.yaml that is about to be replaced."""
    document = read_yaml(path, SOURCE, TABLE.keys) if path.is_file() else None
    if document is None or document.root is None:
        return {}
    record = walk(document.root, TABLE, Reporter(SOURCE))
    values = record.values if record else {}
    return {name: str(values[name]) for name in KEPT if values.get(name)}


def _settings(record: Record, reporter: Reporter) -> SourceSettings:
    phone = record.text("inquiry_phone")
    return SourceSettings(
        title=record.text("title", ""),
        service=record.text("service", ""),
        url=record.text("url"),
        updated=record.day("updated"),
        imported=record.day("imported"),
        valid_to=record.day("valid_to"),
        area_code=record.text("area_code", "").strip("()（）- "),
        hours=_sound(record, "hours", "", reporter),
        day_begins=_minute(record, reporter),
        inquiry=(record.text("inquiry") or "当番医の案内", phone) if phone else None,
    )


def _sound(record: Record, name: str, after: str, reporter: Reporter) -> str:
    text = record.text(name, "")
    if text and ((read := read_hours(text + after)) is None or not read.spans):
        message = f"「{text}」を時間として読み取れません。9:00〜17:00 のように書いてください。"
        reporter.at(record.node, "bad-hours", message)
        return ""
    return text


def _minute(record: Record, reporter: Reporter) -> int:
    text = record.text("day_begins", "")
    read = read_hours(f"{text}〜翌{text}") if text else None
    if text and (read is None or not read.spans):
        message = f"「{text}」を時刻として読み取れません。8:30 のように書いてください。"
        reporter.at(record.node, "bad-hours", message)
    return read.spans[0].opens if read and read.spans else 0
