"""Things that the town's dictionary says nothing of, or not enough: honest words and the desk.

A dangerous thing is never taken for its neighbour: without an entry of its own, or in a state that
its entry does not speak of, only the desk is named.
"""

from __future__ import annotations

import re
from pathlib import Path

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.knowledge import Knowledge
from concierge.language.items import ItemMatch
from concierge.language.normalize import fold_kana, normalize, normalized_key
from concierge.message import Choice, Status
from concierge.understanding import MASKS
from concierge.waste.calendar import Calendar
from intents.waste_day.telling import Teller, desk_line, teller

__all__ = ["ask_which_need", "asks_more_than_listed", "not_listed", "one_word_of_two_needs"]

SAYS = Path(__file__).with_name("says")
STILL_IN_IT = re.compile(
    "中身(?:が|の)?(?:あ|入|残)|中身入|(?:まだ)?(?:残っ|のこっ|入っ|はいっ)て|使いかけ|"
    "ふくら|膨ら|still full|not empty|leftover gas|swollen"
)
"""States in which a dangerous thing is more so."""
SPOKEN_OF = re.compile("使い切|使いき|中身|残|空に|からに|ふくら|膨ら|抜い")
"""What a notice says of them."""
TO_THROW = re.compile(
    "捨|すて|出|だ[すしせ]|処分|ごみ|分別|回収|収集|ほか[すしせ]|なげ|ほう?る|throw|dispos|rid of|garbage|trash|recycl"
)
TWO_NEEDS = frozenset(map(normalized_key, ("薬", "くすり", "お薬", "クスリ", "medicine")))


def not_listed(request: Request, calendar: Calendar) -> Candidate | None:
    """Say that a thing named is not in the town's dictionary; None where the FAQ speaks of it."""
    found = request.understanding.items
    match = next((m for m in found if not m.items or asks_more_than_listed(request, m)), None)
    if match is None or _in_faq(request.knowledge, match.text):
        return None
    if not match.alone and not TO_THROW.search(fold_kana(request.understanding.normalized.text)):
        return None
    tell = _tell(request, calendar)
    key = "unlisted_danger" if match.danger else "unlisted"
    if match.items:
        key = "not_said"
    text = (
        f"{tell.say(key, thing=match.text)}\n{desk_line(request.knowledge, tell.wording.language)}"
    )
    return Candidate(text=text, score=1.0, status=Status.ABSTAIN, slots={"item": match.text})


def asks_more_than_listed(request: Request, match: ItemMatch) -> bool:
    """Tell whether a dangerous thing is in a state of which no entry's notice speaks."""
    if not match.danger or not STILL_IN_IT.search(request.understanding.normalized.text):
        return False
    return not any(SPOKEN_OF.search(f"{item.name}{item.note or ''}") for item in match.items)


def one_word_of_two_needs(request: Request) -> bool:
    """Tell whether the message is nothing but 「薬」: to be thrown away, or to be bought?"""
    understood = request.understanding
    return (
        understood.masked_things.strip() == MASKS["item"]
        and normalized_key(understood.normalized.text) in TWO_NEEDS
        and "items" not in request.slots
    )


def ask_which_need(request: Request, calendar: Calendar) -> Candidate:
    """Ask what the one word is about."""
    tell = _tell(request, calendar)
    word = request.understanding.normalized.original.strip()
    choices = [tell.say("throw_away", thing=word), tell.say("something_else")]
    return Candidate(
        text=tell.say("two_needs", thing=word),
        score=1.0,
        status=Status.CLARIFY,
        choices=tuple(Choice(label, label) for label in choices),
    )


def _tell(request: Request, calendar: Calendar) -> Teller:
    return teller(calendar.data, request.understanding.language, request.at.date(), SAYS)


def _in_faq(knowledge: Knowledge, said: str) -> bool:
    """Tell whether a question of the town's FAQ names the thing."""
    word = fold_kana(normalize(said).text)
    return any(
        word in fold_kana(normalize(question).text)
        for entry in knowledge.faq
        for question in (entry.question, *entry.also)
    )
