"""The page's microphone: shown where somebody hears, bounded, and never asking by itself."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from concierge.channels.web import Opening, TownFace, router
from concierge.channels.web.listening import MOST_BYTES
from tests.channels.web_client import Town

ORIGIN = {"Origin": "http://town", "Content-Type": "audio/webm"}


class Hears:
    def __init__(self, text: str | None = "あしたのごみは") -> None:
        self.text = text
        self.heard: list[tuple[bytes, str, str | None]] = []

    async def __call__(self, data: bytes, kind: str, language: str | None) -> str | None:
        self.heard.append((data, kind, language))
        if data == b"break":
            raise RuntimeError("ひみつ")
        return self.text


def served(hears: Hears | None) -> tuple[FastAPI, Town]:
    town = Town()
    face = TownFace(
        name="見本町", openings={"ja": Opening(("こんにちは。",))}, hears=hears is not None
    )
    app = FastAPI(openapi_url=None)
    app.include_router(router(face, town.answer, hear=hears))
    return app, town


def send(
    hears: Hears | None, data: bytes = b"webm", path: str = "/hear", **headers: str
) -> tuple[httpx.Response, Town]:
    app, town = served(hears)

    async def post() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
            return await client.post(path, content=data, headers={**ORIGIN, **headers})

    return asyncio.run(post()), town


def page(hears: Hears | None) -> httpx.Response:
    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(served(hears)[0])
        async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
            return await client.get("/")

    return asyncio.run(get())


def test_what_was_heard_comes_back_and_is_not_asked() -> None:
    hears = Hears()
    response, town = send(hears, path="/hear?lang=en", **{"Content-Type": "audio/webm;codecs=opus"})
    assert (response.status_code, response.json()) == (200, {"text": "あしたのごみは"})
    assert hears.heard == [(b"webm", "audio/webm;codecs=opus", "en")]
    assert town.asked == []
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"", {}, 422),
        (b"x" * (MOST_BYTES + 1), {}, 413),
        (b"x", {"Content-Type": "application/json"}, 415),
        (b"x", {"Origin": "http://elsewhere"}, 403),
        (b"break", {}, 500),
    ],
)
def test_what_is_no_recording_of_this_page_is_refused(
    data: bytes, headers: dict[str, str], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    hears = Hears()
    response, _ = send(hears, data, **headers)
    assert response.status_code == status
    assert response.json()["event"] == "error"
    assert "ひみつ" not in caplog.text + response.text
    if status != 500:
        assert hears.heard == []


def test_what_is_not_understood_is_told_kindly() -> None:
    response, _ = send(Hears(None))
    assert response.status_code == 422
    assert "聞き取れませんでした" in response.json()["message"]


def test_the_microphone_is_there_only_where_somebody_hears() -> None:
    with_ear, without = page(Hears()), page(None)
    assert 'class="mic"' in with_ear.text
    assert 'data-hear="/hear"' in with_ear.text
    assert "microphone=(self)" in with_ear.headers["permissions-policy"]
    assert 'class="mic"' not in without.text
    assert "microphone=()" in without.headers["permissions-policy"]
    assert send(None)[0].status_code == 404
