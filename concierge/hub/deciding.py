"""Chooses among engines; every choice leaves a Trace.

Layers are asked in order, each only if the one before declined. Within a layer all engines are
asked at once, each with its own deadline. Raw scores of different engines are never compared: each
is calibrated into the probability of being right first. Of equals an answer goes before asking back;
then ties fall to the engine named first in the configuration, then to its own order; chance has no
part in it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from concierge.engine import Candidate, Layer, Question
from concierge.hub.asking import collect
from concierge.hub.seat import BusyError, OnDelta, Seat
from concierge.message import Status
from concierge.trace import Outcome, Proposal, Step, Trace

__all__ = ["Decision", "Hub"]

log = logging.getLogger(__name__)


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
                candidates = await collect(seat, question, on_delta)
            outcome = "proposed" if candidates else "declined"
        except TimeoutError:
            outcome, reason = "timeout", f"no answer within {seat.choosing.deadline:g} s"
            log.warning("engine %s: %s", seat.engine.name, reason)
        except BusyError:
            outcome, reason = "busy", "all of its places are still at work"
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


def _proposal(judged: _Judged) -> Proposal:
    candidate = judged.candidate
    return Proposal(
        intent=candidate.intent,
        answer_id=candidate.answer_id,
        status=str(candidate.status),
        score=candidate.score,
        probability=judged.probability,
    )
