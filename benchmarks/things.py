"""How often a thing is sorted as the city's own dictionary sorts it, in residents' words.

    .venv/bin/python benchmarks/things.py [--misses]

The things are benchmarks/understanding/things.txt, written by hand: a city, a label of its
dictionary, and what residents write. Prints how many are right, wrong and not answered; a city
whose published data is not beside the repository is passed over.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from understanding import FRIDAY, REPOSITORY, published

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.message import Message, Status
from concierge.opendata.formats import ImportOptions
from concierge.opendata.garbage_5374.importing import import_files

TABLE = Path(__file__).resolve().parent / "understanding" / "things.txt"


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield city, label and what was written."""
    city = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[(.+)\]", line):
            city = heading[1]
        elif line and not line.startswith("#"):
            label, _, written = line.partition(": ")
            for said in written.split(", "):
                yield city, label, said


async def judged(concierge: Concierge, label: str, said: str, number: int) -> tuple[str, str]:
    """Return right, wrong or not answered, and what was said."""
    message = Message(text=said, at=parse_instant(FRIDAY), resident=f"{number}")
    reply = await concierge.answer(message)
    if reply.intent != "waste_item" or reply.status in (Status.ABSTAIN, Status.SUGGEST):
        return ("right" if label.startswith("?") else "not answered"), reply.text
    if reply.status is Status.CLARIFY and not reply.slots.get("categories"):
        return "not answered", reply.text
    found = {str(each).strip() for each in reply.slots.get("categories", ())}
    return ("right" if found == {label} else "wrong"), reply.text


async def main() -> int:
    """Ask for every thing; print the figures."""
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as work:
        for city in dict.fromkeys(city for city, _, _ in rows()):
            folder = REPOSITORY / "knowledge" / "demo"
            if not published(city).is_dir():
                continue
            if city != "demo":
                folder = Path(work) / city
                import_files(published(city), folder, ImportOptions(at=parse_instant(FRIDAY)))
            concierge = Concierge(folder)
            await concierge.open()
            for number, (_, label, said) in enumerate(row for row in rows() if row[0] == city):
                outcome, text = await judged(concierge, label, said, number)
                counted[outcome] += 1
                if outcome != "right" and "--misses" in sys.argv:
                    print(f"[{outcome}] {city} | {label} | {said} | {text.splitlines()[0]}")
            concierge.close()
    total = counted.total()
    for outcome in ("right", "wrong", "not answered"):
        print(f"{outcome:<14}{counted[outcome]:>5}  {counted[outcome] / total:.1%}")
    print(f"{'things':<14}{total:>5}")
    return int(counted["wrong"] > 0)


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
