"""Pseudonyms: a keyed hash of the resident's key, under a key that changes every few months.

The present key marks what is recorded now. Retired ones serve only 「私の記録」 and erasure, and are
destroyed when nothing recorded under them is kept any more; then nobody can tell whose it was. The
keys stand beside the database in a file that only its owner can read.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO

from concierge.problem import SettingError
from concierge.storage.database import AwayError, passing
from concierge.storage.memories import resident_secret

__all__ = ["Keys", "Pseudonym"]

LENGTH = 16
"""Hexadecimal digits of a pseudonym: two of a million residents are alike once in 37 million."""


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """A resident under the key of one period."""

    period: int
    name: str


class Keys:
    """The keys of all periods that are still needed. Raises `SettingError` or `AwayError`."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(database.name + ".keys")
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[date, bytes]] = {}
        self._secret: bytes | None = None

    def now(self, resident: str, today: date, rotate: int) -> Pseudonym:
        """Return the resident's pseudonym for what is recorded today.

        The first turn more than `rotate` days after a key was made makes the next one.
        """
        with self._lock:
            latest = max(self._kept, default=0)
            if not _serves(self._kept, latest, today, rotate):
                latest = self._renewed(today, rotate)
            return Pseudonym(latest, self._name(resident, latest))

    def all_of(self, resident: str) -> tuple[Pseudonym, ...]:
        """Return every pseudonym a resident still has, for 「私の記録」 and erasure."""
        with self._lock:
            self._read()
            return tuple(Pseudonym(each, self._name(resident, each)) for each in self._kept)

    def stable(self, resident: str) -> str:
        """Return the hash under which a resident's consents are kept; it does not change."""
        return self._hash(self._pepper(), f"consent\0{resident}")

    def mark(self, message: str) -> str:
        """Return the hash under which a message of a channel can be found again (unsend)."""
        return self._hash(self._pepper(), f"message\0{message}")[:LENGTH]

    def destroy(self, today: date, keep: int, rotate: int) -> int:
        """Destroy the keys that nothing kept for `keep` days was made under; return how many."""
        with self._lock:
            if not self._path.exists():
                return 0
            with _locked(self._path) as file:
                kept = _parsed(file.read(), self._path)
                last = timedelta(days=rotate + keep)
                gone = [each for each in kept if kept[each][0] + last < today]
                for each in gone:
                    del kept[each]
                if gone:
                    _rewrite(file, kept)
                self._kept = kept
            return len(gone)

    def _renewed(self, today: date, rotate: int) -> int:
        """Read the keys; add one where the latest has served its time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._path.exists():
                os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            with _locked(self._path) as file:
                kept = _parsed(file.read(), self._path)
                latest = max(kept, default=0)
                if not _serves(kept, latest, today, rotate):
                    if latest and kept[latest][0] > today:
                        kept[latest] = (today, kept[latest][1])
                    latest += 1
                    kept[latest] = (today, secrets.token_bytes(32))
                    _rewrite(file, kept)
        except OSError as error:
            kind = AwayError if passing(error) else SettingError
            raise kind(
                f"{self._path} を読み書きできません（{error}）。権限と空き容量を確かめてください。"
            ) from error
        self._kept = kept
        return latest

    def _read(self) -> None:
        try:
            text = self._path.read_text(encoding="ascii") if self._path.exists() else ""
        except OSError as error:
            raise AwayError(f"{self._path} を読めません（{error}）。") from error
        self._kept = _parsed(text, self._path)

    def _name(self, resident: str, period: int) -> str:
        return self._hash(self._kept[period][1] + self._pepper(), resident)[:LENGTH]

    def _pepper(self) -> bytes:
        if self._secret is None:
            with contextlib.suppress(OSError):
                self._database.parent.mkdir(parents=True, exist_ok=True)
            self._secret = resident_secret(self._database)
        return self._secret

    @staticmethod
    def _hash(key: bytes, text: str) -> str:
        return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _serves(kept: Mapping[int, tuple[date, bytes]], latest: int, today: date, rotate: int) -> bool:
    """Tell whether the latest key is still in its time.

    One from far in the future was made while the clock was wrong; it must not serve until then.
    """
    return bool(latest) and abs(today - kept[latest][0]) < timedelta(days=rotate)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[IO[str]]:
    """Hold a file open for reading and writing, alone."""
    with path.open("r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _parsed(text: str, path: Path) -> dict[int, tuple[date, bytes]]:
    try:
        return {
            int(each["period"]): (date.fromisoformat(each["from"]), bytes.fromhex(each["key"]))
            for each in (json.loads(text) if text.strip() else [])
        }
    except (ValueError, KeyError, TypeError):
        raise SettingError(
            f"{path} の中身が壊れています。バックアップから戻すか、削除してください"
            "（削除すると、それまでの記録はだれのものか分からなくなります）。"
        ) from None


def _rewrite(file: IO[str], kept: Mapping[int, tuple[date, bytes]]) -> None:
    """Write the keys over the old ones, in the same place on the disk as far as files allow."""
    listed = [
        {"period": period, "from": made.isoformat(), "key": key.hex()}
        for period, (made, key) in sorted(kept.items())
    ]
    file.seek(0)
    file.write(json.dumps(listed))
    file.truncate()
    file.flush()
    os.fsync(file.fileno())
