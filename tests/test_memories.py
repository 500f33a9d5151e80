"""What is remembered is let go of in time: conversations in hours, homes in a year."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from concierge.clock import parse_instant
from concierge.memory import Memory
from concierge.storage.memories import MemoriesInDatabase

NOW = parse_instant("2026-11-20T09:00")


def test_conversations_expire_in_hours_and_homes_in_a_year(tmp_path: Path) -> None:
    memories = MemoriesInDatabase(tmp_path / "concierge.db")
    talked = Memory(areas=("柳沢",), said="柳沢", updated=NOW)
    at_home = Memory(homes={"自宅": "柳沢"}, updated=NOW)
    memories.keep("talked", talked)
    memories.keep("home", at_home)
    memories.expire(NOW + timedelta(hours=11))
    assert memories.recall("talked") == talked
    memories.expire(NOW + timedelta(hours=13))
    assert memories.recall("talked").empty
    assert memories.recall("home") == at_home
    memories.expire(NOW + timedelta(days=401))
    assert memories.recall("home").empty
    memories.close()
