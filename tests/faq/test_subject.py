"""A subject alone is answered by the one entry with a wording on just that."""

from __future__ import annotations

import pytest

from concierge.faq.search import FaqIndex
from concierge.faq.subject import subject
from concierge.knowledge import load_knowledge
from concierge.settings import demonstration


@pytest.fixture(scope="module")
def index() -> FaqIndex:
    return FaqIndex(load_knowledge(demonstration()).faq)


@pytest.mark.parametrize(
    ("text", "entry"), [("印鑑登録", "inkan-toroku"), ("住民票", "juminhyo-copy")]
)
def test_a_subject_alone_is_the_entry_that_asks_for_just_it(
    index: FaqIndex, text: str, entry: str
) -> None:
    assert [hit.entry.id for hit in index.about(text)] == [entry]


@pytest.mark.parametrize(
    "text", ["粗大ごみの申し込み", "年金", "市長の名前は", "天気は", "いくら", "は"]
)
def test_what_no_wording_or_more_than_one_is_about_is_left_to_the_search(
    index: FaqIndex, text: str
) -> None:
    assert index.about(text) == []


def test_no_golden_question_is_taken_by_another_entry(index: FaqIndex) -> None:
    for entry in load_knowledge(demonstration()).faq:
        for golden in entry.golden:
            assert {hit.entry.id for hit in index.about(golden)} <= {entry.id}, golden


def test_a_wording_left_out_is_never_taken_by_another_entry() -> None:
    right = wrong = 0
    entries = load_knowledge(demonstration()).faq
    wordings = [(e.id, subject(w), w) for e in entries for w in (e.question, *e.also)]
    for entry, key, wording in wordings:
        others = {i for i, k, w in wordings if k == key and w != wording}
        right += others == {entry}
        wrong += len(others) == 1 and others != {entry}
    assert wrong == 0 and right >= 15
