"""The calls of the account's set-up: webhook, rich menus, quota. Never made for a resident's turn.

Exceptions
----------
ManagementError    LINE refused a call, or could not be reached; the message says what to do
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp
from linebot.v3.messaging import AsyncApiClient, Configuration

from concierge.channels.line.settings import LineSettings
from concierge.channels.line.tokens import AccessToken
from concierge.problem import ConciergeError

__all__ = ["Management", "ManagementError", "Told"]

TIMEOUT = aiohttp.ClientTimeout(total=30, connect=5)
LARGEST = 2 * 1024 * 1024


class ManagementError(ConciergeError):
    """A call that LINE refused, or that did not reach it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What LINE answered: the status, and JSON (bytes of a picture, None of nothing)."""

    status: int
    data: Any = None

    @property
    def done(self) -> bool:
        """Whether LINE did it."""
        return 200 <= self.status < 300


class Management:
    """One client; to be entered within a running loop."""

    def __init__(self, settings: LineSettings) -> None:
        self.settings = settings
        self._client: AsyncApiClient | None = None
        self._token: AccessToken | None = None

    async def __aenter__(self) -> Management:
        self._client = AsyncApiClient(Configuration(access_token=""))
        self._token = AccessToken(self.settings, self._client)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            await self._client.close()

    @property
    def token(self) -> AccessToken:
        """The access token, and of which kind it is."""
        if self._token is None:
            raise RuntimeError("Management is used within `async with`")
        return self._token

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Told:
        """Call LINE with JSON. Raises `ManagementError` where it cannot be reached."""
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return await self._send(method, self.settings.api_base + path, content, "application/json")

    async def done(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call LINE, and return its JSON. Raises `ManagementError` for every refusal."""
        told = await self.call(method, path, body)
        if not told.done:
            raise ManagementError(_refused(path, told))
        return told.data

    async def form(self, method: str, path: str, values: Mapping[str, str]) -> Told:
        """Call LINE's OAuth addresses, which need no token; GET sends the values in the address."""
        url = self.settings.api_base + path
        given: dict[str, Any] = {"params" if method == "GET" else "data": dict(values)}
        return await self._request(method, url, given)

    async def upload(self, path: str, data: bytes, media_type: str) -> None:
        """Send a picture. Raises `ManagementError`."""
        told = await self._send("POST", self.settings.data_api_base + path, data, media_type)
        if not told.done:
            raise ManagementError(_refused(path, told))

    async def download(self, path: str) -> bytes | None:
        """Return a picture, None where there is none."""
        told = await self._send("GET", self.settings.data_api_base + path, None, None)
        return told.data if told.done and isinstance(told.data, bytes) else None

    async def _send(
        self, method: str, url: str, content: bytes | None, media_type: str | None
    ) -> Told:
        headers = {"Authorization": f"Bearer {await self.token.current()}"}
        if content is not None and media_type is not None:
            headers["Content-Type"] = media_type
        return await self._request(method, url, {"data": content, "headers": headers})

    async def _request(self, method: str, url: str, given: Mapping[str, Any]) -> Told:
        if self._client is None:
            raise RuntimeError("Management is used within `async with`")
        session: aiohttp.ClientSession = self._client.rest_client.pool_manager
        try:
            async with session.request(method, url, timeout=TIMEOUT, **given) as response:
                raw = await response.content.read(LARGEST)
                kind = response.content_type
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ManagementError(
                f"LINEに接続できません（{type(error).__name__}）。"
                "このサーバーからインターネット（api.line.me）へ出られるかを確かめてください。"
            ) from error
        if kind.startswith("image/"):
            return Told(status, raw)
        try:
            return Told(status, json.loads(raw) if raw else None)
        except ValueError:
            return Told(status, None)


def _refused(path: str, told: Told) -> str:
    """Say what LINE said, with its details."""
    data = told.data if isinstance(told.data, dict) else {}
    details = data.get("details") or []
    said = [str(data.get("message") or data.get("error_description") or "")]
    said += [f"{each.get('property')}: {each.get('message')}" for each in details[:5]]
    reason = "、".join(part for part in said if part) or "理由は示されていません"
    return f"LINEが受け付けませんでした（{path}、{told.status}）: {reason}"
