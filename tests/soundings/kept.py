"""A town whose turns are kept, for the tests of the soundings to talk to and to look into."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from concierge.clock import parse_instant
from concierge.concierge import Concierge
from concierge.message import Message, Reply
from concierge.soundings.service import Soundings
from concierge.storage.memories import MemoriesInDatabase
from tests.towns import FRIDAY, write_town

__all__ = ["KeptTown"]


class KeptTown:
    """Says things to a town that keeps its turns, and reads what was kept."""

    def __init__(self, place: Path, **files: str) -> None:
        self.path = place / "kept" / "concierge.db"
        self.folder = place / "town"
        if not self.folder.exists():
            write_town(self.folder)
        for name, text in files.items():
            target = self.folder / name.replace("__", "/")
            target = target.with_suffix(".yaml")
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def say(
        self, *texts: str, at: str = FRIDAY, resident: str = "web:a", **fields: Any
    ) -> list[Reply]:
        """Say several things in one process, close it, and return the replies."""
        return asyncio.run(self._say(texts, at, resident, fields))

    def one(self, text: str, **fields: Any) -> Reply:
        """Say one thing."""
        return self.say(text, **fields)[0]

    async def _say(
        self, texts: tuple[str, ...], at: str, resident: str, fields: dict[str, Any]
    ) -> list[Reply]:
        memories, soundings = MemoriesInDatabase(self.path), Soundings(self.path)
        concierge = Concierge(self.folder, memories, soundings=soundings)
        await concierge.open()
        message = Message("", parse_instant(at), resident=resident, channel="web")
        try:
            return [await concierge.answer(replace(message, text=text, **fields)) for text in texts]
        finally:
            concierge.close()
            soundings.close()
            memories.close()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database."""
        with sqlite3.connect(self.path) as connection:
            return connection.execute(query, values).fetchall()

    def agree(self, resident: str = "web:a", at: str = FRIDAY) -> None:
        """Let a resident agree to everything: improving, soundings (30代, 柳沢), publishing."""
        said = ("同意します", "はい", "30代", "柳沢", "はい")
        replies = self.say(*said, at=at, resident=resident)
        assert replies[-1].text.startswith("設定しました")

    def withdraw_elsewhere(self, purpose: str, resident: str = "web:a") -> None:
        """Take a consent back as another device of the resident would, in between two turns."""
        soundings = Soundings(self.path)
        stable = soundings.log.keys.stable(resident)
        soundings.consents.decide(stable, {purpose: False}, "", "ja", parse_instant(FRIDAY))
        soundings.log.withdraw(resident, purpose)
        soundings.close()

    def found(self, *texts: str) -> list[str]:
        """Return the files beside the database, itself included, in which a text stands."""
        return [
            file.name
            for file in sorted(self.path.parent.iterdir())
            if any(text.encode() in file.read_bytes() for text in texts)
        ]
