"""What a number is: of a card (Luhn), My Number with its check digit, or a date.

My Number's check digit: ministerial order 85 of 2014, article 5 (行政手続における特定の個人を識別する
ための番号の利用等に関する法律の規定による…省令).
"""

from __future__ import annotations

import re
from datetime import date

__all__ = ["digits_of", "in_digits", "is_card", "is_date", "is_my_number"]

KANJI = str.maketrans("〇○零一二三四五六七八九", "000123456789")
DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d)[-/.]?(?P<m>\d{1,2})[-/.]?(?P<d>\d{1,2})(?:[t ]?\d{2}:?\d{2})?"
)


def in_digits(text: str) -> str:
    """Return the text with kanji digits as digits, character for character."""
    return text.translate(KANJI)


def digits_of(text: str) -> str:
    """Return only the digits of a text."""
    return "".join(character for character in text if character in "0123456789")


def is_card(digits: str) -> bool:
    """Tell whether digits pass the check of payment cards (Luhn, ISO/IEC 7812-1)."""
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_my_number(digits: str) -> bool:
    """Tell whether twelve digits are a My Number by its check digit."""
    if len(digits) != 12:
        return False
    body = [int(digit) for digit in reversed(digits[:11])]
    total = sum(
        digit * (place + 1 if place <= 6 else place - 5) for place, digit in enumerate(body, 1)
    )
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def is_date(text: str) -> bool:
    """Tell whether a number is a day written year first (2026-11-20, 20261120), time allowed."""
    found = DATE.fullmatch(text.strip())
    if found is None:
        return False
    try:
        date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return False
    return True
