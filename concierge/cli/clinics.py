"""`concierge clinics`: who is on duty on a date, as a table or JSON."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click

from concierge.cli.japanese import JapaneseCommand, JapaneseGroup
from concierge.cli.options import Day, json_option, knowledge_option, print_json
from concierge.clinics.ages import fits
from concierge.clinics.duties import DayOfDuty, Duties
from concierge.clinics.folder import read_clinics
from concierge.clinics.model import Duty, clock
from concierge.clock import TOKYO, parse_instant, with_weekday
from concierge.problem import SettingError

__all__ = ["command"]

OLDEST = 130
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


class Moment(click.ParamType[Any]):
    """A time of the day (HH:MM), or a date and time."""

    name = "時刻"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a `time` or a `datetime`; fail with the Japanese reason."""
        if isinstance(value, time | datetime):
            return value
        try:
            if match := CLOCK.fullmatch(str(value).strip()):
                return time(int(match[1]), int(match[2]))
            return parse_instant(str(value))
        except (ValueError, SettingError):
            self.fail(f"時刻「{value}」は 19:30 か 2026-11-22T19:30 のように書いてください。")


@click.group(cls=JapaneseGroup, help="その日の当番医を調べます。")
def command() -> None:
    """Gather the commands on clinics on duty."""


@command.command(
    "on", cls=JapaneseCommand, help="その日の当番医（休日当番医、急患診療所など）を表示します。"
)
@click.argument("day", type=Day(), metavar="日付")
@click.option("--department", metavar="診療科", help="この診療科だけ（内科、小児科、歯科 など）")
@click.option(
    "--age", type=click.IntRange(0, OLDEST), metavar="年齢", help="この年齢の人を診られるところだけ"
)
@click.option(
    "--at",
    "moment",
    type=Moment(),
    metavar="時刻",
    help="この時刻に開いているところだけ（19:30 か 2026-11-22T19:30）",
)
@json_option
@knowledge_option
def on_command(
    day: date,
    department: str | None,
    age: int | None,
    moment: time | datetime | None,
    as_json: bool,
    knowledge: Path,
) -> None:
    """Print who is on duty; nothing published for the date is an answer, too."""
    duties = read_clinics(knowledge).duties
    if duties is None:
        click.echo(
            "当番医のデータがありません。"
            f"「concierge data import clinics 取り込み元 --into {knowledge}」で取り込むか、"
            "clinics/ に当番医の表を置いてください。",
            err=True,
        )
        duties = Duties(())
    found = duties.on(day)
    shown = [each for each in _at(duties, found, moment) if fits(each, department, age)]
    if as_json:
        listed = [duty.as_dict() for duty in shown]
        print_json({"on": day.isoformat(), "covered": found.covered, "clinics": listed})
    else:
        _print(found, shown)


def _at(duties: Duties, found: DayOfDuty, given: time | datetime | None) -> tuple[Duty, ...]:
    """Return the duties of a date, or those of them that are open at a moment of it.

    A time is one of that date by the calendar, so before dawn those count who have been on duty
    since the evening before. A moment of another date only sets the clock, as everywhere.
    """
    if given is None:
        return found.duties
    if isinstance(given, datetime):
        if given.date() == found.day:
            return duties.open_at(given)
        later = [duty for duty in found.duties if duty.open_at(given)]
        return tuple(later) if later else found.duties
    return duties.open_at(datetime.combine(found.day, given, TOKYO))


def _print(found: DayOfDuty, shown: list[Duty]) -> None:
    if not found.covered:
        click.echo(f"{found.day.year}年{with_weekday(found.day)}の当番医は、データにありません。")
    elif not shown:
        click.echo(f"{with_weekday(found.day)}に、当てはまる当番医はありません。")
    else:
        click.echo(f"{found.day.year}年{with_weekday(found.day)}の当番医")
    for duty in shown:
        spans = "、".join(f"{clock(s.opens)}〜{clock(s.closes)}" for s in duty.hours)
        clinic = duty.clinic
        parts = ("・".join(clinic.departments), spans, clinic.phone, clinic.address, clinic.sees)
        click.echo(f"  {clinic.name}  " + "  ".join(part for part in (*parts, duty.notes) if part))
    for title in dict.fromkeys(info.title for info in found.missing):
        click.echo(f"  ※「{title}」のこの日の分は、まだ載っていないか、読み取れません。")
