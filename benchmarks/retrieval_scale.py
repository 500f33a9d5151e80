"""The FAQ search of a prefecture's towns together: time and memory from 2,000 to 50,000 entries.

    python benchmarks/retrieval_scale.py            # 2,000 and 50,000: about four minutes
    python benchmarks/retrieval_scale.py 2000       # other sizes

Made-up entries (`large_town.py`). Prints processor time, which other work on the machine changes
little, and the ratio to rapidfuzz `ratio` over the same questions; memory is what the process grows
by at each part, in a process of its own for each size.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from large_town import QUESTIONS, write_large_town
from rapidfuzz import fuzz, process

from concierge.faq.folder import load_faq
from concierge.faq.lexicon import packaged
from concierge.faq.model import Entry
from concierge.faq.morphology import tokens
from concierge.faq.search import FaqIndex
from concierge.faq.vectors import general

SIZES = ("2000", "50000")
A_TOWN = 2000


def main() -> None:
    """Measure each size in a process of its own."""
    for size in sys.argv[1:] or SIZES:
        subprocess.run([sys.executable, __file__, "--one", size], check=True)


def one(size: int) -> None:
    """Measure one size and print."""
    print(f"{size:,} entries", flush=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "town"
        write_large_town(folder, min(size, A_TOWN), 10)
        part("dictionary of Sudachi", lambda: tokens("あ"))
        part("lexicon", packaged)
        part("general word vectors", general)
        entries = together(load_faq(folder).entries, size)
        index = part("index, all analysed", lambda: FaqIndex(entries, folder))
        size_kept = sum(each.stat().st_size for each in (folder / ".search").iterdir())
        print(f"  kept in .search                    {size_kept / 1e6:8.0f} MB")
        asked(index, entries)
        del index
        gc.collect()
        part("index, all kept", lambda: FaqIndex(entries, folder))
        edited = (replace(entries[0], answer="書き直した答えです。"), *entries[1:])
        part("index, one entry edited", lambda: FaqIndex(edited, folder))


def together(town: Sequence[Entry], size: int) -> list[Entry]:
    """Return the entries of as many towns as make up a number, each with its towns' own number."""
    return [
        replace(
            each,
            id=f"{number}-{each.id}",
            question=f"{number}町の{each.question}",
            also=tuple(f"{text}（{number}町）" for text in each.also),
            answer=f"{each.answer}{number}町役場へ。",
        )
        for number in range(-(-size // len(town)))
        for each in town
    ][:size]


def asked(index: FaqIndex, entries: Sequence[Entry]) -> None:
    """Ask and print what a question takes."""
    times = [spent(lambda t=text: index.search(t, 5)) for _ in range(8) for text in QUESTIONS]
    known = [entry.question for entry in entries]
    naive = statistics.median(
        spent(lambda t=text: process.extractOne(t, known, scorer=fuzz.ratio)) for text in QUESTIONS
    )
    times.sort()
    median, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    limit = "2 / 5" if len(entries) <= 2000 else "15 / -"
    print(f"  a question, median / p99       {median:6.2f} / {p99:5.2f} ms  (limit {limit})")
    print(f"  ÷ rapidfuzz ratio                  {median / naive:8.2f}", flush=True)


def part(name: str, work: Callable[[], object]) -> object:
    """Do a part of the work; print its processor time and what the process grew by."""
    before, began = memory(), time.process_time()
    made = work()
    seconds = time.process_time() - began
    print(f"  {name:32}{seconds:8.2f} s {memory() - before:8.0f} MB", flush=True)
    return made


def spent(work: Callable[[], object]) -> float:
    """Return the milliseconds of processor time of some work."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def memory() -> float:
    """Return the resident megabytes of this process (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (line,) = (each for each in status.splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]))
    else:
        main()
