"""Whom to phone for an illness that is no emergency, and the signs that make it one."""

from __future__ import annotations

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.safety import illness_in, illness_reply

__all__ = ["TOPICS", "handle"]

TOPICS = ("当番医", "急病")


def handle(request: Request) -> Candidate | None:
    """Open with #8000 or #7119 and the signs for 119; None where no one is ill."""
    illness = illness_in(request.understanding.normalized.original)
    if illness is None:
        return None
    reply = illness_reply(illness, request.knowledge.safety)
    return Candidate(
        text=reply.text,
        score=1.0,
        slots=reply.slots,
        sources=reply.sources,
        details=reply.details,
    )
