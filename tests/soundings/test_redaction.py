"""Personal data is hidden, and what a question needs is kept: written cases, both ways."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.soundings.numbers import is_card, is_my_number
from concierge.soundings.redaction import redact

CASES = Path(__file__).parent / "redaction"
FILES = ("tuning.tsv", "held.tsv", "second.tsv", "third.tsv")


TOWN = ("00-0000-1101", "0123-45-6789", "0123-45-6700", "soumu@city.example.jp")
"""The numbers and the address that the town itself made public."""


def cases(name: str) -> dict[str, list[list[str]]]:
    table: dict[str, list[list[str]]] = {"hide": [], "keep": []}
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, *columns = line.split("\t")
            table[kind].append(columns)
    return table


def left_over(name: str) -> list[str]:
    """Return the texts of which something that must not be seen is left."""
    found = []
    for text, *secrets in cases(name)["hide"]:
        shown = redact(text, TOWN).text
        if shown == text or any(secret.lower() in shown.lower() for secret in secrets):
            found.append(f"{text} → {shown}")
    return found


def touched(name: str) -> list[str]:
    """Return the harmless texts that were changed."""
    shown = [(text, redact(text, TOWN).text) for (text,) in cases(name)["keep"]]
    return [f"{text} → {after}" for text, after in shown if text != after]


def test_there_are_enough_cases_both_ways() -> None:
    tables = {name: cases(name) for name in FILES}
    texts = [case[0] for table in tables.values() for rows in table.values() for case in rows]
    assert len(texts) == len(set(texts)) >= 300
    aside = sum(len(rows) for name in FILES[1:] for rows in tables[name].values())
    assert aside >= len(texts) / 3


@pytest.mark.parametrize("name", FILES)
def test_personal_data_is_hidden(name: str) -> None:
    assert len(left_over(name)) <= len(cases(name)["hide"]) * 0.01, left_over(name)


@pytest.mark.parametrize("name", FILES)
def test_harmless_numbers_are_kept(name: str) -> None:
    assert len(touched(name)) <= len(cases(name)["keep"]) * 0.02, touched(name)


def test_what_was_hidden_is_named_with_its_place() -> None:
    found = redact("佐藤と申します。電話は090-1234-5678")
    assert found.text == "〔名前〕と申します。電話は〔電話番号〕"
    assert [(each.kind, each.start) for each in found.hidden] == [("名前", 0), ("電話番号", 11)]


def test_the_towns_number_does_not_excuse_another_one_that_ends_alike() -> None:
    assert "6789" not in redact("090-1145-6789に電話", ["0123-45-6789"]).text


def test_check_digits() -> None:
    assert is_my_number("123456789018")
    assert not is_my_number("123456789012")
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")
    assert not is_card("0000000000000000")


@given(st.text(max_size=200))
def test_redaction_never_raises_and_redacted_text_stays_as_it_is(text: str) -> None:
    once = redact(text)
    assert redact("") == redact("")
    if not once.hidden:
        assert once.text == text


@pytest.mark.parametrize(
    "text", ["0" * 5000, "佐藤" * 2000, "1-" * 4000, "a@" * 3000, "ぜろ" * 2000]
)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    began = time.process_time()
    redact(text)
    assert time.process_time() - began < 5
