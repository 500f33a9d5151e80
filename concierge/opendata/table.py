"""The CSV layer: published bytes → rows with the line numbers of the published file.

The original program knows no quoting; some cities quote properly all the same. Both are read: a
quote counts only where it opens a cell and is closed again, otherwise it is text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from concierge.problem import Problem

__all__ = ["Row", "Table", "is_blank", "read_table", "visible"]

LINE_BREAK = re.compile(r"\r*\n|\r")
LONGEST_CELL = 60
"""Lines that one quoted cell may span; a quote that opens more was not meant as one."""
LARGEST_FILE = 50_000_000
"""Bytes; the largest published file known has half a million."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record; `line` is the line it starts on, from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Table:
    """A published CSV file without its blank lines."""

    file: str
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def is_blank(cell: str) -> bool:
    """Tell whether a cell holds nothing but white space, control or invisible characters."""
    return not cell or not any(
        character.isprintable() and not character.isspace() for character in cell
    )


def visible(text: str) -> str:
    """Return the text without invisible characters, and with single spaces inside only."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    kept = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    return re.sub(r"\s+", " ", kept).strip()


def read_table(path: Path, file: str, *, multiline: bool = False) -> Table | None:
    """Read a published CSV file; None where there is none.

    `file` is the name that problems carry; `multiline` allows quoted cells to hold line breaks. A file that cannot be read at all gives no rows and an
    error; nothing is raised.
    """
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > LARGEST_FILE:
            return _unusable(file, "file-too-large", "ファイルが大きすぎます（50MBまで）。")
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "原因不明"
        return _unusable(file, "file-unreadable", f"ファイルを開けません（{reason}）。")
    table = Table(file)
    text = _decode(raw, table)
    if text is not None:
        lines = LINE_BREAK.split(text)
        _split_rows(lines, table, LONGEST_CELL if multiline else 1)
    return table


def _unusable(file: str, code: str, message: str) -> Table:
    advice = "ファイルを確かめて、もう一度取り込んでください。"
    return Table(file, problems=[Problem(file, 0, 0, "error", code, message + advice)])


def _decode(raw: bytes, table: Table) -> str | None:
    if b"\0" in raw[:4000]:
        message = "文字コードを読み取れません。UTF-8のCSVで保存し直してください。"
        table.problems.append(Problem(table.file, 0, 0, "error", "encoding-unknown", message))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        repaired = raw.decode("utf-8-sig", "replace")
        if _is_utf8_with_damage(repaired):
            line = raw[: error.start].count(b"\n") + 1
            message = "壊れた文字があります。この文字を含む欄は正しく読めません。元の文字に直してください。"
            table.problems.append(Problem(table.file, line, 0, "error", "encoding-broken", message))
            return repaired
    try:
        text = raw.decode("cp932")
    except UnicodeDecodeError:
        text = None
    if text is None or not _is_plausible(text):
        message = "文字コードを読み取れません。UTF-8のCSVで保存し直してください。"
        table.problems.append(Problem(table.file, 0, 0, "error", "encoding-unknown", message))
        return None
    message = "文字コードがShift_JIS（CP932）です。そのまま読み取りました。"
    table.problems.append(Problem(table.file, 0, 0, "info", "encoding-cp932", message))
    return text


def _is_utf8_with_damage(text: str) -> bool:
    """Tell a UTF-8 file with a few broken bytes from one in another encoding."""
    beyond_ascii = sum(not character.isascii() for character in text)
    return text.count("\ufffd") * 20 < beyond_ascii


def _is_plausible(text: str) -> bool:
    """Tell Japanese from other encodings, EUC-JP above all, that decode as CP932 by accident."""
    beyond_ascii = [character for character in text if not character.isascii()]
    odd = sum("｡" <= c <= "ﾟ" or "\ue000" <= c <= "\uf8ff" for c in beyond_ascii)
    return odd * 3 < len(beyond_ascii) or not beyond_ascii


def _split_rows(lines: list[str], table: Table, longest: int) -> None:
    position = 0
    while position < len(lines):
        line = lines[position]
        if '"' not in line:
            if line and not line.isspace():
                table.rows.append(Row(position + 1, tuple(line.split(","))))
            position += 1
            continue
        cells, used = _quoted(lines, position, longest)
        if cells is None:
            message = (
                '引用符（"）が閉じられていません。引用符も文字として読みました。'
                "閉じる引用符を足してください。"
            )
            problem = Problem(table.file, position + 1, 0, "warning", "quote-open", message)
            table.problems.append(problem)
            cells = line.split(",")
        table.rows.append(Row(position + 1, tuple(cells)))
        position += used


def _quoted(lines: list[str], position: int, longest: int) -> tuple[list[str] | None, int]:
    """Return the cells of the record that starts here and how many lines it takes."""
    record = ""
    for used, line in enumerate(lines[position : position + longest], start=1):
        record = line if used == 1 else f"{record}\n{line}"
        cells = _cells(record)
        if cells is not None:
            return cells, used
    return None, 1


def _cells(record: str) -> list[str] | None:
    """Split a record; None where a quoted cell is still open at its end."""
    cells: list[str] = []
    start = 0
    while True:
        if record.startswith('"', start):
            end = start + 1
            while True:
                end = record.find('"', end)
                if end < 0:
                    return None
                if not record.startswith('""', end):
                    break
                end += 2
            comma = record.find(",", end)
            stop = len(record) if comma < 0 else comma
            inside = record[start + 1 : end].replace('""', '"')
            cells.append(inside + record[end + 1 : stop])
        else:
            comma = record.find(",", start)
            stop = len(record) if comma < 0 else comma
            cells.append(record[start:stop])
        if comma < 0:
            return cells
        start = comma + 1
