"""Kills, power cuts and a failing disk, in short; and that each check finds a planted fault.

The long runs are `benchmarks/line_chaos.py` and `benchmarks/line_powercut.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from line_chaos import ALWAYS_UNKNOWN, Told, chaos
from line_powercut import powercuts
from line_rig import Server, compiler, make_shim

from concierge.channels.line import webhook as webhook_module
from concierge.channels.line.standin import StandIn, in_thread
from concierge.channels.line.webhook import LineWebhook
from concierge.storage import inbox as inbox_module
from concierge.storage.committing import Committer
from concierge.storage.database import open_database
from concierge.storage.inbox import Arrival, inbox_path, keeping, open_inbox
from tests.channels.line.deliveries import SECRET, delivery, rows, sign, text
from tests.channels.line.test_served import until
from tests.channels.line.test_webhook import call

needs_compiler = pytest.mark.skipif(
    compiler() is None, reason="no C compiler to make the preloaded library with"
)


def run_chaos(folder: Path, *, kills: int, events: int, **more: Any) -> Told:
    return asyncio.run(chaos(folder, kills=kills, events=events, **{"outage": 0.0, **more}))


def test_kill_9_and_a_failing_line_lose_nothing(tmp_path: Path) -> None:
    told = run_chaos(tmp_path, kills=3, events=120, outage=2.0)
    assert told.kills == 3
    assert len(told.acknowledged) >= 120
    assert (told.lost, told.unanswered, told.twice, told.disorder) == (0, 0, 0, 0)
    assert told.refusals == 0
    assert sum(told.listed.values()) <= len(told.acknowledged) // 20


def test_chaos_finds_an_acknowledgement_before_the_commit(tmp_path: Path) -> None:
    told = run_chaos(tmp_path, kills=1, events=40, app="line_planted:acknowledged_before_commit")
    assert told.lost > 0


def test_chaos_finds_a_push_after_an_unknown_reply(tmp_path: Path) -> None:
    app = "line_planted:pushed_after_unknown"
    told = run_chaos(tmp_path, kills=0, events=20, app=app, faults=ALWAYS_UNKNOWN)
    assert told.twice > 0


@needs_compiler
def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    told = asyncio.run(powercuts(tmp_path, cuts=3))
    assert told.acknowledged > 20
    assert told.lost == 0


@needs_compiler
def test_power_cuts_find_commits_that_do_not_wait_for_the_disk(tmp_path: Path) -> None:
    told = asyncio.run(powercuts(tmp_path, cuts=2, app="line_planted:synchronous_normal"))
    assert told.lost > 0


@needs_compiler
def test_a_failing_fsync_is_refused_and_recovered_from(tmp_path: Path) -> None:
    standin, failing = StandIn(), tmp_path / "failing"
    shim = {"LD_PRELOAD": str(make_shim(tmp_path)), "SHIM_FAIL_WHILE": str(failing)}
    with in_thread(standin) as thread:
        server = Server(tmp_path, standin, thread.url, environment=shim)
        standin.webhook.url = f"{server.url}/line/webhook"
        server.start()
        try:
            server.up()
            first, second = (
                standin.events.text(standin.resident("a"), "犬を飼いはじめた") for _ in "12"
            )
            assert thread.run(standin.webhook.deliver(first)).accepted
            failing.touch()
            refused = thread.run(standin.webhook.deliver(second))
            assert refused.status == 503, "said within the two seconds for which LINE waits"
            failing.unlink()
            until(lambda: thread.run(standin.webhook.redeliver())[0].accepted, 60)
            until(lambda: standin.answers_to(first) and standin.answers_to(second))
            assert [len(standin.answers_to(each)) for each in (first, second)] == [1, 1]
        finally:
            server.stop()
    log = server.log.read_text(encoding="utf-8")
    assert "nothing could be written to the database" in log
    assert "LINE is asked to deliver again" in log


class Door:
    """A webhook with an inbox whose database can be troubled."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self.committer = Committer(connect)
        self.webhook = LineWebhook([SECRET], self._keep, lambda: b"k" * 32)

    async def _keep(self, events: Sequence[Arrival]) -> None:
        await self.committer.write(keeping(events))

    async def post(self, said: str = "x") -> int:
        body = delivery(text(said))
        return await call(self.webhook, body, sign(body))

    async def redelivered(self, seconds: float = 60.0) -> int:
        """Deliver once and again, as LINE does, until it is taken; return the last status."""
        body = delivery(text("x"))
        end = time.monotonic() + seconds
        while (status := await call(self.webhook, body, sign(body))) == 503:
            if time.monotonic() > end:
                break
            await asyncio.sleep(0.05)
        return status


@pytest.fixture
def path(tmp_path: Path) -> Path:
    open_database(tmp_path / "concierge.db").close()
    open_inbox(inbox_path(tmp_path / "concierge.db")).close()
    return tmp_path / "concierge.db"


def test_a_full_disk_is_refused_and_recovered_from(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = [0]

    def connect() -> sqlite3.Connection:
        connection = open_inbox(inbox_path(path))
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + room[0]}")
        return connection

    async def run() -> list[int]:
        door = Door(connect)
        statuses = [await door.post("あ" * 4000) for _ in range(20)]
        room[0] = 10_000
        statuses.append(await door.redelivered())
        await asyncio.to_thread(door.committer.close)
        return statuses

    with caplog.at_level(logging.ERROR):
        *full, after = asyncio.run(run())
    assert 503 in full
    assert set(full) <= {200, 503}
    assert after == 200
    assert len(rows(path)) == full.count(200) + 1
    assert "full" in caplog.text


def test_a_locked_database_is_refused_in_time_and_recovered_from(path: Path) -> None:
    """Held for 3 s and until all are refused: each of ten, sooner than one who waits in vain for
    the lock, on the same machine at the same time, for less than LINE waits for us.
    """

    def waits_in_vain() -> None:
        with (
            contextlib.closing(sqlite3.connect(inbox_path(path), timeout=1.6)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")

    async def posted(door: Door, seconds: float, pool: ThreadPoolExecutor) -> tuple[int, bool]:
        await asyncio.sleep(seconds)
        clock = asyncio.get_running_loop().run_in_executor(pool, waits_in_vain)
        status = await door.post()
        in_time = not clock.done()
        await clock
        return status, in_time

    async def run() -> tuple[list[tuple[int, bool]], int]:
        door = Door(lambda: open_inbox(inbox_path(path)))
        assert await door.redelivered() == 200
        with (
            ThreadPoolExecutor(10) as pool,
            contextlib.closing(sqlite3.connect(inbox_path(path))) as holder,
        ):
            holder.execute("BEGIN IMMEDIATE")
            tries = (
                posted(door, when, pool) for when in (0, 0.02, *(n * 0.2 for n in range(1, 9)))
            )
            refused = await asyncio.gather(*tries, asyncio.sleep(3))
            holder.rollback()
        after = await door.redelivered()
        await asyncio.to_thread(door.committer.close)
        return refused[:-1], after

    refused, after = asyncio.run(run())
    assert refused == [(503, True)] * 10
    assert after == 200
    assert len(rows(path)) == 2


def test_a_full_queue_is_refused_at_once(path: Path) -> None:
    async def run() -> list[int]:
        door = Door(lambda: open_inbox(inbox_path(path)))
        await asyncio.to_thread(door.committer.close)
        door.committer = Committer(lambda: open_inbox(inbox_path(path)), waiting=0)
        statuses = [await door.post() for _ in range(3)]
        await asyncio.to_thread(door.committer.close)
        return statuses

    assert asyncio.run(run()) == [503] * 3
    assert rows(path) == []


def test_one_write_that_no_database_holds_costs_no_other(path: Path) -> None:
    async def run() -> list[object]:
        committer = Committer(lambda: open_database(path))
        sql = "INSERT INTO conversations VALUES (?, 'm', 'u')"
        writes = [committer.write([(sql, (value,))]) for value in ("a", 2**70, "\ud800", "b", "a")]
        done = await asyncio.gather(*writes, return_exceptions=True)
        await asyncio.to_thread(committer.close)
        return [type(each).__name__ for each in done]

    assert asyncio.run(run()) == ["NoneType", *["NotKeptError"] * 2, "NoneType", "NotKeptError"]


@pytest.mark.parametrize("jump", [86_400.0, -86_400.0])
def test_a_clock_that_jumps_a_day_costs_no_event(
    path: Path, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    async def run() -> list[int]:
        door = Door(lambda: open_inbox(inbox_path(path)))
        statuses = [await door.redelivered()]
        real = time.time
        for module in (inbox_module, webhook_module):
            monkeypatch.setattr(module.time, "time", lambda: real() + jump)
        statuses.append(await door.redelivered())
        await asyncio.to_thread(door.committer.close)
        return statuses

    assert asyncio.run(run()) == [200, 200]
    assert len(rows(path)) == 2
