"""One event's turn: from what LINE delivered to the messages that answer it. Nothing is sent here."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import yaml

from concierge.channels.line.envelope import source_of
from concierge.channels.line.hearing import Heard, hear
from concierge.clock import TOKYO
from concierge.composing import plain
from concierge.concierge import Concierge
from concierge.message import Choice, Message, Reply
from concierge.safety import emergency_in
from concierge.storage.inbox import Statement
from concierge.storage.inbox_work import InboxWork, Work, emptied
from concierge.storage.turn_memories import TurnMemories

__all__ = ["Answer", "Content", "Render", "Scrub", "Turns", "lane_behind", "resident_of", "where"]

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds that a turn may take; the reply token has a minute."""
LOADING_AFTER = 1.0
MOST_TURNS, WITHIN = 40, 60.0
"""A resident's messages within these seconds that are answered; one more is told to slow down."""
TRIES = 3
"""Attempts at a turn before the resident is told that it went wrong."""
TRUSTED = timedelta(days=2)
"""How far LINE's timestamp may lie from the delivery to be taken for the moment of asking."""
with (Path(__file__).with_name("words.yaml")).open(encoding="utf-8") as _file:
    WORDS: dict[str, str] = yaml.safe_load(_file)

Messages = list[dict[str, Any]]
MOST_MESSAGES = 5
"""In one reply, as LINE takes them."""

Render = Callable[[Reply], Messages]
"""Makes LINE's message objects of a reply, at most five."""


Scrub = Callable[[Sequence[str]], Awaitable[None]]
"""Erases what the inbox holds of events, by their ids."""


class Content(Protocol):
    """What a turn needs of `LineCalls`."""

    async def show_loading(self, user_id: str, seconds: int = 20) -> object:
        """Show the indicator of a coming answer."""

    async def content(self, message_id: str) -> tuple[bytes, str] | None:
        """Return what a resident sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a turn came to: the messages to send (none: nothing is sent) and what to write down."""

    messages: Sequence[Mapping[str, Any]] = ()
    statements: Sequence[Statement] = ()
    reason: str | None = None


class Turns:
    """Takes turns; speech is turned into text where the town has an engine for it."""

    def __init__(
        self,
        concierge: Concierge,
        memories: TurnMemories,
        inbox: InboxWork,
        calls: Content,
        render: Render,
        scrub: Scrub,
    ) -> None:
        self._concierge, self._memories, self._inbox = concierge, memories, inbox
        self._calls, self._render, self._scrub = calls, render, scrub

    async def answer(self, work: Work) -> Answer:
        """Return what answers an event. Raises what an engine or the database raises."""
        if work.event is None:
            return Answer()
        heard = hear(work.event)
        if heard.kind == "nothing":
            return Answer()
        if heard.kind == "unsend":
            return await self._taken_back(work, str(heard.message_id))
        if heard.kind == "forget":
            await self._concierge.forget(resident_of(work.lane))
            return Answer()
        slowed = self._slowed(work, heard)
        if slowed is not None:
            return slowed
        if work.attempts > TRIES:
            return self._own("failed", reason="failed")
        return await self._spoken(work, heard)

    async def _taken_back(self, work: Work, message_id: str) -> Answer:
        """Erase what is kept of a message that its sender took back."""
        await self._concierge.unsend(_message_name(message_id))
        found = self._inbox.of_message(work.lane, message_id)
        await self._scrub(found)
        return Answer(statements=emptied(found))

    async def _spoken(self, work: Work, heard: Heard) -> Answer:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._answered(work, heard)
        except TimeoutError:
            log.error("line: a turn took longer than %s s", PATIENCE)
            return self._own("slow", reason="slow")
        except Exception as error:
            _report(error)
            if work.attempts >= TRIES:
                return self._own("failed", reason="failed")
            raise

    async def _answered(self, work: Work, heard: Heard) -> Answer:
        listened = heard.kind == "listen"
        if listened:
            heard = await self._listened(heard)
        if heard.says == "follow":
            return await self._greeting(work)
        if heard.kind == "say":
            return self._own(heard.says)
        resident = resident_of(work.lane) if source_of(work.event or {}) else None
        message = Message(
            text=heard.text,
            at=_moment(work),
            resident=resident,
            channel="line",
            place=heard.place,
            id=_message_name(heard.message_id) if heard.message_id else None,
            shared=(source_of(work.event or {}) or ("user",))[0] != "user",
        )
        loading = asyncio.create_task(self._loading(work))
        try:
            reply = await self._concierge.answer(message)
        finally:
            loading.cancel()
        statements = self._memories.taken(resident) if resident else []
        rendered = self._render(reply)
        if listened:
            said = self._render(plain(WORDS["heard"].format(heard=heard.text).strip()))
            rendered = (
                [*said, *rendered] if len(said) + len(rendered) <= MOST_MESSAGES else rendered
            )
        return Answer(rendered, statements)

    async def _listened(self, heard: Heard) -> Heard:
        """Turn speech into text; without an engine that hears, say so kindly."""
        if not self._concierge.hears:
            return Heard("say", says="audio")
        found = await self._calls.content(str(heard.message_id))
        speech = await self._concierge.hear(*found) if found is not None else None
        return Heard("ask", text=speech.text) if speech else Heard("say", says="audio_unheard")

    def _slowed(self, work: Work, heard: Heard) -> Answer | None:
        """Tell a resident once who sends too fast; an emergency is always answered."""
        if heard.kind not in ("ask", "listen", "say") or heard.says in ("follow", "join"):
            return None
        count, told = self._inbox.heard_before(work, WITHIN)
        safety = self._concierge.town.knowledge.safety
        if count < MOST_TURNS or emergency_in(heard.text, safety) is not None:
            return None
        return Answer(reason="too-fast-still") if told else self._own("too_fast", "too-fast")

    async def _loading(self, work: Work) -> None:
        """Show after a second that an answer is coming; LINE offers it in one-to-one talks only."""
        source = source_of(work.event or {})
        if source is None or source[0] != "user":
            return
        await asyncio.sleep(LOADING_AFTER)
        await self._calls.show_loading(source[1])

    async def _greeting(self, work: Work) -> Answer:
        """Greet someone who just came, with what is kept and what they may agree to."""
        aside = await self._concierge.welcome(resident_of(work.lane), _moment(work))
        reply = replace(self._reply("follow"), asides=() if aside is None else (aside,))
        return Answer(self._render(reply))

    def _own(self, word: str, reason: str | None = None) -> Answer:
        """Answer in the channel's own words."""
        return Answer(self._render(self._reply(word)), reason=reason)

    def _reply(self, word: str) -> Reply:
        town = self._concierge.town.knowledge.municipality
        hours = town.line.keep_hours
        within = WORDS["within"].format(hours=hours) if hours else WORDS["at_once"]
        told = WORDS[word].format(
            town=town.name,
            greeting="\n".join(town.greeting) or "お困りのことを短い言葉で送ってください。",
            desk=" ".join(filter(None, (town.reception.name, town.reception.phone))),
        )
        texts = [told.strip()]
        if word == "follow":
            texts.append(WORDS["stored"].format(hours=within).strip())
        reply = plain("\n\n".join(texts))
        if word in ("follow", "join", "sticker"):
            choices = tuple(Choice(example, example) for example in town.examples)
            reply = replace(reply, choices=choices)
        return reply


def resident_of(lane: str) -> str:
    """Return the key under which a lane's resident or group is remembered."""
    return f"line:{lane}"


def lane_behind(resident: str) -> str | None:
    """Return the lane of a resident's key, None where it is of another channel."""
    channel, _, lane = resident.partition(":")
    return lane if channel == "line" else None


def _message_name(message_id: str) -> str:
    """Return the name of a message outside this channel."""
    return f"line:{message_id}"


def _moment(work: Work) -> datetime:
    """Return when it was asked: LINE's timestamp, or the delivery where that lies far off."""
    delivered = datetime.fromtimestamp(work.first, TOKYO)
    try:
        asked = datetime.fromtimestamp(work.occurred / 1000, TOKYO)
    except (OverflowError, ValueError, OSError):
        return delivered
    return asked if abs(delivered - asked) <= TRUSTED else delivered


def _report(error: Exception) -> None:
    """Log what failed and where, without the message: it may quote the resident."""
    log.error("a line turn failed: %s in %s", type(error).__name__, where(error))


def where(error: Exception) -> str:
    """Return where an error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in frames[-3:])
