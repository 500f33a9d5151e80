"""The whole road, as an operator runs it: one command, a delivery in, an answer out."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from concierge.channels.line.standin import StandIn, Thread, in_thread
from tests.channels.line.deliveries import delivery, rows, sign, text
from tests.test_application import Served, serve
from tests.towns import write_town

PRIVATE = "ひみつの住民票のことば"


def deliver(served: Served, body: bytes, signature: str | None = None) -> int:
    request = urllib.request.Request(
        served.address + "/line/webhook",
        data=body,
        headers={"X-Line-Signature": sign(body) if signature is None else signature},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            status: int = response.status
            return status
    except urllib.error.HTTPError as error:
        return error.code


def until(true: Callable[[], object], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


class Live:
    """The stand-in for LINE's platform on a port, and what the program is told of it."""

    def __init__(self, standin: StandIn, thread: Thread) -> None:
        self.standin, self.thread = standin, thread
        self.settings = {
            "LINE_CHANNEL_SECRET": standin.secret,
            "LINE_CHANNEL_ID": standin.tokens.channel_id,
            "LINE_API_BASE": thread.url,
            "LINE_DATA_API_BASE": thread.url,
        }

    def say(self, served: Served, *said: str, name: str = "花子") -> list[dict[str, Any]]:
        """Let LINE deliver texts of a resident in one call; return the events."""
        self.standin.webhook.url = served.address + "/line/webhook"
        resident = self.standin.resident(name)
        events = [self.standin.events.text(resident, each) for each in said]
        done = self.thread.run(self.standin.webhook.deliver(*events))
        assert done.accepted, done
        return events

    def answer(self, event: dict[str, Any]) -> str:
        """Return the one answer to an event."""
        until(lambda: self.standin.answers_to(event))
        [sent] = self.standin.answers_to(event)
        return str(sent.messages[0].get("text") or sent.messages[0]["altText"])


@pytest.fixture
def live() -> Iterator[Live]:
    standin = StandIn()
    with in_thread(standin) as thread:
        yield Live(standin, thread)


def answering(served: Served) -> int:
    """Return the process id of the answering process."""
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
    for child in children.read_text().split():
        if b"answering" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    return 0


def test_one_command_accepts_and_answers(tmp_path: Path, live: Live) -> None:
    town = write_town(tmp_path / "town")
    with serve(town, **live.settings) as served:
        assert json.loads(served.get("/readyz")[1])["line"] == {"status": "on", "missing": []}
        first, second = live.say(served, "犬を飼いはじめた", PRIVATE)
        assert deliver(served, delivery(text("x")), "forged") == 401
        assert "環境課へ届け出て" in live.answer(first)
        assert live.answer(second)
        until(lambda: all(state == 2 for _, state, _, _ in rows(tmp_path / "var/concierge.db")))
        child = answering(served)
        assert os.getpriority(os.PRIO_PROCESS, child) > 0
        assert os.getsid(child) == os.getsid(served.process.pid), "else niceness does not count"
        assert os.getpgid(child) == child, "Ctrl-C is for the application alone"
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(15) in (0, -signal.SIGTERM)
        assert not Path(f"/proc/{child}").exists()
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert PRIVATE not in log
    assert live.standin.resident("花子").id not in log
    assert live.standin.refused == []
    assert {token.kind for token in live.standin.tokens.issued.values()} > {"stateless"}


def test_the_answering_process_is_started_again(tmp_path: Path, live: Live) -> None:
    town = write_town(tmp_path / "town")
    with serve(town, **live.settings) as served:
        until(lambda: answering(served))
        os.kill(answering(served), signal.SIGKILL)
        [event] = live.say(served, "犬を飼いはじめた")
        assert "環境課へ届け出て" in live.answer(event)


def test_the_answering_process_ends_with_its_parent(tmp_path: Path, live: Live) -> None:
    town = write_town(tmp_path / "town")
    with serve(town, **live.settings) as served:
        until(lambda: answering(served))
        child = answering(served)
        live.say(served, "犬を飼いはじめた")
        served.process.kill()
        served.process.wait(10)
        until(lambda: not Path(f"/proc/{child}").exists())


def test_several_workers_answer_once(tmp_path: Path, live: Live) -> None:
    town = write_town(tmp_path / "town")
    with serve(town, **live.settings) as one, serve(town, **live.settings) as other:
        until(lambda: answering(one) or answering(other))
        events = [
            event
            for number in range(10)
            for event in live.say((one, other)[number % 2], "犬", name=f"r{number}")
        ]
        for event in events:
            assert live.answer(event)
        assert bool(answering(one)) is not bool(answering(other))
        first, second = (one, other) if answering(one) else (other, one)
        first.process.kill()
        until(lambda: answering(second))
        [event] = live.say(second, "犬を飼いはじめた")
        assert "環境課へ届け出て" in live.answer(event)


def test_without_a_secret_the_route_is_closed(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    with serve(town, LINE_CHANNEL_SECRET="") as served:
        body = delivery(text("x"))
        assert deliver(served, body, sign(body, "")) == 503
        told = json.loads(served.get("/readyz")[1])["line"]
        assert told["status"] == "off"
        assert "LINE_CHANNEL_SECRET" in told["missing"][0]
        assert served.get("/healthz")[0] == 200
