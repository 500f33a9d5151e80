"""How engines are found: built-in ones in `engines/`, others by entry point.

Each is imported on its own; one that cannot be imported is a `Found` with its reason and without a
factory, and costs nothing but itself.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import pkgutil
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint, distributions, entry_points
from typing import TypeVar

import engines
from concierge.engine import Engine, Layer
from concierge.kinds import Ear, Part
from concierge.problem import told

__all__ = ["GROUP", "NAME", "Found", "find_engines", "find_parts"]

log = logging.getLogger(__name__)
P = TypeVar("P", bound=Part)

GROUP = "concierge.engines"
"""The entry-point group that packages with engines publish to."""

IMPORT_DEADLINE = 60.0
"""Seconds that the import of another package's module may take; models are loaded in `start`."""

NAME = re.compile(r"[a-z][a-z0-9_-]*")
"""What an engine may be called."""


@dataclass(frozen=True, slots=True)
class Found:
    """An engine that is installed. `factory` is None where it cannot be imported."""

    name: str
    origin: str
    factory: type[Engine] | None
    reason: str = ""

    @property
    def built_in(self) -> bool:
        """Whether it stands in `engines/` of this program."""
        return self.origin.startswith("engines/")


def find_engines() -> dict[str, Found]:
    """Return all installed engines by name, built-in ones first; a name is never taken twice.

    One whose name is taken stands under its name and its origin, without a factory.
    """
    found: dict[str, Found] = {}
    for candidate in (*_built_in(), *_published()):
        name, origin = candidate.name, candidate.origin
        if name in found:
            taken = found[name].origin
            log.error("engine %s of %s is left out: %s has the name", name, origin, taken)
            reason = f"「{name}」という名前は {taken} が使っています"
            found[f"{name} {origin}"] = Found(name, origin, None, reason)
            continue
        found[name] = candidate
    return found


def find_parts(kind: type[P]) -> dict[str, Callable[[], P] | str]:
    """Return all installed ears, or translators, by name; a text says why one cannot be used.

    Built-in ones go before others, and a name is never taken twice.
    """
    what = "ear" if issubclass(kind, Ear) else "translator"
    loads: list[tuple[str, Callable[[], object]]] = [
        (module.name, partial(_attribute, module.name, what))
        for module in sorted(pkgutil.iter_modules(engines.__path__), key=lambda one: one.name)
    ]
    points = _points(f"concierge.{what}s")
    loads += [
        (p.name, partial(_apart, p.load))
        for p in sorted(points, key=lambda one: (one.name, one.value))
    ]
    found: dict[str, Callable[[], P] | str] = {}
    for name, load in loads:
        try:
            factory = load()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            log.error("%s %s cannot be imported: %s", what, name, type(error).__name__)
            found.setdefault(name, f"読み込めません（{told(error)}）")
            continue
        if isinstance(factory, type) and issubclass(factory, kind):
            found.setdefault(factory.name, factory)
        elif factory is not None:
            found.setdefault(name, f"concierge.kinds.{kind.__name__} を継いだクラスではありません")
    return found


def _attribute(module: str, name: str) -> object:
    return getattr(importlib.import_module(f"engines.{module}"), name, None)


def _built_in() -> Iterator[Found]:
    for module in sorted(pkgutil.iter_modules(engines.__path__), key=lambda one: one.name):
        load = partial(_attribute, module.name, "engine")

        found = _found(module.name, f"engines/{module.name}.py", load)
        if found is not None:
            yield found


def _published() -> Iterator[Found]:
    for point in sorted(_points(), key=lambda one: (one.name, one.value)):
        package = point.dist.name if point.dist is not None else point.value
        found = _found(point.name, package, partial(_apart, point.load))
        if found is not None:
            yield found


def _points(group: str = GROUP) -> list[EntryPoint]:
    """Return the entry points of the group, also where another package's list is broken."""
    try:
        return list(entry_points(group=group))
    except Exception as error:
        log.error("a package's list of entry points is broken: %s", type(error).__name__)
    points: dict[str, EntryPoint] = {}
    for package in distributions():
        with contextlib.suppress(Exception):
            for point in package.entry_points.select(group=group):
                points.setdefault(f"{point.name} = {point.value}", point)
    return list(points.values())


def _apart(load: Callable[[], object]) -> object:
    """Import another package's module in a thread: it can neither hang the program nor take its signals.

    Raises what the import raises, and `TimeoutError`.
    """
    ended: Future[object] = Future()

    def run() -> None:
        try:
            ended.set_result(load())
        except BaseException as error:
            ended.set_exception(error if isinstance(error, Exception) else ImportError(told(error)))

    threading.Thread(target=run, name="engine-import", daemon=True).start()
    return ended.result(IMPORT_DEADLINE)


def _found(name: str, origin: str, load: Callable[[], object]) -> Found | None:
    """Import one engine; None for a module that holds no engine."""
    try:
        factory = load()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        log.error("engine %s (%s) cannot be imported: %s", name, origin, type(error).__name__)
        return Found(name, origin, None, f"読み込めません（{told(error)}）")
    if factory is None:
        return None
    if not (isinstance(factory, type) and issubclass(factory, Engine)):
        return Found(name, origin, None, "concierge.engine.Engine を継いだクラスではありません")
    own = getattr(factory, "name", None)
    if not isinstance(own, str) or not NAME.fullmatch(own):
        return Found(name, origin, None, "name（英小文字の名前）が書かれていません")
    layers = getattr(factory, "layers", None)
    if not isinstance(layers, tuple) or not all(isinstance(layer, Layer) for layer in layers):
        return Found(own, origin, None, "layers（答える層）が Layer の組で書かれていません")
    return Found(own, origin, factory)
