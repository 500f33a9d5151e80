"""The simulator's page: this machine's browser in LINE's place. Reachable from this machine alone."""

from __future__ import annotations

import json
from html import escape
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from concierge.channels.line.simulator.talk import Talk

__all__ = ["page"]

WAIT = 0.8
"""Seconds that a request for news waits: less than what the server is given to end in."""
LONGEST = 20_000
HERE = ("127.0.0.1", "localhost", "[::1]")
FILES = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/bubbles.js": ("bubbles.js", "text/javascript; charset=utf-8"),
    "/templates.js": ("templates.js", "text/javascript; charset=utf-8"),
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' https: data:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(talk: Talk) -> Starlette:
    """Return the application that shows a talk and sends what is pressed and typed."""
    shown = _Page(talk)
    files = [Route(path, shown.file, methods=["GET"]) for path in FILES]
    return Starlette(
        routes=[
            *files,
            Route("/entries", shown.entries, methods=["GET"]),
            Route("/menu", shown.menu, methods=["GET"]),
            Route("/menu/{menu}", shown.picture, methods=["GET"]),
            Route("/act", shown.act, methods=["POST"]),
        ]
    )


class _Page:
    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    async def file(self, request: Request) -> Response:
        """Return one of the page's own files."""
        if not _from_here(request):
            return Response(status_code=403)
        name, kind = FILES[request.url.path]
        content = resources.files("concierge.channels.line.simulator").joinpath(name).read_bytes()
        if name == "page.html":
            told = escape(self._talk.standin.name).encode()
            content = content.replace(b"{{name}}", told)
        return Response(content, media_type=kind, headers=HEADERS)

    async def entries(self, request: Request) -> Response:
        """Return what came after an entry, waiting for it a while."""
        if not _from_here(request):
            return Response(status_code=403)
        try:
            after = int(request.query_params.get("after", "0"))
        except ValueError:
            return Response(status_code=400)
        found = await self._talk.after(after, WAIT)
        return JSONResponse([entry.as_dict() for entry in found], headers=HEADERS)

    async def menu(self, request: Request) -> Response:
        """Return the rich menu that is shown, and those that its tabs lead to."""
        if not _from_here(request):
            return Response(status_code=403)
        menus = self._talk.standin.menus
        shown = menus.linked.get(self._talk.resident.id) or menus.default
        told = {
            "shown": shown,
            "menus": {each.id: each.content for each in menus.menus.values()},
            "aliases": menus.aliases,
        }
        return JSONResponse(told, headers=HEADERS)

    async def picture(self, request: Request) -> Response:
        """Return a rich menu's picture."""
        menu = self._talk.standin.menus.menus.get(request.path_params["menu"])
        if not _from_here(request) or menu is None or menu.image is None:
            return Response(status_code=404)
        return Response(menu.image, media_type=menu.media_type, headers=HEADERS)

    async def act(self, request: Request) -> Response:
        """Do what the resident does."""
        if not _from_here(request) or "application/json" not in request.headers.get(
            "content-type", ""
        ):
            return Response(status_code=403)
        body = await request.body()
        try:
            asked = json.loads(body) if len(body) <= LONGEST else None
            done = isinstance(asked, dict) and await self._do(asked)
        except (KeyError, TypeError, ValueError):
            done = False
        return Response(status_code=204 if done else 400, headers=HEADERS)

    async def _do(self, asked: dict[str, Any]) -> bool:
        kind = asked["kind"]
        if kind == "text" and str(asked["text"]).strip():
            await self._talk.text(str(asked["text"])[:5000])
        elif kind == "postback":
            await self._talk.postback(
                str(asked["data"])[:300], asked.get("shown"), asked.get("params")
            )
        elif kind == "location":
            await self._talk.location(float(asked["latitude"]), float(asked["longitude"]))
        elif kind in ("sticker", "image", "audio", "video", "file"):
            await self._talk.other(kind)
        elif kind == "befriend":
            await self._talk.befriend()
        elif kind == "block":
            await self._talk.block()
        else:
            return False
        return True


def _from_here(request: Request) -> bool:
    """Say whether a request comes from a page of this machine, under this machine's name."""
    host = request.headers.get("host", "").rpartition(":")
    name = host[0] or host[2]
    origin = request.headers.get("origin")
    return name in HERE and (origin is None or origin.partition("://")[2].startswith(name))
