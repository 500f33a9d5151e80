"""The web chat's addresses: `/`, `/chat`, `/hear`, `/forget` and `/static/…`; with `?desk=1` the desk's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from concierge import clock
from concierge.channels.web.chat import FOREVER, PRIVATE, WebChat
from concierge.channels.web.clerk_chat import ClerkChat
from concierge.channels.web.desk import Desk
from concierge.channels.web.face import Answer, Forget, Hear, PutThrough, TownFace
from concierge.channels.web.listening import hearing_endpoint
from concierge.channels.web.pages import FILES, MEDIA, VERSION
from concierge.channels.web.sessions import Sessions

__all__ = ["router"]


def router(
    town: TownFace | Callable[[], TownFace],
    answer: Answer,
    *,
    forget: Forget | None = None,
    sessions: Sessions | None = None,
    patience: float = 40.0,
    put_through: PutThrough | None = None,
    hear: Hear | None = None,
    now: Callable[[], datetime] = clock.now,
) -> APIRouter:
    """Return the web chat of one town.

    `town` may be a function, for a face that changes while serving. `forget` erases what is kept
    under a `Message.resident`; `put_through` finds the desk that staff put a caller through to.
    `hear` turns the microphone's recordings into text.
    `patience` is in seconds, a turn's wait for the one before it included.
    """
    sessions = Sessions() if sessions is None else sessions
    desk = Desk(answer, sessions, patience=patience)
    face = town if callable(town) else lambda: town
    residents = WebChat(face, desk, forget, now)
    staff = ClerkChat(face, desk, forget, now, put_through)

    def chat_for(request: Request) -> WebChat:
        return staff if request.query_params.get("desk") == "1" else residents

    async def page(request: Request) -> Response:
        return await chat_for(request).page(request)

    async def form(request: Request) -> Response:
        return await chat_for(request).form(request)

    async def chat(request: Request) -> Response:
        return await chat_for(request).chat(request)

    async def forgotten(request: Request) -> Response:
        return await chat_for(request).forget(request)

    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/", page, methods=["GET", "HEAD"])
    routes.add_api_route("/", form, methods=["POST"])
    routes.add_api_route("/chat", chat, methods=["POST"])
    listen = hearing_endpoint(hear, sessions, PRIVATE)
    routes.add_api_route("/hear", listen, methods=["POST"], response_model=None)
    routes.add_api_route("/forget", forgotten, methods=["POST"])
    routes.add_api_route("/static/{version}/{name}", static, methods=["GET", "HEAD"])
    return routes


async def static(version: str, name: str) -> Response:
    """Serve a file of the page; only the present version may be kept for good."""
    if name not in FILES or version != VERSION:
        return Response("404\n", HTTPStatus.NOT_FOUND, headers=PRIVATE, media_type="text/plain")
    return Response(FILES[name], headers=FOREVER, media_type=MEDIA[name.rpartition(".")[2]])
