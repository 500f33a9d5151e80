"""What `concierge chat --desk` does with a line: a question of the caller's, or a command of staff's."""

from __future__ import annotations

import re
import secrets
import sys
import unicodedata
from collections.abc import Callable
from datetime import datetime

import click

from concierge.clerk import (
    STATUSES,
    aloud,
    area_after,
    area_meant,
    offered,
    place_in_file,
    put_through,
    read_aloud,
    without_source,
)
from concierge.concierge import Concierge
from concierge.language.normalize import normalize
from concierge.message import Message, Reply, Source, Status

__all__ = ["HELP", "Counter"]

HELP = """\
質問をそのまま書いて Enter。候補は番号で選びます。
  :a 町名   地区を決める（次の方に替わるまで使います）
  :a        地区を消す
  :d        いまの答えをくわしく
  :n        次の方へ（地区も会話も、すぐに消えます）
  :h        この説明
  :q        終わる"""
"""What `:h` prints."""

_COMMAND = re.compile(r"\s*[:：]\s*([A-Za-zＡ-Ｚａ-ｚ]*|[?？])[\s　]*(.*?)\s*", re.DOTALL)
_MOST_NAMES = 9


class Counter:
    """A desk in the terminal: callers one after another, each forgotten before the next."""

    def __init__(self, concierge: Concierge, now: Callable[[], datetime]) -> None:
        self._concierge, self._now = concierge, now
        self._caller = _new_caller()
        self._area: str | None = None
        self._details: str | None = None
        self._names: tuple[str, ...] = ()

    @property
    def prompt(self) -> str:
        """The prompt, which shows the area that the next question is asked with."""
        return f"\n[地区: {self._area or 'なし'}] > "

    async def take(self, line: str) -> bool:
        """Do what a line says and print what comes of it; False where it ends the conversation."""
        command = _COMMAND.fullmatch(line)
        names = {str(number): name for number, name in enumerate(self._names, 1)}
        self._names = ()
        if command is None:
            number = unicodedata.normalize("NFKC", line).strip()
            if number in names:
                self._area = names[number]
            elif number:
                await self._ask(line)
            return True
        letter = unicodedata.normalize("NFKC", command[1]).lower()
        match letter:
            case "a":
                await self._take_area(command[2])
            case "d":
                click.echo(self._details or "くわしい説明はありません。")
            case "n":
                await self._next()
            case "h" | "?":
                click.echo(HELP)
            case "q":
                return False
            case _:
                click.echo(f"「:{letter}」という操作はありません。:h で一覧を表示します。")
        return True

    async def close(self) -> None:
        """Forget the last caller."""
        await self._concierge.forget(self._caller)

    async def _ask(self, text: str) -> None:
        areas = self._areas()
        area = area_meant(self._area, text, areas)
        message = Message(text, self._now(), self._caller, "desk", area=area)
        reply = await self._concierge.answer(message)
        self._area = area_after(area, reply, areas)
        self._details = aloud(reply.details) if reply.details else None
        self._print(reply)

    async def _take_area(self, name: str) -> None:
        if not name:
            await self._concierge.forget(self._caller)
            self._area = None
            click.echo("地区を消しました。")
            return
        finder = self._concierge.town.understander.areas
        fitting = list(dict.fromkeys(area.full_name for area in finder.resolve(normalize(name))))
        if name in self._areas() or len(fitting) == 1:
            self._area = name if name in self._areas() else fitting[0]
            return
        near = fitting or [area.full_name for area in finder.suggest(normalize(name))]
        self._names = tuple(dict.fromkeys(near))[:_MOST_NAMES]
        why = "に当たる地区が複数あります。" if fitting else "という地区は見つかりませんでした。"
        how = "番号で選べます。" if self._names else "町名をお確かめください。"
        click.echo(f"「{name}」{why}{how}")
        for number, full_name in enumerate(self._names, 1):
            click.echo(f"  {number}. {full_name}")

    async def _next(self) -> None:
        await self._concierge.forget(self._caller)
        self._caller, self._area, self._details = _new_caller(), None, None
        if sys.stdout.isatty():
            click.echo("\033[3J", nl=False)  # what has scrolled away as well (xterm)
            click.clear()
        click.echo("前の方の内容を消しました。次の方をどうぞ。")

    def _areas(self) -> tuple[str, ...]:
        waste = self._concierge.town.knowledge.waste
        return tuple(area.full_name for area in waste.data.areas) if waste else ()

    def _print(self, reply: Reply) -> None:
        label = f"【{STATUSES[reply.status]}】"
        told = [f"出典: {_source(source)}" for source in dict.fromkeys(reply.sources)]
        urgent = reply.status is Status.EMERGENCY
        click.echo("\n".join([label] if urgent or not told else [label, *told]))
        click.echo(without_source(read_aloud(reply)))
        for card in reply.cards:
            click.echo(f"■ {card.title}")
            for row in card.rows:
                click.echo(f"  {row.label}: {row.value}")
            if card.note:
                click.echo(f"  {card.note}")
        if urgent:
            click.echo("\n".join(told))
        elif reply.status not in (Status.CLARIFY, Status.SUGGEST):
            click.echo(f"つなぎ先: {self._desk(reply)}")
        if reply.details:
            click.echo("続きがあります（:d）")
        if reply.status is not Status.SUGGEST:  # whose text lists them
            for number, choice in offered(reply):
                click.echo(f"  {number}. {choice.label}")

    def _desk(self, reply: Reply) -> str:
        knowledge = self._concierge.town.knowledge
        desk = put_through(reply, knowledge)
        shown = desk or knowledge.municipality.reception
        known = None if desk else "※担当課の登録がありません"
        return " ".join(part for part in (shown.name, shown.phone, shown.hours, known) if part)


def _new_caller() -> str:
    return f"desk:{secrets.token_urlsafe(32)}"


def _source(source: Source) -> str:
    day = source.updated
    when = f"{day.year}年{day.month}月{day.day}日更新" if day else "更新日の登録なし"
    told = [f"{source.title}（{when}）", place_in_file(source), source.url]
    return " ".join(part for part in told if part)
