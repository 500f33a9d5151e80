"""The desk's web chat (`?desk=1`): where it differs from the residents'.

No cookie is read or set: the page carries its caller's key, so that a second tab is a second
caller, and a resident's conversation in the same browser is never touched. An area stays for the
caller; taking it away also forgets what was talked about, so that no answer rests on it unseen.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from concierge.channels.web.chat import WebChat, base_of
from concierge.channels.web.clerk import Caller, clerk_event, clerk_html
from concierge.channels.web.desk import Desk
from concierge.channels.web.face import Forget, PutThrough, TownFace
from concierge.channels.web.intake import Asked, read_caller
from concierge.channels.web.pages import Turn
from concierge.channels.web.sessions import new_key
from concierge.clerk import area_after, area_meant
from concierge.message import Message, Reply
from concierge.municipality import Department

__all__ = ["ClerkChat"]

logger = logging.getLogger("concierge.web")


class ClerkChat(WebChat):
    """The handlers of the desk."""

    home = "/?desk=1"

    def __init__(
        self,
        town: Callable[[], TownFace],
        desk: Desk,
        forget: Forget | None,
        now: Callable[[], datetime],
        put_through: PutThrough | None,
    ) -> None:
        super().__init__(town, desk, forget, now)
        self._put_through = put_through

    async def _key(self, request: Request, asked: Asked) -> str:
        key = asked.caller or new_key()
        if asked.held and not asked.area:
            await self._erase(key)
        return key

    async def _key_to_forget(self, request: Request) -> str | None:
        return await read_caller(request)

    def _keep(self, request: Request, response: Response, key: str) -> None:
        """Set no cookie."""

    def _drop(self, request: Request, response: Response) -> None:
        """Leave the resident's cookie alone."""

    def _resident(self, key: str) -> str:
        return f"desk:{key}"

    def _message(self, asked: Asked, key: str) -> Message:
        return Message(
            text=asked.text,
            at=self._now(),
            resident=self._resident(key),
            channel="desk",
            area=self._area(asked),
        )

    def _event(
        self, request: Request, reply: Reply, language: str, asked: Asked, key: str
    ) -> dict[str, Any]:
        town = self._town()
        caller = Caller(key, area_after(self._area(asked), reply, town.areas))
        return clerk_event(reply, town, caller, self._department(reply), base_of(request))

    def _page(
        self,
        request: Request,
        town: TownFace,
        language: str,
        key: str,
        asked: Asked | None,
        turn: Turn | None,
    ) -> str:
        reply = turn.reply if turn else None
        area = self._area(asked) if asked else None
        after = area_after(area, reply, town.areas) if reply else area
        desk = self._department(reply) if reply else None
        return clerk_html(town, Caller(key, after), base_of(request), turn, desk)

    def _area(self, asked: Asked) -> str | None:
        return area_meant(asked.area, asked.text, self._town().areas)

    def _department(self, reply: Reply) -> Department | None:
        """Return the desk of a reply; a failure to find one costs only the desk."""
        if self._put_through is None:
            return None
        try:
            return self._put_through(reply)
        except Exception as error:
            logger.error("no desk could be found: %s", type(error).__name__)
            return None
