"""The stand-in as an ASGI application: LINE's addresses, authentication, and the planned faults.

A cut connection needs the server's own transport, as uvicorn has it; where the application is
called without a server, a cut raises `ConnectionResetError` instead.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from concierge.channels.line.checking import Refusal
from concierge.channels.line.standin.description import Operation, operations, refusals
from concierge.channels.line.standin.faults import Fault, Kind
from concierge.channels.line.standin.platform import StandIn
from concierge.channels.line.standin.state import Answer, Call

__all__ = ["application"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

logger = logging.getLogger("concierge.line.standin")

LARGEST = 2 * 1024 * 1024
LARGEST_FILE = 10 * 1024 * 1024
BEFORE = {Kind.RATE, Kind.ERROR_BEFORE, Kind.CUT_BEFORE}


def application(standin: StandIn) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return the application that speaks for LINE's `api.line.me` and `api-data.line.me`."""
    known = operations()

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await _answer(standin, known, scope, receive, send)

    return serve


async def _answer(
    standin: StandIn, known: tuple[Operation, ...], scope: Scope, receive: Receive, send: Send
) -> None:
    found = _route(known, scope["method"], scope["path"])
    body = await _body(receive)
    if found is None:
        await _send(send, Answer.refused(404, "Not found"))
        return
    operation, parameters = found
    call = Call(
        operation=operation.name,
        request_id=secrets.token_hex(16),
        parameters=parameters,
        query=dict(parse_qsl(scope.get("query_string", b"").decode("ascii", "replace"))),
        headers={k.decode().lower(): v.decode("latin-1") for k, v in scope["headers"]},
        body=body or b"",
    )
    standin.calls[operation.name] += 1
    fault = standin.faults.draw(operation.name)
    if fault is not None and fault.kind is Kind.SLOW_BEFORE:
        await asyncio.sleep(fault.seconds)
    if fault is not None and fault.kind in BEFORE:
        await _fail_before(fault, scope, receive, send)
        return
    answer = await _judged(standin, operation, call, body)
    headers = {"x-line-request-id": call.request_id, **answer.headers}
    await _send_with(
        fault, Answer(answer.status, answer.content, headers, answer.media_type), receive, send
    )


async def _judged(standin: StandIn, operation: Operation, call: Call, body: bytes | None) -> Answer:
    """Answer a call that did not fail on purpose; note what LINE would have refused."""
    refusal = _refused_at_the_door(standin, operation, call, body)
    if refusal is None and operation.body is not None:
        refusal, call = _described(operation, call)
    try:
        answer = refusal or await standin.answer(call)
    except Exception:
        logger.exception("the stand-in itself failed in %s", operation.name)
        answer = Answer.refused(500, "The stand-in itself failed")
    if 400 <= answer.status < 500 and answer.status not in (404, 409, 410, 429):
        standin.refused.append((operation.name, answer.status, answer.content))
    return answer


def _refused_at_the_door(
    standin: StandIn, operation: Operation, call: Call, body: bytes | None
) -> Answer | None:
    """Return the refusal of a request that is too large, not let in, or has a key it may not have."""
    if body is None:
        return Answer.refused(413, "Request exceeds the max size")
    if not operation.name.startswith(("issue", "verify", "revoke", "gets")):
        kind, _, token = call.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not standin.tokens.good(token.strip()):
            reason = "invalid token" if token else "missing authorization header"
            said = f"Authentication failed due to the following reason: {reason}. "
            return Answer.refused(
                401, f"{said}Confirm that the access token in the authorization header is valid."
            )
    if "x-line-retry-key" in call.headers and not operation.retry_key:
        return Answer.refused(400, "The retry key is not supported by this API")
    return None


def _described(operation: Operation, call: Call) -> tuple[Answer | None, Call]:
    """Hold a JSON body to the description; return the refusal, and the call with its JSON."""
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return Answer.refused(415, f"The content type, {kind}, is not supported"), call
    try:
        value = json.loads(call.body, parse_constant=_no_constant)
    except ValueError as error:
        return Answer.refused(400, f"The request body could not be parsed as JSON ({error})"), call
    found = refusals(operation.body or "", value)
    if found:
        return _errors(found), call
    whole = Call(
        call.operation, call.request_id, call.parameters, call.query, call.headers, call.body, value
    )
    return None, whole


def _errors(found: list[Refusal]) -> Answer:
    details = [each.as_dict() for each in found]
    return Answer.refused(400, f"The request body has {len(found)} error(s)", details=details)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _route(
    known: tuple[Operation, ...], method: str, path: str
) -> tuple[Operation, dict[str, str]] | None:
    """Return the operation at an address: a fixed address goes before one with parameters."""
    for fixed in (True, False):
        for operation in known:
            matched = operation.path.fullmatch(path) if operation.method == method else None
            if matched is not None and bool(matched.groupdict()) is not fixed:
                return operation, {k: unquote(v) for k, v in matched.groupdict().items()}
    return None


async def _body(receive: Receive) -> bytes | None:
    """Return the body, None where it is larger than anything LINE takes."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        size += len(message.get("body", b""))
        if size <= LARGEST_FILE:
            parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts) if size <= LARGEST else None


async def _fail_before(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    request_id = {"x-line-request-id": secrets.token_hex(16)}
    if fault.kind is Kind.RATE:
        said = {"message": "The API rate limit has been exceeded. Try again later."}
        await _send(send, Answer(429, said, request_id))
    elif fault.kind is Kind.ERROR_BEFORE:
        await _send(send, Answer(500, {"message": "Internal Server Error"}, request_id))
    else:
        await _cut(receive, send)


async def _send_with(fault: Fault | None, answer: Answer, receive: Receive, send: Send) -> None:
    """Send an answer the way a fault lets it through."""
    kind = None if fault is None else fault.kind
    seconds = 0.0 if fault is None else fault.seconds
    if kind is Kind.ERROR_AFTER:
        await _send(send, Answer(500, {"message": "Internal Server Error"}, answer.headers))
    elif kind is Kind.CUT_AFTER:
        await _cut(receive, send)
    elif kind is Kind.CUT_HALFWAY:
        content = _bytes(answer)
        await send(_start(answer, len(content)))
        half = content[: len(content) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await _cut(receive, send)
    elif kind is Kind.DRIP:
        content = _bytes(answer)
        await send(_start(answer, len(content)))
        for place in range(len(content)):
            await asyncio.sleep(seconds / len(content))
            one = content[place : place + 1]
            await send({"type": "http.response.body", "body": one, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    else:
        if kind is Kind.SLOW:
            await asyncio.sleep(seconds)
        await _send(send, answer)


async def _send(send: Send, answer: Answer) -> None:
    content = _bytes(answer)
    await send(_start(answer, len(content)))
    await send({"type": "http.response.body", "body": content})


def _bytes(answer: Answer) -> bytes:
    if isinstance(answer.content, bytes):
        return answer.content
    return json.dumps(answer.content, ensure_ascii=False).encode()


def _start(answer: Answer, length: int) -> dict[str, Any]:
    headers = {
        "content-type": answer.media_type,
        "content-length": str(length),
        **answer.headers,
    }
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [(k.encode(), v.encode("latin-1")) for k, v in headers.items()],
    }


async def _cut(receive: Receive, send: Send) -> None:
    """Cut the connection, and wait until the server knows."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the stand-in cut the connection")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return
