"""FAQ entries out of the rows of a table, whatever kind of file the table stood in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from concierge.faq.fields import ENTRY, entry_of
from concierge.faq.model import Entry
from concierge.staff_yaml import (
    Field,
    Kind,
    Mapping_,
    Node,
    Reporter,
    Sequence_,
    Text,
    key_form,
    walk,
)

__all__ = ["Row", "entries_of_rows"]

HEADER_WITHIN = 20
"""Rows from the top in which the names of the columns are looked for."""
SEPARATORS = re.compile(r"[|｜\n]")
LISTS = (Kind.TEXTS, Kind.LINKS)
LEFT_OUT = (Kind.LANGUAGES,)
EXCEL_ERROR = re.compile(r"#(?:REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!|SPILL!|CALC!)|#{4,}")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+")
LOST_CHARACTERS = re.compile(r"\?{3,}")
LONGEST_CELL = 32_767
"""Characters that Excel keeps in a cell; it cuts off what is longer."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row as text, and its number in the file from 1."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The fields by their column (from 0), and how many columns the header names."""

    fields: Mapping[int, Field]
    width: int


def entries_of_rows(
    rows: Iterable[Row], file: str, reporter: Reporter, *, separated: bool = False
) -> tuple[list[Entry], bool]:
    """Return the entries, and whether the columns were found at all.

    Columns go by their names in any order: the keys of an entry, in English or Japanese. Lists
    (other wordings, keywords, links) are separated by `|` or a line break within the cell, or stand
    in several columns of the same name (別の言い方1, 別の言い方2). Where cells are `separated` by a
    character that a sentence may hold, a row with too many of them is refused.
    """
    rows = iter(rows)
    columns = _find_header(rows, reporter)
    if columns is None:
        return [], False
    entries: list[Entry] = []
    filled = [row for row in rows if any(cell.strip() for cell in row.cells)]
    widest = _widest(columns, filled)
    for row in filled:
        if separated:
            _check_width(row, widest, reporter)
        node = _node(row, columns, reporter)
        record = walk(node, ENTRY, reporter)
        entry = entry_of(record, file, reporter) if record else None
        if entry is not None:
            entries.append(entry)
    return entries, True


def _find_header(rows: Iterable[Row], reporter: Reporter) -> _Columns | None:
    filled = 0
    for _, row in zip(range(HEADER_WITHIN), rows, strict=False):
        filled += any(cell.strip() for cell in row.cells)
        columns = {
            index: field
            for index, cell in enumerate(row.cells)
            if (field := _field(cell)) is not None
        }
        names = {field.name for field in columns.values()}
        if {"question", "answer"} <= names:
            fine = _check_header(row, columns, reporter)
            return _Columns(columns, len(row.cells)) if fine else None
    if filled:
        reporter.report(
            1,
            1,
            "no-header",
            "列の名前が見つかりません。最初の行に、少なくとも「question」と「answer」"
            "（または「質問」と「回答」）という列の名前を書いてください。",
        )
    return None


def _field(name: str) -> Field | None:
    form = key_form(re.sub(r"[(（【\[].*|[※*].*$", "", name))
    field = ENTRY.by_key.get(form)
    if field is None:
        field = ENTRY.by_key.get(form.rstrip("0123456789_"))
        field = field if field is not None and field.kind in LISTS else None
    return None if field is None or field.kind in LEFT_OUT else field


def _check_header(row: Row, columns: Mapping[int, Field], reporter: Reporter) -> bool:
    seen: dict[str, int] = {}
    fine = True
    for index, field in columns.items():
        if field.name in seen and field.kind not in LISTS:
            reporter.report(
                row.number,
                index + 1,
                "duplicate-column",
                f"「{field.name}」（{field.title}）の列が二つあります"
                f"（{seen[field.name] + 1}列目と{index + 1}列目）。一つにしてください。",
            )
            fine = False
        seen.setdefault(field.name, index)
    for index, cell in enumerate(row.cells):
        if cell.strip() and index not in columns:
            _unknown_column(row.number, index, cell.strip(), reporter)
    return fine


def _unknown_column(number: int, index: int, name: str, reporter: Reporter) -> None:
    known = [key for field in ENTRY.fields for key in (field.name, *field.aliases)]
    near = process.extractOne(key_form(name), known, scorer=fuzz.ratio, score_cutoff=60)
    advice = (
        f"「{near[0]}」ではありませんか。" if near else "使わない列なら、このままでかまいません。"
    )
    reporter.report(
        number,
        index + 1,
        "unknown-column",
        f"「{name}」という列は読みとばしました。{advice}",
        "warning",
    )


def _node(row: Row, columns: _Columns, reporter: Reporter) -> Mapping_:
    texts: dict[str, list[Text]] = {}
    for index, cell in enumerate(row.cells):
        field = columns.fields.get(index)
        if field is not None and cell.strip():
            _check_cell(row.number, index, cell, field, reporter)
            pieces = SEPARATORS.split(cell) if field.kind in LISTS else [cell]
            texts.setdefault(field.name, []).extend(
                Text(piece, row.number, index + 1, row.number, quoted=True)
                for piece in pieces
                if piece.strip()
            )
    pairs: list[tuple[Text, Node]] = []
    for name, found in texts.items():
        key = Text(name, row.number, found[0].column, row.number)
        is_list = ENTRY.by_key[name].kind in LISTS
        value: Node = (
            Sequence_(tuple(found), row.number, key.column, row.number) if is_list else found[0]
        )
        pairs.append((key, value))
    return Mapping_(tuple(pairs), row.number, 1, row.number)


def _widest(columns: _Columns, rows: Sequence[Row]) -> int:
    """Return how many cells a row may have; rows mostly may have more (empty ones) than names."""
    lengths = Counter(len(row.cells) for row in rows)
    length, times = lengths.most_common(1)[0] if lengths else (0, 0)
    return max(columns.width, length if times > 1 else 0)


def _check_width(row: Row, width: int, reporter: Reporter) -> None:
    """Report a row with more cells than names: a comma split a sentence, so every cell is moved.

    An empty cell too many tells as well: 「10,000円」 in a table that Excel padded.
    """
    if len(row.cells) > width:
        reporter.report(
            row.number,
            width + 1,
            "too-many-cells",
            "列の名前より多くの列があります。文の中にコンマ「,」があるときは、"
            'その文全体を半角の " で囲んでください。',
        )


def _check_cell(number: int, index: int, cell: str, field: Field, reporter: Reporter) -> None:
    place = (number, index + 1)
    text = cell.strip()
    if EXCEL_ERROR.fullmatch(text):
        reporter.report(
            *place,
            "excel-error-value",
            f"Excelの計算の誤り「{text}」が入っています。正しい内容に打ち直してください。",
        )
    elif SCIENTIFIC.fullmatch(text):
        reporter.report(
            *place,
            "excel-scientific",
            f"「{text}」は、Excelが長い数字を書き換えたものかもしれません。"
            "列の書式を「文字列」にしてから打ち直してください。",
            "warning",
        )
    elif len(cell) >= LONGEST_CELL:
        reporter.report(
            *place,
            "excel-cut-off",
            "Excelの1セルの上限（32,767字）で文が切れているかもしれません。短くしてください。",
            "warning",
        )
    elif field.name in ("question", "answer") and LOST_CHARACTERS.search(text):
        reporter.report(
            *place,
            "lost-characters",
            "「???」は、保存のときに失われた字かもしれません。"
            "元の文書を見て打ち直し、UTF-8で保存してください。",
            "warning",
        )
