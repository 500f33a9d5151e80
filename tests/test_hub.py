"""The hub asks layer by layer, decides without chance, and survives whatever an engine does."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, ClassVar, cast

import pytest

from concierge.clock import parse_instant
from concierge.engine import Candidate, Delta, Engine, Layer, Question
from concierge.hub import Choosing, Decision, Hub, Seat
from concierge.language.normalize import normalize
from concierge.message import Status
from concierge.trace import Trace
from concierge.understanding import Understanding

CHOOSING = Choosing(answer=0.8, suggest=0.4, gap=0.05, suggestions=3, deadline=0.3)


def question(text: str = "ごみはいつ") -> Question:
    understood = Understanding(
        normalized=normalize(text),
        language="ja",
        dates=(),
        areas=(),
        categories=(),
        home=None,
        department=None,
        masked=text,
    )
    return Question(
        text=text,
        layer=Layer.RULES,
        at=parse_instant("2026-11-20T09:00"),
        language="ja",
        understanding=understood,
    )


def candidate(text: str, score: float, **more: Any) -> Candidate:
    return Candidate(text=text, score=score, title=text, answer_id=text, **more)


class Fixed(Engine):
    """Proposes what it is given, in the layers it is given."""

    def __init__(self, name: str, layers: tuple[Layer, ...], *answers: Candidate) -> None:
        self.name = name  # type: ignore[misc]
        self.layers = layers  # type: ignore[misc]
        self.answers = answers
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Iterable[Candidate]:
        self.asked.append(question)
        return self.answers


def choose(*engines: Engine, choosing: Choosing = CHOOSING) -> tuple[Decision, Trace]:
    trace = Trace()
    hub = Hub([Seat(engine, choosing) for engine in engines])
    return asyncio.run(hub.choose(question(), trace)), trace


def test_a_later_layer_is_asked_only_if_the_earlier_declined() -> None:
    rules = Fixed("rules", (Layer.RULES,), candidate("規則", 0.9))
    search = Fixed("search", (Layer.RETRIEVAL,), candidate("検索", 1.0))
    decision, _ = choose(search, rules)
    assert decision.candidate is not None
    assert decision.candidate.text == "規則"
    assert search.asked == []


def test_below_the_threshold_the_next_layer_is_asked_and_sees_what_was_found() -> None:
    search = Fixed("search", (Layer.RETRIEVAL,), candidate("近い", 0.5))
    llm = Fixed("llm", (Layer.LLM,), candidate("答え", 0.95))
    decision, _ = choose(search, llm)
    assert decision.candidate is not None
    assert decision.candidate.text == "答え"
    assert [found.text for found in llm.asked[0].evidence] == ["近い"]


def test_what_came_near_is_offered_best_first_each_question_once() -> None:
    near = [candidate("甲", 0.5), candidate("乙", 0.6), candidate("甲", 0.45), candidate("丙", 0.1)]
    decision, _ = choose(Fixed("search", (Layer.RETRIEVAL,), *near))
    assert decision.status is Status.SUGGEST
    assert [offered.title for offered in decision.offered] == ["乙", "甲"]


def test_two_that_are_too_near_to_each_other_are_offered_not_answered() -> None:
    near = [candidate("甲", 0.91), candidate("乙", 0.90)]
    decision, _ = choose(Fixed("search", (Layer.RETRIEVAL,), *near))
    assert decision.status is Status.SUGGEST


def test_nothing_near_is_an_abstention() -> None:
    decision, trace = choose(Fixed("search", (Layer.RETRIEVAL,), candidate("遠い", 0.2)))
    assert decision == Decision(status=Status.ABSTAIN)
    assert trace.steps[-1].outcome == "abstain"


def test_ties_fall_to_the_engine_named_first() -> None:
    one = Fixed("one", (Layer.RULES,), candidate("一", 1.0))
    two = Fixed("two", (Layer.RULES,), candidate("二", 1.0))
    no_gap = Choosing(answer=0.8, suggest=0.4, gap=0.0, suggestions=3, deadline=1)
    for _ in range(20):
        decision, _ = choose(one, two, choosing=no_gap)
        assert decision.engine == "one"


def test_of_equals_an_answer_goes_before_asking_back() -> None:
    asks = Fixed("asks", (Layer.RULES,), candidate("どちらの地区", 1.0, status=Status.CLARIFY))
    knows = Fixed("knows", (Layer.RULES,), candidate("答え", 1.0))
    decision, _ = choose(asks, knows)
    assert decision.engine == "knows"


def test_scores_are_compared_only_after_calibration() -> None:
    boastful = Fixed("boastful", (Layer.RULES,), candidate("大", 0.99))
    modest = Fixed("modest", (Layer.RULES,), candidate("小", 0.5))
    low = Choosing(0.8, 0.4, 0.05, 3, 1, calibration=((0.0, 0.0), (1.0, 0.5)))
    high = Choosing(0.8, 0.4, 0.05, 3, 1, calibration=((0.4, 0.1), (0.5, 0.9)))
    hub = Hub([Seat(boastful, low), Seat(modest, high)])
    decision = asyncio.run(hub.choose(question(), Trace()))
    assert decision.engine == "modest"
    assert decision.probability == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("score", "probability"),
    [(-1, 0.1), (0.2, 0.1), (0.35, 0.3), (0.5, 0.5), (2, 0.5), (float("nan"), 0.1)],
)
def test_calibration_is_a_line_between_points_and_flat_outside(
    score: float, probability: float
) -> None:
    choosing = Choosing(0.8, 0.4, 0, 3, 1, calibration=((0.2, 0.1), (0.5, 0.5)))
    assert choosing.probability(score) == pytest.approx(probability)


class Raising(Engine):
    name: ClassVar[str] = "raising"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)

    def ask(self, question: Question) -> Iterable[Candidate]:
        raise RuntimeError(question.text)


class Wrong(Engine):
    name: ClassVar[str] = "wrong"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)

    def ask(self, question: Question) -> Iterable[Candidate]:
        return cast("list[Candidate]", ["not a candidate"])


class Empty(Engine):
    name: ClassVar[str] = "empty"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)

    def ask(self, question: Question) -> Iterable[Candidate]:
        return [Candidate(text=" ", score=1.0)]


class LateGenerator(Engine):
    """Breaks while its answers are being drawn, not while it is called."""

    name: ClassVar[str] = "late"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)

    def ask(self, question: Question) -> Iterator[Candidate]:
        yield candidate("半分", 1.0)
        raise RuntimeError("half way")


@pytest.mark.parametrize("broken", [Raising(), Wrong(), Empty(), LateGenerator()])
def test_an_engine_that_breaks_costs_only_its_own_answer(broken: Engine) -> None:
    sound = Fixed("sound", (Layer.RULES,), candidate("答え", 1.0))
    decision, trace = choose(broken, sound)
    assert decision.engine == "sound"
    assert {step.engine: step.outcome for step in trace.steps}[broken.name] == "error"


def test_no_trace_and_no_log_holds_what_the_resident_typed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, trace = choose(Raising())
    assert "ごみはいつ" not in str(trace.as_list())
    assert "ごみはいつ" not in caplog.text


class Stuck(Engine):
    """Blocks its thread until it is let go."""

    name: ClassVar[str] = "stuck"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.calls = 0

    def ask(self, question: Question) -> Iterable[Candidate]:
        self.calls += 1
        self.let_go.wait(20)
        return [candidate("おそい", 1.0)]


def test_a_stuck_plain_engine_neither_blocks_the_loop_nor_takes_more_threads() -> None:
    stuck = Stuck()
    sound = Fixed("sound", (Layer.RULES,), candidate("答え", 1.0))
    hub = Hub([Seat(stuck, CHOOSING), Seat(sound, CHOOSING)])

    async def ask_many() -> tuple[list[Decision], list[Trace], float]:
        traces = [Trace() for _ in range(20)]
        longest = 0.0

        async def tick() -> None:
            nonlocal longest
            while True:
                began = time.perf_counter()
                await asyncio.sleep(0.01)
                longest = max(longest, time.perf_counter() - began)

        ticking = asyncio.create_task(tick())
        decisions = await asyncio.gather(*(hub.choose(question(), trace) for trace in traces))
        ticking.cancel()
        return list(decisions), traces, longest

    try:
        decisions, traces, longest = asyncio.run(ask_many())
    finally:
        stuck.let_go.set()
    assert {decision.engine for decision in decisions} == {"sound"}
    assert stuck.calls <= 8
    outcomes = {step.outcome for trace in traces for step in trace.steps if step.engine == "stuck"}
    assert outcomes == {"timeout", "busy"}
    assert longest < 5


class Slow(Engine):
    name: ClassVar[str] = "slow"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)

    async def ask(self, question: Question) -> Iterable[Candidate]:  # type: ignore[override]
        await asyncio.sleep(20)
        return ()


def test_a_slow_coroutine_is_given_up_at_its_deadline() -> None:
    began = time.perf_counter()
    decision, trace = choose(Slow(), Fixed("next", (Layer.INTENTS,), candidate("次", 1.0)))
    assert decision.engine == "next"
    assert trace.steps[0].outcome == "timeout"
    assert time.perf_counter() - began < 5


class Streaming(Engine):
    name: ClassVar[str] = "streaming"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.LLM,)

    async def ask(  # type: ignore[override]
        self, question: Question
    ) -> AsyncIterator[Delta | Candidate]:
        for piece in ("あし", "た"):
            yield Delta(piece)
        yield candidate("あした", 1.0)


def test_a_streaming_engine_shows_its_pieces_before_the_answer() -> None:
    pieces: list[str] = []

    async def take(piece: str) -> None:
        pieces.append(piece)

    hub = Hub([Seat(Streaming(), CHOOSING)])
    decision = asyncio.run(hub.choose(question(), Trace(), take))
    assert pieces == ["あし", "た"]
    assert decision.candidate is not None
    assert decision.candidate.text == "あした"
