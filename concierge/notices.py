"""What staff announce for a subject, areas and a period: it goes before what the data says.

    knowledge/<town>/notices/*.yaml

A notice holds from `from` to `to`; outside that it is as if it were not there. It concerns a
message by its subject (a topic of the answer, or a word of the message) and by its areas. A
disaster notice concerns everything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from concierge.clock import TOKYO
from concierge.language.normalize import normalize, normalized_key
from concierge.language.places import AreaFinder
from concierge.problem import Problem
from concierge.staff_yaml import (
    Field,
    Kind,
    Mapping_,
    Node,
    Record,
    Reporter,
    Table,
    each_record,
    read_day,
    yaml_files,
)
from concierge.waste.model import Area

__all__ = ["NOTICES_FOLDER", "Notice", "notice_files", "read_notice_file"]

NOTICES_FOLDER = "notices"
YES_NO = ("はい", "いいえ")
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2})|時(?:(\d{1,2})分?)?)$")
NOTICE = Table(
    "お知らせ",
    (
        Field(
            "text", Kind.TEXT, "お知らせの文（1〜2行）", ("文", "本文", "お知らせ"), required=True
        ),
        Field(
            "subject", Kind.TEXTS, "何についてのお知らせか（ごみ、図書館 など）", ("件名", "対象")
        ),
        Field("areas", Kind.TEXTS, "地区（書かなければ全域）", ("地区", "区域")),
        Field("from", Kind.TEXT, "いつから（2026-12-20 5:00）", ("開始", "いつから", "開始日時")),
        Field("to", Kind.TEXT, "いつまで（2026-12-20 23:59）", ("終了", "いつまで", "終了日時")),
        Field("url", Kind.URL, "くわしいページ", ("ページ", "リンク"), lenient=True),
        Field("replaces", Kind.TEXT, "データの答えの代わりにする", ("置き換え",), choices=YES_NO),
        Field("disaster", Kind.TEXT, "災害時（すべての答えの前に出す）", ("災害",), choices=YES_NO),
    ),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One announcement.

    `starts` and `ends` are included; None is open. `subjects` are topics in staff's words; none
    means every subject. `areas` are names as staff wrote them; none means the whole town.
    `replaces` takes the place of the data's answer, else it goes before it.
    """

    text: str
    subjects: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    starts: datetime | None = None
    ends: datetime | None = None
    url: str | None = None
    replaces: bool = False
    disaster: bool = False
    file: str = ""
    line: int = 0

    def holds(self, at: datetime) -> bool:
        """Tell whether it holds at a moment."""
        return (self.starts is None or self.starts <= at) and (self.ends is None or at <= self.ends)

    def concerns(
        self, text: str, topics: Iterable[str], areas: Sequence[Area], finder: AreaFinder
    ) -> bool:
        """Tell whether it concerns a message with an answer's topics, asked for these areas."""
        if self.disaster:
            return True
        said = normalized_key(text)
        told = {normalized_key(topic) for topic in topics}
        about = not self.subjects or any(
            key in told or key in said for key in map(normalized_key, self.subjects)
        )
        if not about or not self.areas:
            return about
        meant = {area for name in self.areas for area in finder.resolve(normalize(name))}
        return any(area in meant for area in areas)


def notice_files(folder: Path) -> list[Path]:
    """Return the notice files of a municipality's folder, sorted."""
    return yaml_files(folder / NOTICES_FOLDER)


def read_notice_file(path: Path, file: str) -> tuple[tuple[Notice, ...], tuple[Problem, ...]]:
    """Read one file: a notice, or a list of notices. A broken notice loses only itself."""
    reporter = Reporter(file)
    found = [_notice(record, file, reporter) for _, record in each_record(path, NOTICE, reporter)]
    return tuple(notice for notice in found if notice is not None), reporter.problems


def _notice(record: Record, file: str, reporter: Reporter) -> Notice | None:
    starts = _moment(record, "from", time(), reporter)
    ends = _moment(record, "to", time(23, 59, 59), reporter)
    if reporter.spoilt(record.node.line, record.node.last_line):
        return None
    if starts and ends and starts > ends:
        reporter.at(
            record.node,
            "period-reversed",
            "「いつまで」が「いつから」より前です。日時を確かめてください。",
        )
        return None
    disaster = record.text("disaster") == "はい"
    if ends is None:
        reporter.at(
            record.node,
            "notice-without-end",
            "終わりの日時がありません。消すまで出続けます。「to: 2026-12-20」のように書くと自動で消えます。",
            "warning",
        )
    if not disaster and not record.texts("subject"):
        reporter.at(
            record.node,
            "notice-without-subject",
            "何についてのお知らせかがないため、すべての答えの前に出ます。「subject: ごみ」のように書いてください。",
            "warning",
        )
    return Notice(
        text=record.text("text", ""),
        subjects=record.texts("subject"),
        areas=record.texts("areas"),
        starts=starts,
        ends=ends,
        url=record.text("url"),
        replaces=record.text("replaces") == "はい",
        disaster=disaster,
        file=file,
        line=record.node.line,
    )


def _moment(record: Record, name: str, otherwise: time, reporter: Reporter) -> datetime | None:
    """Read a day with or without a time; without one it is the day's beginning or end."""
    text = record.text(name)
    if text is None:
        return None
    folded = unicodedata.normalize("NFKC", text).replace("T", " ").strip()
    found = CLOCK.search(folded)
    clock = otherwise
    try:
        if found is not None:
            clock = time(int(found[1]), int(found[2] or found[3] or 0))
            folded = folded[: found.start()].strip()
        return datetime.combine(read_day(folded), clock, TOKYO)
    except ValueError as error:
        node = _node_of(record.node, name)
        said = str(error) if "「" in str(error) else f"「{text}」という時刻はありません。"
        reporter.at(node or record.node, "bad-moment", said)
        return None


def _node_of(mapping: Mapping_, name: str) -> Node | None:
    field = next(field for field in NOTICE.fields if field.name == name)
    return next(
        (value for key, value in mapping.items if key.value in (name, *field.aliases)), None
    )
