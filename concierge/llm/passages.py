"""The passages a model may work over: what the layers before found, cleaned, and held in suspicion.

FAQ and open data are written by people, and a question by anybody: none of it may tell the model
what to do. A passage with a sentence that reads like an order to a machine is left out whole, and a
question that does is not put to a model at all.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from concierge.engine import Candidate
from concierge.message import Status

__all__ = ["Passage", "orders_a_machine", "passages_of", "printable"]

MOST, LONGEST = 6, 1200
"""Passages, and characters of one, that are put into a prompt."""
with (Path(__file__).with_name("orders.yaml")).open(encoding="utf-8") as _file:
    _ORDERS = yaml.safe_load(_file)
ORDERS = tuple(re.compile(str(pattern), re.I) for pattern in _ORDERS["patterns"])
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Characters that turn the direction of writing round, or are tags that nobody sees."""
BASE64 = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
BLOB = re.compile(
    r"[A-Za-z0-9+/_-]{60,}={0,2}|(?:\\[ux][0-9a-f]{2,4}){4,}|(?:%[0-9a-f]{2}){6,}|(?:[0-9a-f]{2}[ :]){12,}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage: the candidate it is of, and its text as the model sees it and may quote it."""

    candidate: Candidate
    text: str
    title: str


def passages_of(found: Sequence[Candidate]) -> list[Passage]:
    """Return the passages of what was found, best first, without those that give orders."""
    passages: list[Passage] = []
    for candidate in found:
        if candidate.status is not Status.ANSWERED:
            continue
        text, title = printable(candidate.text)[:LONGEST], printable(candidate.title or "")[:200]
        raw = f"{candidate.title or ''}\n{candidate.text}\n{candidate.details or ''}"
        if not text.strip() or orders_a_machine(raw):
            continue
        if all(text != known.text for known in passages):
            passages.append(Passage(candidate, text, title))
    return passages[:MOST]


def printable(text: str) -> str:
    """Return the text without characters that nobody sees."""
    return "".join(
        c
        for c in text
        if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )


def orders_a_machine(text: str) -> bool:
    """Whether a text reads like an order to a language model, or hides something from people."""
    hidden = sum(unicodedata.category(c) in ("Cf", "Co", "Cs") for c in text)
    if hidden > 2 or BIDI.search(text):
        return True
    folded = unicodedata.normalize("NFKC", printable(text)).lower()
    squeezed = re.sub(r"[\s_*~`|.・\-]+", "", folded)
    spaced = re.sub(r"\s+", " ", folded)
    if BLOB.search(folded) or _hides_writing(text):
        return True
    return any(pattern.search(spaced) or pattern.search(squeezed) for pattern in ORDERS)


def _hides_writing(text: str) -> bool:
    """Whether a run of letters is Base64 of something that can be read."""
    for run in BASE64.findall(text):
        try:
            read = base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode("utf-8")
        except ValueError:
            continue
        if not any(unicodedata.category(c)[0] == "C" for c in read):
            return True
    return False
