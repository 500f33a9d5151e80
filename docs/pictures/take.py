"""Take the pictures of the web chat: `python docs/pictures/take.py [--into DIR]`.

Needs Chromium, a Japanese font and `pip install playwright`. They show the demonstration town as
`uvicorn webhook:app` serves it on the day they are taken.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from concierge.application import create_application
from concierge.settings import Settings, demonstration

HERE = Path(__file__).resolve().parent
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
DESK = "/?desk=1"
PICTURES: dict[str, tuple[tuple[int, int], str, tuple[str, ...]]] = {
    "web-phone": (PHONE, "light", ()),
    "web-phone-garbage": (PHONE, "light", ("あしたのごみ、なに？", "海岸地区本町")),
    "web-phone-choices": (PHONE, "dark", ("あしたのごみ、なに？", "本町")),
    "web-phone-emergency": (PHONE, "light", ("火事だ",)),
    "web-desktop": (DESKTOP, "light", ()),
    "web-desktop-answer": (DESKTOP, "light", ("住民票がほしい",)),
    "web-desktop-dark": (DESKTOP, "dark", ("モバイルバッテリーはどう捨てる？",)),
    "web-desk": (DESKTOP, "light", ("海岸地区本町のあしたのごみ", "住民票がほしい")),
    "web-desk-dark": (DESKTOP, "dark", ("本町のプラスチックの日", "2")),
}
"""Each picture: the window, the colour scheme, and what is asked before it is taken.

`web-desk…` show the desk's page, the others the residents'.
"""


@contextmanager
def served() -> Iterator[str]:
    """Serve the demonstration town on a free port of this machine, with a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(knowledge=demonstration(), database=Path(folder) / "pictures.db")
        yield from running(create_application(settings))


def running(application: FastAPI) -> Iterator[str]:
    """Serve an application while the caller holds its address."""
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise SystemExit("the application did not start; its error stands above")
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
        page.locator(".answered:not(.pending)").nth(number - 1).wait_for()
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
    page.goto(address + (DESK if name in ("web-desk", "web-desk-dark") else "/"))
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
