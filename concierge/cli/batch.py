"""Batches: JSON Lines in, one line read for each line given, whatever is in it."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NoReturn

from tqdm import tqdm

from concierge.problem import ConciergeError

__all__ = ["LONGEST_LINE", "LineError", "lines_of", "read_object", "watched"]

LONGEST_LINE = 1_000_000
"""Bytes; a longer line is answered with an error, and is never held in memory whole."""


class LineError(ConciergeError):
    """A line of a batch that cannot be read; the message (Japanese) says why."""


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file; one that is too long is cut, so that `read_object` refuses it."""
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while rest and not rest.endswith(b"\n") and len(line) > LONGEST_LINE:
            rest = file.readline(LONGEST_LINE)
        yield line


def read_object(line: bytes) -> dict[str, Any]:
    """Return the JSON object on a line (UTF-8, a BOM is allowed). Raises `LineError`."""
    if len(line) > LONGEST_LINE:
        raise LineError(f"1行が長すぎます（{LONGEST_LINE}バイトまで）。")
    if not line.strip():
        raise LineError("空の行です。")
    try:
        text = line.decode("utf-8-sig")
        found = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError:
        raise LineError("UTF-8で書かれていません。") from None
    except (ValueError, RecursionError):
        raise LineError("JSONとして読めません。") from None
    if not isinstance(found, dict):
        raise LineError("1行に1つのオブジェクト（{ … }）を書いてください。")
    return found


def watched(lines: Iterable[bytes], unit: str) -> Iterable[bytes]:
    """Show how far the batch is, where a person is watching."""
    return tqdm(lines, unit=unit, disable=not sys.stderr.isatty(), leave=False)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)
