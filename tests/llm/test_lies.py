"""A model that lies on purpose, in every way we know: nothing unsupported ever reaches a resident.

The oracle shares nothing with the verification: what the engine says must stand, letter for letter,
in what the town wrote, for a liar has nothing to say that is both reworded and true.
"""

from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path

import pytest
import yaml

from concierge.knowledge import load_knowledge
from concierge.llm.standin import StandIn
from concierge.message import Reply
from concierge.settings import demonstration
from tests.llm.liar import WAYS, liar
from tests.llm.llm_town import ask, body_of, llm_town

KNOWLEDGE = load_knowledge(demonstration())
TYPED: list[str] = yaml.safe_load(
    (Path(__file__).parent / "lied_to.yaml").read_text(encoding="utf-8")
)
"""Questions as residents type them, written without a look at the FAQ."""
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


def untrue(pieces: list[str]) -> list[str]:
    """Return what was shown while it came and the town has not written."""
    return [piece for piece in map(squeezed, pieces) if not any(piece in t for t in SQUEEZED)]


def test_there_are_enough_questions_and_lies() -> None:
    assert len(QUESTIONS) >= 200
    assert len(WAYS) >= 40
    assert len(set(TYPED)) >= 60


EACH = 8
"""Questions that are asked of every way of lying."""


@pytest.mark.parametrize("wording", ["quote", "reword"])
def test_no_lie_reaches_a_resident(tmp_path: Path, wording: str) -> None:
    ways = list(WAYS)
    questions = list(itertools.islice(itertools.cycle(QUESTIONS), EACH * len(ways)))
    pieces: list[str] = []
    with StandIn() as standin:

        def lie(number: int) -> None:
            place = number // EACH
            standin.answer = liar(ways[place], seed=number)

        town = llm_town(tmp_path, standin, wording=wording)
        replies = ask(town, questions, pieces=pieces, before=lie)
        assert len(standin.asked) >= len(ways) * (EACH - 1), "the liar was asked"
    told = [ways[n // EACH] for n, reply in enumerate(replies) if unsupported([reply])]
    assert told == []
    assert untrue(pieces) == []


@pytest.mark.parametrize("wording", ["quote", "reword"])
def test_no_lie_reaches_whoever_asks_in_their_own_words(tmp_path: Path, wording: str) -> None:
    ways, pieces = list(WAYS), list[str]()
    with StandIn() as standin:

        def lie(number: int) -> None:
            standin.answer = liar(ways[number % len(ways)], seed=number)

        town = llm_town(tmp_path, standin, wording=wording)
        replies = ask(town, TYPED, pieces=pieces, before=lie)
        assert len(standin.asked) >= len(TYPED) // 2, "the liar was asked"
    assert unsupported(replies) == []
    assert untrue(pieces) == []


@pytest.mark.parametrize("wording", ["quote", "reword"])
def test_an_honest_model_is_heard(tmp_path: Path, wording: str) -> None:
    with StandIn() as standin:
        replies = ask(llm_town(tmp_path, standin, wording=wording), QUESTIONS[:40])
    by_model = [reply for reply in replies if reply.engine == "llm"]
    assert len(by_model) >= 30
    assert unsupported(by_model) == []
    assert all(reply.sources for reply in by_model)
