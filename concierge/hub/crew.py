"""Daemon threads that wait for the next piece of work instead of being made for each.

Making a thread and waiting until it runs costs a turn more than most engines do. A thread that is
stuck is simply not there for the next piece: another is made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

__all__ = ["Crew"]

MOST_IDLE = 8


class Crew:
    """Runs each piece of work in a thread of its own, an idle one where there is one."""

    def __init__(self) -> None:
        self._idle: list[SimpleQueue[tuple[Callable[[], None], str]]] = []
        self._lock = threading.Lock()

    def run(self, work: Callable[[], None], name: str) -> None:
        """Let a thread do the work, named so meanwhile; returns at once. `work` must not raise."""
        with self._lock:
            desk = self._idle.pop() if self._idle else None
        if desk is not None:
            desk.put((work, name))
            return
        desk = SimpleQueue()
        desk.put((work, name))
        threading.Thread(target=self._serve, args=(desk,), name=name, daemon=True).start()

    def _serve(self, desk: SimpleQueue[tuple[Callable[[], None], str]]) -> None:
        thread = threading.current_thread()
        while True:
            work, thread.name = desk.get()
            work()
            del work
            thread.name = "engine-idle"
            with self._lock:
                if len(self._idle) >= MOST_IDLE:
                    return
                self._idle.append(desk)
