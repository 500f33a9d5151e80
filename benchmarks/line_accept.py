"""What accepting a webhook costs, and that answering never slows it.

    .venv/bin/python benchmarks/line_accept.py
    .venv/bin/python benchmarks/line_accept.py --steady --folder /dev/shm     # without the disk

CPU per accepted webhook against a bare ASGI endpoint that answers 200, both under uvicorn with
httptools, 32 keep-alive connections, one event a body. Then the rate with an fsync that takes a
millisecond against without, acknowledgements at 50 and 500 a second (with an fsync of 5 ms), and at
50 a second while the engine that answers is slow, stuck, or burns a core. The fsync is slowed by a
preloaded library; without a C compiler those figures are left out, and it says so. LINE is a process
of its own here that answers 200, so that nothing but the channel and the load share the cores.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

from line_rig import TOWN, Server, compiler, make_shim, write_small_town

from concierge.channels.line.standin import StandIn
from concierge.channels.line.standin.delivery import sign

CONNECTIONS, SECONDS = 32, 4.0
ROUNDS, STEADY_ROUNDS = 3, 6
ENGINE = """
import time
from concierge.engine import Engine, Layer

class Trouble(Engine):
    name = "trouble"
    layers = (Layer.RULES,)

    def ask(self, question):
        {body}
        return []

engine = Trouble
"""
TROUBLES = {
    "slow": "time.sleep(2)",
    "stuck": "time.sleep(3600)",
    "burning": "end = time.monotonic() + 20\n        while time.monotonic() < end: sum(range(1000))",
}
_numbers = itertools.count()


def bodies(standin: StandIn) -> tuple[bytes, bytes]:
    """Return the two halves of a signed request without its changing part."""
    number = next(_numbers)
    event = standin.events.text(standin.resident(f"r{number % 1000}"), f"犬を飼いはじめた {number}")
    body = standin.webhook.body([event])
    head = (
        "POST /line/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"x-line-signature: {sign(standin.secret, body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode(), body


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def post(self, request: bytes) -> int:
        """Send a request; return the status."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await self._reader.readexactly(length)
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        self._writer.close()


def cpu(pid: int) -> float:
    """Return the seconds of processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


@asynccontextmanager
async def served(
    folder: Path, standin: StandIn, api: str, app: str, more: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """Serve an application while the block runs."""
    server = Server(folder, standin, api, app=app, environment=more)
    server.start()
    try:
        await asyncio.to_thread(server.up)
        yield server
    finally:
        await asyncio.to_thread(server.stop)


async def full_speed(server: Server, standin: StandIn) -> tuple[float, float]:
    """Return requests a second, and processor microseconds a request, as fast as it goes."""
    assert server.process is not None
    requests = [b"".join(bodies(standin)) for _ in range(12_000)]
    waiting = iter(requests)
    done = 0
    end = time.perf_counter() + SECONDS

    async def one() -> None:
        nonlocal done
        connection = Connection(server.port)
        await connection.open()
        for request in waiting:
            assert await connection.post(request) == 200
            done += 1
            if time.perf_counter() > end:
                break
        connection.close()

    used, began = cpu(server.process.pid), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    seconds = time.perf_counter() - began
    return done / seconds, (cpu(server.process.pid) - used) / done * 1e6


async def at_rate(server: Server, standin: StandIn, rate: float, seconds: float) -> list[float]:
    """Return the milliseconds of each acknowledgement at a steady rate."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        connection = Connection(server.port)
        await connection.open()
        free.put_nowait(connection)
    times: list[float] = []

    async def one(request: bytes) -> None:
        connection = await free.get()
        began = time.perf_counter()
        status = await connection.post(request)
        times.append((time.perf_counter() - began) * 1000)
        assert status == 200, status
        free.put_nowait(connection)

    requests = [b"".join(bodies(standin)) for _ in range(int(rate * seconds))]
    begun = time.perf_counter()
    sending = []
    for number, request in enumerate(requests):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sending.append(asyncio.create_task(one(request)))
    await asyncio.gather(*sending)
    return times


def p(times: list[float], part: float) -> float:
    """Return a percentile."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


async def costs(folder: Path, standin: StandIn, api: str) -> None:
    """Print processor time a webhook against the bare endpoint, rounds taken in turn."""
    figures: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": []}
    apps = {"bare": "line_bare:app", "ours": "line_planted:accepting_only"}
    for number in range(ROUNDS):
        for name, app in apps.items():
            async with served(folder / f"{name}{number}", standin, api, app) as server:
                figures[name].append(await full_speed(server, standin))
    bare, ours = (min(cost for _, cost in figures[name]) for name in ("bare", "ours"))
    print(f"bare ASGI endpoint, CPU a request            {bare:8.0f} µs")
    print(f"accepted webhook, CPU a request              {ours:8.0f} µs")
    print(f"accepted ÷ bare                              {ours / bare:8.2f}      (limit 5)")
    print(f"accepted webhooks a second                   {max(r for r, _ in figures['ours']):8.0f}")


async def slow_disk(folder: Path, standin: StandIn, api: str) -> None:
    """Print what a slow fsync does to the rate and to acknowledgements."""
    if compiler() is None:
        print("slow disks: left out, there is no C compiler")
        return
    library = str(make_shim(folder))
    rates: dict[int, list[float]] = {0: [], 1000: []}
    for number in range(ROUNDS):
        for delay, found in rates.items():
            shim = {"LD_PRELOAD": library, "SHIM_FSYNC_MICROSECONDS": str(delay)} if delay else {}
            place = folder / f"disk{number}-{delay}"
            async with served(place, standin, api, "line_planted:accepting_only", shim) as server:
                found.append((await full_speed(server, standin))[0])
    ratio = max(rates[1000]) / max(rates[0])
    print(f"rate with a 1 ms fsync ÷ without             {ratio:8.2f}      (limit 0.75)")
    shim = {"LD_PRELOAD": library, "SHIM_FSYNC_MICROSECONDS": "5000"}
    async with served(folder / "disk5", standin, api, "webhook:app", shim) as server:
        times = await at_rate(server, standin, 500, 8)
    print(f"ack p99 at 500/s, 5 ms fsync, answering too  {p(times, 0.99):8.1f} ms   (limit 50)")


async def steady(folder: Path, standin: StandIn, api: str) -> None:
    """Print acknowledgements at 50 a second: bare, ours, and ours with trouble in the answering.

    All are served at once, but all except the one that is measured stand still; a few seconds of
    each in turn, again and again, and the median of the rounds' p99, so that whatever else the
    machine does falls on all alike.
    """
    times: dict[str, list[float]] = {name: [] for name in ("bare", "none", *TROUBLES)}
    disk: list[float] = []
    async with AsyncExitStack() as stack:
        servers: dict[str, Server] = {}
        for name in times:
            more = _troubled(folder / f"{name}50", name) if name in TROUBLES else {}
            app = "line_bare:app" if name == "bare" else "webhook:app"
            serving = served(folder / f"{name}50", standin, api, app, more)
            servers[name] = await stack.enter_async_context(serving)
            await at_rate(servers[name], standin, 50, 3)
            servers[name].pause()
        for _ in range(STEADY_ROUNDS):
            for name, server in servers.items():
                server.resume()
                await at_rate(server, standin, 50, 0.5)
                times[name].append(p(await at_rate(server, standin, 50, 4), 0.99))
                server.pause()
            disk += await asyncio.to_thread(_syncs, folder)
    bare, sound = (median(times[name]) for name in ("bare", "none"))
    print(
        f"fdatasync of 24 KB here, p50, p99             {p(disk, 0.5):7.1f} {p(disk, 0.99):7.1f} ms"
    )
    print(f"ack p99 at 50/s, bare                        {bare:8.1f} ms")
    print(f"ack p99 at 50/s, ours, answering as it goes  {sound:8.1f} ms")
    print(f"ours ÷ bare                                  {sound / bare:8.2f}      (limit 2)")
    for name in TROUBLES:
        ratio = median(times[name]) / sound
        print(f"ack p99 with the engine {name:8} ÷ without    {ratio:8.2f}      (limit 1.5)")


def _syncs(folder: Path) -> list[float]:
    """Return the milliseconds of each of a few syncs, of as much as an event writes."""
    times = []
    with (folder / "synced").open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 24 * 1024)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
            time.sleep(0.01)
    return times


def _troubled(folder: Path, name: str) -> dict[str, str]:
    """Write a town with an engine that makes trouble; return where its package is found."""
    write_small_town(folder / "town")
    engines = "engines:\n  intents: {}\n  faq: {}\n  trouble:\n    deadline: 30\n"
    (folder / "town" / "municipality.yaml").write_text(TOWN + engines, encoding="utf-8")
    site = folder / "site"
    (site / "town_trouble-1.0.dist-info").mkdir(parents=True)
    (site / "town_trouble.py").write_text(ENGINE.format(body=TROUBLES[name]), encoding="utf-8")
    about = {
        "METADATA": "Metadata-Version: 2.1\nName: town_trouble\nVersion: 1.0\n",
        "entry_points.txt": "[concierge.engines]\ntrouble = town_trouble:engine\n",
    }
    for file, content in about.items():
        (site / "town_trouble-1.0.dist-info" / file).write_text(content, encoding="utf-8")
    return {"ADDED_PATH": str(site)}


async def measure(place: Path | None, *, only_steady: bool) -> None:
    """Measure and print."""
    standin = StandIn()
    with tempfile.TemporaryDirectory(dir=place) as made:
        folder = Path(made)
        async with served(folder / "line", standin, "http://127.0.0.1:9", "line_bare:app") as line:
            if not only_steady:
                await costs(folder, standin, line.url)
                await slow_disk(folder, standin, line.url)
            await steady(folder, standin, line.url)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, help="where the databases are kept while it runs")
    parser.add_argument("--steady", action="store_true", help="only the acknowledgements at 50/s")
    given = parser.parse_args()
    asyncio.run(measure(given.folder, only_steady=given.steady))
    return 0


if __name__ == "__main__":
    sys.exit(main())
