"""On a synthetic year the report ranks the planted needs right, and shows none not planted."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from concierge.clock import parse_instant
from concierge.knowledge import Knowledge, load_knowledge
from concierge.settings import demonstration
from concierge.soundings.figures import interval
from concierge.soundings.forms import CSV_COLUMNS, as_csv, as_html, as_json
from concierge.soundings.opening import files, page
from concierge.soundings.papers import PAPERS, paper
from concierge.soundings.report import Report, make_report
from concierge.soundings.unmet import draft, group_unmet
from concierge.staff_yaml import parse_yaml
from concierge.storage.soundings import Store
from tests.cli.run import run

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
from soundings_town import FIRST, LAST, NEEDS, NOUNS, plant

MADE = parse_instant("2026-11-20T09:00")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(demonstration())


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("year") / "concierge.db"
    plant(path, 40_000, seed=21)
    store = Store(path)
    store.run(lambda c: group_unmet(c, MADE.date(), 5))
    store.close()
    return path


@pytest.fixture(scope="module")
def report(year: Path, knowledge: Knowledge) -> Report:
    store = Store(year)
    made: Report = store.run(lambda c: make_report(c, knowledge, FIRST, LAST, MADE))
    store.close()
    return made


def need_of(group: Any) -> str | None:
    said = [*group.examples, *group.said]
    owners = {need.name for need in NEEDS for text in said if text in need.wordings}
    return owners.pop() if len(owners) == 1 else None


def test_the_planted_needs_are_ranked_right_and_nothing_else_is_shown(report: Report) -> None:
    found = [need_of(group) for group in report.unmet]
    assert None not in found, "a group of nothing that was planted, or of two needs"
    ranking = list(dict.fromkeys(found))
    planted = sorted(NEEDS, key=lambda need: -need.weight)
    assert ranking == [need.name for need in planted]


def test_wrong_is_told_apart_from_not_knowing(report: Report) -> None:
    pool = next(group for group in report.unmet if need_of(group) == "プールの料金がちがう")
    assert pool.wrong > 100
    topic = next(topic for topic in report.topics if topic.name == "図書館・文化")
    assert topic.wrong is not None
    assert topic.wrong > 100
    assert topic.outcomes["abstain"] == 0


def test_the_brief_says_what_first_for_whom_why_and_what_would_disprove_it(report: Report) -> None:
    first = report.briefs[0]
    assert "乗り合いタクシー" in first.title
    assert first.verdict == "支持"
    assert any("海岸地区" in line or "山里地区" in line for line in first.whom)
    assert any("信頼区間" in line for line in first.why)
    assert any("70代" in line for line in first.care), "who was not heard is said"
    assert len(first.disproved) == 2


def test_hypotheses_are_told_with_evidence_both_ways(report: Report) -> None:
    verdicts = {each.sounding.id: each.verdict for each in report.evidence}
    assert verdicts == {"yoru-bus": "支持", "gakudo-aki": "支持", "denshi-tosho": "不支持"}
    against = next(each for each in report.evidence if each.sounding.id == "denshi-tosho")
    assert against.speaks_for == ()
    assert len(against.speaks_against) >= 2
    assert not any("電子図書館" in brief.title for brief in report.briefs)


def test_surveys_are_distributions_with_intervals_beside_the_towns_ages(report: Report) -> None:
    survey = next(each for each in report.surveys if each.id == "kurashi-jikkan")
    question = survey.questions[0]
    shown = [row for row in question.answers if row[1] is not None]
    for _, count, share, low, high in shown:
        assert count is not None and share is not None and low is not None and high is not None
        assert count >= 5
        assert low < share < high
    assert survey.ages[2].share is not None
    assert survey.ages[2].population is not None
    assert "平均" not in as_html(report).replace("平均は出さず", "")


def test_answers_are_told_by_age_and_area_and_small_cells_by_nothing(report: Report) -> None:
    survey = next(each for each in report.surveys if each.id == "kurashi-jikkan")
    assert survey.where is not None
    assert survey.where.columns[:2] == ("10代以下", "20代")
    told = [cell for _, cells in survey.where.rows for cell in cells]
    assert any(told)
    assert not any(cell is not None and 0 < cell < 5 for cell in told)
    for question in survey.questions:
        cross = survey.by_age.get(question.id)
        if cross is None:
            continue
        for (answer, cells), (name, whole, *_) in zip(cross.rows, question.answers, strict=True):
            assert answer == name
            away = [cell for cell in cells if cell is None]
            assert len(away) != 1, "one withheld cell is its total less the others"
            if whole is None:
                assert len(away) == len(cells), "a withheld total must not be the sum of its cells"
    crosses = [
        row for row in csv.DictReader(io.StringIO(as_csv(report))) if row["section"] == "crosses"
    ]
    assert {row["name"] for row in crosses} >= {"kurashi-jikkan"}
    assert "答えた方の地区と年代" in as_html(report)


def test_no_form_shows_anyone_or_fewer_than_five(
    report: Report, knowledge: Knowledge, year: Path
) -> None:
    store = Store(year)
    published: Report = store.run(
        lambda c: make_report(c, knowledge, FIRST, LAST, MADE, published=True)
    )
    names = [row[0] for row in store.run(lambda c: c.execute(
        "SELECT DISTINCT resident FROM sounding_turns LIMIT 500").fetchall())]  # fmt: skip
    store.close()
    forms = [
        as_html(report),
        json.dumps(as_json(report)),
        as_csv(report),
        page(published, knowledge),
    ]
    forms += files(published, knowledge).values()
    for form in forms:
        assert not any(name in form for name in names)
        assert not any(f"{noun}？" in form for noun in NOUNS)
    for place in ("totals", "demand", "unmet", "surveys"):
        for number in numbers(as_json(report)[place]):
            assert number == 0 or number >= 5


def numbers(value: Any, key: str = "") -> list[int]:
    if isinstance(value, dict):
        return [number for k, each in value.items() for number in numbers(each, k)]
    if isinstance(value, list):
        return [number for each in value for number in numbers(each, key)]
    counted = isinstance(value, int) and not isinstance(value, bool) and key != "rank"
    return [value] if counted else []


def test_published_is_only_what_was_agreed_to(year: Path, knowledge: Knowledge) -> None:
    store = Store(year)
    one, all_ = (
        store.run(lambda c, p=p: make_report(c, knowledge, FIRST, LAST, MADE, published=p))
        for p in (True, False)
    )
    store.close()
    assert 0 < sum(s.people for s in one.surveys) < sum(s.people for s in all_.surveys)
    text = page(one, knowledge)
    assert "使い方の教室を始めました" in text
    assert not any(wording in text for need in NEEDS for wording in need.wordings)


def test_html_is_one_file_and_csv_and_json_agree(report: Report) -> None:
    html = as_html(report)
    assert not re.search(r"<script|<link|<img|src=|url\(", html)
    rows = list(csv.DictReader(io.StringIO(as_csv(report))))
    assert tuple(rows[0]) == CSV_COLUMNS
    turns = next(row for row in rows if row["section"] == "totals" and row["key"] == "turns")
    assert int(turns["value"]) == as_json(report)["totals"]["turns"] == report.counts.turns


def test_an_empty_log_makes_an_honest_report(tmp_path: Path, knowledge: Knowledge) -> None:
    store = Store(tmp_path / "concierge.db")
    made: Report = store.run(lambda c: make_report(c, knowledge, FIRST, LAST, MADE))
    store.close()
    html = as_html(made)
    assert "作るべきものを示せません" in html
    assert json.dumps(as_json(made))
    assert as_csv(made)


def test_a_draft_faq_can_be_read_by_the_faq(report: Report, knowledge: Knowledge) -> None:
    document = parse_yaml(draft(report.unmet[0], knowledge), "draft.yaml")
    assert [p for p in document.problems if p.severity == "error"] == []


def test_who_made_what_is_written_down(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCIERGE_DATABASE", f"sqlite:///{year}")
    span = ("--from", FIRST.isoformat(), "--to", LAST.isoformat())
    assert run("soundings", "report", *span, "--format", "json", "--by", "企画課 田中").code == 0
    told = json.loads(run("soundings", "access", "--json").stdout)["accesses"][-1]
    assert (told["who"], told["what"], told["form"]) == ("企画課 田中", "report", "json")


@pytest.mark.parametrize("name", PAPERS)
def test_papers_are_made_of_the_configuration(name: str, knowledge: Knowledge) -> None:
    text = paper(name, knowledge, MADE.date(), 1234)
    assert "あさなぎ市" in text
    assert "400日" in text
    assert "秘書広報課" in text or name == "flow"
    assert "{{" not in text


def test_the_interval_is_wilsons() -> None:
    low, high = interval(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)
    assert interval(0, 0) == (0.0, 1.0)
