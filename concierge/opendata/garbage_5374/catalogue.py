"""description.csv and target.csv: what each category is, and what belongs in it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from concierge.opendata.table import Row, Table, is_blank, visible
from concierge.problem import Problem
from concierge.waste.model import Category, Item

__all__ = ["read_descriptions", "read_items"]

LABEL = ("label", "type", "分別", "種別", "区分")
DESCRIPTION_COLUMNS = (LABEL, ("sublabel",), ("description", "説明"))
ITEM_COLUMNS = (
    LABEL,
    ("name", "品目", "品名", "名称"),
    ("notice", "備考", "注意"),
    ("furigana", "ふりがな"),
)
PLACEHOLDERS = {"{}", "[]", "-", "－", "ー", "null", "undefined", "なし"}
BREAK = re.compile(r"<\s*/?\s*(?:br|p|li|div|dt|dd|tr|h[1-6])\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"<[!/]?[a-zA-Z][^<>]*>")


def read_descriptions(
    table: Table | None, categories: Sequence[Category]
) -> tuple[tuple[Category, ...], set[str], list[Problem]]:
    """Return the categories with their descriptions, the labels described, and problems.

    Rows whose label starts with `#` are commented out by their city. A label without a column in
    area_days.csv is kept among the labels: items may carry it.
    """
    if table is None:
        return tuple(categories), set(), []
    problems: list[Problem] = []
    described: dict[str, list[Row]] = {}
    labels: set[str] = set()
    matcher = _Matcher([category.label for category in categories])
    for row in _data_rows(table, DESCRIPTION_COLUMNS):
        label = row.cells[0]
        if is_blank(label) or label.lstrip().startswith("#"):
            continue
        labels.add(label.strip())
        found, repaired = matcher.match(label)
        if found is None:
            message = f"「{label.strip()}」の列は area_days.csv にないので、収集日は答えません。"
            problem = Problem(table.file, row.line, 1, "info", "category-without-days", message)
            problems.append(problem)
            continue
        described.setdefault(found, []).append(row)
        if repaired:
            problems.append(_spelling(table, row, label, found, 1))
    for category in categories:
        if category.label not in described:
            message = f"「{category.label}」の行がありません。説明なしで収集日だけを答えます。"
            problems.append(Problem(table.file, 0, 0, "info", "category-undescribed", message))
    return tuple(_described(c, described.get(c.label, [])) for c in categories), labels, problems


def _described(category: Category, rows: Sequence[Row]) -> Category:
    """Add what is said of a category; nothing where rows disagree (kurume: one row a region)."""
    said = {tuple(_plain(cell) for cell in row.cells[1:3]) for row in rows}
    if len(said) != 1:
        return category
    [(sublabel, description)] = said
    return replace(category, sublabel=sublabel or None, description=description or None)


def read_items(
    table: Table | None, categories: Sequence[Category], described: set[str]
) -> tuple[tuple[Item, ...], list[Problem]]:
    """Return the items; each carries its category's published label, in area_days.csv or not.

    An item stands once for each of its categories. A label that names no category is reported
    once, with how many items carry it.
    """
    if table is None:
        return (), []
    matcher = _Matcher([category.label for category in categories])
    items: dict[tuple[str, str, str | None], Item] = {}
    problems: list[Problem] = []
    unknown: Counter[str] = Counter()
    repaired: Counter[tuple[str, str]] = Counter()
    first_seen: dict[str, Row] = {}
    for row in _data_rows(table, ITEM_COLUMNS):
        label, name, notice, reading = row.cells
        if is_blank(label) or is_blank(name):
            if not all(map(is_blank, row.cells)):
                message = "分別か品目の名前がない行です。読みません。書き足してください。"
                problems.append(Problem(table.file, row.line, 1, "warning", "item-empty", message))
            continue
        found, spelling = matcher.match(label)
        if found is None:
            found = label.strip()
            if found not in described:
                unknown[found] += 1
                first_seen.setdefault(found, row)
        elif spelling:
            repaired[label, found] += 1
            first_seen.setdefault(label, row)
        note = _plain(notice)
        item = Item(
            name=visible(name),
            category=found,
            note=None if not note or note in PLACEHOLDERS else note,
            reading=visible(reading) or None,
            row=row.line,
        )
        items.setdefault((item.name, item.category, item.note), item)
    for (label, found), count in repaired.items():
        problems.append(_spelling(table, first_seen[label], label, found, count))
    for label, count in unknown.items():
        message = (
            f"分別「{label}」（{count}件）は area_days.csv と description.csv にありません。品目は"
            "そのまま案内しますが、収集日は答えられません。名前をそろえてください。"
        )
        line = first_seen[label].line
        problems.append(Problem(table.file, line, 1, "warning", "item-category-unknown", message))
    return tuple(items.values()), problems


class _Matcher:
    """Finds a published label however it is spaced or how wide its characters are."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = set(labels)
        keys = Counter(_key(label) for label in self.labels)
        self.by_key = {_key(label): label for label in self.labels if keys[_key(label)] == 1}

    def match(self, label: str) -> tuple[str | None, bool]:
        """Return the label of area_days.csv and whether the spelling had to be repaired."""
        if label in self.labels:
            return label, False
        found = self.by_key.get(_key(label))
        return found, found is not None


def _key(label: str) -> str:
    folded = unicodedata.normalize("NFKC", label)
    return "".join(c for c in folded if not c.isspace() and c.isprintable()).casefold()


def _spelling(table: Table, row: Row, label: str, found: str, count: int) -> Problem:
    times = f"（{count}件）" if count > 1 else ""
    shown = "".join(character if character.isprintable() else "□" for character in label)
    message = (
        f"「{shown}」{times}を「{found}」と読みました（空白や全角・半角の違い）。"
        "元のファイルも直してください。"
    )
    return Problem(table.file, row.line, 1, "warning", "label-repaired", message)


def _data_rows(table: Table, columns: Sequence[Sequence[str]]) -> Iterator[Row]:
    """Yield the rows with the cells of these columns only, and without headers.

    A column is found by its header, else by its place: some cities leave the header out, repeat
    it, or put a column of their own in front.
    """
    first = [cell.strip().casefold() for cell in table.rows[0].cells] if table.rows else []
    header = any(name in first for name in columns[1]) and any(name in first for name in LABEL)
    places = list(range(len(columns)))
    if header:
        found = (next((first.index(n) for n in names if n in first), -1) for names in columns)
        places = list(found)
    for row in table.rows:
        cells = tuple(row.cells[i] if 0 <= i < len(row.cells) else "" for i in places)
        named = cells[1].strip().casefold()
        if cells[0].strip().casefold() not in LABEL or named not in columns[1]:
            yield Row(row.line, cells)


def _plain(text: str) -> str:
    """Return published HTML as text: breaks are line breaks, other tags go."""
    broken = TAG.sub("", BREAK.sub("\n", text))
    lines = (visible(line) for line in html.unescape(broken).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
