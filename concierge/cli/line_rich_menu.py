"""`concierge line rich-menu`: draw the menu below the talk, keep the present one, install it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from concierge.channels.line.settings import LineSettings
from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import at_option, knowledge_option, print_problems
from concierge.problem import SettingError

__all__ = ["rich_menu"]

KEPT = Path("var/rich-menu")


@click.command(
    "rich-menu",
    cls=JapaneseCommand,
    help="トーク画面の下のメニューを描き、今のものを控えてから、入れ替えます。",
)
@click.argument(
    "file",
    required=False,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="[ファイル]",
)
@click.option("--dry-run", is_flag=True, help="絵を描くだけで、LINEには何もしません")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=KEPT,
    show_default=True,
    metavar="フォルダー",
    help="絵と、今のメニューの控えを置くフォルダー",
)
@click.option(
    "--font",
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="日本語のフォント（省略時は付属のもの、なければシステムのもの）",
)
@click.option(
    "--restore",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="フォルダー",
    help="控えたメニューに戻します",
)
@click.option("--yes", is_flag=True, help="確認せずに入れ替えます")
@at_option
@knowledge_option
def rich_menu(
    file: Path | None,
    dry_run: bool,
    into: Path,
    font: Path | None,
    restore: Path | None,
    yes: bool,
    at: datetime,
    knowledge: Path,
) -> int:
    """Draw and install the menu, or put a kept one back; 1 where the file has a mistake."""
    if restore is not None:
        return asyncio.run(_restore(restore, into, at, yes=yes))
    drawn = _drawn(file or knowledge / "line" / "rich-menu.yaml", font)
    if drawn is None:
        return 1
    objects, images = drawn
    into.mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(images, 1):
        path = into / f"rich-menu-{number}.png"
        path.write_bytes(image)
        click.echo(f"{path}（{len(image) // 1000} KB）")
    if dry_run:
        return 0
    return asyncio.run(_install(objects, images, into, at, yes=yes))


def _drawn(path: Path, font: Path | None) -> tuple[list[dict[str, Any]], list[bytes]] | None:
    """Return the menu's objects and pictures, None where its file has a mistake."""
    from concierge.channels.line.rich_menu import draw, objects, read_menu  # noqa: PLC0415
    from concierge.channels.line.rich_menu_limits import menu_problems  # noqa: PLC0415

    if not path.is_file():
        raise click.UsageError(
            f"「{path}」がありません。メニューを書いたファイルを指定してください。"
        )
    menu, problems = read_menu(path, path.name)
    print_problems(problems)
    if menu is None:
        return None
    made = objects(menu)
    for content in made:
        for each in menu_problems(content):
            raise SettingError(
                f"LINEが受け付けないメニューです（{each.property}: {each.message}）。"
            )
    return made, draw(menu, font)


async def _install(
    objects: Sequence[dict[str, Any]],
    images: Sequence[bytes],
    into: Path,
    at: datetime,
    *,
    yes: bool,
) -> int:
    from concierge.channels.line.management import Management  # noqa: PLC0415 - loads LINE's SDK
    from concierge.channels.line.rich_menu import install  # noqa: PLC0415

    async with Management(_settings()) as line:
        if not await _kept(line, into, at, yes=yes):
            return 1
        made = await install(line, objects, images)
    click.echo(f"メニューを入れ替えました（{len(made)}枚）。")
    return 0


async def _restore(place: Path, into: Path, at: datetime, *, yes: bool) -> int:
    from concierge.channels.line.management import Management  # noqa: PLC0415 - loads LINE's SDK
    from concierge.channels.line.rich_menu import restore  # noqa: PLC0415

    async with Management(_settings()) as line:
        if not await _kept(line, into, at, yes=yes):
            return 1
        made = await restore(line, place)
    click.echo(f"控えたメニューに戻しました（{len(made)}枚）。")
    return 0


async def _kept(line: Any, into: Path, at: datetime, *, yes: bool) -> bool:
    """Keep what is there, and ask whether to go on."""
    from concierge.channels.line.rich_menu import present, save  # noqa: PLC0415

    menus = await present(line)
    place = await asyncio.to_thread(save, menus, into, at)
    if place is None:
        click.echo("今は、メニューがありません。")
    else:
        names = "、".join(menu["content"]["name"] for menu in menus)
        click.echo(f"今のメニュー（{names}）を {place} に控えました。")
        click.echo(f"戻すときは: concierge line rich-menu --restore {place}")
    if yes or await asyncio.to_thread(click.confirm, "メニューを入れ替えますか"):
        return True
    click.echo("入れ替えませんでした。")
    return False


def _settings() -> LineSettings:
    settings = LineSettings.from_environment()
    if missing := settings.missing():
        raise SettingError(" ".join(missing))
    return settings
