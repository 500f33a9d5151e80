"""`concierge line simulate`: the LINE channel without LINE, in a page or in the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import click

from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import knowledge_option

__all__ = ["simulate"]

PORT = 8010


@click.command(
    cls=JapaneseCommand,
    help="LINEの代わりの画面で、LINEの案内を試します。LINEのアカウントは要りません。",
)
@click.option("--terminal", is_flag=True, help="画面の代わりに、端末で対話します")
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="番号",
    help="画面のポート（このパソコンからだけ開けます）",
)
@knowledge_option
def simulate(terminal: bool, port: int, knowledge: Path) -> None:
    """Chat through the real webhook and a stand-in for LINE until stopped."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_in_terminal(knowledge) if terminal else _in_page(knowledge, port))


async def _in_page(knowledge: Path, port: int) -> None:
    import uvicorn  # noqa: PLC0415 - takes time, and help needs none

    from concierge.channels.line.simulator import page, simulation  # noqa: PLC0415
    from concierge.channels.line.standin import StandIn  # noqa: PLC0415
    from concierge.knowledge import load_knowledge  # noqa: PLC0415 - loads every reader

    standin = StandIn()
    standin.name = load_knowledge(knowledge).municipality.name + "の案内係"
    listening = _listening(port)
    click.echo("案内を起動しています。", err=True)
    async with simulation(knowledge, standin) as talk:
        await talk.befriend()
        config = uvicorn.Config(page(talk), log_level="warning", access_log=False)
        config.timeout_graceful_shutdown = 1
        shown = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        click.echo(f"LINEの代わりの画面: {shown} （終わるときは Ctrl-C）", err=True)
        await uvicorn.Server(config).serve([listening])


def _listening(port: int) -> socket.socket:
    """Return a socket of this machine alone. Raises a usage error where the port is taken."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(("127.0.0.1", port))
    except OSError:
        made.close()
        raise click.UsageError(
            f"ポート {port} は使われています。--port で別の番号を指定してください。"
        ) from None
    return made


async def _in_terminal(knowledge: Path) -> None:
    from concierge.channels.line.simulator import in_words, simulation  # noqa: PLC0415

    click.echo("案内を起動しています。", err=True)
    async with simulation(knowledge) as talk:
        await talk.befriend()
        for entry in await talk.answer():
            click.echo(in_words(entry.content))
        click.echo("\n> ", nl=False)
        async for line in _typed():
            if line.strip():
                await talk.text(line)
                for entry in await talk.answer():
                    click.echo(in_words(entry.content) if entry.kind == "theirs" else entry.content)
            click.echo("\n> ", nl=False)
    click.echo()


async def _typed() -> AsyncIterator[str]:
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line.rstrip("\n")
