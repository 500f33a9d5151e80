"""Rosters in text taken from a PDF: columns apart by spaces, 〃, a month written once, wrapped cells.

A record is anchored by its day. What stands on the lines around it (an address in two lines, a name
below its hours) goes to the record that lacks it; where that is not certain, the record is lost.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from concierge.clinics.ages import split_departments
from concierge.clinics.days import is_day_off
from concierge.clinics.hours import DITTO, read_hours
from concierge.clinics.model import Clinic, Hours
from concierge.opendata.clinics.columns import heading_key, is_department
from concierge.opendata.clinics.dates import Around
from concierge.opendata.clinics.notebook import Notebook, aged
from concierge.opendata.clinics.sheets import Cell

__all__ = ["looks_like_columns", "read_text_columns"]

TOKEN = re.compile(r"\S+(?: \S+)*")
PHONE = re.compile(r"0\d{1,4}-\d{1,4}-\d{3,4}|\d{1,4}-\d{4}")
CLOCK = re.compile(r"\d{1,2}[:時]|午[前後]")
MONTH_AND_DAY = re.compile(r"(\d{1,2}) (\d{1,2})")
GLUED = re.compile(
    r"((?:午[前後])?\d{1,2}[:：時]\d{0,2}分?\s?[~～〜-]\s?翌?(?:午[前後])?\d{1,2}[:：時]\d{0,2}分?)\s*([^\d\s(（].*)"
)
NAME_END = re.compile("(?:医院|病院|クリニック|診療所|内科|外科|科|センター|薬局|歯科|医師会)$")


@dataclass(slots=True)
class _Record:
    day: int
    line: int
    column: int
    tokens: list[Cell] = field(default_factory=list)
    """Everything on its own line but day and month."""
    others: list[Cell] = field(default_factory=list)
    """What lines around it were found to add."""
    month: int | None = None

    def has(self, kind: str) -> bool:
        return any(_kind(cell) == kind for cell in (*self.tokens, *self.others))


def looks_like_columns(lines: Sequence[Cell]) -> int | None:
    """Return the index of the heading line of such a roster, None where there is none."""
    for number, line in enumerate(lines):
        names = {heading_key(match[0]) for match in TOKEN.finditer(line.text.replace("　", " "))}
        if {"月", "日"} <= names and any("医療機関" in n or "当番医" in n for n in names):
            return number
    return None


def read_text_columns(lines: Sequence[Cell], around: Around, notebook: Notebook) -> bool:
    """Read a roster whose headings stand in a line; tell whether there was one."""
    head = looks_like_columns(lines)
    if head is None:
        return False
    day_column = re.search("日", lines[head].text.split("月", 1)[1])
    middle = lines[head].text.index("月") + 1 + (day_column.start() if day_column else 4)
    records, printed, loose = _anchored(lines[head + 1 :], middle)
    _attach(records, loose, notebook)
    _months(records, printed)
    hours: tuple[Hours, ...] | None = None
    for record in records:
        hours = _read(record, hours, around, notebook)
    return bool(records)


def _tokens(line: Cell) -> list[Cell]:
    """Take a line apart where two spaces are; also a month from a day, and hours from a name."""
    text = line.text.replace("　", " ")
    found: list[Cell] = []
    for match in re.finditer(r"\S+(?: (?! )\S+)*", text):
        cell = Cell(match[0], line.line, match.start() + 1)
        apart = (not found and MONTH_AND_DAY.fullmatch(cell.text)) or GLUED.fullmatch(cell.text)
        if apart:
            found.append(replace(cell, text=apart[1]))
            cell = Cell(apart[2], line.line, cell.column + apart.start(2))
        found.append(cell)
    return found


def _anchored(
    lines: Sequence[Cell], middle: int
) -> tuple[list[_Record], list[tuple[int, int]], list[list[Cell]]]:
    """Return the records by their days, the months printed as (line, month), and the other lines."""
    records: list[_Record] = []
    months: list[tuple[int, int]] = []
    loose: list[list[Cell]] = []
    for line in lines:
        tokens = _tokens(line)
        if tokens and tokens[0].text.isdecimal() and tokens[0].column <= middle - 1:
            months.append((line.line, int(tokens.pop(0).text)))
        if tokens and tokens[0].text.isdecimal() and abs(tokens[0].column - 1 - middle) <= 3:
            day = tokens.pop(0)
            records.append(_Record(int(day.text), line.line, day.column, tokens))
        elif tokens:
            loose.append(tokens)
    return records, months, loose


def _kind(cell: Cell) -> str:
    plain = unicodedata.normalize("NFKC", cell.text)
    if PHONE.fullmatch(plain):
        return "phone"
    if DITTO.fullmatch(plain) or CLOCK.search(plain):
        return "hours"
    if is_department(plain) and not re.search(r"[\d-]", plain):
        return "words"
    return "address" if re.search(r"\d", cell.text) else "words"


def _attach(records: list[_Record], loose: list[list[Cell]], notebook: Notebook) -> None:
    """Give every line without a day to the record before or behind it."""
    for tokens in loose:
        line = tokens[0].line
        before = next((r for r in reversed(records) if r.line < line), None)
        behind = next((r for r in records if r.line > line), None)
        kinds = {_kind(cell) for cell in tokens}
        owner = _owner(before, behind, kinds)
        if owner is None:
            if behind is None and not kinds & {"phone", "hours"}:
                continue
            message = f"「{tokens[0].text[:40]}」の行がどの日のものか分かりません。前後の日の当番は案内しません。"
            notebook.report(tokens[0], "lines-not-understood", message)
            for record in (before, behind):
                if record is not None:
                    record.others.append(replace(tokens[0], text=""))
            continue
        owner.others += tokens


def _owner(before: _Record | None, behind: _Record | None, kinds: set[str]) -> _Record | None:
    if kinds == {"hours"}:
        lacking = [r for r in (behind,) if r is not None]
        return lacking[0] if lacking else before
    wanted = "phone" if "phone" in kinds else "address" if "address" in kinds else "words"
    if "phone" in kinds:
        return before if before is not None and not before.has("phone") else behind
    lacks = [
        record
        for record in (before, behind)
        if record is not None and not any(_kind(cell) == "address" for cell in record.tokens)
    ]
    if not lacks:
        return None
    if wanted == "words":
        return before if before in lacks and before is not None and before.others else lacks[0]
    return next((r for r in lacks if not any(_kind(c) == "address" for c in r.others)), lacks[0])


def _months(records: list[_Record], printed: list[tuple[int, int]]) -> None:
    """Give each run of rising days the month that is printed in it, else the one after the last."""
    blocks: list[list[_Record]] = []
    for record in records:
        if blocks and record.day > blocks[-1][-1].day:
            blocks[-1].append(record)
        else:
            blocks.append([record])
    known: list[int | None] = []
    for number, block in enumerate(blocks):
        first = blocks[number - 1][-1].line if number else 0
        last = blocks[number + 1][0].line if number + 1 < len(blocks) else 10**9
        inside = {month for line, month in printed if first < line < last}
        exact = {m for line, m in printed if block[0].line <= line <= block[-1].line}
        found = exact or inside
        known.append(next(iter(found)) if len(found) == 1 else None)
    for number, month in enumerate(known):
        if month is None and number and known[number - 1] is not None:
            known[number] = (known[number - 1] or 0) % 12 + 1
    for number in range(len(known) - 2, -1, -1):
        later = known[number + 1]
        if known[number] is None and later is not None:
            known[number] = (later - 2) % 12 + 1
    follow = all(
        a is not None and b is not None and b == a % 12 + 1 for a, b in itertools.pairwise(known)
    )
    for block, month in zip(blocks, known, strict=True):
        for record in block:
            record.month = month if follow else None


def _read(
    record: _Record, above: tuple[Hours, ...] | None, around: Around, notebook: Notebook
) -> tuple[Hours, ...] | None:
    """Put one record together; return the hours that 〃 below means."""
    cells = [*record.tokens, *record.others]
    place = Cell(f"{record.month}月{record.day}日", record.line, record.column)
    day = _day(record, place, around, notebook)
    hours = _hours(cells, above, place, day, notebook)
    words = [cell for cell in cells if _kind(cell) == "words" and cell.text]
    phones = [cell for cell in cells if _kind(cell) == "phone"]
    addresses = sorted(
        (cell for cell in cells if _kind(cell) == "address"), key=lambda cell: cell.line
    )
    unclear = any(not cell.text for cell in cells)
    named = _name_and_departments(words, record.line)
    if named is None or len(phones) != 1 or unclear:
        message = (
            f"{place.text}の行を、医療機関名・診療科・所在地・電話番号に分けられません。"
            "この日の当番は案内しません。"
        )
        notebook.report(place, "lines-not-understood", message)
        notebook.lose(day)
        return hours
    name, departments, rest = named
    number, note = notebook.phone(phones[0])
    parts = sorted([*addresses, *rest], key=lambda cell: cell.line)
    address = " ".join(cell.text for cell in parts) or None
    if day is not None and hours is not None:
        clinic = Clinic(name, departments, number, address, note=note)
        notebook.add(day, aged(clinic), hours or None, record.line)
    return hours


def _day(record: _Record, place: Cell, around: Around, notebook: Notebook) -> date | None:
    if record.month is None:
        message = "何月のことか読み取れません。この行は案内しません。月を各行に書いてください。"
        notebook.report(place, "bad-date", message)
        return None
    years = around.years(record.month, record.day)
    if len(years) != 1:
        message = f"「{place.text}」が何年のことか分かりません。source.yaml に updated（更新日）を書いてください。"
        notebook.report(place, "bad-date", message)
        return None
    try:
        day = date(years[0], record.month, record.day)
    except ValueError:
        notebook.report(
            place, "bad-date", f"「{place.text}」という日はありません。確かめてください。"
        )
        return None
    if not is_day_off(day) and day.weekday() != 5:
        message = (
            f"「{place.text}」は平日です。月が読み取りにくい表のため、この日の当番は案内しません。"
            "合っていれば、clinics/ に日付を書いた表を作ってください。"
        )
        notebook.report(place, "weekday-mismatch", message)
        notebook.lose(day)
        return None
    return day


def _hours(
    cells: Iterable[Cell],
    above: tuple[Hours, ...] | None,
    place: Cell,
    day: date | None,
    notebook: Notebook,
) -> tuple[Hours, ...] | None:
    said = sorted((c for c in cells if _kind(c) == "hours"), key=lambda cell: cell.line)
    if not said:
        return ()
    if all(DITTO.fullmatch(cell.text) for cell in said):
        if above is None:
            notebook.bad_hours(replace(said[0]), day)
        return above
    read = read_hours("".join(cell.text for cell in said))
    if read is None or not read.spans:
        notebook.bad_hours(replace(said[0], text=" ".join(c.text for c in said)), day)
        return None
    return read.spans


def _name_and_departments(
    words: list[Cell], line: int
) -> tuple[str, tuple[str, ...], list[Cell]] | None:
    """Return the name, the departments and what else there is (a building's name)."""
    ordered = sorted(words, key=lambda cell: (cell.line, cell.column))
    main = [cell for cell in ordered if cell.line == line] or ordered
    if not main:
        return None
    name, rest = main[0], [cell for cell in ordered if cell is not main[0]]
    departments = [cell for cell in rest if is_department(cell.text)]
    others = [cell for cell in rest if cell not in departments]
    if not departments and not NAME_END.search(name.text):
        return None
    found = tuple(d for cell in departments for d in split_departments(cell.text))
    return name.text, found, others
