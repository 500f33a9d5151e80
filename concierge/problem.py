"""One shape for everything that is wrong with what people give us.

A staff member's YAML, a published CSV cell, a setting, a plug-in: each mistake is a `Problem` that
names the file, line and column, says in Japanese what is wrong and what to do. Readers collect
problems and go on; they raise `KnowledgeError` only where nothing at all can be used.

Exceptions
----------
ConciergeError           anything this program raises on purpose
├── KnowledgeError       a folder or file that cannot be used at all; carries its problems
└── SettingError         an environment variable or option that cannot be used
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

__all__ = ["ConciergeError", "KnowledgeError", "Problem", "SettingError", "Severity", "told"]

Severity = Literal["error", "warning", "info"]
"""`error` loses an answer, `warning` may lose one or was repaired, `info` is only worth knowing."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it.

    `line` and `column` count from 1; 0 means the file as a whole. `message` is Japanese, addressed
    to staff, and ends with what to do. `code` is a stable kebab-case name for programs.
    """

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str

    def as_dict(self) -> dict[str, str | int]:
        """Return the JSON fields of `concierge data check`."""
        return asdict(self)

    def __str__(self) -> str:
        where = self.file if not self.line else f"{self.file}:{self.line}:{self.column}"
        label = {"error": "誤り", "warning": "注意", "info": "お知らせ"}[self.severity]
        return f"{where}: {label}: {self.message} [{self.code}]"


class ConciergeError(Exception):
    """Base of everything that this program raises on purpose."""


class KnowledgeError(ConciergeError):
    """A folder or file that cannot be used at all."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SettingError(ConciergeError):
    """A setting that cannot be used; the message (Japanese) says which and what it may be."""


def told(error: BaseException) -> str:
    """Return kind and message of what a plug-in raised, also where its message cannot be had."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__
