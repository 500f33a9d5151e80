"""What is kept of turns: counts of all, redacted rows by consent, and nothing else anywhere."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.memory import Memory
from concierge.message import Message, Status
from concierge.soundings.keys import Keys
from concierge.soundings.service import Soundings
from tests.soundings.kept import KeptTown
from tests.towns import FRIDAY

TURNS = "SELECT topic, outcome, text, area, feedback, taken, answer_id FROM sounding_turns ORDER BY rowid"
COUNTS = "SELECT topic, outcome, sum(turns) FROM sounding_counts GROUP BY 1, 2 ORDER BY 1, 2"


@pytest.fixture
def town(tmp_path: Path) -> KeptTown:
    return KeptTown(tmp_path)


def test_without_consent_only_counts_are_kept_and_no_word(town: KeptTown) -> None:
    town.say("住民票がほしい", "ペンギンの水族館はどこ", "090-1234-5678")
    assert town.rows(TURNS) == []
    assert ("総合案内", "answered", 1) in town.rows(COUNTS)
    assert sum(row[2] for row in town.rows(COUNTS)) == 3
    assert town.found("ペンギン", "住民票", "090-1234") == []
    assert town.found("web:a") == []


def test_with_consent_a_redacted_row_is_kept(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ。佐藤花子 090-1234-5678")
    ((topic, outcome, text, area, *_),) = town.rows(TURNS)
    assert (outcome, text, area) == (
        "abstain",
        "ペンギンの水族館はどこ。〔名前〕 〔電話番号〕",
        "西区柳沢",
    )
    assert topic == "分類できないもの"
    assert town.found("佐藤花子", "090-1234-5678") == []


@pytest.mark.parametrize(
    "text",
    [
        "夫に殴られています",
        "もう死にたい",
        "がんの検診を受けたい",
        "お金がなくて生活できない",
        "生活保護の申請をしたい",
        "昨日父が亡くなりました",
        "うつ病で会社を休んでいます",
        "母が息をしていない",
    ],
)
def test_text_about_the_gravest_things_is_never_kept(town: KeptTown, text: str) -> None:
    town.agree()
    town.say(text)
    assert town.rows(TURNS) == []
    assert sum(row[2] for row in town.rows(COUNTS)) == 1
    assert town.found(text[:6]) == []


def test_what_follows_something_grave_is_not_kept_either(town: KeptTown) -> None:
    town.agree()
    town.say("母が息をしていない", "玄関は開けておくほうがいいの")
    assert town.rows(TURNS) == []
    town.say("ペンギンの水族館はどこ", at="2026-11-20T08:00")
    assert len(town.rows(TURNS)) == 1


def test_an_emergency_is_kept_as_its_category_only(town: KeptTown) -> None:
    town.agree()
    town.say("海に子どもが落ちた")
    assert town.rows(COUNTS) == [("緊急の案内（海）", "emergency", 1)]


def test_the_desk_is_never_recorded(town: KeptTown) -> None:
    replies = town.say("住民票がほしい", channel="desk", resident="desk:x")
    assert replies[0].asides == ()
    assert town.rows("SELECT name FROM sqlite_master WHERE name = 'sounding_counts'") == []


def test_in_a_group_nobody_is_asked_and_only_counts_are_kept(town: KeptTown) -> None:
    replies = town.say("住民票がほしい", "同意します", "私の記録", shared=True, channel="line")
    assert all(reply.asides == () for reply in replies)
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(0,)]
    assert town.rows("SELECT count(*) FROM consents") == [(0,)]
    assert ("総合案内", "answered", 1) in town.rows(COUNTS)


def test_a_message_without_a_resident_is_only_counted(town: KeptTown) -> None:
    reply = town.one("住民票がほしい", resident=None)
    assert reply.asides == ()
    assert town.rows(COUNTS) == [("総合案内", "answered", 1)]


def test_greetings_are_no_need(town: KeptTown) -> None:
    town.agree()
    town.say("こんにちは", "ありがとう")
    assert town.rows(TURNS) == []
    assert town.rows(COUNTS) == []


def test_the_key_changes_and_retired_ones_serve_the_resident_alone(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ")
    town.say("イルカの水族館はどこ", at="2027-03-01T09:00")
    periods = town.rows("SELECT period, resident FROM sounding_turns ORDER BY id")
    assert [period for period, _ in periods] == [1, 2]
    assert periods[0][1] != periods[1][1]
    record = town.one("私の記録", at="2027-03-01T09:01")
    assert "ペンギン" in record.text
    assert "イルカ" in record.text


def test_what_has_run_out_is_deleted_and_its_key_destroyed(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ")
    keys = town.path.with_name("concierge.db.keys")
    first = json.loads(keys.read_text())[0]["key"]
    late = parse_instant(FRIDAY) + timedelta(days=500)
    town.say("イルカの水族館はどこ", at=late.isoformat(), resident="web:b")
    soundings = Soundings(town.path)
    asyncio.run(_opened(town, soundings))
    soundings.expire(late)
    assert town.found("ペンギン") == []
    assert first in keys.read_text()
    much_later = parse_instant(FRIDAY) + timedelta(days=1300)
    soundings.expire(much_later)
    soundings.close()
    assert first not in keys.read_text()
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(0,)]
    assert town.rows("SELECT count(*) FROM sounding_counts") == [(2,)]


def test_periods_are_the_towns_own(tmp_path: Path) -> None:
    town = KeptTown(tmp_path, privacy="texts: 10日\ncounts: 20日\n")
    town.agree()
    town.say("ペンギンの水族館はどこ")
    soundings = Soundings(town.path)
    asyncio.run(_opened(town, soundings))
    soundings.expire(parse_instant(FRIDAY) + timedelta(days=11))
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(0,)]
    assert town.rows("SELECT count(*) FROM sounding_counts") == [(1,)]
    soundings.expire(parse_instant(FRIDAY) + timedelta(days=22))
    assert town.rows("SELECT count(*) FROM sounding_counts") == [(0,)]
    soundings.close()


def test_nothing_is_deleted_while_the_periods_are_not_known(tmp_path: Path) -> None:
    town = KeptTown(tmp_path, privacy="texts: 20年\n")
    town.agree()
    town.say("ペンギンの水族館はどこ")
    late = parse_instant(FRIDAY) + timedelta(days=700)
    soundings = Soundings(town.path)
    soundings.expire(late)
    asyncio.run(_opened(town, soundings))
    soundings.expire(late)
    soundings.close()
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(1,)]


async def _opened(town: KeptTown, soundings: Soundings) -> None:
    concierge = Concierge(town.folder, soundings=soundings)
    soundings.use((await concierge.open()).knowledge)
    concierge.close()


def test_secrets_are_readable_by_their_owner_alone(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ")
    for name in ("concierge.db", "concierge.db.keys", "concierge.db.secret"):
        mode = stat.S_IMODE(town.path.with_name(name).stat().st_mode)
        assert mode == 0o600, name


def test_the_secret_of_the_environment_is_part_of_every_pseudonym(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = parse_instant(FRIDAY).date()
    path = tmp_path / "concierge.db"
    monkeypatch.setenv("CONCIERGE_SECRET", "one")
    one = Keys(path).now("web:a", today, 90)
    monkeypatch.setenv("CONCIERGE_SECRET", "two")
    two = Keys(path).now("web:a", today, 90)
    assert one.period == two.period
    assert one.name != two.name
    assert not path.with_name("concierge.db.secret").exists()


def test_unsending_takes_the_row_back(town: KeptTown) -> None:
    town.agree()
    town.say("ペンギンの水族館はどこ", id="line-1")
    town.say("イルカの水族館はどこ", id="line-2")
    soundings = Soundings(town.path)
    soundings.unsend("line-1")
    soundings.close()
    assert [row[2] for row in town.rows(TURNS)] == ["イルカの水族館はどこ"]
    assert town.found("ペンギン", "line-1", "line-2") == []


def test_unsending_takes_back_an_idea_and_its_mark_goes_after_two_days(town: KeptTown) -> None:
    town.say("こんなのほしい", "はい")
    town.say("図書館に夜の自習室がほしい", id="line-1")
    soundings = Soundings(town.path)
    soundings.unsend("line-1")
    assert town.rows("SELECT count(*) FROM sounding_answers") == [(0,)]
    assert town.found("自習室") == []
    town.say("こんなのほしい")
    town.say("夜のバスがほしい", id="line-2")
    asyncio.run(_opened(town, soundings))
    soundings.expire(parse_instant(FRIDAY) + timedelta(days=3))
    soundings.close()
    assert town.rows("SELECT text, message FROM sounding_answers") == [("夜のバスがほしい", None)]


@pytest.mark.parametrize("change", ["erase", "improve", "publish"])
def test_a_turn_in_flight_in_another_process_is_not_kept_after_a_change_of_mind(
    town: KeptTown, change: str
) -> None:
    """Its consent was read before; it is asked again in the transaction that keeps it."""
    town.agree()

    async def talk() -> None:
        slow, other = Soundings(town.path), Soundings(town.path)
        concierge = Concierge(town.folder)
        served = await concierge.open()
        message = Message("ペンギンの水族館はどこ", parse_instant(FRIDAY), "web:a", "web")
        reply = await concierge.answer(message)
        hearing = slow.begin(served, message, Memory())
        assert hearing.allowed is not None and "improve" in hearing.allowed.purposes
        if change == "erase":
            other.erase("web:a")
        else:
            town.withdraw_elsewhere(change)
        slow.end(hearing, reply, Memory(), 0.001)
        assert slow.log.flush()
        concierge.close()
        slow.close()
        other.close()

    asyncio.run(talk())
    if change == "publish":
        assert town.rows("SELECT publish FROM sounding_turns") == [(0,)]
        return
    assert town.rows("SELECT count(*) FROM sounding_turns") == [(0,)]
    assert town.found("ペンギン") == []
    assert sum(row[2] for row in town.rows(COUNTS)) == 1


def test_erasing_twice_and_who_was_never_here_is_no_error(town: KeptTown) -> None:
    town.agree()
    soundings = Soundings(town.path)
    for resident in ("web:a", "web:a", "web:nobody"):
        soundings.erase(resident)
    soundings.close()
    assert town.rows("SELECT count(*) FROM consents") == [(0,)]


def test_a_key_made_while_the_clock_was_wrong_does_not_serve_until_then(tmp_path: Path) -> None:
    keys, today = Keys(tmp_path / "concierge.db"), parse_instant(FRIDAY).date()
    first = keys.now("web:a", today, 90)
    wrong = keys.now("web:a", today + timedelta(days=36_500), 90)
    back = keys.now("web:a", today + timedelta(days=1), 90)
    assert len({first.period, wrong.period, back.period}) == 3
    assert keys.now("web:a", today + timedelta(days=80), 90) == back
    assert keys.now("web:a", today - timedelta(days=1), 90).period == back.period
    later = keys.now("web:a", today + timedelta(days=91), 90)
    assert later.period == back.period + 1
    assert keys.destroy(today + timedelta(days=600), 400, 90) == 4
    assert keys.all_of("web:a") == ()


def test_a_locked_database_costs_no_answer_and_is_written_later(town: KeptTown) -> None:
    town.agree()

    async def talk() -> None:
        soundings = Soundings(town.path)
        concierge = Concierge(town.folder, soundings=soundings)
        await concierge.open()
        message = Message("ペンギンの水族館はどこ", parse_instant(FRIDAY), "web:a", "web")
        await concierge.answer(message)
        soundings.log.flush()
        lock = sqlite3.connect(town.path, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        for _ in range(3):
            reply = await concierge.answer(message)
            assert reply.status is Status.ABSTAIN
        assert not soundings.log.flush()
        lock.rollback()
        lock.close()
        concierge.close()
        await asyncio.to_thread(soundings.close)

    asyncio.run(talk())
    assert town.rows("SELECT sum(turns) FROM sounding_counts") == [(4,)]


def test_keeping_a_turn_does_not_wait_for_the_disk(town: KeptTown) -> None:
    town.agree()
    soundings = Soundings(town.path)

    async def talk() -> float:
        concierge = Concierge(town.folder, soundings=soundings)
        served = await concierge.open()
        message = Message("ペンギンの水族館はどこ", parse_instant(FRIDAY), "web:a", "web")
        reply = await concierge.answer(message)
        hearing = soundings.begin(served, message, Memory())
        lock = sqlite3.connect(town.path, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        began = time.perf_counter()
        soundings.end(hearing, reply, Memory(), 0.001)
        spent = time.perf_counter() - began
        lock.rollback()
        lock.close()
        concierge.close()
        return spent

    assert asyncio.run(talk()) < 0.5
    soundings.close()


def test_a_batch_records_as_a_channel_does(town: KeptTown, tmp_path: Path) -> None:
    lines = [
        {"id": 1, "text": "同意します", "session": "A"},
        {"id": 2, "text": "ペンギンの水族館はどこ", "session": "A"},
        {"id": 3, "text": "住民票がほしい", "session": "B"},
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    town.path.parent.mkdir()
    command = [sys.executable, "-m", "concierge", "ask", "--batch"]
    for arguments in (["--record"], []):
        done = subprocess.run(
            [*command, str(batch), "--knowledge", str(town.folder), *arguments],
            capture_output=True,
            check=True,
            env={"CONCIERGE_DATABASE": f"sqlite:///{town.path}", "PATH": "/usr/bin"},
        )
        assert len(done.stdout.splitlines()) == 3
    assert [row[2] for row in town.rows(TURNS)] == ["ペンギンの水族館はどこ"]
    assert town.rows("SELECT sum(turns) FROM sounding_counts") == [(2,)]
