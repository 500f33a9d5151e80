"""What the text is cut into, and how a form is recognised that is more than a fixed word."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["Pattern", "Token", "found"]


class Token(NamedTuple):
    """One word of a date: its kind, what it says (its type depends on the kind), where it stands."""

    kind: str
    value: Any
    start: int
    end: int


class Pattern(NamedTuple):
    """A form of a date.

    `first` holds the characters it can begin with. `read` makes the token's value of a match; None
    means that it is nothing after all. `regex` is compiled only when a text
    holds one of those characters: compiling them all takes longer than reading a thousand messages.
    """

    kind: str
    first: str
    regex: str
    read: Callable[[re.Match[str]], object]


def found(match: re.Match[str]) -> object:
    """Read a match whose kind says everything."""
    return match[0]
