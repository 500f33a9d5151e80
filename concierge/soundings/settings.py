"""What a town decides about its soundings: `privacy.yaml` and `population.yaml` of its folder.

`privacy.yaml` says how long what is kept and who answers for it; the program enforces it.
`population.yaml` says who lives there, so that a report can show who was not heard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from concierge.problem import Problem
from concierge.staff_yaml import Field, Kind, Record, Reporter, Table, read_yaml, walk

__all__ = [
    "AGES",
    "POPULATION_FILE",
    "PRIVACY_FILE",
    "Population",
    "Privacy",
    "read_population",
    "read_privacy",
]

PRIVACY_FILE = "privacy.yaml"
POPULATION_FILE = "population.yaml"
AGES = ("10代以下", "20代", "30代", "40代", "50代", "60代", "70代", "80代以上")
"""The age bands residents may tell, and the town's own pyramid is given in."""
PERIOD = re.compile(r"(\d{1,4})(日間?|[かヶケカ]月間?|年間?)?")
DAYS = {"日": 1, "年": 366}
LONGEST = 3660
PRIVACY = Table(
    "記録の決まり",
    (
        Field("contact", Kind.TEXT, "問い合わせ先の課", ("問い合わせ先", "担当")),
        Field("texts", Kind.TEXT, "同意のある質問の文と記録を残す期間（400日）", ("質問の文",)),
        Field("answers", Kind.TEXT, "アンケートの回答を残す期間（3年）", ("回答",)),
        Field("counts", Kind.TEXT, "件数だけの記録を残す期間（5年）", ("件数",)),
        Field("rotate", Kind.TEXT, "仮名の鍵を替える間隔（90日）", ("鍵の交換",)),
        Field("access", Kind.TEXT, "だれが報告書を作ったかの記録を残す期間（5年）", ("閲覧記録",)),
        Field("least", Kind.TEXT, "この人数より少ない数は出さない（5）", ("最少人数",)),
        Field("licence", Kind.TEXT, "公開するデータの利用条件", ("ライセンス", "利用条件")),
        Field("licence_url", Kind.URL, "利用条件のページ", ("利用条件のページ",), lenient=True),
    ),
)
POPULATION = Table(
    "人口",
    (
        Field("population", Kind.TEXT, "人口（人）", ("人口",), required=True),
        Field("as_of", Kind.DATE, "いつの人口か", ("基準日",), lenient=True),
        Field("source", Kind.TEXT, "何の統計か", ("出典",)),
        Field("ages", Kind.PAIRS, "年代ごとの人口", ("年代",)),
        Field("cost", Kind.TEXT, "このサービスの1か月の費用（円）", ("費用",)),
        Field("minutes", Kind.TEXT, "電話1件の対応にかかる時間（分）", ("電話の時間",)),
    ),
)


@dataclass(frozen=True, slots=True)
class Privacy:
    """How long what is kept (in days), and how few people are too few to be shown."""

    contact: str | None = None
    texts: int = 400
    answers: int = 1098
    counts: int = 1830
    rotate: int = 90
    access: int = 1830
    least: int = 5
    licence: str = "CC BY 4.0"
    licence_url: str = "https://creativecommons.org/licenses/by/4.0/deed.ja"

    @property
    def longest(self) -> int:
        """Days after which nothing under a pseudonym is left."""
        return max(self.texts, self.answers)


@dataclass(frozen=True, slots=True)
class Population:
    """Who lives in the town. `ages` go by `AGES`; `cost` is yen a month, `minutes` a phone call."""

    population: int | None = None
    as_of: str | None = None
    source: str | None = None
    ages: Mapping[str, int] = field(default_factory=dict)
    cost: int | None = None
    minutes: float | None = None


def read_privacy(path: Path) -> tuple[Privacy | None, Iterable[Problem]]:
    """Read `privacy.yaml`; the defaults where there is none. Never raises for its content."""
    found = _record(path, PRIVACY_FILE, PRIVACY)
    if found is None:
        return Privacy(), ()
    record, reporter = found
    if record is None:
        return None, reporter.problems
    default = Privacy()
    days = {
        name: _days(record, name, getattr(default, name), reporter)
        for name in ("texts", "answers", "counts", "rotate", "access")
    }
    least = _number(record, "least", reporter)
    if least is not None and least < 3:
        reporter.at(
            record.node,
            "least-too-small",
            "least（最少人数）は3以上にしてください。少ないと、だれの答えか分かってしまいます。",
        )
    if reporter.spoilt(record.node.line, record.node.last_line):
        return None, reporter.problems
    return Privacy(
        contact=record.text("contact"),
        least=int(least) if least is not None else default.least,
        licence=record.text("licence", default.licence),
        licence_url=record.text("licence_url", default.licence_url),
        **days,
    ), reporter.problems


def read_population(path: Path) -> tuple[Population | None, Iterable[Problem]]:
    """Read `population.yaml`; nothing known where there is none."""
    found = _record(path, POPULATION_FILE, POPULATION)
    if found is None:
        return Population(), ()
    record, reporter = found
    if record is None:
        return None, reporter.problems
    ages: dict[str, int] = {}
    for band, text in record.pairs("ages").items():
        if band not in AGES:
            reporter.at(
                record.node,
                "unknown-age-band",
                f"「{band}」という年代はありません。{'、'.join(AGES)} で書いてください。",
            )
        elif (number := _parsed(text)) is not None:
            ages[band] = int(number)
        else:
            reporter.at(record.node, "bad-number", f"「{text}」を数として読み取れません。")
    numbers = {name: _number(record, name, reporter) for name in ("population", "cost", "minutes")}
    if reporter.spoilt(record.node.line, record.node.last_line):
        return None, reporter.problems
    day = record.day("as_of")
    people, cost = numbers["population"], numbers["cost"]
    return Population(
        population=int(people) if people is not None else None,
        as_of=day.isoformat() if day else None,
        source=record.text("source"),
        ages={band: ages[band] for band in AGES if band in ages},
        cost=int(cost) if cost is not None else None,
        minutes=numbers["minutes"],
    ), reporter.problems


def _record(path: Path, file: str, table: Table) -> tuple[Record | None, Reporter] | None:
    if not path.is_file():
        return None
    document = read_yaml(path, file, table.keys)
    reporter = Reporter(file)
    reporter.extend(document.problems)
    record = walk(document.root, table, reporter) if document.root is not None else None
    return record, reporter


def _days(record: Record, name: str, default: int, reporter: Reporter) -> int:
    text = record.text(name)
    if text is None:
        return default
    found = PERIOD.fullmatch(unicodedata.normalize("NFKC", text).strip())
    days = 0
    if found is not None:
        unit = (found[2] or "日")[0]
        days = int(found[1]) * DAYS.get(unit, 31)
    if not 1 <= days <= LONGEST:
        reporter.at(
            record.node,
            "bad-period",
            f"「{name}: {text}」を期間として読み取れません。400日、13か月、5年（10年まで）のように書いてください。",
        )
        return default
    return days


def _number(record: Record, name: str, reporter: Reporter) -> float | None:
    text = record.text(name)
    if text is None:
        return None
    number = _parsed(text)
    if number is None:
        reporter.at(
            record.node, "bad-number", f"「{name}: {text}」を数として読み取れません。例: 20000"
        )
    return number


def _parsed(text: str) -> float | None:
    folded = re.sub(r"[,、\s]|[人円分]$", "", unicodedata.normalize("NFKC", text))
    return float(folded) if re.fullmatch(r"\d{1,10}(?:\.\d+)?", folded) else None
