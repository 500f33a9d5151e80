"""`concierge line`: the LINE channel's set-up, diagnosis and inbox."""

from __future__ import annotations

import click

from concierge.cli.japanese import JapaneseGroup
from concierge.cli.line_doctor import doctor, webhook
from concierge.cli.line_inbox import inbox
from concierge.cli.line_rich_menu import rich_menu
from concierge.cli.line_simulate import simulate

__all__ = ["command"]


@click.group(cls=JapaneseGroup, help="LINEの案内を設定し、点検します。")
def command() -> None:
    """Gather the commands on the LINE channel."""


command.add_command(simulate)
command.add_command(doctor)
command.add_command(webhook)
command.add_command(rich_menu)
command.add_command(inbox)
