"""What keeping and reporting costs, on a synthetic year of a town of 20,000 with planted needs.

    python benchmarks/soundings.py [TURNS]        1,000,000 by default; takes a few minutes

Prints, beside the limits: what keeping adds to a turn, bytes a turn, the report's time, grouping
50,000 unanswered questions, and whether the planted needs come out in their order, and no others.
The baseline of the report is SQLite counting the same rows once.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from soundings_town import FIRST, LAST, NEEDS, NOUNS, plant

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.knowledge import load_knowledge
from concierge.message import Message
from concierge.settings import demonstration
from concierge.soundings.forms import as_html
from concierge.soundings.grouping import grouped
from concierge.soundings.redaction import redact
from concierge.soundings.report import Report, make_report
from concierge.soundings.service import Soundings
from concierge.soundings.unmet import Unmet, group_unmet
from concierge.storage.memories import MemoriesInDatabase
from concierge.storage.soundings import Store

MADE = parse_instant("2026-11-20T09:00")
QUESTIONS = (
    "住民票がほしい",
    "図書館は何時まで",
    "犬の登録",
    "粗大ごみの出し方",
    "ペンギンはどこで見られる",
)


def main() -> None:
    """Measure and print."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as place:
        keeping(Path(place) / "keeping.db")
        grouping()
        year(Path(place) / "year.db", turns)


def keeping(path: Path) -> None:
    """Print what keeping adds to a turn of someone who agreed, and what redacting takes."""
    turn, kept = asyncio.run(_turns(path))
    print(f"a turn, kept, median                     {turn:8.2f} ms")
    print(f"of it for keeping, median                {kept:8.2f} ms   (limit 1)")
    times = []
    for _ in range(200):
        for question in QUESTIONS:
            began = time.perf_counter()
            redact(question)
            times.append((time.perf_counter() - began) * 1000)
    print(f"redacting a question, off the answer     {statistics.median(times):8.2f} ms")


async def _turns(path: Path) -> tuple[float, float]:
    """Return the median milliseconds of a turn, and of what of it is for the soundings."""
    memories, soundings = MemoriesInDatabase(path), Soundings(path)
    concierge = Concierge(demonstration(), memories, soundings=soundings)
    spent: list[float] = []
    for name in ("begin", "end"):
        setattr(soundings, name, _timed(getattr(soundings, name), spent))
    await concierge.open()
    times: list[float] = []
    kept: list[float] = []
    for number in range(1200):
        message = Message(QUESTIONS[number % len(QUESTIONS)], MADE, f"web:{number % 50}", "web")
        if number < 50:
            message = Message("同意します", MADE, f"web:{number}", "web")
        spent.clear()
        began = time.perf_counter()
        await concierge.answer(message)
        times.append((time.perf_counter() - began) * 1000)
        kept.append(sum(spent) * 1000)
    concierge.close()
    soundings.close()
    memories.close()
    return statistics.median(times[200:]), statistics.median(kept[200:])


def _timed(work: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*given: Any) -> Any:
        began = time.perf_counter()
        try:
            return work(*given)
        finally:
            spent.append(time.perf_counter() - began)

    return timed


def grouping() -> None:
    """Print how long 50,000 different unanswered questions take to be grouped."""
    chance = random.Random(5)  # noqa: S311 - a synthetic town
    wordings = [wording for need in NEEDS for wording in need.wordings]
    extra = (
        "を教えて",
        "について",
        "はどこ",
        "はいつ",
        "がほしい",
        "は何時まで",
        "の料金",
        "の予約",
    )
    texts = [
        f"{chance.choice(NOUNS)}と{chance.choice(NOUNS)}{chance.choice(extra)}"
        if chance.random() < 0.7
        else chance.choice(wordings) + chance.choice(extra)
        for _ in range(50_000)
    ]
    began = time.perf_counter()
    found = grouped(texts)
    seconds = time.perf_counter() - began
    print(f"grouping 50,000 unanswered               {seconds:8.1f} s    (limit 60)")
    print(f"  different texts / groups               {len(set(texts)):8,} / {len(found):,}")


def year(path: Path, turns: int) -> None:
    """Print what a year costs, and what the report makes of it."""
    planted = plant(path, turns)
    size = path.stat().st_size
    print(f"turns / rows kept with consent           {planted.turns:8,} / {planted.rows:,}")
    with sqlite3.connect(path) as connection:
        cells = connection.execute("SELECT count(*) FROM sounding_counts").fetchone()[0]
    print(
        f"file size a turn / a row kept            {size / planted.turns:8.0f} / {size / planted.rows:.0f} bytes"
    )
    print(f"cells of counts                          {cells:8,}")
    knowledge = load_knowledge(demonstration())
    store = Store(path)
    began = time.perf_counter()
    store.run(lambda c: group_unmet(c, MADE.date(), 5))
    print(f"grouping what was not answered           {time.perf_counter() - began:8.1f} s")
    began = time.perf_counter()
    store.run(
        lambda c: c.execute("SELECT topic, count(*) FROM sounding_turns GROUP BY 1").fetchall()
    )
    baseline = time.perf_counter() - began
    began = time.perf_counter()
    report: Report = store.run(lambda c: make_report(c, knowledge, FIRST, LAST, MADE))
    html = as_html(report)
    seconds = time.perf_counter() - began
    print(f"report                                   {seconds:8.1f} s    (limit 10)")
    print(f"report ÷ counting the rows once          {seconds / baseline:8.1f}")
    print(f"report, bytes of HTML                    {len(html.encode()):8,}")
    ranking(report.unmet)
    store.close()


def ranking(groups: tuple[Unmet, ...]) -> None:
    """Print whether the planted needs came out in order, and nothing else did."""
    found = [
        next((n.name for n in NEEDS if set(g.examples) & set(n.wordings)), g.name) for g in groups
    ]
    planted = [need.name for need in sorted(NEEDS, key=lambda need: -need.weight)]
    strange = [name for name in found if name not in planted]
    right = list(dict.fromkeys(found)) == planted
    print(f"planted needs ranked right               {'yes' if right else 'NO'}")
    print(f"needs shown that were not planted        {len(strange)} {strange or ''}")


if __name__ == "__main__":
    main()
