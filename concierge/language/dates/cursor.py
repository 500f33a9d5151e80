"""The tokens of one text and where they stand, as every part of the grammar asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from concierge.language.dates.tokens import Token

__all__ = ["Cursor"]


class Cursor:
    """The tokens of a text that was said at a moment. Indices may lie past the end."""

    def __init__(self, tokens: Sequence[Token], folded: str, at: datetime) -> None:
        self.tokens = tokens
        self.folded = folded
        self.at = at

    @property
    def today(self) -> date:
        """The day on which the text is said."""
        return self.at.date()

    def kind(self, index: int) -> str | None:
        """Return the kind of a token, None past the end."""
        return self.tokens[index].kind if index < len(self.tokens) else None

    def touches(self, end: int, index: int) -> bool:
        """Tell whether a token begins where something else ended."""
        return index < len(self.tokens) and self.tokens[index].start == end

    def adjacent(self, end: int, index: int, glue: tuple[str, ...] = ("no",)) -> int | None:
        """Return the index of the token that follows `end`, one の or space between skipped."""
        if not self.touches(end, index):
            return None
        if self.tokens[index].kind not in glue:
            return index
        return index + 1 if self.touches(self.tokens[index].end, index + 1) else None

    def before(self, position: int) -> str:
        """Return the character before a position, empty at the beginning."""
        return self.folded[position - 1] if position else ""

    def clear_before(self, position: int) -> bool:
        """Tell whether a weekday in brackets stands for itself rather than after a noun."""
        return self.before(position) in {"", *"のはにでも、。,?!"}
