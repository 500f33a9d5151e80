"""How often questions for a doctor get the right answer, in the demonstration town.

    .venv/bin/python benchmarks/clinics.py [--held | --all] [--misses] [--show]

The questions are benchmarks/clinics/*.yaml, each with what a right answer is. Who is on duty is
worked out here by counting days, apart from the concierge's own readers. Every third row is kept
aside and left out without `--held` or `--all`.

An answer is right if it names exactly the clinics wanted, for the day wanted, tells to phone first
and when it is 119, names #8000 for a child and never for anyone else. Exit 1 if one is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import holidays
import yaml

from concierge.clock import now, parse_instant
from concierge.concierge import Concierge
from concierge.message import Message, Reply, Status

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / "knowledge" / "demo"
OUTCOMES = ("at once", "asked", "wrong", "abstained")
EVERY_THIRD = 3
FIRST = date(2026, 4, 5)
INNER = "なぎさ内科医院 汐入クリニック 緑ヶ丘ファミリークリニック 月見台内科 駅前みなと診療所 磯辺診療所"
OUTER = "朝日整形外科 灯台通外科胃腸科 若葉町眼科 湯の里整形外科医院 栄町耳鼻咽喉科"
PHARMACIES = "本町あさなぎ薬局 みどり薬局 駅前なぎ薬局"
CHILDREN, DENTIST = "あさなぎこども急患センター", "あさなぎ休日歯科診療所"
NATIONAL = holidays.country_holidays("JP", years=range(2026, 2032))


@dataclass(frozen=True)
class Row:
    """One question and what is right."""

    number: int
    say: str
    at: str
    gold: dict[str, Any]

    @property
    def held(self) -> bool:
        return self.number % EVERY_THIRD == EVERY_THIRD - 1


def rows() -> Iterator[Row]:
    """Yield every question of every table."""
    number = 0
    for path in sorted((HERE / "clinics").glob("*.yaml")):
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        for gold in table["rows"]:
            at = table["at"][gold["at"]]
            yield Row(number, gold["say"], at if isinstance(at, str) else at.isoformat(), gold)
            number += 1


def _off(day: date, last: int) -> bool:
    turn = (day.month, day.day) >= (12, last) or (day.month, day.day) <= (1, 3)
    return day.weekday() == 6 or day in NATIONAL or turn


@cache
def on_duty(day: date) -> dict[str, str]:
    """Return who is on duty on a day, by the letter of the tables, by counting days off."""
    found = {"K": CHILDREN}
    if _off(day, 29):
        turn = sum(_off(FIRST + timedelta(n), 29) for n in range((day - FIRST).days))
        found["N"] = INNER.split()[turn % 6]
        found["G"] = OUTER.split()[turn % 5]
    if _off(day, 31):
        turn = sum(_off(FIRST + timedelta(n), 31) for n in range((day - FIRST).days))
        found["S"] = DENTIST
        found["Y"] = PHARMACIES.split()[turn % 3]
    return found


def wrong(row: Row, reply: Reply) -> str | None:
    """Return what is wrong with an answer, None where it is right."""
    gold, text = row.gold, f"{reply.text}\n{reply.details or ''}"
    body = reply.text.split("\n\n出典")[0]
    if gold.get("elsewhere"):
        return "the roster answers" if reply.intent == "holiday_clinic" else None
    if gold.get("weekday") and reply.intent == "hospital":
        return None
    if reply.intent != "holiday_clinic":
        return f"answered by {reply.intent or reply.answer_id}"
    if "119" not in body or ("電話" not in body and "phone" not in body.lower()):
        return "does not say to phone first, or when it is 119"
    return _whom_to_phone(row, body, text) or _what_is_known(row, reply, body)


def _whom_to_phone(row: Row, body: str, text: str) -> str | None:
    gold = row.gold
    child = gold.get("opening") in ("child", "newborn") or gold.get("child")
    if ("#8000" in text) != bool(child) and not gold.get("unknown"):
        return "#8000 is missing" if child else "#8000 for somebody grown up"
    if (
        gold.get("opening") in ("child", "newborn")
        and "#8000" not in body.split("\n", maxsplit=1)[0]
    ):
        return "does not open with #8000"
    return None


def _what_is_known(row: Row, reply: Reply, body: str) -> str | None:
    gold = row.gold
    if gold.get("unknown"):
        known = reply.slots.get("covered") or reply.slots.get("clinics")
        return "told something that is not known" if known else None
    ordinary = "午前中" if gold.get("weekday") == "saturday" else "平日の昼間"
    if gold.get("weekday") and ordinary not in body:
        return "does not name ordinary clinics"
    return _named(row, reply, body)


def _named(row: Row, reply: Reply, body: str) -> str | None:
    gold, names = row.gold, set(reply.slots.get("clinics", ()))
    if gold.get("none"):
        if gold["none"] == "next":
            return (
                None
                if ("ありません" in body and "次は" in body)
                else "does not say that none is open"
            )
        return f"names {sorted(names)}" if names else None
    want = gold.get("want")
    if want is None or want == "any":
        return None
    day: date = gold["day"]
    if want == "span":
        told = {card.title for card in reply.cards}
        return None if len(told) > 1 and str(day.day) in reply.cards[0].title else "not day by day"
    wanted = {on_duty(day)[letter] for letter in want}
    if names != wanted:
        return f"names {sorted(names)}, not {sorted(wanted)}"
    if str(reply.slots.get("date")) != day.isoformat():
        return f"for {reply.slots.get('date')}, not {day}"
    loose = (
        any(gold.get(key) for key in ("now", "lang", "weekday")) or gold.get("opening") == "newborn"
    )
    if not loose and f"{day.month}月{day.day}日" not in body:
        return "does not name the day"
    shown = [name for name in wanted if name in body]
    return None if shown or gold.get("opening") == "newborn" else "names no clinic in its text"


def outcome(row: Row, reply: Reply) -> tuple[str, str]:
    """Return one of `OUTCOMES` and why."""
    gold = row.gold
    if reply.status is Status.CLARIFY:
        if gold.get("elsewhere"):
            return ("wrong", "asks back") if reply.intent == "holiday_clinic" else ("at once", "")
        return (
            ("at once", "") if reply.intent == "hospital" and gold.get("weekday") else ("asked", "")
        )
    silent = reply.status in (Status.ABSTAIN, Status.SUGGEST)
    if silent and not gold.get("unknown") and not gold.get("elsewhere"):
        return "abstained", str(reply.intent)
    problem = wrong(row, reply)
    return ("wrong", problem) if problem else ("at once", "")


async def run(chosen: list[Row], *, show: bool, misses: bool) -> dict[str, Counter[str]]:
    """Ask every row; return how often each outcome came, by tag."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    concierge = Concierge(DEMO)
    await concierge.open()
    for row in chosen:
        replies = [
            await concierge.answer(
                Message(
                    text, parse_instant(row.at), f"row {row.number}", language=row.gold.get("lang")
                )
            )
            for text in (*row.gold.get("before", ()), row.say)
        ]
        result, why = outcome(row, replies[-1])
        group = "hard" if row.gold.get("hard") else "all"
        for tag in (group, *(() if group == "hard" else row.gold["tags"])):
            counted[tag][result] += 1
        if show or (misses and result != "at once"):
            print(f"[{result}] {why} | {row.at[5:16]} | {row.say}")
            print("    " + replies[-1].text.replace("\n", "\n    "))
    concierge.close()
    return counted


def main() -> int:
    """Ask, print the figures, and fail where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true", help="only the rows kept aside")
    parser.add_argument("--all", action="store_true", help="both")
    parser.add_argument("--misses", action="store_true", help="print what is not right")
    parser.add_argument("--show", action="store_true", help="print every reply")
    options = parser.parse_args()
    chosen = [row for row in rows() if options.all or row.held == options.held]
    began = now()
    counted = asyncio.run(run(chosen, show=options.show, misses=options.misses))
    seconds = (now() - began).total_seconds()
    print(f"\n{len(chosen)} questions, {seconds:.1f} s\n")
    print(f"{'':16}{'':>5}" + "".join(f"{name:>12}" for name in OUTCOMES))
    for tag, results in sorted(counted.items(), key=lambda one: (one[0] != "all", one[0])):
        total = sum(results.values())
        print(f"{tag:16}{total:5}" + "".join(f"{results[name]:12}" for name in OUTCOMES))
    return 1 if counted["all"]["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
