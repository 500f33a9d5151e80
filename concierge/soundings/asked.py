"""Questions a town asks residents on purpose, and what it wants to learn from them.

    knowledge/<town>/soundings/*.yaml

A sounding belongs to a hypothesis in the form planners use: who needs what, which service would
help, how it will be verified. It is asked after a need was served, answered with one tap, skipped
without trace.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from concierge.problem import Problem
from concierge.soundings.settings import AGES
from concierge.staff_yaml import (
    Field,
    Kind,
    Record,
    Reporter,
    Table,
    each_record,
    yaml_files,
)

__all__ = [
    "IDEAS",
    "SOUNDINGS_FOLDER",
    "Deed",
    "Hypothesis",
    "Query",
    "Sounding",
    "drawn",
    "read_sounding_file",
    "sounding_files",
]

SOUNDINGS_FOLDER = "soundings"
IDEAS = "ideas"
"""The id under which the idea box keeps what it is told; a sounding of this id says what came of it."""
KINDS = ("選択", "ものさし", "自由記述", "地区")
MOST_QUESTIONS = 5
MOST_CHOICES = 10
HYPOTHESIS = Table(
    "仮説",
    (
        Field("persona", Kind.TEXT, "だれが", ("だれが", "対象者", "ペルソナ"), required=True),
        Field("need", Kind.TEXT, "何に困っているか", ("困りごと", "ニーズ"), required=True),
        Field("service", Kind.TEXT, "どんなサービスがあればよいか", ("サービス",), required=True),
        Field("technology", Kind.TEXT, "そのために要る技術", ("技術",)),
        Field("method", Kind.TEXT, "どうやって確かめるか", ("方法",)),
        Field("items", Kind.TEXTS, "確かめる項目", ("項目",)),
        Field("verified", Kind.TEXT, "どうなったら確かめられたとするか", ("検証",), required=True),
        Field("disproved", Kind.TEXT, "どうなったら誤りだったとするか", ("反証",)),
        Field("question", Kind.TEXT, "賛否を数える質問のid", ("質問",)),
        Field("agree", Kind.TEXTS, "仮説を支える答え", ("支える答え",)),
        Field("at_least", Kind.TEXT, "支える答えが何％以上なら支持とするか", ("基準",)),
        Field("topics", Kind.TEXTS, "関わる用件", ("用件",)),
        Field("words", Kind.TEXTS, "答えられなかった質問のうち、関わるものの言葉", ("言葉",)),
    ),
)
QUESTION = Table(
    "質問",
    (
        Field("id", Kind.ID, "質問のid（半角）", required=True),
        Field("text", Kind.TEXT, "質問の文", ("文", "質問"), required=True),
        Field("kind", Kind.TEXT, "答え方", ("答え方", "種類"), required=True, choices=KINDS),
        Field("choices", Kind.TEXTS, "選択肢", ("選択肢",)),
        Field("low", Kind.TEXT, "ものさしの最小（0）", ("最小",)),
        Field("high", Kind.TEXT, "ものさしの最大（10）", ("最大",)),
        Field("low_label", Kind.TEXT, "最小の意味", ("最小の意味",)),
        Field("high_label", Kind.TEXT, "最大の意味", ("最大の意味",)),
    ),
)
DEED = Table(
    "したこと",
    (
        Field("on", Kind.DATE, "いつ", ("いつ", "日付"), required=True),
        Field("text", Kind.TEXT, "何をしたか", ("文", "内容"), required=True),
    ),
)
SOUNDING = Table(
    "まちからの質問",
    (
        Field("id", Kind.ID, "id（半角）", required=True),
        Field("title", Kind.TEXT, "題名", ("題名", "名前"), required=True),
        Field("questions", Kind.TABLES, "質問", ("質問",), table=QUESTION),
        Field("hypothesis", Kind.TABLE, "仮説", ("仮説",), table=HYPOTHESIS),
        Field("topics", Kind.TEXTS, "この用件のあとに尋ねる", ("用件",)),
        Field("areas", Kind.TEXTS, "この地区の方に尋ねる", ("地区",)),
        Field("ages", Kind.TEXTS, "この年代の方に尋ねる", ("年代",)),
        Field("share", Kind.TEXT, "尋ねる人の割合（％）", ("割合",)),
        Field("quota", Kind.TEXT, "集める回答の数", ("回答数", "目標")),
        Field("from", Kind.DATE, "いつから", ("開始",)),
        Field("to", Kind.DATE, "いつまで", ("終了",)),
        Field("did", Kind.TABLES, "いただいた声から何をしたか", ("したこと",), table=DEED),
    ),
)


@dataclass(frozen=True, slots=True)
class Query:
    """One short question. `kind` is one of 選択, ものさし, 自由記述, 地区."""

    id: str
    text: str
    kind: str
    choices: tuple[str, ...] = ()
    low_label: str | None = None
    high_label: str | None = None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a planner believes, and what would show it to be true or false."""

    persona: str
    need: str
    service: str
    verified: str
    technology: str | None = None
    method: str | None = None
    items: tuple[str, ...] = ()
    disproved: str | None = None
    question: str | None = None
    agree: tuple[str, ...] = ()
    at_least: float = 50.0
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """What the town did about what it was told."""

    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Sounding:
    """One set of questions. `share` is a percentage; empty lists mean everyone."""

    id: str
    title: str
    questions: tuple[Query, ...] = ()
    hypothesis: Hypothesis | None = None
    topics: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    share: float = 100.0
    quota: int | None = None
    starts: date | None = None
    ends: date | None = None
    did: tuple[Deed, ...] = ()
    file: str = ""
    line: int = 0

    def runs_on(self, day: date) -> bool:
        """Tell whether it is asked on a day."""
        return (
            bool(self.questions)
            and (self.starts is None or self.starts <= day)
            and (self.ends is None or day <= self.ends)
        )

    def asks(self, topics: Sequence[str], area: str | None, age: str | None) -> bool:
        """Tell whether someone with these consented attributes is asked after these topics."""
        return (
            (not self.topics or any(topic in self.topics for topic in topics))
            and (not self.areas or any(area and area.endswith(each) for each in self.areas))
            and (not self.ages or age in self.ages)
        )


def drawn(sounding: Sounding, resident: str) -> bool:
    """Tell whether a resident is in the sample: always the same for the same two."""
    digest = hashlib.sha256(f"{sounding.id}\0{resident}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 * 100 < sounding.share


def sounding_files(folder: Path) -> list[Path]:
    """Return the sounding files of a municipality's folder, sorted."""
    return yaml_files(folder / SOUNDINGS_FOLDER)


def read_sounding_file(path: Path, file: str) -> tuple[tuple[Sounding, ...], tuple[Problem, ...]]:
    """Read one file: a sounding, or a list of them. A broken one loses only itself."""
    reporter = Reporter(file)
    found: list[Sounding] = []
    for node, record in each_record(path, SOUNDING, reporter):
        sounding = _sounding(record, file, reporter)
        if sounding is not None and any(each.id == sounding.id for each in found):
            reporter.at(
                node,
                "duplicate-id",
                f"id「{sounding.id}」は、前にもあります。別のidにしてください。",
            )
        elif sounding is not None:
            found.append(sounding)
    return tuple(found), reporter.problems


def _sounding(record: Record, file: str, reporter: Reporter) -> Sounding | None:
    queries = [_query(each, reporter) for each in record.records("questions")]
    starts, ends = record.day("from"), record.day("to")
    if len(queries) > MOST_QUESTIONS:
        reporter.at(
            record.node,
            "too-many-questions",
            f"質問は{MOST_QUESTIONS}問までにしてください。多いと、途中でやめる方が増えます。",
        )
    if starts and ends and starts > ends:
        reporter.at(record.node, "dates-reversed", "終わりの日が始まりの日より前です。")
    if queries and ends is None:
        reporter.at(
            record.node,
            "sounding-without-end",
            "終わりの日（to）がありません。止めるまで尋ね続けます。「to: 2027-03-31」のように書いてください。",
            "warning",
        )
    for age in record.texts("ages"):
        if age not in AGES:
            reporter.at(
                record.node,
                "unknown-age-band",
                f"「{age}」という年代はありません。{'、'.join(AGES)} で書いてください。",
            )
    hypothesis = _hypothesis(record.record("hypothesis"), queries, reporter)
    share = _number(record, "share", reporter, 100.0)
    quota = _number(record, "quota", reporter, None)
    if reporter.spoilt(record.node.line, record.node.last_line):
        return None
    return Sounding(
        id=record.text("id", ""),
        title=record.text("title", ""),
        questions=tuple(query for query in queries if query is not None),
        hypothesis=hypothesis,
        topics=record.texts("topics"),
        areas=record.texts("areas"),
        ages=record.texts("ages"),
        share=share if share is not None else 100.0,
        quota=int(quota) if quota is not None else None,
        starts=starts,
        ends=ends,
        did=tuple(_deeds(record)),
        file=file,
        line=record.node.line,
    )


def _deeds(record: Record) -> Iterable[Deed]:
    for each in record.records("did"):
        day = each.day("on")
        if day is not None:
            yield Deed(day, each.text("text", ""))


def _query(record: Record, reporter: Reporter) -> Query | None:
    kind = record.text("kind", "")
    choices = record.texts("choices")
    if kind == "選択" and not 2 <= len(choices) <= MOST_CHOICES:
        reporter.at(
            record.node,
            "bad-choices",
            f"選択の質問には、選択肢（choices）を2つから{MOST_CHOICES}個まで書いてください。",
        )
    if kind == "ものさし":
        low = _number(record, "low", reporter, 0.0) or 0.0
        high = _number(record, "high", reporter, 10.0) or 10.0
        if not 0 <= low < high <= 10:
            reporter.at(
                record.node,
                "bad-scale",
                "ものさしは、0から10までの間で、小さい数から書いてください。",
            )
        choices = tuple(str(number) for number in range(int(low), int(high) + 1))
    return Query(
        id=record.text("id", ""),
        text=record.text("text", ""),
        kind=kind,
        choices=choices,
        low_label=record.text("low_label"),
        high_label=record.text("high_label"),
    )


def _hypothesis(
    record: Record | None, queries: Sequence[Query | None], reporter: Reporter
) -> Hypothesis | None:
    if record is None:
        return None
    question, agree = record.text("question"), record.texts("agree")
    asked = next((query for query in queries if query and query.id == question), None)
    if question is not None and asked is None:
        reporter.at(
            record.node,
            "unknown-question",
            f"仮説の question「{question}」は、questions にありません。質問のidを書いてください。",
        )
    if asked is not None:
        for answer in agree:
            if answer not in asked.choices:
                reporter.at(
                    record.node,
                    "unknown-answer",
                    f"仮説の agree「{answer}」は、質問「{asked.id}」の選択肢にありません。",
                )
    at_least = _number(record, "at_least", reporter, 50.0)
    return Hypothesis(
        persona=record.text("persona", ""),
        need=record.text("need", ""),
        service=record.text("service", ""),
        verified=record.text("verified", ""),
        technology=record.text("technology"),
        method=record.text("method"),
        items=record.texts("items"),
        disproved=record.text("disproved"),
        question=question,
        agree=agree,
        at_least=at_least if at_least is not None else 50.0,
        topics=record.texts("topics"),
        words=record.texts("words"),
    )


def _number(record: Record, name: str, reporter: Reporter, default: float | None) -> float | None:
    text = record.text(name)
    if text is None:
        return default
    folded = re.sub(r"[%人件\s]+$", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"\d{1,7}(?:\.\d+)?", folded):
        reporter.at(
            record.node, "bad-number", f"「{name}: {text}」を数として読み取れません。例: 50"
        )
        return default
    return float(folded)
