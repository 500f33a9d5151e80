"""`concierge faq`: taken in, checked, searched."""

from __future__ import annotations

import inspect
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from concierge import faq
from concierge.cli import faq_enrich
from concierge.cli.japanese import JapaneseCommand, JapaneseGroup
from concierge.cli.options import (
    at_option,
    json_option,
    knowledge_option,
    print_check,
    print_json,
    print_json_line,
    print_problems,
)
from concierge.faq.folder import load_faq
from concierge.faq.golden import lint_golden, load_golden
from concierge.faq.importing import FaqImport, import_faq
from concierge.faq.lexicon import LEXICON_FILE, read_lexicon
from concierge.faq.lint import lint_faq
from concierge.faq.search import FaqIndex, Hit
from concierge.faq.training import MEANING, STEPS, Training
from concierge.faq.training import train as train_search
from concierge.municipality import read_municipality
from concierge.problem import KnowledgeError, Problem, SettingError

__all__ = ["command"]

SCHEMA = Path(faq.__file__).with_name("faq.schema.json")
SHOWN = 30
"""Problems that a person is shown after an import."""
LONGEST_LINE = 1_000_000
TRAINED = {
    "trained": "FAQ {entries}件の言葉 {words}語を学びました。",
    "current": "FAQ {entries}件は前に学んだときと同じなので、そのまま使います。",
    "few": "FAQが{entries}件と少ないので、共通の語彙で検索します。",
}
Search = Callable[[str, int, date], Sequence[Hit]]


@click.group(cls=JapaneseGroup, help="FAQ（よくある質問）を取り込み、点検し、検索します。")
def command() -> None:
    """Gather the commands on the FAQ."""


@command.command(
    "import",
    cls=JapaneseCommand,
    help="FAQの表（CSV、Excel）を自治体のフォルダーへ取り込みます。"
    "列は id、question、answer、任意で also、category、url など。also は「|」で区切ります。",
)
@click.argument(
    "source", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="表"
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="フォルダー",
    help="自治体のフォルダー（なければ作ります）",
)
@json_option
def import_command(source: Path, into: Path, as_json: bool) -> int:
    """Take a table in; 1 where some row was lost or nothing could be used."""
    try:
        report = import_faq(source, into)
    except KnowledgeError as error:
        if as_json:
            print_json(FaqImport(str(into), "", 0, error.problems).as_dict())
        print_problems(error.problems)
        click.echo("取り込みませんでした。何も書き換えていません。", err=True)
        return 1
    _trained(into, again=False)
    if as_json:
        print_json(report.as_dict())
    else:
        click.echo(f"{report.imported}件を {into / report.file} に取り込みました。")
    _print_some(report.problems)
    return int(report.failed)


def _print_some(problems: Sequence[Problem]) -> None:
    ranks = {"error": 0, "warning": 1, "info": 2}
    found = sorted(problems, key=lambda each: ranks[each.severity])
    print_problems(found[:SHOWN])
    if len(found) > SHOWN:
        click.echo(f"ほか{len(found) - SHOWN}件（--json ですべて表示します）", err=True)


@command.command(cls=JapaneseCommand, help="FAQの誤りと、気を付けたいところをすべて表示します。")
@click.argument(
    "folder",
    required=False,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="[フォルダー]",
)
@json_option
@at_option
@knowledge_option
def check(folder: Path | None, as_json: bool, at: datetime, knowledge: Path) -> int:
    """Print every problem; 1 where there is an error among them."""
    home = folder or knowledge
    loaded = load_faq(home)
    town, _ = read_municipality(home / "municipality.yaml", "municipality.yaml")
    desks = [desk.name for desk in town.departments] if town else []
    golden, broken = load_golden(home, loaded.entries)
    problems = [
        *loaded.problems,
        *lint_faq(loaded.entries, at.date(), desks),
        *broken,
        *read_lexicon(home / LEXICON_FILE)[1],
        *lint_golden(golden, loaded.entries, desks),
    ]
    problems.sort(key=lambda each: (each.file, each.line, each.column))
    about = f"FAQ {len(loaded.entries)}件（{len(loaded.files)}ファイル）: "
    return print_check(problems, as_json=as_json, about=about)


@command.command(
    cls=JapaneseCommand,
    help="FAQの言葉の使われ方を学び、検索に使うデータ（.search）を作ります。"
    "取り込みのときは自動で行います。YAMLやExcelのFAQを大きく書き換えたときに行ってください。",
)
@click.option("--again", is_flag=True, help="FAQが前と同じでも、作り直します")
@json_option
@knowledge_option
def train(again: bool, as_json: bool, knowledge: Path) -> int:
    """Adapt the search to the town's FAQ; 1 where the folder cannot be written to."""
    done = _trained(knowledge, again=again)
    _encoded(knowledge)
    if as_json:
        print_json({"outcome": done.outcome, "entries": done.entries, "words": done.words})
    return int(done.outcome == "unwritable")


def _encoded(folder: Path) -> None:
    """Encode ahead for the town's sentence encoder, where it names one."""
    from concierge.knowledge import load_knowledge  # noqa: PLC0415 - loads every reader
    from concierge.town import own_options  # noqa: PLC0415 - loads the hub

    town, _ = read_municipality(folder / "municipality.yaml", "municipality.yaml")
    if town is None or "embedding" not in (town.engines or {}):
        return
    from engines.embedding import Embedding  # noqa: PLC0415 - only for a town that names it

    knowledge = load_knowledge(folder)
    try:
        with tqdm(unit="文", disable=not sys.stderr.isatty(), leave=False) as bar:
            Embedding().start(knowledge, own_options("embedding", knowledge)[1], bar.update)
    except SettingError as error:
        click.echo(f"エンジン「embedding」の準備ができません: {error}", err=True)
        return
    click.echo("エンジン「embedding」のために、FAQの文をベクトルにしました。", err=True)


def _trained(folder: Path, *, again: bool) -> Training:
    """Train, showing how far it is, and say what came of it on stderr."""
    entries = load_faq(folder).entries
    try:
        with tqdm(total=STEPS, unit="回", disable=not sys.stderr.isatty(), leave=False) as bar:
            done = train_search(entries, folder, again=again, step_done=bar.update)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        click.echo(
            f"検索用のデータを {folder / MEANING} に書き込めません（{reason}）。"
            "学ばないまま、共通の語彙で検索します。",
            err=True,
        )
        return Training("unwritable", len(entries))
    click.echo(TRAINED[done.outcome].format(entries=done.entries, words=done.words), err=True)
    return done


@command.command(
    cls=JapaneseCommand, help="質問に近いFAQを探します。--batch なら1行1質問のファイルで。"
)
@click.argument("text", required=False, metavar="質問")
@click.option(
    "--top", type=click.IntRange(1, 1000), default=5, metavar="件数", help="何件表示するか（5）"
)
@click.option(
    "--engine", "name", default="faq", metavar="エンジン", help="検索に使うエンジン（faq）"
)
@click.option(
    "--batch",
    type=click.File("rb"),
    metavar="ファイル",
    help="JSON Lines（id、text）。- で標準入力",
)
@json_option
@at_option
@knowledge_option
def search(
    text: str | None,
    top: int,
    name: str,
    batch: Any,
    as_json: bool,
    at: datetime,
    knowledge: Path,
) -> None:
    """Print the nearest entries, best first."""
    if (text is None) == (batch is None):
        raise click.UsageError("質問か --batch のどちらか一方を指定してください。")
    find = _searcher(name, knowledge)
    if batch is not None:
        for line in tqdm(_lines(batch), unit="問", disable=not sys.stderr.isatty()):
            print_json_line(_answer_line(line, find, top, at.date()))
        return
    hits = find(text or "", top, at.date())
    if as_json:
        print_json({"id": None, "results": _results(hits)})
        return
    for number, hit in enumerate(hits, 1):
        click.echo(f"{number:>2}. {hit.score:.3f}  {hit.entry.question}  [{hit.entry.id}]")


@command.command(
    cls=JapaneseCommand, help="入力を助けるファイル（faq.schema.json）を書き出します。"
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    metavar="フォルダー",
    help="自治体のフォルダー",
)
def schema(into: Path) -> None:
    """Copy the JSON Schema of FAQ files for an editor."""
    target = into / SCHEMA.name
    shutil.copyfile(SCHEMA, target)
    click.echo(f"{target} に書き出しました。FAQのファイルの1行目に、次のように書いてください。")
    click.echo(f"# yaml-language-server: $schema=../{SCHEMA.name}")


def _searcher(name: str, folder: Path) -> Search:
    """Return how to search with an engine: the built-in index, or an engine that has `search`."""
    if name == "faq":
        return FaqIndex(load_faq(folder).entries, folder).search
    from concierge.knowledge import load_knowledge  # noqa: PLC0415 - loads every reader
    from concierge.plugins import find_engines  # noqa: PLC0415 - loads every engine

    found = find_engines().get(name)
    factory = found.factory if found else None
    if factory is None:
        reason = found.reason if found else "インストールされていません"
        raise click.UsageError(f"エンジン「{name}」は使えません（{reason}）。")
    engine = factory()
    find: Search | None = getattr(engine, "search", None)
    started = engine.start(load_knowledge(folder), {})
    if find is None or inspect.isawaitable(started):
        raise click.UsageError(f"エンジン「{name}」は、FAQの検索には使えません。")
    return find


def _lines(file: Any) -> Any:
    while line := file.readline(LONGEST_LINE):
        yield line


def _answer_line(line: bytes, find: Search, top: int, on: date) -> dict[str, Any]:
    given: Any = None
    try:
        given = json.loads(line.decode("utf-8-sig"))
        text = given["text"] if isinstance(given, dict) else None
        if not isinstance(text, str):
            raise ValueError("text がありません")
    except (ValueError, KeyError) as error:
        which = given.get("id") if isinstance(given, dict) else None
        message = "text がありません" if isinstance(error, KeyError) else str(error)
        return {"id": which, "results": [], "error": f"読み取れない行です: {message}"}
    return {"id": given.get("id"), "results": _results(find(text, top, on))}


def _results(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    return [
        {"id": hit.entry.id, "question": hit.entry.question, "score": hit.score} for hit in hits
    ]


command.add_command(faq_enrich.command, "enrich")
