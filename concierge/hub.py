"""Chooses among engines; every choice leaves a Trace.

Layers are asked in order, each only if the one before declined. Within a layer all engines are
asked at once, each with its own deadline. Raw scores of different engines are never compared: each
is calibrated into the probability of being right first. Of equals an answer goes before asking back;
then ties fall to the engine named first in the configuration, then to its own order; chance has no
part in it.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
import time
from bisect import bisect_right
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from concierge.engine import Answers, Candidate, Delta, Engine, Layer, Question
from concierge.message import Status
from concierge.trace import Outcome, Proposal, Step, Trace

__all__ = ["Choosing", "Decision", "Hub", "OnDelta", "Seat"]

log = logging.getLogger(__name__)

OnDelta = Callable[[str], Awaitable[None]]
"""Called with each piece of text that a streaming engine lets out before it is done."""

MAX_CANDIDATES = 50
MAX_BUSY_THREADS = 8


@dataclass(frozen=True, slots=True)
class Choosing:
    """The thresholds by which an engine's proposals are judged (see `hub_settings.yaml`)."""

    answer: float
    suggest: float
    gap: float
    suggestions: int
    deadline: float
    calibration: tuple[tuple[float, float], ...] = ()
    """Points (score, probability), rising; between them the line, outside them the end."""

    def probability(self, score: float) -> float:
        """Return the probability that an answer with this score is right."""
        bounded = min(1.0, max(0.0, score)) if score == score else 0.0  # noqa: PLR0124 - NaN
        points = self.calibration
        if not points:
            return bounded
        place = bisect_right(points, (bounded, float("inf")))
        if place == 0:
            return points[0][1]
        if place == len(points):
            return points[-1][1]
        (x0, y0), (x1, y1) = points[place - 1], points[place]
        return y0 + (y1 - y0) * (bounded - x0) / (x1 - x0)


@dataclass(slots=True)
class Seat:
    """An engine at the hub's table: how it is judged, and how many of its threads are at work."""

    engine: Engine
    choosing: Choosing
    busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self) -> bool:
        """Take a thread's place; False where the engine has used up all of its own."""
        with self._lock:
            if self.busy >= MAX_BUSY_THREADS:
                return False
            self.busy += 1
            return True

    def leave(self) -> None:
        """Give a thread's place back."""
        with self._lock:
            self.busy -= 1


@dataclass(frozen=True, slots=True)
class Decision:
    """What the hub chose: one candidate, some to offer, or nothing (then it abstains)."""

    status: Status
    candidate: Candidate | None = None
    engine: str | None = None
    probability: float = 0.0
    offered: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    probability: float
    candidate: Candidate
    seat: Seat

    @property
    def answers(self) -> bool:
        """An answer goes before asking back or knowing that one does not know."""
        return self.candidate.status is Status.ANSWERED


class Hub:
    """Asks engines layer by layer and decides: answer, offer two or three, or abstain."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self.seats = tuple(seats)

    async def choose(
        self, question: Question, trace: Trace, on_delta: OnDelta | None = None
    ) -> Decision:
        """Return the choice for a question; never raises for what an engine does."""
        offered: list[_Judged] = []
        for layer in Layer:
            seats = [seat for seat in self.seats if layer in seat.engine.layers]
            if not seats:
                continue
            asked = replace(question, layer=layer, evidence=tuple(o.candidate for o in offered))
            streaming = on_delta if len(seats) == 1 else None
            answers = await asyncio.gather(
                *(self._ask(seat, asked, trace, streaming) for seat in seats)
            )
            judged = [one for answer in answers for one in answer]
            judged.sort(key=lambda one: (-one.probability, not one.answers))
            chosen = self._decide(layer, judged, trace)
            if chosen is not None:
                return chosen
            offered.extend(j for j in judged if j.probability >= j.seat.choosing.suggest)
        return self._offer(offered, trace)

    def _decide(self, layer: Layer, judged: list[_Judged], trace: Trace) -> Decision | None:
        """Return the answer of a layer, or None where it declined."""
        if not judged:
            return None
        best = judged[0]
        if best.probability < best.seat.choosing.answer:
            trace.decided(layer.name.lower(), "declined", "best is below the answer threshold")
            return None
        rival = next(
            (j for j in judged[1:] if j.answers and j.candidate.text != best.candidate.text), None
        )
        if rival and best.probability - rival.probability < best.seat.choosing.gap:
            trace.decided(layer.name.lower(), "declined", "the second is too near to the first")
            return None
        trace.decided(layer.name.lower(), "chosen", f"{best.seat.engine.name}: best of its layer")
        return Decision(
            status=best.candidate.status,
            candidate=best.candidate,
            engine=best.seat.engine.name,
            probability=best.probability,
        )

    def _offer(self, offered: list[_Judged], trace: Trace) -> Decision:
        """Offer what came near, each question once, or abstain."""
        offered.sort(key=lambda one: -one.probability)
        titles: dict[str, _Judged] = {}
        for one in offered:
            if one.candidate.title and one.candidate.status is Status.ANSWERED:
                titles.setdefault(one.candidate.title, one)
        near = list(titles.values())
        near = near[: near[0].seat.choosing.suggestions] if near else []
        if not near:
            trace.decided("abstain", "abstain", "nothing came near enough")
            return Decision(status=Status.ABSTAIN)
        trace.decided("abstain", "suggest", f"{len(near)} came near, none near enough")
        return Decision(
            status=Status.SUGGEST,
            engine=near[0].seat.engine.name,
            probability=near[0].probability,
            offered=tuple(one.candidate for one in near),
        )

    async def _ask(
        self, seat: Seat, question: Question, trace: Trace, on_delta: OnDelta | None
    ) -> list[_Judged]:
        """Ask one engine within its deadline; what goes wrong costs only its own answer."""
        began = time.perf_counter()
        outcome: Outcome
        reason = ""
        candidates: list[Candidate] = []
        try:
            async with asyncio.timeout(seat.choosing.deadline):
                candidates = await _collect(seat, question, on_delta)
            outcome = "proposed" if candidates else "declined"
        except TimeoutError:
            outcome, reason = "timeout", f"no answer within {seat.choosing.deadline:g} s"
            log.warning("engine %s: %s", seat.engine.name, reason)
        except _BusyError:
            outcome, reason = "busy", "all of its threads are still at work"
            log.warning("engine %s: %s", seat.engine.name, reason)
        except Exception as error:
            outcome, reason = "error", type(error).__name__
            log.error("engine %s raised %s", seat.engine.name, type(error).__name__)
        judged = [
            _Judged(seat.choosing.probability(candidate.score), candidate, seat)
            for candidate in candidates
        ]
        trace.steps.append(
            Step(
                layer=question.layer.name.lower(),
                engine=seat.engine.name,
                outcome=outcome,
                milliseconds=(time.perf_counter() - began) * 1000,
                proposals=tuple(_proposal(one) for one in judged[:5]),
                reason=reason,
            )
        )
        return judged


class _BusyError(Exception):
    """All threads of an engine are stuck or at work."""


def _proposal(judged: _Judged) -> Proposal:
    candidate = judged.candidate
    return Proposal(
        intent=candidate.intent,
        answer_id=candidate.answer_id,
        status=str(candidate.status),
        score=candidate.score,
        probability=judged.probability,
    )


async def _collect(seat: Seat, question: Question, on_delta: OnDelta | None) -> list[Candidate]:
    """Get an engine's candidates, whatever kind of function its `ask` is."""
    ask = seat.engine.ask
    if inspect.iscoroutinefunction(ask):
        return _checked(await ask(question))
    if inspect.isasyncgenfunction(ask):
        return await _stream(cast("AsyncIterator[Delta | Candidate]", ask(question)), on_delta)
    answers = await _in_thread(seat, ask, question)
    if inspect.isawaitable(answers):
        return _checked(await answers)
    if isinstance(answers, AsyncIterator):
        return await _stream(answers, on_delta)
    return _checked(answers)


async def _stream(
    answers: AsyncIterator[Delta | Candidate], on_delta: OnDelta | None
) -> list[Candidate]:
    candidates: list[Candidate] = []
    async for piece in answers:
        if isinstance(piece, Delta):
            if on_delta is not None:
                await on_delta(piece.text)
        else:
            candidates.append(piece)
    return _checked(candidates)


def _checked(answers: Iterable[Any]) -> list[Candidate]:
    """Hold an engine's answers to the contract."""
    candidates: list[Candidate] = []
    for answer in answers:
        if not isinstance(answer, Candidate):
            raise TypeError(f"an engine proposed {type(answer).__name__}, not a Candidate")
        if not answer.text.strip():
            raise ValueError("an engine proposed an empty answer")
        candidates.append(answer)
        if len(candidates) >= MAX_CANDIDATES:
            break
    return candidates


async def _in_thread(seat: Seat, ask: Callable[[Question], Answers], question: Question) -> Answers:
    """Run a plain `ask` in a daemon thread, so that a stuck one holds up neither loop nor exit.

    An iterator is used up inside the thread: the work of a generator is the engine's, too.
    """
    if not seat.enter():
        raise _BusyError
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answers] = loop.create_future()

    def settle(result: Answers | None, error: BaseException | None) -> None:
        if answered.done():
            return
        if error is not None:
            answered.set_exception(error)
        else:
            answered.set_result(result if result is not None else ())

    def work() -> None:
        result: Answers | None = None
        failure: BaseException | None = None
        try:
            result = ask(question)
            if isinstance(result, Iterable) and not isinstance(result, list | tuple):
                result = list(result)
        except Exception as error:
            failure = error
        finally:
            seat.leave()
        try:
            loop.call_soon_threadsafe(settle, result, failure)
        except RuntimeError:  # the loop has closed; nobody waits any more
            log.debug("engine %s answered after the end", seat.engine.name)

    threading.Thread(target=work, name=f"engine-{seat.engine.name}", daemon=True).start()
    return await answered
