"""Labels, days and remarks as they are put into an answer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from concierge.clock import told_day, weekday_name
from concierge.waste.model import Category

__all__ = [
    "closed",
    "days_by_label",
    "days_in_line",
    "first_sentence",
    "labels_joined",
    "plain_text",
    "shown",
]

BREAK = re.compile(r"<\s*(?:br|/p|/li|/div)\b[^>]*>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
SENTENCE = re.compile(r".+?(?:。|[！？!?](?=[^」』])|\n|$)", re.DOTALL)
ENDS_IN_KANA = re.compile("[るいう]$")


def plain_text(text: str) -> str:
    """Return a published remark without its HTML, its lines stripped and none of them empty."""
    without = html.unescape(TAG.sub("", BREAK.sub("\n", text)))
    return "\n".join(line.strip() for line in without.splitlines() if line.strip())


def first_sentence(text: str, longest: int) -> tuple[str, str]:
    """Cut a text after its first sentence; all of it is the rest where that is too long."""
    clean = plain_text(text)
    match = SENTENCE.match(clean)
    if match is None or len(match[0].strip()) > longest:
        return "", clean
    return closed(match[0].strip()), clean[match.end() :].strip()


def closed(sentence: str) -> str:
    """Return a sentence with 。 at its end, unless it ends in another way."""
    return sentence if sentence.endswith(tuple("。！？!?」』）)")) else f"{sentence}。"


def shown(label: str) -> str:
    """Return a label as it stands in a sentence: in 「」 where it ends like a verb (もやせる)."""
    bare = label.strip()
    return f"「{bare}」" if ENDS_IN_KANA.search(bare) else bare


def labels_joined(categories: Iterable[Category]) -> str:
    """Write several categories as one word."""
    return "・".join(dict.fromkeys(category.label.strip() for category in categories))


def days_in_line(days: Sequence[date], today: date) -> str:
    """Write days one after another, the month only where it changes: 12月9日（水）と23日（水）."""
    told = [
        told_day(day, today)
        if place == 0 or (day.year, day.month) != (days[place - 1].year, days[place - 1].month)
        else f"{day.day}日（{weekday_name(day)}）"
        for place, day in enumerate(days)
    ]
    return "と".join(told) if len(told) == 2 else "、".join(told)


def days_by_label(days: Mapping[str, Sequence[date]]) -> str:
    """Write a month's days short, by label: 燃やせるごみが3・7・10日."""
    return "、".join(
        f"{shown(label)}が{'・'.join(str(day.day) for day in each)}日"
        for label, each in days.items()
    )
