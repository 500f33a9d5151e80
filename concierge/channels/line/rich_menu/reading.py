"""Reads `line/rich-menu.yaml`: tabs, and in each the places to press, with what they do."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from concierge.channels.line.bubbles import safe_uri
from concierge.channels.line.checking import in_graphemes
from concierge.channels.line.rich_menu_limits import CHAT_BAR
from concierge.channels.web.links import telephone
from concierge.problem import Problem
from concierge.staff_yaml import Field, Kind, Node, Record, Reporter, Table, read_yaml, walk

__all__ = ["MENU_FILE", "MOST_AREAS", "MOST_TABS", "Area", "Menu", "Tab", "pictograms", "read_menu"]

MENU_FILE = "line/rich-menu.yaml"
MOST_TABS, MOST_AREAS = 4, 12
LABEL, NOTE, TAB_NAME, SAID = 20, 24, 10, 300
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
YES_NO = ("はい", "いいえ")


@functools.cache
def pictograms() -> dict[str, list[list[Any]]]:
    """Return the shapes of every pictogram, by its Japanese name, on a board of 100 by 100."""
    file = resources.files("concierge.channels.line.rich_menu").joinpath("pictograms.yaml")
    loaded: dict[str, list[list[Any]]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


AREA = Table(
    "メニューの項目",
    (
        Field("label", Kind.TEXT, "見出し（20字まで）", ("見出し",), required=True),
        Field("note", Kind.TEXT, "見出しの下の小さな説明（24字まで）", ("説明",)),
        Field("picture", Kind.TEXT, "絵", ("絵",), choices=tuple(pictograms())),
        Field("says", Kind.TEXT, "押すと送られる言葉", ("送る言葉",)),
        Field("opens", Kind.URL, "押すと開くページ", ("開くページ", "ページ")),
        Field("calls", Kind.PHONE, "押すとかける電話番号", ("電話",)),
        Field("alt", Kind.TEXT, "読み上げる言葉（書かなければ見出し）", ("読み上げ",)),
    ),
)
TAB = Table(
    "メニューの一枚",
    (
        Field("name", Kind.TEXT, "タブの名前（10字まで）", ("名前",), required=True),
        Field("areas", Kind.TABLES, "項目の並び", ("項目",), required=True, table=AREA),
    ),
)
MENU = Table(
    "メニュー",
    (
        Field("name", Kind.TEXT, "メニューの名前（住民には見えません）", ("名前",), required=True),
        Field("bar", Kind.TEXT, "画面の下に出る文字（14字まで）", ("下の文字",), required=True),
        Field("open", Kind.TEXT, "はじめから開いておく", ("開いておく",), choices=YES_NO),
        Field("color", Kind.TEXT, "色（#0B57A4 の形）", ("色",)),
        Field("tabs", Kind.TABLES, "タブの並び", ("タブ",), required=True, table=TAB),
    ),
)


@dataclass(frozen=True, slots=True)
class Area:
    """A place to press: exactly one of `says`, `opens` and `calls` (a `tel:` link) is there."""

    label: str
    note: str | None
    picture: str | None
    alt: str
    says: str | None = None
    opens: str | None = None
    calls: str | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet of the menu."""

    name: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """The whole menu; with one tab alone no tabs are drawn."""

    name: str
    bar: str
    opened: bool
    colour: str
    tabs: tuple[Tab, ...]


def read_menu(path: Path, file: str = MENU_FILE) -> tuple[Menu | None, tuple[Problem, ...]]:
    """Read the menu; None where there is an error, since half a menu would mislead."""
    document = read_yaml(path, file, MENU.keys)
    reporter = Reporter(file)
    reporter.extend(document.problems)
    record = None if document.root is None else walk(document.root, MENU, reporter)
    menu = None if record is None else _menu(record, reporter)
    wrong = any(problem.severity == "error" for problem in reporter.problems)
    return (None if wrong else menu), reporter.problems


def _menu(record: Record, reporter: Reporter) -> Menu:
    colour = record.text("color", "#0B57A4")
    if not COLOUR.fullmatch(colour):
        _at(record, "color", "bad-colour", "色は「#0B57A4」の形で書いてください。", reporter)
    elif _contrast(colour) < 4.5:
        message = "この色の上の白い文字は読みにくくなります。もっと濃い色にしてください。"
        _at(record, "color", "pale-colour", message, reporter)
    _short(record, "bar", CHAT_BAR, reporter)
    tabs = record.records("tabs")
    if len(tabs) > MOST_TABS:
        _at(record, "tabs", "too-many-tabs", f"タブは{MOST_TABS}枚までです。", reporter)
    return Menu(
        name=record.text("name", ""),
        bar=record.text("bar", ""),
        opened=record.text("open") != "いいえ",
        colour=colour,
        tabs=tuple(_tab(tab, reporter) for tab in tabs),
    )


def _tab(record: Record, reporter: Reporter) -> Tab:
    _short(record, "name", TAB_NAME, reporter)
    areas = record.records("areas")
    if len(areas) > MOST_AREAS:
        message = f"一枚に置ける項目は{MOST_AREAS}個までです。別のタブに分けてください。"
        _at(record, "areas", "too-many-areas", message, reporter)
    return Tab(record.text("name", ""), tuple(_area(area, reporter) for area in areas))


def _area(record: Record, reporter: Reporter) -> Area:
    for name, most in (("label", LABEL), ("note", NOTE), ("alt", LABEL), ("says", SAID)):
        _short(record, name, most, reporter)
    actions = [name for name in ("says", "opens", "calls") if record.text(name)]
    if len(actions) != 1:
        message = (
            "押したときにすることを、says（送る言葉）、opens（開くページ）、"
            "calls（電話）のどれか一つだけ書いてください。"
        )
        reporter.at(record.node, "one-action", message)
    label, phone = record.text("label", ""), record.text("calls")
    opens, calls = safe_uri(record.text("opens")), safe_uri(telephone(phone) if phone else None)
    if record.text("opens") and opens is None:
        message = "LINEで開けないアドレスです。1,000字までの、ふつうのアドレスにしてください。"
        _at(record, "opens", "bad-address", message, reporter)
    if phone and calls is None:
        message = "かけられる電話番号を、一つだけ書いてください（例: 00-0000-1100）。"
        _at(record, "calls", "bad-phone", message, reporter)
    return Area(
        label=label,
        note=record.text("note"),
        picture=record.text("picture"),
        alt=record.text("alt", label),
        says=record.text("says"),
        opens=opens,
        calls=calls,
    )


def _short(record: Record, name: str, most: int, reporter: Reporter) -> None:
    value = record.text(name)
    if value is not None and in_graphemes(value) > most:
        _at(
            record,
            name,
            "too-long",
            f"{most}字までにしてください（いま{in_graphemes(value)}字）。",
            reporter,
        )


def _at(record: Record, name: str, code: str, message: str, reporter: Reporter) -> None:
    """Report at the value of a field, whatever alias its key has."""
    node: Node = record.node
    for key, value in record.node.items:
        field = (
            MENU.by_key.get(key.value) or TAB.by_key.get(key.value) or AREA.by_key.get(key.value)
        )
        if field is not None and field.name == name:
            node = value
    reporter.at(node, code, message)


def _contrast(colour: str) -> float:
    """Return the contrast of white on a colour (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
