"""`concierge engines compare`: shadow engines beside those that answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import at_option, json_option, knowledge_option, print_json, running
from concierge.comparing import Compared, compare_golden, compare_judged, compare_served
from concierge.hub.shadow import ShadowLog
from concierge.hub.state import HubState
from concierge.knowledge import load_knowledge
from concierge.settings import database_path
from concierge.town import open_town

__all__ = ["compare"]


@click.command(
    cls=JapaneseCommand, help="試している（shadow の）エンジンを、使っているエンジンと比べます。"
)
@json_option
@at_option
@knowledge_option
def compare(as_json: bool, at: datetime, knowledge: Path) -> None:
    """Compare over the FAQ's golden questions, over what residents asked while serving, and by their feedback."""
    golden, judged = running(asyncio.run, _asked(knowledge, at))
    served = compare_served(ShadowLog(database_path()).rows())
    found = [_together(name, golden, served, judged) for name in sorted({*golden, *served})]
    if as_json:
        print_json([each.as_dict() for each in found])
        return
    for each in found:
        click.echo(_told(each))
    if not found:
        click.echo(
            "比べるものがありません。municipality.yaml の engines で、試したいエンジンに"
            " shadow: yes と書いてください。",
            err=True,
        )


async def _asked(knowledge: Path, at: datetime) -> tuple[dict[str, Compared], dict[str, Compared]]:
    state = HubState.in_database(database_path())
    town = await open_town(load_knowledge(knowledge), state)
    try:
        judged = await compare_judged(town, database_path(), at)
        return await compare_golden(town, at), judged
    finally:
        town.close()
        state.close()


def _together(
    name: str,
    golden: dict[str, Compared],
    served: dict[str, Compared],
    judged: dict[str, Compared],
) -> Compared:
    one, other, third = (each.get(name, Compared(name)) for each in (golden, served, judged))
    return replace(
        other,
        golden=one.golden,
        right=one.right,
        wrong=one.wrong,
        hub_right=one.hub_right,
        wins=one.wins,
        losses=one.losses,
        judged=third.judged,
        feedback_wins=third.feedback_wins,
        feedback_losses=third.feedback_losses,
    )


def _told(each: Compared) -> str:
    lines = [f"■ {each.shadow}"]
    if each.golden:
        lines.append(
            f"  確認用の質問 {each.golden}問: 正しく答えた {each.right}（いまの答え {each.hub_right}）、"
            f"まちがえた {each.wrong}、勝ち {each.wins}、負け {each.losses}"
        )
    if each.served:
        agreement = "—" if each.agreement is None else f"{each.agreement:.1%}"
        lines.append(
            f"  住民の質問 {each.served}問: 一致 {agreement}（同じ {each.same}、ちがう {each.different}）、"
            f"こちらだけ答えた {each.only_shadow}、答えなかった {each.only_hub}、"
            f"どちらも答えず {each.neither}、失敗 {each.failed}、"
            f"中央値 {each.median_milliseconds:g} ミリ秒"
        )
    if each.judged:
        lines.append(
            f"  住民の評価がある答え {each.judged}件: 役に立たなかった答えを出さない {each.feedback_wins}、"
            f"役に立った答えを出さない {each.feedback_losses}"
        )
    return "\n".join(lines)
