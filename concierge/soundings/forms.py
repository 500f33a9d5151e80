"""The forms of a report: one HTML file that prints well, JSON, CSV. All show the same figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from concierge.clock import with_weekday
from concierge.soundings import charts
from concierge.soundings.anonymity import WITHHELD
from concierge.soundings.brief import Brief
from concierge.soundings.charts import Bar
from concierge.soundings.crossing import Cross
from concierge.soundings.evidence import Evidence, Question
from concierge.soundings.figures import FEEDBACK, OUTCOMES, seasons
from concierge.soundings.report import Report, Survey
from concierge.soundings.unmet import Unmet
from concierge.soundings.words import told_days

__all__ = [
    "CSV_COLUMNS",
    "OUTCOME_NAMES",
    "as_csv",
    "as_html",
    "as_json",
    "charts_of",
    "distribution",
    "environment",
    "shown_months",
]

OUTCOME_NAMES = {
    "answered": "答えた",
    "clarify": "聞き返した",
    "suggest": "候補を示した",
    "abstain": "分からないと答えた",
    "emergency": "緊急の案内",
    "helpful": "役に立った",
    "wrong": "違う",
    "person": "人に聞きたい",
    "solved": "解決した",
    "unsolved": "解決していない",
}
CSV_COLUMNS = ("section", "name", "key", "value", "share", "low", "high", "note")
TOPICS_SHOWN, UNMET_SHOWN = 12, 15


def environment() -> Environment:
    """Return the templates of everything that is made here."""
    made = Environment(
        loader=PackageLoader("concierge.soundings", "."),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = lambda value: WITHHELD if value is None else f"{value:,}"
    made.filters["percent"] = lambda value: WITHHELD if value is None else f"{value:.0%}"
    made.filters["day"] = lambda day: f"{day.year}年{day.month}月{day.day}日"
    made.globals["told_days"] = told_days
    return made


def as_html(report: Report) -> str:
    """Return the report as one HTML file without scripts, pictures included."""
    return (
        environment()
        .get_template("report.html")
        .render(
            r=report,
            names=OUTCOME_NAMES,
            outcomes=OUTCOMES,
            feedback=FEEDBACK,
            charts=charts_of(report),
            unmet=report.unmet[:UNMET_SHOWN],
            trend=lambda group: charts.line(
                f"{group.name}の月ごとの回数",
                [v or 0 for v in shown_months(group, report.least).values()],
            ),
            distribution=distribution,
            pyramid=_pyramid,
            weekday=with_weekday,
            topics_shown=TOPICS_SHOWN,
            part=lambda outcome, whole: _part(report, outcome, whole),
        )
    )


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON; every key always present, None where a number is withheld."""
    counted, council = report.counts, report.council
    return {
        "town": report.town,
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "made": report.made.isoformat(timespec="seconds"),
        "least": report.least,
        "totals": {
            "turns": counted.turns,
            **{name: _enough(counted.outcomes[name], report.least) for name in OUTCOMES},
            **{name: _enough(counted.outcomes[name], report.least) for name in FEEDBACK},
        },
        "demand": {
            "topics": [
                {
                    "topic": topic.name,
                    "turns": topic.turns,
                    **topic.outcomes,
                    "wrong": topic.wrong,
                    "helpful": topic.helpful,
                }
                for topic in report.topics
            ],
            "hours": [_enough(counted.hours[hour], report.least) for hour in range(24)],
            "months": {m: _enough(v, report.least) for m, v in sorted(counted.months.items())},
            "seasons": {s: _enough(v, report.least) for s, v in seasons(counted.months).items()},
            "channels": {c: _enough(v, report.least) for c, v in sorted(counted.channels.items())},
            "areas": [{"area": area, "people": people} for area, people in report.areas],
            "area_topics": [
                {"area": area, "people": dict(zip(report.area_columns, cells, strict=True))}
                for area, cells in report.area_topics
            ],
        },
        "unmet": [_unmet(place, group, report) for place, group in enumerate(report.unmet, 1)],
        "surveys": [_survey(survey) for survey in report.surveys],
        "hypotheses": [_hypothesis(each) for each in report.evidence],
        "brief": [_brief(each) for each in report.briefs],
        "council": {
            "met": council.met,
            "share_met": round(council.share_met, 4),
            "hours_saved": None if council.hours is None else round(council.hours, 1),
            "cost_a_month": council.cost,
            "cost_each": None if council.cost_each is None else round(council.cost_each, 1),
            "reached": council.reached,
            "share_reached": None
            if council.share_reached is None
            else round(council.share_reached, 4),
        },
        "ideas": report.ideas,
    }


def as_csv(report: Report) -> str:
    """Return the report as one flat table, UTF-8 with the columns of `CSV_COLUMNS`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for row in _rows(as_json(report)):
        writer.writerow(["" if value is None else _safe(value) for value in row])
    return out.getvalue()


def shown_months(group: Unmet, least: int) -> dict[str, int | None]:
    """Return a group's turns by month, the few of a month withheld."""
    return {month: _enough(turns, least) for month, turns in group.months.items()}


def _rows(found: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield (section, name, key, value, share, low, high, note)."""
    for key, value in found["totals"].items():
        yield _row("totals", "", key, value)
    yield from _demand_rows(found["demand"])
    for each in found["unmet"]:
        for key in ("rank", "people", "turns", "wrong", "weight"):
            yield _row("unmet", each["name"], key, each[key], each["unresolved"], note=each["id"])
    for survey in found["surveys"]:
        yield from _survey_rows(survey)
    for key, value in found["council"].items():
        yield _row("council", "", key, value)


def _demand_rows(demand: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for topic in demand["topics"]:
        for key in (key for key in topic if key != "topic"):
            yield _row("topics", topic["topic"], key, topic[key])
    for hour, value in enumerate(demand["hours"]):
        yield _row("hours", "", hour, value)
    for section in ("months", "seasons", "channels"):
        for key, value in demand[section].items():
            yield _row(section, "", key, value)
    for each in demand["areas"]:
        yield _row("areas", each["area"], "people", each["people"])
    for each in demand["area_topics"]:
        for topic, value in each["people"].items():
            yield _row("area_topics", each["area"], topic, value)


def _survey_rows(survey: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for question in survey["questions"]:
        name = f"{survey['id']}.{question['id']}"
        for each in question["answers"]:
            numbers = (each["count"], each["share"], each["low"], each["high"])
            yield _row("surveys", name, each["answer"], *numbers)
    for age in survey["ages"]:
        town = age["population_share"]
        yield _row("ages", survey["id"], age["age"], age["people"], age["share"], note=town)
    for cross in survey["crosses"]:
        name = survey["id"] + (f".{cross['question']}" if cross["question"] else "")
        for line in cross["rows"]:
            for column, value in line["people"].items():
                yield _row("crosses", name, f"{line['name']}×{column}", value)


def _row(
    section: str,
    name: str,
    key: Any,
    value: Any,
    share: float | None = None,
    low: float | None = None,
    high: float | None = None,
    note: Any = None,
) -> tuple[Any, ...]:
    return section, name, key, value, share, low, high, WITHHELD if value is None else note


def _safe(value: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@\t\r")) else value


def _part(report: Report, outcome: str, whole: int) -> str:
    """Say how many ended so, and of how many in a thousand; nothing of few."""
    number = _enough(report.counts.outcomes[outcome], report.least)
    return WITHHELD if number is None else f"{number:,}件（{number / (whole or 1):.1%}）"


def _enough(count: int, least: int) -> int | None:
    return None if 0 < count < least else count


def _unmet(place: int, group: Unmet, report: Report) -> dict[str, Any]:
    return {
        "rank": place,
        "id": group.id,
        "name": group.name,
        "people": group.people,
        "turns": group.turns,
        "unresolved": round(group.unresolved, 4),
        "weight": round(group.weight, 1),
        "wrong": _enough(group.wrong, report.least),
        "topic": group.topic,
        "months": shown_months(group, report.least),
        "areas": {a: n for a, n in sorted(group.areas.items()) if n >= report.least},
        "said": list(group.said),
        "nearest": None
        if group.nearest is None
        else {
            "id": group.nearest[0],
            "question": group.nearest[1],
            "score": round(group.nearest[2], 4),
        },
        "first_seen": group.first_seen,
    }


def _survey(survey: Survey) -> dict[str, Any]:
    return {
        "id": survey.id,
        "title": survey.title,
        "people": survey.people,
        "questions": [
            {
                "id": question.id,
                "text": question.text,
                "kind": question.kind,
                "people": question.people,
                "texts": question.texts,
                "answers": [
                    {
                        "answer": answer,
                        "count": count,
                        "share": _rounded(share),
                        "low": _rounded(low),
                        "high": _rounded(high),
                    }
                    for answer, count, share, low, high in question.answers
                ],
            }
            for question in survey.questions
        ],
        "ages": [
            {
                "age": age.band,
                "people": age.people,
                "share": _rounded(age.share),
                "population_share": _rounded(age.population),
            }
            for age in survey.ages
        ],
        "crosses": [
            _cross(question, cross)
            for question, cross in ((None, survey.where), *survey.by_age.items())
            if cross is not None
        ],
        "did": [{"on": day.isoformat(), "text": text} for day, text in survey.deeds],
    }


def _cross(question: str | None, cross: Cross) -> dict[str, Any]:
    return {
        "question": question,
        "down": cross.down,
        "across": cross.across,
        "rows": [
            {"name": name, "people": dict(zip(cross.columns, cells, strict=True))}
            for name, cells in cross.rows
        ],
    }


def _hypothesis(each: Evidence) -> dict[str, Any]:
    hypothesis = each.hypothesis
    return {
        "id": each.sounding.id,
        "title": each.sounding.title,
        "persona": hypothesis.persona,
        "need": hypothesis.need,
        "service": hypothesis.service,
        "technology": hypothesis.technology,
        "method": hypothesis.method,
        "items": list(hypothesis.items),
        "verified": hypothesis.verified,
        "disproved": hypothesis.disproved,
        "verdict": each.verdict,
        "for": list(each.speaks_for),
        "against": list(each.speaks_against),
        "unmet": [group.id for group in each.unmet],
    }


def _brief(each: Brief) -> dict[str, Any]:
    return {
        "title": each.title,
        "build": list(each.build),
        "whom": list(each.whom),
        "why": list(each.why),
        "care": list(each.care),
        "disproved": list(each.disproved),
        "verdict": each.verdict,
        "people": each.people,
        "turns": each.turns,
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def charts_of(report: Report) -> dict[str, Any]:
    """Return the charts of demand and outcomes, by name."""
    counted, least = report.counts, report.least
    topics = [t for t in report.topics if t.turns is not None][:TOPICS_SHOWN]
    turns = counted.turns or 1
    areas = [(a, n) for a, n in report.areas if n is not None][:TOPICS_SHOWN]
    return {
        "topics": charts.bars(
            "用件ごとの件数",
            [
                Bar(t.name, t.turns, f"{t.turns:,}件（{(t.turns or 0) / turns:.0%}）")
                for t in topics
            ],
        ),
        "hours": charts.columns(
            "時間帯ごとの件数",
            {
                f"{h}" if h % 3 == 0 else " " * (h + 1): _enough(counted.hours[h], least)
                for h in range(24)
            },
        ),
        "months": charts.columns(
            "月ごとの件数",
            {f"{int(m[5:7])}月": _enough(v, least) for m, v in sorted(counted.months.items())}
            if len(counted.months) <= 12
            else {m: _enough(v, least) for m, v in sorted(counted.months.items())},
        ),
        "areas": charts.bars(
            "地区ごとの人数", [Bar(area, people, f"{people:,}人以上") for area, people in areas]
        ),
        "outcomes": charts.stacks(
            "用件ごとの答えの結果",
            [OUTCOME_NAMES[name] for name in OUTCOMES[:4]],
            [
                (t.name, [t.outcomes[name] for name in OUTCOMES[:4]], f"{t.turns:,}件")
                for t in topics
            ],
        ),
    }


def distribution(question: Question, mark: float | None = None) -> Any:
    """Return a chart of how a question was answered, with intervals."""
    rows = [
        Bar(answer, share, f"{count:,}人 {share:.0%}（{low:.0%}〜{high:.0%}）", low, high)
        if count is not None and share is not None and low is not None and high is not None
        else Bar(answer, None, WITHHELD)
        for answer, count, share, low, high in question.answers
    ]
    return charts.shares(question.text, rows, mark)


def _pyramid(survey: Survey) -> Any:
    rows = [(age.band, age.share, age.population) for age in survey.ages]
    return charts.twin_bars("回答者と人口の年代", ("回答した方", "まちの人口"), rows)
