"""The web chat's addresses: `/`, `/chat`, `/forget` and `/static/…`.

Every response carries the security headers, errors included; nothing is ever loaded from another
host, and neither scripts nor styles stand in the page.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from concierge import clock
from concierge.channels.web.desk import Desk
from concierge.channels.web.face import Answer, Forget, TownFace
from concierge.channels.web.intake import Asked, check_origin, read_form, read_json
from concierge.channels.web.pages import (
    FILES,
    MEDIA,
    VERSION,
    Turn,
    page_html,
    reply_event,
)
from concierge.channels.web.refused import RefusedError
from concierge.channels.web.sessions import (
    Session,
    Sessions,
    forget_cookie,
    new_key,
    session_key,
    set_cookie,
)
from concierge.channels.web.words import WORDS
from concierge.message import Message, Reply

__all__ = ["router"]

logger = logging.getLogger("concierge.web")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""`same-origin` rather than `no-referrer`: the latter makes browsers send `Origin: null` with the
form of a page without scripts, which then looks like another site's."""

PRIVATE = {"Cache-Control": "no-store", **HEADERS}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", **HEADERS}


def router(
    town: TownFace | Callable[[], TownFace],
    answer: Answer,
    *,
    forget: Forget | None = None,
    sessions: Sessions | None = None,
    patience: float = 40.0,
    now: Callable[[], datetime] = clock.now,
) -> APIRouter:
    """Return the web chat of one town.

    `town` may be a function, for a face that changes while serving. `forget` erases what is kept
    under a `Message.resident`. `patience` is in seconds, a turn's wait for the one before it
    included.
    """
    chat = WebChat(
        town if callable(town) else lambda: town,
        Desk(answer, Sessions() if sessions is None else sessions, patience=patience),
        forget,
        now,
    )
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/", chat.page, methods=["GET", "HEAD"])
    routes.add_api_route("/", chat.form, methods=["POST"])
    routes.add_api_route("/chat", chat.chat, methods=["POST"])
    routes.add_api_route("/forget", chat.forget, methods=["POST"])
    routes.add_api_route("/static/{version}/{name}", static, methods=["GET", "HEAD"])
    return routes


class WebChat:
    """The handlers, and what they share."""

    def __init__(
        self,
        town: Callable[[], TownFace],
        desk: Desk,
        forget: Forget | None,
        now: Callable[[], datetime],
    ) -> None:
        self._town, self._desk, self._forget, self._now = town, desk, forget, now

    async def page(self, request: Request) -> Response:
        """Show the page, in the language of `?lang=` where there is one."""
        town = self._town()
        return self._html(request, town, _language(request.query_params.get("lang"), town))

    async def form(self, request: Request) -> Response:
        """Answer the form of a page without scripts with the page."""
        town, language, text = self._town(), None, ""
        key = session_key(request) or new_key()
        try:
            check_origin(request)
            asked = await read_form(request, {*WORDS, *town.languages})
            text, language = asked.text, asked.language
            session = self._desk.sessions.admit(key)
            outcome = await self._desk.outcome(session, self._message(asked, key))
        except RefusedError as refusal:
            outcome = refusal
        shown = _language(language, town)
        if isinstance(outcome, Reply):
            turn, status = Turn(text, reply=outcome), HTTPStatus.OK
        else:
            turn, status = Turn(text, refusal=outcome.message(shown)), outcome.status
        response = self._html(request, town, shown, turn, status)
        if isinstance(outcome, Reply):
            set_cookie(request, response, key)
        return response

    async def chat(self, request: Request) -> Response:
        """Answer one question as a stream of JSON lines."""
        town, language = self._town(), None
        key = session_key(request) or new_key()
        try:
            check_origin(request)
            asked = await read_json(request, {*WORDS, *town.languages})
            language = asked.language
            session = self._desk.sessions.admit(key)
        except RefusedError as refusal:
            return _refused(refusal, language)
        message = self._message(asked, key)
        lines = self._lines(session, message, _language(language, town), _base(request))
        response = StreamingResponse(
            lines,
            media_type="application/x-ndjson",
            headers={"X-Accel-Buffering": "no", **PRIVATE},
        )
        set_cookie(request, response, key)
        return response

    async def forget(self, request: Request) -> Response:
        """Erase the session here and, through `forget`, everywhere; then drop the cookie."""
        key = session_key(request)
        wants_page = "text/html" in request.headers.get("accept", "")
        try:
            check_origin(request)
            if key is not None:
                await self._erase(key)
        except RefusedError as refusal:
            return _refused(refusal, None)
        response: Response
        if wants_page:
            home = f"{_base(request)}/"
            response = RedirectResponse(home, HTTPStatus.SEE_OTHER, headers=PRIVATE)
        else:
            response = Response(status_code=HTTPStatus.NO_CONTENT, headers=PRIVATE)
        forget_cookie(request, response)
        return response

    async def _erase(self, key: str) -> None:
        if self._forget is None:
            return
        try:
            async with asyncio.timeout(20), self._desk.sessions.get(key).lock:
                await self._forget(f"web:{key}")
        except Exception as error:
            logger.error("a web session could not be erased: %s", type(error).__name__)
            raise RefusedError("not-forgotten", HTTPStatus.INTERNAL_SERVER_ERROR) from None

    async def _lines(
        self, session: Session, message: Message, language: str, base: str
    ) -> AsyncIterator[bytes]:
        async for event in self._desk.take(session, message):
            if isinstance(event, str):
                yield _json_line({"event": "delta", "text": event})
            elif isinstance(event, RefusedError):
                yield _json_line(event.as_event(language))
            else:
                yield _json_line(_shown(event, language, base))

    def _message(self, asked: Asked, key: str) -> Message:
        return Message(
            text=asked.text,
            at=self._now(),
            resident=f"web:{key}",
            channel="web",
            language=asked.language,
        )

    def _html(
        self,
        request: Request,
        town: TownFace,
        language: str,
        turn: Turn | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HTMLResponse:
        page = page_html(town, language, _base(request), turn)
        headers = {"Content-Language": language, **PRIVATE}
        return HTMLResponse(page.encode("utf-8", "replace"), status, headers=headers)


async def static(version: str, name: str) -> Response:
    """Serve a file of the page; only the present version may be kept for good."""
    if name not in FILES or version != VERSION:
        return Response("404\n", HTTPStatus.NOT_FOUND, headers=PRIVATE, media_type="text/plain")
    return Response(FILES[name], headers=FOREVER, media_type=MEDIA[name.rpartition(".")[2]])


def _shown(reply: Reply, language: str, base: str) -> dict[str, Any]:
    try:
        return reply_event(reply, language, base)
    except Exception as error:
        logger.error("a reply could not be shown: %s", type(error).__name__)
        return RefusedError("broken", HTTPStatus.INTERNAL_SERVER_ERROR).as_event(language)


def _refused(refusal: RefusedError, language: str | None) -> JSONResponse:
    headers = PRIVATE if refusal.wait is None else {"Retry-After": str(refusal.wait), **PRIVATE}
    return JSONResponse(refusal.as_event(language), refusal.status, headers=headers)


def _json_line(event: dict[str, Any]) -> bytes:
    line = json.dumps(event, ensure_ascii=False, default=str)
    return line.encode("utf-8", "replace") + b"\n"


def _language(asked: str | None, town: TownFace) -> str:
    return asked if asked in town.languages else town.languages[0]


def _base(request: Request) -> str:
    base = request.scope.get("root_path", "")
    return base.rstrip("/") if isinstance(base, str) else ""
