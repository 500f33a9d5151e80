"""Take the pictures of the web chat: `python docs/pictures/take.py [--into DIR]`.

Needs Chromium, a Japanese font and `pip install playwright`. The town on them does not exist.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "browser"))

from town import application  # noqa: E402 - the town that the browser tests use

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESKTOP = (390, 844), (1280, 800)
PICTURES: dict[str, tuple[tuple[int, int], str, tuple[str, ...]]] = {
    "web-phone": (PHONE, "light", ()),
    "web-phone-garbage": (PHONE, "light", ("あしたのごみは？", "1")),
    "web-phone-clinic": (PHONE, "dark", ("日曜にやっている小児科は？",)),
    "web-phone-emergency": (PHONE, "light", ("救急車",)),
    "web-desktop": (DESKTOP, "light", ()),
    "web-desktop-clinic": (DESKTOP, "light", ("日曜にやっている小児科は？",)),
    "web-desktop-dark": (DESKTOP, "dark", ("あしたのごみは？", "1")),
}
"""Each picture: the window, the colour scheme, and what is asked before it is taken."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the town on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(application(), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def converse(page: Page, questions: tuple[str, ...]) -> None:
    """Ask one question after another, each answered before the next."""
    for number, question in enumerate(questions, 1):
        page.fill("#box", question)
        page.press("#box", "Enter")
        page.wait_for_selector(f".turn:nth-of-type({number}) .answered:not(.pending)")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(400)


def take(browser: Browser, address: str, name: str, into: Path, full: bool) -> None:
    """Take one of `PICTURES`; `full` shows the whole page rather than the window."""
    (width, height), scheme, questions = PICTURES[name]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        device_scale_factor=2 if width < 600 else 1,
        locale="ja-JP",
    )
    page.goto(address)
    converse(page, questions)
    page.screenshot(path=into / f"{name}.png", full_page=full)
    page.close()


def main() -> None:
    """Take all the pictures, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(PICTURES))
    parser.add_argument("--into", type=Path, default=HERE)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    with served() as address, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name in options.names:
            take(browser, address, name, options.into, options.full)
        browser.close()


if __name__ == "__main__":
    main()
