"""The outbound check refuses each payload that LINE would refuse, and takes those it would take."""

from __future__ import annotations

import copy
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_payloads import FAMILY, FLAG, INVALID, VALID, message, quick, text

from concierge.channels.line.counting import cut, graphemes, utf16
from concierge.channels.line.outbound import problems
from concierge.channels.line.standin.description import refusals


def test_there_are_enough_invalid_payloads() -> None:
    assert len(INVALID) >= 81
    assert len({json.dumps(value, sort_keys=True) for value in INVALID.values()}) == len(INVALID)


@pytest.mark.parametrize("name", INVALID)
def test_what_line_would_refuse_is_refused(name: str) -> None:
    before = copy.deepcopy(INVALID[name])
    found = problems(INVALID[name])
    assert found
    assert all(each.property and each.message for each in found)
    assert INVALID[name] == before


@pytest.mark.parametrize("name", VALID)
def test_what_line_would_take_is_taken(name: str) -> None:
    assert problems(VALID[name]) == []
    body = {"replyToken": "0" * 32, "messages": VALID[name]}
    assert refusals("ReplyMessageRequest", body) == [], "and the published description agrees"


def test_the_place_is_named_as_line_names_it() -> None:
    found = problems([text(), quick(message(), message("あ" * 21))])
    assert [each.property for each in found] == ["messages[1].quickReply.items[1].action.label"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "contents", "action", "quickReply", "items", "body"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


def mutated(payload: Any, draw: st.DataObject, values: st.SearchStrategy[Any]) -> Any:
    """Return a payload with one value anywhere put in another's place."""
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in inner:
            places.append((value, key))
            if isinstance(each, dict | list):
                walk(each)

    whole = copy.deepcopy(payload)
    walk(whole)
    owner, key = draw.draw(st.sampled_from(places))
    owner[key] = draw.draw(values)
    return whole


@given(JSON)
def test_no_json_makes_it_fail(value: Any) -> None:
    problems(value)
    problems([value])


@given(st.data(), st.sampled_from(sorted(VALID)))
def test_no_mutation_makes_it_fail(data: st.DataObject, name: str) -> None:
    problems(mutated(VALID[name], data, JSON))


# ------------------------------------------------------------------------------------- counting


@pytest.mark.parametrize(
    ("given_text", "count"),
    [
        ("", 0),
        ("ごみ", 2),
        (FAMILY, 1),
        (FLAG * 2, 2),
        ("👍🏽", 1),
        ("か\u3099", 1),
        ("e\u0301\u0302", 1),
        ("❤️", 1),
        ("한글", 2),
        ("\u1112\u1161\u11ab", 1),
        ("葛\U000e0100", 1),
        ("\r\n", 1),
        ("\n\n", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
        ("a\u200db", 2),
    ],
)
def test_graphemes(given_text: str, count: int) -> None:
    assert len(list(graphemes(given_text))) == count


def test_utf_16() -> None:
    assert [utf16(each) for each in ("", "ご", "🍎", FAMILY)] == [0, 1, 2, 11]


@given(st.text(), st.integers(1, 60))
def test_cutting_keeps_whole_graphemes_within_the_limit(value: str, most: int) -> None:
    done = cut(value, most)
    assert utf16(done) <= most
    assert "".join(graphemes(value)) == value
    kept = done.removesuffix("…") if done != value else value
    clusters = list(graphemes(value))
    assert any("".join(clusters[:n]).rstrip() == kept.rstrip() for n in range(len(clusters) + 1))


def test_cutting_says_that_it_cut() -> None:
    assert cut("あいうえお", 5) == "あいうえお"
    assert cut("あいうえおか", 5) == "あいうえ…"
    assert cut(FAMILY * 2, 12) == FAMILY + "…"
    assert cut(FAMILY * 2, 11) == "…"
    assert unicodedata.is_normalized("NFC", "…")
