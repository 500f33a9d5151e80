"""The one SQLite file: migrations, backup and restore, trouble with the disk, who may read it."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from concierge.clock import parse_instant
from concierge.memory import Memory
from concierge.problem import SettingError
from concierge.storage.database import database_path, open_database
from concierge.storage.memories import MemoriesInDatabase, resident_secret
from tests.towns import Talk, write_town

NOW = parse_instant("2026-11-20T09:00")
HOME = Memory(homes={"自宅": "柳沢"}, updated=NOW)


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}


def test_migrations_are_applied_once_and_again_harmlessly(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "concierge.db"
    for _ in range(2):
        open_database(path).close()
        assert "conversations" in tables(path)


def test_an_older_file_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "concierge.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE mine (note TEXT)")
        connection.execute("INSERT INTO mine VALUES ('kept')")
    open_database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT note FROM mine").fetchall() == [("kept",)]


def test_several_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "concierge.db"
    program = (
        "import sys, pathlib\n"
        "from concierge.storage.memories import MemoriesInDatabase\n"
        "from concierge.memory import Memory\n"
        "memories = MemoriesInDatabase(pathlib.Path(sys.argv[1]))\n"
        "memories.keep(sys.argv[2], Memory(homes={'自宅': sys.argv[2]}))\n"
        "memories.close()\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(path), f"r{number}"])
        for number in range(4)
    ]
    assert [process.wait(60) for process in running] == [0] * 4
    memories = MemoriesInDatabase(path)
    for number in range(4):
        assert memories.recall(f"r{number}").homes == {"自宅": f"r{number}"}
    memories.close()


def test_backup_and_restore(tmp_path: Path) -> None:
    path, copy = tmp_path / "a" / "concierge.db", tmp_path / "b" / "concierge.db"
    copy.parent.mkdir()
    memories = MemoriesInDatabase(path)
    memories.keep("web:x", HOME)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    memories.close()
    secret = path.with_name("concierge.db.secret")
    copy.with_name("concierge.db.secret").write_bytes(secret.read_bytes())
    restored = MemoriesInDatabase(copy)
    assert restored.recall("web:x") == HOME
    restored.close()


def test_the_file_holds_neither_the_key_nor_what_was_typed(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    path = tmp_path / "concierge.db"
    memories = MemoriesInDatabase(path)
    talk = Talk(town, memories)
    talk(
        "ひみつのことばです。柳沢の燃えるごみいつ",
        "宇宙旅行に申し込みたい",
        resident="web:key-of-a",
    )
    memories.close()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("concierge.db*"))
    for trace in ("key-of-a", "ひみつ", "宇宙旅行"):
        assert trace.encode() not in stored


def test_the_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "concierge.db"
    memories = MemoriesInDatabase(path)
    memories.keep("web:x", HOME)
    for file in tmp_path.glob("concierge.db*"):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
    memories.close()
    assert resident_secret(path) == resident_secret(path)


def test_a_locked_database_never_costs_an_answer(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    path = tmp_path / "concierge.db"
    memories = MemoriesInDatabase(path)
    talk = Talk(town, memories)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert talk.say("犬を飼いはじめた").answer_id == "dog"
        other.rollback()
    memories.close()


def test_what_a_lock_kept_from_the_file_is_written_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "concierge.db"
    memories = MemoriesInDatabase(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        memories.keep("web:x", HOME)
        other.rollback()
    memories.close()
    again = MemoriesInDatabase(path)
    assert again.recall("web:x") == HOME
    again.close()


def test_a_full_database_never_costs_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concierge.storage import memories as module  # noqa: PLC0415

    def tiny(path: Path) -> sqlite3.Connection:
        connection = open_database(path)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(module, "open_database", tiny)
    talk = Talk(write_town(tmp_path / "town"), MemoriesInDatabase(tmp_path / "concierge.db"))
    for number in range(30):
        assert talk.say("犬を飼いはじめた", resident=f"r{number}" * 50).answer_id == "dog"


@pytest.mark.parametrize("url", ["postgres://x", "sqlite://x", "sqlite:///", "nonsense"])
def test_an_address_that_is_none_is_told_in_japanese(url: str) -> None:
    with pytest.raises(SettingError, match="CONCIERGE_DATABASE"):
        database_path(url)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "concierge.db"
    path.write_bytes(b"this is no database, but a letter" * 100)
    with pytest.raises(SettingError, match="開けません"):
        open_database(path)
