"""One snapshot at work: a town's knowledge, its engines at the hub, and who understands for it.

A `Town` never changes. When staff change a file, the next one is opened beside it and swapped in
whole; the old one is closed when its last turn is over.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from concierge.faq.search import Hit
from concierge.hearing import Hearing
from concierge.hub import Hub, Seat
from concierge.hub.budget import Budget
from concierge.hub.parts import open_parts
from concierge.hub.settings import HUB_KEYS, defaults, read_choosing, usual_engines
from concierge.hub.starting import START_DEADLINE, made, started
from concierge.hub.state import HubState
from concierge.kinds import Ear, Translator
from concierge.knowledge import Knowledge
from concierge.plugins import Found, find_engines
from concierge.problem import Problem, SettingError, told
from concierge.translating import Translating
from concierge.understanding import Understander

__all__ = ["EngineState", "Town", "open_town", "own_options"]

log = logging.getLogger(__name__)

TRANSLATOR_DEADLINE = 5.0
"""Seconds a translator has, unless staff say otherwise."""
USUAL_TRANSLATORS: Mapping[str, Mapping[str, str]] = {"carried": {}}
"""Those of a town that names none: its own words in other languages, offline."""
EAR_DEADLINE = 15.0
"""Seconds an ear has, unless staff say otherwise."""
NEAREST = 8
"""Entries of the FAQ that tell whose matter a question is that nothing answered."""


@dataclass(frozen=True, slots=True)
class EngineState:
    """An installed engine as `concierge engines list` shows it."""

    name: str
    origin: str
    enabled: bool
    working: bool
    layers: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Town:
    """One municipality, ready to answer."""

    knowledge: Knowledge
    understander: Understander
    hub: Hub
    engines: tuple[EngineState, ...]
    problems: tuple[Problem, ...]
    """What is wrong with the folder and with its engines."""
    hearing: Hearing = field(default_factory=Hearing)
    translating: Translating = field(default_factory=Translating)

    def close(self, patience: float = 2.0) -> None:
        """Close the engines; one that fails to close, or not within `patience` s, is left behind."""
        until = time.monotonic() + patience
        ears = [ear.seat for ear in self.hearing.seats]
        standing = (*self.seats, *ears, *(each.seat for each in self.translating.seats))
        closing = [threading.Thread(target=_close, args=(s,), daemon=True) for s in standing]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join(max(0.0, until - time.monotonic()))

    def nearest(self, text: str, on: date, language: str) -> list[Hit]:
        """Return the FAQ's entries nearest to a question, however far; none without a FAQ."""
        for seat in self.seats:
            search = getattr(seat.engine, "search", None)
            if seat.name == "faq" and search is not None:
                found: list[Hit] = search(text, NEAREST, on, language)
                return found
        return []

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The engines that work."""
        return self.hub.seats


async def open_town(knowledge: Knowledge, state: HubState | None = None) -> Town:
    """Start the engines of a municipality; one that does not start is reported and left out.

    `state` is what the town's hub shares with the one before it, None for a state of its own.
    """
    state = state or HubState()
    problems: list[Problem] = []
    for_all, for_each = defaults()
    shared = {**for_all, **_sound(knowledge.municipality.hub, for_all, problems)}
    wanted = knowledge.municipality.engines or {name: {} for name in usual_engines()}
    found = find_engines()
    seats: list[Seat] = []
    states: list[EngineState] = []
    for name, options in wanted.items():
        engine = found.get(name) or Found(name, "", None, "インストールされていません")
        fitted = knowledge.calibration.get(name)
        worth = {"calibration": fitted} if fitted else {}
        settings = {**shared, **for_each.get(name, {}), **worth, **options}
        seat, reason = await _seat(engine, knowledge, settings, state)
        if seat is not None:
            seats.append(seat)
        else:
            problems.append(_left_out(name, reason))
            log.error("engine %s is left out: %s", name, reason)
        states.append(_state(engine, enabled=True, reason=reason))
    states += [
        _state(engine, enabled=False, reason=engine.reason)
        for key, engine in found.items()
        if key not in wanted
    ]
    ears, faults = await open_parts(
        Ear, knowledge.municipality.hearing, knowledge, state, EAR_DEADLINE
    )
    translators, silent = await open_parts(
        Translator,
        knowledge.municipality.translating or USUAL_TRANSLATORS,
        knowledge,
        state,
        TRANSLATOR_DEADLINE,
    )
    for name, reason in {**faults, **silent}.items():
        problems.append(_left_out(name, reason))
        log.error("%s is left out: %s", name, reason)
    return Town(
        hearing=Hearing(ears),
        translating=Translating(translators),
        knowledge=knowledge,
        understander=Understander(knowledge),
        hub=Hub(seats, state),
        engines=tuple(states),
        problems=(*knowledge.problems, *problems),
    )


def own_options(name: str, knowledge: Knowledge) -> tuple[dict[str, str], dict[str, str]]:
    """Return the hub's settings for an engine of a town, and those that are the engine's own."""
    for_all, for_each = defaults()
    options = (knowledge.municipality.engines or {}).get(name, {})
    shared = {**for_all, **_sound(knowledge.municipality.hub, for_all, [])}
    settings = {**shared, **for_each.get(name, {}), **options}
    return settings, {key: text for key, text in options.items() if key not in HUB_KEYS}


async def _seat(
    found: Found, knowledge: Knowledge, settings: Mapping[str, str], state: HubState
) -> tuple[Seat | None, str]:
    """Start one engine; return its seat, or None and why not."""
    if found.factory is None:
        return None, found.reason
    _, own = own_options(found.name, knowledge)
    seat: Seat | None = None
    limit: asyncio.Timeout | None = None
    try:
        choosing = read_choosing(settings)
        async with asyncio.timeout(START_DEADLINE) as limit:
            engine = await made(found.name, found.factory)
            budget = Budget(found.name, choosing.limits, state.ledger)
            seat = Seat(engine, choosing, apart=not found.built_in, budget=budget)
            await started(seat, engine.start, knowledge, own)
    except SettingError as error:
        reason = str(error)
    except (Exception, SystemExit) as error:
        reason = f"起動できません（{told(error)}）"
        if limit is not None and limit.expired():
            reason = f"{START_DEADLINE:g}秒以内に準備ができませんでした"
        else:
            log.exception("engine %s does not start", found.name)
    else:
        return seat, ""
    if seat is not None:
        threading.Thread(target=_close, args=(seat,), daemon=True).start()
    return None, reason


def _close(seat: Seat) -> None:
    try:
        seat.close()
    except BaseException:
        log.exception("engine %s failed to close", seat.engine.name)


def _state(found: Found, *, enabled: bool, reason: str) -> EngineState:
    layers = found.factory.layers if found.factory else ()
    return EngineState(
        name=found.name,
        origin=found.origin,
        enabled=enabled,
        working=not reason,
        layers=tuple(layer.name.lower() for layer in layers),
        reason=reason,
    )


def _sound(
    settings: Mapping[str, str], standard: Mapping[str, str], problems: list[Problem]
) -> dict[str, str]:
    """Return the town-wide settings that can be used; a mistake leaves the default in place."""
    sound: dict[str, str] = {}
    for name, text in settings.items():
        try:
            if name not in HUB_KEYS:
                raise SettingError(f"{name} という項目はありません。")
            read_choosing({**standard, name: text})
        except SettingError as error:
            problems.append(_not_used(name, str(error)))
        else:
            sound[name] = text
    return sound


def _not_used(name: str, reason: str) -> Problem:
    return Problem(
        "municipality.yaml",
        0,
        0,
        "error",
        "bad-threshold",
        f"hub の {name} を使わずに案内しています: {reason}",
    )


def _left_out(name: str, reason: str) -> Problem:
    return Problem(
        "municipality.yaml",
        0,
        0,
        "error",
        "engine-left-out",
        f"エンジン「{name}」を使わずに案内しています: {reason}",
    )
