"""The checks as a class to inherit: pytest and unittest's runners find its methods."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from concierge.engine import Engine
from concierge.testing.subject import Subject
from concierge.testing.verdict import run_check

__all__ = ["EngineTests"]


class EngineTests:
    """Inherit it in a class whose name begins with `Test`, and name the engine.

    `questions` are some it must answer, None takes the engine's `examples`; `knowledge` is a
    municipality's folder, None takes the demonstration town.
    """

    engine: ClassVar[type[Engine]]
    questions: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, str]] = {}
    knowledge: ClassVar[Path | None] = None
    deadline: ClassVar[float] = 2.0

    @property
    def subject(self) -> Subject:
        """The engine as the checks take it."""
        return Subject(self.engine, self.questions, self.options, self.knowledge, self.deadline)

    def test_contract(self) -> None:
        """Answers its own questions, in the form that the contract asks for."""
        run_check("contract", self.subject)

    def test_life(self) -> None:
        """Starts, stands beside another instance, and closes, also after a failed start."""
        run_check("life", self.subject)

    def test_deadline(self) -> None:
        """Answers, or declines, before its deadline."""
        run_check("deadline", self.subject)

    def test_cancellation(self) -> None:
        """Lets go at once where nobody waits any more, and blocks nobody meanwhile."""
        run_check("cancellation", self.subject)

    def test_determinism(self) -> None:
        """Gives the same answer to the same question."""
        run_check("determinism", self.subject)

    def test_languages(self) -> None:
        """Takes a question in any language."""
        run_check("languages", self.subject)

    def test_empty(self) -> None:
        """Has no answer where nothing was asked."""
        run_check("empty", self.subject)

    def test_hostile(self) -> None:
        """Survives whatever is typed."""
        run_check("hostile", self.subject)

    def test_threads(self) -> None:
        """Keeps several residents' questions apart."""
        run_check("threads", self.subject)

    def test_privacy(self) -> None:
        """Leaves nothing of a resident in logs, output, files or itself."""
        run_check("privacy", self.subject)

    def test_import(self) -> None:
        """Costs little to import, and does nothing else then."""
        run_check("import", self.subject)
