"""The stand-in: what it takes, what it refuses, and that it fails as it is told."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest
from line_fixtures import HELLO, MULTICAST, PUSH, REPLY, Clock, reply, token_for

from concierge.channels.line.standin import Fault, Kind, StandIn
from concierge.channels.line.standin.description import operations

# ------------------------------------------------------------------------------------ replying


def test_a_reply_arrives_once_and_is_counted_to_its_event(
    standin: StandIn, line: httpx.Client
) -> None:
    event = token_for(standin)
    done = reply(line, event)
    assert done.status_code == 200
    assert done.json()["sentMessages"][0]["id"].isdigit()
    assert done.headers["x-line-request-id"]
    assert standin.seen_by(standin.resident("花子")) == HELLO
    again = reply(line, event)
    assert (again.status_code, again.json()) == (400, {"message": "Invalid reply token"})
    assert len(standin.answers_to(event)) == 1
    assert standin.used == 0, "replies are free"


def test_a_reply_token_dies_after_a_minute(
    standin: StandIn, line: httpx.Client, clock: Clock
) -> None:
    early, late = token_for(standin), token_for(standin)
    clock.time += 59.9
    assert reply(line, early).status_code == 200
    clock.time += 0.1
    assert reply(line, late).status_code == 400
    assert reply(line, {"replyToken": "0" * 32}).status_code == 400


def test_a_refused_message_leaves_the_token_good(standin: StandIn, line: httpx.Client) -> None:
    event = token_for(standin)
    assert reply(line, event, [{"type": "text", "text": ""}]).status_code == 400
    assert reply(line, event).status_code == 200


def test_a_reply_with_a_retry_key_is_refused(standin: StandIn, line: httpx.Client) -> None:
    event = token_for(standin)
    body = {"replyToken": event["replyToken"], "messages": HELLO}
    key = {"X-Line-Retry-Key": str(uuid.uuid4())}
    assert line.post(REPLY, json=body, headers=key).status_code == 400
    assert standin.sent == []
    assert standin.refused[0][0] == "replyMessage"


def test_a_reply_to_somebody_who_has_blocked_is_taken_and_seen_by_nobody(
    standin: StandIn, line: httpx.Client
) -> None:
    event = token_for(standin)
    standin.events.unfollow(standin.resident("花子"))
    assert reply(line, event).status_code == 200
    assert standin.seen_by(standin.resident("花子")) == []


# ------------------------------------------------------------------------------------- pushing


def push(line: httpx.Client, to: str, key: str | None = None) -> httpx.Response:
    headers = {} if key is None else {"X-Line-Retry-Key": key}
    return line.post(PUSH, json={"to": to, "messages": HELLO}, headers=headers)


def test_a_retry_key_lets_a_push_through_once_a_day(
    standin: StandIn, line: httpx.Client, clock: Clock
) -> None:
    hanako, key = standin.resident("花子"), str(uuid.uuid4())
    first = push(line, hanako.id, key)
    again = push(line, hanako.id, key.upper())
    assert (first.status_code, again.status_code) == (200, 409)
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.headers["x-line-request-id"] != first.headers["x-line-request-id"]
    assert again.json()["sentMessages"] == first.json()["sentMessages"]
    assert (len(standin.sent), standin.used) == (1, 1)
    clock.time += 24 * 60 * 60
    assert push(line, hanako.id, key).status_code == 200
    assert push(line, hanako.id, "not-a-uuid").status_code == 400


def test_a_retry_key_of_a_request_that_failed_is_still_good(
    standin: StandIn, line: httpx.Client
) -> None:
    hanako, key = standin.resident("花子"), str(uuid.uuid4())
    standin.faults.script("pushMessage", Fault(Kind.ERROR_BEFORE), Fault(Kind.ERROR_AFTER))
    assert [push(line, hanako.id, key).status_code for _ in range(4)] == [500, 500, 409, 409]
    assert len(standin.sent) == 1


def test_the_quota_ends(standin: StandIn, line: httpx.Client) -> None:
    standin.quota, hanako = 2, standin.resident("花子")
    assert [push(line, hanako.id).status_code for _ in range(3)] == [200, 200, 429]
    assert line.get("/v2/bot/message/quota").json() == {"type": "limited", "value": 2}
    assert line.get("/v2/bot/message/quota/consumption").json() == {"totalUsage": 2}
    standin.quota = None
    assert push(line, hanako.id).status_code == 200
    assert line.get("/v2/bot/message/quota").json() == {"type": "none"}


def test_a_push_to_nobody_is_refused_and_to_a_blocked_one_taken(
    standin: StandIn, line: httpx.Client
) -> None:
    assert push(line, "U" + "0" * 32).json() == {"message": "Failed to send messages"}
    standin.resident("花子").blocked = True
    assert push(line, standin.resident("花子").id).status_code == 200
    assert (standin.used, standin.seen_by(standin.resident("花子"))) == (0, [])


def test_a_multicast_reaches_each_once(standin: StandIn, line: httpx.Client) -> None:
    people = [standin.resident(name) for name in ("花子", "太郎")]
    body = {"to": [*[one.id for one in people], people[0].id], "messages": HELLO}
    assert line.post(MULTICAST, json=body).json() == {}
    assert [len(standin.seen_by(one)) for one in people] == [1, 1]
    assert standin.used == 2


# ------------------------------------------------------------------- what is refused at the door


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"messages": HELLO}, ""),
        ({"to": "U", "messages": []}, "messages"),
        ({"to": "U", "messages": HELLO * 6}, "messages"),
        ({"to": "U", "messages": [{"type": "carrier pigeon"}]}, "messages[0].type"),
        ({"to": "U", "messages": [{"type": "text"}]}, "messages[0]"),
        ({"to": "U", "messages": [{"type": "text", "text": 3}]}, "messages[0].text"),
        ({"to": "U", "messages": [{"type": "text", "text": "a", "colour": "red"}]}, "messages[0]"),
        ({"to": 3, "messages": HELLO}, "to"),
        ([], ""),
    ],
)
def test_the_published_description_is_held(line: httpx.Client, body: Any, where: str) -> None:
    done = line.post(PUSH, json=body)
    assert done.status_code == 400
    assert where in [detail["property"] for detail in done.json()["details"]]


def test_written_limits_are_held_that_the_description_lacks(
    standin: StandIn, line: httpx.Client
) -> None:
    long = [{"type": "text", "text": "あ" * 5001}]
    done = line.post("/v2/bot/message/validate/reply", json={"messages": long})
    assert done.json()["details"][0]["property"] == "messages[0].text"
    assert line.post("/v2/bot/message/validate/reply", json={"messages": HELLO}).json() == {}


def test_no_token_a_wrong_token_and_an_expired_token(standin: StandIn, line: httpx.Client) -> None:
    for header in ("", "Bearer wrong", f"Basic {standin.token}"):
        assert line.get("/v2/bot/info", headers={"Authorization": header}).status_code == 401
    assert line.get("/v2/bot/info").json()["userId"] == standin.bot
    standin.tokens.expire_all()
    assert line.get("/v2/bot/info").status_code == 401


def test_bodies_that_are_no_json(line: httpx.Client) -> None:
    kind = {"Content-Type": "application/json"}
    for content in (b"", b"{", b"\xff", b'{"to": NaN}'):
        assert line.post(PUSH, content=content, headers=kind).status_code == 400
    assert line.post(PUSH, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert line.post(PUSH, content=b" " * 2_100_000, headers=kind).status_code == 413


def test_what_it_does_not_have_says_so(line: httpx.Client) -> None:
    assert line.post("/v2/bot/message/broadcast", json={"messages": HELLO}).status_code == 501
    assert line.get("/v2/bot/nothing").status_code == 404


def test_every_handler_is_a_published_operation(standin: StandIn) -> None:
    assert set(standin.handlers) <= {operation.name for operation in operations()}


def test_too_many_requests_in_one_second(
    standin: StandIn, line: httpx.Client, clock: Clock
) -> None:
    standin.rates["getBotInfo"] = 2
    assert [line.get("/v2/bot/info").status_code for _ in range(3)] == [200, 200, 429]
    clock.time += 1
    assert line.get("/v2/bot/info").status_code == 200


# ------------------------------------------------------------------------------------ the faults


@pytest.mark.parametrize(
    ("kind", "status", "acted"),
    [
        (Kind.RATE, 429, False),
        (Kind.ERROR_BEFORE, 500, False),
        (Kind.ERROR_AFTER, 500, True),
        (Kind.CUT_BEFORE, None, False),
        (Kind.CUT_AFTER, None, True),
        (Kind.CUT_HALFWAY, None, True),
        (Kind.SLOW, None, True),
        (Kind.DRIP, 200, True),
        (Kind.SLOW_BEFORE, 200, True),
    ],
)
def test_each_fault_is_what_it_says(
    standin: StandIn, line: httpx.Client, kind: Kind, status: int | None, acted: bool
) -> None:
    event = token_for(standin)
    standin.faults.script("replyMessage", Fault(kind, 1.5 if kind is Kind.SLOW else 0.1))
    line.timeout = httpx.Timeout(1.0)
    try:
        got: int | None = reply(line, event).status_code
    except httpx.TransportError:
        got = None
    assert (got, len(standin.sent)) == (status, int(acted))
    assert reply(line, event).status_code == (400 if acted else 200)


def test_an_outage_ends(standin: StandIn, line: httpx.Client, clock: Clock) -> None:
    standin.faults.outage(60)
    for _ in range(3):
        with pytest.raises(httpx.TransportError):
            line.get("/v2/bot/info")
    clock.time += 60
    assert line.get("/v2/bot/info").status_code == 200


def test_chances_are_about_as_said_and_can_be_cleared(standin: StandIn) -> None:
    standin.faults.chance("*", Fault(Kind.RATE), 0.2)
    drawn = [standin.faults.draw("pushMessage") for _ in range(2000)]
    assert 320 < sum(fault is not None for fault in drawn) < 480
    standin.faults.clear()
    assert standin.faults.draw("pushMessage") is None
