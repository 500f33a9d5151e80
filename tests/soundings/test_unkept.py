"""Words about the record where nothing is recorded (`concierge ask`, a town without a database)."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.message import Status
from tests.towns import Talk, write_town


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(write_town(tmp_path / "town"))


@pytest.mark.parametrize("text", ["設定", "私の記録", "プライバシー"])
def test_what_they_do_is_told_and_that_nothing_is_kept(talk: Talk, text: str) -> None:
    reply = talk.say(text)
    assert reply.status is Status.ANSWERED
    assert "ここでは、ご質問もお名前も記録していません" in reply.text
    assert "「記録を消して」" in reply.text


def test_in_english(talk: Talk) -> None:
    assert talk.say("settings").text.startswith("Nothing you write here is recorded.")


def test_erasing_lets_go_of_the_conversation(talk: Talk) -> None:
    replies = talk("柳沢を自宅として覚えて", "燃えるごみいつ", "記録を消して", "燃えるごみいつ")
    assert "柳沢" in replies[1].text
    assert "消しました" in replies[2].text
    assert replies[3].status is Status.CLARIFY


@pytest.mark.parametrize("text", ["人と話したい", "職員に聞きたい", "talk to a person"])
def test_the_wish_for_a_person_always_names_the_desk(talk: Talk, text: str) -> None:
    reply = talk.say(text)
    assert "総合案内（00-0000-0001）" in reply.text
    assert "8時30分" in reply.text
