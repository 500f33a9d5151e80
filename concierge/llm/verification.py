"""Reads a model's answer line by line as it comes, and lets through only what its source says."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass

from concierge.llm.grounding import find_quotation, unsupported
from concierge.llm.passages import Passage, orders_a_machine, printable

__all__ = ["Piece", "RejectedError", "verified"]

MOST_LINES, LONGEST_LINE = 3, 4000
LONGEST_ANSWER = 20_000
FENCE = re.compile(r"^```\w*$")


class RejectedError(Exception):
    """A model's answer is dropped whole; the message says why, and quotes nothing of the answer."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line that was let through: what is shown, and the passage it rests on."""

    text: str
    passage: Passage


async def verified(
    pieces: AsyncIterator[str],
    passages: Mapping[str, Passage],
    language: str,
    *,
    reword: bool,
    names: Collection[str] = (),
) -> AsyncIterator[Piece]:
    """Yield each line once it is complete and verified; end without any where the model abstains.

    Raises `RejectedError` at the first line that is not right: then nothing of the answer counts.
    """
    count = 0
    async for line in _lines(pieces):
        read = _read(line)
        if read.get("abstain") is True:
            if count:
                raise RejectedError("abstains after it answered")
            return
        count += 1
        if count > MOST_LINES:
            raise RejectedError("more lines than were asked for")
        yield _verified(read, passages, language, reword=reword, names=names)


async def _lines(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    held, total = "", 0
    async for piece in pieces:
        total += len(piece)
        if total > LONGEST_ANSWER:
            raise RejectedError("longer than any answer")
        held += piece
        *complete, held = held.split("\n")
        for line in complete:
            if line.strip() and not FENCE.match(line.strip()):
                yield line.strip()
    if held.strip() and not FENCE.match(held.strip()):
        yield held.strip()


def _read(line: str) -> dict[str, object]:
    if len(line) > LONGEST_LINE:
        raise RejectedError("a line longer than any passage")
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        raise RejectedError("not JSON") from None
    if not isinstance(read, dict):
        raise RejectedError("not a JSON object")
    return read


def _verified(
    read: Mapping[str, object],
    passages: Mapping[str, Passage],
    language: str,
    *,
    reword: bool,
    names: Collection[str],
) -> Piece:
    key, quote, text = (read.get(name) for name in ("id", "quote", "text"))
    if not isinstance(key, str) or not isinstance(quote, str) or not isinstance(text, str):
        raise RejectedError("id, quote or text is missing")
    passage = passages.get(key)
    if passage is None:
        raise RejectedError("an id that was not given")
    quotation = find_quotation(passage.text, quote)
    if quotation is None:
        raise RejectedError("a quotation that is not in its passage")
    if not reword:
        return Piece(quotation, passage)
    shown = " ".join(printable(text).split())
    if not shown:
        raise RejectedError("an empty text")
    if orders_a_machine(shown):
        raise RejectedError("a text that reads like an order to a machine")
    fault = unsupported(shown, quotation, language, names)
    if fault is not None:
        raise RejectedError(f"unsupported {fault.partition(' ')[0].rstrip(':')}")
    return Piece(shown, passage)
