"""The sentences that answers about places are made of, by language (see `concierge.wording`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from concierge.wording import load_wording

__all__ = ["Says"]


@dataclass(frozen=True, slots=True)
class Says:
    """The sentences of one folder; call it with a key, a language and the values to fill in."""

    folder: Path

    @staticmethod
    def beside(module: str) -> Says:
        """Return the sentences in the folder `says/` beside a module (its `__file__`)."""
        return Says(Path(module).with_name("says"))

    def __call__(self, key: str, language: str, **values: object) -> str:
        """Return a sentence with its values. Raises `KeyError` for one that nobody wrote."""
        return load_wording(self.folder, language).say(key, **values)
