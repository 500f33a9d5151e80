"""Help and usage errors in Japanese: click's own words, said to a Japanese town hall."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import click

__all__ = ["JapaneseCommand", "JapaneseGroup"]

REASONS = tuple(
    (re.compile(english, re.DOTALL), japanese)
    for english, japanese in {
        r"No such command '(.*?)'\..*": "「{0}」というコマンドはありません。",
        r"Directory '(.*)' does not exist\.": "「{0}」というフォルダーはありません。",
        r"(?:File|Path) '(.*)' does not exist\.": "「{0}」というファイルはありません。",
        r"Directory '(.*)' is a file\.": "「{0}」はフォルダーではなくファイルです。",
        r"(?:File|Path) '(.*)' is a directory\.": "「{0}」はファイルではなくフォルダーです。",
        r"'(.*)': Is a directory": "「{0}」はファイルではなくフォルダーです。",
        r"'(.*)': No such file or directory": "「{0}」というファイルはありません。",
        r"'(.*)': Permission denied": "「{0}」を読む権限がありません。",
        r"(?:Directory|File|Path) '(.*)' is not readable\.": "「{0}」を読む権限がありません。",
        r"(?:Directory|File|Path) '(.*)' is not writable\.": "「{0}」に書き込む権限がありません。",
        r"'(.*)' is not a valid (?:integer|float)(?: range)?\.": "「{0}」は数ではありません。",
        r"(.*) is not in the range (.*?)<=x<=(.*)\.": "「{0}」は使えません。{1}から{2}までの数を書いてください。",
        r"'(.*)' is not '(.*)'\.": "「{0}」は使えません。使えるのは {1} です。",
        r"'(.*)' is not one of (.*)\.": "「{0}」は使えません。使えるのは {1} です。",
        r"Option '(.*)' requires an argument\.": "{0} の後に値を書いてください。",
        r"Option '(.*)' does not take a value\.": "{0} の後に値は書けません。",
        r"Got unexpected extra arguments? \((.*)\)": "余分な指定があります: {0}",
    }.items()
)
"""What click says in English about a value, and how we say it."""

PLACEHOLDERS = {"[OPTIONS]": "[オプション]", "COMMAND [ARGS]...": "コマンド [引数]..."}


class _JapaneseHelp(click.Command):
    """Lays out help under Japanese headings and shows usage errors in Japanese."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the pieces of the usage line, click's own placeholders in Japanese."""
        pieces = super().collect_usage_pieces(ctx)
        return [PLACEHOLDERS.get(piece, piece) for piece in pieces]

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
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(2)
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
            click.echo(f"エラー: {_in_japanese(error)}", err=True)
            sys.exit(error.exit_code)
        sys.exit(result if isinstance(result, int) else 0)


def _in_japanese(error: click.ClickException) -> str:
    """Say what is wrong with a call of the program, in Japanese."""
    match error:
        case click.NoSuchOption():
            near = f"（もしかして {'、'.join(error.possibilities)}）" if error.possibilities else ""
            return f"「{error.option_name}」という指定はありません{near}。"
        case click.MissingParameter():
            return f"{_named(error)} を指定してください。"
        case click.BadParameter():
            return f"{_named(error)} の値が正しくありません: {_reason(error.message)}"
        case click.FileError():
            return f"ファイル「{error.ui_filename}」を開けません。"
    return _reason(error.message)


def _named(error: click.BadParameter) -> str:
    """Name an option as it is typed, an argument as help shows it."""
    param, ctx = error.param, error.ctx
    if isinstance(param, click.Option):
        return param.opts[0]
    return param.make_metavar(ctx).strip("[]") if param is not None and ctx is not None else "値"


def _reason(message: str) -> str:
    """Translate what click says of a value; what we said ourselves is Japanese already."""
    for pattern, japanese in REASONS:
        found = pattern.fullmatch(message)
        if found is not None:
            return japanese.format(*found.groups(default=""))
    return message
