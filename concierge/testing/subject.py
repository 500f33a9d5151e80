"""The engine under test, how it is made ready, and how it is asked: as the hub does it."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from concierge.clock import parse_instant
from concierge.engine import Candidate, Engine, Layer, Question
from concierge.hub import Choosing, Seat
from concierge.hub.asking import collect
from concierge.knowledge import Knowledge, load_knowledge
from concierge.settings import demonstration
from concierge.understanding import Understander

__all__ = ["AT", "Subject", "asked", "started"]

AT = parse_instant("2026-11-20T09:00")
"""The moment at which everything is asked, so that answers can be compared."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An engine to be tried, the town it is tried on, and questions it should answer.

    `knowledge` is a municipality's folder; None takes the demonstration town. `options` are what
    staff would write for it. `deadline` is in seconds, what it would have in service.
    """

    engine: type[Engine]
    questions: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    knowledge: Path | None = None
    deadline: float = 2.0

    @property
    def asks(self) -> tuple[str, ...]:
        """The questions it must answer, each of them: those given, else the engine's examples."""
        return self.questions or tuple(getattr(self.engine, "examples", ()))

    @property
    def tried(self) -> tuple[str, ...]:
        """The questions it is tried with: those it must answer, else some of the town's FAQ."""
        known = tuple(entry.question for entry in self.town.faq[:3])
        return self.asks or known or ("あしたのごみはなに",)

    @property
    def town(self) -> Knowledge:
        """The town's knowledge."""
        return _town(self.knowledge or demonstration())[0]

    def question(self, text: str, *, language: str | None = None, at: datetime = AT) -> Question:
        """Return what the hub would ask for this text; `layer` is the engine's first."""
        knowledge, understander = _town(self.knowledge or demonstration())
        understood = understander.understand(text, at, language)
        question = Question(
            text=text,
            layer=min(self.engine.layers),
            at=at,
            language=understood.language,
            understanding=understood,
        )
        if Layer.LLM not in self.engine.layers:
            return question
        return replace(question, evidence=tuple(_evidence(knowledge, question)))

    def each_layer(self, text: str, *, language: str | None = None) -> Iterator[Question]:
        """Return the question once for each layer the engine is asked in."""
        question = self.question(text, language=language)
        for layer in sorted(self.engine.layers):
            yield replace(question, layer=layer)


@functools.lru_cache(maxsize=4)
def _town(folder: Path) -> tuple[Knowledge, Understander]:
    knowledge = load_knowledge(folder)
    return knowledge, Understander(knowledge)


def _evidence(knowledge: Knowledge, question: Question) -> list[Candidate]:
    """Return what the FAQ would have found for an engine that works over it."""
    from engines.faq import Faq  # noqa: PLC0415 - only engines of the last layer need it

    faq = Faq()
    faq.start(knowledge, {})
    return faq.ask(replace(question, layer=Layer.RETRIEVAL))


@asynccontextmanager
async def started(subject: Subject) -> AsyncIterator[Seat]:
    """Start a new instance as the hub would, and close it. Raises what it raises at its start."""
    instance = subject.engine()
    choosing = Choosing(0.8, 0.35, 0.08, 3, subject.deadline, concurrency=1000)
    seat = Seat(instance, choosing)
    try:
        ready = await asyncio.to_thread(instance.start, subject.town, subject.options)
        if inspect.isawaitable(ready):
            await ready
        yield seat
    finally:
        with contextlib.suppress(Exception):
            await asyncio.to_thread(seat.close)


async def asked(seat: Seat, question: Question, pieces: list[str] | None = None) -> list[Candidate]:
    """Ask once, without a deadline; text shown before the answer goes to `pieces`."""

    async def show(text: str) -> None:
        if pieces is not None:
            pieces.append(text)

    return await collect(seat, question, show)
