"""The soundings of one town as the concierge uses them: once when a turn begins, once when it ends.

    hearing = soundings.begin(town, message, memory)      words about the record are answered here
    reply, after = soundings.end(hearing, reply, after, seconds)      the turn is kept, asides added

Neither raises: what fails costs only the record. Both may wait for the database for a moment and
belong into a thread. Turns of the desk are never kept, nor shown anything.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from concierge.clerk import put_through
from concierge.composing import plain
from concierge.knowledge import Knowledge
from concierge.language.detect import detect_language
from concierge.language.normalize import normalize, normalized_key
from concierge.memory import Memory
from concierge.message import Aside, Message, Reply, Status
from concierge.soundings.asking import answer_taken, came_of_it, question_due
from concierge.soundings.consent import Allowed, Consents, version_of
from concierge.soundings.dialogue import about_the_record
from concierge.soundings.feedback import about_the_answer, feedback_choices
from concierge.soundings.hearing import Hearing, Outcome
from concierge.soundings.log import Log, Remark
from concierge.soundings.sensitive import Judgement, judge
from concierge.soundings.settings import PRIVACY_FILE, Privacy
from concierge.soundings.turn import TALK, Turn, first_id, slots_kept, topic_of, town_level
from concierge.soundings.words import Words, words_in
from concierge.storage.soundings import UNUSABLE
from concierge.town import Town

__all__ = ["Soundings"]

log = logging.getLogger(__name__)

DESK = "desk"
HUSH = timedelta(minutes=30)
"""After something grave the texts of this long are not kept either: they go on about it."""
RANDOM_BITS = 40


class Soundings:
    """What is kept of residents' turns, in the database file `path`."""

    def __init__(self, path: Path) -> None:
        self._privacy = Privacy()
        self._public: tuple[str, ...] = ()
        self._known: Knowledge | None = None
        self._periods_known = False
        self.log = Log(path, lambda: self._privacy, lambda: self._public)
        self.consents = Consents(self.log.store)

    def use(self, knowledge: Knowledge) -> None:
        """Take the town's periods and public numbers from its folder's present version."""
        if knowledge is not self._known:
            self._known, self._privacy = knowledge, knowledge.privacy
            self._public = public_numbers(knowledge)
            self._periods_known = not any(
                problem.file == PRIVACY_FILE and problem.severity == "error"
                for problem in knowledge.problems
            )

    def begin(self, town: Town, message: Message, memory: Memory) -> Hearing:
        """Hear a turn; its `outcome` is the reply where the words are about the record itself."""
        self.use(town.knowledge)
        hearing = Hearing(town, message, memory.at(message.at), words_in(_language(message)))
        if message.channel == DESK or message.resident is None or message.shared:
            return hearing
        try:
            stable = self.log.keys.stable(message.resident)
            hearing = replace(hearing, stable=stable, allowed=self.consents.of(stable))
            return replace(hearing, outcome=self._outcome(hearing))
        except UNUSABLE:
            away = self._away(hearing) if hearing.meaning in ABOUT_THE_RECORD else None
            return replace(hearing, allowed=None, outcome=away)
        except Exception:
            log.exception("words about the record could not be answered")
            return hearing

    def end(
        self, hearing: Hearing, reply: Reply, memory: Memory, seconds: float
    ) -> tuple[Reply, Memory]:
        """Keep the turn, and add what is said beside the answer."""
        if hearing.message.channel == DESK:
            return reply, memory
        try:
            return self._ended(hearing, reply, memory, seconds)
        except UNUSABLE:
            return reply, memory
        except Exception:
            log.exception("a turn could not be kept")
            return reply, memory

    def welcome(self, resident: str, language: str | None, at: datetime) -> Aside | None:
        """Return the notice for someone who just came (a follow), and remember it was shown.

        None where they have seen it, or the database is away: it then comes with an answer.
        """
        words = words_in(language)
        try:
            stable = self.log.keys.stable(resident)
            allowed = self.consents.of(stable)
            return None if allowed.noticed else self._notice(stable, allowed, words, at)
        except UNUSABLE:
            return None

    def erase(self, resident: str) -> None:
        """Erase everything about a resident. Raises one of `UNUSABLE` where it could not be."""
        self.log.erase(resident)

    def unsend(self, message: str) -> None:
        """Take back what was kept of a message that its sender unsent. Raises `UNUSABLE`."""
        self.log.unsend(message)

    def expire(self, now: datetime) -> None:
        """Enforce the town's periods; what is away is tried again the next time.

        Nothing is deleted before they are known, nor while `privacy.yaml` has an error: a default
        might be shorter than what the town meant.
        """
        if not self._periods_known:
            log.warning("nothing is deleted: the periods of %s are not known", PRIVACY_FILE)
            return
        try:
            self.log.expire(now)
        except UNUSABLE as error:
            log.error("what has run out could not be deleted: %s", error)

    def close(self) -> None:
        """Write what waits and close the database."""
        self.log.close()

    def _outcome(self, hearing: Hearing) -> Outcome | None:
        return (
            about_the_record(hearing, self.log, self.consents)
            or answer_taken(hearing, self.log, self.consents)
            or about_the_answer(hearing, self.log)
        )

    def _away(self, hearing: Hearing) -> Outcome:
        said = "not_erased" if hearing.meaning == "erase" else "away"
        reply = plain(hearing.words.say(said), language=hearing.words.language)
        return Outcome(reply, hearing.memory)

    def _ended(
        self, hearing: Hearing, reply: Reply, memory: Memory, seconds: float
    ) -> tuple[Reply, Memory]:
        message = hearing.message
        judgement = judge(message.text, reply)
        quiet_until = _moment(hearing.memory.aside.get("hush"))
        hushed = quiet_until is not None and message.at < quiet_until
        if hushed:
            judgement = replace(judgement, keeps_text=False)
        turn = self._turn(hearing, reply, judgement, seconds)
        self.log.note(turn)
        self._note_taken(hearing, reply)
        aside: dict[str, Any] = {}
        if judgement.hush:
            aside["hush"] = (message.at + HUSH).isoformat()
        elif quiet_until is not None and hushed:
            aside["hush"] = quiet_until.isoformat()
        if message.resident is None or hearing.allowed is None:
            return reply, memory
        if reply.status is not Status.EMERGENCY and turn.topic != TALK:
            aside["last"] = self._last(hearing, reply, turn)
        shown: tuple[Aside, ...] = ()
        if not judgement.hush and not hushed:
            shown, opened = self._beside(hearing, reply, turn, judgement)
            if opened:
                aside["open"] = {**opened, "at": message.at.isoformat()}
        self._let_be(hearing, judgement)
        return replace(reply, asides=(*reply.asides, *shown)), replace(memory, aside=aside)

    def _turn(self, hearing: Hearing, reply: Reply, judgement: Judgement, seconds: float) -> Turn:
        """Return what is kept: with consent and nothing grave in it a row, else only a count."""
        message = hearing.message
        allowed = hearing.allowed or Allowed()
        topic = topic_of(reply, hearing.town.knowledge)
        day, hour = message.at.date(), message.at.hour
        number = first_id(day, hour) + secrets.randbits(RANDOM_BITS)
        counted = Turn(number, message.at, message.channel, topic, str(reply.status))
        kept = "improve" in allowed.purposes and judgement.keeps_text and topic != TALK
        if not kept or message.resident is None:
            return counted
        return replace(
            counted,
            resident=message.resident,
            publish="publish" in allowed.purposes,
            language=reply.language,
            area=allowed.area or town_level(reply.slots.get("area") or message.area),
            intent=reply.intent,
            slots=slots_kept(message, reply),
            engine=reply.engine,
            answer_id=reply.answer_id,
            confidence=reply.confidence,
            milliseconds=seconds * 1000,
            text=message.text,
            message=message.id,
        )

    def _note_taken(self, hearing: Hearing, reply: Reply) -> None:
        """Note which of the questions offered last was the one that was meant."""
        offered = hearing.last.get("choices") or []
        turn = hearing.last_turn()
        if turn is None or not offered or reply.status is not Status.ANSWERED:
            return
        said = normalized_key(hearing.message.text)
        number = normalize(hearing.message.text).text
        if said in map(normalized_key, offered) or (
            number.isdecimal() and 1 <= int(number) <= len(offered)
        ):
            taken = reply.answer_id or reply.intent
            self.log.note(Remark(turn, taken=taken, resident=hearing.resident))

    def _last(self, hearing: Hearing, reply: Reply, turn: Turn) -> Mapping[str, Any]:
        desk = put_through(reply, hearing.town.knowledge)
        last: dict[str, Any] = {
            "number": turn.number,
            "at": turn.at.isoformat(),
            "topic": turn.topic,
            "outcome": turn.outcome,
            "kept": turn.resident is not None,
            "desk": desk.name if desk else None,
        }
        if reply.status is Status.SUGGEST:
            last["choices"] = [choice.text for choice in reply.choices]
        return last

    def _beside(
        self, hearing: Hearing, reply: Reply, turn: Turn, judgement: Judgement
    ) -> tuple[tuple[Aside, ...], Mapping[str, Any]]:
        """Return what stands beside the answer: one thing, and the question it leaves open."""
        allowed, words = hearing.allowed or Allowed(), words_in(reply.language)
        if allowed.noticed is None and not judgement.quiet:
            return (self._notice(hearing.stable, allowed, words, turn.at),), {}
        if turn.topic == TALK or reply.status is Status.CLARIFY:
            return (), {}
        answered = reply.status is Status.ANSWERED
        if answered and not judgement.quiet:
            told = came_of_it(hearing, self.consents)
            if told is not None:
                return (told,), {}
            due = question_due(hearing, reply, self.log, self.consents)
            if due is not None:
                return (due[0],), due[1]
        return (Aside("feedback", "", feedback_choices(words, answered=answered)),), {}

    def _notice(self, stable: str, allowed: Allowed, words: Words, at: datetime) -> Aside:
        text = words.say("notice", **words.periods(self._privacy))
        self.consents.keep(stable, replace(allowed, noticed=version_of(text)), at)
        return Aside("notice", text, words.choices("agree", "refuse", "more"))

    def _let_be(self, hearing: Hearing, judgement: Judgement) -> None:
        """Ask someone who agreed to be asked nothing for some days after something grave."""
        allowed = hearing.allowed
        if allowed is None or not judgement.quiet or "soundings" not in allowed.purposes:
            return
        day = hearing.message.at.date() + timedelta(days=judgement.quiet)
        if allowed.next_ask is None or allowed.next_ask < day:
            kept = replace(allowed, next_ask=day)
            self.consents.keep(hearing.stable, kept, hearing.message.at)


ABOUT_THE_RECORD = ("settings", "record", "erase", "agree", "refuse")
"""Words that must be answered even where the database is away."""


def public_numbers(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the numbers that everyone may know: the town's, its desks', those in its FAQ."""
    town = knowledge.municipality
    phones = [town.phone, *(desk.phone for desk in town.departments)]
    phones += [entry.phone for entry in knowledge.faq]
    return tuple(dict.fromkeys(phone for phone in phones if phone))


def _language(message: Message) -> str:
    return message.language or detect_language(normalize(message.text).text)


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
