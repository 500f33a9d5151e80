"""`POST /line/webhook`: the signature, the inbox, 200. Nothing is answered here.

A delivery is acknowledged only when it is on the disk. Whatever stands against that (a full disk, a
locked database, too many events that wait) is told by 503, and LINE delivers again.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from concierge.channels.line.envelope import arrivals
from concierge.problem import ConciergeError
from concierge.storage.inbox import Arrival

__all__ = ["LARGEST", "PATH", "LineWebhook", "webhook_route"]

log = logging.getLogger(__name__)

PATH = "/line/webhook"
SIGNATURE = b"x-line-signature"
LARGEST = 1024 * 1024
"""Bytes of a delivery; LINE's own are a few thousand."""
HELD_AT_MOST = 32 * 1024 * 1024
"""Bytes of all deliveries that are being read or written."""
BODY_SECONDS = 5.0
TOLD_EVERY = 5.0
WRONG_TOLD_EVERY = 60.0

Keep = Callable[[Sequence[Arrival]], Awaitable[None]]
"""Makes events durable, or raises `ConciergeError`."""


class LineWebhook:
    """The ASGI application behind the route.

    `secrets` are channel secrets, any of which may have signed; without any everything is refused.
    `keep` makes events durable; `key` returns the secret of the pseudonyms.
    """

    def __init__(self, secrets: Sequence[str], keep: Keep, key: Callable[[], bytes]) -> None:
        self._secrets = [secret.encode("utf-8", "surrogateescape") for secret in secrets]
        self._keep, self._key = keep, key
        self._held = 0
        self._told: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one delivery with 200, or with why it was not accepted."""
        if scope["type"] != "http":
            return
        status = await self._received(scope, receive)
        await send(_STARTS[status])
        await send(_BODIES[status])

    async def _received(self, scope: Scope, receive: Receive) -> HTTPStatus:
        if not self._secrets:
            self._tell("LINE_CHANNEL_SECRET is not set: deliveries from LINE are refused", "unset")
            return HTTPStatus.SERVICE_UNAVAILABLE
        signature, length = b"", 0
        for name, value in scope["headers"]:
            if name == SIGNATURE:
                signature = value
            elif name == b"content-length":
                length = int(value) if value.isdigit() and len(value) < 20 else LARGEST + 1
        if length > LARGEST:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if not signature:
            return HTTPStatus.UNAUTHORIZED
        if self._held + length > HELD_AT_MOST:
            self._tell("too many deliveries at once", "held")
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._held += length
        try:
            body = await _body(receive)
            if isinstance(body, HTTPStatus):
                return body
            return await self._judged(body, signature)
        finally:
            self._held -= length

    async def _judged(self, body: bytes, signature: bytes) -> HTTPStatus:
        if not self._signed(body, signature):
            self._tell("a delivery with a wrong signature was refused", "wrong", WRONG_TOLD_EVERY)
            return HTTPStatus.UNAUTHORIZED
        try:
            events = arrivals(body, self._key())
        except ValueError as error:
            self._tell(f"a signed delivery is no JSON: {type(error).__name__}", "json")
            return HTTPStatus.BAD_REQUEST
        except ConciergeError as error:
            self._tell(f"not accepted: {error}", "kept")
            return HTTPStatus.SERVICE_UNAVAILABLE
        if events:
            try:
                await self._keep(events)
            except ConciergeError as error:
                self._tell(f"not accepted, LINE is asked to deliver again: {error}", "kept")
                return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.OK

    def _signed(self, body: bytes, signature: bytes) -> bool:
        """Compare with what each secret makes of the untouched bytes, in constant time."""
        found = False
        for secret in self._secrets:
            right = base64.b64encode(hmac.digest(secret, body, "sha256"))
            found |= hmac.compare_digest(right, signature)
        return found

    def _tell(self, message: str, about: str, every: float = TOLD_EVERY) -> None:
        now = time.monotonic()
        if now - self._told.get(about, -every) >= every:
            self._told[about] = now
            log.error("line webhook: %s", message)


def webhook_route(webhook: LineWebhook) -> Route:
    """Return the route, plain Starlette: FastAPI's own would double the cost of a delivery."""
    return Route(PATH, webhook, methods=["POST"], include_in_schema=False)


async def _body(receive: Receive) -> bytes | HTTPStatus:
    """Read the raw body within bounds, or say why not."""
    chunks, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return HTTPStatus.BAD_REQUEST
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > LARGEST:
                    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    except TimeoutError:
        return HTTPStatus.REQUEST_TIMEOUT


def _start(status: HTTPStatus) -> dict[str, object]:
    size = str(len(status.phrase)).encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", size)]
    return {"type": "http.response.start", "status": int(status), "headers": headers}


_ANSWERS = (
    HTTPStatus.OK,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_STARTS = {status: _start(status) for status in _ANSWERS}
_BODIES = {
    status: {"type": "http.response.body", "body": status.phrase.encode()} for status in _ANSWERS
}
