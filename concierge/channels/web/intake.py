"""What reaches the web chat: read with bounds, checked, or refused. Nothing is repaired silently.

A request from another site is refused: browsers say where a POST comes from in `Sec-Fetch-Site`,
older ones in `Origin` (Fetch standard, "Origin header"). A program that sends neither also has no
resident's cookie, so it is served.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from starlette.requests import ClientDisconnect, Request

from concierge.channels.web.refused import RefusedError

__all__ = ["BODY_LIMIT", "TEXT_LIMIT", "Asked", "check_origin", "read_form", "read_json"]

BODY_LIMIT = 16 * 1024
TEXT_LIMIT = 1_000
BODY_SECONDS = 10.0
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: `text` within bounds, line ends as `\\n`; `language` None to detect it."""

    text: str
    language: str | None


def check_origin(request: Request) -> None:
    """Refuse a POST that another site's page made. Raises `RefusedError`."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
    else:
        origin = request.headers.get("origin")
        if origin is None or _place(origin, request.url.scheme) == _place(
            f"//{request.headers.get('host', '')}", request.url.scheme
        ):
            return
    raise RefusedError("elsewhere", HTTPStatus.FORBIDDEN)


async def read_json(request: Request, languages: Iterable[str]) -> Asked:
    """Read `{"text": …, "language": …}`. Raises `RefusedError`."""
    body = await _read(request, "application/json")
    try:
        given = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RefusedError("unreadable", HTTPStatus.BAD_REQUEST) from None
    if not isinstance(given, dict):
        raise RefusedError("unreadable", HTTPStatus.UNPROCESSABLE_ENTITY)
    return _asked(given.get("text"), given.get("language"), languages)


async def read_form(request: Request, languages: Iterable[str]) -> Asked:
    """Read the plain form of a page without scripts: `text`, `language`. Raises `RefusedError`."""
    body = await _read(request, "application/x-www-form-urlencoded")
    try:
        fields = parse_qs(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except ValueError:
        raise RefusedError("unreadable", HTTPStatus.BAD_REQUEST) from None
    return _asked(fields.get("text", [""])[0], fields.get("language", [""])[0] or None, languages)


async def _read(request: Request, expected: str) -> bytes:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != expected or charset not in ("", "charset=utf-8", "charset=utf8"):
        raise RefusedError("unreadable", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    chunks = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                chunks += chunk
                if len(chunks) > BODY_LIMIT:
                    raise RefusedError("too-long", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        raise RefusedError("unreadable", HTTPStatus.REQUEST_TIMEOUT) from None
    except ClientDisconnect:
        raise RefusedError("unreadable", HTTPStatus.BAD_REQUEST) from None
    return bytes(chunks)


def _asked(text: object, language: object, languages: Iterable[str]) -> Asked:
    if not isinstance(text, str) or "\0" in text or _has_surrogate(text):
        raise RefusedError("unreadable", HTTPStatus.UNPROCESSABLE_ENTITY)
    if language is not None and language not in tuple(languages):
        raise RefusedError("unreadable", HTTPStatus.UNPROCESSABLE_ENTITY)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise RefusedError("empty", HTTPStatus.UNPROCESSABLE_ENTITY)
    if len(text) > TEXT_LIMIT:
        raise RefusedError("too-long", HTTPStatus.UNPROCESSABLE_ENTITY)
    return Asked(text, str(language) if language is not None else None)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _place(url: str, scheme: str) -> tuple[str | None, int | None] | None:
    """Return host and port; the scheme may be the proxy's and is not compared."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme or scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None
