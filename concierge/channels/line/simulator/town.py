"""The concierge itself in a process of its own, which believes that the stand-in is LINE."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from concierge.channels.line.management import Management
from concierge.channels.line.rich_menu import MENU_FILE, Menu, draw, install, objects, read_menu
from concierge.channels.line.rich_menu.drawing import DrawingError
from concierge.channels.line.settings import LineSettings
from concierge.channels.line.simulator.talk import Talk
from concierge.channels.line.standin import StandIn, serving
from concierge.problem import ConciergeError

__all__ = ["simulation"]

START = 60.0
END = 5.0


@asynccontextmanager
async def simulation(
    knowledge: Path, standin: StandIn | None = None, name: str = "花子"
) -> AsyncIterator[Talk]:
    """Serve a town with LINE's stand-in while the block runs; its database is thrown away after.

    Raises `ConciergeError` where the concierge does not start.
    """
    platform = standin or StandIn()
    with tempfile.TemporaryDirectory(prefix="concierge-line-") as folder:
        async with serving(platform) as url, _concierge(knowledge, Path(folder), platform, url):
            await _menu(knowledge, platform, url)
            talk = Talk(platform, name)
            following = asyncio.create_task(talk.follow())
            try:
                yield talk
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)


async def _menu(knowledge: Path, standin: StandIn, url: str) -> None:
    """Install the town's rich menu, where there is one and it can be drawn here."""
    menu = await asyncio.to_thread(_read_menu, knowledge)
    if menu is None:
        return
    try:
        images = await asyncio.to_thread(draw, menu)
    except DrawingError:
        return
    settings = LineSettings.from_environment(_settings(standin, url))
    async with Management(settings) as line:
        await install(line, objects(menu), images)


def _read_menu(knowledge: Path) -> Menu | None:
    path = knowledge / MENU_FILE
    return read_menu(path)[0] if path.is_file() else None


@asynccontextmanager
async def _concierge(
    knowledge: Path, folder: Path, standin: StandIn, url: str
) -> AsyncIterator[None]:
    port = _free_port()
    environment = _environment(knowledge, folder, standin, url)
    command = (sys.executable, "-m", "concierge", "serve", "--port", str(port))
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL
        )
    try:
        await _ready(process, port, folder / "log")
        standin.webhook.url = f"http://127.0.0.1:{port}/line/webhook"
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), END)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _ready(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    """Wait until the concierge answers."""
    try:
        async with asyncio.timeout(START), aiohttp.ClientSession() as session:
            while process.returncode is None:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(0.1)
    except TimeoutError:
        pass
    raise ConciergeError(f"案内を起動できませんでした。\n{_end_of(log)}")


def _environment(knowledge: Path, folder: Path, standin: StandIn, url: str) -> dict[str, str]:
    """Return the settings of a concierge that believes that the stand-in is LINE."""
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("LINE_")},
        "CONCIERGE_KNOWLEDGE": str(knowledge.resolve()),
        "CONCIERGE_DATABASE": f"sqlite:///{folder / 'simulation.db'}",
        **_settings(standin, url),
    }


def _settings(standin: StandIn, url: str) -> dict[str, str]:
    return {
        "LINE_CHANNEL_SECRET": standin.secret,
        "LINE_CHANNEL_ID": standin.tokens.channel_id,
        "LINE_API_BASE": url,
        "LINE_DATA_API_BASE": url,
    }


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace").strip()[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
