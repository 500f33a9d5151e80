"""Asks layer by layer and decides; every choice leaves a Trace.

Layers are asked in order, each only if the one before declined. Within a layer all engines are
asked at once, each with its own deadline. Raw scores of different engines are never compared: each
is calibrated into the probability of being right first. An engine that staff prefer for a language
or an intent goes first where it is sure; of equals an answer goes before asking back; then ties
fall to the engine named first in the configuration, then to its own order; chance has no part in
it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from concierge.engine import Candidate, Layer, Question
from concierge.hub.asking import collect
from concierge.hub.breaker import Permit
from concierge.hub.bulkhead import BusyError
from concierge.hub.seat import OnDelta, Seat
from concierge.hub.shadow import Shadowed, answer_name, verdict_of
from concierge.hub.state import HubState
from concierge.message import Status
from concierge.telemetry import span
from concierge.trace import Outcome, Proposal, Step, Trace

__all__ = ["Decision", "Hub"]

log = logging.getLogger(__name__)

SHADOW_AFTER = 0.2
"""Seconds after the choice at which shadows are asked, so that the reply has gone out."""
MOST_BESIDE = 100
"""Askings under way that nobody waits for; beyond, shadows are left out."""


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
    first: bool = False
    """Its engine goes first for this language or intent, and it is sure."""

    @property
    def answers(self) -> bool:
        """An answer goes before asking back or knowing that one does not know."""
        return self.candidate.status is Status.ANSWERED


class Hub:
    """Asks engines layer by layer and decides: answer, offer two or three, or abstain."""

    def __init__(self, seats: Sequence[Seat], state: HubState | None = None) -> None:
        self.seats = tuple(seats)
        self.state = state or HubState()
        self._beside: set[asyncio.Task[None]] = set()

    async def choose(
        self, question: Question, trace: Trace, on_delta: OnDelta | None = None
    ) -> Decision:
        """Return the choice for a question; never raises for what an engine does."""
        question = replace(  # what engines are lent, they cannot change for each other
            question,
            slots=MappingProxyType(dict(question.slots)),
            homes=MappingProxyType(dict(question.homes)),
        )
        decision = await self._chosen(question, trace, on_delta)
        for seat in self.seats:
            if seat.choosing.shadow and len(self._beside) < MOST_BESIDE:
                self._do_beside(self._shadow(seat, question, decision))
        return decision

    async def _chosen(self, question: Question, trace: Trace, on_delta: OnDelta | None) -> Decision:
        offered: list[_Judged] = []
        for layer in Layer:
            seats = [s for s in self.seats if layer in s.layers and not s.choosing.shadow]
            if not seats:
                continue
            asked = replace(question, layer=layer, evidence=tuple(o.candidate for o in offered))
            streaming = on_delta if len(seats) == 1 else None
            answers = await asyncio.gather(
                *(self._ask(seat, asked, trace, streaming) for seat in seats)
            )
            judged = [one for answer in answers for one in answer]
            judged = self._allowed(layer, judged, trace)
            judged.sort(key=lambda one: (not one.first, -one.probability, not one.answers))
            chosen = self._decide(layer, judged, trace)
            if chosen is not None:
                return chosen
            offered.extend(j for j in judged if j.probability >= j.seat.choosing.suggest)
        return self._offer(offered, trace)

    def _allowed(self, layer: Layer, judged: list[_Judged], trace: Trace) -> list[_Judged]:
        """Leave out what belongs to a topic that staff switched off."""
        off = self.state.switches.topic_off
        kept = [
            j
            for j in judged
            if not off((*j.candidate.topics, j.candidate.intent, j.candidate.title))
        ]
        if len(kept) < len(judged):
            trace.decided(layer.name.lower(), "skipped", "the topic is switched off")
        return kept

    def _decide(self, layer: Layer, judged: list[_Judged], trace: Trace) -> Decision | None:
        """Return the answer of a layer, or None where it declined."""
        if not judged:
            return None
        best = judged[0]
        if best.probability < best.seat.choosing.answer:
            trace.decided(layer.name.lower(), "declined", "best is below the answer threshold")
            return None
        rivals = (j for j in judged[1:] if j.first or not best.first)
        rival = next(
            (j for j in rivals if j.answers and j.candidate.text != best.candidate.text), None
        )
        if rival and best.probability - rival.probability < best.seat.choosing.gap:
            trace.decided(layer.name.lower(), "declined", "the second is too near to the first")
            return None
        why = "goes first for this" if best.first else "best of its layer"
        trace.decided(layer.name.lower(), "chosen", f"{best.seat.name}: {why}")
        return Decision(
            status=best.candidate.status,
            candidate=best.candidate,
            engine=best.seat.name,
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
            engine=near[0].seat.name,
            probability=near[0].probability,
            offered=tuple(one.candidate for one in near),
        )

    async def _ask(
        self, seat: Seat, question: Question, trace: Trace, on_delta: OnDelta | None
    ) -> list[_Judged]:
        """Ask one engine within its bounds; what goes wrong costs only its own answer."""
        layer = question.layer.name.lower()
        began = time.perf_counter()
        outcome: Outcome = "skipped"
        judged: list[_Judged] = []
        with span("concierge.engine", engine=seat.name, layer=layer) as current:
            reason = await self._why_not(seat, question)
            if not reason:
                outcome, reason, judged = await self._bounded(seat, question, on_delta)
            current.set_attribute("concierge.outcome", outcome)
        seconds = time.perf_counter() - began
        self.state.metrics.asked(seat.name, outcome, seconds)
        proposals = tuple(_proposal(one) for one in judged[:5])
        trace.steps.append(Step(layer, seat.name, outcome, seconds * 1000, proposals, reason))
        return judged

    async def _why_not(self, seat: Seat, question: Question) -> str:
        """Return why an engine is not asked now, empty where it is."""
        if self.state.switches.engine_off(seat.name):
            return "switched off"
        if not seat.choosing.preferences.asked_in(question.language):
            return f"not asked in {question.language}"
        permit = seat.breaker.permit()
        if permit is Permit.ASK:
            limit = await seat.budget.spent() if seat.budget is not None else ""
            return f"{limit} is used up" if limit else ""
        if permit is Permit.TRY:
            self._do_beside(self._try(seat, question))
            return "resting after failures; tried beside"
        return "resting after failures"

    async def _bounded(
        self, seat: Seat, question: Question, on_delta: OnDelta | None
    ) -> tuple[Outcome, str, list[_Judged]]:
        """Ask within deadline, places and budget; tell the breaker how it went."""
        candidates: list[Candidate] = []
        limit: asyncio.Timeout | None = None
        try:
            if seat.budget is not None and seat.budget.limits.any:
                await seat.budget.called()
                question = replace(question, used=seat.budget.use)
            async with asyncio.timeout(seat.choosing.deadline) as limit:
                candidates = await collect(seat, question, on_delta)
        except BusyError:
            seat.breaker.undecided()
            return "busy", "all of its places are still at work", []
        except Exception as error:
            reason = type(error).__name__
            late = isinstance(error, TimeoutError) and limit is not None and limit.expired()
            if late:
                reason = f"no answer within {seat.choosing.deadline:g} s"
            log.warning("engine %s: %s", seat.name, reason)
            if seat.breaker.failed():
                rest = seat.choosing.rest
                log.error("engine %s fails again and again; it rests for %g s", seat.name, rest)
            return "timeout" if late else "error", reason, []
        seat.breaker.succeeded()
        judged = [self._judged(seat, question, candidate) for candidate in candidates]
        return ("proposed" if judged else "declined"), "", judged

    def _judged(self, seat: Seat, question: Question, candidate: Candidate) -> _Judged:
        choosing = seat.choosing
        probability = choosing.probability(candidate.score)
        preferred = choosing.preferences.goes_first(question.language, candidate.intent)
        return _Judged(probability, candidate, seat, preferred and probability >= choosing.answer)

    # ------------------------------------------------------------------- what nobody waits for

    def _do_beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _try(self, seat: Seat, question: Question) -> None:
        """See whether an engine that rested answers again."""
        outcome, _, _ = await self._bounded(seat, question, None)
        if outcome in ("proposed", "declined"):
            log.info("engine %s answers again", seat.name)

    async def _shadow(self, seat: Seat, question: Question, decision: Decision) -> None:
        """Ask a shadow engine in each of its layers until it is sure, and note what it said."""
        await asyncio.sleep(SHADOW_AFTER)
        best: _Judged | None = None
        trace, failed, milliseconds = Trace(), False, 0.0
        for layer in sorted(seat.layers):
            asked = replace(question, layer=layer, evidence=decision.offered)
            judged = await self._ask(seat, asked, trace, None)
            milliseconds += trace.steps[-1].milliseconds
            failed = failed or trace.steps[-1].outcome in ("timeout", "error", "busy")
            judged.sort(key=lambda one: -one.probability)
            best = judged[0] if judged else best
            if best is not None and best.probability >= seat.choosing.answer:
                break
        if trace.steps and all(step.outcome == "skipped" for step in trace.steps):
            return
        sure = best is not None and best.probability >= seat.choosing.answer
        said = best.candidate if best is not None and sure else None
        row = Shadowed(
            day=question.at.date().isoformat(),
            language=question.language,
            shadow=seat.name,
            engine=decision.engine,
            verdict="failed" if failed and said is None else verdict_of(said, decision.candidate),
            shadow_answer=answer_name(said),
            answer=answer_name(decision.candidate),
            probability=best.probability if best is not None else 0.0,
            milliseconds=milliseconds,
        )
        await asyncio.to_thread(self.state.shadows.add, row)

    async def settle(self) -> None:
        """Wait for everything that nobody waits for; for tests and for the end of a batch."""
        while self._beside:
            await asyncio.gather(*self._beside, return_exceptions=True)


def _proposal(judged: _Judged) -> Proposal:
    candidate = judged.candidate
    return Proposal(
        intent=candidate.intent,
        answer_id=candidate.answer_id,
        status=str(candidate.status),
        score=candidate.score,
        probability=judged.probability,
    )
