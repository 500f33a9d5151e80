"""What `municipality.yaml` says: the town's name and desks, and how its hub is set up."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from concierge.language.normalize import normalized_key
from concierge.places.geo import sound_map
from concierge.problem import Problem
from concierge.staff_yaml import read_yaml
from concierge.staff_yaml.nodes import Mapping_, Node, Reporter, Sequence_, Text

__all__ = [
    "Department",
    "LineRules",
    "Municipality",
    "ensure_municipality",
    "read_municipality",
]

TEXTS = (
    "name",
    "reading",
    "name_en",
    "prefecture",
    "phone",
    "hours",
    "url",
    "web",
    "greeting",
    "map_url",
)
LISTS = ("examples",)
DEPARTMENT_TEXTS = ("name", "phone", "hours", "url", "note")
LINE_KEYS = ("push", "keep_hours")
KEYS = (
    *TEXTS,
    *LISTS,
    "departments",
    "engines",
    "hearing",
    "hub",
    "evaluation",
    "line",
    "topics",
    "translating",
    *LINE_KEYS,
    *DEPARTMENT_TEXTS,
)
YES_OR_NO = {"true": True, "yes": True, "はい": True, "false": False, "no": False, "いいえ": False}
LONGEST_KEPT = 72


@dataclass(frozen=True, slots=True)
class Department:
    """A desk: who it is, when it can be reached, and for what. `topics` are residents' words."""

    name: str
    phone: str | None = None
    hours: str | None = None
    url: str | None = None
    note: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRules:
    """What the town lets its LINE channel do.

    `push`: an answer whose reply token is gone may be sent as a push message, which counts against
    the plan's quota. `keep_hours`: hours after the answer at which what was sent is deleted.
    """

    push: bool = False
    keep_hours: int = 1


@dataclass(frozen=True, slots=True)
class Municipality:
    """The town. What staff set (`engines`, `hearing`, `translating`, `hub`, `evaluation`) is as written."""

    name: str
    reading: str | None = None
    name_en: str | None = None
    prefecture: str | None = None
    phone: str | None = None
    hours: str | None = None
    url: str | None = None
    map_url: str | None = None
    web: str | None = None
    """The address under which this concierge is served, for links to its own pages."""
    """Template of a map link with {lat} and {lon}; None for the usual map."""
    greeting: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    departments: tuple[Department, ...] = ()
    engines: Mapping[str, Mapping[str, str]] | None = None
    hub: Mapping[str, str] = field(default_factory=dict)
    hearing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    translating: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    evaluation: Mapping[str, str] = field(default_factory=dict)
    line: LineRules = field(default_factory=LineRules)

    def desk_for(self, topic: str) -> Department:
        """Return the desk that has this topic, else the first desk, else the town hall itself."""
        key = normalized_key(topic)
        for department in self.departments:
            if any(normalized_key(word) == key for word in (department.name, *department.topics)):
                return department
        return self.reception

    @property
    def before_names(self) -> tuple[str, ...]:
        """What may stand before the name or the address of a place in town: 海原県, あさなぎ市, あさなぎ."""
        reading = self.reading or ""
        bare = re.sub("(?:し|ちょう|まち|むら|そん|く)$", "", reading)
        return tuple(filter(None, (self.name, self.prefecture, reading, bare)))

    @property
    def reception(self) -> Department:
        """The desk for whatever has no desk of its own."""
        if self.departments:
            return self.departments[0]
        name = self.name if self.name.endswith(("役所", "役場")) else f"{self.name}の窓口"
        return Department(name=name, phone=self.phone, hours=self.hours)


def read_municipality(path: Path, file: str) -> tuple[Municipality | None, Iterable[Problem]]:
    """Read `municipality.yaml`; None where nothing can be used. Never raises for its content."""
    if not path.is_file():
        message = "municipality.yaml がありません。「name: まちの名前」と書いて置いてください。"
        return None, [Problem(file, 0, 0, "error", "no-municipality", message)]
    document = read_yaml(path, file, KEYS)
    reporter = Reporter(file)
    reporter.extend(document.problems)
    if not isinstance(document.root, Mapping_):
        if not document.problems:
            reporter.report(1, 1, "not-a-mapping", "「name: まちの名前」の形で書いてください。")
        return None, reporter.problems
    return _municipality(document.root, reporter, path.parent.name), reporter.problems


def ensure_municipality(folder: Path, name: str) -> bool:
    """Write a minimal `municipality.yaml` where there is none; tell whether it was written."""
    path = folder / "municipality.yaml"
    if path.exists():
        return False
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    text = (
        "# まちの名前です。ほかに phone（代表電話）、hours（開庁時間）、url、\n"
        "# departments（担当課）などを書けます。\n"
        f'name: "{quoted}"\n'
    )
    temporary = path.with_suffix(".yaml.tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)  # noqa: PTH105 - the two are one folder's files
    return True


def _municipality(root: Mapping_, reporter: Reporter, fallback: str) -> Municipality:
    texts = {name: _text(root.get(name), reporter) for name in TEXTS}
    if not texts["name"]:
        reporter.at(
            root, "no-name", "まちの名前がありません。「name: まちの名前」と書いてください。"
        )
    for key, _ in root.items:
        if key.value not in KEYS:
            reporter.at(key, "unknown-key", f"「{key.value}」という項目は使われません。", "warning")
    greeting = tuple(line for line in (texts.pop("greeting") or "").splitlines() if line.strip())
    name = texts.pop("name") or fallback
    if texts["map_url"] and not sound_map(texts["map_url"]):
        reporter.at(
            root.get("map_url") or root,
            "bad-map-url",
            "map_url は、https:// か geo: で始まり、{lat} と {lon} の入ったアドレスにしてください。"
            "いつもの地図を使って案内しています。",
        )
        texts["map_url"] = None
    engines = root.get("engines")
    return Municipality(
        name=name,
        greeting=greeting,
        examples=_texts(root.get("examples"), reporter),
        departments=_departments(root.get("departments"), reporter),
        engines=None if engines is None else _engines(engines, reporter),
        hub=_settings(root.get("hub"), reporter),
        hearing=_engines(root.get("hearing"), reporter),
        translating=_engines(root.get("translating"), reporter),
        evaluation=_settings(root.get("evaluation"), reporter),
        line=_line(root.get("line"), reporter),
        **texts,
    )


def _departments(node: Node | None, reporter: Reporter) -> tuple[Department, ...]:
    if node is None:
        return ()
    if not isinstance(node, Sequence_):
        reporter.at(node, "not-a-list", "departments は「- name: …」の並びで書いてください。")
        return ()
    found: list[Department] = []
    for item in node.items:
        if not isinstance(item, Mapping_) or not (name := _text(item.get("name"), reporter)):
            reporter.at(item, "no-name", "担当課には name（課の名前）を書いてください。")
            continue
        texts = {key: _text(item.get(key), reporter) for key in DEPARTMENT_TEXTS[1:]}
        found.append(Department(name=name, topics=_texts(item.get("topics"), reporter), **texts))
    return tuple(found)


def _engines(node: Node | None, reporter: Reporter) -> dict[str, Mapping[str, str]]:
    """Read `engines:`, a list of names or a mapping of names to settings."""
    if isinstance(node, Mapping_):
        return {key.value: _settings(value, reporter) for key, value in node.items}
    return {name: {} for name in _texts(node, reporter)}


def _line(node: Node | None, reporter: Reporter) -> LineRules:
    """Read `line:`; a value that is not understood is reported, and the careful one holds."""
    rules = LineRules()
    if node is None:
        return rules
    if not isinstance(node, Mapping_):
        reporter.at(node, "not-a-mapping", "line は「push: はい」のような形で書いてください。")
        return rules
    for key, value in node.items:
        if key.value not in LINE_KEYS:
            reporter.at(key, "unknown-key", f"「{key.value}」という項目は使われません。", "warning")
        elif key.value == "push":
            rules = replace(rules, push=_yes_or_no(value, reporter))
        else:
            rules = replace(rules, keep_hours=_hours(value, reporter, rules.keep_hours))
    return rules


def _yes_or_no(node: Node, reporter: Reporter) -> bool:
    text = (_text(node, reporter) or "").lower()
    if text not in YES_OR_NO:
        reporter.at(node, "not-yes-or-no", "「はい」か「いいえ」で書いてください。")
    return YES_OR_NO.get(text, False)


def _hours(node: Node, reporter: Reporter, otherwise: int) -> int:
    text = _text(node, reporter) or ""
    if not (text.isdecimal() and len(text) <= 3 and int(text) <= LONGEST_KEPT):
        reporter.at(
            node, "not-hours", f"0 から {LONGEST_KEPT} までの時間を、数字だけで書いてください。"
        )
        return otherwise
    return int(text)


def _settings(node: Node | None, reporter: Reporter) -> dict[str, str]:
    if node is None or (isinstance(node, Text) and node.value.strip() in ("", "{}")):
        return {}
    if not isinstance(node, Mapping_):
        reporter.at(node, "not-a-mapping", "「項目: 値」の形で書いてください。")
        return {}
    return {key.value: value.value for key, value in node.items if isinstance(value, Text)}


def _text(node: Node | None, reporter: Reporter) -> str | None:
    if node is None:
        return None
    if not isinstance(node, Text):
        reporter.at(node, "not-a-text", "ここには一つの文を書いてください。")
        return None
    return node.value.strip() or None


def _texts(node: Node | None, reporter: Reporter) -> tuple[str, ...]:
    if node is None:
        return ()
    if isinstance(node, Text):
        return (node.value.strip(),) if node.value.strip() else ()
    if not isinstance(node, Sequence_):
        reporter.at(node, "not-a-list", "「- 」で始まる並びで書いてください。")
        return ()
    listed = (_text(item, reporter) for item in node.items)
    return tuple(text for text in listed if text)
