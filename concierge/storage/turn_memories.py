"""Memories whose writing waits for the transaction in which the answer is kept too.

So a turn that is done again after a crash starts from the same memory, and a turn whose answer was
kept is never counted twice.
"""

from __future__ import annotations

from pathlib import Path

from concierge.memory import Memory
from concierge.storage.inbox import Statement
from concierge.storage.memories import MemoriesInDatabase, remembering, resident_secret

__all__ = ["TurnMemories"]


class TurnMemories(MemoriesInDatabase):
    """`keep` only holds a memory; `taken` hands over the statements that write it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._held: dict[str, Memory] = {}
        self._place = path

    def recall(self, resident: str) -> Memory:
        """Return what is remembered of a resident, as it was committed."""
        self._held.pop(resident, None)
        return super().recall(resident)

    def keep(self, resident: str, memory: Memory) -> None:
        """Hold a memory until it is taken."""
        self._held[resident] = memory

    def taken(self, resident: str) -> list[Statement]:
        """Return the statements that write what is held of a resident. Raises `SettingError`."""
        memory = self._held.pop(resident, None)
        if memory is None:
            return []
        return remembering(resident_secret(self._place), resident, memory)
