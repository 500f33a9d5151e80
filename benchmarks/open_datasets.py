"""Asks the demonstration town about places and events, and compares with gold written by hand.

    .venv/bin/python benchmarks/open_datasets.py           # all questions but those kept aside
    .venv/bin/python benchmarks/open_datasets.py --held    # those kept aside
    .venv/bin/python benchmarks/open_datasets.py --all

What is nearest is worked out here from the raw CSV by a formula of its own.
Also measured: reading a list of 5,000 rows, against Python's csv module over the same file.
"""

from __future__ import annotations

import asyncio
import csv
import io
import math
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.knowledge import KnowledgeLoader
from concierge.message import Location, Message, Reply, Status
from concierge.settings import demonstration

QUESTIONS = Path(__file__).with_name("open_datasets") / "questions.yaml"
AT = "2026-11-20T10:00"
OURS = {"shelter", "aed", "facility", "childcare", "events", "hospital"}
WRONG_LIMIT, RIGHT_LIMIT = 0.005, 0.95
ROWS, LOAD_LIMIT = 5000, 0.5
Row = dict[str, str]


def rows_of(kind: str) -> list[Row]:
    """Read a published list of the demonstration town with Python's own csv module."""
    found: list[Row] = []
    for path in sorted((demonstration() / kind).glob("*.csv")):
        text = path.read_text(encoding="utf-8-sig")
        found += csv.DictReader(io.StringIO(text, newline=""))
    return found


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return a distance by the flat formula, good to a per cent within a town."""
    north = (other[0] - one[0]) * 111_195
    east = (other[1] - one[1]) * 111_195 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


def point_of(row: Row) -> tuple[float, float]:
    return float(row["緯度"]), float(row["経度"])


def place_named(name: str) -> tuple[float, float]:
    for kind in ("facilities", "shelters", "childcare", "hospitals", "aed"):
        for row in rows_of(kind):
            if row["名称"] == name:
                return point_of(row)
    raise KeyError(name)


def nearest(gold: dict[str, Any]) -> str:
    """Return the name of the nearest entry of a list that fits."""
    start = gold["from"]
    here = place_named(start) if isinstance(start, str) else (start[0], start[1])
    fitting = [row for row in rows_of(gold["of"]) if fits(row, gold)]
    return min(fitting, key=lambda row: metres(here, point_of(row)))["名称"]


def fits(row: Row, gold: dict[str, Any]) -> bool:
    if any(row[column] != "1" for column in gold.get("with", ())):
        return False
    if any(row[column] == "1" for column in gold.get("without", ())):
        return False
    if gold["of"] == "shelters" and not any(
        row[column] == "1" for column in row if column.startswith("災害種別_")
    ):
        return False
    if "name" in gold and gold["name"] not in row["名称"]:
        return False
    if "kind" in gold and not any(word in row["種別"] for word in gold["kind"].split("|")):
        return False
    if "age" in gold and not (int(row["受入年齢"][0]) <= gold["age"] <= int(row["受入年齢"][-2])):
        return False
    return "department" not in gold or gold["department"] in row["診療科目"].split(";")


async def ask(concierge: Concierge, case: dict[str, Any]) -> tuple[Reply, bool]:
    """Ask, and answer the one question back; tell whether it was asked."""
    here = Location(*case["here"]) if "here" in case else None
    at = parse_instant(case.get("at", AT))
    resident = f"{case['q']}{case.get('then')}"
    reply = await concierge.answer(Message(case["q"], at, resident=resident, place=here))
    if reply.status is Status.CLARIFY and "then" in case:
        return await concierge.answer(Message(case["then"], at, resident=resident)), True
    return reply, reply.status is Status.CLARIFY


def judge(case: dict[str, Any], reply: Reply) -> str:
    """Return right, wrong or declined."""
    if case["intent"] == "none":
        return "wrong" if reply.intent in OURS else "right"
    if reply.intent != case["intent"] or reply.status is not Status.ANSWERED:
        named = reply.status is Status.ANSWERED and reply.engine != "safety"
        return "wrong" if named else "declined"
    body = reply.text.split("\n\n出典")[0].split("\n\nSource")[0]
    said = "\n".join(
        [body, reply.details or "", *(f"{r.value}" for c in reply.cards for r in c.rows)]
    )
    if any(word not in said for word in case.get("has", ())):
        return "wrong"
    if any(word in body for word in case.get("not", ())):
        return "wrong"
    if "nearest" in case and nearest(case["nearest"]) not in body.split("\n")[0]:
        return "wrong"
    return "right"


async def run(cases: list[dict[str, Any]]) -> tuple[Counter[str], list[str]]:
    concierge = Concierge(demonstration())
    await concierge.open()
    outcomes: Counter[str] = Counter()
    told: list[str] = []
    try:
        for case in cases:
            reply, asked = await ask(concierge, case)
            outcome = judge(case, reply)
            outcomes["asked, then right" if asked and outcome == "right" else outcome] += 1
            if outcome != "right":
                first = reply.text.replace("\n", " / ")[:150]
                told.append(f"  {outcome:<9}{case['q']} → {reply.status} {reply.intent}: {first}")
    finally:
        concierge.close()
    return outcomes, told


def load_a_long_list() -> tuple[float, float]:
    """Return the processor seconds for 5,000 facilities as a town's folder, and for csv alone."""
    rows = rows_of("facilities")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "facilities"
        folder.mkdir()
        (Path(place) / "municipality.yaml").write_text("name: 試し市\n", encoding="utf-8")
        path = folder / "long.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            for number in range(ROWS):
                row = rows[number % len(rows)]
                writer.writerow({**row, "名称": f"{row['名称']}{number}", "ID": str(number)})
        began = time.process_time()
        with path.open(encoding="utf-8", newline="") as file:
            list(csv.reader(file))
        plain = time.process_time() - began
        began = time.process_time()
        found = KnowledgeLoader(Path(place)).load()
        loaded = time.process_time() - began
        assert len(found.places.facilities) == ROWS
    return loaded, plain


def main() -> int:
    """Print the figures; 1 where a limit is missed."""
    everything = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    wanted = [
        case
        for case in everything
        if "--all" in sys.argv or bool(case.get("held")) == ("--held" in sys.argv)
    ]
    outcomes, told = asyncio.run(run(wanted))
    print("\n".join(told))
    total = len(wanted)
    right = outcomes["right"] + outcomes["asked, then right"]
    print(f"questions {total}: {dict(outcomes)}")
    print(
        f"right {right / total:.1%} (limit {RIGHT_LIMIT:.0%}), wrong {outcomes['wrong'] / total:.1%} (limit {WRONG_LIMIT:.1%})"
    )
    loaded, plain = load_a_long_list()
    print(
        f"a list of {ROWS} rows: {loaded * 1000:.0f} ms, {loaded / plain:.0f} x csv.reader (limit {LOAD_LIMIT * 1000:.0f} ms)"
    )
    return int(
        right / total < RIGHT_LIMIT
        or outcomes["wrong"] / total > WRONG_LIMIT
        or loaded > LOAD_LIMIT
    )


if __name__ == "__main__":
    sys.exit(main())
