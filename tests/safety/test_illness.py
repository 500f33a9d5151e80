"""An illness without red flags is no emergency, and its answer opens with whom to phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from concierge.faq.folder import load_faq
from concierge.message import Status
from concierge.safety import emergency_in, illness_in, illness_reply

FOLDER = Path(__file__).parent / "sentences"
DEMO = Path(__file__).parents[2] / "knowledge" / "demo"
OPENING = {"newborn": "#8000", "child": "#8000", "adult": "119"}


def illnesses() -> Iterator[tuple[str, str]]:
    held = yaml.safe_load((FOLDER / "held_out.yaml").read_text(encoding="utf-8"))
    own = yaml.safe_load((FOLDER / "illness.yaml").read_text(encoding="utf-8"))
    for part in (own, held["illness"]):
        for who, texts in part.items():
            yield from ((who, text) for text in texts)


def others() -> list[str]:
    held = yaml.safe_load((FOLDER / "held_out.yaml").read_text(encoding="utf-8"))
    own = yaml.safe_load((FOLDER / "ordinary.yaml").read_text(encoding="utf-8"))
    return [text for part in (own, held["ordinary"]) for texts in part.values() for text in texts]


@pytest.mark.parametrize(("who", "text"), list(illnesses()))
def test_who_is_ill(who: str, text: str) -> None:
    illness = illness_in(text)
    assert illness is not None
    assert illness.who == who
    assert emergency_in(text) is None
    reply = illness_reply(illness)
    assert reply.status is Status.ANSWERED
    assert len(reply.text.splitlines()) == 3
    assert OPENING[who] in reply.text
    assert "119番" in reply.text
    assert ("#8000" in reply.text) == (who != "adult")


@pytest.mark.parametrize("text", others())
def test_what_is_no_illness(text: str) -> None:
    assert illness_in(text) is None


def test_no_question_of_the_demonstration_town_is_an_illness() -> None:
    wordings = {
        wording
        for entry in load_faq(DEMO).entries
        for wording in (entry.question, *entry.also, *entry.golden)
    }
    assert [text for text in wordings if illness_in(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "子どもがけいれんしてる",
        "生後1か月の赤ちゃんが熱でぐったりしている",
        "母が熱で意識がない",
        "",
    ],
)
def test_an_emergency_is_no_mere_illness(text: str) -> None:
    assert illness_in(text) is None


def test_a_convulsion_that_is_over_is_taken_seriously() -> None:
    illness = illness_in("2歳の子のけいれんは治まった")
    assert illness is not None
    assert "いま電話" in illness_reply(illness).text.splitlines()[0]
