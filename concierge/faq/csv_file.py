"""Splits a CSV file into rows, going on behind a quotation mark that was never closed."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from concierge.faq.rows import Row
from concierge.staff_yaml import Reporter

__all__ = ["rows_of_csv"]

LONGEST_RECORD = 300
"""Lines after which an open quotation mark is taken for a forgotten one."""
csv.field_size_limit(10_000_000)


def rows_of_csv(text: str, reporter: Reporter) -> Iterator[Row]:
    """Yield the rows; `number` is the line of the file a row begins on.

    Comma or, where the first line has none, tab. A record that cannot be split is reported and
    left out, the lines after its first are read on.
    """
    lines = text.split("\n")
    delimiter = "\t" if "\t" in lines[0] and "," not in lines[0] else ","
    position = 0
    while position < len(lines):
        end = _record_end(lines, position, delimiter)
        if end is None:
            reporter.report(
                position + 1,
                1,
                "unclosed-quote",
                'この行の引用符 " が閉じられていないようです。文の終わりに " を書いてください。'
                '文の中の " は、"" と二つ続けて書きます。',
            )
            end = position + 1
        else:
            record = "\n".join(lines[position:end])
            cells = next(csv.reader([record], delimiter=delimiter), [])
            yield Row(position + 1, cells)
        position = end


def _record_end(lines: list[str], start: int, delimiter: str) -> int | None:
    """Return the index behind a record's last line, None where its quotation stays open."""
    is_open = False
    for index in range(start, min(len(lines), start + LONGEST_RECORD)):
        is_open = _open_after(lines[index], delimiter, is_open)
        if not is_open:
            return index + 1
    return None


def _open_after(line: str, delimiter: str, is_open: bool) -> bool:
    """Tell whether a quotation is open at the end of a line."""
    position = 0
    while True:
        if not is_open:
            if not line.startswith('"', position):
                position = line.find(delimiter, position)
                if position < 0:
                    return False
                position += 1
                continue
            position += 1
            is_open = True
        position = line.find('"', position)
        if position < 0:
            return True
        if line.startswith('"', position + 1):
            position += 2
        else:
            is_open = False
            position = line.find(delimiter, position + 1)
            if position < 0:
                return False
            position += 1
