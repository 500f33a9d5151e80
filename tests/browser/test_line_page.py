"""The simulator's page in a real browser: every kind of message is drawn, and pressing sends."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from concierge.channels.line.rendering import render
from concierge.channels.line.simulator import Talk, page
from concierge.channels.line.standin import Sent, StandIn
from concierge.channels.line.standin.serving import _Server
from concierge.message import Card, Choice, Reply, Row, Status

sys.path.append(str(Path(__file__).resolve().parent.parent / "channels" / "line"))
from line_payloads import VALID

pytestmark = pytest.mark.browser


class Page:
    """The page of a talk, served in a thread."""

    def __init__(self) -> None:
        self.standin = StandIn()
        self.url = ""
        self._ready, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Page:
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def arrive(self, messages: Any) -> None:
        """Let messages arrive as if the account had sent them."""
        to = self.standin.resident("花子").id
        self.standin.sent.append(Sent(0.0, to, "push", "r", messages, ("1",)))

    async def _serve(self) -> None:
        talk = Talk(self.standin)
        following = asyncio.create_task(talk.follow())
        server = _Server(uvicorn.Config(page(talk), port=0, log_level="critical"))
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
        self._ready.set()
        await asyncio.to_thread(self._stop.wait)
        server.should_exit = True
        await serving
        following.cancel()
        await self.standin.webhook.close()


@pytest.fixture
def served() -> Iterator[Page]:
    with Page() as made:
        yield made


@pytest.fixture(params=[(390, 844), (1200, 900)], ids=["phone", "desktop"])
def shown(browser: Any, served: Page, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, height = request.param
    opened = browser.new_page(viewport={"width": width, "height": height})
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    opened.goto(served.url)
    yield opened
    opened.close()
    assert failures == []


def test_every_kind_of_message_is_drawn(served: Page, shown: Any) -> None:
    for messages in VALID.values():
        served.arrive(messages)
    count = sum(len(messages) for messages in VALID.values())
    shown.locator(".theirs").nth(count - 1).wait_for()
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.locator("img[src^='https']").count() > 0


def test_what_is_offered_can_be_pressed(served: Page, shown: Any) -> None:
    offered = (Choice("迷い犬を見つけた", "迷い犬を見つけた"), Choice("犬の登録", "犬の登録"))
    served.arrive(render(Reply(Status.SUGGEST, "もしかして", choices=offered)))
    shown.get_by_role("button", name="犬の登録").last.click()
    shown.wait_for_selector(".mine")
    assert shown.locator(".mine").inner_text() == "犬の登録"
    shown.wait_for_selector(".note")
    assert shown.locator("#quick button").count() == 0, "quick replies go with the next message"
    shown.locator(".pressable", has_text="迷い犬を見つけた").first.click()
    shown.locator(".mine").nth(1).wait_for()
    shown.fill("#text", "こんにちは")
    shown.keyboard.press("Enter")
    shown.locator(".mine").nth(2).wait_for()


def test_cards_stand_side_by_side(served: Page, shown: Any) -> None:
    cards = tuple(Card(f"医院{n}", (Row("電話", f"00-0000-220{n}"),)) for n in range(3))
    served.arrive(render(Reply(Status.ANSWERED, "3か所です。", cards=cards)))
    shown.locator(".bubble").nth(3).wait_for()
    tops = shown.evaluate(
        "[...document.querySelectorAll('.strip > .bubble')].map((b) => b.getBoundingClientRect().top)"
    )
    assert len(set(tops[-3:])) == 1
