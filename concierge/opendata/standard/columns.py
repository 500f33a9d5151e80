"""Which column of a published file holds what: the table of columns.yaml, and headers found by it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.opendata.table import visible

__all__ = ["DATASETS", "Column", "Dataset", "Found", "dataset", "find_columns", "header_key"]

DATASETS = ("facilities", "shelters", "hospitals", "childcare", "aed", "events")
"""The names of the datasets: folders of a municipality, and formats of `concierge data import`."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is answered from: its field, its kind of cell, and, of a flag, what it means."""

    field: str
    kind: str
    headers: tuple[str, ...]
    feature: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A standard dataset. `by_header` finds a column by `header_key`; `unused` are known headers."""

    name: str
    title: str
    columns: tuple[Column, ...]
    by_header: Mapping[str, Column]
    unused: frozenset[str]
    own: frozenset[str]
    """The fields that no other dataset need have: by them a file of another one is told."""


@dataclass(frozen=True, slots=True)
class Found:
    """The columns of one file: position → column, and the positions known but not used."""

    columns: Mapping[int, Column]
    unused: frozenset[int]
    unknown: tuple[int, ...]
    """Positions whose header is not in the table; blank headers too."""


def header_key(header: str) -> str:
    """Return a header without what never tells two apart: width, case, spaces, brackets."""
    folded = unicodedata.normalize("NFKC", visible(header)).casefold()
    return re.sub(r"[\s()（）\[\]・.]", "", folded)


@cache
def _table() -> dict[str, Any]:
    text = Path(__file__).with_name("columns.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(text)
    return table


@cache
def dataset(name: str) -> Dataset:
    """Return a dataset by its name. Raises `KeyError` for one that is not in the table."""
    table = _table()
    own = table["datasets"][name]
    merged = {**table["common"], **own["columns"]}
    columns = tuple(
        Column(field, str(found["as"]), tuple(map(str, found["headers"])), found.get("feature"))
        for field, found in merged.items()
    )
    own_fields = own["columns"]
    ordered = sorted(columns, key=lambda column: column.field in own_fields)
    return Dataset(
        name=name,
        title=str(own["title"]),
        columns=columns,
        by_header={header_key(h): column for column in ordered for h in column.headers},
        unused=frozenset(header_key(str(h)) for h in (*table["unused"], *own.get("unused", ()))),
        own=frozenset(own_fields) - frozenset(table["common"]),
    )


def find_columns(headers: Sequence[str], wanted: Dataset) -> Found:
    """Tell the columns of a file by their headers; of two of one field the first counts."""
    columns: dict[int, Column] = {}
    unused: set[int] = set()
    unknown: list[int] = []
    for position, header in enumerate(headers):
        key = header_key(header)
        column = wanted.by_header.get(key)
        if column is not None and all(column.field != each.field for each in columns.values()):
            columns[position] = column
        elif column is not None or key in wanted.unused:
            unused.add(position)
        else:
            unknown.append(position)
    return Found(columns, frozenset(unused), tuple(unknown))
