"""A town that answers by rote, and a browser of sorts, for the tests of the web chat."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from concierge.channels.web import OnDelta, Opening, TownFace, router
from concierge.message import Choice, Message, Reply, Source, Status

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
TOWN = TownFace(
    name="見本町",
    openings={"ja": Opening(("こんにちは。",), ("あしたのごみは？",)), "en": Opening(("Hello.",))},
    phone="0000-00-0000",
)


class Town:
    """Answers and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Message] = []
        self.forgotten: list[str] = []

    async def answer(self, message: Message, on_delta: OnDelta | None, /) -> Reply:
        self.asked.append(message)
        match message.text:
            case "こわれる":
                raise ValueError(f"秘密 {message.text}")
            case "ゆっくり":
                await asyncio.sleep(5)
            case "ながれる":
                assert on_delta is not None
                await on_delta("なが")
                await on_delta("れる")
        return Reply(
            Status.CLARIFY,
            f"{message.text}です。\n\n出典：資料（2026年4月1日更新）",
            choices=(Choice("港町", "港町の人"),),
            sources=(Source("資料", "https://town.example/", updated=date(2026, 4, 1)),),
            trace=[{"engine": "secret"}],
        )

    async def forget(self, resident: str) -> None:
        self.forgotten.append(resident)


def serve(town: Town, **options: Any) -> FastAPI:
    app = FastAPI(openapi_url=None)
    options = {"forget": town.forget, "now": lambda: NOW} | options
    app.include_router(router(TOWN, town.answer, **options))
    return app


class Client:
    """A browser of sorts: keeps its cookies, runs each request to its end."""

    def __init__(self, app: FastAPI, base_url: str = "http://testserver") -> None:
        self.app, self.base_url, self.cookies = app, base_url, httpx.Cookies()

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url=self.base_url, cookies=self.cookies
            ) as client:
                response = await client.request(method, path, **given)
                self.cookies = client.cookies
                return response

        return asyncio.run(send())

    def get(self, path: str) -> httpx.Response:
        return self.request("GET", path)

    def post(self, path: str, **given: Any) -> httpx.Response:
        return self.request("POST", path, **given)


def lines(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in response.text.splitlines()]


def ask(client: Client, text: str = "ごみ", **headers: str) -> httpx.Response:
    return client.post("/chat", json={"text": text, "language": None}, headers=headers)
