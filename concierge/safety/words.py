"""The words that Japanese signs share, and what takes a sign back: `signs/ja/words.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.safety.signs import Guards, read_guards

__all__ = ["FOLDER", "japanese_guards", "japanese_words", "read_table"]

FOLDER = Path(__file__).parent / "signs" / "ja"


@cache
def read_table(path: Path) -> Mapping[str, Any]:
    """Return what one of the program's own YAML files about safety says, read once."""
    table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table


def _table() -> Mapping[str, Any]:
    return read_table(FOLDER / "words.yaml")


def japanese_words() -> Mapping[str, str]:
    """Return the words that signs share, by name."""
    words: dict[str, str] = _table()["words"]
    return words


@cache
def japanese_guards() -> Guards:
    """Return what takes a sign back."""
    return read_guards(_table())
