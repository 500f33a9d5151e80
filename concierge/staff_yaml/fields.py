"""Which keys a kind of staff file has, as a table; what a `Record` read with it holds.

A `Table` is all that there is to know about a kind of file: `walk` checks a file's nodes with it,
`concierge.staff_yaml.schema` makes the JSON Schema for editors out of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, overload

from concierge.staff_yaml.nodes import Mapping_, Node

__all__ = ["Field", "Kind", "Record", "Table", "key_form"]


class Kind(StrEnum):
    """What a value is. In brackets: what `Record.values` holds."""

    TEXT = "text"
    """A text, without the spaces and line breaks around it [str]."""
    ID = "id"
    """A name for programs, one line, not touched in any way [str]."""
    TEXTS = "texts"
    """A list of texts; a single text is a list of one [tuple of str]."""
    DATE = "date"
    """A day, in any way `read_day` knows [date]."""
    URL = "url"
    """An absolute http or https address [str]."""
    PHONE = "phone"
    """One or several telephone numbers, width and dashes made one [str]."""
    LINKS = "links"
    """Addresses with or without a title [tuple of (title, url)]."""
    TABLE = "table"
    """A mapping with a table of its own [Record]."""
    TABLES = "tables"
    """A list of such mappings [tuple of Record]."""
    LANGUAGES = "languages"
    """Such a mapping for each language [dict of language tag to Record]."""
    PAIRS = "pairs"
    """Free keys with texts [dict of str to str]."""
    ANY = "any"
    """Whatever stands there, for a reader of its own [Node]."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key.

    `title` says in Japanese what belongs there. A wrong value of a `lenient` field is left out with
    a warning; of any other field it is an error, and the record is lost. `choices` are the only
    texts allowed, where given. `table` belongs to TABLE, TABLES and LANGUAGES.
    """

    name: str
    kind: Kind
    title: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    lenient: bool = False
    choices: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Table:
    """The fields of one kind of record; `title` names it to staff (「FAQの項目」)."""

    title: str
    fields: tuple[Field, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Field]:
        """Find a field by any key it goes under, in the form of `key_form`."""
        return {
            key_form(key): field for field in self.fields for key in (field.name, *field.aliases)
        }

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key of this table and the tables below it, as written."""
        own = {key for field in self.fields for key in (field.name, *field.aliases)}
        below = (field.table.keys for field in self.fields if field.table is not None)
        return frozenset(own.union(*below))


@dataclass(frozen=True, slots=True)
class Record:
    """One mapping that was read with a table. Absent and empty fields are not in `values`."""

    values: Mapping[str, Any]
    node: Mapping_

    @overload
    def text(self, name: str) -> str | None: ...

    @overload
    def text(self, name: str, default: str) -> str: ...

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return a text, the default where there is none."""
        value: str | None = self.values.get(name, default)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, empty where there is none."""
        value: tuple[str, ...] = self.values.get(name, ())
        return value

    def day(self, name: str) -> date | None:
        """Return a date, None where there is none."""
        value: date | None = self.values.get(name)
        return value

    def links(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return (title, url) pairs, empty where there are none."""
        value: tuple[tuple[str, str], ...] = self.values.get(name, ())
        return value

    def record(self, name: str) -> Record | None:
        """Return the record below, None where there is none."""
        value: Record | None = self.values.get(name)
        return value

    def records(self, name: str) -> tuple[Record, ...]:
        """Return the records below, empty where there are none."""
        value: tuple[Record, ...] = self.values.get(name, ())
        return value

    def languages(self, name: str) -> Mapping[str, Record]:
        """Return the record of each language."""
        value: Mapping[str, Record] = self.values.get(name, {})
        return value

    def pairs(self, name: str) -> Mapping[str, str]:
        """Return free keys with their texts."""
        value: Mapping[str, str] = self.values.get(name, {})
        return value

    def node_of(self, name: str) -> Node | None:
        """Return what stands in a field of kind ANY."""
        value: Node | None = self.values.get(name)
        return value


def key_form(key: str) -> str:
    """Return a key without what never tells two keys apart: width, case, spaces, invisibles."""
    folded = unicodedata.normalize("NFKC", key).casefold()
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")
