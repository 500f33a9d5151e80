"""What stands beside an answer reaches LINE within its limits, and can be typed as well."""

from __future__ import annotations

import pytest

from concierge.channels.line.outbound import problems
from concierge.channels.line.rendering import render
from concierge.message import Aside, Choice, Reply, Status

FEEDBACK = Aside(
    "feedback", "", tuple(Choice(t, t) for t in ("役に立った", "違う", "人に聞きたい"))
)
SCALE = Aside(
    "sounding", "いま幸せですか。", tuple(Choice(str(n), str(n)) for n in (*range(11), "答えない"))
)
NOTICE = Aside(
    "notice",
    "この会話の記録について\n断ってもかまいません。",
    (Choice("同意します", "同意します"),),
)


def pressed(messages: list[dict]) -> list[str]:
    items = messages[-1].get("quickReply", {}).get("items", [])
    return [item["action"].get("text", "") for item in items]


@pytest.mark.parametrize("aside", [FEEDBACK, SCALE, NOTICE])
@pytest.mark.parametrize("choices", [0, 2, 13, 20])
@pytest.mark.parametrize("text", ["答えです。", "長い" * 4000])
def test_limits_are_kept_and_the_aside_can_be_pressed(
    aside: Aside, choices: int, text: str
) -> None:
    offered = tuple(Choice(f"候補{n}", f"候補{n}") for n in range(choices))
    messages = render(Reply(Status.ANSWERED, text, choices=offered, asides=(aside,)))
    assert problems(messages) == []
    assert len(messages) <= 5
    assert pressed(messages)[-len(aside.choices) :] == [c.text for c in aside.choices]
    assert not any("quickReply" in each for each in messages[:-1])


def test_a_question_lists_its_answers_for_those_who_see_no_buttons() -> None:
    last = render(Reply(Status.ANSWERED, "答えです。", asides=(SCALE,)))[-1]["text"]
    assert last.startswith("いま幸せですか。")
    assert "・答えない" in last


def test_feedback_adds_no_message() -> None:
    assert len(render(Reply(Status.ANSWERED, "答えです。", asides=(FEEDBACK,)))) == 1
