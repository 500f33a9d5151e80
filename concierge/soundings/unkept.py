"""設定, 私の記録, 記録を消して, 人と話したい where nothing is recorded: what they do, and that nothing is kept."""

from __future__ import annotations

from dataclasses import replace

from concierge.language.detect import detect_language
from concierge.language.normalize import normalize
from concierge.memory import Memory
from concierge.message import Message
from concierge.soundings.feedback import way_to_a_person
from concierge.soundings.hearing import Hearing, Outcome
from concierge.soundings.words import words_in
from concierge.town import Town

__all__ = ["where_nothing_is_kept"]

RECORD = ("settings", "record", "erase", "about")


def where_nothing_is_kept(town: Town, message: Message, memory: Memory) -> Hearing | None:
    """Hear words about the record where there is none, and the wish for a person; else None.

    Erasing lets go of the conversation itself.
    """
    now = memory.at(message.at)
    typed_in = detect_language(normalize(message.text).text, now.language or "ja")
    hearing = Hearing(town, message, now, words_in(message.language or now.prefers or typed_in))
    outcome = _outcome(hearing)
    return None if outcome is None else replace(hearing, outcome=outcome)


def _outcome(hearing: Hearing) -> Outcome | None:
    meaning, words = hearing.meaning, hearing.words
    if meaning == "person":
        return hearing.say("\n".join([words.say("said_person"), *way_to_a_person(hearing)]))
    if meaning not in RECORD:
        return None
    erases = meaning == "erase" and bool(hearing.resident)
    return hearing.say(words.say("erased_here" if erases else "nothing_kept"), erases=erases)
