"""An honest stand-in for a model's server, on this machine: for tests, and to try the engine with.

It speaks OpenAI's chat and transcription interface and Anthropic's messages, streams as they do,
and can be told to go wrong in the ways that servers do: to drip, to be cut, to answer 429 with
Retry-After or 500, to send what is no JSON. What it says is up to an `Answerer`.
"""

from __future__ import annotations

import asyncio
import email
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from types import TracebackType
from typing import Any, Literal, Self, cast

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

__all__ = ["Answerer", "Asked", "StandIn", "Trouble", "extractive"]

Trouble = Literal["none", "drip", "cut", "429", "500", "malformed", "hang", "empty"]
"""How a call goes wrong; `none` is a call that goes well."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came in: the whole request, and the question and passages where they are ours."""

    body: Mapping[str, Any]
    system: str
    user: str
    question: str = ""
    passages: tuple[Mapping[str, str], ...] = ()


Answerer = Callable[[Asked], str]
"""Says what the model says to a request."""


def extractive(asked: Asked) -> str:
    """Answer as a good model would: the passage that shares most with the question, quoted."""

    def shared(text: str) -> int:
        return sum(text.count(asked.question[i : i + 2]) for i in range(len(asked.question) - 1))

    if not asked.passages:
        return '{"abstain": true}'
    best = max(asked.passages, key=lambda each: shared(each["title"] + each["text"]))
    if not shared(best["title"] + best["text"]):
        return '{"abstain": true}'
    quote = best["text"].split("\n")[0]
    return json.dumps({"id": best["id"], "quote": quote, "text": quote}, ensure_ascii=False)


@dataclass(slots=True)
class StandIn:
    """A server in a thread of its own; use it as a context manager.

    `answer` says what the model says, `trouble` what goes wrong, `transcript` what the ear hears;
    all may be changed while it serves. `asked` holds every request that came.
    """

    answer: Answerer = extractive
    trouble: Trouble = "none"
    transcript: str = "あしたのごみはなに"
    retry_after: int = 7
    pause: float = 0.3
    """Seconds between the pieces of a stream that drips."""
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """What to write as `base_url` for OpenAI's interface."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        routes = [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/messages", self._messages, methods=["POST"]),
            Route("/v1/audio/transcriptions", self._transcribe, methods=["POST"]),
            Route("/v1/models", self._models),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            host="127.0.0.1",
            port=self.port,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until = time.monotonic() + 10
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(10)

    async def _models(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "stand-in", "object": "model"}]})

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        said = {each["role"]: str(each["content"]) for each in body["messages"]}
        text = self._heard(body, said.get("system", ""), said.get("user", ""))
        early = await self._early()
        if early is not None:
            return early
        if body.get("stream"):
            return StreamingResponse(self._streamed(text, _openai), media_type="text/event-stream")
        choice = {"index": 0, "message": {"role": "assistant", "content": text}}
        return JSONResponse({"id": "x", "object": "chat.completion", "choices": [choice]})

    async def _messages(self, request: Request) -> Response:
        body = await request.json()
        user = "".join(str(each["content"]) for each in body["messages"])
        text = self._heard(body, str(body.get("system", "")), user)
        early = await self._early()
        if early is not None:
            return early
        return StreamingResponse(self._streamed(text, _anthropic), media_type="text/event-stream")

    async def _transcribe(self, request: Request) -> Response:
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        parts = email.message_from_bytes(head + await request.body()).get_payload()
        form = {
            str(part.get_param("name", header="content-disposition")): part.get_payload()
            for part in cast("list[Message]", parts)
            if part.get_filename() is None
        }
        self.asked.append(Asked(form, "", ""))
        early = await self._early()
        if early is not None:
            return early
        return JSONResponse({"text": self.transcript})

    def _heard(self, body: Mapping[str, Any], system: str, user: str) -> str:
        """Note a request, and return what the model says to it."""
        try:
            given = json.loads(user)
            asked = Asked(body, system, user, given["question"], tuple(given["passages"]))
        except (ValueError, KeyError, TypeError):
            asked = Asked(body, system, user)
        self.asked.append(asked)
        return self.answer(asked)

    async def _early(self) -> Response | None:
        """Return the answer of a call that goes wrong before it begins."""
        match self.trouble:
            case "429":
                told = {"error": {"message": "slow down", "type": "rate_limit_error"}}
                return JSONResponse(told, 429, {"Retry-After": str(self.retry_after)})
            case "500":
                return JSONResponse({"error": {"message": "broken"}}, 500)
            case "hang":
                await asyncio.sleep(30)
        return None

    async def _streamed(self, text: str, form: Callable[[str], list[str]]) -> AsyncIterator[str]:
        if self.trouble == "malformed":
            yield "data: {not json\n\n"
            return
        pieces = [text[i : i + 7] for i in range(0, len(text), 7)]
        if self.trouble == "empty":
            pieces = []
        for number, piece in enumerate(pieces):
            if self.trouble == "cut" and number == max(1, len(pieces) // 2):
                raise ConnectionResetError
            if self.trouble == "drip":
                await asyncio.sleep(self.pause)
            for line in form(piece):
                yield line
        for line in form(""):
            yield line


def _openai(piece: str) -> list[str]:
    """Return the lines of OpenAI's stream; an empty piece ends it."""
    delta = {"content": piece} if piece else {}
    ending = None if piece else "stop"
    chunk = {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "stand-in",
        "choices": [{"index": 0, "delta": delta, "finish_reason": ending}],
    }
    lines = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"]
    return lines if piece else [*lines, "data: [DONE]\n\n"]


def _anthropic(piece: str) -> list[str]:
    """Return the lines of Anthropic's stream; an empty piece ends it."""
    if piece:
        delta = {"type": "text_delta", "text": piece}
        event = {"type": "content_block_delta", "index": 0, "delta": delta}
    else:
        event = {"type": "message_stop"}
    return [f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"]
