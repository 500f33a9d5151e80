"""`concierge line inbox`: what could not be answered or delivered on LINE, and what to do about it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

import click

from concierge.cli.japanese import JapaneseCommand, JapaneseGroup
from concierge.cli.options import json_option, print_json
from concierge.clock import TOKYO, with_weekday
from concierge.settings import database_path

if TYPE_CHECKING:
    from concierge.storage.inbox_work import Dead

__all__ = ["inbox"]

REASONS = {
    "unknown": "届いたかどうか分かりません（二重に送らないため、送り直しません）",
    "undelivered": "返信できる時間を過ぎました（municipality.yaml の line に「push: はい」と書くと送り直せます）",
    "quota": "今月送れる通数が残っていません",
    "refused": "LINEに受け付けられませんでした",
}


@click.group(cls=JapaneseGroup, help="LINEで届けられなかった答えを調べ、送り直します。")
def inbox() -> None:
    """Gather the commands on the inbox."""


@inbox.command("list", cls=JapaneseCommand, help="届けられなかった答えを表示します。")
@json_option
def list_dead(as_json: bool) -> None:
    """Show what staff have to look at, without any text of a resident."""
    found = _dead_letters()
    if as_json:
        print_json([_as_dict(each) for each in found])
        return
    for each in found:
        moment = datetime.fromtimestamp(each.occurred, TOKYO)
        told = f"{with_weekday(moment.date())} {moment:%H:%M}"
        click.echo(f"{each.event_id}\t{told}\t{REASONS.get(each.reason, each.reason)}")
    click.echo(f"届けられなかった答え {len(found)}件", err=True)


@inbox.command("retry", cls=JapaneseCommand, help="届けられなかった答えを、もう一度送ります。")
@click.argument("event_ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="送り直せるものをすべて送ります")
def retry(event_ids: tuple[str, ...], everything: bool) -> int:
    """Put dead letters back to work; one whose outcome is unknown is never sent again."""
    from concierge.storage.database import open_database  # noqa: PLC0415 - loads sqlite-utils
    from concierge.storage.inbox_work import retried  # noqa: PLC0415

    wanted = _wanted(event_ids, everything)
    done = 0
    with closing(open_database(database_path())) as connection, connection:
        for event_id in wanted:
            count = connection.execute(*retried(event_id)).rowcount
            done += count
            if not count and not everything:
                click.echo(f"{event_id}: 送り直せません。list で理由を確かめてください。", err=True)
    click.echo(f"{done}件を送り直します。サーバーが動いていれば、まもなく送られます。", err=True)
    return int(not everything and done < len(wanted))


@inbox.command("close", cls=JapaneseCommand, help="対応の済んだものを一覧から外します。")
@click.argument("event_ids", nargs=-1, required=True, metavar="ID...")
def close(event_ids: tuple[str, ...]) -> int:
    """Settle dead letters that staff have dealt with otherwise."""
    from concierge.storage.database import open_database  # noqa: PLC0415 - loads sqlite-utils
    from concierge.storage.inbox_work import closed  # noqa: PLC0415

    with closing(open_database(database_path())) as connection, connection:
        done = sum(connection.execute(*closed(event_id)).rowcount for event_id in event_ids)
    click.echo(f"{done}件を一覧から外しました。", err=True)
    return int(done < len(event_ids))


def _wanted(event_ids: tuple[str, ...], everything: bool) -> list[str]:
    if bool(event_ids) == everything:
        raise click.UsageError("IDか --all のどちらかを指定してください。")
    if not everything:
        return list(event_ids)
    return [each.event_id for each in _dead_letters()]


def _dead_letters() -> list[Dead]:
    from concierge.storage.inbox_work import InboxWork  # noqa: PLC0415 - loads sqlite-utils

    with closing(InboxWork(database_path())) as inbox:
        return inbox.dead_letters()


def _as_dict(each: Dead) -> dict[str, object]:
    return {
        "id": each.event_id,
        "kind": each.kind,
        "reason": each.reason,
        "at": datetime.fromtimestamp(each.occurred, TOKYO).isoformat(timespec="seconds"),
        "attempts": each.attempts,
        "can_retry": each.can_retry,
    }
