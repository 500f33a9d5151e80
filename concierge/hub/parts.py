"""Ears and translators in service: found, started, and asked within the same bounds as engines."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import engines
from concierge.engine import Engine
from concierge.hub.asking import run_apart
from concierge.hub.breaker import Permit
from concierge.hub.budget import Budget
from concierge.hub.bulkhead import BusyError
from concierge.hub.seat import Seat
from concierge.hub.settings import HUB_KEYS, defaults, read_choosing
from concierge.hub.starting import START_DEADLINE, made, started
from concierge.hub.state import HubState
from concierge.kinds import Part
from concierge.knowledge import Knowledge
from concierge.plugins import find_parts
from concierge.problem import SettingError, told

__all__ = ["PartSeat", "ask_part", "open_parts"]

log = logging.getLogger(__name__)

P = TypeVar("P", bound=Part)


class _Standing(Engine):
    """Lets a part sit on a seat, which knows engines."""

    layers = ()

    def __init__(self, part: Part) -> None:
        self.name = part.name  # type: ignore[misc]
        self._part = part

    def close(self) -> None:
        self._part.close()


@dataclass(slots=True)
class PartSeat(Generic[P]):
    """A part, its seat with breaker, places and budget, and what it shares with the hub."""

    part: P
    seat: Seat
    state: HubState

    @property
    def name(self) -> str:
        """The part's name."""
        return self.part.name


async def open_parts(
    kind: type[P],
    wanted: Mapping[str, Mapping[str, str]],
    knowledge: Knowledge,
    state: HubState,
    deadline: float,
) -> tuple[list[PartSeat[P]], dict[str, str]]:
    """Start the parts that staff named; return those that work, and why others do not, by name."""
    found = find_parts(kind) if wanted else {}
    seats: list[PartSeat[P]] = []
    faults: dict[str, str] = {}
    for name, options in wanted.items():
        factory = found.get(name)
        try:
            if factory is None:
                raise SettingError("インストールされていません")
            if isinstance(factory, str):
                raise SettingError(factory)
            choosing = read_choosing({**defaults()[0], "deadline": str(deadline), **options})
            budget = Budget(name, choosing.limits, state.ledger)
            async with asyncio.timeout(START_DEADLINE):
                part = await made(name, factory)
                seat = Seat(_Standing(part), choosing, apart=not _built_in(factory), budget=budget)
                own = {key: text for key, text in options.items() if key not in HUB_KEYS}
                await started(seat, part.start, knowledge, own)
        except SettingError as error:
            faults[name] = str(error)
        except (Exception, SystemExit) as error:
            log.exception("%s does not start", name)
            faults[name] = f"起動できません（{told(error)}）"
        else:
            seats.append(PartSeat(part, seat, state))
    return seats, faults


def _built_in(factory: Callable[[], Part]) -> bool:
    return factory.__module__.partition(".")[0] == engines.__name__


async def ask_part(
    standing: PartSeat[Any], work: Callable[[Any], Any | Awaitable[Any]], given: Any
) -> Any:
    """Ask a part within its bounds; None for whatever goes wrong, which is noted and counted."""
    seat, state = standing.seat, standing.state
    began = time.perf_counter()
    outcome, result = "skipped", None
    permit = seat.breaker.permit()
    spent = await seat.budget.spent() if seat.budget is not None else ""
    if not state.switches.engine_off(seat.name) and permit is not Permit.REST and not spent:
        outcome, result = await _bounded(seat, work, given)
    state.metrics.asked(seat.name, outcome, time.perf_counter() - began)
    return result


async def _bounded(seat: Seat, work: Callable[[Any], Any], given: Any) -> tuple[str, Any]:
    try:
        if seat.budget is not None and seat.budget.limits.any:
            await seat.budget.called()
        async with asyncio.timeout(seat.choosing.deadline):
            result = await run_apart(seat, work, given)
    except BusyError:
        seat.breaker.undecided()
        return "busy", None
    except Exception as error:
        log.warning("%s: %s", seat.name, type(error).__name__)
        if seat.breaker.failed():
            log.error("%s fails again and again; it rests", seat.name)
        return "timeout" if isinstance(error, TimeoutError) else "error", None
    seat.breaker.succeeded()
    return "declined" if result is None else "proposed", result
