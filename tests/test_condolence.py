"""Who tells of a death hears kind words before the answer; who only asks about deaths does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.condolence import death_told
from concierge.message import Status
from tests.towns import FAQ, Talk, write_town

DOG = """\
- id: dog-died
  question: 犬が亡くなったときの届出
  also: [犬が亡くなった, うちの犬が死にました]
  answer: 30日以内に環境課へ届け出てください。
  department: 環境課
  updated: 2026-04-01
"""


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("父が亡くなりました", "person"),
        ("昨日、母が病院で亡くなった", "person"),
        ("おとうさんが しにました", "person"),
        ("夫が亡くなったので年金の手続き", "person"),
        ("My mother died", "person"),
        ("my husband has passed away", "person"),
        ("ペットが死んだ", "pet"),
        ("うちの猫が死んでしまいました", "pet"),
        ("my dog died", "pet"),
    ],
)
def test_a_death_is_told(text: str, whose: str) -> None:
    assert death_told(text) == whose


@pytest.mark.parametrize(
    "text",
    [
        "",
        "亡くなったときの手続き",
        "父が亡くなったら何をすればいい",
        "亡くなった父の車",
        "道路で猫が死んでる",
        "道で犬が死んだ",
        "犬の登録",
        "母が入院した",
        "財布がなくなった",
        "if my dog died what do I do",
        "dead animal on the road",
    ],
)
def test_nobody_s_death_is_told(text: str) -> None:
    assert death_told(text) is None


def test_kind_words_go_before_the_procedure(tmp_path: Path) -> None:
    talk = Talk(write_town(tmp_path / "town", faq=FAQ + DOG))
    told, asked = talk("犬が亡くなった", "犬が亡くなったときの届出")
    assert told.answer_id == asked.answer_id == "dog-died"
    assert told.text.startswith("大切な家族とのお別れ、心よりお悔やみ申し上げます。30日以内に")
    assert asked.text.startswith("30日以内に")


def test_kind_words_are_said_where_no_answer_is_known(tmp_path: Path) -> None:
    reply = Talk(write_town(tmp_path / "town")).say("my cat died")
    assert reply.status is Status.ABSTAIN
    assert reply.text.startswith("I am sorry that you lost your pet.")
