"""`concierge engines off` and `on`: staff take an engine or a topic out at once, without a restart."""

from __future__ import annotations

import click

from concierge.cli.japanese import JapaneseCommand
from concierge.clock import now
from concierge.hub.switches import flip
from concierge.kinds import Ear, Translator
from concierge.plugins import find_engines, find_parts
from concierge.settings import database_path

__all__ = ["off", "on"]

topic_option = click.option(
    "--topic", metavar="話題", help="エンジンではなく話題（ごみ、市民課、waste_day など）"
)


@click.command(
    cls=JapaneseCommand,
    help="エンジンか話題を、動かしたまま止めます。止めた話題は「分かりません」と担当課を案内します。",
)
@click.argument("name", required=False, metavar="エンジン")
@topic_option
@click.option("--reason", default="", metavar="理由", help="一覧に出す、止めた理由")
def off(name: str | None, topic: str | None, reason: str) -> None:
    """Switch off; running servers follow within about a second."""
    kind, what = _meant(name, topic)
    if flip(database_path(), kind, what, now(), off=True, reason=reason):
        click.echo(f"「{what}」を止めました。動いているサーバーにも、1〜2秒で伝わります。")
    else:
        click.echo(f"「{what}」は、もう止まっています。")
    click.echo(f"データベース: {database_path()}", err=True)


@click.command(cls=JapaneseCommand, help="止めたエンジンか話題を、また使います。")
@click.argument("name", required=False, metavar="エンジン")
@topic_option
def on(name: str | None, topic: str | None) -> None:
    """Switch on again."""
    kind, what = _meant(name, topic, installed=False)
    if flip(database_path(), kind, what, now(), off=False):
        click.echo(f"「{what}」をまた使います。動いているサーバーにも、1〜2秒で伝わります。")
    else:
        click.echo(f"「{what}」は、止まっていません。")
    click.echo(f"データベース: {database_path()}", err=True)


def _meant(name: str | None, topic: str | None, *, installed: bool = True) -> tuple[str, str]:
    """Return the kind of switch and its name. An engine must exist, or staff stop nothing."""
    if (name is None) == (topic is None):
        raise click.UsageError("エンジンの名前か --topic のどちらか一方を指定してください。")
    if topic is not None:
        if not topic.strip():
            raise click.UsageError("--topic に話題を書いてください。")
        return "topic", topic.strip()
    assert name is not None  # noqa: S101 - one of the two is given
    names = {*find_engines(), *find_parts(Ear), *find_parts(Translator)}
    if installed and name not in names:
        listed = "、".join(sorted(names))
        raise click.UsageError(f"「{name}」というエンジンはありません（あるもの: {listed}）。")
    return "engine", name
