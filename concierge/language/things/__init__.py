"""Things people throw away in other languages: `<language>.yaml`, each line one thing.

A line has names in its language (the first is the one answers use) and the names under which
Japanese towns list the thing. What a town lists is all that is ever found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from concierge.language.normalize import fold_kana, normalize

__all__ = ["Thing", "everyday_things", "foreign_names", "thing_name"]

HERE = Path(__file__).parent
EVERYDAY = HERE.parent / "everyday.yaml"
Row = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing by its everyday names, and those it is listed under; all folded. See everyday.yaml."""

    said: tuple[str, ...]
    listed: tuple[str, ...]
    danger: bool = False
    alone: bool = True


@cache
def everyday_things() -> tuple[Thing, ...]:
    """Return the things of everyday.yaml."""
    return tuple(
        Thing(
            said=tuple(_folded(name) for name in line["said"]),
            listed=tuple(_folded(name) for name in line["listed"]),
            danger=bool(line.get("danger", False)),
            alone=bool(line.get("alone", True)),
        )
        for line in yaml.safe_load(EVERYDAY.read_text(encoding="utf-8"))
    )


@cache
def foreign_names() -> tuple[Row, ...]:
    """Return every line of every language: its foreign and its Japanese names, all folded."""
    return tuple(
        (tuple(_folded(name) for name in names), tuple(_folded(name) for name in line["ja"]))
        for path in sorted(HERE.glob("*.yaml"))
        for line in yaml.safe_load(path.read_text(encoding="utf-8"))
        if (names := line[path.stem])
    )


def thing_name(published: str, language: str) -> str | None:
    """Return what a published name is called in a language, None where nobody wrote it."""
    return _called(language).get(_folded(published))


@cache
def _called(language: str) -> Mapping[str, str]:
    path = HERE / f"{language}.yaml"
    if not path.is_file():
        return {}
    called: dict[str, str] = {}
    for line in yaml.safe_load(path.read_text(encoding="utf-8")):
        for name in line["ja"]:
            called.setdefault(_folded(str(name)), str(line[language][0]))
    return called


def _folded(name: object) -> str:
    return fold_kana(normalize(str(name)).text)
