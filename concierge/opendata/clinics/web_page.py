"""A web page as its tables, its headings and its lines of text, in order."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from concierge.opendata.clinics.sheets import Cell, Sheet

__all__ = ["Page", "Section", "read_page"]

BREAKS = frozenset(
    {"br", "p", "li", "div", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "dd", "dt"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
SILENT = frozenset({"script", "style", "noscript", "svg"})
CLASSES_APART = 2


class Section:
    """One heading and what stands under it."""

    def __init__(self, heading: str, level: int, above: tuple[str, ...]) -> None:
        self.heading, self.level, self.above = heading, level, above
        self.sheets: list[Sheet] = []
        self.lines: list[Cell] = []

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings above and its own, nearest last."""
        return (*self.above, self.heading)


class Page:
    """A page's sections in order; the first has no heading."""

    def __init__(self) -> None:
        self.sections = [Section("", 0, ())]

    @property
    def text(self) -> str:
        """Everything outside the tables."""
        return "\n".join(
            part
            for section in self.sections
            for part in (section.heading, *(line.text for line in section.lines))
        )


def read_page(text: str) -> Page:
    """Read HTML, however broken."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.flush()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.said: list[str] = []
        self.began: tuple[int, int] | None = None
        self.silent = 0
        self.heading: int | None = None
        self.tables: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in SILENT:
            self.silent += 1
        elif tag == "table":
            self.flush()
            self.tables.append(_Table())
        elif self.tables and tag in ("tr", "td", "th", "caption"):
            self.tables[-1].start(tag, given, self.getpos())
        elif tag in HEADINGS and not self.tables:
            self.flush()
            self.heading = int(tag[1])
        elif tag in BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "table" and self.tables:
            table = self.tables.pop()
            section = self.page.sections[-1]
            if self.tables:
                self.tables[-1].say(" ".join(cell.text for row in table.rows() for cell in row))
            else:
                sheet = Sheet(table.rows(), table.caption, section.headings, table.coloured)
                section.sheets.append(sheet)
        elif tag in HEADINGS and self.heading is not None:
            heading = _clean("".join(self.said)).replace("\n", " ")
            self.said, self.began = [], None
            self._open(heading, self.heading)
            self.heading = None
        elif tag in BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.tables:
            self.tables[-1].say(data)
            return
        if self.began is None and data.strip():
            self.began = self.getpos()
        self.said.append(data)

    def flush(self) -> None:
        """Keep the line that was going on."""
        self._break()

    def _break(self) -> None:
        if self.tables:
            self.tables[-1].say("\n")
            return
        if self.heading is not None:
            return
        text = _clean("".join(self.said))
        if text:
            line, column = self.began or self.getpos()
            for number, each in enumerate(text.split("\n")):
                self.page.sections[-1].lines.append(Cell(each, line + number, column + 1))
        self.said, self.began = [], None

    def _open(self, heading: str, level: int) -> None:
        last = self.page.sections[-1]
        pairs = [*getattr(last, "levels", []), (last.level, last.heading)]
        above = [(depth, said) for depth, said in pairs if said and depth < level]
        section = Section(heading, level, tuple(said for _, said in above))
        section.levels = above  # type: ignore[attr-defined]
        self.page.sections.append(section)


class _Table:
    def __init__(self) -> None:
        self.grid: list[list[tuple[list[str], tuple[int, int], int, int]]] = []
        self.caption_parts: list[str] = []
        self.looks: set[str] = set()
        self.target: list[str] | None = None

    def start(self, tag: str, given: dict[str, str | None], where: tuple[int, int]) -> None:
        if tag == "caption":
            self.target = self.caption_parts
        elif tag == "tr":
            self.grid.append([])
            self.target = None
        else:
            if not self.grid:
                self.grid.append([])
            self.target = []
            look = given.get("bgcolor") or given.get("style") or given.get("class") or ""
            if look:
                self.looks.add(look)
            across, down = _count(given.get("colspan")), _count(given.get("rowspan"))
            self.grid[-1].append((self.target, where, across, down))

    def say(self, text: str) -> None:
        if self.target is not None:
            self.target.append(text)

    @property
    def caption(self) -> str:
        return _clean("".join(self.caption_parts)).replace("\n", " ")

    @property
    def coloured(self) -> bool:
        return len(self.looks) >= CLASSES_APART

    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the rows with cells that span several repeated in each."""
        filled: dict[tuple[int, int], Cell] = {}
        for row, cells in enumerate(self.grid):
            column = 0
            for parts, (line, offset), across, down in cells:
                while (row, column) in filled:
                    column += 1
                cell = Cell(_clean("".join(parts)), line, offset + 1)
                for y in range(row, min(row + down, len(self.grid))):
                    for x in range(column, column + across):
                        filled[y, x] = cell
                column += across
        width = max((x for _, x in filled), default=-1) + 1
        empty = Cell("", 0, 0)
        return tuple(
            tuple(filled.get((y, x), empty) for x in range(width)) for y in range(len(self.grid))
        )


def _count(text: str | None) -> int:
    return min(int(text), 200) if text and text.isdecimal() and int(text) > 0 else 1


def _clean(text: str) -> str:
    lines = (re.sub(r"[ \t\u00a0\u3000\r]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
