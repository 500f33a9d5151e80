"""Compares shadow engines with what the hub answers: golden questions, as served, by feedback."""

from __future__ import annotations

import contextlib
import sqlite3
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from concierge.engine import Candidate, Layer, Question
from concierge.faq.model import Entry
from concierge.hub import Hub, Seat
from concierge.hub.shadow import Shadowed
from concierge.town import Town
from concierge.trace import Trace

__all__ = ["Compared", "compare_golden", "compare_judged", "compare_served"]


HELPFUL, UNHELPFUL = ("helpful", "solved"), ("wrong", "unsolved")
JUDGED = (
    "SELECT text, answer_id, feedback FROM sounding_turns WHERE text IS NOT NULL AND text <> '' "
    "AND answer_id IS NOT NULL AND feedback IN ('helpful', 'solved', 'wrong', 'unsolved') ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """How a shadow engine did.

    Golden questions: `wins` it was right where the hub was not, `losses` the other way round;
    `wrong` it would have answered wrongly. Served questions: `agreement` is the share of those both
    answered in which both said the same, None where there was none.
    """

    shadow: str
    golden: int = 0
    right: int = 0
    wrong: int = 0
    hub_right: int = 0
    wins: int = 0
    losses: int = 0
    served: int = 0
    same: int = 0
    different: int = 0
    only_shadow: int = 0
    only_hub: int = 0
    neither: int = 0
    failed: int = 0
    agreement: float | None = None
    median_milliseconds: float | None = None
    judged: int = 0
    feedback_wins: int = 0
    feedback_losses: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON fields of `concierge engines compare`."""
        return asdict(self)


def compare_served(rows: Iterable[Shadowed]) -> dict[str, Compared]:
    """Summarise what shadows answered beside the hub, by shadow."""
    grouped: dict[str, list[Shadowed]] = {}
    for row in rows:
        grouped.setdefault(row.shadow, []).append(row)
    found: dict[str, Compared] = {}
    for name, each in grouped.items():
        count = Counter(row.verdict for row in each)
        both = count["same"] + count["different"]
        found[name] = Compared(
            shadow=name,
            served=len(each),
            same=count["same"],
            different=count["different"],
            only_shadow=count["only-shadow"],
            only_hub=count["only-hub"],
            neither=count["neither"],
            failed=count["failed"],
            agreement=round(count["same"] / both, 4) if both else None,
            median_milliseconds=round(statistics.median(row.milliseconds for row in each), 1),
        )
    return found


async def compare_golden(town: Town, at: datetime) -> dict[str, Compared]:
    """Ask every golden question of the FAQ, of the hub and of each shadow; return both's results."""
    front = Hub([seat for seat in town.seats if not seat.choosing.shadow], town.hub.state)
    shadows = [seat for seat in town.seats if seat.choosing.shadow]
    found = {seat.name: Compared(seat.name) for seat in shadows}
    for entry, text in _golden(town.knowledge.faq, at):
        question = _question(town, text, at)
        decision = await front.choose(question, Trace())
        hub_right = _right(decision.candidate, entry)
        for seat in shadows:
            said = await _alone(seat, question, decision.offered)
            right = _right(said, entry)
            before = found[seat.name]
            found[seat.name] = replace(
                before,
                golden=before.golden + 1,
                right=before.right + right,
                wrong=before.wrong + (said is not None and not right),
                hub_right=before.hub_right + hub_right,
                wins=before.wins + (right and not hub_right),
                losses=before.losses + (hub_right and not right),
            )
    return found


async def compare_judged(town: Town, path: Path, at: datetime) -> dict[str, Compared]:
    """Ask each shadow what residents judged the answers to; nothing of the questions is shown."""
    shadows = [seat for seat in town.seats if seat.choosing.shadow]
    found = {seat.name: Compared(seat.name) for seat in shadows}
    for text, answer_id, feedback in _judged(path) if shadows else ():
        question = _question(town, text, at)
        for seat in shadows:
            said = await _alone(seat, question, ())
            other = said is None or said.answer_id != answer_id
            before = found[seat.name]
            found[seat.name] = replace(
                before,
                judged=before.judged + 1,
                feedback_wins=before.feedback_wins + (other and feedback in UNHELPFUL),
                feedback_losses=before.feedback_losses + (other and feedback in HELPFUL),
            )
    return found


def _judged(path: Path) -> list[tuple[str, str, str]]:
    """Return question, FAQ id and feedback of the turns that residents judged and let us keep."""
    if not path.is_file():
        return []
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=1.0)) as connection:
        try:
            return [(str(t), str(a), str(f)) for t, a, f in connection.execute(JUDGED)]
        except sqlite3.OperationalError:  # no such table: nobody has judged anything yet
            return []


def _golden(entries: Iterable[Entry], at: datetime) -> Iterator[tuple[Entry, str]]:
    for entry in entries:
        if entry.valid_on(at.date()):
            for text in entry.golden:
                yield entry, text


def _question(town: Town, text: str, at: datetime) -> Question:
    understood = town.understander.understand(text, at)
    return Question(text, Layer.RULES, at, understood.language, understood)


async def _alone(
    seat: Seat, question: Question, evidence: tuple[Candidate, ...]
) -> Candidate | None:
    """Return what the engine would answer if it were the only one."""
    sure = replace(seat.choosing, shadow=False)
    hub = Hub([Seat(seat.engine, sure, apart=seat.apart, budget=seat.budget)])
    decision = await hub.choose(replace(question, evidence=evidence), Trace())
    return decision.candidate


def _right(candidate: Candidate | None, entry: Entry) -> bool:
    return candidate is not None and candidate.answer_id == entry.id
