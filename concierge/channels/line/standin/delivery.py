"""How LINE brings events to our webhook: signed, within two seconds, again where it had to.

https://developers.line.biz/en/docs/messaging-api/receiving-messages/#webhook-redelivery
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concierge.channels.line.standin.events import Event, Events

if TYPE_CHECKING:
    import aiohttp

__all__ = ["Delivery", "Webhook", "sign"]

TIMEOUT = 2.0
REPLY_LIFE, REDELIVERED_LIFE = 60.0, 20 * 60.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to our webhook: `status` is None where no answer came; `reason` as LINE names it."""

    events: tuple[Event, ...]
    status: int | None
    seconds: float
    reason: str
    detail: str

    @property
    def accepted(self) -> bool:
        """Whether LINE takes it as delivered."""
        return self.status is not None and 200 <= self.status < 300


def sign(secret: str, body: bytes) -> str:
    """Return the value of `x-line-signature`."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


class Webhook:
    """Delivers events to `url`, which may change. What was not accepted waits in `undelivered`."""

    def __init__(self, events: Events, secret: str, bot: str) -> None:
        self.url: str | None = None
        self.undelivered: list[Event] = []
        self.timeout = TIMEOUT
        self._events, self._secret, self._bot = events, secret, bot
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def body(self, events: Sequence[Event]) -> bytes:
        """Return the bytes of a webhook request."""
        whole = {"destination": self._bot, "events": list(events)}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()

    def headers(self, body: bytes) -> dict[str, str]:
        """Return the headers of a webhook request, the signature among them."""
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "x-line-signature": sign(self._secret, body),
        }

    async def deliver(self, *events: Event) -> Delivery:
        """Send events in one request; those not accepted wait to be sent again."""
        self._open_tokens(events)
        done = await self.send(self.body(events))
        done = Delivery(events, done.status, done.seconds, done.reason, done.detail)
        if not done.accepted:
            self.undelivered.extend(events)
        return done

    async def redeliver(self) -> list[Delivery]:
        """Send again, one by one, what was not accepted; return what came of each."""
        waiting, self.undelivered = self.undelivered, []
        return [await self.deliver(self._events.again(event)) for event in waiting]

    async def send(self, body: bytes, headers: dict[str, str] | None = None) -> Delivery:
        """Send raw bytes, by default rightly signed, and return what came back."""
        import aiohttp  # noqa: PLC0415 - takes 0.2 s

        begun = time.perf_counter()
        if self.url is None:
            return Delivery((), None, 0.0, "COULD_NOT_CONNECT", "no webhook URL is set")
        given = self.headers(body) if headers is None else headers
        try:
            limit = aiohttp.ClientTimeout(total=self.timeout)
            async with self._open().post(
                self.url, data=body, headers=given, timeout=limit, allow_redirects=False
            ) as response:
                await response.read()
                status, reason = response.status, "OK"
        except TimeoutError:
            return _undone(begun, "REQUEST_TIMEOUT", "Request timeout")
        except aiohttp.ClientConnectorError as error:
            return _undone(begun, "COULD_NOT_CONNECT", str(error))
        except aiohttp.ClientError as error:
            return _undone(begun, "UNCLASSIFIED", str(error))
        if not 200 <= status < 300:
            reason = "ERROR_STATUS_CODE"
        return Delivery((), status, time.perf_counter() - begun, reason, str(status))

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None and self._loop is asyncio.get_running_loop():
            await self._session.close()
        self._session = self._loop = None

    def _open(self) -> aiohttp.ClientSession:
        """Return the session of the running loop."""
        import aiohttp  # noqa: PLC0415 - takes 0.2 s

        loop = asyncio.get_running_loop()
        if self._session is None or self._loop is not loop or self._session.closed:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
            self._loop = loop
        return self._session

    def _open_tokens(self, events: Sequence[Event]) -> None:
        """Let reply tokens live for a minute from now, where the rules give them one."""
        for event in events:
            token = self._events.tokens.get(event.get("replyToken", ""))
            if token is None or token.used:
                continue
            now = self._events.now()
            again = event["deliveryContext"]["isRedelivery"]
            if token.good_until == 0.0 or (again and now - token.event_at < REDELIVERED_LIFE):
                token.good_until = now + REPLY_LIFE


def _undone(begun: float, reason: str, detail: str) -> Delivery:
    return Delivery((), None, time.perf_counter() - begun, reason, detail)
