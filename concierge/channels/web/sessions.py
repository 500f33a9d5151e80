"""Who is asking, as far as the web chat knows: a random cookie, set with the first question.

Sessions live in this process and are bounded in number; losing one loses only its place in the
queue and its count of questions, never what the concierge remembers.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from concierge.channels.web.refused import RefusedError

__all__ = [
    "COOKIE_DAYS",
    "KEY",
    "Session",
    "Sessions",
    "forget_cookie",
    "new_key",
    "session_key",
    "set_cookie",
]

COOKIE_DAYS = 30
KEY = re.compile(r"[A-Za-z0-9_-]{43}")
"""How a key looks that `new_key`, or the desk's page, has made."""


@dataclass(slots=True)
class Session:
    """One resident's turns: `lock` keeps them in order; `waiting` counts those not finished."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    times: deque[float] = field(default_factory=deque)
    waiting: int = 0
    warned: bool = False


class Sessions:
    """The sessions of this process.

    At most `turns` questions within `seconds` of one session, `queue` of them unfinished at a
    time; at most `limit` sessions are remembered and `capacity` turns unfinished among all.
    """

    def __init__(
        self,
        *,
        turns: int = 20,
        seconds: float = 60.0,
        queue: int = 3,
        limit: int = 10_000,
        capacity: int = 256,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turns, self._seconds, self._queue = turns, seconds, queue
        self._limit, self._capacity, self._clock = limit, capacity, clock
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._unfinished = 0

    def __len__(self) -> int:
        return len(self._sessions)

    def get(self, key: str) -> Session:
        """Return the session, new where it is unknown; the longest idle one makes room."""
        session = self._sessions.pop(key, None) or Session()
        self._sessions[key] = session
        if len(self._sessions) > self._limit:
            idle = (k for k, s in self._sessions.items() if not s.waiting and k != key)
            del self._sessions[next(idle, key)]
        return session

    def admit(self, key: str) -> Session:
        """Count one question. Raises `RefusedError` where there are too many, at length once."""
        if self._unfinished >= self._capacity:
            raise RefusedError("crowded", HTTPStatus.SERVICE_UNAVAILABLE, wait=5)
        session, now = self.get(key), self._clock()
        if session.waiting >= self._queue:
            raise RefusedError("in-turn", HTTPStatus.TOO_MANY_REQUESTS, wait=3)
        while session.times and session.times[0] <= now - self._seconds:
            session.times.popleft()
        if len(session.times) >= self._turns:
            code = "too-many-still" if session.warned else "too-many"
            session.warned = True
            wait = int(session.times[0] + self._seconds - now) + 1
            raise RefusedError(code, HTTPStatus.TOO_MANY_REQUESTS, wait=wait)
        session.times.append(now)
        session.warned = False
        return session

    def begin(self, session: Session) -> None:
        """Count a turn as unfinished; `end` must follow."""
        session.waiting += 1
        self._unfinished += 1

    def end(self, session: Session) -> None:
        """Count a turn as finished, answered or not."""
        session.waiting -= 1
        self._unfinished -= 1


def session_key(request: Request) -> str | None:
    """Return the key in the resident's cookie, None where there is none that we made."""
    key = request.cookies.get(_cookie_name(request), "")
    return key if KEY.fullmatch(key) else None


def new_key() -> str:
    """Return a key of 256 random bits."""
    return secrets.token_urlsafe(32)


def set_cookie(request: Request, response: Response, key: str) -> None:
    """Let the browser bring the key with its next question, for `COOKIE_DAYS` from now."""
    response.set_cookie(
        _cookie_name(request),
        key,
        max_age=COOKIE_DAYS * 24 * 60 * 60,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def forget_cookie(request: Request, response: Response) -> None:
    """Let the browser drop its key."""
    response.delete_cookie(
        _cookie_name(request),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _cookie_name(request: Request) -> str:
    """Return the name; with https one that no neighbouring host can set (RFC 6265bis, 4.1.3)."""
    return "__Host-concierge" if request.url.scheme == "https" else "concierge"
