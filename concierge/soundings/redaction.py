"""Takes personal data out of a Japanese text: our own rules, offline, the same for every use.

`redact` is pure. It hides who a person is (names said to be such, addresses below the town's name,
telephone numbers, e-mail, birthdays, numbers of cards, accounts and certificates) and keeps what a
question needs: dates, quantities, prices, town names, and the town hall's own numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from concierge.soundings.numbers import digits_of, in_digits, is_card, is_date, is_my_number
from concierge.soundings.rules import RULES, Rule
from concierge.soundings.spelling import Folded, fold

__all__ = ["Hidden", "Redacted", "redact"]

NUMBERS_KEPT = 4
"""Digits; a kept number shorter than this would keep pieces of other numbers."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """One thing that was taken out: what kind, and where it stood in the original."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data. Each thing taken out stands there as 〔its kind〕."""

    text: str
    hidden: tuple[Hidden, ...] = ()


def redact(text: str, keep: Collection[str] = ()) -> Redacted:
    """Return the text with personal data taken out.

    `keep` are numbers and addresses that everyone may know, as written by the town: its telephone
    numbers (also recognised without their area code) and e-mail addresses. Never raises.
    """
    folded = fold(text)
    taken = [False] * len(folded.text)
    for start, end in _public(folded, keep):
        _take(taken, start, end)
    found: list[Hidden] = []
    for rule in RULES:
        for start, end in _spans(rule, folded):
            if start < end and not any(taken[start:end]):
                _take(taken, start, end)
                found.append(Hidden(rule.kind, *folded.original_span(start, end)))
    found.sort(key=lambda hidden: hidden.start)
    return Redacted(_without(text, found), tuple(found))


def _without(text: str, found: list[Hidden]) -> str:
    pieces: list[str] = []
    last = 0
    for hidden in found:
        if hidden.start < last:
            continue
        pieces += [text[last : hidden.start], f"〔{hidden.kind}〕"]
        last = hidden.end
    return "".join([*pieces, text[last:]])


def _take(taken: list[bool], start: int, end: int) -> None:
    taken[start:end] = [True] * (end - start)


def _spans(rule: Rule, folded: Folded) -> Iterator[tuple[int, int]]:
    text = folded.digits if rule.in_digits else folded.text
    for match in rule.pattern.finditer(text):
        if rule.check is None or CHECKS[rule.check](match):
            yield match.span(rule.group)


def _public(folded: Folded, keep: Collection[str]) -> Iterator[tuple[int, int]]:
    """Find the numbers and addresses that may stay, however they are spelt."""
    for word in keep:
        if "@" in word:
            place = folded.text.find(fold(word).text)
            if place >= 0:
                yield place, place + len(fold(word).text)
    numbers = {digits for word in keep if "@" not in word for digits in _forms(word)}
    for match in SPELT_NUMBER.finditer(folded.digits):
        if digits_of(match[0]) in numbers:
            yield match.span()


def _forms(number: str) -> Iterator[str]:
    """Yield the digits of a telephone number, whole and without its area code."""
    parts = [part for part in re.split(r"\D+", in_digits(fold(number).text)) if part]
    for count in range(len(parts)):
        digits = "".join(parts[count:])
        if len(digits) > NUMBERS_KEPT or count == 0:
            yield digits


SPELT_NUMBER = re.compile(r"(?<![\da-z])[(]?\+?\d(?:[-ー() .の]{0,2}\d){3,14}(?![\da-z])")
CHECKS: dict[str, Callable[[re.Match[str]], bool]] = {
    "my_number": lambda match: is_my_number(digits_of(match[0])),
    "card": lambda match: is_card(digits_of(match[0])),
    "not_a_date": lambda match: not is_date(match["number"]),
}
"""What the rules ask beside their pattern, by name."""
