"""What reaches the web chat: read with bounds, checked, or refused. Nothing is repaired silently.

A request from another site is refused: browsers say where a POST comes from in `Sec-Fetch-Site`,
older ones in `Origin` (Fetch standard, "Origin header"). A program that sends neither also has no
resident's cookie, so it is served.
"""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from starlette.requests import ClientDisconnect, Request

from concierge.channels.web.refused import RefusedError
from concierge.channels.web.sessions import KEY

__all__ = [
    "AREA_LIMIT",
    "BODY_LIMIT",
    "TEXT_LIMIT",
    "Asked",
    "check_origin",
    "read_body",
    "read_caller",
    "read_form",
    "read_json",
]

BODY_LIMIT = 16 * 1024
TEXT_LIMIT = 1_000
AREA_LIMIT = 100
BODY_SECONDS = 10.0
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: `text` within bounds, line ends as `\\n`; `language` None to detect it.

    The rest is the desk's: the `caller` whose question it is, the `area` it is asked with, and the
    area that was `held` after the question before.
    """

    text: str
    language: str | None
    area: str | None = None
    held: str | None = None
    caller: str | None = None


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
    """Read `{"text": …, "language": …}` and the desk's fields. Raises `RefusedError`."""
    body = await _read(request, "application/json")
    try:
        given = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RefusedError("unreadable", HTTPStatus.BAD_REQUEST) from None
    if not isinstance(given, dict):
        raise RefusedError("unreadable", HTTPStatus.UNPROCESSABLE_ENTITY)
    return _asked(given, languages)


async def read_form(request: Request, languages: Iterable[str]) -> Asked:
    """Read the plain form of a page without scripts: the same fields. Raises `RefusedError`."""
    fields = await _fields(request)
    return _asked({**fields, "language": fields.get("language") or None}, languages)


async def read_caller(request: Request) -> str | None:
    """Read the form that lets the desk's next caller come: whom to forget. Raises `RefusedError`."""
    return _caller((await _fields(request)).get("caller"))


async def _fields(request: Request) -> dict[str, str]:
    """Return a form's fields, the first of each name."""
    body = await _read(request, "application/x-www-form-urlencoded")
    try:
        fields = parse_qs(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except ValueError:
        raise RefusedError("unreadable", HTTPStatus.BAD_REQUEST) from None
    return {name: values[0] for name, values in fields.items()}


async def _read(request: Request, expected: str) -> bytes:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != expected or charset not in ("", "charset=utf-8", "charset=utf8"):
        raise RefusedError("unreadable", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return await read_body(request, BODY_LIMIT, BODY_SECONDS, "too-long")


async def read_body(request: Request, limit: int, seconds: float, too_long: str) -> bytes:
    """Return a body of at most `limit` bytes. Raises `RefusedError`, `too_long` beyond that."""
    chunks = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                chunks += chunk
                if len(chunks) > limit:
                    raise RefusedError(too_long, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        raise RefusedError("unreadable", HTTPStatus.REQUEST_TIMEOUT) from None
    except ClientDisconnect:
        raise RefusedError("unreadable", HTTPStatus.BAD_REQUEST) from None
    return bytes(chunks)


def _asked(given: Mapping[str, object], languages: Iterable[str]) -> Asked:
    text, language = given.get("text", ""), given.get("language")
    if not isinstance(text, str) or "\0" in text or _has_surrogate(text):
        raise RefusedError("unreadable", HTTPStatus.UNPROCESSABLE_ENTITY)
    if language is not None and language not in tuple(languages):
        raise RefusedError("unreadable", HTTPStatus.UNPROCESSABLE_ENTITY)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise RefusedError("empty", HTTPStatus.UNPROCESSABLE_ENTITY)
    if len(text) > TEXT_LIMIT:
        raise RefusedError("too-long", HTTPStatus.UNPROCESSABLE_ENTITY)
    return Asked(
        text,
        str(language) if language is not None else None,
        area=_line(given.get("area")),
        held=_line(given.get("held")),
        caller=_caller(given.get("caller")),
    )


def _line(given: object) -> str | None:
    """Read a field of one line; None where it is blank. Raises `RefusedError`."""
    if given is None:
        return None
    if (
        not isinstance(given, str)
        or len(given) > AREA_LIMIT
        or any(unicodedata.category(character) in ("Cc", "Cs") for character in given)
    ):
        raise RefusedError("unreadable", HTTPStatus.UNPROCESSABLE_ENTITY)
    return given.strip() or None


def _caller(given: object) -> str | None:
    """Return a caller's key; None where there is none that a page of ours made."""
    return given if isinstance(given, str) and KEY.fullmatch(given) else None


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
