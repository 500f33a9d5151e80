"""Engines and questions for the hub's table."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from concierge.clock import parse_instant
from concierge.engine import Candidate, Engine, Layer, Question
from concierge.hub import Choosing, Decision, Hub
from concierge.hub.settings import defaults, read_choosing
from concierge.language.normalize import normalize
from concierge.message import Source
from concierge.trace import Step, Trace
from concierge.understanding import Understanding

SOURCE = (Source(title="見本"),)


def choosing(**written: str) -> Choosing:
    """Return the settings as staff would write them, over the program's own."""
    return read_choosing({**defaults()[0], **written})


def question(text: str = "ごみはいつ", language: str = "ja") -> Question:
    understood = Understanding(
        normalized=normalize(text),
        language=language,
        dates=(),
        areas=(),
        categories=(),
        home=None,
        department=None,
        masked=text,
    )
    at = parse_instant("2026-11-20T09:00")
    return Question(text, Layer.RULES, at, language, understood)


class Acting(Engine):
    """Does what it is told, and counts how often it was asked."""

    def __init__(
        self,
        name: str,
        act: Callable[[Question], Iterable[Candidate]],
        layers: tuple[Layer, ...] = (Layer.RULES,),
    ) -> None:
        self.name = name  # type: ignore[misc]
        self.layers = layers  # type: ignore[misc]
        self.act = act
        self.calls = 0
        self._lock = threading.Lock()

    def ask(self, question: Question) -> Iterable[Candidate]:
        with self._lock:
            self.calls += 1
        return self.act(question)


def saying(
    name: str,
    text: str = "",
    score: float = 0.9,
    layers: tuple[Layer, ...] = (Layer.RULES,),
    **more: Any,
) -> Acting:
    answer = Candidate(text or name, score, title=text or name, sources=SOURCE, **more)
    return Acting(name, lambda _: [answer], layers)


def choose(hub: Hub, asked: Question | None = None) -> tuple[Decision, list[Step]]:
    trace = Trace()

    async def turn() -> Decision:
        decision = await hub.choose(asked or question(), trace)
        await hub.settle()
        return decision

    return asyncio.run(turn()), trace.steps


def outcome(steps: list[Step], engine: str) -> tuple[str, str]:
    step = next(step for step in steps if step.engine == engine)
    return step.outcome, step.reason


def in_language(language: str) -> Question:
    return replace(question(), language=language)
