"""A Reply laid out for the page: which line is the answer, what stands beside it, what to call.

The page and the stream show the same HTML, made here and in `turn.html`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from concierge.channels.shown import (
    SOURCE_LINE,
    without_listed_choices,
    without_source_lines,
)
from concierge.channels.web.links import Call, calls_in, linked, safe_url
from concierge.channels.web.words import words_in
from concierge.message import Card, Choice, Reply, Source, Status

__all__ = ["Line", "NumberedChoice", "Sheet", "SheetAside", "SheetCard", "SheetSource", "lay_out"]

LEAD_LENGTH = 60
"""A first line longer than this is prose rather than a headline; then its first sentence leads."""

_ITEM_LINE = re.compile(r"^[・●○■◆▼※*\-–]|^[0-9０-９①-⑳]+[.．、)）]")
_SENTENCE = re.compile(r"^.{1,60}?[。！？!?](?![」』）)])")
_MORE = {"くわしく", "詳しく", "more"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `kind` is `lead` (the answer), `item` (of a list), `source` or `plain`."""

    kind: str
    html: Markup


@dataclass(frozen=True, slots=True)
class SheetSource:
    """A source as the page names it: `url` is safe to link, `updated` written in the language."""

    title: str
    url: str | None
    updated: str | None


@dataclass(frozen=True, slots=True)
class SheetCard:
    """A card with its links made: rows of label and value."""

    title: str
    rows: tuple[tuple[str, Markup], ...]
    note: Markup | None


@dataclass(frozen=True, slots=True)
class NumberedChoice:
    """A choice with the number that typing it takes."""

    number: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetAside:
    """What stands beside the answer: its lines, and what can be pressed."""

    kind: str
    lines: tuple[Markup, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A reply as the page shows it, every text escaped and linked."""

    status: str
    language: str
    paragraphs: tuple[tuple[Line, ...], ...]
    calls: tuple[Call, ...]
    cards: tuple[SheetCard, ...]
    details: tuple[tuple[Line, ...], ...]
    sources: tuple[SheetSource, ...]
    choices: tuple[NumberedChoice, ...]
    asides: tuple[SheetAside, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether the choices answer a question, rather than only going on from an answer."""
        return self.status in (Status.CLARIFY, Status.SUGGEST)

    @property
    def urgent(self) -> bool:
        """Whether this is an emergency reply."""
        return self.status == Status.EMERGENCY


def lay_out(reply: Reply) -> Sheet:
    """Lay a reply out.

    What the page shows better is left out of the text: the lines that name the sources, and those
    that list the choices. A choice 「くわしく」 is left out where the details open on the page.
    """
    language = (
        reply.language
        if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", reply.language)
        else "ja"
    )
    sources = _sources(reply.sources, language)
    urgent = reply.status == Status.EMERGENCY
    heads = {need.text.strip().split("\n")[0].strip() for need in reply.needs}
    text = without_source_lines(reply.text, reply.sources)
    text = without_listed_choices(text, reply.choices)
    new_tab = words_in(language)["new_tab"]
    spoken = "\n".join(
        [reply.text, *(f"{row.label} {row.value}" for card in reply.cards for row in card.rows)]
    )
    return Sheet(
        status=str(reply.status),
        language=language,
        paragraphs=_paragraphs(text, heads, urgent, new_tab),
        calls=calls_in(spoken, language)[:4] if urgent else (),
        cards=tuple(_card(card, urgent, new_tab) for card in reply.cards),
        details=_paragraphs(reply.details or "", None, urgent, new_tab),
        sources=sources,
        choices=tuple(
            NumberedChoice(number, choice.label, choice.text)
            for number, choice in enumerate(reply.choices, 1)
            if not (reply.details and choice.text.strip().casefold() in _MORE)
        ),
        asides=tuple(
            SheetAside(
                aside.kind,
                tuple(linked(line, new_tab=new_tab) for line in aside.text.splitlines() if line),
                aside.choices,
            )
            for aside in reply.asides
        ),
    )


def _paragraphs(
    text: str, heads: set[str] | None, urgent: bool, new_tab: str
) -> tuple[tuple[Line, ...], ...]:
    """Split at empty lines; `heads` None means that no line leads."""
    paragraphs: list[tuple[Line, ...]] = []
    for block in re.split(r"\n[ \t　]*\n", text.replace("\r\n", "\n")):
        lines: list[Line] = []
        for line in filter(None, (raw.strip() for raw in block.split("\n"))):
            leads = heads is not None and not lines and (not paragraphs or line in heads)
            lines += _lead(line, urgent, new_tab) if leads else [_line(line, urgent, new_tab)]
        if lines:
            paragraphs.append(tuple(lines))
    return tuple(paragraphs)


def _lead(line: str, urgent: bool, new_tab: str) -> list[Line]:
    if len(line) <= LEAD_LENGTH:
        return [Line("lead", linked(line, urgent=urgent, new_tab=new_tab))]
    sentence = _SENTENCE.match(line)
    if sentence is None:
        return [_line(line, urgent, new_tab)]
    rest = line[sentence.end() :].strip()
    lead = Line("lead", linked(sentence[0], urgent=urgent, new_tab=new_tab))
    return [lead, _line(rest, urgent, new_tab)] if rest else [lead]


def _line(line: str, urgent: bool, new_tab: str) -> Line:
    kind = "source" if SOURCE_LINE.match(line) else "item" if _ITEM_LINE.match(line) else "plain"
    return Line(kind, linked(line, urgent=urgent, new_tab=new_tab))


def _sources(sources: tuple[Source, ...], language: str) -> tuple[SheetSource, ...]:
    shown = (
        SheetSource(
            title=source.title or source.file or source.url or "",
            url=safe_url(source.url),
            updated=_written(source.updated, language) if source.updated else None,
        )
        for source in sources
    )
    return tuple(dict.fromkeys(source for source in shown if source.title))


def _written(day: date, language: str) -> str:
    if language.startswith("en"):
        text = f"{day.day} {day:%B} {day.year}"
    else:
        text = f"{day.year}年{day.month}月{day.day}日"
    return words_in(language)["updated"].format(date=text)


def _card(card: Card, urgent: bool, new_tab: str) -> SheetCard:
    return SheetCard(
        title=card.title,
        rows=tuple(
            (row.label, linked(row.value, urgent=urgent, label=row.label, new_tab=new_tab))
            for row in card.rows
        ),
        note=linked(card.note, urgent=urgent, new_tab=new_tab) if card.note else None,
    )
