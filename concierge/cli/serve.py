"""`concierge serve`: the web application, accepting and answering."""

from __future__ import annotations

import os
from pathlib import Path

import click

from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import knowledge_option

__all__ = ["command"]

END_WITHIN = 2
"""Seconds that answers under way still have when the server is stopped."""


@click.command(cls=JapaneseCommand, help="ウェブチャットを起動します。")
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="アドレス", help="待ち受けるアドレス"
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="番号",
    help="待ち受けるポート",
)
@knowledge_option
def command(host: str, port: int, knowledge: Path) -> None:
    """Serve `webhook:app` until stopped."""
    import uvicorn  # noqa: PLC0415 - other commands need no server

    os.environ["CONCIERGE_KNOWLEDGE"] = str(knowledge.resolve())
    click.echo(f"ウェブチャット: http://{host}:{port}/ （終わるときは Ctrl-C）", err=True)
    uvicorn.run(
        "webhook:app",
        host=host,
        port=port,
        http="httptools",
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=END_WITHIN,
    )
