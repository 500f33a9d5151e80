"""What is offered where the dictionary does not know a thing: near names, no danger for another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.language.normalize import normalize
from concierge.language.things.near import near_things
from concierge.message import Message, Reply, Status
from concierge.waste.model import Item

NAMES = (
    "ぬいぐるみ",
    "乾電池",
    "フライパン（金属）",
    "ドライヤー",
    "アルミホイル",
    "植木鉢",
    "鉢",
    "モバイルバッテリー",
    "傘",
)
ITEMS = [Item(category="燃えないごみ", name=name) for name in NAMES]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ぬいぐるみの綿の捨て方", ["ぬいぐるみ"]),
        ("ぬいぐるみの電池の捨て方", ["ぬいぐるみ"]),
        ("ぬいぐるみの乾電池の捨て方", ["ぬいぐるみ", "乾電池"]),
        ("フライパソの捨て方", ["フライパン"]),
        ("ドライアーを捨てたい", ["ドライヤー"]),
        ("すみません、アルミホイールって何ごみ", ["アルミホイル"]),
        ("植木はどう捨てますか", ["植木鉢"]),
        ("モバイルバッテリの捨て方", []),
        ("リチウムバッテリーの捨て方", []),
        ("宇宙船の捨て方", []),
        ("ドライアーを買いたい", []),
        ("ぬいぐるみ", []),
        ("", []),
        ("とても長い話がありましてその中で昔から大事にしてきたぬいぐるみの綿の捨て方", []),
    ],
)
def test_near_names(text: str, names: list[str]) -> None:
    assert near_things(normalize(text), ITEMS) == names


def test_no_more_than_three_are_offered() -> None:
    items = [Item(category="燃えるごみ", name=f"人形{part}") for part in "頭手足服箱"]
    assert len(near_things(normalize("人形の捨て方"), items)) == 3


def test_a_thing_that_is_not_known_is_offered_and_never_answered(tmp_path: Path) -> None:
    """The nearest entry's own question is a choice; pressed, it is answered from that entry."""
    waste = tmp_path / "waste" / "5374"
    waste.mkdir(parents=True)
    (waste / "area_days.csv").write_text("地名,センター,燃えないごみ\n本町,,水2\n", "utf-8")
    (waste / "target.csv").write_text("分別,名前,注意,かな\n燃えないごみ,ドライヤー,,と\n", "utf-8")
    (tmp_path / "municipality.yaml").write_text("name: 架空市\n", "utf-8")

    async def talk() -> list[Reply]:
        concierge = Concierge(tmp_path)
        await concierge.open()
        at = parse_instant("2026-11-20T07:00")
        try:
            return [
                await concierge.answer(Message(text, at, "r"))
                for text in ("ドライアーを捨てたい", "1", "もばいるばってりいを捨てたい")
            ]
        finally:
            concierge.close()

    offered, answered, danger = asyncio.run(talk())
    assert offered.status is Status.SUGGEST
    assert [choice.text for choice in offered.choices] == ["ドライヤーの捨て方"]
    assert "燃えないごみ" not in offered.text
    assert answered.status is Status.ANSWERED
    assert "燃えないごみ" in answered.text
    assert danger.status is Status.ABSTAIN
