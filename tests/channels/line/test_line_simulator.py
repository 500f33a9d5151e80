"""Trying the channel without LINE: the real webhook, the stand-in, a page and a terminal."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from concierge.channels.line.simulator import Talk, in_words, page, simulation
from concierge.channels.line.standin import StandIn
from concierge.problem import ConciergeError
from concierge.settings import demonstration
from tests.cli.run import run

JSON = {"Content-Type": "application/json"}


def test_a_talk_through_the_real_webhook() -> None:
    async def talk_with_the_town() -> None:
        async with simulation(demonstration()) as talk:
            await talk.befriend()
            greeting, *_ = await talk.answer()
            assert "あさなぎ市の案内係です" in in_words(greeting.content)
            await talk.text("火事です")
            fire, *_ = await talk.answer()
            assert fire.content["type"] == "flex"
            assert "119番に電話" in fire.content["altText"]
            await talk.other("sticker")
            assert await talk.answer()
            assert talk.standin.refused == []
            kinds = [entry.kind for entry in talk.entries if entry.kind != "theirs"]
            assert kinds == ["note", "mine", "mine"]

    asyncio.run(talk_with_the_town())


def test_a_town_that_does_not_start_says_why(tmp_path: Path) -> None:
    async def fail() -> None:
        async with simulation(tmp_path / "nowhere"):
            pass

    with pytest.raises(ConciergeError, match="案内を起動できませんでした"):
        asyncio.run(fail())


def test_the_terminal_answers_what_is_typed() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "concierge", "line", "simulate", "--terminal"),
        input="110番して、泥棒がいる\n".encode(),
        capture_output=True,
        timeout=90,
        check=False,
    )
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "友だち追加ありがとうございます" in said
    assert "tel:110" in said
    assert "Traceback" not in done.stderr.decode()


def test_a_port_that_is_taken_is_said_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("line", "simulate", "--port", str(taken.getsockname()[1]))
    assert done.code == 2
    assert "--port で別の番号を" in done.stderr


# ------------------------------------------------------------------------------------- the page


@pytest.fixture
def talk() -> Talk:
    return Talk(StandIn())


class Browser:
    """Asks the page within one loop, as a browser on this machine would."""

    def __init__(self, talk: Talk, runner: asyncio.Runner) -> None:
        self._runner = runner
        transport = httpx.ASGITransport(page(talk))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8010")

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._client.get(path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._client.post(path, **more))


@pytest.fixture
def browser(talk: Talk) -> Iterator[Browser]:
    with asyncio.Runner() as runner:
        yield Browser(talk, runner)


def test_the_page_and_its_files(browser: Browser, talk: Talk) -> None:
    talk.standin.name = "<b>町</b>"
    shown = browser.get("/")
    assert "&lt;b&gt;町&lt;/b&gt;" in shown.text
    assert "default-src 'self'" in shown.headers["content-security-policy"]
    for name in ("page.css", "page.js", "bubbles.js", "templates.js"):
        assert browser.get(f"/{name}").status_code == 200


def test_what_is_sent_stands_in_the_talk_and_so_does_what_failed(
    browser: Browser, talk: Talk
) -> None:
    done = browser.post("/act", json={"kind": "text", "text": "こんにちは"})
    assert done.status_code == 204
    kinds = [(each["kind"], each["content"]) for each in browser.get("/entries?after=0").json()]
    assert kinds[0] == ("mine", {"type": "text", "text": "こんにちは"})
    assert "案内に届きませんでした" in kinds[1][1]["text"]
    assert browser.get("/entries?after=2").json() == []


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "postback", "data": "a=1", "shown": "選ぶ"},
        {"kind": "location", "latitude": "35.0", "longitude": 139},
        {"kind": "sticker"},
        {"kind": "image"},
        {"kind": "audio"},
        {"kind": "video"},
        {"kind": "file"},
        {"kind": "befriend"},
        {"kind": "block"},
    ],
)
def test_everything_else_that_can_be_sent(browser: Browser, body: dict[str, str]) -> None:
    assert browser.post("/act", json=body).status_code == 204


@pytest.mark.parametrize(
    "body", [{}, [], 1, {"kind": "text"}, {"kind": "text", "text": " "}, {"kind": "dance"}]
)
def test_what_cannot_be_sent(browser: Browser, body: object) -> None:
    assert browser.post("/act", json=body).status_code == 400


def test_only_this_machines_own_pages_may_use_it(browser: Browser) -> None:
    body = b'{"kind": "text", "text": "a"}'

    def post(**headers: str) -> httpx.Response:
        return browser.post("/act", content=body, headers=headers)

    foreign = {"Content-Type": "application/json", "Origin": "https://evil.example"}
    assert post(**foreign).status_code == 403
    assert post(**JSON, Host="evil.example:8010").status_code == 403
    assert post(**{"Content-Type": "text/plain"}).status_code == 403
    assert browser.get("/entries", headers={"Host": "evil.example"}).status_code == 403
    assert browser.get("/", headers={"Host": "127.0.0.1.evil.example"}).status_code == 403
    assert post(**JSON, Origin="http://127.0.0.1:8010").status_code == 204


def test_messages_in_words() -> None:
    place = {"type": "location", "title": "市役所", "address": "本町"}
    assert in_words(place) == "📍 市役所 本町"
    assert in_words({"type": "sticker"}) == "（スタンプ）"
    assert in_words({"type": "novel"}) == "（novel）"
