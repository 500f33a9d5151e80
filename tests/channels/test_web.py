"""The web chat over HTTP: what is accepted, answered and refused, and in which order."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from web_client import NOW, TOWN, Client, Town, ask, lines, serve

from concierge.channels.web import OnDelta, Sessions, router
from concierge.message import Message, Reply, Status


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def client(town: Town) -> Client:
    return Client(serve(town))


def test_a_question_becomes_a_message_and_its_reply_one_line(client: Client, town: Town) -> None:
    response = ask(client)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/x-ndjson")
    (line,) = lines(response)
    assert line["event"] == "reply"
    assert line["reply"]["status"] == "clarify"
    assert line["reply"]["choices"] == ["港町の人"]
    assert line["reply"]["choices_labels"] == [{"label": "港町", "text": "港町の人"}]
    assert line["reply"]["trace"] is None
    assert 'value="港町の人"' in line["reply"]["html"]
    (message,) = town.asked
    assert (message.text, message.at, message.channel) == ("ごみ", NOW, "web")


def test_pieces_come_before_the_reply(client: Client) -> None:
    events = lines(ask(client, "ながれる"))
    assert [event["event"] for event in events] == ["delta", "delta", "reply"]
    assert "".join(event["text"] for event in events[:2]) == "ながれる"


def test_a_failure_is_one_kind_line_and_leaves_no_words_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        (line,) = lines(ask(client, "こわれる"))
    assert line["event"] == "error"
    assert line["message"].startswith("申し訳ありません")
    assert "ValueError" in caplog.text
    assert "秘密" not in caplog.text
    assert "こわれる" not in caplog.text
    assert client.cookies["concierge"] not in caplog.text


def test_a_slow_turn_ends_with_a_kind_line(town: Town) -> None:
    client = Client(serve(town, patience=0.05))
    (line,) = lines(ask(client, "ゆっくり"))
    assert (line["event"], line["code"]) == ("error", "slow")
    assert lines(ask(client))[0]["event"] == "reply"


# ── the session ─────────────────────────────────────────────────────────────────────────────


def test_the_session_is_a_random_cookie_that_scripts_cannot_read(
    client: Client, town: Town
) -> None:
    assert client.get("/").headers.get("set-cookie") is None
    cookie = ask(client).headers["set-cookie"]
    assert re.match(r"concierge=[\w-]{43}; ", cookie)
    for attribute in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert attribute in cookie
    assert "Secure" not in cookie
    ask(client)
    assert town.asked[0].resident == town.asked[1].resident == f"web:{client.cookies['concierge']}"


def test_over_https_the_cookie_is_bound_to_this_host(town: Town) -> None:
    client = Client(serve(town), base_url="https://town.example")
    cookie = ask(client).headers["set-cookie"]
    assert cookie.startswith("__Host-concierge=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    ask(client)
    assert town.asked[0].resident == town.asked[1].resident


@pytest.mark.parametrize("given", ["", "x", "a" * 42, "a" * 44, "あ", "../" + "a" * 40])
def test_a_cookie_that_is_not_ours_is_replaced(town: Town, given: str) -> None:
    client = Client(serve(town))
    cookie = f"concierge={given}".encode()
    response = client.post("/chat", json={"text": "x"}, headers={b"cookie": cookie})
    assert "set-cookie" in response.headers
    assert town.asked[0].resident != f"web:{given}"
    assert len(town.asked[0].resident or "") == 47


def test_forgetting_erases_there_and_here(client: Client, town: Town) -> None:
    ask(client)
    resident = town.asked[0].resident
    response = client.post("/forget")
    assert response.status_code == 204
    assert town.forgotten == [resident]
    assert "Max-Age=0" in response.headers["set-cookie"]
    ask(client)
    assert town.asked[1].resident != resident


def test_forgetting_without_a_session_is_fine(client: Client, town: Town) -> None:
    assert client.post("/forget").status_code == 204
    assert town.forgotten == []


def test_forgetting_that_fails_keeps_the_cookie_and_says_so(town: Town) -> None:
    async def fail(resident: str) -> None:
        raise OSError(resident)

    client = Client(serve(town, forget=fail))
    ask(client)
    response = client.post("/forget")
    assert response.status_code == 500
    assert "消せませんでした" in response.json()["message"]
    assert "set-cookie" not in response.headers


def test_the_form_to_forget_leads_back_to_the_page(client: Client) -> None:
    ask(client)
    response = client.post("/forget", headers={"accept": "text/html"})
    assert (response.status_code, response.headers["location"]) == (303, "/")


# ── what is refused ─────────────────────────────────────────────────────────────────────────

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"text":"x"}', {"content-type": "text/plain"}, 415),
        (b'{"text":"x"}', {"content-type": "application/json; charset=shift_jis"}, 415),
        (b'{"text":"x"}', {}, 415),
        (b"", JSON, 400),
        (b"{", JSON, 400),
        ('{"text":"ごみ"}'.encode("cp932"), JSON, 400),
        ('{"text":"ごみ"}'.encode("utf-16"), JSON, 400),
        (b"[" * 16_000, JSON, 400),
        (b'{"text":' + b"1" * 9_000 + b"}", JSON, 400),
        (b"[]", JSON, 422),
        (b"{}", JSON, 422),
        (b'{"text":null}', JSON, 422),
        (b'{"text":["x"]}', JSON, 422),
        (b'{"text":""}', JSON, 422),
        ('{"text":" \\n　"}'.encode(), JSON, 422),
        (b'{"text":"a\\u0000b"}', JSON, 422),
        (b'{"text":"\\ud800"}', JSON, 422),
        (b'{"text":"x","language":"tlh"}', JSON, 422),
        (b'{"text":"x","language":["ja"]}', JSON, 422),
        (json.dumps({"text": "あ" * 1001}).encode(), JSON, 422),
        (json.dumps({"text": "x" * 20_000}).encode(), JSON, 413),
    ],
)
def test_what_cannot_be_a_question_is_refused_kindly(
    client: Client, town: Town, body: bytes, headers: dict[str, str], status: int
) -> None:
    response = client.post("/chat", content=body, headers=headers)
    assert response.status_code == status
    answer = response.json()
    assert answer["event"] == "error"
    assert re.search(r"[ぁ-ん].*。$", answer["message"])
    assert town.asked == []
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"text":"ごみ"}', "ごみ"),
        ('\ufeff{"text":"ごみ"}', "ごみ"),
        ('{"text":"  ごみ\\r\\nの日　"}', "ごみ\nの日"),
        ('{"text":"😀\\ud83d\\ude00","other":1}', "😀😀"),
        (json.dumps({"text": "あ" * 1000}), "あ" * 1000),
    ],
)
def test_odd_but_readable_questions_are_taken(
    client: Client, town: Town, body: str, text: str
) -> None:
    headers = {"content-type": "application/json; charset=UTF-8"}
    assert client.post("/chat", content=body.encode(), headers=headers).status_code == 200
    assert town.asked[0].text == text


def test_a_body_without_an_announced_length_is_bounded_too(town: Town) -> None:
    def endless() -> Any:
        while True:
            sent.append(1)
            yield b" " * 1024

    sent: list[int] = []

    async def post() -> httpx.Response:
        async def chunks() -> Any:
            for chunk in endless():
                if len(sent) > 200:
                    return
                yield chunk

        transport = httpx.ASGITransport(serve(town))
        async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
            return await client.post("/chat", content=chunks(), headers=JSON)

    assert asyncio.run(post()).status_code == 413


@pytest.mark.parametrize("path", ["/chat", "/forget", "/"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver:8080"},
        {"origin": "http://[bad"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://testserver"},
    ],
)
def test_another_sites_page_cannot_ask(
    client: Client, town: Town, path: str, headers: dict[str, str]
) -> None:
    ask(client)
    kind = "application/x-www-form-urlencoded" if path == "/" else "application/json"
    body = "text=x" if path == "/" else '{"text":"x"}'
    response = client.post(path, content=body, headers={"content-type": kind, **headers})
    assert response.status_code == 403
    assert len(town.asked) == 1
    assert town.forgotten == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://testserver"},
        {"origin": "http://testserver:80"},
        {"sec-fetch-site": "same-origin", "origin": "https://public-name.example"},
    ],
)
def test_our_own_page_and_programs_can_ask(client: Client, headers: dict[str, str]) -> None:
    assert ask(client, **headers).status_code == 200


def test_too_many_questions_are_told_at_length_once(town: Town) -> None:
    time = [0.0]
    sessions = Sessions(turns=3, seconds=60, clock=lambda: time[0])
    client = Client(serve(town, sessions=sessions))
    assert [ask(client).status_code for _ in range(3)] == [200, 200, 200]
    first, second = ask(client), ask(client)
    assert (first.status_code, second.status_code) == (429, 429)
    assert first.json()["code"] == "too-many"
    assert second.json()["code"] == "too-many-still"
    assert len(second.json()["message"]) < len(first.json()["message"])
    assert 1 <= int(first.headers["retry-after"]) <= 61
    assert ask(Client(serve(town, sessions=sessions))).status_code == 200
    time[0] = 61.0
    assert ask(client).status_code == 200
    assert len(town.asked) == 5


def test_the_number_of_sessions_is_bounded(town: Town) -> None:
    sessions = Sessions(limit=5)
    app = serve(town, sessions=sessions)
    for _ in range(12):
        assert ask(Client(app)).status_code == 200
    assert len(sessions) == 5


# ── turns in order, and residents who leave ─────────────────────────────────────────────────


class Gate:
    """An answer that waits until it is let through, and notes what happens."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.log: list[str] = []

    async def answer(self, message: Message, on_delta: OnDelta | None, /) -> Reply:
        self.log.append(f"+{message.text}")
        try:
            if on_delta is not None:
                await on_delta("…")
            await self.open.wait()
        finally:
            self.log.append(f"-{message.text}")
        return Reply(Status.ANSWERED, message.text)


def against(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://town")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(3):
        while not condition():  # noqa: ASYNC110 - what is waited for is the program's, not ours
            await asyncio.sleep(0.005)


def test_turns_of_one_session_follow_one_another_and_others_do_not_wait() -> None:
    async def scenario() -> list[str]:
        gate = Gate()
        app = FastAPI()
        app.include_router(router(TOWN, gate.answer))
        key, other = "a" * 43, "b" * 43
        async with against(app) as client:

            async def post(text: str, cookie: str) -> int:
                headers = {"cookie": f"concierge={cookie}"}
                return (
                    await client.post("/chat", json={"text": text}, headers=headers)
                ).status_code

            one = asyncio.create_task(post("1", key))
            await until(lambda: gate.log == ["+1"])
            two = asyncio.create_task(post("2", key))
            three = asyncio.create_task(post("3", key))
            await asyncio.sleep(0.05)
            elsewhere = asyncio.create_task(post("x", other))
            await until(lambda: gate.log == ["+1", "+x"])
            assert await post("4", key) == 429
            gate.open.set()
            assert await asyncio.gather(one, two, three, elsewhere) == [200] * 4
        return gate.log

    log = asyncio.run(scenario())
    assert [entry for entry in log if "x" not in entry] == ["+1", "-1", "+2", "-2", "+3", "-3"]


@pytest.mark.parametrize("queued", [False, True], ids=["answering", "waiting"])
def test_a_resident_who_leaves_frees_the_session(queued: bool) -> None:
    async def scenario() -> None:
        gate = Gate()
        sessions = Sessions(queue=2)
        app = FastAPI()
        app.include_router(router(TOWN, gate.answer, sessions=sessions))
        session = sessions.get("a" * 43)
        if queued:
            await session.lock.acquire()
        leave = asyncio.Event()
        sent: list[dict[str, Any]] = []
        running = asyncio.create_task(app(scope(), receiver(leave), collect(sent)))
        await until(lambda: session.waiting == 1 and (queued or len(sent) >= 2))
        leave.set()
        await asyncio.wait_for(running, 3)
        await until(lambda: session.waiting == 0)
        if queued:
            session.lock.release()
        assert not session.lock.locked()
        assert gate.log == ([] if queued else ["+x", "-x"])

    asyncio.run(scenario())


def scope() -> dict[str, Any]:
    headers = [(b"content-type", b"application/json"), (b"host", b"town")]
    cookie = (b"cookie", b"concierge=" + b"a" * 43)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/chat",
        "raw_path": b"/chat",
        "query_string": b"",
        "root_path": "",
        "headers": [*headers, cookie],
        "client": ("127.0.0.1", 1),
        "server": ("town", 80),
    }


def receiver(leave: asyncio.Event) -> Any:
    body = [{"type": "http.request", "body": b'{"text":"x"}', "more_body": False}]

    async def receive() -> dict[str, Any]:
        if body:
            return body.pop()
        await leave.wait()
        return {"type": "http.disconnect"}

    return receive


def collect(sent: list[dict[str, Any]]) -> Any:
    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    return send


def test_when_everybody_asks_at_once_the_rest_are_asked_to_wait(town: Town) -> None:
    sessions = Sessions(capacity=1)
    client = Client(serve(town, sessions=sessions))
    busy = sessions.get("x")
    sessions.begin(busy)
    response = ask(client)
    assert (response.status_code, response.json()["code"]) == (503, "crowded")
    sessions.end(busy)
    assert ask(client).status_code == 200
