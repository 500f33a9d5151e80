"""Reads one folder of published files as rosters, whatever forms they are in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from concierge.clinics.ages import split_departments
from concierge.clinics.hours import read_hours
from concierge.clinics.model import Clinic, Roster, RosterInfo
from concierge.clinics.rules import RuledRoster
from concierge.opendata.clinics.columns import Columns, is_department
from concierge.opendata.clinics.dates import Around, DateError, folded, found_days, read_date
from concierge.opendata.clinics.fixed import Pair, fixed_clinic, hours_table
from concierge.opendata.clinics.notebook import GeneralHours, Notebook
from concierge.opendata.clinics.sheets import Cell, Sheet, csv_sheet, excel_sheets
from concierge.opendata.clinics.table_roster import (
    heading_row,
    read_master,
    read_roster,
    read_table_of_a_date,
)
from concierge.opendata.clinics.text_columns import looks_like_columns, read_text_columns
from concierge.opendata.clinics.text_page import read_line_records, read_text_page
from concierge.opendata.clinics.web_page import Section, read_page
from concierge.problem import Problem
from concierge.staff_yaml import read_text

__all__ = ["SUFFIXES", "Published", "SourceSettings", "read_published"]

SUFFIXES = (".csv", ".tsv", ".xlsx", ".html", ".htm", ".txt", ".pdf")
MOST_PAGES = 50
TITLE = "当番医の一覧"
"""What a roster is called where staff do not say."""
HOURS_LINE = re.compile(r"^[○●◎・◆■※\s]*(?:診療|診察|受付|開設)時間(?:は|[:：、\s])*(.*)$")
COLOUR = re.compile(r"色.{0,12}(?:区別|分け|表示|塗)|(?:休診日|診療日).{0,10}色")
SECTION = re.compile(r"^#{2,}\s*")
DAY_NUMBER = re.compile(r"\d{1,2}(?:日)?")


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """What `source.yaml` says of a folder of published files."""

    title: str = ""
    service: str = ""
    url: str | None = None
    updated: date | None = None
    imported: date | None = None
    valid_to: date | None = None
    area_code: str = ""
    hours: str = ""
    day_begins: int = 0
    inquiry: tuple[str, str] | None = None


@dataclass(slots=True)
class Published:
    """What a folder of published files says."""

    rosters: list[Roster] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    clinics: int = 0
    duties: int = 0
    days: set[date] = field(default_factory=set)
    unread: set[date] = field(default_factory=set)

    def keep(self, notebook: Notebook) -> bool:
        """Take over what a notebook gathered; tell whether it holds dates."""
        self.problems += [p for p in notebook.problems if p not in self.problems]
        roster = notebook.roster()
        if not roster.dates and not roster.unread:
            return False
        self.rosters.append(roster)
        self.days |= set(roster.dates) - roster.unread
        self.unread |= roster.unread
        self.duties += sum(len(duties) for duties in roster.dates.values())
        return True


def read_published(place: Path, name: str, settings: SourceSettings) -> Published:
    """Read every file of a folder. Nothing is raised; file names begin with `name`."""
    reader = _Reader(place, name, settings)
    paths = sorted(p for p in place.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
    tables = [(path, *found) for path in paths if (found := reader.sheets(path)) is not None]
    for path, sheets, _ in tables:
        reader.masters(path, sheets)
    for path, sheets, around in tables:
        reader.tables(path, sheets, around)
    for path in paths:
        if path.suffix.lower() in (".html", ".htm"):
            reader.page(path)
        elif path.suffix.lower() in (".txt", ".pdf"):
            reader.text(path)
    if settings.valid_to is not None:
        reader.end(settings.valid_to)
    return reader.found


class _Reader:
    def __init__(self, place: Path, name: str, settings: SourceSettings) -> None:
        self.place, self.name, self.settings = place, name, settings
        self.found = Published()
        self.master: dict[str, Clinic] = {}

    def end(self, day: date) -> None:
        """Let fixed clinics hold no longer than to a day."""
        self.found.rosters = [
            replace(roster, valid_to=day) if isinstance(roster, RuledRoster) else roster
            for roster in self.found.rosters
        ]

    # ------------------------------------------------------------------ tables

    def sheets(self, path: Path) -> tuple[list[Sheet], Around] | None:
        """Return the tables of a CSV file or a workbook, and the years they are about."""
        suffix = path.suffix.lower()
        around = Around.of(path.stem).or_else(Around(updated=self.settings.updated))
        if suffix == ".xlsx":
            sheets = excel_sheets(path)
            if sheets is None:
                self._problem(
                    path,
                    "unreadable-workbook",
                    "Excelのファイルを読めません。保存し直してください。",
                )
            return (sheets, around) if sheets else None
        if suffix not in (".csv", ".tsv"):
            return None
        text = self._text(path)
        return None if text is None else ([csv_sheet(text)], around)

    def masters(self, path: Path, sheets: list[Sheet]) -> None:
        """Take up the lists of clinics."""
        for sheet in sheets:
            head = heading_row(sheet)
            if head is not None and head[1].is_master:
                notebook = self._notebook(path, Around())
                self.master.update(read_master(sheet, head[1], notebook))
                self.found.problems += notebook.problems
        self.found.clinics = len(self.master)

    def tables(self, path: Path, sheets: list[Sheet], around: Around) -> None:
        """Read the rosters among the tables."""
        for sheet in sheets:
            head = heading_row(sheet)
            if head is None:
                self._no_columns(path, sheet)
            elif head[1].is_roster:
                above = " ".join(cell.text for row in sheet.rows[: head[0]] for cell in row)
                known = Around.of(f"{above} {' '.join(sheet.heading)}").or_else(around)
                notebook = self._notebook(path, known)
                read_roster(sheet, head[1], known, notebook)
                if not self.found.keep(notebook):
                    self._no_dates(path)
            elif not head[1].is_master:
                self._no_columns(path, sheet)

    # ------------------------------------------------------------------ pages

    def page(self, path: Path) -> None:
        """Read a web page: tables under dates, rosters as tables or lines, fixed clinics."""
        text = self._text(path)
        if text is None:
            return
        page = read_page(text)
        around = Around.of(page.text).or_else(Around.of(path.stem))
        around = around.or_else(Around(updated=self.settings.updated))
        dated = self._notebook(path, around)
        kept = coloured = False
        for section in page.sections:
            dated.general = self._general(section.lines) or dated.general
            kept |= self._section(path, section, around, dated)
            coloured |= any(_is_colour_calendar(sheet) for sheet in section.sheets)
        cells = [line for section in page.sections for line in section.lines]
        if not dated.dates and not dated.unread:
            read_text_page(cells, around, dated)
        kept |= self.found.keep(dated)
        if coloured or (not kept and COLOUR.search(page.text)):
            self._colour_only(path)
        elif not kept:
            self._no_dates(path)

    def _section(self, path: Path, section: Section, around: Around, dated: Notebook) -> bool:
        """Read the tables of a section; tell whether it was a fixed clinic."""
        pairs: list[Pair] = []
        for sheet in section.sheets:
            hours = hours_table(sheet, dated)
            if hours is not None:
                pairs += hours
                continue
            head = heading_row(sheet)
            if head is None:
                continue
            if head[1].is_roster:
                read_roster(sheet, head[1], around, dated)
            elif head[1].names_clinics:
                self._under_a_date(sheet, head[1], section, around, dated)
        fixed = fixed_clinic(section.heading, section.lines, pairs, dated)
        if fixed is not None:
            self.found.rosters.append(fixed)
        return fixed is not None

    def _under_a_date(
        self, sheet: Sheet, columns: Columns, section: Section, around: Around, dated: Notebook
    ) -> None:
        """Read a table whose date stands in its caption or the heading over it."""
        said = next((t for t in (sheet.caption, section.heading) if found_days(t)), None)
        if said is None:
            return
        try:
            day = read_date(re.split(r"(?<=[))日])(?=[^（(]*$)", said)[0] or said, around)
        except DateError as error:
            where = sheet.rows[0][0] if sheet.rows else Cell("", 0, 0)
            dated.report(where, "bad-date", str(error))
            dated.lose(error.day)
            return
        read_table_of_a_date(sheet, columns, day, dated)

    # ------------------------------------------------------------------ text

    def text(self, path: Path) -> None:
        """Read plain text, or the text of a PDF."""
        text = _pdf_text(path) if path.suffix.lower() == ".pdf" else self._text(path)
        if text is None:
            if path.suffix.lower() == ".pdf":
                self._problem(
                    path,
                    "unreadable-pdf",
                    "PDFから文字を取り出せません。文字にしたもの（.txt）か表（.csv）を置いてください。",
                )
            return
        lines = [Cell(line, number, 1) for number, line in enumerate(text.split("\n"), 1)]
        body = [line for line in lines if not re.match(r"#(?!#)", line.text)]
        around = Around.of(text).or_else(Around.of(path.stem))
        around = around.or_else(Around(updated=self.settings.updated))
        kept = False
        if looks_like_columns(body) is not None:
            notebook = self._notebook(path, around)
            read_text_columns(body, around, notebook)
            kept = self.found.keep(notebook)
        else:
            for heading, own in _sections(body):
                kept |= self._lines(path, heading, own, around)
        if not kept:
            if COLOUR.search(text):
                self._colour_only(path)
            else:
                self._no_dates(path)

    def _lines(self, path: Path, heading: Cell, lines: list[Cell], around: Around) -> bool:
        """Read one section of a text; tell whether something was found."""
        said = "\n".join(line.text for line in (heading, *lines))
        known = Around.of(said).or_else(around) if heading.text else around
        notebook = self._notebook(path, known)
        notebook.general = self._general(lines) or notebook.general
        fixed = fixed_clinic(heading.text, lines, (), notebook) if heading.text else None
        if fixed is not None:
            self.found.rosters.append(fixed)
            self.found.problems += notebook.problems
            return True
        departments = tuple(
            piece
            for piece in split_departments(re.sub(r"https?://\S+", "", heading.text))
            if re.search(r"^(.*?科)", piece)
        )
        named = tuple(m[1] for each in departments if (m := re.match(r"(.*?科)", each)))
        if not read_line_records(lines, known, notebook, tuple(filter(is_department, named))):
            read_text_page(lines, known, notebook)
        if self.found.keep(notebook):
            return True
        if COLOUR.search(said):
            self._colour_only(path, heading or lines[0])
        return False

    # ------------------------------------------------------------------ what they share

    def _general(self, lines: list[Cell]) -> GeneralHours | None:
        """Return the hours that hold for all, from the line that gives them or the one below."""
        for number, line in enumerate(lines):
            match = HOURS_LINE.match(folded(line.text).replace("~", "～"))
            if match is None:
                continue
            below = lines[number + 1].text if number + 1 < len(lines) else ""
            for text in (match[1], below):
                if text and (found := GeneralHours.of(text)):
                    return found
        return None

    def _notebook(self, path: Path, around: Around) -> Notebook:
        settings = self.settings
        info = RosterInfo(
            title=settings.title or TITLE,
            file=f"{self.name}/{path.name}",
            service=settings.service or _service(path.stem),
            url=settings.url,
            updated=around.updated or settings.updated or settings.imported,
            day_begins=settings.day_begins,
            inquiry=settings.inquiry,
        )
        read = read_hours(settings.hours) if settings.hours else None
        general = GeneralHours(read.spans) if read else None
        return Notebook(info, self.master, settings.area_code, general)

    def _text(self, path: Path) -> str | None:
        text, problems = read_text(path, f"{self.name}/{path.name}")
        self.found.problems += [
            replace(each, severity="info") if each.code == "not-utf-8" else each
            for each in problems
        ]
        return text

    def _problem(self, path: Path, code: str, message: str, cell: Cell | None = None) -> None:
        line = cell.line if cell else 0
        column = cell.column if cell else 0
        problem = Problem(f"{self.name}/{path.name}", line, column, "error", code, message)
        if problem not in self.found.problems:
            self.found.problems.append(problem)

    def _no_columns(self, path: Path, sheet: Sheet) -> None:
        first = sheet.rows[0][0] if sheet.rows and sheet.rows[0] else None
        message = (
            "日付と医療機関名の列が見つかりません。1行目に「日付」「医療機関名」「診療科」「電話番号」"
            "「診療時間」のような見出しを付けてください。"
        )
        if _is_colour_calendar(sheet):
            self._colour_only(path, first)
        else:
            self._problem(path, "no-columns", message, first)

    def _no_dates(self, path: Path) -> None:
        if any(
            p.file == f"{self.name}/{path.name}" and p.severity == "error"
            for p in self.found.problems
        ):
            return
        message = "当番の日付を一つも読み取れませんでした。docs/staff/touban.md の形の表に直して置いてください。"
        self._problem(path, "no-dates", message)

    def _colour_only(self, path: Path, cell: Cell | None = None) -> None:
        message = (
            "診療日を色だけで区別した表は読み取れません。日付・時間を文字で書いた表を、"
            "clinics/ に置いてください。それまで、この分は「分かりません」と答えます。"
        )
        self._problem(path, "colour-only", message, cell)


def _sections(lines: list[Cell]) -> list[tuple[Cell, list[Cell]]]:
    """Take a text apart at its headings (##)."""
    found: list[tuple[Cell, list[Cell]]] = [(Cell("", 0, 0), [])]
    for line in lines:
        if SECTION.match(line.text):
            found.append((line, []))
        else:
            found[-1][1].append(line)
    return [
        (heading, own) for heading, own in found if heading.text or any(c.text.strip() for c in own)
    ]


def _service(stem: str) -> str:
    """Return what tells a file's later editions to be the same: its name without figures."""
    return re.sub(r"[\d\s_\-.]+", "", stem) or stem


def _is_colour_calendar(sheet: Sheet) -> bool:
    """Tell whether a table is a month of bare day numbers, told apart by colour alone."""
    texts = [cell.text for row in sheet.rows for cell in row if cell.text]
    numbers = sum(bool(DAY_NUMBER.fullmatch(text)) for text in texts)
    return sheet.coloured and numbers >= 20 and numbers >= 0.6 * len(texts)


def _pdf_text(path: Path) -> str | None:
    """Return a PDF's text laid out as it looks; None where there is none."""
    from pypdf import PdfReader  # noqa: PLC0415 - slow to load, rarely needed
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        pages = PdfReader(path).pages[:MOST_PAGES]
        text = "\n".join(page.extract_text(extraction_mode="layout") for page in pages)
    except (OSError, PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return text if text.strip() else None
