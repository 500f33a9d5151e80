"""`concierge data`: published files taken in, and a municipality's folder checked."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click
from tqdm import tqdm

from concierge.cli.japanese import JapaneseCommand, JapaneseGroup
from concierge.cli.options import (
    Day,
    at_option,
    json_option,
    knowledge_option,
    print_check,
    print_json,
    print_problems,
)
from concierge.opendata.formats import FORMATS, ImportOptions, ImportReport, import_data
from concierge.problem import KnowledgeError, Problem
from concierge.waste.model import ClosurePolicy

__all__ = ["command"]

SHOWN_EACH = 3
"""How many problems of one kind a person is shown after an import."""


@click.group(cls=JapaneseGroup, help="オープンデータを取り込み、点検します。")
def command() -> None:
    """Gather the commands on published data."""


def _list_formats(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        for found in FORMATS.values():
            click.echo(f"{found.name:<12}{found.description}")
        ctx.exit()


@command.command(
    "import",
    cls=JapaneseCommand,
    help="公開されているファイルを、そのまま自治体のフォルダーへ取り込みます。",
)
@click.argument("form", type=click.Choice(list(FORMATS)), metavar="形式")
@click.argument("source", type=click.Path(path_type=Path), metavar="取り込み元")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="フォルダー",
    help="自治体のフォルダー（なければ作ります）",
)
@click.option(
    "--closures",
    type=click.Choice([str(policy) for policy in ClosurePolicy]),
    default=str(ClosurePolicy.SKIP),
    metavar="skip|shift",
    help="休止日に当たる収集の扱い。skip=行わない（省略時）、shift=その月の残りを1週間遅らせる",
)
@click.option(
    "--valid-to",
    type=Day(),
    metavar="日付",
    help="データの日付が確かな最後の日（省略時は次の3月31日）",
)
@click.option(
    "--valid-from",
    type=Day(),
    metavar="日付",
    help="データの日付が確かな最初の日（省略時は、となりのカレンダーの続き）",
)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_formats,
    help="取り込める形式の一覧を表示します",
)
@json_option
@at_option
def import_command(
    form: str,
    source: Path,
    into: Path,
    closures: str,
    valid_to: date | None,
    valid_from: date | None,
    as_json: bool,
    at: datetime,
) -> int:
    """Take published files in; 1 where some answer was lost or nothing could be used."""
    if valid_from and valid_to and valid_from > valid_to:
        raise click.UsageError("--valid-to は --valid-from と同じか後の日にしてください。")
    options = ImportOptions(
        at=at, closures=closures, valid_to=valid_to, valid_from=valid_from, progress=_progress
    )
    try:
        report = import_data(form, source, into, options)
    except KnowledgeError as error:
        if as_json:
            print_json(FORMATS[form].refused(into, error.problems).as_dict())
        print_problems(error.problems)
        click.echo("取り込みませんでした。何も書き換えていません。", err=True)
        return 1
    if as_json:
        print_json(report.as_dict())
    else:
        _print_report(report)
    return int(report.failed)


def _progress(work: Iterable[Path]) -> Iterable[Path]:
    return tqdm(work, unit="件", disable=not sys.stderr.isatty(), leave=False)


def _print_report(report: ImportReport) -> None:
    click.echo(f"{report.into} に取り込みました（{FORMATS[report.format].description}）。\n")
    for heading, value in report.summary:
        click.echo(f"  {heading}{'　' * (8 - len(heading))}{value}")
    _print_grouped(report.problems)


def _print_grouped(problems: Iterable[Problem]) -> None:
    """Print the first few problems of each kind, the worst first, and how many there are."""
    ranks = {"error": 0, "warning": 1, "info": 2}
    found = sorted(problems, key=lambda problem: (ranks[problem.severity], problem.code))
    count = Counter((problem.severity, problem.code) for problem in found)
    shown: Counter[tuple[str, str]] = Counter()
    if found:
        click.echo(err=True)
    for problem in found:
        kind = (problem.severity, problem.code)
        shown[kind] += 1
        if shown[kind] <= SHOWN_EACH:
            click.echo(str(problem), err=True)
        elif shown[kind] == count[kind]:
            rest = count[kind] - SHOWN_EACH
            click.echo(f"  …同じ種類がほかに{rest}件 [{problem.code}]", err=True)
    if any(total > SHOWN_EACH for total in count.values()):
        click.echo("すべては concierge data check で表示します。", err=True)


@command.command(cls=JapaneseCommand, help="自治体のフォルダーの誤りをすべて表示します。")
@click.argument(
    "folder",
    required=False,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="[フォルダー]",
)
@json_option
@knowledge_option
def check(folder: Path | None, as_json: bool, knowledge: Path) -> int:
    """Print every problem; 1 where there is an error among them."""
    from concierge.knowledge import check as check_knowledge  # noqa: PLC0415 - loads every reader

    return print_check(check_knowledge(folder or knowledge), as_json=as_json)
