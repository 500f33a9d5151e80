"""Collection days worked out a second time, slowly, from the words of the format's description.

It shares no code with the program: a raw cell and a day go in, yes or no comes out. It knows the
shapes of cells that the published files present here hold, nothing else, and says so by raising.
"""

from __future__ import annotations

import datetime
import functools
import re
import unicodedata

KANJI = "月火水木金土日"
Day = datetime.date


class UnreadableError(Exception):
    """The cell is one that nobody should answer from."""


def collected(cell: str, day: Day, closed: list[tuple[Day, Day]], shift: bool = False) -> bool:
    """Tell whether a cell collects on a day; `closed` are spans, both ends included."""
    if any(first <= day <= last for first, last in closed):
        return False
    words = plain(cell)
    if not words:
        return False
    if all(re.fullmatch(r"\d{8}", word) for word in words):
        return any(as_day(word) == day for word in words)
    if any(re.fullmatch(r"\d{5,}", word) for word in words):
        raise UnreadableError(cell)
    if all(word.startswith("隔") for word in words):
        return any(alternate(word, day) for word in words)
    return any(
        by_weekday(token, months, day, closed, shift) for token, months in groups(" ".join(words))
    )


def plain(cell: str) -> list[str]:
    """Return the words of a cell without what cannot mean anything, and without remarks."""
    text = unicodedata.normalize("NFKC", cell).replace("\b", "").replace("`", "")
    return [word for word in text.split() if not word.startswith("*")]


def as_day(word: str) -> Day:
    try:
        return datetime.datetime.strptime(word, "%Y%m%d").date()
    except ValueError:
        raise UnreadableError(word) from None


def alternate(word: str, day: Day) -> bool:
    base = as_day(word[2:])
    return any(base + datetime.timedelta(days=14 * number) == day for number in range(27))


@functools.cache
def groups(text: str) -> list[tuple[str, set[int]]]:
    """Return each weekday token with the months it holds in.

    Months stand after a colon and hold for all weekdays since the months before them.
    """
    found: list[tuple[str, set[int]]] = []
    waiting: list[str] = []
    months: set[int] = set()
    for word in [*text.replace(":", " : ").split(), "end"]:
        if word.isdigit():
            months.add(int(word))
        elif word != ":":
            if months:
                found += [(token, months) for token in waiting]
                waiting, months = [], set()
            waiting.append(word)
    found += [(token, set(range(1, 13))) for token in waiting[:-1]]
    for token, _ in found:
        if not re.fullmatch(rf"[{KANJI}][1-5]?", token):
            raise UnreadableError(text)
    return found


def by_weekday(
    token: str, months: set[int], day: Day, closed: list[tuple[Day, Day]], shift: bool
) -> bool:
    if day.month not in months:
        return False
    late = False
    for number, occurrence in enumerate(in_month(KANJI.index(token[0]), day.replace(day=1)), 1):
        if shift and any(start <= occurrence <= end for start, end in closed):
            late = True
        actual = occurrence + datetime.timedelta(days=7 if late else 0)
        if actual == day and (len(token) == 1 or int(token[1]) == number):
            return True
    return False


@functools.cache
def in_month(weekday: int, first: Day) -> list[Day]:
    """Return every day of the month with that weekday, found by looking at each day."""
    days = [first + datetime.timedelta(days=number) for number in range(31)]
    return [day for day in days if day.month == first.month and day.weekday() == weekday]
