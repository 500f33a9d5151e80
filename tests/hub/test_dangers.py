"""What an engine of another package can do wrong in good or bad faith, and what it costs: itself."""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import signal
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from concierge.concierge import Concierge
from concierge.engine import Candidate, Delta, Question, Usage
from concierge.hub import Hub, Seat
from concierge.hub.asking import collect
from concierge.hub.budget import Budget, Ledger, Limits
from concierge.hub.contract import LONGEST_TEXT, MAX_CANDIDATES
from concierge.hub.parts import ask_part, open_parts
from concierge.hub.state import HubState
from concierge.kinds import Ear, Sound
from concierge.knowledge import load_knowledge
from concierge.message import Card, Choice, Message, Row, Source, Status
from concierge.trace import Trace
from tests.hub.table import Acting, choose, choosing, outcome, question, saying
from tests.programs import clean_environment, concierge, write_engine
from tests.towns import MUNICIPALITY, write_town

RING: dict[str, Any] = {}
RING["self"] = RING
DEEP: Any = []
for _ in range(3000):
    DEEP = [DEEP]


def good(**more: Any) -> Candidate:
    return Candidate(**{"text": "はい", "score": 1.0, **more})


BAD: dict[str, Any] = {
    "huge text": good(text="あ" * (LONGEST_TEXT + 1)),
    "no text": good(text=" \n"),
    "text of bytes": good(text=b"x"),
    "half a character": good(text="\ud800"),
    "NUL": good(text="は\x00い"),
    "escape sequence": good(text="\x1b[2Jはい"),
    "huge title": good(title="あ" * (LONGEST_TEXT + 1)),
    "title of a number": good(title=3),
    "score of text": good(score="high"),
    "score of nothing": good(score=None),
    "huge score": good(score=10**400),
    "emergency": good(status=Status.EMERGENCY),
    "unknown status": good(status="sure"),
    "topics of numbers": good(topics=(1, 2)),
    "topics in a list": good(topics=["ごみ"]),
    "sources of text": good(sources=("市役所",)),
    "source without title": good(sources=(Source(title=None),)),  # type: ignore[arg-type]
    "source with a day of text": good(sources=(Source("x", updated="きょう"),)),  # type: ignore[arg-type]
    "choices of text": good(choices=("はい",)),
    "choice of a number": good(choices=(Choice(1, "x"),)),  # type: ignore[arg-type]
    "too many choices": good(choices=(Choice("a", "a"),) * 5000),
    "card with odd rows": good(cards=(Card("x", rows=(Row("a", 1),)),)),  # type: ignore[arg-type]
    "slots in a ring": good(slots=RING),
    "slots without end": good(slots={"x": DEEP}),
    "slots of objects": good(slots={"x": object()}),
    "slots by number": good(slots={1: "x"}),
    "huge slots": good(slots={"x": list(range(100_000))}),
    "slots of text": good(slots="x"),
    "homes of numbers": good(remember={"自宅": 3}),
    "text alone": "はい",
    "a number": 42,
}


@pytest.mark.parametrize("bad", BAD, ids=list(BAD))
def test_a_candidate_that_is_none_costs_only_its_engine(bad: str) -> None:
    seats = [
        Seat(Acting("bad", lambda _: [BAD[bad]]), choosing()),
        Seat(saying("good"), choosing()),
    ]
    decision, steps = choose(Hub(seats))
    assert outcome(steps, "bad")[0] == "error"
    assert decision.engine == "good"


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_no_number_is_the_lowest_and_can_be_printed(score: float) -> None:
    seats = [Seat(saying("odd", score=score), choosing()), Seat(saying("good"), choosing())]
    decision, steps = choose(Hub(seats))
    assert decision.engine == "good"
    told = [proposal.score for step in steps for proposal in step.proposals]
    json.dumps(told, allow_nan=False)


def forever() -> Iterator[Candidate]:
    return (good(text=f"答え{number}") for number in itertools.count())


async def forever_later() -> AsyncIterator[Candidate]:
    for candidate in forever():
        yield candidate


async def talking_forever() -> AsyncIterator[Delta | Candidate]:
    while True:
        yield Delta("あ" * 1000)


class Endless:
    """Not an iterator itself: whoever iterates over it never ends."""

    def __iter__(self) -> Iterator[Candidate]:
        return forever()


class SlowToIterate:
    def __iter__(self) -> Iterator[Candidate]:
        threading.Event().wait(30)
        return iter(())


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("answers", [forever, forever_later, Endless])
def test_an_engine_without_end_is_listened_to_for_so_long(answers: Any, apart: bool) -> None:
    seat = Seat(Acting("endless", lambda _: answers()), choosing(), apart=apart)
    assert len(asyncio.run(collect(seat, question(), None))) == MAX_CANDIDATES


def test_an_engine_that_talks_without_end_is_stopped() -> None:
    seats = [Seat(Acting("talking", lambda _: talking_forever()), choosing(), apart=True)]
    shown: list[str] = []

    async def show(text: str) -> None:
        shown.append(text)

    async def turn() -> None:
        hub, trace = Hub(seats), Trace()
        await hub.choose(question(), trace, show)
        assert outcome(trace.steps, "talking")[0] == "error"

    asyncio.run(turn())
    assert 0 < sum(map(len, shown)) <= LONGEST_TEXT


def test_answers_that_take_long_to_iterate_over_hold_up_nobody() -> None:
    slow = Seat(Acting("slow", lambda _: SlowToIterate()), choosing(deadline="0.3"), apart=True)
    ticks = 0

    async def turn() -> None:
        nonlocal ticks
        hub, trace = Hub([slow]), Trace()
        asked = asyncio.ensure_future(hub.choose(question(), trace))
        while not asked.done():
            await asyncio.sleep(0.01)
            ticks += 1
        assert outcome(trace.steps, "slow")[0] == "timeout"

    asyncio.run(turn())
    assert ticks > 3, "the loop went on meanwhile"


def deep(_: Question) -> Any:
    return deep(_)


def test_deep_recursion_and_lack_of_memory_are_errors() -> None:
    def greedy(_: Question) -> Any:
        raise MemoryError

    for act in (deep, greedy):
        decision, steps = choose(
            Hub([Seat(Acting("bad", act), choosing()), Seat(saying("good"), choosing())])
        )
        assert outcome(steps, "bad")[0] == "error"
        assert decision.engine == "good"


def test_what_an_engine_is_lent_it_cannot_change_for_others() -> None:
    asked = question()
    lent = {"area": "泉町"}
    asked = replace(asked, slots=lent, homes={"自宅": "泉町"})

    def spoil(given: Question) -> list[Candidate]:
        given.slots["area"] = "柳沢"  # type: ignore[index]
        return []

    def spoil_homes(given: Question) -> list[Candidate]:
        given.homes["自宅"] = "柳沢"  # type: ignore[index]
        return []

    seats = [Seat(Acting("one", spoil), choosing()), Seat(Acting("two", spoil_homes), choosing())]
    _, steps = choose(Hub(seats), asked)
    assert outcome(steps, "one") == outcome(steps, "two") == ("error", "TypeError")
    assert lent == {"area": "泉町"}


def test_what_was_proposed_the_engine_cannot_change_afterwards() -> None:
    slots: dict[str, Any] = {"area": "泉町", "days": ["月"]}
    decision, _ = choose(Hub([Seat(saying("one", slots=slots), choosing())]))
    slots["area"] = "柳沢"
    slots["days"].append("火")
    assert decision.candidate is not None
    assert decision.candidate.slots == {"area": "泉町", "days": ["月"]}


def test_an_engine_that_changes_its_name_and_layers_stays_what_it_was() -> None:
    engine = saying("first")
    seat = Seat(engine, choosing())
    engine.name, engine.layers = "x" * 1000, None  # type: ignore[misc, assignment]
    decision, _ = choose(Hub([seat]))
    assert decision.engine == "first"


@pytest.mark.parametrize(
    "usage",
    [Usage(tokens=10**30), Usage(yen=math.inf), Usage(yen=math.nan), Usage(tokens="x")],  # type: ignore[arg-type]
)
def test_a_wild_count_hurts_nobody_elses_budget(tmp_path: Path, usage: Usage) -> None:
    ledger = Ledger(tmp_path / "c.db")
    wild = Budget("wild", Limits(calls_per_day=10), ledger)
    with pytest.raises((ValueError, TypeError)):
        wild.use(usage)
    asyncio.run(Budget("other", Limits(calls_per_day=10), ledger).called())
    ledger.close()
    assert Ledger(tmp_path / "c.db").used("other", "2000-01-01", "2999-12-31").calls == 1


class Blocking(Ear):
    name: ClassVar[str] = "blocking"

    async def hear(self, sound: Sound) -> None:
        time.sleep(30)  # noqa: ASYNC251 - that is the fault


def test_an_ear_of_another_package_that_blocks_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concierge.hub.parts.find_parts", lambda kind: {"blocking": Blocking})
    ticks = 0

    async def hear() -> None:
        nonlocal ticks
        wanted = {"blocking": {"deadline": "0.3"}}
        knowledge = load_knowledge(write_town(tmp_path / "town"))
        seats, faults = await open_parts(Ear, wanted, knowledge, HubState(), 1.0)
        assert faults == {}
        heard = asyncio.ensure_future(
            ask_part(seats[0], seats[0].part.hear, Sound(b"x", "audio/wav"))
        )
        while not heard.done():
            await asyncio.sleep(0.01)
            ticks += 1
        assert heard.result() is None

    asyncio.run(hear())
    assert ticks > 3, "the loop went on meanwhile"


# ------------------------------------------------------------- packages, as they are installed

ENGINE = """
import os, signal, sys
from concierge.engine import Candidate, Engine, Layer
from concierge.message import Source
{at_import}
class Bad(Engine):
    name = "{name}"
    layers = (Layer.RULES,)
    def start(self, knowledge, options):
        {at_start}
    def ask(self, question):
        {at_ask}
        return []
engine = Bad
"""


def site_of(folder: Path, name: str, **parts: str) -> Path:
    given = {"at_import": "", "at_start": "pass", "at_ask": "pass", **parts}
    return write_engine(folder / "site", name, ENGINE.format(name=name, **given))


def town_with(folder: Path, name: str) -> Path:
    return write_town(
        folder / "town",
        municipality=MUNICIPALITY + f"engines:\n  intents: {{}}\n  faq: {{}}\n  {name}: {{}}\n",
    )


def test_what_an_engine_prints_is_not_among_the_json(tmp_path: Path) -> None:
    talk = "print('talks'); sys.stdout.flush()"
    site = site_of(tmp_path, "talks", at_import=talk, at_start=talk, at_ask=talk)
    env = clean_environment(PYTHONPATH=str(site), CONCIERGE_DATABASE=f"sqlite:///{tmp_path}/c.db")
    town = str(town_with(tmp_path, "talks"))
    ran = concierge("ask", "住民票がほしい", "--json", "--knowledge", town, env=env)
    assert json.loads(ran.stdout)["status"] == "answered"
    assert ran.stderr.count(b"talks\n") >= 3
    given = '{"id": "1", "text": "住民票がほしい"}\n'.encode()
    ran = concierge("ask", "--batch", "-", "--knowledge", town, env=env, given=given)
    assert [json.loads(line)["id"] for line in ran.stdout.splitlines()] == ["1"]
    ran = concierge("engines", "list", "--json", "--knowledge", town, env=env)
    assert "talks" in [each["name"] for each in json.loads(ran.stdout)]


def answered(folder: Path, name: str) -> tuple[str, list[str]]:
    """Open a town, ask it, and take in its folder again; return the answer and what was told."""
    held = Concierge(town_with(folder, name))

    async def turn() -> tuple[str, list[str]]:
        await held.open()
        try:
            await held.answer(Message(text="住民票がほしい", at=question().at))
            await held.reload()
            reply = await held.answer(Message(text="住民票がほしい", at=question().at))
            return reply.text, [problem.message for problem in held.town.problems]
        finally:
            held.close()

    return asyncio.run(turn())


def test_an_engine_that_takes_signals_at_import_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    taking = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    monkeypatch.syspath_prepend(str(site_of(tmp_path, "signals", at_import=taking)))
    text, problems = answered(tmp_path, "signals")
    assert "300円" in text
    assert any("signals" in told and "ValueError" in told for told in problems)
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_engine_that_goes_elsewhere_takes_nobody_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(site_of(tmp_path, "goes", at_start="os.chdir('/')")))
    town_with(tmp_path, "goes")
    held = Concierge(Path("town"))

    async def turn() -> str:
        await held.open()
        try:
            assert Path.cwd() == Path("/")
            await held.reload()
            return (await held.answer(Message(text="住民票がほしい", at=question().at))).text
        finally:
            held.close()

    assert "300円" in asyncio.run(turn())


def test_an_error_whose_message_cannot_be_had_costs_only_its_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsayable = "class Unsayable(Exception):\n    def __str__(self): raise RuntimeError('no')\n"
    site = site_of(tmp_path, "unsayable", at_import=unsayable, at_start="raise Unsayable")
    monkeypatch.syspath_prepend(str(site))
    text, problems = answered(tmp_path, "unsayable")
    assert "300円" in text
    assert any("Unsayable" in told for told in problems)


def test_an_import_that_never_ends_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concierge.plugins.IMPORT_DEADLINE", 0.3)
    hanging = "import threading\nthreading.Event().wait(60)"
    monkeypatch.syspath_prepend(str(site_of(tmp_path, "hanging", at_import=hanging)))
    text, problems = answered(tmp_path, "hanging")
    assert "300円" in text
    assert any("hanging" in told and "Timeout" in told for told in problems)
