"""Fixed clinics as pages describe them: a name, a number, hours by kind of day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from concierge.clinics.ages import split_departments
from concierge.clinics.days import DayKind, read_days
from concierge.clinics.hours import read_hours
from concierge.clinics.model import Clinic, Hours, RosterInfo
from concierge.clinics.rules import DutyRule, RuledRoster, year_end_of
from concierge.opendata.clinics.columns import heading_key, is_department
from concierge.opendata.clinics.dates import as_of
from concierge.opendata.clinics.notebook import Notebook, aged
from concierge.opendata.clinics.sheets import Cell, Sheet

__all__ = ["Pair", "fixed_clinic", "hours_table", "pairs_in"]

PHONE = re.compile(r"電話(?:番号)?\s*[:：]?\s*(#?\d[\d\-()]{6,})")
DEPARTMENTS = re.compile(r"診療科目?\s*[:：]?\s*(.+)")
ADDRESS = re.compile(r"(?:場所|所在地|住所)\s*[:：]?\s*(.+)")
REMARK = re.compile(r"^\s*(?:[（(]注意?[）)]|※|注意)\s*")
LINK = re.compile(r"https?://\S+|[（(]\s*(?:最終)?更新日.*?[）)]|[（(]\s*saga\w+.*?[）)]")
BRACKETS = re.compile(r"[（(]([^（）()]*)[）)]\s*$")
CLINIC = re.compile("診療所|クリニック|センター|病院|医院|薬局|歯科|急患|内科|小児科")
TAIL = re.compile(r"\s*地図は.*$")

Pair = tuple[tuple[DayKind, ...], tuple[Hours, ...], str | None]


def pairs_in(line: str) -> list[Pair]:
    """Return the kinds of days and hours of a line: 「土曜日、日曜日、祝日：午後6時30分から午後10時30分」."""
    whole = _pair(line)
    if whole is not None:
        return [whole]
    joined: list[str] = []
    for piece in re.split(r"[／/]", line):
        if joined and _days_length(piece) == 0:
            joined[-1] += f"/{piece}"
        else:
            joined.append(piece)
    found = [_pair(piece) for piece in joined]
    return [pair for pair in found if pair] if len(joined) > 1 and all(found) else []


def _pair(text: str) -> Pair | None:
    length = _days_length(text)
    if not length:
        return None
    days = read_days([text[:length]])
    read = read_hours(re.sub(r"^[\s|｜:：は]+", "", text[length:]))
    if not days or read is None or not read.spans:
        return None
    return days, read.spans, read.note


def _days_length(text: str) -> int:
    """Return how many characters at the beginning name kinds of days."""
    lengths = (n for n in range(min(len(text), 60), 0, -1) if not text[n - 1].isspace())
    return next((n for n in lengths if _names_days(text[:n])), 0)


def _names_days(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text)
    return plain.count("(") == plain.count(")") and bool(read_days([text]))


def hours_table(sheet: Sheet, notebook: Notebook) -> list[Pair] | None:
    """Read a table of kinds of days and hours; None where it is no such table."""
    head = [heading_key(cell.text) for cell in sheet.rows[0]] if sheet.rows else []
    if (
        len(head) < 2
        or not re.search("診療日|曜日|区分", head[0])
        or "時間" not in "".join(head[1:])
    ):
        return None
    pairs: list[Pair] = []
    for row in sheet.rows[1:]:
        days = read_days(row[0].text.split("\n"))
        lines = [line for line in row[1].text.split("\n") if not REMARK.match(line)]
        remarks = [REMARK.sub("", line) for line in row[1].text.split("\n") if REMARK.match(line)]
        read = read_hours("\n".join(lines))
        if not days or read is None or not read.spans:
            bad = row[0] if not days else row[1]
            message = (
                f"「{bad.text[:60]}」を診療日か診療時間として読み取れません。"
                "この診療所の案内に、この行の時間は使いません。"
            )
            notebook.report(bad, "bad-hours", message)
            return []
        pairs.append((days, read.spans, "。".join(remarks) or read.note))
    return pairs


def fixed_clinic(
    heading: str, lines: Sequence[Cell], pairs: Iterable[Pair], notebook: Notebook
) -> RuledRoster | None:
    """Make the roster of one fixed clinic from its heading, its lines and its hours."""
    found = list(pairs)
    own = [line.text for line in lines]
    for line in own:
        found += pairs_in(line)
    if not found:
        return None
    clinic = _clinic(heading, lines, notebook)
    if clinic is None:
        return None
    row = lines[0].line if lines else 0
    rules = tuple(
        DutyRule(days, (clinic,), spans, note=note, row=row) for days, spans, note in found
    )
    info: RosterInfo = replace(
        notebook.info,
        title=clinic.name,
        service=clinic.name,
        updated=as_of(heading) or notebook.info.updated,
    )
    return RuledRoster(info, rules, year_end=year_end_of(rules))


def _clinic(heading: str, lines: Sequence[Cell], notebook: Notebook) -> Clinic | None:
    name = LINK.sub("", heading).strip("#＃ 　")
    departments: tuple[str, ...] = ()
    if (beside := BRACKETS.search(name)) and is_department(beside[1]):
        departments, name = split_departments(beside[1]), name[: beside.start()].strip()
    name = BRACKETS.sub("", name).strip() if "全文" in name else name
    phone = address = sees = None
    notes: list[str] = []
    for line in lines:
        plain = unicodedata.normalize("NFKC", line.text)
        if phone is None and (match := PHONE.search(plain)):
            phone, _ = notebook.phone(replace(line, text=match[1]))
        if not departments and (match := DEPARTMENTS.match(plain)):
            sees = match[1].strip() if re.search(r"[歳才]|学生|児\b", match[1]) else None
            departments = split_departments(re.sub(r"\(.*?\)", "", match[1]))
        if address is None and (match := ADDRESS.match(plain)):
            address = TAIL.sub("", match[1]).strip()
        if REMARK.match(line.text):
            notes.append(REMARK.sub("", line.text).rstrip("。"))
    if not CLINIC.search(name):
        return None
    if phone is None:
        place = lines[0] if lines else Cell("", 0, 0)
        message = (
            f"「{name[:40]}」の電話番号が見つからないため、案内しません。"
            "「電話 0123-45-6789」の行を書き加えてください。"
        )
        notebook.report(place, "clinic-without-phone", message, "warning")
        return None
    note = "。".join(notes) or None
    return aged(Clinic(name, departments, phone, address, sees=sees, note=note))
