"""LINE's Messaging API as the answering process calls it: one client, and what each call's end means.

The HTTP status decides, never the error's text. A call whose request may have reached LINE and that
brought no clear answer is `UNKNOWN`; one that never left here is `NEVER`.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from types import TracebackType
from typing import Any
from urllib.parse import quote

import aiohttp
from linebot.v3.messaging import ApiException, AsyncApiClient, Configuration

from concierge.channels.line.settings import LineSettings
from concierge.channels.line.tokens import AccessToken, TokenError

__all__ = ["AUDIO_LARGEST", "Ended", "LineCalls", "Result"]

log = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=3, sock_connect=3)
CONNECTIONS = 64
AUDIO_LARGEST = 10 * 1024 * 1024
PREPARING_TRIES, PREPARING_WAIT = 6, 0.5
HTTP_OK, ACCEPTED, CONFLICT, TOO_MANY, SERVER = 200, 202, 409, 429, 500

Messages = Sequence[Mapping[str, Any]]


class Ended(Enum):
    """How a call ended."""

    DONE = auto()
    """LINE has it: 2xx, or 409 for a retry key it knows."""
    REFUSED = auto()
    """4xx: LINE does not take it, and will not."""
    LIMITED = auto()
    """429: not taken now."""
    DENIED = auto()
    """401, 403: the access token does not serve."""
    NEVER = auto()
    """No connection came about, so nothing was sent."""
    UNKNOWN = auto()
    """5xx, a timeout or a cut: it may have been taken."""


@dataclass(frozen=True, slots=True)
class Result:
    """The end of one call; `retry_after` in seconds where LINE said so."""

    ended: Ended
    status: int | None = None
    retry_after: float | None = None
    data: Any = None


class LineCalls:
    """The calls, through one client; to be made and used inside a running loop."""

    def __init__(self, settings: LineSettings, token: AccessToken | None = None) -> None:
        self._settings = settings
        configuration = Configuration(access_token="")
        configuration.connection_pool_maxsize = CONNECTIONS
        self._client = AsyncApiClient(configuration)
        self._token = token or AccessToken(settings, self._client)

    async def __aenter__(self) -> LineCalls:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()

    async def reply(self, reply_token: str, messages: Messages) -> Result:
        """Reply once to an event. No retry key: on a reply it is an error."""
        body = {"replyToken": reply_token, "messages": list(messages)}
        return await self._post("/v2/bot/message/reply", body)

    async def push(self, to: str, messages: Messages, retry_key: str) -> Result:
        """Push, the same however often it is called with this key."""
        headers = {"X-Line-Retry-Key": retry_key}
        body = {"to": to, "messages": list(messages)}
        return await self._post("/v2/bot/message/push", body, headers)

    async def show_loading(self, user_id: str, seconds: int = 20) -> Result:
        """Show the indicator of a coming answer; one-to-one talks only, 5 to 60 s in steps of 5."""
        body = {"chatId": user_id, "loadingSeconds": seconds}
        return await self._post("/v2/bot/chat/loading/start", body)

    async def quota_left(self) -> float | None:
        """Return how many messages may be pushed this month; infinity where there is no limit.

        None where LINE does not say now.
        """
        quota = await self._get("/v2/bot/message/quota")
        if quota.ended is not Ended.DONE or not isinstance(quota.data, dict):
            return None
        if quota.data.get("type") == "none":
            return math.inf
        used = await self._get("/v2/bot/message/quota/consumption")
        if used.ended is not Ended.DONE or not isinstance(used.data, dict):
            return None
        return float(quota.data.get("value", 0)) - float(used.data.get("totalUsage", 0))

    async def content(self, message_id: str) -> tuple[bytes, str] | None:
        """Return what a resident sent and its media type; None where LINE does not give it.

        202 means that it is being prepared, and is tried again.
        """
        path = f"/v2/bot/message/{quote(message_id, safe='')}/content"
        for _ in range(PREPARING_TRIES):
            found = await self._fetched(path)
            if found != ACCEPTED:
                return None if isinstance(found, int) else found
            await asyncio.sleep(PREPARING_WAIT)
        return None

    async def _fetched(self, path: str) -> tuple[bytes, str] | int:
        """Return content and media type, or the status. Read with a bound, unlike the SDK's call."""
        try:
            token = await self._token.current()
            session = self._client.rest_client.pool_manager
            headers = {"Authorization": f"Bearer {token}"}
            url = self._settings.data_api_base + path
            async with session.get(url, headers=headers, timeout=TIMEOUT) as response:
                if response.status != HTTP_OK:
                    return int(response.status)
                data = await response.content.read(AUDIO_LARGEST + 1)
                while len(data) <= AUDIO_LARGEST and (
                    more := await response.content.read(AUDIO_LARGEST + 1 - len(data))
                ):
                    data += more
                if len(data) > AUDIO_LARGEST:
                    return 413
                return data, response.headers.get("Content-Type", "application/octet-stream")
        except (aiohttp.ClientError, TimeoutError, OSError, TokenError) as error:
            log.warning("line: content could not be fetched: %s", type(error).__name__)
            return 0

    async def _post(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Result:
        return await self._called("POST", path, body, headers)

    async def _get(self, path: str) -> Result:
        return await self._called("GET", path, None, None)

    async def _called(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
    ) -> Result:
        result = await self._once(method, path, body, headers)
        if result.ended is Ended.DENIED and await self._token.renew():
            result = await self._once(method, path, body, headers)
        return result

    async def _once(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
    ) -> Result:
        try:
            token = await self._token.current()
        except TokenError as error:
            log.error("line: no access token: %s", error)
            return Result(Ended.NEVER)
        try:
            response = await self._client.call_api(
                path,
                method,
                header_params={**(headers or {})},
                body=body,
                response_types_map={"200": "object"},
                _host=self._settings.api_base,
                _request_timeout=TIMEOUT,
                _request_auth=_bearer(token),
                auth_settings=["Bearer"],
            )
        except ApiException as error:
            return _judged(path, error)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            log.warning("line: %s: no connection (%s)", path, type(error).__name__)
            return Result(Ended.NEVER)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("line: %s: outcome unknown (%s)", path, type(error).__name__)
            return Result(Ended.UNKNOWN)
        return Result(Ended.DONE, response.status_code, data=response.data)


def _bearer(token: str) -> dict[str, str]:
    value = f"Bearer {token}"
    return {"type": "bearer", "in": "header", "key": "Authorization", "value": value}


def _judged(path: str, error: ApiException) -> Result:
    """Say what an error's status means, and log it with LINE's request id."""
    status = int(error.status or 0)
    headers = error.headers or {}
    log.warning("line: %s: %s, request id %s", path, status, headers.get("x-line-request-id", "-"))
    if status == CONFLICT and path.endswith("/push"):
        return Result(Ended.DONE, status)
    if status == TOO_MANY:
        return Result(Ended.LIMITED, status, _seconds(headers.get("retry-after")))
    if status in (401, 403):
        return Result(Ended.DENIED, status)
    if 400 <= status < SERVER:
        return Result(Ended.REFUSED, status)
    return Result(Ended.UNKNOWN, status)


def _seconds(given: str | None) -> float | None:
    return float(given) if given is not None and given.isdigit() else None
