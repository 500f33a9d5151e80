"""A stand-in for LINE on a port, a clock to move, and a bot that answers as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from concierge.channels.line.standin import StandIn, Thread, in_thread
from concierge.channels.line.standin.serving import _Server

REPLY, PUSH, MULTICAST = (f"/v2/bot/message/{name}" for name in ("reply", "push", "multicast"))
HELLO = [{"type": "text", "text": "こんにちは"}]


def token_for(standin: StandIn, text: str = "あした", name: str = "花子") -> dict[str, Any]:
    """Return an event as if it had just been delivered."""
    event = standin.events.text(standin.resident(name), text)
    standin.events.tokens[event["replyToken"]].good_until = standin.now() + 60
    return event


def reply(line: httpx.Client, event: dict[str, Any], messages: Any = HELLO) -> httpx.Response:
    return line.post(REPLY, json={"replyToken": event["replyToken"], "messages": messages})


class Clock:
    def __init__(self) -> None:
        self.time = 1_790_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def standin(clock: Clock) -> StandIn:
    return StandIn(now=clock, quota=100)


@pytest.fixture
def served(standin: StandIn) -> Iterator[Thread]:
    with in_thread(standin) as thread:
        yield thread


@pytest.fixture
def line(standin: StandIn, served: Thread) -> Iterator[httpx.Client]:
    bearer = {"Authorization": f"Bearer {standin.token}"}
    with httpx.Client(base_url=served.url, headers=bearer, timeout=5) as client:
        yield client


class Bot:
    """A webhook that answers as it is told, and keeps what it got."""

    def __init__(self) -> None:
        self.status, self.delay = 200, 0.0
        self.got: list[tuple[dict[str, str], bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        body = (await receive())["body"]
        self.got.append(({k.decode(): v.decode() for k, v in scope["headers"]}, body))
        await asyncio.sleep(self.delay)
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def events(self) -> list[dict[str, Any]]:
        return [event for _, body in self.got for event in json.loads(body)["events"]]


@pytest.fixture
def bot(standin: StandIn, served: Thread) -> Iterator[Bot]:
    made = Bot()
    config = uvicorn.Config(made, port=0, log_level="critical", lifespan="off")
    server = _Server(config)

    async def begin() -> Any:
        task = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        return task

    task = served.run(begin())
    port = server.servers[0].sockets[0].getsockname()[1]
    standin.webhook.url = f"http://127.0.0.1:{port}/line/webhook"
    yield made

    async def end() -> None:
        await standin.webhook.close()
        server.should_exit = True
        await task

    served.run(end())
