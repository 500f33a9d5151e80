"""Puts the parts together into one ASGI application: the concierge, its channels, its health."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.responses import JSONResponse

from concierge.channels.line.channel import LineChannel
from concierge.channels.web import Opening, TownFace, router
from concierge.channels.web.collections import collections_router
from concierge.clerk import put_through
from concierge.clock import now
from concierge.concierge import Concierge
from concierge.exposing import metrics_endpoint
from concierge.hub.state import HubState
from concierge.settings import Settings
from concierge.soundings.service import Soundings
from concierge.storage.memories import MemoriesInDatabase

__all__ = ["create_application"]

FORGET_EVERY = 60 * 60
"""Seconds between looks for memories that nobody has come back to."""


def create_application(settings: Settings) -> FastAPI:
    """Return the application of one town: web chat at `/`, LINE's webhook, health beside them."""
    memories = MemoriesInDatabase(settings.database)
    state = HubState.in_database(settings.database, shadows=True)
    soundings = Soundings(settings.database)
    concierge = Concierge(settings.knowledge, memories, state, soundings)
    line = LineChannel(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await concierge.open()
        tasks = [
            asyncio.create_task(concierge.follow()),
            asyncio.create_task(_forget_the_gone(memories, soundings, concierge)),
        ]
        try:
            async with line.running():
                yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            concierge.close()
            await asyncio.to_thread(soundings.close)
            memories.close()

    application = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    application.router.routes.insert(0, line.route)

    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def readyz() -> JSONResponse:
        ready = concierge.ready
        state = {
            "status": "ready" if ready else "not ready",
            "problems": concierge.errors,
            "line": line.state(),
        }
        return JSONResponse(state, status_code=200 if ready else 503)

    application.add_api_route("/healthz", healthz, methods=["GET", "HEAD"])
    application.add_api_route("/readyz", readyz, methods=["GET", "HEAD"])
    metrics = metrics_endpoint(concierge, settings.metrics_token)
    application.add_api_route("/metrics", metrics, methods=["GET"], response_model=None)
    application.include_router(collections_router(lambda: concierge.town.knowledge))
    application.include_router(
        router(
            lambda: _face(concierge),
            concierge.answer,
            forget=concierge.forget,
            hear=lambda data, kind, language: _heard(concierge, data, kind, language),
            put_through=lambda reply: put_through(reply, concierge.town.knowledge),
        )
    )
    return application


async def _forget_the_gone(
    memories: MemoriesInDatabase, soundings: Soundings, concierge: Concierge
) -> None:
    while True:
        await asyncio.to_thread(memories.expire, now())
        soundings.use(concierge.town.knowledge)
        await asyncio.to_thread(soundings.expire, now())
        await asyncio.sleep(FORGET_EVERY)


async def _heard(
    concierge: Concierge, data: bytes, media_type: str, language: str | None
) -> str | None:
    heard = await concierge.hear(data, media_type, language)
    return heard.text if heard is not None else None


def _face(concierge: Concierge) -> TownFace:
    """Return what the page shows of the town as it is now."""
    town = concierge.town.knowledge.municipality
    data, titles = concierge.town.knowledge.waste, concierge.town.knowledge.data_titles
    return TownFace(
        name=town.name,
        reading=town.reading,
        phone=town.phone,
        hours=town.hours,
        url=town.url,
        openings={
            "ja": Opening(
                greeting=town.greeting
                or (f"{town.name}の案内係です。", "お困りのことを短い言葉で送ってください。"),
                examples=town.examples or (("あしたのごみは？",) if data else ()),
            )
        },
        source=f"使っているデータ: {'、'.join(titles)}" if titles else None,
        areas=tuple(dict.fromkeys(area.full_name for area in data.data.areas)) if data else (),
        hears=concierge.hears,
    )
