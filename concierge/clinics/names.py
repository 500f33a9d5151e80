"""Names of clinics as they are compared: width, spaces and marks of notes never tell two apart."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["name_key", "without_mark"]

MARK = re.compile(r"[（(](?:注|※|\*)\d{0,2}[）)]|[※*]\d{0,2}$")


def name_key(name: str) -> str:
    """Return what two spellings of one clinic's name have in common."""
    return re.sub(r"\s|・", "", unicodedata.normalize("NFKC", without_mark(name))).casefold()


def without_mark(name: str) -> str:
    """Return a name without the mark that points to a note: 所沢美原総合病院(注)."""
    return MARK.sub("", name).strip()
