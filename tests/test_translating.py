"""An answer in the resident's language: the town's own words first, and no figure bent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from concierge.engine import Candidate
from concierge.hub import Seat
from concierge.hub.parts import PartSeat, _Standing
from concierge.hub.state import HubState
from concierge.kinds import Translator
from concierge.knowledge import load_knowledge
from concierge.message import Status
from concierge.translating import Translating, says_the_same
from engines.carried import Carried
from tests.hub.table import choosing
from tests.programs import write_engine
from tests.towns import MUNICIPALITY, Talk, write_town

FAQ = """\
- id: fee
  question: 見本証明の手数料はいくらですか
  answer: |
    1通300円です。
    平日の17時まで受け付けます。
  updated: 2026-04-01
  translations:
    en:
      question: How much is the sample certificate?
      answer: |
        300 yen per copy.
        Weekdays until 17:00.
- id: plain
  question: 見本の窓口はどこですか
  answer: 2階の3番窓口です。
  updated: 2026-04-01
"""


class Says(Translator):
    name: ClassVar[str] = "says"

    def __init__(self, said: Any) -> None:
        self.said = said

    def translate(self, texts: Sequence[str], source: str, target: str) -> Any:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said(texts) if callable(self.said) else self.said


def say(texts: list[str], *translators: Translator, target: str = "en") -> list[str | None]:
    seats = [
        PartSeat(t, Seat(_Standing(t), choosing(deadline="1")), HubState()) for t in translators
    ]
    return asyncio.run(Translating(seats).texts(texts, target))


def carried(folder: Path) -> Carried:
    translator = Carried()
    translator.start(load_knowledge(write_town(folder / "town", faq=FAQ)), {})
    return translator


def test_what_the_town_carries_is_said_whole_or_by_the_line(tmp_path: Path) -> None:
    texts = [
        "1通300円です。\n平日の17時まで受け付けます。",
        "１通 300円です。",
        "見本証明の手数料はいくらですか",
    ]
    translator = carried(tmp_path)
    assert say(texts, translator) == [
        "300 yen per copy.\nWeekdays until 17:00.",
        "300 yen per copy.",
        "How much is the sample certificate?",
    ]
    assert say(["2階の3番窓口です。"], translator) == [None]
    assert say(texts, translator, target="vi") == [None] * 3


@pytest.mark.parametrize(
    "bad", [RuntimeError("no"), None, [], ["a", "b"], "text", [42], [""], lambda texts: ["400 yen"]]
)
def test_one_that_fails_or_bends_a_figure_is_passed_over(tmp_path: Path, bad: Any) -> None:
    assert say(["1通300円です。"], Says(bad), carried(tmp_path)) == ["300 yen per copy."]
    assert say(["1通300円です。"], Says(bad)) == [None]


@pytest.mark.parametrize(
    ("japanese", "other", "same"),
    [
        ("手数料は300円です。", "The fee is 300 yen.", True),
        ("手数料は300円です。", "手续费为300日元。", True),
        ("手数料は300円です。", "The fee is 400 yen.", False),
        ("手数料は300円です。", "There is a fee.", False),
        ("12月1日の午後5時まで", "Until 5 pm on December 1", True),
        ("12月1日の午後5時まで", "Until 6 pm on December 1", False),
        ("電話 00-0000-1101", "Call 00-0000-1101", True),
        ("電話 00-0000-1101", "Call 00-0000-1102", False),
        ("窓口へ", "To the counter, https://evil.example/", False),
        ("窓口へ", "", False),
    ],
)
def test_a_translation_states_the_same_figures(japanese: str, other: str, same: bool) -> None:
    assert says_the_same(japanese, other) is same


def test_an_answer_that_is_not_japanese_stays_as_it_is() -> None:
    answer = Candidate("The fee is 300 yen.", 0.9)
    assert asyncio.run(Translating().candidate(answer, "en")) is answer


TRANSLATOR = """
from concierge.kinds import Translator

class Echo(Translator):
    name = "echo"
    def translate(self, texts, source, target):
        known = {"2階の3番窓口です。": "Counter 3 on floor 2.", "見本の窓口はどこですか": "Where is it?"}
        return [known.get(text) for text in texts]

engine = Echo
"""


def test_a_translator_of_another_package_speaks_for_the_town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write_engine(tmp_path / "site", "echo", TRANSLATOR, group="concierge.translators")
    monkeypatch.syspath_prepend(str(site))
    settings = MUNICIPALITY + "translating:\n  carried: {}\n  echo: {}\n"
    town = write_town(tmp_path / "town", municipality=settings, faq=FAQ)
    reply = Talk(town, language="en").say("見本の窓口はどこですか")
    assert reply.status is Status.ANSWERED
    assert reply.text.startswith("Counter 3 on floor 2.")
    japanese = Talk(town).say("見本の窓口はどこですか")
    assert japanese.text.startswith("2階の3番窓口です。")
