"""`concierge engines new` and `check`: for those who write engines."""

from __future__ import annotations

import contextlib
import getpass
import io
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from concierge.cli.japanese import JapaneseCommand
from concierge.cli.options import json_option, knowledge_option, print_json
from concierge.clock import now
from concierge.knowledge import load_knowledge
from concierge.plugins import Found, find_engines
from concierge.problem import SettingError

__all__ = ["check", "new"]


@click.command(cls=JapaneseCommand, help="新しいエンジンの、独立したパッケージ一式を書き出します。")
@click.argument("name", metavar="名前")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="フォルダー",
    help="どこに作るか（省略時は今いるフォルダー）",
)
@click.option(
    "--license",
    "license_name",
    type=click.Choice(["Apache-2.0", "MIT", "BSD-3-Clause"]),
    default="Apache-2.0",
    show_default=True,
    metavar="ライセンス",
    help="Apache-2.0、MIT、BSD-3-Clause のどれか",
)
@click.option("--author", metavar="名前", help="作者の名前（省略時は使っている人の名前）")
def new(name: str, into: Path, license_name: str, author: str | None) -> None:
    """Write a package with an engine, its tests and a town to try it in."""
    from concierge.scaffold import write_engine_package  # noqa: PLC0415 - only this command

    made = write_engine_package(
        name,
        into,
        license_name=license_name,
        author=author or _user(),
        taken=frozenset(find_engines()),
        day=now().date(),
    )
    for file in made.files:
        click.echo(f"  {made.folder / file}")
    click.echo(
        "\n次に、こうします。\n"
        f"  cd {made.folder}\n"
        "  python -m pip install --editable .\n"
        f"  concierge engines check {name}\n"
        "  concierge serve --knowledge town"
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


@click.command(
    cls=JapaneseCommand, help="インストールしたエンジンが、約束をすべて守るかを点検します。"
)
@click.argument("name", metavar="名前")
@click.option(
    "--question",
    "questions",
    multiple=True,
    metavar="質問",
    help="答えられるはずの質問（何度でも。省略時はエンジンの examples）",
)
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="項目=値",
    help="エンジンの設定（何度でも。省略時は municipality.yaml のとおり）",
)
@click.option(
    "--deadline",
    type=click.FloatRange(0.01, 60),
    metavar="秒",
    help="答えるまでの時間（省略時は municipality.yaml の値か2秒）",
)
@json_option
@knowledge_option
def check(
    name: str,
    questions: tuple[str, ...],
    options: tuple[str, ...],
    deadline: float | None,
    as_json: bool,
    knowledge: Path,
) -> int:
    """Run every check on an installed engine; exit with 1 where one fails."""
    from concierge.testing import Subject, check_engine  # noqa: PLC0415 - only this command
    from concierge.testing.verdict import Finding  # noqa: PLC0415
    from concierge.town import own_options  # noqa: PLC0415

    found = _installed(name)
    settings, own = own_options(name, load_knowledge(knowledge))
    given = _given(options)
    if found.factory is None:
        findings = [Finding("load", passed=False, message=found.reason, milliseconds=0.0)]
    else:
        subject = Subject(
            engine=found.factory,
            questions=questions,
            options={**own, **given},
            knowledge=knowledge,
            deadline=deadline or float(settings["deadline"]),
        )
        with contextlib.redirect_stdout(
            io.StringIO()
        ):  # an engine that prints, prints nothing here
            findings = check_engine(subject)
    conforms = all(finding.passed for finding in findings)
    if as_json:
        print_json(
            {
                "engine": found.name,
                "origin": found.origin,
                "conforms": conforms,
                "checks": [finding.as_dict() for finding in findings],
            }
        )
        return int(not conforms)
    for finding in findings:
        mark = "○" if finding.passed else "×"
        click.echo(f"{mark} {finding.check:<13} {finding.message}".rstrip())
    failed = sum(not finding.passed for finding in findings)
    click.echo(
        f"{found.name}（{found.origin}）は、約束をすべて守っています。"
        if conforms
        else f"{found.name}（{found.origin}）は、{len(findings)}件のうち{failed}件を守っていません。",
        err=True,
    )
    return int(not conforms)


def _installed(name: str) -> Found:
    installed = find_engines()
    if name not in installed:
        names = "、".join(sorted(installed))
        raise click.UsageError(
            f"「{name}」というエンジンはインストールされていません（あるもの: {names}）。"
            f"パッケージのフォルダーで「{sys.executable} -m pip install --editable .」としてください。"
        )
    return installed[name]


def _given(options: tuple[str, ...]) -> Mapping[str, str]:
    pairs = [option.partition("=") for option in options]
    for key, equals, _ in pairs:
        if not key or not equals:
            raise SettingError("--option は「項目=値」の形で書いてください。")
    return {key: value for key, _, value in pairs}
