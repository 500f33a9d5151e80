"""One resident's talk with the account, as both sides see it: what they sent and what arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from concierge.channels.line.standin import StandIn
from concierge.channels.line.standin.events import Event

__all__ = ["Entry", "Talk"]

LOOK_EVERY = 0.05
KEPT = 500
PICTURE = b"\xff\xd8\xff\xd9"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the talk: `mine` is the resident's, else the account's; `note` tells what happened."""

    number: int
    kind: str
    content: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return the form in which the page gets it."""
        return {"number": self.number, "kind": self.kind, "content": dict(self.content)}


class Talk:
    """A resident at the stand-in. What they do goes to the webhook; `follow` collects what arrives."""

    def __init__(self, standin: StandIn, name: str = "花子") -> None:
        self.standin = standin
        self.resident = standin.resident(name)
        self.entries: list[Entry] = []
        self._seen = self._number = 0
        self._changed = asyncio.Condition()

    async def text(self, text: str) -> None:
        """Send a text."""
        await self._add("mine", {"type": "text", "text": text})
        await self._deliver(self.standin.events.text(self.resident, text))

    async def postback(
        self, data: str, shown: str | None = None, params: Mapping[str, str] | None = None
    ) -> None:
        """Press a button that sends data; `shown` stands in the talk as if it had been typed."""
        if shown:
            await self._add("mine", {"type": "text", "text": shown})
        await self._deliver(self.standin.events.postback(self.resident, data, params=params))

    async def location(self, latitude: float, longitude: float, title: str = "") -> None:
        """Send a place."""
        await self._add("mine", {"type": "location", "title": title or "位置情報"})
        make = self.standin.events.location
        await self._deliver(make(self.resident, latitude, longitude, title=title or None))

    async def other(self, kind: str) -> None:
        """Send a sticker, a picture, a voice message, a video or a file."""
        make = self.standin.events
        events = {
            "sticker": lambda: make.sticker(self.resident),
            "image": lambda: make.image(self.resident, PICTURE),
            "audio": lambda: make.audio(self.resident, b"", preparing=1),
            "video": lambda: make.video(self.resident),
            "file": lambda: make.file(self.resident, "資料.pdf"),
        }
        await self._add("mine", {"type": kind})
        await self._deliver(events[kind]())

    async def befriend(self) -> None:
        """Add the account as a friend, again where it was blocked."""
        await self._add("note", {"text": "友だちに追加しました"})
        again = self.resident.blocked
        await self._deliver(self.standin.events.follow(self.resident, unblocked=again))

    async def block(self) -> None:
        """Block the account."""
        await self._add("note", {"text": "ブロックしました"})
        await self._deliver(self.standin.events.unfollow(self.resident))

    async def follow(self) -> None:
        """Put into the talk whatever arrives, until cancelled."""
        while True:
            await self.collect()
            await asyncio.sleep(LOOK_EVERY)

    async def collect(self) -> None:
        """Put into the talk what has arrived since the last look."""
        sent, self._seen = self.standin.sent[self._seen :], len(self.standin.sent)
        for each in sent:
            if each.to == self.resident.id and each.seen:
                for message in each.messages:
                    await self._add("theirs", message)
        refused, self.standin.refused[:] = self.standin.refused[:], []
        for operation, status, said in refused:
            await self._add("note", {"text": f"LINEなら断ります: {operation} {status} {said}"})

    async def after(self, number: int, wait: float) -> list[Entry]:
        """Return the entries after one, waiting up to some seconds for the first."""
        async with self._changed:
            try:
                async with asyncio.timeout(wait):
                    await self._changed.wait_for(lambda: self._number > number)
            except TimeoutError:
                return []
        return [entry for entry in self.entries if entry.number > number]

    async def answer(self, wait: float = 30.0) -> list[Entry]:
        """Return what arrives next, with all that comes in the same moment."""
        begin = self._number
        while not any(entry.kind != "mine" for entry in await self.after(begin, wait)):
            if self._number == begin:
                return []
            begin = self._number
        await self.collect()
        return [entry for entry in self.entries if entry.number > begin and entry.kind != "mine"]

    async def _deliver(self, event: Event) -> None:
        done = await self.standin.webhook.deliver(event)
        if not done.accepted:
            told = f"案内に届きませんでした（{done.reason} {done.detail}）"
            await self._add("note", {"text": told})

    async def _add(self, kind: str, content: Mapping[str, Any]) -> None:
        async with self._changed:
            self._number += 1
            self.entries = [*self.entries[-KEPT:], Entry(self._number, kind, content)]
            self._changed.notify_all()
