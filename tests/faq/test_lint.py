"""What is doubtful about a FAQ as a whole."""

from __future__ import annotations

from datetime import date

from concierge.faq.lint import lint_faq
from concierge.faq.model import Entry

TODAY = date(2026, 11, 21)


def entry(name: str, question: str, line: int = 1, **more: object) -> Entry:
    given = {"department": "市民課", "updated": date(2026, 4, 1), "file": "faq/a.yaml", **more}
    return Entry(name, question, "回答", line=line, **given)  # type: ignore[arg-type]


def codes(*entries: Entry, departments: tuple[str, ...] = ()) -> list[tuple[int, str, str]]:
    found = lint_faq(entries, TODAY, departments)
    return [(each.line, each.severity, each.code) for each in found]


def test_a_sound_faq_has_nothing() -> None:
    assert codes(entry("a", "一", golden=("一つ",)), entry("b", "二", 2, golden=("二つ",))) == []


def test_golden_questions_must_belong_to_one_entry() -> None:
    first = entry("a", "ごみの日", also=("収集日",), golden=("いつ捨てる",))
    assert codes(first, entry("b", "税", 5, golden=("ゴミの日？",))) == [
        (5, "error", "golden-stolen")
    ]
    assert codes(first, entry("b", "税", 5, golden=("収集日！",))) == [
        (5, "error", "golden-stolen")
    ]
    assert codes(first, entry("b", "税", 5, golden=("いつ捨てる。",))) == [
        (5, "error", "golden-twice")
    ]
    assert codes(entry("a", "ごみの日", golden=("ごみの日", "ごみの日"))) == []


def test_other_wordings_that_two_entries_share() -> None:
    first = entry("a", "ごみの日", also=("収集日",))
    assert codes(first, entry("b", "収集日は？", 5, also=("x",))) == []
    assert codes(first, entry("b", "収集日？", 5)) == [(5, "warning", "wording-twice")]
    assert codes(first, entry("b", "ゴミの日", 5)) == []  # the loader reports equal questions


def test_dates() -> None:
    assert codes(entry("a", "一", valid_to=TODAY)) == []
    assert codes(entry("a", "一", valid_to=date(2026, 11, 20))) == [(1, "warning", "expired")]
    assert codes(entry("a", "一", valid_from=date(2026, 11, 22))) == [(1, "info", "not-yet-valid")]
    assert codes(entry("a", "一", updated=date(2026, 11, 22))) == [
        (1, "warning", "updated-in-future")
    ]
    assert codes(entry("a", "一", updated=date(2020, 1, 1))) == [(1, "info", "stale")]


def test_what_is_missing_is_told_in_one_sentence_where_it_is_much() -> None:
    few = [entry(str(n), f"質問{n}", n, department=None) for n in range(1, 3)]
    assert codes(*few) == [(1, "warning", "no-department"), (2, "warning", "no-department")]
    many = [entry(str(n), f"質問{n}", n, updated=None) for n in range(1, 30)]
    assert codes(*many) == [(0, "warning", "no-updated")]


def test_long_answers() -> None:
    long = Entry("a", "一", "あ" * 1501, department="x", updated=TODAY, file="a", line=3)
    assert codes(long) == [(3, "warning", "long-answer")]


def test_departments_that_the_town_does_not_have() -> None:
    found = lint_faq([entry("a", "一", department="市民か")], TODAY, ("市民課", "環境課"))
    assert [each.code for each in found] == ["unknown-department"]
    assert "「市民課」ではありませんか" in found[0].message
    assert codes(entry("a", "一"), departments=("市民課",)) == []
