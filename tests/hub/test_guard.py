"""An engine that fails, hangs, or is used up costs the others nothing, and comes back by itself."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from concierge.clock import parse_instant
from concierge.engine import Candidate, Engine, Layer, Question, Usage
from concierge.hub import Hub, Seat
from concierge.hub.breaker import Breaker, Permit
from concierge.hub.budget import Budget, Ledger, Limits, Used
from concierge.hub.state import HubState
from concierge.hub.switches import Switches, flip, read_switches
from concierge.message import Status
from concierge.trace import Trace
from tests.hub.table import Acting, choose, choosing, outcome, question, saying


def failing(question: Question) -> list[Candidate]:
    raise RuntimeError("no")


# ------------------------------------------------------------------------------------- the breaker


def test_a_breaker_opens_tries_once_at_a_time_and_closes() -> None:
    moment = [0.0]
    breaker = Breaker(3, 30, clock=lambda: moment[0])
    assert [breaker.failed() for _ in range(3)] == [False, False, True]
    assert breaker.permit() is Permit.REST
    moment[0] = 30
    assert [breaker.permit() for _ in range(3)] == [Permit.TRY, Permit.REST, Permit.REST]
    assert breaker.failed() is False
    moment[0] = 59
    assert breaker.permit() is Permit.REST
    moment[0] = 60
    assert breaker.permit() is Permit.TRY
    breaker.succeeded()
    assert [breaker.permit() for _ in range(3)] == [Permit.ASK] * 3
    assert not breaker.open


def test_failures_must_be_in_a_row() -> None:
    breaker = Breaker(2, 30)
    for _ in range(10):
        breaker.failed()
        breaker.succeeded()
    assert breaker.permit() is Permit.ASK


def test_an_engine_that_fails_is_left_alone_and_tried_beside() -> None:
    broken = Acting("broken", failing)
    sound = saying("sound")
    seat = Seat(broken, choosing(failures="3", rest="0.2"))
    hub = Hub([seat, Seat(sound, choosing())])
    for _ in range(3):
        decision, steps = choose(hub)
        assert outcome(steps, "broken") == ("error", "RuntimeError")
        assert decision.engine == "sound"
    _, steps = choose(hub)
    assert outcome(steps, "broken") == ("skipped", "resting after failures")
    assert broken.calls == 3
    time.sleep(0.25)
    broken.act = lambda _: [Candidate("直りました", 1.0)]
    decision, steps = choose(hub)
    assert outcome(steps, "broken") == ("skipped", "resting after failures; tried beside")
    assert decision.engine == "sound", "nobody waits for the trial"
    decision, _ = choose(hub)
    assert decision.engine == "broken"


class Hanging(Engine):
    """Blocks its loop, or its thread, until it is let go."""

    name: ClassVar[str] = "hanging"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)

    def __init__(self) -> None:
        self.let_go = threading.Event()

    async def ask(self, question: Question) -> list[Candidate]:  # type: ignore[override]
        self.let_go.wait(20)
        return []


class Clinging(Hanging):
    """Goes on whatever it is told."""

    async def ask(self, question: Question) -> list[Candidate]:  # type: ignore[override]
        while not self.let_go.is_set():
            try:
                await asyncio.sleep(0.05)
            except asyncio.CancelledError:
                continue
        return []


class Exiting(Hanging):
    async def ask(self, question: Question) -> list[Candidate]:  # type: ignore[override]
        raise SystemExit(3)


@pytest.fixture(params=[Hanging, Clinging])
def hanging(request: pytest.FixtureRequest) -> Iterator[Hanging]:
    engine = request.param()
    yield engine
    engine.let_go.set()


def test_a_coroutine_that_never_lets_go_costs_its_deadline_and_no_more(hanging: Hanging) -> None:
    seat = Seat(hanging, choosing(deadline="0.2", failures="100", concurrency="3"), apart=True)
    hub = Hub([seat, Seat(saying("sound"), choosing(concurrency="50", deadline="20"))])

    async def many() -> list[str | None]:
        began = time.perf_counter()
        decisions = await asyncio.gather(*(hub.choose(question(), Trace()) for _ in range(20)))
        assert time.perf_counter() - began < 30
        return [decision.engine for decision in decisions]

    assert set(asyncio.run(many())) == {"sound"}
    assert seat.busy == 3
    hanging.let_go.set()
    for _ in range(1500):
        if seat.busy == 0:
            break
        time.sleep(0.02)
    assert seat.busy == 0, "every place is given back once the engine lets go"


def test_an_engine_that_exits_takes_nobody_with_it() -> None:
    def leave(question: Question) -> list[Candidate]:
        raise SystemExit(3)

    seats = [
        Seat(Exiting(), choosing(), apart=True),
        Seat(Acting("leaving", leave), choosing(deadline="5")),
        Seat(saying("sound"), choosing()),
    ]
    began = time.perf_counter()
    decision, steps = choose(Hub(seats))
    assert decision.engine == "sound"
    assert outcome(steps, "hanging") == ("error", "RuntimeError")
    assert outcome(steps, "leaving") == ("error", "RuntimeError")
    assert time.perf_counter() - began < 4, "its thread is not waited for until the deadline"


def test_a_timeout_inside_an_engine_is_not_its_deadline() -> None:
    def slow_elsewhere(question: Question) -> list[Candidate]:
        raise TimeoutError

    _, steps = choose(Hub([Seat(Acting("far", slow_elsewhere), choosing())]))
    assert outcome(steps, "far") == ("error", "TimeoutError")


# -------------------------------------------------------------------------------------- the budget


def spending(tokens: int, yen: float) -> Acting:
    def act(question: Question) -> list[Candidate]:
        question.used(Usage(tokens=tokens, yen=yen))
        return [Candidate("答え", 0.9)]

    return Acting("paid", act)


@pytest.mark.parametrize(
    ("limit", "asked"),
    [
        ({"calls_per_day": "2"}, 2),
        ({"calls_per_month": "3"}, 3),
        ({"tokens_per_day": "250"}, 3),
        ({"tokens_per_month": "100"}, 1),
        ({"yen_per_day": "4"}, 3),
        ({"yen_per_month": "0"}, 0),
    ],
)
def test_a_budget_ends_the_asking(limit: dict[str, str], asked: int) -> None:
    paid = spending(100, 1.5)
    settings = choosing(gap="0", **limit)
    seat = Seat(paid, settings, budget=Budget("paid", settings.limits, Ledger()))
    hub = Hub([seat, Seat(saying("sound", score=0.85), choosing(gap="0"))])
    engines = [choose(hub)[0].engine for _ in range(5)]
    assert engines == ["paid"] * asked + ["sound"] * (5 - asked)
    _, steps = choose(hub)
    assert outcome(steps, "paid") == ("skipped", f"{next(iter(limit))} is used up")


def test_what_was_used_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "concierge.db"
    for expected in (1, 2, 3):
        ledger = Ledger(file)
        ledger.add("llm", "2026-11-20", Used(1, 10, 0.5))
        ledger.close()
        again = Ledger(file)
        assert again.used("llm", "2026-11-20", "2026-11-20").calls == expected
        assert again.used("llm", "2026-11-01", "2026-11-31").tokens == expected * 10
        assert again.used("llm", "2026-12-01", "2026-12-31") == Used()
        assert again.used("other", "2026-11-20", "2026-11-20") == Used()
        again.close()


def test_two_processes_share_the_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concierge.hub.budget.FRESH", 0.0)
    one, two = Ledger(tmp_path / "c.db"), Ledger(tmp_path / "c.db")
    for ledger in (one, two, one):
        ledger.add("llm", "2026-11-20", Used(calls=1))
        ledger.write()
    assert one.used("llm", "2026-11-20", "2026-11-20").calls == 3
    assert two.used("llm", "2026-11-20", "2026-11-20").calls == 3
    one.close()
    two.close()


def test_a_locked_database_loses_no_count(tmp_path: Path) -> None:
    file = tmp_path / "c.db"
    ledger = Ledger(file)
    ledger.add("llm", "2026-11-20", Used(calls=1))
    ledger.write()
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    ledger.add("llm", "2026-11-20", Used(calls=1))
    ledger.write()
    assert ledger.used("llm", "2026-11-20", "2026-11-20").calls == 2
    holder.execute("ROLLBACK")
    holder.close()
    ledger.close()
    assert Ledger(file).used("llm", "2026-11-20", "2026-11-20").calls == 2


@pytest.mark.parametrize(
    ("at", "day", "month"),
    [("2026-11-30T23:59+09:00", 1, 1), ("2026-11-30T15:00+00:00", 0, 0)],
)
def test_days_and_months_are_japans(at: str, day: int, month: int) -> None:
    ledger = Ledger()
    ledger.add("llm", "2026-11-30", Used(calls=1))
    budget = Budget("llm", Limits(), ledger)
    today, this_month = budget.today(parse_instant(at))
    assert (today.calls, this_month.calls) == (day, month)


def test_an_engine_cannot_earn_its_budget_back(monkeypatch: pytest.MonkeyPatch) -> None:
    at = parse_instant("2026-11-22T00:10")
    monkeypatch.setattr("concierge.hub.budget.now", lambda: at)
    budget = Budget("llm", Limits(tokens_per_day=10), Ledger())
    budget.use(Usage(tokens=8))
    budget.use(Usage(tokens=-100, yen=-5))
    assert budget.today(at)[0].tokens == 8


# ------------------------------------------------------------------------------------ the switches


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HubState:
    monkeypatch.setattr("concierge.hub.switches.LOOK_EVERY", 0.0)
    return HubState.in_database(tmp_path / "concierge.db")


def test_a_switch_works_at_once_and_back(state: HubState, tmp_path: Path) -> None:
    file, at = tmp_path / "concierge.db", parse_instant("2026-11-20T09:00")
    hub = Hub(
        [Seat(saying("one"), choosing()), Seat(saying("two", score=0.85), choosing(gap="0"))], state
    )
    assert choose(hub)[0].engine == "one"
    assert flip(file, "engine", "one", at, off=True, reason="点検") is True
    assert flip(file, "engine", "one", at, off=True) is False
    decision, steps = choose(hub)
    assert decision.engine == "two"
    assert outcome(steps, "one") == ("skipped", "switched off")
    assert flip(file, "engine", "one", at, off=False) is True
    assert choose(hub)[0].engine == "one"


@pytest.mark.parametrize("topic", ["ごみ", "ゴミ", "環境課", "waste_day", "指定袋"])
def test_a_topic_that_is_off_is_answered_by_nobody(
    state: HubState, tmp_path: Path, topic: str
) -> None:
    answer = saying("one", "ごみの指定袋", topics=("ごみ", "環境課"), intent="waste_day")
    later = saying("llm", "別の話", layers=(Layer.LLM,))
    hub = Hub([Seat(answer, choosing()), Seat(later, choosing())], state)
    flip(tmp_path / "concierge.db", "topic", topic, parse_instant("2026-11-20T09:00"), off=True)
    assert choose(hub)[0].engine == "llm"
    assert later.calls == 1
    alone = Hub([Seat(answer, choosing())], state)
    assert choose(alone)[0].status is Status.ABSTAIN


def test_switches_stay_as_they_were_while_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concierge.hub.switches.LOOK_EVERY", 0.0)
    file = tmp_path / "concierge.db"
    switches = Switches(file)
    assert not switches.engine_off("llm")
    flip(file, "engine", "llm", parse_instant("2026-11-20T09:00"), off=True)
    assert switches.engine_off("llm")
    file.rename(tmp_path / "away")
    file.write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    assert switches.engine_off("llm")


def test_no_database_is_made_by_looking(tmp_path: Path) -> None:
    state = HubState.in_database(tmp_path / "var" / "concierge.db")
    choose(Hub([Seat(saying("one"), choosing())], state))
    assert read_switches(tmp_path / "var" / "concierge.db") == []
    state.close()
    assert list(tmp_path.iterdir()) == []
