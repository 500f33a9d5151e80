"""`concierge waste`: the collections of an area, as a table, JSON, CSV or calendar file."""

from __future__ import annotations

import csv
import io
import json
import sys
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click
from tqdm import tqdm

from concierge.cli.japanese import JapaneseCommand, JapaneseGroup
from concierge.cli.options import (
    Day,
    at_option,
    json_option,
    knowledge_option,
    print_json,
    print_json_line,
)
from concierge.clock import parse_day, weekday_name
from concierge.problem import SettingError
from concierge.waste.areas import find_areas
from concierge.waste.calendar import Calendar, Collection
from concierge.waste.folder import read_waste
from concierge.waste.ics import render_ics
from concierge.waste.model import Area
from concierge.waste.years import Calendars, beside_each_other

__all__ = ["command"]

LONGEST_LINE = 1_000_000
LONGEST_SPAN = 3700
"""Days that `waste calendar` prints at once: ten years."""


class Found(NamedTuple):
    """An area and the calendar it stands in."""

    calendar: Calendar
    area: Area


@click.group(cls=JapaneseGroup, help="ごみの収集日を調べます。")
def command() -> None:
    """Gather the commands on collections."""


@command.command(
    "next",
    cls=JapaneseCommand,
    help="地区の、分別ごとの次の収集日を表示します。--batch なら1行1件のファイルに答えます。",
)
@click.argument("area", required=False, metavar="地区")
@click.option("--on", type=Day(), metavar="日付", help="この日以降の収集日（省略時はきょう）")
@click.option(
    "--batch",
    type=click.File("rb"),
    metavar="ファイル",
    help="JSON Lines（area、on）。- で標準入力",
)
@json_option
@at_option
@knowledge_option
def next_command(
    area: str | None,
    on: date | None,
    batch: Any,
    as_json: bool,
    at: datetime,
    knowledge: Path,
) -> None:
    """Answer for one area, or for each line of a file."""
    if (area is None) == (batch is None):
        raise click.UsageError("地区か --batch のどちらか一方を指定してください。")
    calendars = _calendars(knowledge)
    today = on or at.date()
    if batch is not None:
        lines = iter(lambda: batch.readline(LONGEST_LINE), b"")
        for line in tqdm(lines, unit="件", disable=not sys.stderr.isatty(), leave=False):
            print_json_line(_answer_line(calendars, line, today))
        return
    answer = _answer(calendars, area or "", today)
    if as_json:
        print_json(answer)
    else:
        _print_answer(answer)


def _calendars(knowledge: Path) -> list[Calendars]:
    groups = beside_each_other(read_waste(knowledge).datasets)
    calendars = [Calendars(group) for group in groups]
    if not calendars:
        click.echo(
            "ごみの収集日のデータがありません。"
            f"「concierge data import 5374 取り込み元 --into {knowledge}」で取り込んでください。",
            err=True,
        )
    return calendars


def _find(calendars: Sequence[Calendars], name: str, on: date) -> list[Found]:
    seen = [each.on(on) for each in calendars]
    return [Found(calendar, area) for calendar in seen for area in find_areas(calendar.data, name)]


def _answer(calendars: Sequence[Calendars], name: str, on: date) -> dict[str, Any]:
    """Return the JSON of one answer; an unknown or ambiguous area has no collections."""
    found = _find(calendars, name, on)
    if len(found) != 1:
        candidates = [area.full_name for _, area in found]
        return {
            "area": name,
            "on": on.isoformat(),
            "collections": [],
            "candidates": candidates,
        }
    calendar, area = found[0]
    return {
        "area": area.name,
        "on": on.isoformat(),
        "collections": [_as_json(one) for one in calendar.next_collections(area, on)],
        "candidates": [],
    }


def _as_json(found: Collection) -> dict[str, str | None]:
    return {
        "category": found.category.label,
        "date": found.date.isoformat() if found.date else None,
        "note": found.note,
    }


def _answer_line(calendars: Sequence[Calendars], line: bytes, today: date) -> dict[str, Any]:
    """Answer one line of a batch; a line that cannot be read is answered with `error`."""
    given: dict[str, Any] = {}
    try:
        loaded = json.loads(line.decode("utf-8-sig"))
        if not isinstance(loaded, dict):
            raise SettingError("1行に1つのオブジェクト（{ … }）を書いてください。")
        given = loaded
        if not isinstance(given.get("area"), str):
            raise SettingError("area（地区の名前）を文字列で書いてください。")
        if given.get("on") is not None and not isinstance(given["on"], str):
            raise SettingError("on（日付）を 2026-11-20 のような文字列で書いてください。")
        on = parse_day(given["on"]) if given.get("on") is not None else today
    except (ValueError, RecursionError, SettingError) as error:
        reason = str(error) if isinstance(error, SettingError) else "JSONとして読めません。"
        area, day = given.get("area"), given.get("on")
        return {"area": area, "on": day, "collections": [], "candidates": [], "error": reason}
    return _answer(calendars, given["area"], on)


def _print_answer(answer: dict[str, Any]) -> None:
    if not answer["collections"]:
        _print_not_one(answer["area"], answer["candidates"])
        return
    click.echo(f"{answer['area']}（{answer['on']} 以降の収集日）")
    width = max(_width(found["category"]) for found in answer["collections"])
    for found in answer["collections"]:
        day = found["date"]
        shown = f"{day}（{weekday_name(date.fromisoformat(day))}）" if day else "不明" + " " * 10
        note = (found["note"] or "").replace("\n", " ")
        label = found["category"] + " " * (width - _width(found["category"]))
        click.echo(f"  {label}  {shown}  {note}".rstrip())


def _print_not_one(name: str, candidates: Sequence[str]) -> None:
    if not candidates:
        click.echo(f"「{name}」という地区は、収集日のデータにありません。")
        return
    click.echo(f"「{name}」に当たる地区が{len(candidates)}つあります。どれか指定してください。")
    for candidate in candidates:
        click.echo(f"  {candidate}")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "FWA" else 1 for character in text)


@command.command(
    "calendar",
    cls=JapaneseCommand,
    help="地区の、期間中のすべての収集日を表示します。",
)
@click.argument("area", metavar="地区")
@click.option("--from", "first", type=Day(), required=True, metavar="日付", help="はじめの日")
@click.option("--to", "last", type=Day(), required=True, metavar="日付", help="終わりの日")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "ics"]),
    default="json",
    metavar="json|csv|ics",
    help="json（省略時）、csv、ics（カレンダーに取り込めるファイル。確かな日だけ）",
)
@at_option
@knowledge_option
def calendar_command(
    area: str, first: date, last: date, form: str, at: datetime, knowledge: Path
) -> None:
    """Print every collection from the first to the last day, both included."""
    if last < first:
        raise click.UsageError("--to は --from と同じか後の日にしてください。")
    if (last - first).days > LONGEST_SPAN:
        raise click.UsageError("期間は10年までにしてください。")
    found = _find(_calendars(knowledge), area, first)
    one = found[0] if len(found) == 1 else None
    collections = one.calendar.between(one.area, first, last) if one else []
    if one is None:
        click.echo(
            f"「{area}」に当たる地区が{'複数あります' if found else 'ありません'}。", err=True
        )
    if form == "csv":
        _write(_as_csv(collections))
    elif form == "ics" and one is not None:
        doubtful = sum(found.doubt is not None for found in collections)
        if doubtful:
            click.echo(f"確かではない{doubtful}件は入れませんでした。", err=True)
        _write(render_ics(one.calendar.data, one.area, collections, at))
    elif form == "json":
        uncertain = one.calendar.doubts_on(one.area, last) if one else []
        print_json(
            {
                "area": one.area.name if one else area,
                "from": first.isoformat(),
                "to": last.isoformat(),
                "collections": [_as_json(found) for found in collections],
                "uncertain": [
                    {"category": found.category.label, "note": found.note} for found in uncertain
                ],
                "candidates": [area.full_name for _, area in found] if one is None else [],
            }
        )


def _as_csv(collections: Sequence[Collection]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["date", "weekday", "category", "note"])
    for found in collections:
        if found.date is not None:
            day = found.date
            row = [day.isoformat(), weekday_name(day), found.category.label, found.note or ""]
            writer.writerow(row)
    return text.getvalue().encode("utf-8", "replace")


def _write(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
