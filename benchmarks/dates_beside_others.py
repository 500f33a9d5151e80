"""The dates of the tests read by ours and by the public libraries that could be used instead.

    .venv/bin/pip install dateparser ja-timex      # only for this comparison
    .venv/bin/python benchmarks/dates_beside_others.py

Only expressions that mean one single day are compared, since not every library gives spans; a
library that is not installed is passed over. Each is set up for Japanese and for the coming date.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "language")]

from date_tables import cases  # noqa: E402

from concierge.language.dates import find_dates  # noqa: E402

Reader = Callable[[str, datetime], list[date]]
ONE_DAY = re.compile(r"(?:(\d{4})-)?(\d\d)-(\d\d)")


def ours(text: str, at: datetime) -> list[date]:
    return [span.first for span in find_dates(text, at) if span.first == span.last]


def dateparser() -> Reader:
    from dateparser.search import search_dates  # noqa: PLC0415 - optional

    def read(text: str, at: datetime) -> list[date]:
        settings = {"RELATIVE_BASE": at.replace(tzinfo=None), "PREFER_DATES_FROM": "future"}
        found = search_dates(text, languages=["ja", "en"], settings=settings) or []
        return [moment.date() for _, moment in found]

    return read


def ja_timex() -> Reader:
    import pendulum  # noqa: PLC0415 - optional
    from ja_timex import TimexParser  # noqa: PLC0415 - optional

    def read(text: str, at: datetime) -> list[date]:
        parser = TimexParser(reference=pendulum.instance(at))
        moments = [timex.to_datetime() for timex in parser.parse(text)]
        return [moment.date() for moment in moments if moment is not None]

    return read


def main() -> None:
    """Print, for each reader, how many days it reads right, wrongly, and not at all."""
    readers: dict[str, Reader] = {"ours": ours}
    for make in (dateparser, ja_timex):
        try:
            readers[make.__name__] = make()
        except ImportError:
            print(f"{make.__name__}: not installed")
    rows = [case for name in ("expressions.tsv", "held_out.tsv") for case in cases(name)]
    for name, read in readers.items():
        counted: Counter[str] = Counter()
        for case in rows:
            wanted = ONE_DAY.fullmatch(case.expected)
            if wanted is None:
                continue
            year = int(wanted[1] or case.at.year)
            day = date(year, int(wanted[2]), int(wanted[3]))
            try:
                found = read(case.text, case.at)
            except Exception:  # a reader that fails has not read it
                found = []
            outcome = "silent" if not found else "right" if found == [day] else "wrong"
            counted[outcome] += 1
        total = counted.total()
        shares = "  ".join(
            f"{key} {counted[key]:>4} ({counted[key] / total:.0%})"
            for key in ("right", "wrong", "silent")
        )
        print(f"{name:<12}{total:>5} days  {shares}")


if __name__ == "__main__":
    main()
