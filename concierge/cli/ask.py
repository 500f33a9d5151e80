"""`concierge ask`: one turn, or a file of them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from concierge.cli.batch import LineError, lines_of, read_object, watched
from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import (
    Point,
    at_option,
    json_option,
    knowledge_option,
    print_json,
    print_json_line,
    running,
)
from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.hub.state import HubState
from concierge.message import Location, Message, Reply, Status
from concierge.problem import SettingError
from concierge.settings import database_path

__all__ = ["command", "print_reply"]

log = logging.getLogger(__name__)


@click.command(
    cls=JapaneseCommand, help="質問に1回答えます。--batch なら1行1質問のファイルに答えます。"
)
@click.argument("text", required=False, metavar="質問")
@click.option("--area", metavar="地区", help="お住まいの地区")
@click.option("--lang", metavar="言語", help="言語（ja、en など。省略時は質問から判断）")
@click.option(
    "--place",
    type=Point(),
    metavar="緯度,経度",
    help="いまいる場所（例 35.6812,139.7671）",
)
@click.option("--explain", is_flag=True, help="どう判断したかを表示します")
@click.option(
    "--batch",
    type=click.File("rb"),
    metavar="ファイル",
    help="JSON Lines（id、text、任意で area、at、lang、place、session）。- で標準入力",
)
@click.option("--record", is_flag=True, help="会話を窓口と同じようにデータベースに残します")
@json_option
@at_option
@knowledge_option
def command(
    text: str | None,
    area: str | None,
    lang: str | None,
    place: Location | None,
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
    with _kept(knowledge, record) as concierge:
        if batch is not None:
            _batch(concierge, batch, at, explain=explain)
            return
        message = Message(text=text or "", at=at, language=lang, area=area, place=place)
        reply = running(asyncio.run, _one(concierge, message))
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
    for aside in reply.asides:
        choices = "　".join(f"［{choice.label}］" for choice in aside.choices)
        click.echo("\n" + "\n".join(part for part in (aside.text, choices) if part))
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


@contextlib.contextmanager
def _kept(knowledge: Path, record: bool) -> Iterator[Concierge]:
    """Make a concierge that keeps its conversations and soundings in the database, or nowhere."""
    if not record:
        yield Concierge(knowledge, state=HubState.in_database(database_path()))
        return
    from concierge.soundings.service import Soundings  # noqa: PLC0415 - loads SQLite tools
    from concierge.storage.memories import MemoriesInDatabase  # noqa: PLC0415

    path = database_path()
    with closing(MemoriesInDatabase(path)) as memories, closing(Soundings(path)) as soundings:
        yield Concierge(knowledge, memories, HubState.in_database(path), soundings)


def _json(reply: Reply, *, explain: bool) -> dict[str, Any]:
    return {**reply.as_dict(), **({} if explain else {"trace": None})}


async def _one(concierge: Concierge, message: Message) -> Reply:
    await concierge.open()
    try:
        return await concierge.answer(message)
    finally:
        concierge.close()


def _batch(concierge: Concierge, file: BinaryIO, at: datetime, *, explain: bool) -> None:
    """Answer line by line; lines are waited for outside the event loop, so that Ctrl-C is heard."""
    with asyncio.Runner() as runner:
        running(runner.run, concierge.open())
        try:
            for line in watched(lines_of(file), "問"):
                answer = running(runner.run, _answer_line(concierge, line, at, explain=explain))
                print_json_line(answer)
        finally:
            concierge.close()


async def _answer_line(
    concierge: Concierge, line: bytes, at: datetime, *, explain: bool
) -> dict[str, Any]:
    """Answer one line; what is wrong with it, or with answering it, costs only its own answer."""
    given: dict[str, Any] = {}
    try:
        given = read_object(line)
        message = _message(given, at)
    except (LineError, SettingError) as error:
        return _unanswered(given, f"読み取れない行です: {error}")
    try:
        reply = await concierge.answer(message)
    except Exception as error:
        log.exception("a line of the batch could not be answered")
        return _unanswered(given, f"答えられませんでした（{type(error).__name__}）。")
    return {"id": given.get("id"), **_json(reply, explain=explain)}


def _unanswered(given: dict[str, Any], error: str) -> dict[str, Any]:
    """Return every key of an answer with nothing in it, and why."""
    nothing = dict.fromkeys(Reply(Status.ABSTAIN, "").as_dict())
    lists: dict[str, list[Any]] = {
        k: [] for k in ("sources", "choices", "cards", "asides", "parts")
    }
    return {"id": given.get("id"), **nothing, "slots": {}, **lists, "error": error}


def _message(given: dict[str, Any], at: datetime) -> Message:
    """Read one line of a batch. Raises `LineError` or `SettingError`."""
    for name in ("text", "area", "at", "lang"):
        if given.get(name) is not None and not isinstance(given[name], str):
            raise LineError(f"{name} は文字列で書いてください。")
    if given.get("text") is None:
        raise LineError("text がありません。")
    session = given.get("session")
    if isinstance(session, bool | float | list | dict):
        raise LineError("session は文字列か整数で書いてください。")
    return Message(
        text=given["text"],
        at=parse_instant(given["at"]) if given.get("at") else at,
        resident=f"session:{session}" if session is not None else None,
        language=given.get("lang") or None,
        area=given.get("area") or None,
        place=_place(given.get("place")),
    )


def _place(given: Any) -> Location | None:
    """Read where somebody is in a batch: [latitude, longitude]. Raises `LineError`."""
    if given is None:
        return None
    numbers = isinstance(given, list) and all(type(each) in (int, float) for each in given)
    if numbers and len(given) == 2:
        with contextlib.suppress(ValueError):
            return Location(*given)
    raise LineError("place は [緯度, 経度] の形で書いてください。")
