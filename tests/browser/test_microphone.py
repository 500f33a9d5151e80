"""The microphone in a real browser: what was heard is shown, and may be corrected before it is sent.

Chromium plays a tone into a microphone that is not there; who hears is a function of the test.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from concierge.channels.web import Opening, TownFace, router
from tests.channels.web_client import Town

pytestmark = pytest.mark.browser
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
BUTTON = ".mic:visible"


class Hears:
    """Hears always the same, and keeps what was sent."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, str]] = []
        self.text: str | None = "あしたのごみわ"

    async def __call__(self, data: bytes, kind: str, language: str | None) -> str | None:
        self.heard.append((data, kind))
        return self.text


@pytest.fixture
def hears() -> Hears:
    return Hears()


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def open_page(browser: Any, hears: Hears, town: Town) -> Iterator[Callable[..., Any]]:
    face = TownFace(name="見本町", openings={"ja": Opening(("こんにちは。",))}, hears=True)
    app = FastAPI(openapi_url=None)
    app.include_router(router(face, town.answer, hear=hears))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the application did not start"
        time.sleep(0.02)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with_microphone = browser.browser_type.launch(executable_path=chromium, args=ARGUMENTS)

    def open_one(script: str = "", viewport: dict[str, int] = PHONE) -> Any:
        page = with_microphone.new_context(viewport=viewport, locale="ja-JP").new_page()
        page.set_default_timeout(30_000)
        if script:
            page.add_init_script(script)
        page.goto(address)
        return page

    yield open_one
    with_microphone.close()
    server.should_exit = True
    thread.join(30)


def until(page: Any, happened: Callable[[], bool]) -> None:
    for _ in range(600):
        if happened():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it does not happen")


def speak(page: Any) -> None:
    page.click(BUTTON)
    page.wait_for_selector(".mic[aria-pressed=true]")
    page.wait_for_timeout(300)
    page.click(BUTTON)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_was_heard_is_shown_and_corrected_before_it_is_sent(
    open_page: Callable[..., Any], hears: Hears, town: Town, viewport: dict[str, int]
) -> None:
    page = open_page(viewport=viewport)
    speak(page)
    until(page, lambda: page.input_value("#box") != "")
    assert page.input_value("#box") == "あしたのごみわ"
    assert town.asked == []
    ((sound, kind),) = hears.heard
    assert len(sound) > 100 and kind.startswith(("audio/", "video/"))
    page.fill("#box", "あしたのごみは")
    page.press("#box", "Enter")
    page.wait_for_selector("text=あしたのごみは")
    until(page, lambda: bool(town.asked))
    assert [message.text for message in town.asked] == ["あしたのごみは"]


def test_what_was_not_understood_is_told_and_nothing_is_sent(
    open_page: Callable[..., Any], hears: Hears, town: Town
) -> None:
    hears.text = None
    page = open_page()
    speak(page)
    until(page, lambda: "聞き取れませんでした" in page.inner_text("body"))
    assert page.input_value("#box") == ""
    assert town.asked == []


def test_who_refuses_the_microphone_can_still_type(
    open_page: Callable[..., Any], hears: Hears
) -> None:
    refusing = (
        "navigator.mediaDevices.getUserMedia = () => "
        "Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page = open_page(refusing)
    page.click(BUTTON)
    until(page, lambda: "マイクを使えません" in page.inner_text("body"))
    assert hears.heard == []
    assert page.is_enabled("#box")


def test_a_browser_without_a_recorder_shows_no_microphone(open_page: Callable[..., Any]) -> None:
    page = open_page("delete window.MediaRecorder")
    page.wait_for_selector("#box")
    assert page.locator(BUTTON).count() == 0
