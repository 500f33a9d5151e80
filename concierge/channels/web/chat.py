"""The residents' web chat: its page, the form of a page without scripts, the stream, forgetting.

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

from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from concierge.channels.web.desk import Desk
from concierge.channels.web.face import Forget, TownFace
from concierge.channels.web.intake import Asked, check_origin, read_form, read_json
from concierge.channels.web.pages import Turn, page_html, reply_event
from concierge.channels.web.refused import RefusedError
from concierge.channels.web.sessions import (
    Session,
    forget_cookie,
    new_key,
    session_key,
    set_cookie,
)
from concierge.channels.web.words import WORDS
from concierge.message import Message, Reply

__all__ = ["FOREVER", "PRIVATE", "WebChat", "base_of"]

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
"""The headers of everything that is made for one resident."""
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", **HEADERS}
"""The headers of a file whose address names its content."""


class WebChat:
    """The handlers, and what they share. The methods below `_lines` are where the desk differs."""

    home = "/"
    """The page's own address under the application's path."""

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
        language = _language(request.query_params.get("lang"), town)
        return self._html(request, town, language, new_key())

    async def form(self, request: Request) -> Response:
        """Answer the form of a page without scripts with the page."""
        town, asked, key = self._town(), None, new_key()
        outcome: Reply | RefusedError
        try:
            check_origin(request)
            asked = await read_form(request, {*WORDS, *town.languages})
            key = await self._key(request, asked)
            session = self._desk.sessions.admit(key)
            outcome = await self._desk.outcome(session, self._message(asked, key))
        except RefusedError as refusal:
            outcome = refusal
        shown = _language(asked.language if asked else None, town)
        text = asked.text if asked else ""
        if isinstance(outcome, Reply):
            turn, status = Turn(text, reply=outcome), HTTPStatus.OK
        else:
            turn, status = Turn(text, refusal=outcome.message(shown)), outcome.status
        response = self._html(request, town, shown, key, asked, turn, status)
        if isinstance(outcome, Reply):
            self._keep(request, response, key)
        return response

    async def chat(self, request: Request) -> Response:
        """Answer one question as a stream of JSON lines."""
        town, language = self._town(), None
        try:
            check_origin(request)
            asked = await read_json(request, {*WORDS, *town.languages})
            language = asked.language
            key = await self._key(request, asked)
            session = self._desk.sessions.admit(key)
        except RefusedError as refusal:
            return _refused(refusal, language)
        response = StreamingResponse(
            self._lines(request, session, asked, key),
            media_type="application/x-ndjson",
            headers={"X-Accel-Buffering": "no", **PRIVATE},
        )
        self._keep(request, response, key)
        return response

    async def forget(self, request: Request) -> Response:
        """Erase the session here and, through `forget`, everywhere; then drop the cookie."""
        wants_page = "text/html" in request.headers.get("accept", "")
        try:
            check_origin(request)
            key = await self._key_to_forget(request)
            if key is not None:
                await self._erase(key)
        except RefusedError as refusal:
            return _refused(refusal, None)
        response: Response
        if wants_page:
            home = f"{base_of(request)}{self.home}"
            response = RedirectResponse(home, HTTPStatus.SEE_OTHER, headers=PRIVATE)
        else:
            response = Response(status_code=HTTPStatus.NO_CONTENT, headers=PRIVATE)
        self._drop(request, response)
        return response

    async def _erase(self, key: str) -> None:
        if self._forget is None:
            return
        try:
            async with asyncio.timeout(20), self._desk.sessions.get(key).lock:
                await self._forget(self._resident(key))
        except Exception as error:
            logger.error("a web session could not be erased: %s", type(error).__name__)
            raise RefusedError("not-forgotten", HTTPStatus.INTERNAL_SERVER_ERROR) from None

    async def _lines(
        self, request: Request, session: Session, asked: Asked, key: str
    ) -> AsyncIterator[bytes]:
        language = _language(asked.language, self._town())
        async for event in self._desk.take(session, self._message(asked, key)):
            if isinstance(event, str):
                yield _json_line({"event": "delta", "text": event})
            elif isinstance(event, RefusedError):
                yield _json_line(event.as_event(language))
            else:
                yield _json_line(self._shown(request, event, asked, key))

    def _shown(self, request: Request, reply: Reply, asked: Asked, key: str) -> dict[str, Any]:
        language = _language(asked.language, self._town())
        try:
            return self._event(request, reply, language, asked, key)
        except Exception as error:
            logger.error("a reply could not be shown: %s", type(error).__name__)
            return RefusedError("broken", HTTPStatus.INTERNAL_SERVER_ERROR).as_event(language)

    def _html(
        self,
        request: Request,
        town: TownFace,
        language: str,
        key: str,
        asked: Asked | None = None,
        turn: Turn | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HTMLResponse:
        page = self._page(request, town, language, key, asked, turn)
        headers = {"Content-Language": language, **PRIVATE}
        if town.hears:
            headers["Permissions-Policy"] = "camera=(), microphone=(self), geolocation=()"
        return HTMLResponse(page.encode("utf-8", "replace"), status, headers=headers)

    async def _key(self, request: Request, asked: Asked) -> str:
        """Return the key of the session that asks."""
        return session_key(request) or new_key()

    async def _key_to_forget(self, request: Request) -> str | None:
        return session_key(request)

    def _keep(self, request: Request, response: Response, key: str) -> None:
        set_cookie(request, response, key)

    def _drop(self, request: Request, response: Response) -> None:
        forget_cookie(request, response)

    def _resident(self, key: str) -> str:
        return f"web:{key}"

    def _message(self, asked: Asked, key: str) -> Message:
        return Message(
            text=asked.text,
            at=self._now(),
            resident=self._resident(key),
            channel="web",
            language=asked.language,
        )

    def _event(
        self, request: Request, reply: Reply, language: str, asked: Asked, key: str
    ) -> dict[str, Any]:
        return reply_event(reply, language, base_of(request))

    def _page(
        self,
        request: Request,
        town: TownFace,
        language: str,
        key: str,
        asked: Asked | None,
        turn: Turn | None,
    ) -> str:
        return page_html(town, language, base_of(request), turn)


def base_of(request: Request) -> str:
    """Return the path under which the application stands, without a slash at its end."""
    base = request.scope.get("root_path", "")
    return base.rstrip("/") if isinstance(base, str) else ""


def _refused(refusal: RefusedError, language: str | None) -> JSONResponse:
    headers = PRIVATE if refusal.wait is None else {"Retry-After": str(refusal.wait), **PRIVATE}
    return JSONResponse(refusal.as_event(language), refusal.status, headers=headers)


def _json_line(event: dict[str, Any]) -> bytes:
    line = json.dumps(event, ensure_ascii=False, default=str)
    return line.encode("utf-8", "replace") + b"\n"


def _language(asked: str | None, town: TownFace) -> str:
    return asked if asked in town.languages else town.languages[0]
