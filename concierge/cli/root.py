"""The command `concierge` itself: which nouns there are, in Japanese, without loading them."""

from __future__ import annotations

import importlib

import click

from concierge import __version__
from concierge.cli.japanese import JapaneseGroup

__all__ = ["COMMANDS", "command"]

COMMANDS: dict[str, str] = {
    "serve": "ウェブチャットとLINEの受け口を起動します",
    "chat": "端末で対話します",
    "ask": "質問に1回答えます（--batch でまとめて）",
    "understand": "質問をどう理解したかを表示します（回答はしません）",
    "waste": "ごみの収集日を調べます",
    "clinics": "その日の当番医を調べます",
    "data": "オープンデータを取り込み、点検します",
    "faq": "FAQを取り込み、点検し、検索します",
    "line": "LINEの案内を設定し、点検します",
    "soundings": "住民の声の報告書と公表データを作ります",
    "evaluate": "答えの分かっている質問で、正しさを測ります",
    "calibrate": "検索の得点がどのくらい当たるかを確かめ、見込みを調整します",
    "engines": "エンジンの一覧を表示し、作り、点検します",
}
"""Every command and its one-line help, in the order shown."""


class LazyGroup(JapaneseGroup):
    """A group whose commands are imported from `concierge.cli.<name>` when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that is asked for."""
        if cmd_name not in COMMANDS:
            return None
        found = importlib.import_module(f"concierge.cli.{cmd_name}").command
        return found if isinstance(found, click.Command) else None

    def command_lines(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return name and help of each command without importing any."""
        return list(COMMANDS.items())


@click.group(cls=LazyGroup, help="まちのコンシェルジュ：住民の質問に、まちのデータから答えます。")
@click.version_option(__version__, "--version", message="%(version)s", help="版を表示します")
def command() -> None:
    """Gather the commands; each does its own work."""
