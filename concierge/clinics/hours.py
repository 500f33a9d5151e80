"""Opening hours as rosters write them: 08:30～翌08:30, 午前9時～正午、午後2時～午後5時.

`read_hours` reads a whole cell or nothing: what is left over is a remark if it has no figures, and
else the cell is not understood.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, replace

from concierge.clinics.model import DAY_MINUTES, Hours

__all__ = ["DITTO", "ReadHours", "read_hours"]

_CLOCK = r"(?P<{0}next>翌(?:日|朝)?の?)?(?P<{0}half>午前|午後|夜|深夜|朝|夕方|am|pm)?(?:(?P<{0}noon>正午)|(?P<{0}h>\d{{1,2}})(?::(?P<{0}m>\d{{2}})|時(?:(?P<{0}j>\d{{1,2}})分|(?P<{0}30>半))?))"
_SPAN = re.compile(rf"{_CLOCK.format('a')}(?:~|から){_CLOCK.format('b')}(?:まで)?")
_UNTIL = re.compile(
    rf"[(、,]?受付(?:時間|終了)?(?:は|:)?(?:{_CLOCK.format('x')}(?:~|から))?{_CLOCK.format('b')}(?:まで)?\)?"
)
_ALL_DAY = re.compile("24時間|終日")
_BETWEEN = re.compile(r"[\s、,，・/／|;]|及び|および|と")
_HEAD = re.compile(
    r"^(?:診療(?:受付)?時間|受付時間|診察時間|時間|(?:昼間|夜間|昼|休日)(?:のみ)?)(?:は|[:)\]])?(?=[\s\d午正朝夕(、])"
)
DITTO = re.compile('[〃々"”″同上]+')
_MORNING = 6 * 60
_AFTERNOON = ("午後", "夜", "夕方", "pm")


@dataclass(frozen=True, slots=True)
class ReadHours:
    """The spans of a cell, and what it says beside them."""

    spans: tuple[Hours, ...]
    note: str | None = None


def read_hours(text: str) -> ReadHours | None:
    """Read a cell; None where it is not understood without guessing. An empty cell has no spans."""
    rest = _folded(text)
    if not rest:
        return ReadHours(())
    spans: list[Hours] = []
    notes: list[str] = []
    if _ALL_DAY.search(rest):
        spans.append(Hours(0, DAY_MINUTES))
        rest = _ALL_DAY.sub("", rest)
    rest = _HEAD.sub("", rest)
    while rest:
        if match := _SPAN.match(rest):
            span = _span(match)
            if span is None:
                return None
            spans.append(span)
        elif match := _UNTIL.match(rest):
            last = _minutes(match, "b")
            if last is None or not spans or not _within(last, spans[-1]):
                return None
            spans[-1] = replace(spans[-1], reception_to=_placed(last, spans[-1]))
        elif match := _BETWEEN.match(rest) or _HEAD.match(rest):
            pass
        else:
            match = re.match(r"[^\d]+?(?=[、,。/(]|$)|\([^)]*\)|。", rest)
            if match is None or not match.end() or (re.search(r"\d", match[0])):
                return None
            notes.append(match[0].strip("()。※ "))
        rest = rest[match.end() :]
    note = "、".join(note for note in notes if note) or None
    if note is not None and not spans and DITTO.fullmatch(note):
        return None
    return ReadHours(tuple(sorted(dict.fromkeys(spans))), note) if _apart(spans) else None


def _folded(text: str) -> str:
    marked = re.sub(r"[〜～∼–—−‐‑]|(?<=[\d時分半午])[-ー―](?=[\d午翌正])", "~", text)
    folded = unicodedata.normalize("NFKC", marked).casefold().strip()
    folded = re.sub(r"(?<=\d)\s*-\s*(?=[\d午翌])", "~", folded)
    return re.sub(r"\s*~\s*", "~", re.sub(r"(?<=[時前後翌])\s+", "", folded))


def _span(match: re.Match[str]) -> Hours | None:
    start, end = _minutes(match, "a"), _minutes(match, "b")
    if start is None or end is None or start >= DAY_MINUTES:
        return None
    if match["bnext"]:
        end += DAY_MINUTES
        return Hours(start, end) if end - start <= DAY_MINUTES else None
    if end > start:
        return Hours(start, end) if end - start <= DAY_MINUTES else None
    halves = bool(match["ahalf"] or match["anoon"])
    if halves and not match["bhalf"] and end + DAY_MINUTES // 2 > start and end < DAY_MINUTES // 2:
        return Hours(start, end + DAY_MINUTES // 2)
    if start >= 16 * 60 and end <= 12 * 60:
        return Hours(start, end + DAY_MINUTES)
    return None


def _minutes(match: re.Match[str], side: str) -> int | None:
    if match[f"{side}noon"]:
        return DAY_MINUTES // 2
    hour, half = int(match[f"{side}h"]), match[f"{side}half"]
    minute = 30 if match[f"{side}30"] else int(match[f"{side}m"] or match[f"{side}j"] or 0)
    if half in _AFTERNOON and hour < 12 and not (half == "夜" and hour < 5):
        hour += 12
    if minute > 59 or hour > 30 or (half in ("午前", "am") and hour > 12):
        return None
    return hour * 60 + minute


def _placed(last: int, span: Hours) -> int:
    """Return a moment on the day of the span in which it lies."""
    for moment in (last, last + DAY_MINUTES // 2, last + DAY_MINUTES):
        if span.opens <= moment <= span.closes:
            return moment
    return last


def _within(last: int, span: Hours) -> bool:
    return span.opens <= _placed(last, span) <= span.closes


def _apart(spans: list[Hours]) -> bool:
    """Tell whether spans follow each other; 「9時〜12時、1時〜5時」 leaves open what 1時 is."""
    ordered = sorted(set(spans))
    if ordered != list(dict.fromkeys(spans)) and ordered[0].opens < _MORNING:
        return False
    return all(a.closes <= b.opens for a, b in itertools.pairwise(ordered))
