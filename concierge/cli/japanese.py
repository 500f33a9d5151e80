"""Help and usage errors in Japanese: click's own words, said to a Japanese town hall."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

__all__ = ["JapaneseCommand", "JapaneseGroup"]


class _JapaneseHelp(click.Command):
    """Lays out help under Japanese headings and shows usage errors in Japanese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="使い方: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [
            record
            for parameter in self.get_params(ctx)
            if (record := parameter.get_help_record(ctx)) is not None
        ]
        if records:
            with formatter.section("オプション"):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "この説明を表示します"
        return option


class JapaneseCommand(_JapaneseHelp):
    """A command with Japanese help."""


class JapaneseGroup(_JapaneseHelp, click.Group):
    """A group with Japanese help, whose subcommands are Japanese too."""

    command_class = JapaneseCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List options, then commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands under a Japanese heading."""
        lines = self.command_lines(ctx)
        if lines:
            with formatter.section("コマンド"):
                formatter.write_dl(lines)

    def command_lines(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return name and one-line help of each command."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, item.get_short_help_str(60)) for name, item in found if item is not None]

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run, and say usage errors in Japanese with exit code 2."""
        try:
            result = super().main(args, *rest, **{**extra, "standalone_mode": False})
        except click.UsageError as error:
            if error.ctx is not None:
                click.echo(error.ctx.get_usage(), err=True)
                click.echo(f"「{error.ctx.command_path} --help」で説明を表示します。", err=True)
            click.echo(f"エラー: {_in_japanese(error)}", err=True)
            sys.exit(2)
        except click.exceptions.Abort:
            click.echo("中止しました。", err=True)
            sys.exit(1)
        except click.ClickException as error:
            click.echo(f"エラー: {error.format_message()}", err=True)
            sys.exit(error.exit_code)
        sys.exit(result if isinstance(result, int) else 0)


def _in_japanese(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            near = f"（もしかして {'、'.join(error.possibilities)}）" if error.possibilities else ""
            return f"「{error.option_name}」という指定はありません{near}。"
        case click.MissingParameter():
            name = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
            return f"{name} を指定してください。"
        case click.BadParameter():
            name = error.param.opts[0] if error.param and error.param.opts else "値"
            return f"{name} の値が正しくありません: {error.message}"
    if error.message.startswith("No such command"):
        return f"そのようなコマンドはありません: {error.message.split(chr(39))[1]}"
    if error.message.startswith("Got unexpected extra argument"):
        return f"余分な指定があります: {error.message.split('(')[-1].rstrip('.)')}"
    return error.message
