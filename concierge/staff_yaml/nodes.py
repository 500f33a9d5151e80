"""What a staff file says, with the place of every word in it.

Every scalar is a `Text`, exactly as typed: `0123`, `no`, `19:30` and `2026-11-20` stay what they
look like. `line` and `column` count from 1. `last_line` is the last line a node reaches to.
"""

from __future__ import annotations

from dataclasses import dataclass

from concierge.problem import Problem, Severity

__all__ = ["Document", "Mapping_", "Node", "Reporter", "Sequence_", "Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `quoted` tells whether it stood in quotes or in a `|` block."""

    value: str
    line: int
    column: int
    last_line: int
    quoted: bool = False

    @property
    def empty(self) -> bool:
        """Nothing was written (`key:` with nothing behind it, or only spaces)."""
        return not self.value.strip()


@dataclass(frozen=True, slots=True)
class Sequence_:  # noqa: N801 - `Sequence` is taken by collections.abc
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Mapping_:  # noqa: N801 - `Mapping` is taken by collections.abc
    """Keys and values in the order written; no key stands twice."""

    items: tuple[tuple[Text, Node], ...]
    line: int
    column: int
    last_line: int

    def get(self, key: str) -> Node | None:
        """Return the value of a key, None where the key is absent."""
        return next((value for name, value in self.items if name.value == key), None)


Node = Text | Sequence_ | Mapping_


@dataclass(frozen=True, slots=True)
class Document:
    """One staff file. `root` is None where it is empty or nothing of it could be read.

    `unusable` is True where the file as a whole was lost (not text, too large, not readable).
    """

    file: str
    root: Node | None
    problems: tuple[Problem, ...]
    unusable: bool = False


class Reporter:
    """Collects the problems of one file.

    At most `limit` are kept, so that a file of another kind does not flood a page of problems.
    `sheet` names the sheet of a workbook; it goes in front of every message.
    """

    def __init__(self, file: str, limit: int = 300, sheet: str | None = None) -> None:
        self.file = file
        self.prefix = f"シート「{sheet}」: " if sheet else ""
        self.limit = limit
        self._problems: dict[Problem, None] = {}
        self._error_lines: set[int] = set()
        self._left_off = 0

    def report(
        self, line: int, column: int, code: str, message: str, severity: Severity = "error"
    ) -> None:
        """Keep a problem; the same one twice is kept once."""
        if severity == "error":
            self._error_lines.add(line)
        if len(self._problems) >= self.limit:
            self._left_off += 1
            return
        problem = Problem(self.file, line, column, severity, code, self.prefix + message)
        self._problems[problem] = None

    def at(self, node: Node, code: str, message: str, severity: Severity = "error") -> None:
        """Keep a problem at the place of a node."""
        self.report(node.line, node.column, code, message, severity)

    def extend(self, problems: tuple[Problem, ...]) -> None:
        """Keep problems that an earlier step found in the same file."""
        for each in problems:
            self.report(each.line, each.column, each.code, each.message, each.severity)

    def spoilt(self, first: int, last: int) -> bool:
        """Tell whether an error stands on one of these lines, both inclusive."""
        return any(line in self._error_lines for line in range(first, last + 1))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything kept, in the order of the file."""
        found = sorted(self._problems, key=lambda each: (each.line, each.column))
        if self._left_off:
            message = (
                f"ほかにも{self._left_off}件の問題があります。"
                "上の問題を直してから、もう一度点検してください。"
            )
            found.append(Problem(self.file, 0, 0, "error", "too-many-problems", message))
        return tuple(found)
