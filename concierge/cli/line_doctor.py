"""`concierge line doctor` and `concierge line webhook set`: the account's set-up, looked at and made."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from concierge.channels.line.settings import LineSettings
from concierge.cli.japanese import JapaneseCommand, JapaneseGroup
from concierge.cli.options import at_option, json_option, print_json

if TYPE_CHECKING:
    from concierge.channels.line.doctor import Check

__all__ = ["doctor", "webhook"]

MARKS = {True: "✓", False: "✗", None: "－"}
LONGEST = 500


@click.command(cls=JapaneseCommand, help="LINEの設定を、上から順に点検します。")
@json_option
@at_option
def doctor(as_json: bool, at: datetime) -> int:
    """Look at settings, token, account, webhook, quota and friends; 1 where something is wrong."""
    from concierge.channels.line.doctor import diagnose  # noqa: PLC0415 - loads LINE's SDK

    checks = asyncio.run(diagnose(LineSettings.from_environment(), at))
    return _print(checks, as_json=as_json)


@click.group(cls=JapaneseGroup, help="LINEからの配信を受け取るアドレスを設定します。")
def webhook() -> None:
    """Gather the commands on the webhook."""


@webhook.command(
    "set", cls=JapaneseCommand, help="配信を受け取るアドレスをLINEに設定し、届くかを試します。"
)
@click.argument("url", metavar="アドレス")
@json_option
def set_webhook(url: str, as_json: bool) -> int:
    """Set the webhook's address, and let LINE try it; 1 where nothing arrives."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname:
        raise click.UsageError(
            "アドレスは https:// で始まる、インターネットから見えるものにしてください。"
        )
    if len(url) > LONGEST:
        raise click.UsageError(f"アドレスは{LONGEST}文字までです。")
    return _print(asyncio.run(_set(url)), as_json=as_json)


async def _set(url: str) -> list[Check]:
    from concierge.channels.line.doctor import Check, tested  # noqa: PLC0415 - loads LINE's SDK
    from concierge.channels.line.management import Management  # noqa: PLC0415

    settings = LineSettings.from_environment()
    if missing := settings.missing():
        return [Check("設定", False, "足りない環境変数があります", each) for each in missing]
    async with Management(settings) as line:
        await line.done("PUT", "/v2/bot/channel/webhook/endpoint", {"endpoint": url})
        return [Check("Webhookのアドレス", True, url), await tested(line, url)]


def _print(checks: Sequence[Check], *, as_json: bool) -> int:
    """Print what was found; 1 where something is wrong."""
    wrong = any(check.ok is False for check in checks)
    if as_json:
        print_json({"ok": not wrong, "checks": [check.as_dict() for check in checks]})
        return int(wrong)
    for check in checks:
        click.echo(f"{MARKS[check.ok]} {check.name}: {check.told}")
        if check.advice:
            click.echo(f"  → {check.advice}")
    if not wrong:
        click.echo("LINEの案内は動いています。", err=True)
    return int(wrong)
