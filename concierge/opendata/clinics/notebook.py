"""What is gathered while one published file is read: duties, dates that are lost, problems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from concierge.clinics.ages import limits
from concierge.clinics.hours import read_hours
from concierge.clinics.model import Clinic, DatedRoster, Duty, Hours, RosterInfo
from concierge.clinics.names import name_key
from concierge.opendata.clinics.sheets import Cell
from concierge.problem import Problem, Severity
from concierge.staff_yaml import read_phone

__all__ = ["GeneralHours", "Notebook", "aged"]

LOCAL = re.compile(r"\d{1,4}-\d{4}")
NO_AREA_CODE = "電話番号は市外局番なしで公開されています"
EXCEPTION = re.compile(r"[（(]([^（）()\d]{1,12}?)(?:は|:|：)([^（）()]*\d[^（）()]*)[）)]")


@dataclass(frozen=True, slots=True)
class GeneralHours:
    """Hours that a page gives for all its clinics, and for some departments others."""

    spans: tuple[Hours, ...] = ()
    by_department: Mapping[str, tuple[Hours, ...]] = field(default_factory=dict)
    note: str | None = None

    @staticmethod
    def of(text: str) -> GeneralHours | None:
        """Read 「9時00分～17時00分（耳鼻科は9時から12時）」; None where it is not understood."""
        special: dict[str, tuple[Hours, ...]] = {}
        for match in EXCEPTION.finditer(text):
            read = read_hours(match[2])
            if "受付" in match[1]:
                continue
            if read is None or not read.spans:
                return None
            special[match[1].strip()] = read.spans
        rest = EXCEPTION.sub(lambda m: m[0] if "受付" in m[1] else "", text)
        read = read_hours(rest)
        if read is None or not read.spans:
            return None
        return GeneralHours(read.spans, special, read.note)

    def for_departments(self, departments: tuple[str, ...]) -> tuple[Hours, ...]:
        """Return the hours that hold for a clinic."""
        for name, spans in self.by_department.items():
            if departments and all(name.removesuffix("科") in each for each in departments):
                return spans
        return self.spans


class Notebook:
    """Gathers one file's duties. `master` are the clinics of the list beside it, by `name_key`."""

    def __init__(
        self,
        info: RosterInfo,
        master: Mapping[str, Clinic] | None = None,
        area_code: str = "",
        general: GeneralHours | None = None,
    ) -> None:
        self.info = info
        self.master = master or {}
        self.area_code = area_code
        self.general = general or GeneralHours()
        self.problems: list[Problem] = []
        self.dates: dict[date, list[tuple[date | None, Duty]]] = {}
        self.unread: set[date] = set()
        self.cells = 0

    def report(self, cell: Cell, code: str, message: str, severity: Severity = "error") -> None:
        """Keep a problem with its place."""
        problem = Problem(self.info.file, cell.line, cell.column, severity, code, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def lose(self, day: date | None) -> None:
        """Let a date be answered with not known."""
        if day is not None:
            self.unread.add(day)

    def add(
        self,
        day: date,
        clinic: Clinic,
        hours: tuple[Hours, ...] | None,
        row: int,
        *,
        note: str | None = None,
        updated: date | None = None,
    ) -> None:
        """Keep a duty; hours that are not given are the page's, if it gives any."""
        clinic = self._known(clinic, row)
        spans = hours if hours is not None else self.general.for_departments(clinic.departments)
        duty = Duty(day, clinic, spans, self.info, row, note)
        self.dates.setdefault(day, []).append((updated, duty))

    def phone(self, cell: Cell) -> tuple[str | None, str | None]:
        """Read a telephone number; return it, and a note where it has no area code."""
        text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", cell.text)).strip()
        if not text or text in ("-", "―", "ー"):
            return None, None
        plain = re.sub(r"[‐‑‒–—―−ー]", "-", text).replace(" ", "")
        if LOCAL.fullmatch(plain) and not plain.startswith("0"):
            if self.area_code:
                return f"{self.area_code}-{plain}", None
            message = (
                f"電話番号「{text}」に市外局番がありません。公開されたまま案内します。"
                "source.yaml に area_code: 0123 のように書くと、市外局番を付けて案内します。"
            )
            self.report(cell, "phone-without-area-code", message, "warning")
            return plain, NO_AREA_CODE
        try:
            return read_phone(text), None
        except ValueError as error:
            self.report(cell, "bad-phone", f"{error}（電話番号なしで案内します）", "warning")
            return None, None

    def hours(self, cell: Cell, day: date | None) -> tuple[tuple[Hours, ...] | None, str | None]:
        """Read the hours of a cell; None where there are none, and the date lost where unclear."""
        if not cell.text.strip():
            return None, None
        read = read_hours(cell.text)
        if read is None:
            self.bad_hours(cell, day)
            return None, None
        return (read.spans or None), read.note

    def bad_hours(self, cell: Cell, day: date | None) -> None:
        """Report hours that are not understood; their date is not answered."""
        message = (
            f"時間「{cell.text[:60]}」を読み取れません。この日の当番は案内しません。"
            "9:00～12:00 / 14:00～17:00（翌朝までなら 22:30～翌8:30）の形に直してください。"
        )
        self.report(cell, "bad-hours", message)
        self.lose(day)

    def _known(self, clinic: Clinic, row: int) -> Clinic:
        """Fill what a roster does not say of a clinic from the list of clinics."""
        listed = self.master.get(name_key(clinic.name))
        if listed is None:
            if self.master and not clinic.phone:
                message = (
                    f"「{clinic.name}」が医療機関の一覧にないため、電話番号と所在地を案内できません。"
                    "一覧に加えるか、名前を一覧と同じ書き方にしてください。"
                )
                self.report(Cell("", row, 1), "clinic-not-listed", message, "warning")
            return clinic
        return replace(
            listed,
            name=clinic.name,
            departments=clinic.departments or listed.departments,
            phone=clinic.phone or listed.phone,
            address=clinic.address or listed.address,
            sees=clinic.sees or listed.sees,
            youngest=clinic.youngest if clinic.sees else listed.youngest,
            oldest=clinic.oldest if clinic.sees else listed.oldest,
            note=clinic.note or listed.note,
        )

    def roster(self) -> DatedRoster:
        """Return what was gathered. Where rows of a date are as of several days, the last holds."""
        dates: dict[date, tuple[Duty, ...]] = {}
        for day, rows in sorted(self.dates.items()):
            latest = max((updated for updated, _ in rows if updated), default=None)
            kept = [duty for updated, duty in rows if latest is None or updated == latest]
            dates[day] = tuple(dict.fromkeys(replace(duty, row=0) for duty in kept))
            first = {replace(duty, row=0): duty for duty in reversed(kept)}
            dates[day] = tuple(first[duty] for duty in dates[day])
        return DatedRoster(self.info, dates, frozenset(self.unread))


def aged(clinic: Clinic) -> Clinic:
    """Return a clinic with the ages that its departments and remarks name."""
    told = " ".join(part for part in (clinic.sees, *clinic.departments, clinic.name) if part)
    youngest, oldest = limits(told)
    return replace(clinic, youngest=youngest, oldest=oldest)
