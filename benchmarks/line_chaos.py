"""LINE under chaos: kill −9, a LINE that fails in every way, duplicates, redeliveries, an outage.

    .venv/bin/python benchmarks/line_chaos.py            # 100 kills, 10,000 events, about 12 minutes
    .venv/bin/python benchmarks/line_chaos.py --kills 5 --events 400 --outage 5

Counted as LINE sees it: every acknowledged event has exactly one answer, or is listed for staff
because its reply's outcome stayed unknown until its token was dead; none is lost, none answered
twice, none before an earlier one of the same resident.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from line_rig import Server

from concierge.channels.line.delivery import retry_key
from concierge.channels.line.standin import Fault, Kind, StandIn, serving

OPERATIONS = ("replyMessage", "pushMessage")
ALWAYS_UNKNOWN = ((Kind.ERROR_AFTER, 1.0, 0.0),)
"""Every reply is taken, and LINE says 500."""
FAULTS = (
    (Kind.RATE, 0.03, 0.0),
    (Kind.ERROR_BEFORE, 0.03, 0.0),
    (Kind.ERROR_AFTER, 0.03, 0.0),
    (Kind.CUT_BEFORE, 0.02, 0.0),
    (Kind.CUT_AFTER, 0.02, 0.0),
    (Kind.CUT_HALFWAY, 0.01, 0.0),
    (Kind.SLOW, 0.003, 12.0),
    (Kind.SLOW_BEFORE, 0.003, 12.0),
)


@dataclass
class Told:
    """What became of the events."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    acknowledged: dict[str, float] = field(default_factory=dict)
    kills: int = 0
    lost: int = 0
    unanswered: int = 0
    twice: int = 0
    disorder: int = 0
    listed: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    refusals: int = 0
    seconds: float = 0.0

    @property
    def broken(self) -> int:
        """How many promises were broken."""
        return self.lost + self.unanswered + self.twice + self.disorder


class Chaos:
    """One run."""

    def __init__(
        self, server: Server, standin: StandIn, *, kills: int, events: int, rate: float, seed: int
    ) -> None:
        self.server, self.standin = server, standin
        self.kills, self.count, self.rate = kills, events, rate
        self.random = random.Random(seed)  # noqa: S311 - to be repeated
        self.told = Told()
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self, outage: float, *, healing: bool = True) -> Told:
        """Deliver, kill, wait until all is settled, and judge. `healing`: LINE gets well at last."""
        began = time.monotonic()
        self.standin.webhook.url = f"{self.server.url}/line/webhook"
        await asyncio.to_thread(self._start)
        self._deliver(self.standin.resident("first"), 0)
        await self._first_try()
        killing = asyncio.create_task(self._kill())
        redelivering = asyncio.create_task(self._redeliver())
        out = asyncio.create_task(self._outage(outage))
        residents = [self.standin.resident(f"r{n}") for n in range(max(150, self.count // 10))]
        number = 1
        while number < self.count or not killing.done():
            self._deliver(residents[self.random.randrange(len(residents))], number)
            number += 1
            await asyncio.sleep(self.random.expovariate(self.rate))
        await asyncio.gather(killing, out, *self._sending)
        redelivering.cancel()
        if healing:
            self.standin.faults.clear()
        await self._redeliver_all()
        await self._settled()
        self._judge()
        self.told.seconds = time.monotonic() - began
        return self.told

    async def _first_try(self) -> None:
        """Wait until the answering process has sent something."""
        for _ in range(1200):
            if self.standin.calls["replyMessage"] or self.standin.calls["pushMessage"]:
                return
            await asyncio.sleep(0.05)

    def _start(self) -> None:
        self.server.start()
        self.server.up()

    def _deliver(self, resident: Any, number: int) -> None:
        event = self.standin.events.text(resident, f"犬を飼いはじめた {number}")
        batch = [event]
        if self.told.events and self.random.random() < 0.05:
            batch.insert(0, self.random.choice(list(self.told.events.values())))
        self.told.events[event["webhookEventId"]] = event
        task = asyncio.create_task(self._deliver_batch(batch))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _deliver_batch(self, batch: list[dict[str, Any]]) -> None:
        self._noted(await self.standin.webhook.deliver(*batch))

    def _noted(self, done: Any) -> None:
        if done.accepted:
            for event in done.events:
                self.told.acknowledged.setdefault(event["webhookEventId"], time.monotonic())

    async def _redeliver(self) -> None:
        while True:
            await asyncio.sleep(2.0)
            for done in await self.standin.webhook.redeliver():
                self._noted(done)

    async def _redeliver_all(self) -> None:
        end = time.monotonic() + 60
        while self.standin.webhook.undelivered and time.monotonic() < end:
            for done in await self.standin.webhook.redeliver():
                self._noted(done)
            await asyncio.sleep(0.2)

    async def _kill(self) -> None:
        """Kill the answering process, or both, at any moment; the latter are started again."""
        while self.told.kills < self.kills:
            await asyncio.sleep(self.random.uniform(0.5, 4.0))
            only = self.told.kills % 2 == 1
            if only and self.server.answering() is None:
                continue
            await asyncio.to_thread(self.server.kill, answering_only=only)
            self.told.kills += 1
            if not only:
                await asyncio.to_thread(self._start)

    async def _outage(self, seconds: float) -> None:
        if seconds:
            await asyncio.sleep(self.count / self.rate / 3)
            self.standin.faults.outage(seconds)
            await asyncio.sleep(seconds)

    async def _settled(self) -> None:
        end = time.monotonic() + 240
        while time.monotonic() < end:
            if not await asyncio.to_thread(self.server.open_events):
                return
            await asyncio.sleep(0.5)

    def _judge(self) -> None:
        told, kept = self.told, self.server.inbox()
        answers: Counter[str] = Counter()
        order: dict[str, list[str]] = defaultdict(list)
        by_key = {retry_key(event_id): event_id for event_id in told.events}
        for sent in self.standin.sent:
            event_id = sent.event_id or by_key.get(str(sent.retry_key), "?")
            answers[event_id] += 1
            order[sent.to].append(event_id)
            told.ways[sent.how] += 1
        for event_id in told.acknowledged:
            state, _, reason = kept.get(event_id, (None, "", None))
            told.lost += state is None
            if not answers[event_id] and state == 3:
                told.listed[str(reason)] += 1
            elif not answers[event_id] and state is not None:
                told.unanswered += 1
                print("unanswered:", event_id, kept[event_id], file=sys.stderr)
        told.twice = sum(count > 1 for count in answers.values())
        told.disorder = sum(self._disordered(each) for each in order.values())
        told.refusals = sum(
            "Invalid reply token" not in str(said) for *_, said in self.standin.refused
        )

    def _disordered(self, answered: list[str]) -> int:
        """Count the answers that came before that to an earlier event, known by then."""
        wrong = 0
        when = {
            e: (self.told.events[e]["timestamp"], self.told.acknowledged.get(e)) for e in answered
        }
        for place, later in enumerate(answered):
            for earlier in answered[place + 1 :]:
                (at, known), (other_at, other_known) = when[later], when[earlier]
                if other_at < at and known and other_known and other_known < known:
                    wrong += 1
        return wrong


async def chaos(
    folder: Path,
    *,
    kills: int,
    events: int,
    outage: float,
    rate: float = 25.0,
    app: str = "webhook:app",
    faults: Sequence[tuple[Kind, float, float]] = FAULTS,
    seed: int = 1,
) -> Told:
    """Run once in a folder and return what became of the events."""
    standin = StandIn(seed=seed)
    for kind, probability, seconds in faults:
        for operation in OPERATIONS[: 1 if probability >= 1 else 2]:
            standin.faults.chance(operation, Fault(kind, seconds), probability)
    async with serving(standin) as api:
        server = Server(folder, standin, api, app=app)
        try:
            run = Chaos(server, standin, kills=kills, events=events, rate=rate, seed=seed)
            return await run.run(outage, healing=all(chance < 1 for _, chance, _ in faults))
        finally:
            await asyncio.to_thread(server.stop)


def main() -> int:
    """Run, print, and fail where a promise was broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--outage", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=25.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        told = asyncio.run(
            chaos(
                Path(place),
                kills=given.kills,
                events=given.events,
                outage=given.outage,
                rate=given.rate,
                seed=given.seed,
            )
        )
        kept = Path("var") / "line_chaos.log"
        if told.broken:
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes((Path(place) / "server.log").read_bytes())
    print(f"kill -9                     {told.kills:8}")
    print(f"acknowledged events         {len(told.acknowledged):8}   in {told.seconds:.0f} s")
    print(f"sent                        {dict(told.ways)}")
    print(f"lost                        {told.lost:8}   (limit 0)")
    print(f"unanswered                  {told.unanswered:8}   (limit 0)")
    print(f"answered twice              {told.twice:8}   (limit 0)")
    print(f"out of a resident's order   {told.disorder:8}   (limit 0)")
    print(f"refused by LINE's limits    {told.refusals:8}   (limit 0)")
    print(f"listed for staff            {dict(told.listed)}   (reply unknown, its token dead)")
    return int(told.broken > 0)


if __name__ == "__main__":
    sys.exit(main())
