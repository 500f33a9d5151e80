"""Webhook events as LINE sends them. Making one gives out its reply token and message id.

https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from concierge.channels.line.standin.state import (
    Content,
    Group,
    ReplyToken,
    Resident,
    new_message_id,
    new_ulid,
)

__all__ = ["Event", "Events"]

Event = dict[str, Any]
ANSWERABLE = {"message", "follow", "join", "memberJoined", "postback", "accountLink", "beacon"}
"""The types of events that come with a reply token."""


class Events:
    """Makes events. `chat` is a resident, or `group` with the member who speaks."""

    def __init__(self, now: Callable[[], float], bot: str) -> None:
        self.now, self._bot = now, bot
        self.tokens: dict[str, ReplyToken] = {}
        """Every reply token given out, by itself."""
        self.contents: dict[str, Content] = {}
        """Every file sent, by the id of its message."""

    def make(
        self,
        kind: str,
        chat: Resident,
        *,
        group: Group | None = None,
        at: float | None = None,
        mode: str = "active",
        **fields: Any,
    ) -> Event:
        """Return an event of any type, known or not; `fields` are what belongs to the type."""
        moment = self.now() if at is None else at
        event: Event = {
            "type": kind,
            "webhookEventId": new_ulid(moment),
            "deliveryContext": {"isRedelivery": False},
            "timestamp": int(moment * 1000),
            "source": _source(chat, group),
            "mode": mode,
            **fields,
        }
        if kind in ANSWERABLE and mode == "active" and "replyToken" not in fields:
            event["replyToken"] = self._token(event, (group or chat).id, moment)
        return event

    def text(self, chat: Resident, text: str, *, mentions: str | None = None, **more: Any) -> Event:
        """Return a text. `mentions` is the part of it that names the account (「@案内係」)."""
        message: dict[str, Any] = {"quoteToken": secrets.token_urlsafe(24), "text": text}
        if mentions is not None:
            before = text[: text.index(mentions)].encode("utf-16-le")
            message["mention"] = {
                "mentionees": [
                    {
                        "index": len(before) // 2,
                        "length": len(mentions.encode("utf-16-le")) // 2,
                        "type": "user",
                        "userId": self._bot,
                        "isSelf": True,
                    }
                ]
            }
        return self.message("text", chat, message, **more)

    def message(self, kind: str, chat: Resident, message: Mapping[str, Any], **more: Any) -> Event:
        """Return a message of any kind, known or not."""
        whole = {"type": kind, "id": new_message_id(), **message}
        return self.make("message", chat, message=whole, **more)

    def location(
        self,
        chat: Resident,
        latitude: float,
        longitude: float,
        *,
        title: str | None = None,
        address: str | None = None,
        **more: Any,
    ) -> Event:
        """Return a place, as from the location picker; title and address may be missing."""
        named = {"title": title, "address": address}
        message: dict[str, Any] = {key: value for key, value in named.items() if value is not None}
        message.update({"latitude": latitude, "longitude": longitude})
        return self.message("location", chat, message, **more)

    def audio(
        self, chat: Resident, data: bytes, *, seconds: float = 2.0, preparing: int = 0, **more: Any
    ) -> Event:
        """Return a voice message. The first `preparing` requests for it are answered 202."""
        message = {"duration": int(seconds * 1000), "contentProvider": {"type": "line"}}
        event = self.message("audio", chat, message, **more)
        self.contents[event["message"]["id"]] = Content(data, "audio/x-m4a", preparing)
        return event

    def image(self, chat: Resident, data: bytes = b"\xff\xd8", **more: Any) -> Event:
        """Return a picture."""
        event = self.message("image", chat, _filed(), **more)
        self.contents[event["message"]["id"]] = Content(data, "image/jpeg")
        return event

    def video(self, chat: Resident, data: bytes = b"video", **more: Any) -> Event:
        """Return a video."""
        event = self.message("video", chat, {**_filed(), "duration": 1000}, **more)
        self.contents[event["message"]["id"]] = Content(data, "video/mp4")
        return event

    def file(self, chat: Resident, name: str = "file.txt", **more: Any) -> Event:
        """Return a file."""
        return self.message("file", chat, {"fileName": name, "fileSize": 12}, **more)

    def sticker(self, chat: Resident, **more: Any) -> Event:
        """Return a sticker."""
        shown = {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC"}
        message = {**shown, "quoteToken": secrets.token_urlsafe(24)}
        return self.message("sticker", chat, message, **more)

    def postback(
        self,
        chat: Resident,
        data: str,
        *,
        params: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Event:
        """Return a pressed button; `params` is what a date picker or a tab adds."""
        postback: dict[str, Any] = {"data": data}
        if params is not None:
            postback["params"] = dict(params)
        return self.make("postback", chat, postback=postback, **more)

    def follow(self, chat: Resident, *, unblocked: bool = False, **more: Any) -> Event:
        """Let a resident add the account as a friend, or unblock it."""
        chat.friend, chat.blocked = True, False
        return self.make("follow", chat, follow={"isUnblocked": unblocked}, **more)

    def unfollow(self, chat: Resident, **more: Any) -> Event:
        """Let a resident block the account."""
        chat.blocked = True
        return self.make("unfollow", chat, **more)

    def unsend(self, chat: Resident, message_id: str, **more: Any) -> Event:
        """Let a resident take a message back: its content answers 410 from now on."""
        if message_id in self.contents:
            self.contents[message_id].unsent = True
        return self.make("unsend", chat, unsend={"messageId": message_id}, **more)

    def again(self, event: Event) -> Event:
        """Return an event as LINE redelivers it: the same, and marked."""
        return {**event, "deliveryContext": {"isRedelivery": True}}

    def _token(self, event: Event, chat: str, moment: float) -> str:
        value = secrets.token_hex(16)
        self.tokens[value] = ReplyToken(value, chat, event["webhookEventId"], moment)
        return value


def _source(chat: Resident, group: Group | None) -> dict[str, str]:
    if group is None:
        return {"type": "user", "userId": chat.id}
    return {"type": group.kind, f"{group.kind}Id": group.id, "userId": chat.id}


def _filed() -> dict[str, Any]:
    """Return what pictures and videos share: where the file is, and how to quote it."""
    quote = secrets.token_urlsafe(24)
    return {"contentProvider": {"type": "line"}, "quoteToken": quote}
