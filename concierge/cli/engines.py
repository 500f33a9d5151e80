"""`concierge engines`: what is installed, enabled, and working; making and checking others."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import asdict
from pathlib import Path

import click

from concierge.cli import engines_compare, engines_kit, engines_switch
from concierge.cli.japanese import JapaneseGroup
from concierge.cli.options import json_option, knowledge_option, print_json, running
from concierge.hub.switches import Switch, read_switches
from concierge.knowledge import load_knowledge
from concierge.settings import database_path
from concierge.town import EngineState, open_town

__all__ = ["command"]


@click.group(cls=JapaneseGroup, help="エンジンの一覧を表示し、作り、点検します。")
def command() -> None:
    """Gather the commands on engines."""


@command.command("list", help="インストール済みのエンジンと、その状態を表示します。")
@json_option
@knowledge_option
def list_engines(as_json: bool, knowledge: Path) -> None:
    """Show every installed engine: enabled or not, working or why not."""
    states = running(asyncio.run, _states(knowledge))
    switches = _switches()
    off = {switch.name: switch for switch in switches if switch.kind == "engine"}
    if as_json:
        print_json(
            [
                {**asdict(state), "layers": list(state.layers), "off": state.name in off}
                for state in states
            ]
        )
        return
    for state in states:
        mark = ("○ 使用中" if state.working else "× 動きません") if state.enabled else "－ 未使用"
        if state.name in off:
            mark = "■ 停止中"
        layers = "、".join(state.layers) or "—"
        click.echo(f"{mark}\t{state.name}\t{layers}\t{state.origin}")
        if state.reason:
            click.echo(f"\t\t理由: {state.reason}")
    for switch in switches:
        what = "話題" if switch.kind == "topic" else "エンジン"
        why = f"　理由: {switch.reason}" if switch.reason else ""
        click.echo(f"■ {what}「{switch.name}」は {switch.since} から止まっています。{why}")


def _switches() -> list[Switch]:
    try:
        return read_switches(database_path())
    except sqlite3.Error as error:
        click.echo(f"止めているものの一覧を読めません（{error}）。", err=True)
        return []


async def _states(knowledge: Path) -> tuple[EngineState, ...]:
    town = await open_town(load_knowledge(knowledge))
    try:
        return town.engines
    finally:
        town.close()


command.add_command(engines_switch.off, "off")
command.add_command(engines_switch.on, "on")
command.add_command(engines_compare.compare, "compare")
command.add_command(engines_kit.new, "new")
command.add_command(engines_kit.check, "check")
