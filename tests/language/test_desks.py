"""Which desk a message is for, by the words that staff wrote beside it."""

from __future__ import annotations

from functools import cache

import pytest

from concierge.clock import parse_instant
from concierge.knowledge import load_knowledge
from concierge.settings import demonstration
from concierge.understanding import Understander


@cache
def understander() -> Understander:
    return Understander(load_knowledge(demonstration()))


@pytest.mark.parametrize(
    ("text", "desk"),
    [
        ("本を返したい", "中央図書館"),
        ("本の予約", "中央図書館"),
        ("本人じゃなくても取れる？", None),
        ("本籍を変えたい", None),
        ("日本語で", None),
        ("入湯税について", "税務課"),
        ("犬の登録", "環境課"),
        ("火葬の予約", "なぎの苑（市営斎場）"),
        ("予約はいりますか", None),
        ("", None),
    ],
)
def test_a_topic_of_one_letter_is_a_word_and_no_part_of_one(text: str, desk: str | None) -> None:
    found = understander().understand(text, parse_instant("2026-11-21T14:00")).department
    assert (found and found.name) == desk
