"""Our own table of garbage days: `地区,分別,収集日`, one line for each area and kind.

A collection day is written as people write it: 「毎週月・木」, 「第2・第4水曜」, 「隔週金曜 2026-04-03から」,
or days one by one, 「2026-12-02 2026-12-16」; behind it a season in brackets, 「毎週土（5月〜11月）」. A line
with 「休み」 as its kind gives days off, of one area, or of all where the area is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from concierge.language.normalize import normalize
from concierge.opendata.formats import ImportOptions, ImportReport
from concierge.opendata.garbage_own.handover import Days, hand_over, unusable
from concierge.opendata.table import Row, is_blank, read_table, visible
from concierge.problem import KnowledgeError, Problem

__all__ = ["import_files", "read_days"]

HEADER = ("地区", "分別", "収集日")
OFF = ("休み", "休止", "休み(休止)", "年末年始の休み")
WEEKDAYS = "月火水木金土日"
SEASON = re.compile(r"\((\d{1,2})月?(?:[~から-]+(\d{1,2})月|(?:・\d{1,2}月?)*)(?:のみ|だけ)?\)$")
DAY = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?")
EVERY_WEEK = re.compile(
    r"(?:毎週)?([月火水木金土日](?:曜日?)?(?:[・、,と]?[月火水木金土日](?:曜日?)?)*)"
)
NTH = re.compile(r"(第\d(?:[・、,と]第?\d)*)([月火水木金土日])(?:曜日?)?")
FORTNIGHT = re.compile(
    r"隔週([月火水木金土日])(?:曜日?)?[・、,]?(\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?)から"
)
SHAPES = "「毎週月・木」「第2・第4水曜」「隔週金曜 2026-04-03から」「2026-12-02 2026-12-16」"


def import_files(source: Path, into: Path, options: ImportOptions) -> ImportReport:
    """Take one table in. Raises `KnowledgeError` where it cannot be used."""
    return hand_over(read_days(source), source, into, options, "garbage")


def read_days(source: Path) -> Days:
    """Read a table; a line that cannot be read is reported and left out."""
    table = read_table(source, source.name)
    if table is None or not table.rows:
        raise KnowledgeError([unusable(source, "CSVファイルがないか、空です。")])
    header = [visible(cell) for cell in table.rows[0].cells]
    missing = [name for name in HEADER if name not in header]
    if missing:
        message = f"1行目に「{'」「'.join(missing)}」の列がありません。「地区,分別,収集日」と書いてください。"
        raise KnowledgeError([*table.problems, unusable(source, message)])
    columns = {name: header.index(name) for name in HEADER}
    days = Days(problems=list(table.problems))
    for row in table.rows[1:]:
        _read_row(row, columns, days, source.name)
    return days


def _read_row(row: Row, columns: dict[str, int], days: Days, file: str) -> None:
    cells = {
        name: row.cells[column] if column < len(row.cells) else ""
        for name, column in columns.items()
    }
    area, kind = visible(cells["地区"]), visible(cells["分別"])
    text = normalize(cells["収集日"]).text

    def report(column: str, message: str) -> None:
        place = columns[column] + 1
        days.problems.append(
            Problem(file, row.line, place, "error", "cell-not-understood", message)
        )

    if kind in OFF:
        off = [_day(match) for match in DAY.finditer(text)]
        rest = re.sub(r"[\s~、,から-]|まで", "", DAY.sub("", text))
        if rest or len(off) not in (1, 2) or None in off:
            report(
                "収集日",
                f"休みの「{cells['収集日']}」を読み取れません。2026-12-31〜2027-01-03 のように書いてください。",
            )
            return
        known = [day for day in off if day]
        days.closures.append((area, known[0], known[-1]))
    elif not area or not kind:
        report("地区" if not area else "分別", "地区と分別を書いてください。この行は使いません。")
    elif not is_blank(cells["収集日"]):
        tokens = list(_tokens(text))
        if not tokens or "" in tokens:
            report(
                "収集日", f"「{cells['収集日']}」を読み取れません。{SHAPES}のように書いてください。"
            )
            return
        days.add(area, kind, tokens)


def _tokens(text: str) -> Iterator[str]:
    """Yield the cell in the grammar of 5374; an empty one where something was not understood."""
    season = SEASON.search(text)
    months = _months(season) if season else ""
    if months is None:
        yield ""
        return
    body = (text[: season.start()] if season else text).strip()
    listed = DAY.sub("", body)
    if DAY.search(body) and not re.search(r"[^\s、,・]", listed):
        for match in DAY.finditer(body):
            day = _day(match)
            yield f"{day:%Y%m%d}" if day and not months else ""
        return
    fortnight = FORTNIGHT.fullmatch(body)
    if fortnight:
        since = DAY.search(body)
        day = _day(since) if since else None
        fits = day is not None and WEEKDAYS[day.weekday()] == fortnight[1]
        yield f"隔{fortnight[1]}{day:%Y%m%d}" if fits and not months else ""
        return
    nth = NTH.fullmatch(body)
    if nth:
        numbers = re.findall(r"\d", nth[1])
        good = all(number in "12345" for number in numbers)
        plain = [f"{nth[2]}{number}" for number in numbers] if good else [""]
    else:
        weekly = EVERY_WEEK.fullmatch(body)
        plain = (
            re.findall("[月火水木金土日](?!曜?日?曜)", re.sub("曜日?", "", weekly[1]))
            if weekly
            else [""]
        )
    for place, token in enumerate(plain):
        yield f"{token}{months}" if token and place == len(plain) - 1 else token


def _months(season: re.Match[str]) -> str | None:
    """Write 「（5月〜11月）」 as 5374 does: `:5 6 7 8 9 10 11`."""
    numbers = [int(number) for number in re.findall(r"\d{1,2}", season[0])]
    if season[2]:
        first, last = int(season[1]), int(season[2])
        numbers = [(first - 1 + n) % 12 + 1 for n in range((last - first) % 12 + 1)]
    return ":" + " ".join(map(str, numbers)) if all(1 <= n <= 12 for n in numbers) else None


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None
