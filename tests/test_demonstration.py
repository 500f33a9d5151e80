"""The demonstration town is a pleasure: what its page offers is answered, and its data are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.knowledge import load_knowledge
from concierge.message import Status
from tests.towns import Talk, write_town

DEMO = Path(__file__).parents[1] / "knowledge" / "demo"


@pytest.mark.parametrize("at", ["2026-11-21T14:00", "2027-01-02T22:00", "2030-05-03T03:00"])
def test_what_the_page_offers_is_answered_whenever_it_is_asked(at: str) -> None:
    talk = Talk(DEMO)
    for example in load_knowledge(DEMO).municipality.examples:
        reply = talk.say(example, at=at)
        assert reply.status in (Status.ANSWERED, Status.CLARIFY), example


def test_the_page_names_the_data_that_answers_come_from(tmp_path: Path) -> None:
    titles = load_knowledge(DEMO).data_titles
    assert {"休日当番医", "指定緊急避難場所一覧", "AED設置箇所一覧", "イベント一覧"} <= set(titles)
    assert len(titles) == len(set(titles))
    assert len(load_knowledge(write_town(tmp_path / "town")).data_titles) == 1
