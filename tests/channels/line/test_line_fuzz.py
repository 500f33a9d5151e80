"""Bodies of every kind at the webhook, in short; the long run is `benchmarks/line_fuzz.py`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from line_fuzz import fuzz
from line_schemathesis import described, installed, throw_described

from concierge.channels.line.envelope import arrivals
from concierge.channels.line.hearing import hear

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = ("type", "mode", "source", "message", "postback", "unsend", "timestamp", "webhookEventId")
EVENT = st.dictionaries(st.sampled_from([*NAMES, "deliveryContext", "replyToken"]), JSON)
PART = st.dictionaries(
    st.sampled_from(["type", "id", "text", "mention", "data", "params", "userId", "messageId"]),
    JSON,
)


def test_bodies_from_the_description_are_kept_or_refused_on_purpose(tmp_path: Path) -> None:
    told = asyncio.run(fuzz(tmp_path, bodies=2500))
    assert told.wrong == []
    assert told.statuses[200] > 1500
    assert told.statuses[401] > 100
    assert told.kept > 1000


def test_what_schemathesis_makes_is_of_every_kind_that_line_describes() -> None:
    schemas = described()["components"]["schemas"]
    events = {
        each["allOf"][1]["properties"]["type"]["enum"][0] for each in schemas["AnyEvent"]["anyOf"]
    }
    assert {"message", "postback", "follow", "unsend", "join", "videoPlayComplete"} <= events
    assert schemas["CallbackRequest"]["properties"]["events"]["items"]["$ref"].endswith("/AnyEvent")
    assert schemas["MessageEvent"]["allOf"][0]["$ref"].endswith("/Event")


@pytest.mark.skipif(not installed(), reason="the extra `fuzzing` (schemathesis) is not installed")
def test_bodies_of_schemathesis_are_kept_or_refused_on_purpose(tmp_path: Path) -> None:
    told = throw_described(tmp_path, bodies=200)
    assert told.wrong == []
    assert told.statuses[200] > 100
    assert told.statuses[401] > 5
    assert told.kept > 20


@settings(max_examples=300)
@given(st.lists(EVENT | JSON, max_size=4))
def test_any_events_are_read_one_by_one(events: list[Any]) -> None:
    body = json.dumps({"events": events}).encode()
    found = arrivals(body, b"k" * 32)
    assert len(found) <= sum(isinstance(event, dict) for event in events)
    for each in found:
        hear(json.loads(each.body)["events"][0])


@settings(max_examples=300)
@given(PART, st.sampled_from(["message", "postback", "unsend"]))
def test_any_part_of_an_event_is_heard(part: Mapping[str, Any], kind: str) -> None:
    event = {"type": kind, kind: part, "source": {"type": "user", "userId": "U1"}}
    assert hear(event).kind in ("ask", "listen", "say", "unsend", "nothing")


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        assert isinstance(arrivals(body, b"k" * 32), list)
    except ValueError:
        return
