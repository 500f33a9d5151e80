"""`concierge understand`: what a message means, without an answer."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import at_option, json_option, knowledge_option, print_json, running
from concierge.clock import with_weekday
from concierge.engine import Layer, Question
from concierge.knowledge import load_knowledge
from concierge.town import open_town
from concierge.trace import Trace

__all__ = ["command"]


@click.command(cls=JapaneseCommand, help="質問をどう理解したかを表示します（回答はしません）。")
@click.argument("text", metavar="質問")
@click.option("--lang", metavar="言語", help="言語（省略時は質問から判断）")
@json_option
@at_option
@knowledge_option
def command(text: str, lang: str | None, as_json: bool, at: datetime, knowledge: Path) -> None:
    """Show what was understood."""
    understood = running(asyncio.run, _understood(knowledge, text, at, lang))
    if as_json:
        print_json(understood)
        return
    dates = "、".join(
        f"{each['text']} → {_span(each['from'], each['to'], at)}" for each in understood["dates"]
    )
    shown = {
        "日付": dates,
        "地区": understood["area"] or "、".join(understood["areas"]),
        "品目": understood["item"],
        "ごみの区分": "、".join(understood["categories"]),
        "担当課": understood["department"],
        "用件": understood["intent"],
        "言語": understood["language"],
    }
    for name, value in shown.items():
        click.echo(f"{name}: {value or '—'}")


def _span(first: str, last: str, at: datetime) -> str:
    days = [
        with_weekday(datetime.fromisoformat(day).date(), today=at.date()) for day in (first, last)
    ]
    return days[0] if first == last else "〜".join(days)


async def _understood(knowledge: Path, text: str, at: datetime, lang: str | None) -> dict[str, Any]:
    town = await open_town(load_knowledge(knowledge))
    try:
        understood = town.understander.understand(text, at, lang)
        decision = await town.hub.choose(
            Question(
                text=text,
                layer=Layer.RULES,
                at=at,
                language=understood.language,
                understanding=understood,
            ),
            Trace(),
        )
        intent = decision.candidate.intent if decision.candidate else None
        return {**understood.as_dict(), "intent": intent}
    finally:
        town.close()
