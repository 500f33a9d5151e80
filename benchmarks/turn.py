"""What a turn costs: speed and memory with 2,000 FAQ entries and a 1,000-area city.

    python benchmarks/turn.py

Prints figures beside the limits set for them, and ratios against named baselines measured in the
same run: normalising the same texts, and rapidfuzz's ratio over the same 2,000 questions (what a
naive bot does for one search).
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from large_town import QUESTIONS, write_large_town
from rapidfuzz import fuzz, process

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.language.normalize import normalize
from concierge.message import Message
from concierge.safety import emergency_in

AT = "2026-11-20T07:00"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "town"
        areas = write_large_town(folder)
        loading, times = asyncio.run(turns(folder, areas))
        print(f"load 2,000 FAQ entries and 1,000 areas      {loading:8.2f} s")
        median, p99 = statistics.median(times), sorted(times)[int(len(times) * 0.99)]
        naive = baseline(folder)
        folding = per_call(normalize)
        print(f"turn, median                                {median:8.2f} ms   (limit 5)")
        print(f"turn, p99                                   {p99:8.2f} ms   (limit 20)")
        print(f"turn ÷ rapidfuzz ratio over 2,000 questions {median / naive:8.2f}")
        print(f"turn ÷ normalising the text                 {median / folding:8.1f}")
        print(f"safety layer                                {per_call(emergency_in):8.3f} ms")
        batch(folder, areas)
        starting(folder)


def asked(number: int) -> str:
    """Return a question that nothing remembers from before: the same words, typed otherwise."""
    return QUESTIONS[number % len(QUESTIONS)] + " " * (number // len(QUESTIONS) % 20)


async def turns(folder: Path, areas: list[str]) -> tuple[float, list[float]]:
    """Return the seconds of loading, and the milliseconds of each of 2,000 turns."""
    began = time.perf_counter()
    concierge = Concierge(folder)
    await concierge.open()
    loading = time.perf_counter() - began
    times: list[float] = []
    for number in range(2200):
        message = Message(
            text=asked(number),
            at=parse_instant(AT),
            resident=f"r{number % 50}",
            area=areas[number % len(areas)],
        )
        began = time.perf_counter()
        await concierge.answer(message)
        times.append((time.perf_counter() - began) * 1000)
    concierge.close()
    return loading, times[200:]


def baseline(folder: Path) -> float:
    """Return the milliseconds of one naive search."""
    text = (folder / "faq" / "large.yaml").read_text(encoding="utf-8")
    known = [line[12:] for line in text.splitlines() if line.startswith("  question: ")]
    return per_call(lambda question: process.extractOne(question, known, scorer=fuzz.ratio))


def per_call(work: Callable[[str], object]) -> float:
    """Return the median milliseconds of one call over the questions."""
    times: list[float] = []
    for number in range(50):
        for question in QUESTIONS:
            text = question + " " * number
            began = time.perf_counter()
            work(text)
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def batch(folder: Path, areas: list[str]) -> None:
    """Print the turns a second of `ask --batch`, start-up left out by a second, empty run."""
    lines = [
        json.dumps({"id": n, "text": asked(n), "area": areas[n % 1000], "at": AT})
        for n in range(2000)
    ]
    command = [sys.executable, "-m", "concierge", "ask", "--batch", "-", "--knowledge", str(folder)]
    seconds = []
    for given in ("\n".join(lines) + "\n", ""):
        began = time.perf_counter()
        subprocess.run(command, input=given.encode(), capture_output=True, check=True)
        seconds.append(time.perf_counter() - began)
    rate = len(lines) / (seconds[0] - seconds[1])
    print(f"ask --batch                                 {rate:8.0f} turns/s (limit 200)")


def starting(folder: Path) -> None:
    """Print what start-up costs: help, the first answer over HTTP, memory of the server."""
    helping = min(seconds_of([sys.executable, "-m", "concierge", "--help"]) for _ in range(5))
    bare = min(seconds_of([sys.executable, "-c", "pass"]) for _ in range(5))
    nouns = min(seconds_of([sys.executable, "-m", "concierge", "line", "--help"]) for _ in range(5))
    print(f"concierge --help                            {helping:8.2f} s    (limit 0.3)")
    print(f"concierge line --help                       {nouns:8.2f} s    (limit 0.3)")
    print(f"concierge --help ÷ bare python              {helping / bare:8.1f}")
    port = "8799"
    environment = {
        **os.environ,
        "CONCIERGE_KNOWLEDGE": str(folder),
        "CONCIERGE_DATABASE": f"sqlite:///{folder}/var/concierge.db",
    }
    command = [sys.executable, "-m", "concierge", "serve", "--port", port]
    began = time.perf_counter()
    server = subprocess.Popen(
        command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        ask(port, "燃えるごみいつ")
        print(
            f"serve to the first answer                   {time.perf_counter() - began:8.2f} s    (limit 3)"
        )
        for number in range(300):
            ask(port, QUESTIONS[number % len(QUESTIONS)])
        print(
            f"memory after 300 turns, all processes       {memory(server.pid):8.0f} MB   (limit 250)"
        )
    finally:
        server.terminate()
        server.wait(10)


def ask(port: str, text: str) -> bytes:
    """Ask the server, waiting for it to come up."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/chat",
        data=json.dumps({"text": text}).encode(),
        headers={"Content-Type": "application/json"},
    )
    for _ in range(400):
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                answer: bytes = response.read()
                return answer
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the server did not come up")


def seconds_of(command: list[str]) -> float:
    """Return how long a command takes."""
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - began


def memory(pid: int) -> float:
    """Return the resident megabytes of a process and its children (Linux)."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue
        if pid in (int(fields["Pid"]), int(fields["PPid"])):
            total += int(fields.get("VmRSS", "0 kB").split()[0])
    return total / 1024


if __name__ == "__main__":
    main()
