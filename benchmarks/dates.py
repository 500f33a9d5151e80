"""Measures how fast dates are found and how many of the written expressions are read as expected.

Run `python benchmarks/dates.py`. It prints the time of a call for a message of about 30 characters,
for each expression of the tables and for 10,000 characters; of importing without and with the
holidays; and how many expressions of each table come out right.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "language")]

from date_tables import MOMENTS, cases  # noqa: E402

from concierge.language.dates import find_dates, read_dates  # noqa: E402

MESSAGES = (
    "来週の火曜日の朝に燃えるごみを出してもいいですか教えてください",
    "あした粗大ごみの収集をお願いしたいのですがどこに電話しますか",
    "11/23（月）は祝日ですが資源ごみの収集はありますかおしえて",
    "市役所の窓口で住民票をとりたいのですがなにが必要になりますか",
    "今度の日曜の午後3時ごろに子どもを診てくれる病院はありますか",
)
BASE = "import concierge.clock, concierge.language.normalize, dataclasses, re, typing, functools"


def milliseconds(call: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def importing(statement: str) -> float:
    """Return the milliseconds that a statement adds after what it builds on is loaded."""
    program = (
        f"import time; {BASE}; begun = time.perf_counter(); {statement};"
        "print((time.perf_counter() - begun) * 1000)"
    )
    runs = [
        float(
            subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout
        )
        for _ in range(7)
    ]
    return statistics.median(runs)


def main() -> None:
    friday = MOMENTS["fri"]
    find_dates("次の祝日", friday)
    for message in MESSAGES:
        taken = milliseconds(lambda message=message: find_dates(message, friday), 300)
        print(f"{statistics.median(taken):7.3f} ms median {taken[-15]:7.3f} p95  {message}")
    every = [case for name in ("expressions.tsv", "held_out.tsv") for case in cases(name)]
    each = sorted(
        milliseconds(lambda case=case: read_dates(case.text, case.at), 1)[0] for case in every
    )
    print(f"{statistics.median(each):7.3f} ms median {each[-28]:7.3f} p95  each of {len(each)}")
    text = "".join(case.text for case in every) * 3
    print(
        f"{milliseconds(lambda: find_dates(text[:10_000], friday), 1)[0]:7.1f} ms for 10,000 letters"
    )
    print(f"{importing('import concierge.language.dates'):7.1f} ms to import")
    first = "import concierge.language.dates as d, datetime; d.find_dates('{}', datetime.datetime.now())"
    print(f"{importing(first.format('明日')):7.1f} ms to import and read a first date")
    print(f"{importing(first.format('次の祝日')):7.1f} ms to import and read a first holiday")
    for name in ("expressions.tsv", "held_out.tsv"):
        table = cases(name)
        right = sum(case.said() == case.wanted() for case in table)
        print(f"{right} of {len(table)} as expected in {name}")


if __name__ == "__main__":
    main()
