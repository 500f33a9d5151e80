"""`concierge soundings …`: what residents need, as a report, and the papers that go with keeping it."""

from __future__ import annotations

import contextlib
import getpass
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from concierge.cli.japanese import JapaneseCommand, JapaneseGroup
from concierge.cli.options import (
    Day,
    at_option,
    json_option,
    knowledge_option,
    print_json,
)
from concierge.knowledge import Knowledge, load_knowledge
from concierge.problem import SettingError
from concierge.settings import database_path
from concierge.storage.soundings import UNUSABLE, Store

if TYPE_CHECKING:
    from concierge.soundings.report import Report

__all__ = ["command"]

FORMATS = ("html", "json", "csv")
PAPERS = ("statement", "flow", "register", "incident")
YEAR = 365
by_option = click.option(
    "--by", metavar="名前", help="作った人の名前（記録に残ります。省略時は端末の利用者名）"
)
into_option = click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="ファイル",
    help="書き出すファイル（省略時は画面に出します）",
)
from_option = click.option(
    "--from", "first", type=Day(), metavar="日付", help="はじめの日（省略時は終わりの日の1年前）"
)
to_option = click.option(
    "--to", "last", type=Day(), metavar="日付", help="終わりの日（省略時は --at の前の日）"
)


def period_options(work: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all share which look into a period of the log."""
    for option in (knowledge_option, at_option, by_option, to_option, from_option):
        work = option(work)
    return work


@click.group(cls=JapaneseGroup, help="住民の声をまとめ、報告書と公表データを作ります。")
def command() -> None:
    """Gather the commands."""


@command.command(cls=JapaneseCommand, name="report", help="期間の報告書を作ります。")
@period_options
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="html",
    show_default=True,
    help="html は1枚で印刷できる報告書です",
)
@into_option
def report(
    first: date | None,
    last: date | None,
    form: str,
    into: Path | None,
    by: str | None,
    at: datetime,
    knowledge: Path,
) -> None:
    """Print the report of a period."""
    from concierge.soundings.forms import as_csv, as_html, as_json  # noqa: PLC0415

    made, _ = _made("report", form, first, last, by, at, knowledge)
    if form == "json" and into is None:
        print_json(as_json(made))
    elif form == "json":
        import json  # noqa: PLC0415

        _put(json.dumps(as_json(made), ensure_ascii=False, indent=2), into)
    else:
        _put(as_html(made) if form == "html" else as_csv(made), into)


@command.command(
    cls=JapaneseCommand,
    name="unmet",
    help="解決しなかった質問のまとまりを、実際の言い方とともに表示します（職員用）。",
)
@period_options
@click.option(
    "--draft", metavar="まとまり", help="このまとまりに答えるFAQの下書き（YAML）を出します"
)
@json_option
def unmet(
    first: date | None,
    last: date | None,
    draft: str | None,
    by: str | None,
    as_json: bool,
    at: datetime,
    knowledge: Path,
) -> None:
    """Print the groups of questions that were not met; or a draft of an FAQ entry for one."""
    from concierge.soundings.unmet import draft as drafted  # noqa: PLC0415
    from concierge.soundings.unmet import unmet_groups  # noqa: PLC0415

    first, last = _span(first, last, at)
    town = load_knowledge(knowledge)
    least = town.privacy.least
    with _log(town, at) as run:
        groups = run(lambda connection: unmet_groups(connection, first, last, least, town))
        run(_accessed(at, by, "unmet", first, last, "yaml" if draft else "text"))
    if draft is not None:
        found = next((group for group in groups if group.id == draft), None)
        if found is None:
            raise click.UsageError(f"「{draft}」というまとまりは、この期間にありません。")
        click.echo(drafted(found, town), nl=False)
    elif as_json:
        listed = [_group(group) for group in groups]
        print_json({"from": first, "to": last, "groups": listed})
    else:
        for place, group in enumerate(groups, 1):
            click.echo(
                f"{place}. {group.name} [{group.id}]  {group.people}人以上 {group.turns}回 "
                f"未解決{group.unresolved:.0%} 用件: {group.topic}"
            )
            for text in group.examples:
                click.echo(f"     「{text}」")
        click.echo(f"{len(groups)}件のまとまりがあります。", err=True)


@command.command(
    cls=JapaneseCommand, name="ideas", help="「こんなのほしい」に届いた声を表示します（職員用）。"
)
@period_options
@json_option
def ideas(
    first: date | None,
    last: date | None,
    by: str | None,
    as_json: bool,
    at: datetime,
    knowledge: Path,
) -> None:
    """Print what was put into the idea box, and free answers to soundings, redacted."""
    first, last = _span(first, last, at)
    town = load_knowledge(knowledge)
    query = (
        "SELECT day, sounding, text FROM sounding_answers WHERE text IS NOT NULL "
        "AND day >= ? AND day <= ? ORDER BY day, id"
    )
    with _log(town, at) as run:
        rows = run(lambda c: c.execute(query, (first.isoformat(), last.isoformat())).fetchall())
        run(_accessed(at, by, "ideas", first, last, "text"))
    if as_json:
        told = [{"day": day, "sounding": name, "text": text} for day, name, text in rows]
        print_json({"from": first, "to": last, "ideas": told})
        return
    for day, name, text in rows:
        click.echo(f"{day} {name} 「{text}」")
    click.echo(f"{len(rows)}件あります。", err=True)


@command.command(
    cls=JapaneseCommand,
    name="export",
    help="公表用のデータ（CSV、列の説明、利用条件）を書き出します。",
)
@period_options
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="フォルダー",
    help="書き出す先（なければ作ります）",
)
def export(
    first: date | None,
    last: date | None,
    into: Path,
    by: str | None,
    at: datetime,
    knowledge: Path,
) -> None:
    """Write the open data."""
    from concierge.soundings.opening import files  # noqa: PLC0415

    made, town = _made("export", "csv", first, last, by, at, knowledge, published=True)
    into.mkdir(parents=True, exist_ok=True)
    for name, text in files(made, town).items():
        (into / name).write_text(text, encoding="utf-8", newline="")
        click.echo(str(into / name))


@command.command(
    cls=JapaneseCommand, name="page", help="住民に見せるページ（HTML 1枚）を作ります。"
)
@period_options
@into_option
def page(
    first: date | None,
    last: date | None,
    into: Path | None,
    by: str | None,
    at: datetime,
    knowledge: Path,
) -> None:
    """Print the page for residents."""
    from concierge.soundings.opening import page as made_page  # noqa: PLC0415

    made, town = _made("page", "html", first, last, by, at, knowledge, published=True)
    _put(made_page(made, town), into)


@command.command(
    cls=JapaneseCommand,
    name="paper",
    help="個人情報の書類を、いまの設定から作ります（statement 住民向けの説明、flow データの流れ、"
    "register 個人情報ファイル簿の下書き、incident 漏えい等の報告書の下書き）。",
)
@click.argument("name", type=click.Choice(tuple(PAPERS)), metavar="書類")
@into_option
@at_option
@knowledge_option
def paper(name: str, into: Path | None, at: datetime, knowledge: Path) -> None:
    """Print a paper."""
    from concierge.soundings.papers import paper as made_paper  # noqa: PLC0415

    town = load_knowledge(knowledge)
    query = "SELECT count(DISTINCT resident) FROM consents WHERE given = 1"
    persons: int | None = None
    if database_path().exists():
        with _log(town, at, group=False) as run:
            persons = run(lambda connection: connection.execute(query).fetchone()[0])
    _put(made_paper(name, town, at.date(), persons).rstrip("\n"), into)


@command.command(
    cls=JapaneseCommand, name="access", help="だれがいつ報告書やデータを作ったかを表示します。"
)
@json_option
@at_option
@knowledge_option
def access(as_json: bool, at: datetime, knowledge: Path) -> None:
    """Print the log of who produced what."""
    query = "SELECT at, who, what, first_day, last_day, form FROM sounding_access ORDER BY id"
    with _log(load_knowledge(knowledge), at, group=False) as run:
        rows = run(lambda connection: connection.execute(query).fetchall())
    if as_json:
        names = ("at", "who", "what", "from", "to", "form")
        print_json({"accesses": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    for when, who, what, first, last, form in rows:
        click.echo(f"{when} {who} {what}（{form}） {first}〜{last}")
    click.echo(f"{len(rows)}件あります。", err=True)


@command.command(
    cls=JapaneseCommand,
    name="expire",
    help="期間の過ぎた記録を、いま消します（起動中は1時間ごとに自動で消えます）。",
)
@at_option
@knowledge_option
def expire(at: datetime, knowledge: Path) -> None:
    """Enforce the periods now."""
    from concierge.soundings.service import Soundings  # noqa: PLC0415

    soundings = Soundings(database_path())
    soundings.use(load_knowledge(knowledge))
    try:
        soundings.log.expire(at)
    except sqlite3.Error as error:
        raise SettingError(f"データベースを使えません（{error}）。") from error
    finally:
        soundings.close()
    click.echo("期間の過ぎた記録を消しました。", err=True)


def _made(
    what: str,
    form: str,
    first: date | None,
    last: date | None,
    by: str | None,
    at: datetime,
    knowledge: Path,
    *,
    published: bool = False,
) -> tuple[Report, Knowledge]:
    """Make a period's report and write down who made it; return it with the town it is of."""
    from concierge.soundings.report import make_report  # noqa: PLC0415

    first, last = _span(first, last, at)
    town = load_knowledge(knowledge)
    with _log(town, at) as run:
        report = run(lambda c: make_report(c, town, first, last, at, published=published))
        run(_accessed(at, by, what, first, last, form))
    return report, town


def _span(first: date | None, last: date | None, at: datetime) -> tuple[date, date]:
    end = last or at.date() - timedelta(days=1)
    start = first or end - timedelta(days=YEAR - 1)
    if start > end:
        raise click.UsageError("はじめの日が、終わりの日より後です。")
    return start, end


Run = Callable[[Callable[[sqlite3.Connection], Any]], Any]


@contextlib.contextmanager
def _log(town: Knowledge, at: datetime, *, group: bool = True) -> Iterator[Run]:
    """Open the log; what is new among the unmet questions is put into its group first."""
    from concierge.soundings.unmet import group_unmet  # noqa: PLC0415

    store = Store(database_path())
    try:
        if group:
            store.run(lambda c: group_unmet(c, at.date(), town.privacy.least))
        yield store.run
    except UNUSABLE as error:
        raise SettingError(f"住民の声のデータベースを使えません（{error}）。") from error
    finally:
        store.close()


def _accessed(
    at: datetime, by: str | None, what: str, first: date, last: date, form: str
) -> Callable[[sqlite3.Connection], Any]:
    """Write down who produced what, when and of which period."""
    row = (
        at.isoformat(timespec="seconds"),
        by or getpass.getuser(),
        what,
        first.isoformat(),
        last.isoformat(),
        form,
    )
    return lambda connection: connection.execute(
        "INSERT INTO sounding_access (at, who, what, first_day, last_day, form) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        row,
    )


def _put(text: str, into: Path | None) -> None:
    if into is None:
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
        return
    into.write_text(text, encoding="utf-8-sig" if into.suffix == ".csv" else "utf-8")
    click.echo(f"{into} に書きました。", err=True)


def _group(group: Any) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "people": group.people,
        "turns": group.turns,
        "unresolved": round(group.unresolved, 4),
        "wrong": group.wrong,
        "topic": group.topic,
        "months": group.months,
        "examples": list(group.examples),
        "nearest": group.nearest[0] if group.nearest else None,
        "first_seen": group.first_seen,
    }
