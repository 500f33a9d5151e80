"""How engines are found: built-in ones in `engines/`, others by entry point.

Each is imported on its own; one that cannot be imported is a `Found` with its reason and without a
factory, and costs nothing but itself.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points

import engines
from concierge.engine import Engine

__all__ = ["GROUP", "Found", "find_engines"]

log = logging.getLogger(__name__)

GROUP = "concierge.engines"
"""The entry-point group that packages with engines publish to."""


@dataclass(frozen=True, slots=True)
class Found:
    """An engine that is installed. `factory` is None where it cannot be imported."""

    name: str
    origin: str
    factory: type[Engine] | None
    reason: str = ""


def find_engines() -> dict[str, Found]:
    """Return all installed engines by name, built-in ones first; a name is never taken twice."""
    found: dict[str, Found] = {}
    for candidate in (*_built_in(), *_published()):
        if candidate.name in found:
            taken = found[candidate.name].origin
            log.error("engine %s of %s: %s has it", candidate.name, candidate.origin, taken)
            continue
        found[candidate.name] = candidate
    return found


def _built_in() -> Iterator[Found]:
    for module in sorted(pkgutil.iter_modules(engines.__path__), key=lambda one: one.name):

        def load(name: str = module.name) -> object:
            return getattr(importlib.import_module(f"engines.{name}"), "engine", None)

        found = _found(module.name, f"engines/{module.name}.py", load)
        if found is not None:
            yield found


def _published() -> Iterator[Found]:
    for point in sorted(entry_points(group=GROUP), key=lambda one: (one.name, one.value)):
        package = point.dist.name if point.dist is not None else point.value
        found = _found(point.name, package, point.load)
        if found is not None:
            yield found


def _found(name: str, origin: str, load: Callable[[], object]) -> Found | None:
    """Import one engine; None for a module that holds no engine."""
    try:
        factory = load()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        log.error("engine %s (%s) cannot be imported: %s", name, origin, type(error).__name__)
        return Found(name, origin, None, f"読み込めません（{type(error).__name__}: {error}）")
    if factory is None:
        return None
    if not (isinstance(factory, type) and issubclass(factory, Engine)):
        return Found(name, origin, None, "concierge.engine.Engine を継いだクラスではありません")
    return Found(getattr(factory, "name", name), origin, factory)
