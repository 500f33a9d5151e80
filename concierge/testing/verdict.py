"""Runs the checks one after another and says how each ended; nothing an engine does stops them."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from concierge.testing.checks import CHECKS, NonconformityError
from concierge.testing.nonconformity import SlownessError
from concierge.testing.subject import Subject

__all__ = ["Finding", "check_engine", "run_check"]

LONGEST = 60.0
"""Seconds a check may take altogether, before the engine counts as stuck in it."""
TRIES = 3
"""Times a check is run that finds an engine slow."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one check ended. `message` is Japanese: what is wrong, and what to do."""

    check: str
    passed: bool
    message: str
    milliseconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON fields of `concierge engines check`."""
        return {**asdict(self), "milliseconds": round(self.milliseconds, 1)}


def check_engine(subject: Subject) -> list[Finding]:
    """Run every check on an engine, in the order of `CHECKS`."""
    return [_finding(name, subject) for name in CHECKS]


def run_check(name: str, subject: Subject) -> None:
    """Run one check. Raises `NonconformityError` with what is wrong.

    Slowness counts once it has been seen in `TRIES` runs, as a busy machine makes any engine slow
    for a moment.
    """
    for _ in range(TRIES - 1):
        with contextlib.suppress(SlownessError):
            return _run_once(name, subject)
    return _run_once(name, subject)


def _run_once(name: str, subject: Subject) -> None:
    ended: list[BaseException | None] = []
    check: Callable[[Subject], None] = CHECKS[name]

    def work() -> None:
        try:
            check(subject)
        except BaseException as error:
            ended.append(error)
        else:
            ended.append(None)

    thread = threading.Thread(target=work, name=f"check-{name}", daemon=True)
    thread.start()
    thread.join(LONGEST)
    if not ended:
        raise NonconformityError(
            f"{LONGEST:g}秒たっても終わりません。終わりのない待ちや繰り返しがないか見てください。"
        )
    error = ended[0]
    if isinstance(error, NonconformityError):
        raise error
    if error is not None:
        raise NonconformityError(
            f"{type(error).__name__} が起きました（{_short(error)}）。"
        ) from error


def _finding(name: str, subject: Subject) -> Finding:
    began = time.perf_counter()
    message = ""
    try:
        run_check(name, subject)
    except NonconformityError as error:
        message = str(error)
    return Finding(name, not message, message, (time.perf_counter() - began) * 1000)


def _short(error: BaseException) -> str:
    text = str(error).encode("utf-8", "replace").decode()
    return text if len(text) <= 200 else text[:200] + "…"
