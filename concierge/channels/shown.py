"""What of a reply's text a channel leaves out where it shows the same thing better beside it."""

from __future__ import annotations

import re
import unicodedata

from concierge.message import Choice, Source

__all__ = ["SOURCE_LINE", "without_listed_choices", "without_source_lines"]

SOURCE_LINE = re.compile(
    r"^[（(【［\[]?\s*(?:出典|資料|データ|Sources?|Data)\s*[】］\]）):：]", re.IGNORECASE
)
_LISTED = re.compile(r"^\s*([0-9]{1,2})\s*[.)、]\s*(.+?)\s*$")


def without_source_lines(text: str, sources: tuple[Source, ...]) -> str:
    """Drop the lines after the last empty one that start like a source line and name a source."""
    head, gap, tail = text.rstrip().replace("\r\n", "\n").rpartition("\n\n")
    if not gap:
        return text
    titles = [source.title for source in sources if source.title]
    kept = [
        line
        for line in tail.split("\n")
        if not (SOURCE_LINE.match(line.strip()) and any(title in line for title in titles))
    ]
    return head + gap + "\n".join(kept)


def without_listed_choices(text: str, choices: tuple[Choice, ...]) -> str:
    """Drop `1. label` lines where they list every choice in order, as for channels without buttons."""
    wanted = [(str(number), choice.label.strip()) for number, choice in enumerate(choices, 1)]
    lines = text.replace("\r\n", "\n").split("\n")
    listed = {
        index: match.groups()
        for index, line in enumerate(lines)
        if (match := _LISTED.match(unicodedata.normalize("NFKC", line))) is not None
    }
    normal = [(number, unicodedata.normalize("NFKC", label)) for number, label in wanted]
    if not wanted or list(listed.values()) != normal:
        return text
    return "\n".join(line for index, line in enumerate(lines) if index not in listed)
