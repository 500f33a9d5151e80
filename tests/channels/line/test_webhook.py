"""What the webhook accepts, and that it is in the inbox before it is acknowledged."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from concierge.channels.line.webhook import LARGEST, LineWebhook
from concierge.storage.committing import Committer
from concierge.storage.database import open_database
from concierge.storage.inbox import Arrival, inbox_path, keeping, open_inbox
from tests.channels.line.deliveries import SECRET, delivery, event, rows, sign, text

ACTIVE = {"mode": "active"}
GROUP = {"type": "group", "groupId": "G1", "userId": "U1"}


def post(
    path: Path,
    body: bytes,
    signature: str | None = None,
    *,
    secrets: Sequence[str] = (SECRET,),
    chunks: int = 1,
    times: int = 1,
) -> list[int]:
    """Deliver a body (several times at once) to a webhook whose inbox is this file."""
    signed = sign(body) if signature is None else signature

    async def deliver() -> list[int]:
        committer = Committer(lambda: open_inbox(inbox_path(path)))

        async def keep(events: Sequence[Arrival]) -> None:
            await committer.write(keeping(events))

        webhook = LineWebhook(secrets, keep, lambda: b"k" * 32)
        try:
            return await asyncio.gather(
                *(call(webhook, body, signed, chunks) for _ in range(times))
            )
        finally:
            await asyncio.to_thread(committer.close)

    return asyncio.run(deliver())


async def call(webhook: LineWebhook, body: bytes, signature: str, chunks: int = 1) -> int:
    """Call the ASGI application as a server does; return the status."""
    size = max(1, -(-len(body) // chunks))
    parts = [body[start : start + size] for start in range(0, len(body), size)] or [b""]
    given = iter(parts)
    left = len(parts)
    statuses: list[int] = []

    async def receive() -> Message:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": next(given), "more_body": left > 0}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"x-line-signature", signature.encode("latin-1"))] if signature else []
    scope: dict[str, Any] = {"type": "http", "method": "POST", "headers": headers}
    await webhook(scope, receive, send)
    return statuses[0]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    path = tmp_path / "concierge.db"
    open_database(path).close()
    open_inbox(inbox_path(path)).close()
    return path


def test_an_event_is_kept_with_a_pseudonym(inbox: Path) -> None:
    body = delivery(text("住民票がほしい", user="Uprivate"))
    assert post(inbox, body) == [200]
    [(lane, kind, kept)] = rows(inbox, "lane, kind, body")
    assert (kind, kept) == ("message.text", body)
    assert "Uprivate" not in lane
    assert len(lane) == 40


def test_the_consoles_verification_is_answered(inbox: Path) -> None:
    assert post(inbox, b'{"destination":"U0","events":[]}') == [200]
    assert rows(inbox) == []


@pytest.mark.parametrize(
    "signature",
    ["", "x", sign(b"another body"), sign(b"{}", "another secret"), "\xff\xfe", "=" * 44],
)
def test_nothing_unsigned_is_kept(inbox: Path, signature: str) -> None:
    assert post(inbox, delivery(text("x")), signature) == [401]
    assert rows(inbox) == []


def test_the_signature_is_over_the_raw_bytes(inbox: Path) -> None:
    body = b' {"events" : [ ] , "destination":"\\u0055" } \n'
    assert post(inbox, body) == [200]
    assert post(inbox, body + b" ", sign(body)) == [401]


def test_events_forwarded_under_another_secret_are_accepted(inbox: Path) -> None:
    body = delivery(text("x"))
    assert post(inbox, body, sign(body, "vendor"), secrets=(SECRET, "vendor")) == [200]
    assert post(inbox, body, sign(body, "vendor")) == [401]


def test_without_a_secret_it_says_what_to_set(
    inbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert post(inbox, delivery(text("x")), sign(b"", ""), secrets=()) == [503]
    assert "LINE_CHANNEL_SECRET" in caplog.text


def test_a_body_in_pieces_is_one_body(inbox: Path) -> None:
    assert post(inbox, delivery(text("あ" * 500)), chunks=7) == [200]
    assert len(rows(inbox)) == 1


def test_a_body_beyond_bounds_is_refused(inbox: Path) -> None:
    body = b" " * (LARGEST + 1)
    assert post(inbox, body) == [413]
    assert post(inbox, body, chunks=20) == [413]


def test_several_residents_in_one_delivery(inbox: Path) -> None:
    body = delivery(text("a", user="U1"), text("b", user="U2"), text("c", user="U1"))
    assert post(inbox, body) == [200]
    found = rows(inbox, "lane, body")
    assert [json.loads(kept)["events"][0]["message"]["text"] for _, kept in found] == list("abc")
    assert found[0][0] == found[2][0] != found[1][0]


def test_what_is_unknown_never_costs_the_batch(inbox: Path) -> None:
    odd: list[Any] = [
        None,
        7,
        "event",
        [],
        {},
        {"type": 3},
        {"type": "message"},
        {"type": "message", "message": "text"},
        {"type": "message", "message": {"type": "hologram", "id": 5}, "source": 1},
        event("quantum", mode="entangled"),
        {**event("message"), "source": {"type": "planet", "userId": ["U"]}},
        {**text("no id"), "webhookEventId": None, "timestamp": "yesterday"},
        {**text("long id"), "webhookEventId": "x" * 5000, "timestamp": 10**40},
        {**text("surrogates \ud800"), "webhookEventId": "\ud800"},
        {**text("odd source"), "source": {"type": "user", "userId": "\udfff"}},
    ]
    body = json.dumps({"events": [*odd, text("住民票がほしい")]}).encode()
    assert post(inbox, body) == [200]
    kinds = [kind for (kind,) in rows(inbox, "kind")]
    assert kinds[-1] == "message.text"
    assert "quantum" in kinds


def test_what_has_no_id_is_known_by_its_content(inbox: Path) -> None:
    nameless = {**text("x"), "webhookEventId": None}
    assert post(inbox, delivery(nameless, nameless)) == [200]
    assert len(rows(inbox)) == 1


def test_duplicates_are_kept_once(inbox: Path) -> None:
    body = delivery(text("x", event_id="E1"))
    assert post(inbox, body, times=20) == [200] * 20
    again = delivery(text("x", event_id="E1", deliveryContext={"isRedelivery": True}))
    assert post(inbox, again) == [200]
    assert [row[0] for row in rows(inbox)] == ["E1"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (b"\xff\xfe\x00", 400),
        (b"[" * 100_000, 400),
        (b'{"events": ' + b"1" * 10_000 + b"}", 400),
        (b"[]", 200),
        (b"null", 200),
        (b'{"events": {}}', 200),
        (b'{"events": [[[]]]}', 200),
    ],
)
def test_what_is_no_delivery_is_answered_and_not_kept(
    inbox: Path, body: bytes, status: int
) -> None:
    assert post(inbox, body) == [status]
    assert rows(inbox) == []


def test_a_groups_talk_is_not_kept_unless_we_are_mentioned(inbox: Path) -> None:
    mentioned = text("@案内 ごみの日", source=GROUP)
    mentioned["message"]["mention"] = {"mentionees": [{"index": 0, "length": 3, "isSelf": True}]}
    other = text("@山田さん ひみつ", source=GROUP)
    other["message"]["mention"] = {"mentionees": [{"index": 0, "length": 5, "isSelf": False}]}
    private = text("ひみつの話", source=GROUP)
    room = text("ひみつの部屋", source={"type": "room", "roomId": "R1"})
    sticker = event("message", source=GROUP, message={"type": "sticker", "id": "1"})
    assert post(inbox, delivery(private, other, room, sticker)) == [200]
    assert rows(inbox) == []
    assert post(inbox, delivery(mentioned, private)) == [200]
    assert len(rows(inbox)) == 1


def test_a_groups_talk_beside_a_mention_is_not_kept(inbox: Path) -> None:
    mentioned = text("@案内 ごみの日", source=GROUP)
    mentioned["message"]["mention"] = {"mentionees": [{"index": 0, "length": 3, "isSelf": True}]}
    private = text("ひみつの話", source=GROUP)
    assert post(inbox, delivery(private, mentioned)) == [200]
    [(kept,)] = rows(inbox, "body")
    assert "ひみつ".encode() not in kept


def test_nothing_is_kept_in_standby_but_what_erases(inbox: Path) -> None:
    standby = {"mode": "standby"}
    events = (text("x", **standby), event("follow", **standby), event("unfollow", **standby))
    assert post(inbox, delivery(*events)) == [200]
    assert rows(inbox, "kind") == [("unfollow",)]


def test_acknowledged_means_committed(inbox: Path) -> None:
    class Watching(sqlite3.Connection):
        committed = 0

        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:  # type: ignore[override]
            done = super().execute(sql, *values)
            Watching.committed += sql == "COMMIT"
            return done

    seen: list[int] = []

    async def deliver() -> None:
        committer = Committer(lambda: sqlite3.connect(inbox_path(inbox), factory=Watching))

        async def keep(events: Sequence[Arrival]) -> None:
            await committer.write(keeping(events))
            seen.append(Watching.committed)

        webhook = LineWebhook([SECRET], keep, lambda: b"k" * 32)
        body = delivery(text("x"))
        assert await call(webhook, body, sign(body)) == 200
        with closing(sqlite3.connect(inbox_path(inbox))) as other:
            assert other.execute("SELECT count(*) FROM arrivals").fetchone() == (1,)
        await asyncio.to_thread(committer.close)

    asyncio.run(deliver())
    assert seen == [1]
