"""Rosters that staff write: `clinics/*.yaml` in a town's folder, for what nobody publishes as data.

    title: 休日当番医
    updated: 2026-10-01
    valid_to: 2027-03-31
    clinics:
      - name: 潮見内科
        departments: [内科, 小児科]
        phone: 00-0000-0001
    duties:
      - days: [日曜, 祝日, 年末年始]
        hours: 9:00〜17:00
        turns: [潮見内科, 汐入医院]
        start: 2026-04-05
    dates:
      - date: 2026-11-23
        clinic: 汐入医院
        hours: 9:00〜12:00
    changes:
      - date: 2026-11-29
        instead_of: 潮見内科
        clinic: 汐入医院

A broken duty loses itself, a broken date loses that date, a broken clinic what names it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from concierge.clinics.ages import limits
from concierge.clinics.days import DayKind, MonthDay, read_days
from concierge.clinics.hours import read_hours
from concierge.clinics.model import Clinic, Duty, Hours, RosterInfo
from concierge.clinics.rules import Change, DutyRule, RuledRoster, year_end_of
from concierge.problem import Problem
from concierge.staff_yaml import (
    Field,
    Kind,
    Mapping_,
    Node,
    Record,
    Reporter,
    Sequence_,
    Table,
    Text,
    key_form,
    read_day,
    read_yaml,
    walk,
)

__all__ = ["ROSTER", "read_staff_roster"]

CLINIC = Table(
    "医療機関",
    (
        Field("name", Kind.TEXT, "名前", ("名前", "医療機関名"), required=True),
        Field("departments", Kind.TEXTS, "診療科", ("診療科", "診療科目", "科目")),
        Field("phone", Kind.PHONE, "電話番号", ("電話", "電話番号")),
        Field("address", Kind.TEXT, "所在地", ("住所", "所在地")),
        Field("latitude", Kind.TEXT, "緯度", ("緯度",)),
        Field("longitude", Kind.TEXT, "経度", ("経度",)),
        Field("url", Kind.URL, "ホームページ", ("ページ",), lenient=True),
        Field("sees", Kind.TEXT, "診られる人（15歳以下 など）", ("対象", "対象者")),
        Field("note", Kind.TEXT, "注意", ("注意", "備考")),
    ),
)
DUTY = Table(
    "当番",
    (
        Field(
            "days",
            Kind.TEXTS,
            "どの日か（日曜、祝日、年末年始 など）",
            ("日", "診療日"),
            required=True,
        ),
        Field("hours", Kind.TEXT, "時間（9:00〜12:00、14:00〜17:00）", ("時間", "診療時間")),
        Field("clinic", Kind.TEXT, "医療機関", ("医療機関",)),
        Field("turns", Kind.TEXTS, "順番に当たる医療機関", ("順番", "輪番")),
        Field("together", Kind.TEXT, "一度に何か所か", ("何か所",)),
        Field("start", Kind.DATE, "順番の最初の日", ("最初の日",)),
        Field("off", Kind.TEXTS, "休む日", ("休み",)),
        Field("note", Kind.TEXT, "注意", ("注意", "備考")),
    ),
)
DATED = Table(
    "日ごとの当番",
    (
        Field("date", Kind.TEXT, "日付", ("日付", "日"), required=True),
        Field("clinic", Kind.TEXT, "医療機関", ("医療機関",), required=True),
        Field("hours", Kind.TEXT, "時間", ("時間", "診療時間")),
        Field("departments", Kind.TEXTS, "その日の診療科", ("診療科",)),
        Field("phone", Kind.PHONE, "その日の電話番号", ("電話",)),
        Field("note", Kind.TEXT, "注意", ("注意", "備考")),
    ),
)
CHANGE = Table(
    "当番の変更",
    (
        Field("date", Kind.TEXT, "日付", ("日付", "日"), required=True),
        Field("instead_of", Kind.TEXT, "当番でなくなる医療機関", ("変更前",)),
        Field("clinic", Kind.TEXT, "代わりの医療機関", ("変更後",)),
        Field("hours", Kind.TEXT, "時間", ("時間",)),
        Field("updated", Kind.DATE, "いつの変更か", ("変更日",)),
        Field("note", Kind.TEXT, "注意", ("注意", "備考")),
    ),
)
ROSTER = Table(
    "当番医の表",
    (
        Field("title", Kind.TEXT, "表の名前", ("名前", "表題"), required=True),
        Field("service", Kind.TEXT, "何の当番か（同じものは新しい表が優先）", ("種類",)),
        Field("url", Kind.URL, "公開しているページ", ("ページ",), lenient=True),
        Field("updated", Kind.DATE, "いつ現在か", ("更新日", "現在"), lenient=True),
        Field("valid_from", Kind.DATE, "いつから", ("開始日",)),
        Field("valid_to", Kind.DATE, "いつまで", ("終了日", "有効期限")),
        Field("year_end", Kind.TEXT, "年末年始はいつからいつまでか", ("年末年始",)),
        Field("day_begins", Kind.TEXT, "当番の一日が始まる時刻", ("一日の始まり",)),
        Field("inquiry", Kind.TEXT, "当番医が分かる電話の名前", ("問い合わせ先",)),
        Field("inquiry_phone", Kind.PHONE, "当番医が分かる電話番号", ("問い合わせ電話",)),
        Field("note", Kind.TEXT, "注意", ("注意", "備考")),
        Field("clinics", Kind.TABLES, "医療機関", ("医療機関",), table=CLINIC),
        Field("duties", Kind.TABLES, "きまりで当たる当番", ("当番",), table=DUTY),
        Field("dates", Kind.TABLES, "日ごとの当番", ("日ごと",), table=DATED),
        Field("changes", Kind.TABLES, "変更", ("変更",), table=CHANGE),
    ),
)


@dataclass(slots=True)
class _Reading:
    """What is known while one file is read."""

    info: RosterInfo
    clinics: dict[str, Clinic]
    reporter: Reporter

    def clinic(self, name: str, record: Record) -> Clinic | None:
        """Return a clinic of the list; one that is not listed is known by its name alone."""
        if name not in self.clinics and self.clinics:
            self.reporter.at(
                record.node,
                "clinic-not-listed",
                f"「{name}」が「clinics」の一覧にありません。電話番号や診療科を案内できません。"
                "一覧に加えるか、名前を一覧と同じ書き方にしてください。",
                "warning",
            )
        return self.clinics.get(name, Clinic(name))

    def hours(self, record: Record) -> tuple[Hours, ...] | None:
        text = record.text("hours")
        read = read_hours(text) if text else read_hours("")
        if read is None or read.note:
            self.wrong(
                record,
                "bad-hours",
                f"時間「{text}」を読み取れません。9:00〜12:00、14:00〜17:00 の形で書いてください"
                "（翌朝までなら 22:30〜翌8:30）。",
            )
            return None
        return read.spans

    def days(self, record: Record, name: str) -> tuple[DayKind, ...] | None:
        texts = record.texts(name)
        found = read_days(texts)
        if found is None:
            self.wrong(
                record,
                "bad-days",
                f"「{'、'.join(texts)}」をどの日か読み取れません。日曜、祝日、平日、第1土曜、年末年始、"
                "12月31日〜1月3日 のように書いてください。",
            )
        return found

    def wrong(self, record: Record, code: str, message: str) -> None:
        self.reporter.at(record.node, code, message)


@dataclass(slots=True)
class _Lost:
    """What broken records leave unknown: their dates, or that a rule is missing."""

    dates: set[date]
    rules: bool = False

    def take(self, name: str, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self.rules = self.rules or name in ("duties", "clinics")
            if name not in ("dates", "changes") or not isinstance(node, Mapping_):
                continue
            for key, value in node.items:
                if key_form(key.value) in ("date", "日付", "日") and isinstance(value, Text):
                    with contextlib.suppress(ValueError):
                        self.dates.add(read_day(value.value))


def read_staff_roster(path: Path, file: str) -> tuple[RuledRoster | None, Iterable[Problem]]:
    """Read one file. Never raises for its content; None where nothing of it can be used."""
    document = read_yaml(path, file, ROSTER.keys)
    reporter = Reporter(file)
    reporter.extend(document.problems)
    if document.root is None:
        return None, reporter.problems
    lost = _Lost(set())
    record = walk(document.root, ROSTER, reporter) or _sound_part(document.root, lost)
    if record is None:
        return None, reporter.problems
    return _roster(record, file, lost, reporter), reporter.problems


def _sound_part(root: Node, lost: _Lost) -> Record | None:
    """Read again without the broken records: each loses only itself. None where the head is broken."""
    if not isinstance(root, Mapping_):
        return None
    items: list[tuple[Text, Node]] = []
    for key, value in root.items:
        field = ROSTER.by_key.get(key_form(key.value))
        if field is not None and field.table is not None and isinstance(value, Sequence_):
            sound = tuple(n for n in value.items if walk(n, field.table, Reporter("")) is not None)
            lost.take(field.name, [node for node in value.items if node not in sound])
            items.append((key, replace(value, items=sound)))
        else:
            items.append((key, value))
    return walk(replace(root, items=tuple(items)), ROSTER, Reporter(""))


def _roster(record: Record, file: str, lost: _Lost, reporter: Reporter) -> RuledRoster:
    title = record.text("title", "")
    phone = record.text("inquiry_phone")
    info = RosterInfo(
        title=title,
        file=file,
        service=record.text("service") or title,
        url=record.text("url"),
        updated=record.day("updated"),
        day_begins=_minute(record, reporter),
        inquiry=(record.text("inquiry") or title, phone) if phone else None,
        note=record.text("note"),
    )
    clinics = {each.text("name", ""): _clinic(each, reporter) for each in record.records("clinics")}
    reading = _Reading(info, clinics, reporter)
    written = record.records("duties")
    rules = [rule for each in written if (rule := _rule(each, reading))]
    dates, unread = _dates(record.records("dates"), reading)
    changes, unclear = _changes(record.records("changes"), reading)
    return RuledRoster(
        info=info,
        rules=tuple(rules),
        valid_from=record.day("valid_from"),
        valid_to=record.day("valid_to"),
        year_end=_year_end(record, reporter) or year_end_of(rules),
        dates=dates,
        changes=tuple(changes),
        unread=frozenset(unread | unclear | lost.dates),
        incomplete=lost.rules or len(rules) < len(written),
    )


def _clinic(record: Record, reporter: Reporter) -> Clinic:
    sees = record.text("sees")
    youngest, oldest = limits(sees or "")
    return Clinic(
        name=record.text("name", ""),
        departments=record.texts("departments"),
        phone=record.text("phone"),
        address=record.text("address"),
        latitude=_degrees(record, "latitude", 90, reporter),
        longitude=_degrees(record, "longitude", 180, reporter),
        url=record.text("url"),
        sees=sees,
        youngest=youngest,
        oldest=oldest,
        note=record.text("note"),
    )


def _degrees(record: Record, name: str, most: int, reporter: Reporter) -> float | None:
    text = record.text(name)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if abs(value) <= most:
        return value
    message = f"「{text}」は緯度・経度ではありません。34.5678 のような数で書いてください。"
    reporter.at(record.node, "bad-position", message, "warning")
    return None


def _minute(record: Record, reporter: Reporter) -> int:
    text = record.text("day_begins")
    if not text:
        return 0
    read = read_hours(f"{text}〜翌{text}")
    if read is None or not read.spans:
        message = f"「{text}」を時刻として読み取れません。8:30 のように書いてください。"
        reporter.at(record.node, "bad-hours", message, "warning")
        return 0
    return read.spans[0].opens


def _year_end(record: Record, reporter: Reporter) -> tuple[MonthDay, MonthDay] | None:
    text = record.text("year_end")
    if not text:
        return None
    kinds = read_days([text])
    if not kinds or len(kinds) != 1 or kinds[0].span is None:
        message = f"年末年始「{text}」を読み取れません。12月29日〜1月3日 のように書いてください。"
        reporter.at(record.node, "bad-days", message)
        return None
    return kinds[0].span


def _rule(record: Record, reading: _Reading) -> DutyRule | None:
    days, hours = reading.days(record, "days"), reading.hours(record)
    off = reading.days(record, "off")
    names = record.texts("turns") or ((record.text("clinic", ""),) if record.text("clinic") else ())
    if not names:
        message = "当番の医療機関がありません。「clinic」か「turns」（順番）に書いてください。"
        reading.wrong(record, "no-clinic", message)
    clinics = [clinic for name in names if (clinic := reading.clinic(name, record))]
    if len(names) > 1 and record.day("start") is None:
        message = (
            "順番の最初の日がないため、だれの当番か決められません。「start: 2026-04-05」のように"
            "書いてください。"
        )
        reading.wrong(record, "no-start", message)
        return None
    if days is None or hours is None or off is None or not clinics:
        return None
    together = record.text("together", "1")
    if not together.isdecimal() or not 1 <= int(together) <= len(clinics):
        message = (
            f"一度に当番になる数「{together}」は、1から{len(clinics)}までの数で書いてください。"
        )
        reading.wrong(record, "bad-together", message)
        return None
    return DutyRule(
        days=days,
        clinics=tuple(clinics),
        hours=hours,
        start=record.day("start"),
        off=off,
        together=int(together),
        note=record.text("note"),
        row=record.node.line,
    )


def _date(record: Record, reading: _Reading) -> date | None:
    try:
        return read_day(record.text("date", ""))
    except ValueError as error:
        reading.wrong(record, "bad-date", str(error))
        return None


def _dates(
    records: Iterable[Record], reading: _Reading
) -> tuple[dict[date, tuple[Duty, ...]], set[date]]:
    dates: dict[date, tuple[Duty, ...]] = {}
    unread: set[date] = set()
    for record in records:
        day = _date(record, reading)
        if day is None:
            continue
        hours = reading.hours(record)
        clinic = reading.clinic(record.text("clinic", ""), record)
        if hours is None or clinic is None:
            unread.add(day)
            continue
        given = record.texts("departments")
        clinic = replace(
            clinic,
            departments=given or clinic.departments,
            phone=record.text("phone") or clinic.phone,
        )
        duty = Duty(day, clinic, hours, reading.info, record.node.line, record.text("note"))
        dates[day] = (*dates.get(day, ()), duty)
    return dates, unread


def _changes(records: Iterable[Record], reading: _Reading) -> tuple[list[Change], set[date]]:
    changes: list[Change] = []
    unread: set[date] = set()
    for record in records:
        day = _date(record, reading)
        if day is None:
            continue
        hours = reading.hours(record) if record.text("hours") else None
        name = record.text("clinic")
        clinic = reading.clinic(name, record) if name else None
        if record.text("hours") and hours is None:
            unread.add(day)
            continue
        changes.append(
            Change(
                day=day,
                instead_of=record.text("instead_of"),
                duty=(clinic, hours) if clinic else None,
                updated=record.day("updated"),
                row=record.node.line,
                note=record.text("note"),
            )
        )
    changes.sort(key=lambda change: change.updated or date.min)
    return changes, unread
