"""Ask for every area and every kind of every real city whether the next date is right.

    python benchmarks/every_area.py [CITY …]

「{area}の{kind}いつ」 goes through `concierge ask`; the gold is worked out day by day from the raw
cells by the tests' oracle, which shares nothing with the program. The moment is the middle of what
the city's own dates cover, or 2026-11-20 where it lists none. Prints a line a city, and what was
wrong; exit 1 if anything was.
"""

from __future__ import annotations

import asyncio
import csv
import importlib.util
import io
import re
import sys
import tempfile
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from types import ModuleType

from concierge.clock import TOKYO
from concierge.concierge import Concierge
from concierge.message import Message, Status
from concierge.opendata.formats import ImportOptions, import_data

REPOSITORY = Path(__file__).resolve().parent.parent
PUBLISHED = REPOSITORY.parent / "shared" / "data" / "5374"
HORIZON = 400


def main() -> int:
    """Go through the cities."""
    if not PUBLISHED.is_dir():
        print("left out: real municipalities' published data is not beside the repository")
        return 0
    oracle = load_oracle()
    total: Counter[str] = Counter()
    cities = sys.argv[1:] or sorted(path.parent.name for path in PUBLISHED.glob("*/area_days.csv"))
    for city in cities:
        counts = asyncio.run(ask_city(PUBLISHED / city, oracle))
        total += counts
        print(f"{city:<12} {sum(counts.values()):>6}  {told(counts)}", flush=True)
    print(f"{'all':<12} {sum(total.values()):>6}  {told(total)}")
    return int(total["wrong"] > 0)


def told(counts: Counter[str]) -> str:
    """Write counts in one order."""
    names = ("right", "asked", "declined", "rightly declined", "wrong")
    return "  ".join(f"{name} {counts[name]}" for name in names if counts[name] or name == "wrong")


def load_oracle() -> ModuleType:
    """Import the tests' oracle by its path."""
    path = REPOSITORY / "tests" / "waste" / "oracle.py"
    spec = importlib.util.spec_from_file_location("oracle", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def ask_city(folder: Path, oracle: ModuleType) -> Counter[str]:
    """Import one city and ask for each of its cells."""
    header, *rows = table(folder / "area_days.csv")
    centre = next((i for i, name in enumerate(header) if name.startswith("センター")), 1)
    closures = closed_days(folder / "center.csv")
    at = moment(rows)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        town = Path(place) / "town"
        import_data("5374", folder, town, ImportOptions(at=at))
        concierge = Concierge(town)
        await concierge.open()
        for row in rows:
            for label, cell in zip(header[centre + 1 :], row[centre + 1 :], strict=False):
                if not label.strip():
                    continue
                gold = next_day(oracle, cell, at.date(), closures.get(row[centre], []))
                text = f"{row[centre - 1].strip()}の{label.strip()}いつ"
                reply = await concierge.answer(Message(text=text, at=at))
                first = reply.text.split("\n")[0]
                if first.startswith("同じ名前の地区"):
                    first = reply.text.partition("\n\n")[0]  # both are told, by who collects
                counts[judged(reply.status, first, gold)] += 1
                if judged(reply.status, first, gold) == "wrong":
                    print(f"  wrong: {text} → {first} (gold {gold})")
        concierge.close()
    return counts


def judged(status: Status, first: str, gold: date | None) -> str:
    """Judge one answer by its first line."""
    if status is Status.ANSWERED:
        return "right" if gold and f"{gold.month}月{gold.day}日" in first else "wrong"
    if status is Status.CLARIFY:
        return "asked"
    return "declined" if gold else "rightly declined"


def next_day(
    oracle: ModuleType, cell: str, start: date, closed: list[tuple[date, date]]
) -> date | None:
    """Return the first day from `start` on that the oracle collects on; None where none is."""
    for number in range(HORIZON):
        day = start + timedelta(days=number)
        try:
            if oracle.collected(cell, day, closed):
                return day
        except oracle.UnreadableError:
            return None
    return None


def moment(rows: list[list[str]]) -> datetime:
    """Return seven in the morning of a day that the city's listed dates cover."""
    days = sorted(
        found
        for row in rows
        for cell in row
        for found in re.findall(r"(?<!\d)20[12]\d[01]\d[0-3]\d(?!\d)", cell)
    )
    middle = days[len(days) // 2] if days else "20261120"
    try:
        return datetime.strptime(middle, "%Y%m%d").replace(hour=7, tzinfo=TOKYO)
    except ValueError:
        return datetime(2026, 11, 20, 7, tzinfo=TOKYO)


def closed_days(path: Path) -> dict[str, list[tuple[date, date]]]:
    """Return the readable closures of each centre."""
    found: dict[str, list[tuple[date, date]]] = {}
    for row in table(path)[1:] if path.is_file() else []:
        days = [re.fullmatch(r"(\d{4})/(\d{1,2})/(\d{1,2})", cell.strip()) for cell in row[1:3]]
        if len(days) == 2 and all(days):
            first, last = (date(*(int(part) for part in day.groups())) for day in days if day)
            if (last - first).days <= 31:
                found.setdefault(row[0], []).append((first, last))
    return found


def table(path: Path) -> list[list[str]]:
    """Read a published table as it is."""
    text = path.read_bytes().decode("utf-8-sig")
    return [row for row in csv.reader(io.StringIO(text, newline="")) if any(map(str.strip, row))]


if __name__ == "__main__":
    sys.exit(main())
