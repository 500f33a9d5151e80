"""Every kind of event, what it gets, in which order, and what is kept of it."""

from __future__ import annotations

import asyncio
import logging
import random
from pathlib import Path
from typing import Any

import pytest

from concierge.channels.line import answering, turns
from concierge.channels.line.standin import StandIn
from concierge.concierge import Concierge
from concierge.message import Message, Reply
from concierge.storage.memories import MemoriesInDatabase
from tests.channels.line.answering_town import answering_town
from tests.programs import write_engine
from tests.towns import MUNICIPALITY

DOG = "犬を飼いはじめた"
GARBAGE = "燃えるごみいつ"


def test_every_kind_of_event_gets_its_one_answer(tmp_path: Path) -> None:
    standin = StandIn()
    make = standin.events

    def someone(name: str) -> Any:
        return standin.resident(name)

    picked = {"datetime": "2026-11-25T10:00", "date": "2026-11-25"}
    expected = {
        "環境課へ届け出て": make.text(someone("a"), DOG),
        "位置情報": make.location(someone("b"), 35.6, 139.7),
        "音声は聞き取る": make.audio(someone("c"), b"audio"),
        "写真は": make.image(someone("d")),
        "動画は": make.video(someone("e")),
        "ファイルは": make.file(someone("f")),
        "スタンプありがとう": make.sticker(someone("g")),
        "窓口で取れます": make.postback(
            someone("h"), "say=%E4%BD%8F%E6%B0%91%E7%A5%A8%E3%81%8C%E3%81%BB%E3%81%97%E3%81%84"
        ),
        "ボタンは": make.postback(someone("i"), "action=buy&itemid=1"),
        "友だち追加": make.follow(someone("j")),
        "読み取れませんでした": make.message("hologram", someone("k"), {}),
        "地区": make.postback(someone("l"), f"say={GARBAGE}", params=picked),
    }
    odd_place = make.message("location", someone("m"), {"latitude": "north", "longitude": 1e99})
    empty = make.text(someone("n"), "   ")
    no_content = make.message("audio", someone("o"), {"contentProvider": {"type": "external"}})

    async def talk() -> None:
        async with answering_town(tmp_path, standin=standin) as town:
            for event in (*expected.values(), odd_place, empty, no_content):
                await town.accept(event)
            await town.settled()
            for part, event in expected.items():
                assert part in town.said(event), event["type"]
            assert "町名を文字で" in town.said(odd_place)
            assert "音声は" in town.said(no_content)
            assert town.said(empty)
            assert all(each.how == "reply" for each in standin.sent)
            assert standin.refused == []

    asyncio.run(talk())


def test_the_greeting_says_what_is_stored(tmp_path: Path) -> None:
    async def talk() -> None:
        async with answering_town(tmp_path) as town:
            hello = town.standin.events.follow(town.standin.resident("a"))
            await town.accept(hello)
            await town.settled()
            said = town.said(hello)
            assert "みどり野町の案内係" in said
            assert "1時間のうちに消します" in said
            assert "119" in said

    asyncio.run(talk())


def test_what_asks_for_nothing_gets_nothing(tmp_path: Path) -> None:
    async def talk() -> None:
        async with answering_town(tmp_path) as town:
            make, resident = town.standin.events, town.standin.resident("a")
            quiet = [
                make.make("accountLink", resident, link={"result": "ok", "nonce": "n"}),
                make.make("beacon", resident, beacon={"hwid": "x", "type": "enter"}),
                make.make("memberJoined", resident, joined={"members": []}),
                make.make("quantumLeap", resident),
                make.make("videoPlayComplete", resident),
                make.postback(
                    resident, "tab", params={"newRichMenuAliasId": "b", "status": "SUCCESS"}
                ),
                make.unsend(resident, "12345"),
                make.unfollow(resident),
            ]
            await town.accept(*quiet)
            await town.settled()
            assert [state for (state,) in town.rows("state")] == [2] * len(quiet)
            assert town.standin.sent == []

    asyncio.run(talk())


def test_each_resident_is_answered_in_the_order_of_the_events(tmp_path: Path) -> None:
    async def talk() -> None:
        async with answering_town(tmp_path) as town:
            residents = [town.standin.resident(f"r{number}") for number in range(6)]
            begun = town.standin.now()
            events = [
                town.standin.events.text(each, f"{DOG} {number}", at=begun + number / 1000)
                for number in range(12)
                for each in residents
            ]
            shuffled = random.Random(7).sample(events, len(events))  # noqa: S311
            await town.accept(*shuffled)
            await town.settled()
            when = {each["webhookEventId"]: each["timestamp"] for each in events}
            for resident in residents:
                order = [when[str(s.event_id)] for s in town.standin.sent if s.to == resident.id]
                assert order == sorted(order)
                assert len(order) == 12

    asyncio.run(talk())


def test_a_conversation_goes_on_over_a_restart(tmp_path: Path) -> None:
    standin = StandIn()
    resident = standin.resident("a")

    async def say(text: str) -> str:
        async with answering_town(tmp_path, standin=standin) as town:
            event = standin.events.text(resident, text)
            await town.accept(event)
            await town.settled()
            return town.said(event)

    assert "地区" in asyncio.run(say(GARBAGE))
    assert "柳沢" in asyncio.run(say("柳沢"))


def test_a_group_is_answered_when_it_mentions_us(tmp_path: Path) -> None:
    async def talk() -> None:
        async with answering_town(tmp_path) as town:
            make = town.standin.events
            speaker = town.standin.resident("a")
            group = town.standin.group(speaker)
            joined = make.make("join", speaker, group=group)
            asked = make.text(speaker, f"@案内係 {DOG}", mentions="@案内係", group=group)
            middle = make.text(speaker, "🐶@案内係 飼いはじめた", mentions="@案内係", group=group)
            aside = make.text(speaker, "ひみつの話", group=group)
            left = make.make("leave", speaker, group=group)
            await town.accept(joined, asked, aside, middle, left)
            await town.settled()
            assert "メンション" in town.said(joined)
            assert "環境課へ届け出て" in town.said(asked)
            assert town.said(middle)
            assert town.standin.answers_to(aside) == []
            assert {each.to for each in town.standin.sent} == {group.id}

    asyncio.run(talk())


def test_an_unfollow_forgets_the_resident(tmp_path: Path) -> None:
    async def talk() -> None:
        async with answering_town(tmp_path) as town:
            make, resident = town.standin.events, town.standin.resident("a")
            texts = [make.text(resident, said) for said in (GARBAGE, "柳沢", "自宅は柳沢で覚えて")]
            for event in texts:
                await town.accept(event)
            await town.settled()
            memories = MemoriesInDatabase(town.database)
            [lane] = {lane for (lane,) in town.rows("lane")}
            assert not memories.recall(turns.resident_of(lane)).empty
            await town.accept(make.unfollow(resident))
            await town.settled()
            assert memories.recall(turns.resident_of(lane)).empty
            memories.close()
            assert town.rows("body")[:3] == [(None,)] * 3
            assert town.rows("lane")[:3] == [(None,)] * 3

    asyncio.run(talk())


def test_a_message_taken_back_is_erased(tmp_path: Path) -> None:
    async def talk() -> None:
        async with answering_town(tmp_path) as town:
            make, resident = town.standin.events, town.standin.resident("a")
            other = make.text(town.standin.resident("b"), DOG)
            asked = make.text(resident, "ひみつの住民票のことば")
            other["message"]["id"] = asked["message"]["id"]
            await town.accept(asked)
            await town.accept(other)
            await town.settled()
            await town.accept(make.unsend(resident, asked["message"]["id"]))
            await town.settled()
            kept = town.rows("body, outbox")
            assert kept[0] == (None, None)
            assert kept[1][0] is not None, "of another resident"

    asyncio.run(talk())


def test_who_sends_too_fast_is_told_once_and_heard_in_an_emergency(tmp_path: Path) -> None:
    async def talk() -> None:
        async with answering_town(tmp_path) as town:
            resident = town.standin.resident("a")
            begun = town.standin.now()
            events = [
                town.standin.events.text(resident, DOG, at=begun + number / 1000)
                for number in range(turns.MOST_TURNS + 5)
            ]
            danger = town.standin.events.text(resident, "家が火事です", at=begun + 1)
            later = town.standin.events.text(resident, DOG, at=begun + 62)
            await town.accept(*events, danger, later)
            await town.settled()
            counts = [len(town.standin.answers_to(event)) for event in events]
            assert counts == [1] * (turns.MOST_TURNS + 1) + [0] * 4
            assert "続けてたくさん" in town.said(events[turns.MOST_TURNS])
            assert "119" in town.said(danger)
            assert "環境課へ" in town.said(later)

    asyncio.run(talk())


HEARING = """
from concierge.kinds import Ear, Heard

class Hears(Ear):
    name = "hears"
    def hear(self, sound):
        assert sound.media_type == "audio/x-m4a"
        said = {b"dog": "犬を飼いはじめた", b"": ""}.get(sound.data) or self.fail()
        return Heard(said)
    def fail(self):
        raise RuntimeError("ひみつ")
engine = Hears
"""


def test_an_engine_that_hears_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site = write_engine(tmp_path / "site", "hears", HEARING, group="concierge.ears")
    monkeypatch.syspath_prepend(str(site))

    async def talk() -> None:
        hearing = MUNICIPALITY + "hearing:\n  hears: {}\n"
        async with answering_town(tmp_path, municipality=hearing) as town:
            make = town.standin.events
            heard = make.audio(town.standin.resident("a"), b"dog", preparing=2)
            noise = make.audio(town.standin.resident("b"), b"noise")
            await town.accept(heard, noise)
            await town.settled()
            assert "「犬を飼いはじめた」と聞き取りました。" in town.said(heard)
            assert "環境課へ届け出て" in town.said(heard)
            assert "聞き取れませんでした" in town.said(noise)

    asyncio.run(talk())
    assert "ひみつ" not in caplog.text


SLOW = """
import time
from concierge.engine import Engine, Layer

class Slow(Engine):
    name = "slow"
    layers = (Layer.RULES,)
    def ask(self, question):
        time.sleep(1.6)
        return []

engine = Slow
"""


def test_a_slow_answer_shows_that_it_is_coming_in_one_to_one_talks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(write_engine(tmp_path / "site", "slow", SLOW)))
    engines = "engines:\n  intents: {}\n  faq: {}\n  slow:\n    deadline: 3\n"

    async def talk() -> None:
        async with answering_town(tmp_path, municipality=MUNICIPALITY + engines) as town:
            make, resident = town.standin.events, town.standin.resident("a")
            group = town.standin.group(resident)
            alone = make.text(resident, DOG)
            together = make.text(resident, f"@係 {DOG}", mentions="@係", group=group)
            await town.accept(alone, together)
            await town.settled()
            assert town.said(alone)
            assert town.said(together)
            assert town.standin.loading == [(resident.id, 20)]
            assert town.standin.refused == []

    asyncio.run(talk())


def test_a_turn_that_fails_is_tried_again_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[str] = []
    real = Concierge.answer

    async def failing(self: Concierge, message: Message, on_delta: Any = None) -> Reply:
        tries.append(message.text)
        if "いつも" in message.text or len(tries) == 1:
            raise RuntimeError(message.text)
        return await real(self, message, on_delta)

    monkeypatch.setattr(Concierge, "answer", failing)
    monkeypatch.setattr(answering, "RETRY_AFTER", 0.05)

    async def talk() -> None:
        async with answering_town(tmp_path) as town:
            make = town.standin.events
            once = make.text(town.standin.resident("a"), DOG)
            await town.accept(once)
            await town.settled()
            always = make.text(town.standin.resident("b"), "いつもひみつ")
            after = make.text(town.standin.resident("b"), DOG)
            await town.accept(always, after)
            await town.settled()
            assert "環境課へ" in town.said(once)
            assert "うまくお答えできません" in town.said(always)
            assert "環境課へ" in town.said(after)

    with caplog.at_level(logging.DEBUG, logger="concierge"):
        asyncio.run(talk())
    assert "ひみつ" not in caplog.text


def test_a_turn_that_takes_too_long_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(self: Concierge, message: Message, on_delta: Any = None) -> Reply:
        await asyncio.sleep(600)
        raise AssertionError

    monkeypatch.setattr(Concierge, "answer", endless)
    monkeypatch.setattr(turns, "PATIENCE", 0.2)

    async def talk() -> None:
        async with answering_town(tmp_path) as town:
            asked = town.standin.events.text(town.standin.resident("a"), DOG)
            await town.accept(asked)
            await town.settled()
            assert "時間がかかり" in town.said(asked)

    asyncio.run(talk())


def test_what_was_sent_is_deleted_when_its_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "TIDY_EVERY", 0.1)
    at_once = MUNICIPALITY + "line:\n  keep_hours: 0\n"

    async def talk() -> None:
        async with answering_town(tmp_path, municipality=at_once) as town:
            resident = town.standin.resident("a")
            asked = town.standin.events.text(resident, "ひみつの住民票のことば")
            hello = town.standin.events.follow(resident)
            await town.accept(asked, hello)
            await town.settled()
            assert "お答えしたら、すぐに消します" in town.said(hello)
            nothing = (None, None, None, None)
            await town.until(
                lambda: town.rows("body, outbox, lane, message_id") == [nothing, nothing]
            )
            await town.accept(asked)
            await asyncio.sleep(0.3)
            assert len(town.standin.answers_to(asked)) == 1, "known for good"

    asyncio.run(talk())
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("concierge.db"))
    assert "ひみつ".encode() not in stored
