"""`concierge engines`: what is installed, enabled, and working; making and checking others."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from concierge.cli import engines_kit
from concierge.cli.japanese import JapaneseGroup
from concierge.cli.options import json_option, knowledge_option, print_json
from concierge.knowledge import load_knowledge
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
    states = asyncio.run(_states(knowledge))
    if as_json:
        print_json([{**asdict(state), "layers": list(state.layers)} for state in states])
        return
    for state in states:
        mark = ("○ 使用中" if state.working else "× 動きません") if state.enabled else "－ 未使用"
        layers = "、".join(state.layers) or "—"
        click.echo(f"{mark}\t{state.name}\t{layers}\t{state.origin}")
        if state.reason:
            click.echo(f"\t\t理由: {state.reason}")


async def _states(knowledge: Path) -> tuple[EngineState, ...]:
    town = await open_town(load_knowledge(knowledge))
    try:
        return town.engines
    finally:
        town.close()


command.add_command(engines_kit.new, "new")
command.add_command(engines_kit.check, "check")
