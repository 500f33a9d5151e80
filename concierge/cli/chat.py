"""`concierge chat`: a conversation in the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from concierge.cli.ask import print_reply
from concierge.cli.clerk import HELP, Counter
from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import at_option, knowledge_option
from concierge.clock import now
from concierge.concierge import Concierge
from concierge.hub.state import HubState
from concierge.message import Message
from concierge.settings import database_path

__all__ = ["command"]

PROMPT = "\n> "


@click.command(
    cls=JapaneseCommand, help="端末で対話します。終わるときは Ctrl-D か Ctrl-C を押してください。"
)
@click.option("--explain", is_flag=True, help="どう判断したかを表示します")
@click.option("--desk", is_flag=True, help="窓口の職員用: 出典を先に、短い操作で（:h で一覧）")
@at_option
@knowledge_option
@click.pass_context
def command(ctx: click.Context, explain: bool, desk: bool, at: datetime, knowledge: Path) -> None:
    """Read a line, answer it, until the end of input."""
    if desk and explain:
        raise click.UsageError("--desk と --explain は一緒に使えません。")
    given = ctx.get_parameter_source("at") is not click.core.ParameterSource.DEFAULT
    fixed = at if given else None
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(
            _serve(knowledge, fixed) if desk else _converse(knowledge, fixed, explain=explain)
        )
    click.echo()


async def _serve(knowledge: Path, at: datetime | None) -> None:
    """Answer callers one after another, for the member of staff who types."""
    concierge = Concierge(knowledge, state=HubState.in_database(database_path()))
    await concierge.open()
    following = asyncio.create_task(concierge.follow())
    counter = Counter(concierge, lambda: at or now())
    try:
        click.echo(HELP)
        click.echo(counter.prompt, nl=False)
        async for text in _typed():
            if not await counter.take(text):
                break
            click.echo(counter.prompt, nl=False)
    finally:
        await counter.close()
        following.cancel()
        concierge.close()


async def _converse(knowledge: Path, at: datetime | None, *, explain: bool) -> None:
    concierge = Concierge(knowledge, state=HubState.in_database(database_path()))
    town = await concierge.open()
    following = asyncio.create_task(concierge.follow())
    try:
        for line in town.knowledge.municipality.greeting:
            click.echo(line)
        message = Message(text="", at=at or now(), resident="terminal")
        click.echo(PROMPT, nl=False)
        async for text in _typed():
            if text.strip():
                reply = await concierge.answer(replace(message, text=text, at=at or now()))
                print_reply(reply, explain=explain)
            click.echo(PROMPT, nl=False)
    finally:
        following.cancel()
        concierge.close()


async def _typed() -> AsyncIterator[str]:
    """Yield what is typed, line by line, until the end of input.

    A daemon thread waits for it, holding no lock of Python's: so Ctrl-C ends at once.
    """
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        piece = b"\n"
        while piece:
            try:
                piece = os.read(0, 65536)
            except OSError:  # no input, or not any more
                piece = b""
            with contextlib.suppress(RuntimeError):  # the conversation is over
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

    threading.Thread(target=read, name="terminal", daemon=True).start()
    held = b""
    while piece := await pieces.get():
        *lines, held = (held + piece).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")
    if held:
        yield held.decode("utf-8", "replace")
