"""The FAQ at the hub: exact wordings by rule, the nearest by retrieval."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from concierge.clock import parse_instant
from concierge.engine import Candidate, Layer, Question
from concierge.faq.model import Entry, Translation
from concierge.knowledge import Knowledge
from concierge.municipality import Department, Municipality
from concierge.understanding import Understander
from engines.faq import Faq

ENTRY = Entry(
    "gomi",
    "粗大ごみはどう出しますか",
    "電話で申し込んでください。",
    links=(("粗大ごみ", "https://www.example.jp/sodai/"),),
    department="環境課",
    updated=date(2026, 4, 1),
    valid_to=date(2026, 12, 31),
    translations={"en": Translation("How do I throw away large garbage?", (), "Call us.")},
    file="faq/gomi.yaml",
    line=7,
)
KNOWLEDGE = Knowledge(
    folder=Path(),
    municipality=Municipality("町", departments=(Department("環境課", "00-0000-0002"),)),
    faq=(ENTRY, Entry("b", "住民票の写し", "市民課で。", file="faq/b.csv", line=2)),
)


@pytest.fixture(scope="module")
def engine() -> Faq:
    started = Faq()
    started.start(KNOWLEDGE, {})
    return started


def ask(
    engine: Faq, text: str, layer: Layer, at: str = "2026-11-21", language: str = "ja"
) -> list[Candidate]:
    moment = parse_instant(at)
    understanding = Understander(KNOWLEDGE).understand(text, moment)
    return list(engine.ask(Question(text, layer, moment, language, understanding)))


def test_an_equal_question_is_answered_by_rule(engine: Faq) -> None:
    (candidate,) = ask(engine, "粗大ゴミは どう出しますか？", Layer.RULES)
    assert (candidate.text, candidate.score) == (ENTRY.answer, 1.0)
    assert (candidate.answer_id, candidate.title) == ("gomi", ENTRY.question)
    (source,) = candidate.sources
    assert (source.title, source.url) == ("粗大ごみ", "https://www.example.jp/sodai/")
    assert (source.file, source.row, source.updated) == ("faq/gomi.yaml", 7, date(2026, 4, 1))
    assert candidate.details == (
        "粗大ごみ: https://www.example.jp/sodai/\n担当: 環境課（電話 00-0000-0002）"
    )


def test_a_near_question_is_not(engine: Faq) -> None:
    assert ask(engine, "粗大ごみを出したい", Layer.RULES) == []
    found = ask(engine, "粗大ごみを出したい", Layer.RETRIEVAL)
    assert found[0].answer_id == "gomi" and 0 < found[0].score < 1


def test_nothing_in_common_proposes_nothing(engine: Faq) -> None:
    assert ask(engine, "zzz", Layer.RETRIEVAL) == []
    assert ask(engine, "", Layer.RULES) == []


def test_an_expired_entry_is_silent(engine: Faq) -> None:
    assert ask(engine, ENTRY.question, Layer.RULES, "2027-01-01") == []
    found = ask(engine, ENTRY.question, Layer.RETRIEVAL, "2027-01-01")
    assert "gomi" not in [candidate.answer_id for candidate in found]


def test_another_language(engine: Faq) -> None:
    text = "how do i throw away large garbage"
    (candidate,) = ask(engine, text, Layer.RULES, language="en")
    assert candidate.text == "Call us."
    assert candidate.title == "How do I throw away large garbage?"


def test_an_entry_without_page_or_desk_names_its_file(engine: Faq) -> None:
    (candidate,) = ask(engine, "住民票の写し", Layer.RULES)
    assert candidate.sources[0].title == "よくある質問"
    assert (candidate.sources[0].file, candidate.sources[0].row) == ("faq/b.csv", 2)
    assert candidate.details is None
