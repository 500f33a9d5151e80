"""Why the choice fell as it did: the same record for `--explain`, the console and the log.

A Trace holds no text of the resident and no answer, only who was asked, what each proposed (by
intent or FAQ id), how long it took and the reason of the choice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Outcome", "Proposal", "Step", "Trace"]

Outcome = Literal["proposed", "declined", "timeout", "error", "busy", "skipped"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an engine proposed: its own score, and the calibrated probability of being right."""

    intent: str | None
    answer_id: str | None
    status: str
    score: float
    probability: float


@dataclass(frozen=True, slots=True)
class Step:
    """One asking of one engine, or one decision (`engine` is then None)."""

    layer: str
    engine: str | None
    outcome: str
    milliseconds: float = 0.0
    proposals: tuple[Proposal, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class Trace:
    """The steps of one turn, in the order they happened."""

    steps: list[Step] = field(default_factory=list)

    def decided(self, layer: str, outcome: str, reason: str) -> None:
        """Record a decision that no engine made (safety, conversation, the hub's choice)."""
        self.steps.append(Step(layer=layer, engine=None, outcome=outcome, reason=reason))

    def as_list(self) -> list[dict[str, Any]]:
        """Return the JSON form: a list of steps."""
        return [
            {
                "layer": step.layer,
                "engine": step.engine,
                "outcome": step.outcome,
                "milliseconds": round(step.milliseconds, 3),
                "proposals": [
                    {
                        "intent": proposal.intent,
                        "answer_id": proposal.answer_id,
                        "status": proposal.status,
                        "score": round(proposal.score, 4),
                        "probability": round(proposal.probability, 4),
                    }
                    for proposal in step.proposals
                ],
                "reason": step.reason,
            }
            for step in self.steps
        ]
