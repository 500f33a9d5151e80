"""Who is on duty according to the raw published files, worked out apart from our readers.

Each function reads one file in the one way that fits it, line by line, and returns the duties as
(date, name, departments, hours, phone): nothing here is shared with the readers under test.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

__all__ = ["Row", "hanyu", "imabari", "saga", "tokorozawa"]

Row = tuple[date, str, tuple[str, ...], tuple[tuple[str, str], ...], str]


def imabari(folder: Path) -> set[Row]:
    with (folder / "imabari_hospital.csv").open(encoding="utf-8") as file:
        phones = {row["name"]: row["tel"] for row in csv.DictReader(file)}
    rows: set[Row] = set()
    lines = (folder / "imabari_schedule_202602-03.csv").read_text("utf-8").split("\n")[1:]
    for line in lines:
        day, _, department, name, time = line.strip().split(",")
        spans = tuple(
            (part.split("～")[0], part.split("～")[1].replace("翌", ""))
            for part in time.split(" / ")
        )
        departments = () if department == "指定なし" else (department,)
        rows.add((date.fromisoformat(day), name, departments, spans, phones[name]))
    return rows


def hanyu(folder: Path) -> set[Row]:
    """Read by the dates that a person reads off the sheet, and by what stands near each number."""
    text = (folder / "hanyu_r8_pdftext.txt").read_text("utf-8")
    days = {
        (2026, 10): [4, 11, 12, 18, 25],
        (2026, 11): [1, 3, 8, 15, 22, 23, 29],
        (2026, 12): [6, 13, 20, 27, 30, 31],
        (2027, 1): [1, 2, 3],
    }
    dates = [date(*month, day) for month, each in days.items() for day in each]
    phones = re.findall(r"048-\d{3}-\d{4}", text)
    body = text.split("電話番号\n")[1]
    words = re.findall(r"[^\s\d〃：～]\S*", body)
    names = [
        word
        for word in words
        if re.search(r"(?:医院|病院|クリニック|内科胃腸科|羽生内科|よしだ耳鼻咽喉科)$", word)
        and "、" not in word
    ]
    assert len(dates) == len(phones) == len(names)
    rows: set[Row] = set()
    for day, name, phone in zip(dates, names, phones, strict=True):
        line = next(each for each in body.split("\n") if f" {name} " in each)
        departments = re.split(r"\s{2,}", line.split(name, 1)[1].strip())[0].split("、")
        if re.search(r"\d", departments[0]):
            departments = []
        rows.add((day, name, tuple(departments), (("09:00", "17:00"),), phone))
    return rows


def saga(folder: Path) -> set[Row]:
    text = (folder / "saga_zaitaku_202604.html").read_text("utf-8")
    rows: set[Row] = set()
    for month, day, table in re.findall(
        r"<caption>令和8年(\d+)月(\d+)日（.曜日）在宅当番医一覧</caption>(.*?)</table>", text, re.S
    ):
        cells = re.findall(
            r'<th scope="row">\s*(内科|外科)<br>\s*(\S+?)\s*</th>\s*<td>([\d-]+)</td>', table
        )
        for department, name, phone in cells:
            hours = (("09:00", "17:00"),)
            rows.add((date(2026, int(month), int(day)), name, (department,), hours, phone))
    return rows


def tokorozawa(folder: Path) -> set[Row]:
    text = (folder / "tokorozawa_202609_page.txt").read_text("utf-8").split("電話\n", 1)[1]
    text = text.split("（注）", 1)[0]
    rows: set[Row] = set()
    for month, day, block in re.findall(
        r"(\d+)月(\d+)日\n\(.\) \|\n(.*?)(?=\d+月\d+日\n|\Z)", text, re.S
    ):
        lines = [line.rstrip(" |") for line in block.strip().split("\n")]
        for name, departments, _, phone in zip(*[iter(lines)] * 4, strict=True):
            rows.add(
                (
                    date(2026, int(month), int(day)),
                    name.removesuffix("(注)"),
                    tuple(departments.split("・")),
                    (("09:00", "17:00"),),
                    phone,
                )
            )
    return rows
