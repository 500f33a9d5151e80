"""What the FAQ of one municipality says, as typed records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from concierge.problem import Problem

__all__ = ["Entry", "FaqFolder", "FileResult", "Translation"]


@dataclass(frozen=True, slots=True)
class Translation:
    """An entry in another language; what is None or empty is told in Japanese."""

    question: str | None = None
    also: tuple[str, ...] = ()
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with its answer.

    `also` are other wordings of the question, `keywords` words that point to it; `golden` are
    questions that must find this entry, kept for checking and never searched. `links` are
    (title, url). The answer holds from `valid_from` to `valid_to`, both inclusive, None where open.
    `translations` go by BCP 47 tag. `file` is relative to the municipality's folder; `line` counts
    from 1 (in a workbook: the row).
    """

    id: str
    question: str
    answer: str
    also: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    department: str | None = None
    phone: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    updated: date | None = None
    golden: tuple[str, ...] = ()
    translations: Mapping[str, Translation] = field(default_factory=dict)
    category: str | None = None
    url: str | None = None
    file: str = ""
    line: int = 0

    @property
    def wordings(self) -> tuple[str, ...]:
        """Its question and the other wordings of it, translations too."""
        translated = [
            wording
            for each in self.translations.values()
            for wording in (each.question, *each.also)
            if wording
        ]
        return (self.question, *self.also, *translated)

    @property
    def topics(self) -> tuple[str, ...]:
        """What it is about in staff's words."""
        return tuple(topic for topic in (self.category, self.department) if topic)

    def valid_on(self, day: date) -> bool:
        """Tell whether the answer holds on a day."""
        return not (
            (self.valid_from is not None and day < self.valid_from)
            or (self.valid_to is not None and day > self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one FAQ file gave.

    `unusable` is True where nothing of the file could be read (not text, not a table, a list that
    is no list): a caller that has an earlier reading of the file keeps that.
    """

    file: str
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    unusable: bool = False


@dataclass(frozen=True, slots=True)
class FaqFolder:
    """What all FAQ files of one municipality gave together. Each id stands once."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: tuple[str, ...] = ()
