"""10,000 events from 1,000 residents through the whole channel: all answered, in order, memory flat.

.venv/bin/python benchmarks/line_flow.py
.venv/bin/python benchmarks/line_flow.py --events 2000 --residents 200
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from line_rig import Server

from concierge.channels.line.delivery import retry_key
from concierge.channels.line.standin import StandIn, serving

AT_ONCE = 16


def memory(pid: int) -> float:
    """Return the resident megabytes of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def flow(folder: Path, *, events: int, residents: int, rate: float) -> int:
    """Deliver, wait for the answers, print; return how many promises were broken."""
    standin, pick = StandIn(), random.Random(1)  # noqa: S311 - to be repeated
    standin.rates["replyMessage"] = standin.rates["pushMessage"] = 10**6
    async with serving(standin) as api:
        server = Server(folder, standin, api)
        server.start()
        try:
            await asyncio.to_thread(server.up)
            standin.webhook.url = f"{server.url}/line/webhook"
            warm = standin.events.text(standin.resident("first"), "犬を飼いはじめた")
            await standin.webhook.deliver(warm)
            while not standin.answers_to(warm):
                await asyncio.sleep(0.05)
            people = [standin.resident(f"r{number}") for number in range(residents)]
            order = [people[number % residents] for number in range(events)]
            pick.shuffle(order)
            return await _measured(server, standin, order, rate)
        finally:
            await asyncio.to_thread(server.stop)


async def _measured(server: Server, standin: StandIn, order: list[Any], rate: float) -> int:
    began, gate, sizes = time.monotonic(), asyncio.Semaphore(AT_ONCE), list[float]()
    made: list[dict[str, Any]] = []

    async def one(resident: Any, number: int) -> None:
        event = standin.events.text(resident, f"犬を飼いはじめた {number}")
        made.append(event)
        async with gate:
            while not (await standin.webhook.deliver(event)).accepted:
                await asyncio.sleep(0.5)

    child = server.answering()
    sending = []
    for number, resident in enumerate(order):
        sending.append(asyncio.create_task(one(resident, number)))
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        if child is not None and number % max(1, len(order) // 10) == 0:
            sizes.append(memory(child))
    await asyncio.gather(*sending)
    sent = time.monotonic() - began
    end = time.monotonic() + 600
    while len(standin.sent) < len(order) + 1 and time.monotonic() < end:
        await asyncio.sleep(0.1)
    seconds = time.monotonic() - began
    if child is not None:
        sizes.append(memory(child))
    return _told(standin, made, sizes, sent, seconds)


def _told(
    standin: StandIn, made: list[dict[str, Any]], sizes: list[float], sent: float, seconds: float
) -> int:
    by_key = {retry_key(each["webhookEventId"]): each["webhookEventId"] for each in made}
    when = {each["webhookEventId"]: each["timestamp"] for each in made}
    answers: Counter[str] = Counter()
    seen: dict[str, list[int]] = defaultdict(list)
    for each in standin.sent:
        event_id = each.event_id or by_key.get(str(each.retry_key), "")
        if event_id in when:
            answers[event_id] += 1
            seen[each.to].append(when[event_id])
    unanswered = len(made) - len(answers)
    twice = sum(count > 1 for count in answers.values())
    disorder = sum(times != sorted(times) for times in seen.values())
    ways = Counter(each.how for each in standin.sent)
    growth = sizes[-1] - sizes[1] if len(sizes) > 2 else 0.0
    print(f"events, residents              {len(made):8} {len(seen)}")
    print(f"delivered in, answered in      {sent:8.0f} s, {seconds:.0f} s  {dict(ways)}")
    print(f"answered a second              {len(made) / seconds:8.0f}")
    print(f"unanswered                     {unanswered:8}   (limit 0)")
    print(f"answered twice                 {twice:8}   (limit 0)")
    print(f"residents out of order         {disorder:8}   (limit 0)")
    print("memory of the answering process", " ".join(f"{size:.0f}" for size in sizes), "MB")
    print(f"its growth after the first tenth {growth:6.0f} MB (limit 20)")
    return unanswered + twice + disorder + int(growth > 20)


def main() -> int:
    """Measure and print; fail where a promise was broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--residents", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=60.0, help="deliveries a second")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        run = flow(Path(place), events=given.events, residents=given.residents, rate=given.rate)
        return int(asyncio.run(run) > 0)


if __name__ == "__main__":
    sys.exit(main())
