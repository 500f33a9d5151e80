"""`concierge chat`: a conversation in the terminal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from concierge.cli.ask import print_reply
from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import at_option, knowledge_option
from concierge.clock import now
from concierge.concierge import Concierge
from concierge.message import Message

__all__ = ["command"]


@click.command(cls=JapaneseCommand, help="端末で対話します。終わるときは Ctrl-D を押してください。")
@click.option("--explain", is_flag=True, help="どう判断したかを表示します")
@at_option
@knowledge_option
@click.pass_context
def command(ctx: click.Context, explain: bool, at: datetime, knowledge: Path) -> None:
    """Read a line, answer it, until the end of input."""
    given = ctx.get_parameter_source("at") is not click.core.ParameterSource.DEFAULT
    asyncio.run(_converse(knowledge, at if given else None, explain=explain))


async def _converse(knowledge: Path, at: datetime | None, *, explain: bool) -> None:
    concierge = Concierge(knowledge)
    town = await concierge.open()
    following = asyncio.create_task(concierge.follow())
    try:
        for line in town.knowledge.municipality.greeting:
            click.echo(line)
        message = Message(text="", at=at or now(), resident="terminal")
        while (text := await asyncio.to_thread(_read)) is not None:
            if not text.strip():
                continue
            reply = await concierge.answer(replace(message, text=text, at=at or now()))
            print_reply(reply, explain=explain)
    finally:
        following.cancel()
        concierge.close()


def _read() -> str | None:
    try:
        return input("\n> ")
    except (EOFError, KeyboardInterrupt):
        return None
