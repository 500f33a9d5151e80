"""A model that lies on purpose, in every way we know: nothing unsupported ever reaches a resident.

The oracle shares nothing with the verification: what the engine says must stand, letter for letter,
in what the town wrote, for a liar has nothing to say that is both reworded and true.
"""

from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path

import pytest

from concierge.knowledge import load_knowledge
from concierge.llm.standin import StandIn
from concierge.message import Reply
from concierge.settings import demonstration
from tests.llm.liar import WAYS, liar
from tests.llm.llm_town import ask, body_of, llm_town

KNOWLEDGE = load_knowledge(demonstration())
QUESTIONS = [golden for entry in KNOWLEDGE.faq for golden in entry.golden][:224]
WRITTEN = [
    text
    for entry in KNOWLEDGE.faq
    for text in (entry.answer, *(each.answer or "" for each in entry.translations.values()))
]


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


SQUEEZED = [squeezed(text) for text in WRITTEN]


def unsupported(replies: list[Reply]) -> list[str]:
    return [
        line
        for reply in replies
        if reply.engine == "llm"
        for line in body_of(reply).split("\n")
        if not any(squeezed(line) in text for text in SQUEEZED)
    ]


def test_there_are_enough_questions_and_lies() -> None:
    assert len(QUESTIONS) >= 200
    assert len(WAYS) >= 25


@pytest.mark.parametrize("wording", ["quote", "reword"])
@pytest.mark.parametrize("way", WAYS)
def test_no_lie_reaches_a_resident(tmp_path: Path, way: str, wording: str) -> None:
    place = list(WAYS).index(way)
    each = list(itertools.islice(itertools.cycle(QUESTIONS), place * 8, place * 8 + 8))
    with StandIn(answer=liar(way, seed=place)) as standin:
        pieces: list[str] = []
        replies = ask(llm_town(tmp_path, standin, wording=wording), each, pieces=pieces)
        assert len(standin.asked) >= len(each) - 1, "the questions were put to the liar"
    assert unsupported(replies) == []
    shown = [squeezed(piece) for piece in pieces]
    assert [piece for piece in shown if not any(piece in text for text in SQUEEZED)] == []


@pytest.mark.parametrize("wording", ["quote", "reword"])
def test_an_honest_model_is_heard(tmp_path: Path, wording: str) -> None:
    with StandIn() as standin:
        replies = ask(llm_town(tmp_path, standin, wording=wording), QUESTIONS[:40])
    by_model = [reply for reply in replies if reply.engine == "llm"]
    assert len(by_model) >= 30
    assert unsupported(by_model) == []
    assert all(reply.sources for reply in by_model)
