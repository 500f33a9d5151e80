"""Options that several commands share, and the one way to print JSON and problems."""

from __future__ import annotations

import contextlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from concierge.clock import now, parse_day, parse_instant
from concierge.message import Location
from concierge.problem import Problem, SettingError
from concierge.settings import knowledge_folder

__all__ = [
    "Day",
    "Point",
    "at_option",
    "json_option",
    "knowledge_option",
    "print_check",
    "print_json",
    "print_json_line",
    "print_problems",
    "running",
]

T = TypeVar("T")


class Day(click.ParamType[date]):
    """An ISO 8601 day."""

    name = "日付"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; fail with the Japanese reason."""
        try:
            return parse_day(str(value))
        except SettingError as error:
            self.fail(str(error), param, ctx)


class Instant(click.ParamType[datetime]):
    """An ISO 8601 moment; Asia/Tokyo where no zone is given."""

    name = "日時"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment; fail with the Japanese reason."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_instant(str(value))
        except SettingError as error:
            self.fail(str(error), param, ctx)


class Point(click.ParamType[Location]):
    """Degrees north and east, with a comma between."""

    name = "緯度,経度"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Location:
        """Return the point; fail with the Japanese reason."""
        if isinstance(value, Location):
            return value
        try:
            latitude, longitude = (float(part) for part in str(value).split(","))
            return Location(latitude, longitude)
        except ValueError:
            self.fail(f"「{value}」は 35.6812,139.7671 のように書いてください。", param, ctx)


knowledge_option = click.option(
    "--knowledge",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=knowledge_folder,
    metavar="フォルダー",
    help="自治体のフォルダー（環境変数 CONCIERGE_KNOWLEDGE、省略時は見本のまち）",
)
at_option = click.option(
    "--at",
    type=Instant(),
    default=now,
    metavar="日時",
    help="この日時に質問されたものとして答えます（例 2026-11-20T09:00、省略時は今）",
)
json_option = click.option("--json", "as_json", is_flag=True, help="結果をJSONだけで表示します")


def running(runner: Callable[[Coroutine[Any, Any, T]], T], work: Coroutine[Any, Any, T]) -> T:
    """Run what asks engines; whatever one of them prints goes to stderr, not among our output."""
    with contextlib.redirect_stdout(sys.stderr):
        return runner(work)


def print_json(value: Any) -> None:
    """Print one JSON value, readable, as UTF-8 whatever the terminal's encoding is."""
    _write(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_json_line(value: Any) -> None:
    """Print one line of JSON Lines."""
    _write(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems on stderr, one a line."""
    for problem in problems:
        click.echo(str(problem), err=True)


def _write(line: str) -> None:
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def print_check(problems: Sequence[Problem], *, as_json: bool, about: str = "") -> int:
    """Print the outcome of a check, `about` before the counts; return its exit code."""
    if as_json:
        print_json([problem.as_dict() for problem in problems])
    else:
        for problem in problems:
            click.echo(str(problem))
        count = Counter(problem.severity for problem in problems)
        told = f"誤り {count['error']}件、注意 {count['warning']}件、お知らせ {count['info']}件"
        click.echo(f"{about}{told}", err=True)
    return int(any(problem.severity == "error" for problem in problems))
