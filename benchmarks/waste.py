"""What garbage days cost: loading a city of 1,000 areas, and one answer.

Run `python benchmarks/waste.py [AREAS]`. The baseline of loading is `csv.reader` over the same
file, which understands nothing; that of answering is a walk over the days of a month in pure
Python, for as many categories.
"""

from __future__ import annotations

import csv
import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from concierge.opendata.garbage_5374.folder import read_5374
from concierge.waste.calendar import Calendar

SHAPES = ("月 木", "水", "火1 火3", "金4", "水2:4 6 8 10 12 2", "隔月20260406", "月　木")
CATEGORIES = 9
TODAY = date(2026, 11, 21)


def synthetic(folder: Path, areas: int) -> Path:
    """Write a city in the mix of shapes that published ones have: a third of cells list days."""
    chance = random.Random(5374)  # noqa: S311 - made-up data
    listed = [
        " ".join(
            f"{date(2026, 4, 1 + start) + timedelta(days=7 * week):%Y%m%d}" for week in range(52)
        )
        for start in range(28)
    ]
    rows = ["地名,センター," + ",".join(f"分別{n}" for n in range(CATEGORIES))]
    for number in range(areas):
        cells = [
            chance.choice(listed) if chance.random() < 1 / 3 else chance.choice(SHAPES)
            for _ in range(CATEGORIES)
        ]
        rows.append(f"架空町{number}丁目,センター{number % 5}," + ",".join(cells))
    (folder / "area_days.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    centres = [f"センター{n},2026/12/31,2027/1/3" for n in range(5)]
    (folder / "center.csv").write_text("名称,開始,終了\n" + "\n".join(centres), encoding="utf-8")
    return folder


def best(work: Callable[[], object], times: int) -> float:
    """Return the seconds of the fastest run."""
    found = []
    for _ in range(times):
        gc.collect()
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)


def plain(folder: Path) -> int:
    """Read the same file and understand nothing."""
    with (folder / "area_days.csv").open(encoding="utf-8", newline="") as file:
        return sum(len(row) for row in csv.reader(file))


def walk() -> int:
    """Look at each day of a month for each category."""
    days = (TODAY + timedelta(days=n) for _ in range(CATEGORIES) for n in range(31))
    return sum(day.weekday() == 0 and (day.day - 1) // 7 == 1 for day in days)


def main() -> None:
    """Print the figures."""
    areas = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as temporary:
        folder = synthetic(Path(temporary), areas)
        size = (folder / "area_days.csv").stat().st_size
        load = best(lambda: read_5374(folder), 5)
        baseline = best(lambda: plain(folder), 5)
        data = read_5374(folder).data
        assert data is not None
        fresh = best(lambda: [Calendar(data).next_collections(a, TODAY) for a in data.areas], 3)
        calendar = Calendar(data)
        warm = best(lambda: [calendar.next_collections(a, TODAY) for a in data.areas], 5)
        month = best(walk, 50)
    print(f"{areas} areas, {CATEGORIES} categories, {size / 1e6:.1f} MB")
    print(f"load           {load * 1e3:8.1f} ms   csv.reader alone {baseline * 1e3:.1f} ms"
          f"   ratio {load / baseline:.1f}")  # fmt: skip
    print(f"first answer   {fresh / areas * 1e6:8.1f} µs")
    print(f"next_collections {warm / areas * 1e6:6.1f} µs   walking a month {month * 1e6:.1f} µs"
          f"   ratio {warm / areas / month:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
