"""One snapshot at work: a town's knowledge, its engines at the hub, and who understands for it.

A `Town` never changes. When staff change a file, the next one is opened beside it and swapped in
whole; the old one is closed when its last turn is over.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from concierge.hub import Choosing, Hub, Seat
from concierge.knowledge import Knowledge
from concierge.plugins import find_engines
from concierge.problem import Problem, SettingError
from concierge.understanding import Understander

__all__ = ["EngineState", "Town", "open_town"]

log = logging.getLogger(__name__)

START_DEADLINE = 120.0
"""Seconds an engine has to get ready; a model may have to be loaded."""
CHOOSING_KEYS = ("answer", "suggest", "gap", "suggestions", "deadline", "calibration")


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

    def close(self) -> None:
        """Close the engines; one that fails to close is reported."""
        for seat in self.hub.seats:
            try:
                seat.engine.close()
            except Exception:
                log.exception("engine %s failed to close", seat.engine.name)


async def open_town(knowledge: Knowledge) -> Town:
    """Start the engines of a municipality; one that does not start is reported and left out."""
    problems: list[Problem] = []
    for_all, for_each = _defaults()
    chosen = knowledge.municipality.engines
    wanted = {name: {} for name in for_each} if chosen is None else chosen
    found = find_engines()
    seats: list[Seat] = []
    states: list[EngineState] = []
    for name, options in wanted.items():
        if name not in found:
            problems.append(_left_out(name, "インストールされていません"))
            continue
        engine = found[name]
        reason = engine.reason
        if engine.factory is not None:
            try:
                shared = {**for_all, **knowledge.municipality.hub}
                choosing = _choosing({**shared, **for_each.get(name, {}), **options})
                own = {key: text for key, text in options.items() if key not in CHOOSING_KEYS}
                seats.append(await _seat(engine.factory(), knowledge, own, choosing))
            except SettingError as error:
                reason = str(error)
            except Exception as error:
                log.exception("engine %s does not start", name)
                reason = f"起動できません（{type(error).__name__}: {error}）"
        if reason:
            problems.append(_left_out(name, reason))
        layers = engine.factory.layers if engine.factory else ()
        states.append(
            EngineState(
                name=name,
                origin=engine.origin,
                enabled=True,
                working=not reason,
                layers=tuple(layer.name.lower() for layer in layers),
                reason=reason,
            )
        )
    states += [
        EngineState(
            name=engine.name,
            origin=engine.origin,
            enabled=False,
            working=engine.factory is not None,
            layers=tuple(each.name.lower() for each in engine.factory.layers)
            if engine.factory
            else (),
            reason=engine.reason,
        )
        for engine in found.values()
        if engine.name not in wanted
    ]
    return Town(
        knowledge=knowledge,
        understander=Understander(knowledge),
        hub=Hub(seats),
        engines=tuple(states),
        problems=(*knowledge.problems, *problems),
    )


async def _seat(
    engine: object, knowledge: Knowledge, options: Mapping[str, str], choosing: Choosing
) -> Seat:
    """Start one engine off the event loop, and close it again if it does not start."""
    seat = Seat(engine, choosing)  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(START_DEADLINE):
            started = await asyncio.to_thread(seat.engine.start, knowledge, options)
            if inspect.isawaitable(started):
                await started
    except BaseException:
        seat.engine.close()
        raise
    return seat


def _choosing(settings: Mapping[str, str]) -> Choosing:
    """Read thresholds as written by staff. Raises `SettingError`."""
    numbers: dict[str, float] = {}
    for name, (low, high) in {
        "answer": (0, 1),
        "suggest": (0, 1),
        "gap": (0, 1),
        "suggestions": (1, 10),
        "deadline": (0.01, 60),
    }.items():
        try:
            numbers[name] = float(settings[name])
        except ValueError:
            raise SettingError(
                f"{name}「{settings[name]}」は数で書いてください（例 0.8）。"
            ) from None
        if not low <= numbers[name] <= high:
            raise SettingError(f"{name} は {low} から {high} までの数で書いてください。")
    return Choosing(
        answer=numbers["answer"],
        suggest=numbers["suggest"],
        gap=numbers["gap"],
        suggestions=int(numbers["suggestions"]),
        deadline=numbers["deadline"],
        calibration=_points(settings.get("calibration", "")),
    )


def _points(text: str) -> tuple[tuple[float, float], ...]:
    """Read calibration points, `0.2:0.1 0.5:0.6 0.9:0.97`. Raises `SettingError`."""
    try:
        pairs = [pair.split(":") for pair in text.split()]
        points = tuple(sorted((float(score), float(chance)) for score, chance in pairs))
    except ValueError:
        points = ((-1.0, -1.0),)
    if any(not (0 <= x <= 1 and 0 <= y <= 1) for x, y in points) or len(
        {x for x, _ in points}
    ) != len(points):
        raise SettingError(
            f"calibration「{text}」は「得点:確率」を空白で並べて書いてください（例 0.5:0.6 0.9:0.97）。"
        )
    return points


def _defaults() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the thresholds for all engines, and what is different for each by name."""
    path = Path(__file__).with_name("hub_settings.yaml")
    with path.open(encoding="utf-8") as file:
        loaded = yaml.safe_load(file)
    return loaded["hub"], loaded["engines"]


def _left_out(name: str, reason: str) -> Problem:
    return Problem(
        "municipality.yaml",
        0,
        0,
        "error",
        "engine-left-out",
        f"エンジン「{name}」を使わずに案内しています: {reason}",
    )
