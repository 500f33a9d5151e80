"""What was sent, kept for ten minutes for 「ちがいます」: in this process alone, never on disk.

A cry for help is the most private thing a resident sends. The conversation's memory, which may be
kept in a database, holds only a token; the text itself is let go of when it is asked for, after
`KEPT`, or with the process, whichever comes first.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
import time
from datetime import datetime, timedelta

__all__ = ["KEPT", "Doubts"]

KEPT = timedelta(minutes=10)
MOST = 1000
PREFIX = "ちがいます#"


class Doubts:
    """The messages that raised an alarm within the last ten minutes, by a token."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[str, datetime, float]] = {}
        self._lock = threading.Lock()

    def keep(self, text: str, at: datetime) -> str:
        """Keep a message that was sent at a moment; return the token for it."""
        token = f"{PREFIX}{secrets.token_hex(8)}"
        with self._lock:
            self._let_go()
            self._texts[token] = (text, at, time.monotonic())
            while len(self._texts) > MOST:
                del self._texts[next(iter(self._texts))]
        with contextlib.suppress(RuntimeError):  # no loop is running: the next call lets go
            asyncio.get_running_loop().call_later(KEPT.total_seconds(), self.take, token, at)
        return token

    def take(self, token: str | None, at: datetime) -> str | None:
        """Return a message and let go of it; None where it is no longer, or never was, known."""
        with self._lock:
            self._let_go()
            text, sent, _ = self._texts.pop(token or "", (None, at, 0.0))
        return text if at - sent <= KEPT else None

    @staticmethod
    def is_token(text: str | None) -> bool:
        """Tell whether a text is a token of `keep`."""
        return text is not None and text.startswith(PREFIX)

    def _let_go(self) -> None:
        before = time.monotonic() - KEPT.total_seconds()
        for token in [t for t, (_, _, kept) in self._texts.items() if kept < before]:
            del self._texts[token]
