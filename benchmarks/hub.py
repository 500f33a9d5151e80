"""What the hub costs: five engines beside the slowest alone, and one that hangs beside the others.

Both are compared with a baseline of the same run: the slowest engine awaited by itself, and the
same town without the engine that hangs.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import threading
import time
from collections.abc import Iterable
from typing import ClassVar

from concierge.clock import parse_instant
from concierge.engine import Candidate, Engine, Layer, Question
from concierge.hub import Hub, Seat
from concierge.hub.settings import defaults, read_choosing
from concierge.language.normalize import normalize
from concierge.message import Source
from concierge.trace import Trace
from concierge.understanding import Understanding

TURNS = 400
SOURCE = (Source(title="測定"),)
MOST_OVERHEAD = 1.0
"""Milliseconds, median, beyond the slowest engine that is waited for."""
MOST_RISE = 1.10


def question() -> Question:
    said = normalize("ごみはいつ")
    understood = Understanding(said, "ja", (), (), (), None, None, "ごみはいつ")
    return Question("ごみはいつ", Layer.RULES, parse_instant("2026-11-20T09:00"), "ja", understood)


class Waiting(Engine):
    """A coroutine that takes some milliseconds, as one that asks somebody does."""

    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)

    def __init__(self, name: str, seconds: float) -> None:
        self.name = name  # type: ignore[misc]
        self.seconds = seconds

    async def ask(self, question: Question) -> list[Candidate]:  # type: ignore[override]
        await asyncio.sleep(self.seconds)
        return [Candidate(f"{self.name}の答え", 0.5, sources=SOURCE)]


class Working(Waiting):
    """A plain function, which runs in a thread."""

    def ask(self, question: Question) -> list[Candidate]:  # type: ignore[override]
        time.sleep(self.seconds)
        return [Candidate(f"{self.name}の答え", 0.9, sources=SOURCE)]


class Hanging(Engine):
    """Never answers, and blocks whatever it runs on."""

    name: ClassVar[str] = "hanging"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)

    def __init__(self) -> None:
        self.let_go = threading.Event()

    async def ask(self, question: Question) -> list[Candidate]:  # type: ignore[override]
        self.let_go.wait()
        return []


def seat(engine: Engine, **written: str) -> Seat:
    return Seat(engine, read_choosing({**defaults()[0], **written}), apart=True)


def timed(work: Iterable[float]) -> tuple[float, float]:
    """Return median and 99th percentile in milliseconds."""
    taken = sorted(work)
    return statistics.median(taken) * 1000, taken[int(len(taken) * 0.99)] * 1000


async def turns(hub: Hub, count: int = TURNS) -> list[float]:
    asked, taken = question(), []
    for _ in range(count):
        began = time.perf_counter()
        await hub.choose(asked, Trace())
        taken.append(time.perf_counter() - began)
    return taken


async def alone(seconds: float) -> list[float]:
    """The baseline: the slowest engine, awaited by itself on its own loop or thread."""
    engine, asked, taken = Waiting("alone", seconds), question(), []
    for _ in range(TURNS):
        began = time.perf_counter()
        await engine.ask(asked)
        taken.append(time.perf_counter() - began)
    return taken


def five() -> list[Seat]:
    return [
        seat(Waiting("一", 0.001)),
        seat(Waiting("二", 0.005)),
        seat(Working("三", 0.001), gap="0"),
        seat(Working("四", 0.002), gap="0"),
        seat(Waiting("五", 0.0)),
    ]


async def crowd(hub: Hub, together: int = 8, count: int = TURNS) -> list[float]:
    """Ask as several residents do, at a load that two cores bear."""
    taken: list[float] = []

    async def resident() -> None:
        for _ in range(count // together):
            taken.extend(await turns(hub, 1))
            await asyncio.sleep(0.02)

    await asyncio.gather(*(resident() for _ in range(together)))
    return taken


def main() -> int:
    """Print the figures and whether they are within their limits."""
    base, base_p99 = timed(asyncio.run(alone(0.005)))
    median, p99 = timed(asyncio.run(turns(Hub(five()))))
    over = median - base
    print(f"slowest engine alone      {base:6.2f} ms median  {base_p99:6.2f} p99")
    print(f"hub with five engines     {median:6.2f} ms median  {p99:6.2f} p99")
    print(f"overhead                  {over:6.2f} ms median   (limit {MOST_OVERHEAD})")
    rises = []
    for _ in range(3):
        _, before = timed(asyncio.run(crowd(Hub(five()))))
        hanging = Hanging()
        stuck = seat(hanging, deadline="0.5", concurrency="4", failures="3", rest="300")
        hub = Hub([*five(), stuck])

        async def after_it_hung(hub: Hub = hub) -> list[float]:
            await crowd(hub, count=16)  # the first meet it: each pays its deadline, once
            return await crowd(hub)

        _, after = timed(asyncio.run(after_it_hung()))
        hanging.let_go.set()
        rises.append(after / before)
        print(f"p99 without / with a hanging engine  {before:6.2f} / {after:6.2f} ms")
    rise = statistics.median(rises)
    print(f"p99 of the others         {rise:6.2f} ×            (limit {MOST_RISE})")
    return int(over > MOST_OVERHEAD or rise > MOST_RISE)


if __name__ == "__main__":
    sys.exit(main())
