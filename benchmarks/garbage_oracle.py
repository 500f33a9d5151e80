"""When garbage is collected, worked out a second time from the raw cells: the gold of the benchmark.

Nothing of `concierge.waste` is used, on purpose. Only the shapes of cells that the benchmark's
questions touch are read; any other raises `ValueError`, so that a gold answer is never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

__all__ = ["Oracle"]

WEEKDAYS = "月火水木金土日"
DAY = timedelta(days=1)
HORIZON = 200
"""Days; nothing asked about is collected more rarely."""


@dataclass(frozen=True)
class Cell:
    """One published cell; `months` are those of the tokens before the colon, None for all."""

    groups: tuple[tuple[tuple[str, ...], frozenset[int] | None], ...]

    def on(self, day: date) -> bool:
        return any(
            _falls(token, day) and (months is None or day.month in months)
            for tokens, months in self.groups
            for token in tokens
        )


class Oracle:
    """One city's calendar, from its folder of published files."""

    def __init__(self, folder: Path) -> None:
        header, *rows = _table(folder / "area_days.csv")
        centre = next(i for i, name in enumerate(header) if "センター" in name or name == "地区")
        if centre == 0:
            centre = 1
        self.labels = [name.strip() for name in header[centre + 1 :] if name.strip()]
        name_column = header.index("地名") if "地名" in header else 0
        master = 0 if header[0] == "マスター" else None
        self._rows: dict[str, tuple[str, list[str]]] = {}
        for row in rows:
            cells = (row[centre].strip(), row[centre + 1 : centre + 1 + len(self.labels)])
            name = row[name_column].strip()
            self._rows.setdefault(name, cells)
            if master is not None:
                self._rows[f"{name}@{row[master].strip()}"] = cells
        self._closures = [
            (row[0].strip(), _slashed(row[1]), _slashed(row[2]))
            for row in _table(folder / "center.csv")[1:]
            if len(row) >= 3 and row[1].strip()
        ]
        moved = folder / "transferdata.csv"
        self._moves = [
            (row[0].strip(), _slashed(row[1]), _slashed(row[2]))
            for row in (_table(moved)[1:] if moved.exists() else [])
            if len(row) >= 3 and row[1].strip()
        ]

    def on(self, area: str, day: date) -> list[str]:
        """Return the labels collected on a day, in the published order."""
        return [label for label in self.labels if self._collected(area, label, day)]

    def next(self, area: str, labels: Iterable[str], start: date) -> dict[str, date]:
        """Return the first day of each label on or after `start`, where there is one."""
        found: dict[str, date] = {}
        for label in labels:
            for offset in range(HORIZON):
                if self._collected(area, label, start + offset * DAY):
                    found[label] = start + offset * DAY
                    break
        return found

    def span(
        self, area: str, first: date, last: date, only: Iterable[str]
    ) -> dict[date, list[str]]:
        """Return what is collected on each day of a span, only days with something."""
        wanted = set(only) or set(self.labels)
        days = (first + n * DAY for n in range((last - first).days + 1))
        listed = {day: [label for label in self.on(area, day) if label in wanted] for day in days}
        return {day: labels for day, labels in listed.items() if labels}

    def _collected(self, area: str, label: str, day: date) -> bool:
        centre, cells = self._rows[area]
        cell = _cell(cells[self.labels.index(label)])
        for moved, to, following in self._moves:
            if moved == label and cell.on(following):
                if day == to:
                    return True
                if to < day < following:
                    return False
        closed = any(name == centre and a <= day <= b for name, a, b in self._closures)
        return cell.on(day) and not closed


def _table(path: Path) -> list[list[str]]:
    text = re.sub(r"[\x00-\x09\x0b-\x1f]", "", path.read_bytes().decode("utf-8-sig"))
    lines = text.split("\n")
    return [line.split(",") for line in lines if line.strip(", ")]


def _slashed(text: str) -> date:
    year, month, day = (int(part) for part in text.strip().split("/"))
    return date(year, month, day)


def _cell(raw: str) -> Cell:
    groups: list[tuple[tuple[str, ...], frozenset[int] | None]] = []
    tokens: list[str] = []
    months: set[int] | None = None
    for token in unicodedata.normalize("NFKC", raw).split():
        if token.startswith("*"):
            continue
        if months is not None and re.fullmatch(r"\d{1,2}", token):
            months.add(int(token))
            continue
        if months is not None:
            groups.append((tuple(tokens), frozenset(months)))
            tokens, months = [], None
        name, colon, month = token.partition(":")
        tokens.append(name)
        if colon:
            months = {int(month)} if month else set()
    groups.append((tuple(tokens), None if months is None else frozenset(months)))
    return Cell(tuple(groups))


def _falls(token: str, day: date) -> bool:
    if re.fullmatch(r"\d{8}", token):
        return token == day.strftime("%Y%m%d")
    if match := re.fullmatch(r"隔[月火水木金土日](\d{4})(\d\d)(\d\d)", token):
        first = date(int(match[1]), int(match[2]), int(match[3]))
        weeks, rest = divmod((day - first).days, 14)
        return rest == 0 and 0 <= weeks < 27
    match = re.fullmatch(r"([月火水木金土日])([1-5]?)", token)
    if match is None:
        raise ValueError(f"a cell that the oracle does not read: {token}")
    if WEEKDAYS[day.weekday()] != match[1] or day.day > monthrange(day.year, day.month)[1]:
        return False
    return not match[2] or int(match[2]) == (day.day - 1) // 7 + 1
