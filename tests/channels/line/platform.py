"""A few lines that stand for LINE's message endpoints: what was sent, and how each call ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

from aiohttp import web

__all__ = ["Platform"]

Ending = Callable[[str, dict[str, Any]], Awaitable[web.StreamResponse | None]]


class Platform:
    """Serves in a thread of its own; `sent` holds what LINE would have shown, in order.

    `end` may return another response for a call, before or after it took effect.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any], str | None]] = []
        self.sent: list[dict[str, Any]] = []
        self.used: set[str] = set()
        self.keys: set[str] = set()
        self.before: Ending | None = None
        self.after: Ending | None = None
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Platform:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def texts(self) -> list[str]:
        """Return the first text of each answer."""
        return [each["messages"][0]["text"] for each in self.sent]

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._called)
        runner = web.AppRunner(application, access_log=None)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _called(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        if request.content_type == "application/json" and request.can_read_body:
            body = await request.json()
        else:
            body = dict(await request.post())
        self.calls.append((path, body, request.headers.get("Authorization")))
        if self.before is not None and (early := await self.before(path, body)) is not None:
            return early
        response = self._acted(path, body, request.headers.get("X-Line-Retry-Key"))
        if self.after is not None and (other := await self.after(path, body)) is not None:
            return other
        return response

    def _acted(self, path: str, body: dict[str, Any], key: str | None) -> web.Response:
        if path.endswith("/message/reply"):
            if body["replyToken"] in self.used:
                return web.json_response({"message": "Invalid reply token"}, status=400)
            self.used.add(body["replyToken"])
            self.sent.append(body)
        elif path.endswith("/message/push"):
            if key in self.keys:
                return web.json_response({"message": "already accepted"}, status=409)
            self.keys.add(str(key))
            self.sent.append(body)
        elif path.endswith("/quota"):
            return web.json_response({"type": "none"})
        elif path.endswith("/token"):
            return web.json_response(
                {"access_token": f"issued{len(self.calls)}", "expires_in": 900}
            )
        return web.json_response({})
