"""What the stand-in keeps of residents, messages and tokens, and the shapes it speaks in."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Answer",
    "Call",
    "Content",
    "Group",
    "ReplyToken",
    "Resident",
    "Sent",
    "new_message_id",
    "new_ulid",
    "user_id",
]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to LINE's API, as its handler gets it; `json` has passed the description."""

    operation: str
    request_id: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    json: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: `content` is JSON, or bytes with their type."""

    status: int = 200
    content: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"

    @staticmethod
    def refused(status: int, message: str, **more: Any) -> Answer:
        """Return LINE's form of an error."""
        return Answer(status, {"message": message, **more})


@dataclass(slots=True)
class Resident:
    """A LINE user: whether a friend of the account, and whether the account is blocked."""

    id: str
    name: str
    language: str | None = "ja"
    friend: bool = True
    blocked: bool = False

    @property
    def reached(self) -> bool:
        """Whether messages arrive."""
        return self.friend and not self.blocked


@dataclass(slots=True)
class Group:
    """A group chat or a multi-person chat (room) that the account is in."""

    id: str
    kind: str
    members: tuple[str, ...]


@dataclass(slots=True)
class ReplyToken:
    """A reply token: good once, until `good_until`, for the event that it came with."""

    token: str
    chat: str
    event_id: str
    event_at: float
    good_until: float = 0.0
    used: bool = False


@dataclass(slots=True)
class Content:
    """A file that a resident sent. The first `preparing` requests for it are answered 202."""

    data: bytes
    media_type: str
    preparing: int = 0
    unsent: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One accepted sending: what a chat was given, by which call, and whether anybody saw it.

    `event_id` is the event that a reply answers; `retry_key` what a push came with.
    """

    at: float
    to: str
    how: str
    request_id: str
    messages: Sequence[Mapping[str, Any]]
    ids: tuple[str, ...]
    event_id: str | None = None
    retry_key: str | None = None
    seen: bool = True


def user_id(name: str) -> str:
    """Return the user id of somebody, always the same for the same name."""
    return "U" + hashlib.sha256(name.encode()).hexdigest()[:32]


def new_message_id() -> str:
    """Return an id as LINE gives messages: 18 digits."""
    return str(400_000_000_000_000_000 + secrets.randbelow(200_000_000_000_000_000))


def new_ulid(at: float | None = None) -> str:
    """Return an id as LINE gives webhook events."""
    value = int((time.time() if at is None else at) * 1000) << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))
