"""Holds what an engine proposes to the contract, so that nothing it hands over can hurt a turn.

Checked where the engine runs, within its deadline: what is wrong costs only its own answers. What
is passed on is a plain `Candidate` with collections of its own, which the engine cannot change
afterwards, and as much as a reply, a memory and a record can hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from concierge.engine import Candidate
from concierge.message import Card, Choice, Row, Source, Status

__all__ = ["LONGEST_TEXT", "MAX_CANDIDATES", "held"]

MAX_CANDIDATES = 50
"""Candidates that are looked at; an engine that goes on for ever is not listened to for longer."""
LONGEST_TEXT = 20_000
"""Characters of one text."""
MOST_PARTS = 200
"""Choices, cards, sources and topics of one candidate, and rows of one card."""
MOST_VALUES, DEEPEST = 2_000, 6
"""Values in the slots of one candidate, and how deep they may lie."""
STATUSES = (Status.ANSWERED, Status.CLARIFY, Status.ABSTAIN)
CONTROL = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])


def held(answers: Iterable[Any] | None) -> list[Candidate]:
    """Return the candidates as they may be used. Raises `TypeError` or `ValueError`."""
    candidates: list[Candidate] = []
    for answer in answers or ():
        if not isinstance(answer, Candidate):
            raise TypeError(f"an engine proposed {type(answer).__name__}, not a Candidate")
        candidates.append(_held(answer))
        if len(candidates) >= MAX_CANDIDATES:
            break
    return candidates


def _held(answer: Candidate) -> Candidate:
    if not _text("text", answer.text).strip():
        raise ValueError("an engine proposed an empty answer")
    if answer.status not in STATUSES:
        raise ValueError(f"status {answer.status!r} is none that an engine may give")
    remember = answer.remember
    return Candidate(
        text=answer.text,
        score=_number(answer.score),
        status=Status(answer.status),
        title=_maybe("title", answer.title),
        intent=_maybe("intent", answer.intent),
        slots=_slots(answer.slots),
        answer_id=_maybe("answer_id", answer.answer_id),
        topics=tuple(_text("topics", topic) for topic in _parts("topics", answer.topics, str)),
        sources=tuple(_source(each) for each in _parts("sources", answer.sources, Source)),
        choices=tuple(_choice(each) for each in _parts("choices", answer.choices, Choice)),
        cards=tuple(_card(each) for each in _parts("cards", answer.cards, Card)),
        details=_maybe("details", answer.details),
        missing=_maybe("missing", answer.missing),
        remember=None if remember is None else _homes(remember),
    )


def _text(name: str, text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{name} is {type(text).__name__}, not str")
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"{name} is longer than {LONGEST_TEXT} characters")
    text.encode("utf-8")  # a lone surrogate cannot be sent, kept or compared
    if text.translate(CONTROL) != text:
        raise ValueError(f"{name} holds a control character")
    return text


def _maybe(name: str, text: Any) -> str | None:
    return None if text is None else _text(name, text)


def _number(score: Any) -> float:
    """Return a score that can be compared and printed: no score at all is the lowest."""
    if isinstance(score, bool) or not isinstance(score, int | float):
        raise TypeError(f"score is {type(score).__name__}, not a number")
    number = float(score)
    return number if math.isfinite(number) else 0.0


def _parts(name: str, parts: Any, kind: type) -> tuple[Any, ...]:
    if not isinstance(parts, tuple):
        raise TypeError(f"{name} is {type(parts).__name__}, not a tuple")
    if len(parts) > MOST_PARTS:
        raise ValueError(f"{name} has more than {MOST_PARTS} parts")
    if not all(isinstance(part, kind) for part in parts):
        raise TypeError(f"{name} holds what is no {kind.__name__}")
    return parts


def _source(source: Source) -> Source:
    updated = source.updated
    if not (updated is None or isinstance(updated, date)):
        raise TypeError("a source's updated is no date")
    if not (source.row is None or isinstance(source.row, int)):
        raise TypeError("a source's row is no number")
    _text("a source's title", source.title)
    _maybe("a source's url", source.url)
    _maybe("a source's file", source.file)
    return source


def _choice(choice: Choice) -> Choice:
    _text("a choice's label", choice.label)
    _text("a choice's text", choice.text)
    return choice


def _card(card: Card) -> Card:
    _text("a card's title", card.title)
    _maybe("a card's note", card.note)
    for row in _parts("a card's rows", card.rows, Row):
        _text("a row's label", row.label)
        _text("a row's value", row.value)
    return card


def _homes(homes: Any) -> dict[str, str | None]:
    if not isinstance(homes, Mapping) or len(homes) > MOST_PARTS:
        raise TypeError("remember is no mapping of a few homes")
    return {_text("remember", home): _maybe("remember", area) for home, area in homes.items()}


def _slots(slots: Any) -> dict[str, Any]:
    """Copy slots, which are remembered and printed: plain values that do not hold themselves."""
    left = [MOST_VALUES]

    def copied(value: Any, depth: int) -> Any:
        left[0] -= 1
        if left[0] < 0 or depth > DEEPEST:
            raise ValueError("slots hold too much, or too deep")
        if value is None or isinstance(value, bool | int | date):
            return value
        if isinstance(value, str):
            return _text("slots", value)
        if isinstance(value, float):
            return _number(value)
        if isinstance(value, list | tuple):
            each = [copied(one, depth + 1) for one in value]
            return each if isinstance(value, list) else tuple(each)
        if isinstance(value, Mapping):
            return {_text("slots", key): copied(one, depth + 1) for key, one in value.items()}
        raise TypeError(f"slots hold {type(value).__name__}, which cannot be kept")

    if not isinstance(slots, Mapping):
        raise TypeError(f"slots is {type(slots).__name__}, not a mapping")
    copy: dict[str, Any] = copied(slots, 0)
    return copy
