"""What is asked further about an answer of the FAQ: told from that entry, or left to its desk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from concierge.knowledge import load_knowledge
from concierge.message import Status
from concierge.settings import demonstration
from tests.towns import FAQ, FRIDAY, MUNICIPALITY, Talk, write_town

TOWN = MUNICIPALITY.replace(
    "    phone: 00-0000-0001\n    hours: 平日 8時30分〜17時15分",
    "    phone: 00-0000-0001\n    hours: 平日 8時30分〜17時15分（木曜は19時まで）",
)
ASK = "住民票の写しはどこで取れますか"


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(write_town(tmp_path / "town", municipality=TOWN))


def test_the_price_is_told_from_the_entry(talk: Talk) -> None:
    first, reply = talk(ASK, "いくら？")
    assert first.answer_id == reply.answer_id == "juminhyo"
    assert reply.text.startswith("手数料は1通300円です。\n「住民票の写しはどこで取れますか」")
    assert "町民課の窓口" not in reply.text
    assert reply.sources == first.sources


def test_a_sentence_behind_the_first_three_lines_is_told_too(talk: Talk) -> None:
    assert talk(ASK, "何を持っていけばいい？")[1].text.startswith("本人確認書類をお持ちください。")


def test_a_day_is_answered_with_the_desks_hours(talk: Talk) -> None:
    closed, late = talk(ASK, "土曜日は？", "木曜日は？")[1:]
    assert "総合案内は、あした11月21日（土）は受け付けていません。" in closed.text
    assert "平日 8時30分〜17時15分" in closed.text
    assert "総合案内は、11月26日（木）は8時30分〜19時に受け付けています。" in late.text


def test_what_the_entry_does_not_tell_is_its_desks_to_answer(talk: Talk) -> None:
    reply = talk("犬を飼いはじめた", "いくら？")[1]
    assert reply.status is Status.ABSTAIN
    assert "環境課（00-0000-0002）" in reply.text
    assert "300円" not in reply.text


def test_a_message_that_stands_for_itself_keeps_its_meaning(talk: Talk) -> None:
    replies = talk(
        ASK, "柳沢の燃えるごみいつ", ASK, "犬を飼いはじめた", "ありがとう", ASK, "お金がない"
    )
    assert [reply.intent for reply in replies[1:2]] == ["waste_day"]
    assert replies[3].answer_id == "dog"
    assert replies[4].intent == "small_talk"
    assert replies[6].intent == "support"


def test_another_entrys_own_wording_goes_to_that_entry(tmp_path: Path) -> None:
    faq = FAQ + "- {id: proxy, question: 代理の人でもできますか, answer: 委任状が要ります。}\n"
    talk = Talk(write_town(tmp_path / "town", faq=faq))
    assert talk(ASK, "代理の人でもできますか")[1].answer_id == "proxy"


def test_nothing_is_told_where_no_answer_went_before(talk: Talk) -> None:
    assert talk.say("いくら？").status is Status.ABSTAIN
    assert talk("ほげほげ", "いくら？")[1].status is Status.ABSTAIN


def test_the_subject_is_forgotten_with_the_conversation(talk: Talk) -> None:
    assert talk.say(ASK).answer_id == "juminhyo"
    assert talk.say("いくら？", at="2026-11-20T20:00").answer_id is None


def test_an_entry_that_has_ended_is_not_told(tmp_path: Path) -> None:
    faq = FAQ.replace(
        "  department: 総合案内\n", "  department: 総合案内\n  valid_to: 2026-11-20\n"
    )
    talk = Talk(write_town(tmp_path / "town", faq=faq))
    assert talk.say(ASK, at="2026-11-20T23:50").answer_id == "juminhyo"
    assert talk.say("いくら？", at="2026-11-21T00:05").answer_id is None
    assert talk.say("いくら？", at=FRIDAY, resident="b").answer_id is None


def test_every_desk_of_the_demonstration_town_is_found_by_name() -> None:
    """An entry whose desk is not in the list could not name it when asked for more."""
    knowledge = load_knowledge(demonstration())
    desks = {desk.name for desk in knowledge.municipality.departments}
    lost = {e.id for e in knowledge.faq if e.department and e.department not in desks}
    assert lost == set()
    assert all(entry.valid_on(date(2026, 11, 20)) for entry in knowledge.faq)
