"""`concierge ask`: one turn, or a file of them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click
from tqdm import tqdm

from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import (
    at_option,
    json_option,
    knowledge_option,
    print_json,
    print_json_line,
)
from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.message import Message, Reply, Status
from concierge.problem import SettingError
from concierge.storage.memories import Memories, MemoriesInDatabase, MemoriesInProcess

__all__ = ["command", "print_reply"]

LONGEST_LINE = 1_000_000


@click.command(
    cls=JapaneseCommand, help="質問に1回答えます。--batch なら1行1質問のファイルに答えます。"
)
@click.argument("text", required=False, metavar="質問")
@click.option("--area", metavar="地区", help="お住まいの地区")
@click.option("--lang", metavar="言語", help="言語（ja、en など。省略時は質問から判断）")
@click.option("--explain", is_flag=True, help="どう判断したかを表示します")
@click.option(
    "--batch",
    type=click.File("rb"),
    metavar="ファイル",
    help="JSON Lines（id、text、任意で area、at、lang、session）。- で標準入力",
)
@click.option("--record", is_flag=True, help="会話を窓口と同じようにデータベースに残します")
@json_option
@at_option
@knowledge_option
def command(
    text: str | None,
    area: str | None,
    lang: str | None,
    explain: bool,
    batch: Any,
    record: bool,
    as_json: bool,
    at: datetime,
    knowledge: Path,
) -> None:
    """Answer one question, or each line of a file."""
    if (text is None) == (batch is None):
        raise click.UsageError("質問か --batch のどちらか一方を指定してください。")
    with _memories(record) as memories:
        if batch is not None:
            asyncio.run(_batch(knowledge, memories, batch, at, explain=explain))
            return
        message = Message(text=text or "", at=at, language=lang, area=area)
        reply = asyncio.run(_one(knowledge, memories, message))
    if as_json:
        print_json(_json(reply, explain=explain))
    else:
        print_reply(reply, explain=explain)


def print_reply(reply: Reply, *, explain: bool = False) -> None:
    """Print a reply as a person reads it: text, cards, numbered choices."""
    click.echo(reply.text)
    for card in reply.cards:
        click.echo(f"\n■ {card.title}")
        for row in card.rows:
            click.echo(f"  {row.label}: {row.value}")
    if reply.choices and reply.status is not Status.SUGGEST:
        click.echo()
        for number, choice in enumerate(reply.choices, 1):
            click.echo(f"  {number}. {choice.label}")
    if explain:
        click.echo(
            f"\n判断: {reply.status}（{reply.engine or 'なし'}、確からしさ {reply.confidence:.2f}）"
        )
        for step in reply.trace or ():
            who = step["engine"] or "hub"
            best = ", ".join(
                f"{p['intent'] or p['answer_id']} {p['probability']:.2f}" for p in step["proposals"]
            )
            click.echo(
                f"  {step['layer']:<12} {who:<12} {step['outcome']:<10} "
                f"{step['milliseconds']:>7.2f} ms  {best} {step['reason']}".rstrip()
            )


def _memories(record: bool) -> AbstractContextManager[Memories]:
    if not record:
        return nullcontext(MemoriesInProcess())
    from concierge.storage.database import database_path  # noqa: PLC0415 - loads SQLite tools

    return closing(MemoriesInDatabase(database_path()))


def _json(reply: Reply, *, explain: bool) -> dict[str, Any]:
    return {**reply.as_dict(), **({} if explain else {"trace": None})}


async def _one(knowledge: Path, memories: Memories, message: Message) -> Reply:
    concierge = Concierge(knowledge, memories)
    await concierge.open()
    try:
        return await concierge.answer(message)
    finally:
        concierge.close()


async def _batch(
    knowledge: Path, memories: Memories, file: TextIO, at: datetime, *, explain: bool
) -> None:
    concierge = Concierge(knowledge, memories)
    await concierge.open()
    try:
        for line in tqdm(_lines(file), unit="問", disable=not sys.stderr.isatty()):
            print_json_line(await _answer_line(concierge, line, at, explain=explain))
    finally:
        concierge.close()


def _lines(file: Any) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        yield line


async def _answer_line(
    concierge: Concierge, line: bytes, at: datetime, *, explain: bool
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    try:
        loaded = json.loads(line.decode("utf-8-sig"))
        if not isinstance(loaded, dict):
            raise ValueError("1行に1つのオブジェクト（{ … }）を書いてください")
        given = loaded
        message = _message(given, at)
    except (ValueError, SettingError) as error:
        nothing = dict.fromkeys(Reply(Status.ABSTAIN, "").as_dict())
        lists: dict[str, list[Any]] = {k: [] for k in ("sources", "choices", "cards", "parts")}
        return {"id": given.get("id"), **nothing, **lists, "error": f"読み取れない行です: {error}"}
    reply = await concierge.answer(message)
    return {"id": given.get("id"), **_json(reply, explain=explain)}


def _message(given: dict[str, Any], at: datetime) -> Message:
    """Read one line of a batch. Raises `ValueError` or `SettingError`."""
    for name in ("text", "area", "at", "lang", "session"):
        if given.get(name) is not None and not isinstance(given[name], str):
            if name == "session":
                given = {**given, name: str(given[name])}
                continue
            raise ValueError(f"{name} は文字列で書いてください")
    if given.get("text") is None:
        raise ValueError("text がありません")
    session = given.get("session")
    return Message(
        text=given["text"],
        at=parse_instant(given["at"]) if given.get("at") else at,
        resident=f"session:{session}" if session is not None else None,
        language=given.get("lang") or None,
        area=given.get("area") or None,
    )
