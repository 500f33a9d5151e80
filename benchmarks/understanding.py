"""How often garbage questions in residents' own words get the right answer, on real cities.

    .venv/bin/python benchmarks/understanding.py [--held] [--misses] [--only CITY] [--show]

Prints what is right at once, right after one question, wrong and abstained, in all and by tag. The
questions are benchmarks/understanding/*.yaml; each says what a right answer is, and the dates are
worked out from the raw cells by `garbage_oracle`. Without `--held` the rows kept aside are left
out; `--all` takes both. Cities whose published data is not beside the repository are passed over.

A row: `lang`, the language chosen (else it is heard), `say`, what is typed (`before`: turns before it); `area`, given from outside; `in`, the area
the answer must be for; `at`; and one of
    next: [labels]       the next day of each; [] = the soonest of all
    day: DATE            what is collected on that day (`of`: only these; `late`: the hour is over)
    span: [FROM, TO]     every collection in it (`of`)
    near: DATE           the first line names this day
    item: [labels]       how a thing is sorted: these categories and no others
    unknown: true        the calendar must say that it does not know
    elsewhere: true      the calendar and the dictionary must not answer (`answer_id`: the FAQ may)
    talk / home: true    small talk, or the keeping of an area
    help: TEXT           when, where and how garbage goes out: the answer holds this text
    desk: true           not known, and the desk is named
`ask: true` means one question back is right, `answer` is what the resident replies. `hard` rows may
be abstained from without blame; they count apart.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))
from garbage_oracle import Oracle

from concierge.clock import now, parse_instant
from concierge.concierge import Concierge
from concierge.message import Message, Reply, Status
from concierge.opendata.formats import ImportOptions
from concierge.opendata.garbage_5374.importing import import_files

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
PUBLISHED = Path(
    os.environ.get("CONCIERGE_PUBLISHED_DATA") or REPOSITORY.parent / "shared" / "data"
)
FRIDAY = "2026-11-20T07:00"
WASTE = ("waste_day", "waste_item")
WRITTEN_DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
MONTHS = (
    "January February March April May June July August September October November December".split()
)
ENGLISH_DATE = re.compile(rf"({'|'.join(MONTHS)}) (\d{{1,2}})(?:, (\d{{4}}))?")
NOTHING = ("収集はありません", "日では ありません", "No collection", "no collection")
TOO_LATE = ("過ぎ", "すぎました", "deadline")
LISTED_DAY = re.compile(r"(?<![月\d])(\d{1,2})日（.）")
OUTCOMES = ("at once", "after one question", "wrong", "abstained", "asked needlessly")


@dataclass
class Row:
    """One question and what is right."""

    city: str
    say: str
    gold: dict[str, Any]
    at: str
    area: str | None
    tags: tuple[str, ...]
    held: bool
    hard: bool
    before: list[str] = field(default_factory=list)

    @property
    def moment(self) -> datetime:
        return parse_instant(self.at)

    @property
    def place(self) -> str:
        return str(self.gold.get("in") or self.area)


def rows() -> Iterator[Row]:
    """Yield every question of every table."""
    for path in sorted((HERE / "understanding").glob("*.yaml")):
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        for given in table["rows"]:
            at = given.get("at", FRIDAY)
            yield Row(
                city=given.get("city") or table["city"],
                say=str(given["say"]),
                gold=given,
                at=at if isinstance(at, str) else at.isoformat(),
                area=given.get("area", table["area"]),
                tags=tuple(given["tags"]),
                held=bool(given.get("held")),
                hard=bool(given.get("hard")),
                before=list(given.get("before", ())),
            )


def published(city: str) -> Path:
    return (
        REPOSITORY / "knowledge" / "demo" / "waste" / "5374"
        if city == "demo"
        else PUBLISHED / "5374" / city
    )


@cache
def oracle(city: str) -> Oracle:
    return Oracle(published(city))


class Judge:
    """Says of a reply whether it is what the row's gold asks for."""

    def __init__(self, row: Row, reply: Reply) -> None:
        self.row, self.gold, self.reply = row, row.gold, reply
        self.body = reply.text.split("\n\n出典", 1)[0]
        self.first = self.body.split("\n", 1)[0]
        self.cards = " ".join(
            f"{line.label} {line.value}" for card in reply.cards for line in card.rows
        )
        self.today = row.moment.date()
        self.truth = oracle(row.city)

    def wrong(self) -> str | None:
        """Return what is wrong with an answer, None where it is right."""
        for kind in ("next", "day", "span", "near", "item", "help"):
            if kind in self.gold:
                return str(problem) if (problem := getattr(self, f"_{kind}")()) else None
        if self.gold.get("talk"):
            return None if self.reply.intent == "small_talk" else "no small talk"
        if self.gold.get("home"):
            return None if self.reply.intent == "home_area" else "not the keeping of an area"
        if self.gold.get("unknown"):
            return "a date, or another answer, where nothing is known"
        if self.reply.intent in WASTE or self.reply.intent == "home_area":
            allowed = self.gold.get("item_ok")
            if not (allowed and self.reply.intent == "waste_item"):
                return "answered by the calendar or the dictionary"
            return None if set(self._categories()) <= set(allowed) else "wrong category"
        wanted = self.gold.get("answer_id")
        if wanted and self.reply.answer_id not in (None, *wanted):
            return f"the FAQ answered with {self.reply.answer_id}"
        return None

    def _categories(self) -> list[str]:
        return [str(each).strip() for each in self.reply.slots.get("categories", ())]

    def _next(self) -> str | None:
        if self.gold.get("item_ok") and self.reply.intent == "waste_item":
            return self._sorted_as(self.gold["item_ok"])
        start = self.today + timedelta(days=1) if self._over() else self.today
        wanted = self.gold["next"] or self.truth.labels
        found = self.truth.next(self.row.place, wanted, start)
        if not self.gold["next"]:
            soonest = min(found.values())
            found = {label: day for label, day in found.items() if day == soonest}
        required = {k: v for k, v in found.items() if k not in self.gold.get("optional", ())}
        if problem := self._area() or self._missing(required):
            return problem
        return self._strange(self.first, found.values()) or self._others(found)

    def _day(self) -> str | None:
        day = self.gold["day"]
        truth = self.truth.span(self.row.place, day, day, self.gold.get("of", ())).get(day, [])
        if problem := self._area():
            return problem
        if day not in self._dates(self.first):
            return f"the first line does not name {day}"
        if self.gold.get("late") and not any(words in self.body for words in TOO_LATE):
            return "does not say that the hour is over"
        if not truth:
            return None if self._denied() else "nothing is collected then"
        absent = [label for label in truth if label not in self.first]
        return f"missing {absent}" if absent else self._others(dict.fromkeys(truth, day))

    def _span(self) -> str | None:
        first, last = self.gold["span"]
        truth = self.truth.span(self.row.place, first, last, self.gold.get("of", ()))
        if problem := self._area():
            return problem
        if not truth:
            return None if self._denied() else "nothing is collected then"
        told = f"{self.body} {self.cards}"
        for day, labels in truth.items():
            named = day in self._dates(told) or f"{day.day}日（" in told
            if not named:
                return f"{day} is not told"
            if absent := [label for label in labels if label not in told]:
                return f"missing {absent}"
        listed = {(d.month, d.day) for d in self._dates(f"{self.first} {self.cards}")}
        allowed = {(d.month, d.day) for d in (*truth, first, last)}
        return f"tells {sorted(listed - allowed)}" if listed - allowed else None

    def _help(self) -> str | None:
        told = str(self.gold["help"]) in self.body
        return None if told and self.reply.status is Status.ANSWERED else "another answer"

    def _near(self) -> str | None:
        return None if self.gold["near"] in self._dates(self.first) else "another day"

    def _item(self) -> str | None:
        if self.reply.intent != "waste_item" and not (
            self.gold.get("day_ok") and self.reply.intent == "waste_day"
        ):
            return "not answered from the dictionary"
        return self._sorted_as(self.gold["item"])

    def _sorted_as(self, labels: list[str]) -> str | None:
        found = set(self._categories())
        if found != set(labels):
            return f"sorted as {sorted(found)}"
        told = f"{self.body} {self.cards}"
        return next((f"does not say {label}" for label in labels if label not in told), None)

    def _denied(self) -> bool:
        return any(words in self.first for words in NOTHING)

    def _over(self) -> bool:
        return self.row.city == "demo" and (self.row.moment.hour, self.row.moment.minute) > (8, 30)

    def _area(self) -> str | None:
        """Tell whether the answer is for the right area, or one that looks exactly the same."""
        name = self.row.place.split("@")[0]
        told = "".join(c for c in str(self.reply.slots.get("area", "")) if c.isprintable())
        same = "agree" in self.row.tags or name.split(" ")[-1] in told or told in name
        return None if same else f"for {told}, not {name}"

    def _missing(self, found: dict[str, date]) -> str | None:
        told = f"{self.body} {self.cards}"
        for label, day in found.items():
            if label not in told or day not in self._dates(told):
                return f"does not tell {label} {day}"
        if found and min(found.values()) not in self._dates(self.first):
            return "the first line does not name the soonest day"
        return None

    def _strange(self, text: str, days: Iterable[date]) -> str | None:
        strange = self._dates(text) - set(days)
        return f"tells {sorted(map(str, strange))}" if strange else None

    def _others(self, found: dict[str, date]) -> str | None:
        """Tell whether the first line names a category that it should not."""
        rest = self.first
        for label in sorted(found, key=len, reverse=True):
            rest = rest.replace(label, "")
        rest = rest.replace(self.row.place.split("@")[0], "")
        others = [label for label in self.truth.labels if label not in found and label in rest]
        return f"names {others} too" if others else None

    def _dates(self, text: str) -> set[date]:
        found: set[date] = set()
        for match in WRITTEN_DATE.finditer(text):
            month, day = int(match[2]), int(match[3])
            year = int(match[1] or self.today.year)
            found.add(date(year, month, day))
        for match in ENGLISH_DATE.finditer(text):
            year = int(match[3] or self.today.year)
            found.add(date(year, MONTHS.index(match[1]) + 1, int(match[2])))
        return found


def outcome(row: Row, replies: list[Reply]) -> tuple[str, str]:
    """Return one of `OUTCOMES` and why."""
    reply, asked = replies[-1], len(replies) > 1
    if row.gold.get("elsewhere") and reply.status in (Status.ABSTAIN, Status.SUGGEST):
        return "at once", ""
    if row.gold.get("unknown") and reply.status is Status.ABSTAIN:
        return ("at once", "") if reply.intent == "waste_day" else ("abstained", "not understood")
    if row.gold.get("desk"):
        known = reply.status in (Status.ABSTAIN, Status.SUGGEST)
        return ("at once", "") if known else ("wrong", "answered what nobody published")
    if reply.status is Status.CLARIFY and not asked and not row.gold.get("home"):
        wrong = row.gold.get("elsewhere") or row.gold.get("talk")
        return ("wrong", "asks for an area") if wrong else ("asked needlessly", "")
    if reply.status in (Status.ABSTAIN, Status.SUGGEST, Status.CLARIFY):
        return "abstained", "asked again" if reply.status is Status.CLARIFY else ""
    problem = Judge(row, reply).wrong()
    if problem:
        return "wrong", problem
    return ("after one question" if asked else "at once"), ""


async def asked(concierge: Concierge, row: Row, number: int) -> list[Reply]:
    """Hold the row's conversation; return the reply judged, after the one that asked back."""

    async def say(text: str) -> Reply:
        return await concierge.answer(
            Message(
                text=text,
                at=row.moment,
                resident=f"row {number}",
                area=row.area,
                language=row.gold.get("lang"),
            )
        )

    for text in row.before:
        await say(text)
    replies = [await say(row.say)]
    if replies[0].status is Status.CLARIFY and row.gold.get("ask"):
        replies.append(await say(str(row.gold["answer"])))
    return replies


async def run(chosen: list[Row], show: bool, misses: bool) -> dict[str, Counter[str]]:
    """Ask every row, city by city; return how often each outcome came, by tag."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as work:
        for city in dict.fromkeys(row.city for row in chosen):
            folder = REPOSITORY / "knowledge" / "demo"
            if city != "demo":
                folder = Path(work) / city
                import_files(published(city), folder, ImportOptions(at=parse_instant(FRIDAY)))
            concierge = Concierge(folder)
            await concierge.open()
            for number, row in enumerate(row for row in chosen if row.city == city):
                replies = await asked(concierge, row, number)
                result, why = outcome(row, replies)
                group = "hard" if row.hard else "all"
                for tag in (group, f"city: {row.city}", *(() if row.hard else row.tags)):
                    counted[tag][result] += 1
                bad = result in OUTCOMES[2:]
                if show or (misses and bad):
                    print(f"[{result}] {why} | {city} {row.area} | {row.say}", end="")
                    print(f" → {row.gold['answer']}" if len(replies) > 1 else "")
                    for reply in replies if show or bad else ():
                        print("    " + reply.text.replace("\n", "\n    "), reply.intent)
            concierge.close()
    return counted


def main() -> int:
    """Ask, print the figures, and fail where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true", help="only the rows kept aside")
    parser.add_argument("--all", action="store_true", help="both")
    parser.add_argument("--misses", action="store_true", help="print what is not right")
    parser.add_argument("--show", action="store_true", help="print every reply")
    parser.add_argument("--only", help="one city")
    options = parser.parse_args()
    chosen = [
        row
        for row in rows()
        if (options.all or row.held == options.held)
        and (options.only in (None, row.city))
        and published(row.city).is_dir()
    ]
    began = now()
    counted = asyncio.run(run(chosen, options.show, options.misses))
    seconds = (now() - began).total_seconds()
    print(f"\n{len(chosen)} questions, {seconds:.1f} s\n")
    print(f"{'':24}{'':>5}" + "".join(f"{name:>20}" for name in OUTCOMES))
    for tag, results in sorted(counted.items(), key=lambda one: (one[0] != "all", one[0])):
        total = sum(results.values())
        print(f"{tag:24}{total:5}" + "".join(f"{results[name]:20}" for name in OUTCOMES))
    return 1 if counted["all"]["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
