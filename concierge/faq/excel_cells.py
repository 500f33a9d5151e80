"""Shows a cell of a workbook as Excel shows it, as far as its number format is a plain one.

Number formats are those of ECMA-376 part 1, 18.8.31. A format that is not understood gives the
plain value: whole numbers without a point, days as 2026-04-01.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from concierge.clock import weekday_name

__all__ = ["shown"]

ERAS = (
    (date(2019, 5, 1), "令和", "R"),
    (date(1989, 1, 8), "平成", "H"),
    (date(1926, 12, 25), "昭和", "S"),
)
DATE_TOKEN = re.compile(
    r"yyyy|yy|mmmm|mmm|mm|m|dddd|ddd|dd|d|aaaa|aaa|ggg|gg|g|ee|e|hh|h|ss|s|AM/PM|\"[^\"]*\"|\\.|.",
    re.IGNORECASE,
)
DECORATION = re.compile(r"\[[^\]]*\]|_.|\*.|[\"\\]")
NUMBER_FORMAT = re.compile(
    r"(?P<before>[^0#?]*)(?P<whole>[0#,?-]+)(?:\.(?P<point>[0#]+))?(?P<after>.*)"
)
LONGEST_WHOLE = 15
"""Digits of a number that Excel keeps."""


def shown(value: object, number_format: str | None) -> str:
    """Return the text of one cell's value, empty for None."""
    pattern = (number_format or "General").split(";")[0]
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() | date() | time():
            return _moment(value, pattern)
        case timedelta():
            minutes = int(value.total_seconds()) // 60
            return f"{minutes // 60}:{minutes % 60:02}"
        case int() | float():
            return _number(value, pattern)
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")


def _moment(value: date | datetime | time, pattern: str) -> str:
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02}"
    day = value.date() if isinstance(value, datetime) else value
    clock = value.time() if isinstance(value, datetime) else time()
    plain = day.isoformat() + (f" {clock.hour}:{clock.minute:02}" if clock != time() else "")
    pattern = re.sub(r"\[[^\]]*\]|;@", "", pattern)
    if not re.search("[ymdge]", re.sub(r"\"[^\"]*\"", "", pattern), re.IGNORECASE):
        return plain
    if re.search(r"[ymd]+[-/][ymd]+", pattern, re.IGNORECASE) and "y" in pattern.lower():
        return plain  # the order of a numeric date depends on the machine; the day does not
    return "".join(_token(token, day, clock) for token in DATE_TOKEN.findall(pattern)).strip()


def _token(token: str, day: date, clock: time) -> str:
    era = next(
        ((name, letter, day.year - began.year + 1) for began, name, letter in ERAS if day >= began),
        ("", "", day.year),
    )
    values: dict[str, str] = {
        "yyyy": str(day.year),
        "yy": f"{day.year % 100:02}",
        "mm": f"{day.month:02}",
        "m": str(day.month),
        "dd": f"{day.day:02}",
        "d": str(day.day),
        "aaaa": f"{weekday_name(day)}曜日",
        "aaa": weekday_name(day),
        "ggg": era[0],
        "gg": era[0][:1],
        "g": era[1],
        "ee": f"{era[2]:02}",
        "e": str(era[2]),
        "hh": f"{clock.hour:02}",
        "h": str(clock.hour),
        "ss": f"{clock.second:02}",
        "s": str(clock.second),
    }
    if token.startswith('"'):
        return token.strip('"')
    return token[1:] if token.startswith("\\") else values.get(token.lower(), token)


def _number(value: float, pattern: str) -> str:
    plain = _plain(value)
    percent = "%" in pattern
    match = NUMBER_FORMAT.fullmatch(DECORATION.sub("", pattern))
    if match is None or pattern.lower() == "general" or "e+" in pattern.lower():
        return plain
    places = len(match["point"] or "")
    scaled = Decimal(repr(value)) * (100 if percent else 1)
    rounded = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    layout = match["whole"]
    digits = whole.zfill(layout.count("0"))
    if "," in layout:
        digits = f"{int(digits):,}"
    elif "-" in layout:
        digits = _hyphenated(digits, layout)
    fraction = fraction.rstrip("0") if match["point"] and "#" in match["point"] else fraction
    sign = "-" if rounded < 0 else ""
    return f"{match['before']}{sign}{digits}{'.' if fraction else ''}{fraction}{match['after']}"


def _hyphenated(digits: str, layout: str) -> str:
    """Put the hyphens of a format such as `000-0000` between the digits."""
    shown_digits: list[str] = []
    rest = list(digits)
    for mark in reversed(layout):
        if mark == "-":
            shown_digits.append("-")
        elif rest:
            shown_digits.append(rest.pop())
    return "".join(rest) + "".join(reversed(shown_digits)).lstrip("-")


def _plain(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**LONGEST_WHOLE:
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f") if isinstance(value, float) else str(value)
