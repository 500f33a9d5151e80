"""What a town's own names are called in other languages: `waste/translations/<language>.yaml`.

Staff write `categories`, `items`, `areas` and `texts`, each a mapping from what is published to what
it is called. Nothing has to be translated: a kind of garbage without an entry is named by its
family, and a text without one is shown in Japanese, and said to be Japanese.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from concierge.problem import Problem
from concierge.staff_yaml import read_yaml
from concierge.staff_yaml.nodes import Mapping_, Reporter, Text

__all__ = ["FOLDER", "Translations", "read_translations"]

FOLDER = "waste/translations"
PARTS = ("categories", "items", "areas", "texts")


@dataclass(frozen=True, slots=True)
class Translations:
    """One language's names of a town: published → translated, stripped of spaces around."""

    categories: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def read_translations(folder: Path) -> tuple[dict[str, Translations], list[Problem]]:
    """Read `<folder>/waste/translations/*.yaml` by language; nothing is raised."""
    found: dict[str, Translations] = {}
    problems: list[Problem] = []
    place = folder / FOLDER
    for path in sorted(place.glob("*.yaml")) if place.is_dir() else []:
        document = read_yaml(path, f"{FOLDER}/{path.name}", PARTS)
        reporter = Reporter(document.file)
        reporter.extend(document.problems)
        if isinstance(document.root, Mapping_):
            found[path.stem] = _translations(document.root, reporter)
        elif document.root is not None:
            message = "「categories:」「items:」などの項目の下に「元の名前: 訳」と書いてください。"
            reporter.at(document.root, "not-a-mapping", message)
        problems += reporter.problems
    return found, problems


def _translations(root: Mapping_, reporter: Reporter) -> Translations:
    parts: dict[str, dict[str, str]] = {}
    for key, node in root.items:
        if key.value not in PARTS:
            message = (
                f"「{key.value}」という項目は使われません。使えるのは {'、'.join(PARTS)} です。"
            )
            reporter.at(key, "unknown-key", message, "warning")
        elif isinstance(node, Mapping_):
            parts[key.value] = dict(_pairs(node, reporter))
        elif not (isinstance(node, Text) and node.empty):
            reporter.at(node, "not-a-mapping", "ここには「元の名前: 訳」の形で書いてください。")
    return Translations(**parts)


def _pairs(node: Mapping_, reporter: Reporter) -> Iterator[tuple[str, str]]:
    for key, value in node.items:
        if isinstance(value, Text) and not value.empty:
            yield key.value.strip(), value.value.strip()
        else:
            reporter.at(value, "not-a-text", f"「{key.value}」の訳を一つの文で書いてください。")
