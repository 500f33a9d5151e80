"""Emergencies are heard, with the right kind and number, and ordinary questions are not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from concierge.message import Status
from concierge.safety import emergency_in, emergency_reply

TABLE = yaml.safe_load((Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8"))
NUMBERS = {"fire": "119", "ambulance": "119", "police": "110", "suicide": "0120-061-338", "unclear": "119"}
ALARMS = [(kind, text) for kind in NUMBERS for text in TABLE[kind]]


@pytest.mark.parametrize(("kind", "text"), ALARMS, ids=[text for _, text in ALARMS])
def test_an_emergency_is_heard_with_its_kind_and_number(kind: str, text: str) -> None:
    emergency = emergency_in(text)
    assert emergency is not None
    assert emergency.kind == kind
    reply = emergency_reply(emergency)
    assert reply.status is Status.EMERGENCY
    assert NUMBERS[kind] in reply.text
    assert reply.slots["emergency_kind"] == kind


@pytest.mark.parametrize("text", TABLE["none"])
def test_an_ordinary_question_raises_no_alarm(text: str) -> None:
    assert emergency_in(text) is None


def test_a_long_message_is_searched_to_its_end_and_quickly() -> None:
    assert emergency_in("あ" * 5000 + "。家が燃えてる") is not None


def test_every_kind_says_its_number_in_at_most_three_lines() -> None:
    for kind in NUMBERS:
        emergency = emergency_in(TABLE[kind][0])
        assert emergency is not None
        assert len(emergency.text.splitlines()) <= 3
