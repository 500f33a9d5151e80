"""`POST /hear`: a recording from the page's microphone in, what was said out, for the text box.

Nothing is asked by it: the words go into the box, where the resident reads, corrects and sends them.
The recording is held in memory for as long as it is listened to, and kept nowhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from concierge.channels.web.face import Hear
from concierge.channels.web.intake import check_origin, read_body
from concierge.channels.web.refused import RefusedError
from concierge.channels.web.sessions import Sessions, new_key, session_key

__all__ = ["MOST_BYTES", "hearing_endpoint"]

logger = logging.getLogger("concierge.web")

MOST_BYTES = 5 * 1024 * 1024
"""Bytes; more than a minute of speech as browsers record it."""
WITHIN = 30.0
"""Seconds within which a recording must have come in."""
AT_ONCE = 4
"""Recordings that are taken in at the same time, so that their bytes are bounded together."""


def hearing_endpoint(
    hear: Hear | None, sessions: Sessions, headers: dict[str, str]
) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint; without an engine that hears there is nothing there (404)."""
    places = asyncio.Semaphore(AT_ONCE)

    async def listen(request: Request) -> Response:
        language = request.query_params.get("lang")
        try:
            if hear is None:
                raise RefusedError("unheard", HTTPStatus.NOT_FOUND)
            check_origin(request)
            sessions.admit(session_key(request) or new_key())
            async with places:
                data = await _recording(request)
                text = await hear(data, request.headers.get("content-type", ""), language)
            if text is None:
                raise RefusedError("unheard", HTTPStatus.UNPROCESSABLE_ENTITY)
        except RefusedError as refusal:
            return JSONResponse(refusal.as_event(language), refusal.status, headers=headers)
        except Exception as error:
            logger.error("a recording could not be heard: %s", type(error).__name__)
            broken = RefusedError("broken", HTTPStatus.INTERNAL_SERVER_ERROR)
            return JSONResponse(broken.as_event(language), broken.status, headers=headers)
        return JSONResponse({"text": text}, headers=headers)

    return listen


async def _recording(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition("/")[0].strip().lower()
    if kind not in ("audio", "video"):
        raise RefusedError("unreadable", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = await read_body(request, MOST_BYTES, WITHIN, "unheard")
    if not body:
        raise RefusedError("unheard", HTTPStatus.UNPROCESSABLE_ENTITY)
    return body
