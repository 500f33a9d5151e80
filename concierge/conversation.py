"""One turn, from Message to Reply, and what is remembered for the next.

The order of a turn: emergency, words to the conversation itself (cancel, a number, 「くわしく」), an
open question, then the hub. A turn never raises for what a resident sends.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from concierge import composing, offers
from concierge.condolence import death_told
from concierge.declining import declined, desk_among, desk_of_matter
from concierge.engine import Candidate, Layer, Question
from concierge.faq.search import Hit
from concierge.hub import Decision, OnDelta
from concierge.language.detect import detect_language, fixed_line
from concierge.language.normalize import normalize, normalized_key
from concierge.language.things.near import near_things
from concierge.memory import Memory, Offer, OpenQuestion
from concierge.message import Choice, Location, Message, Reply, Status
from concierge.municipality import Department
from concierge.needs import split_needs
from concierge.notices import Notice
from concierge.placing import area_answered, only_a_place, place_of, says_where
from concierge.safety import (
    NOT_SO,
    Doubts,
    emergency_in,
    emergency_reply,
    hesitates,
    hesitation_reply,
    may_be_one,
    says_not_so,
)
from concierge.town import Town
from concierge.trace import Trace
from concierge.understanding import Place, Understanding
from concierge.wording import load_wording

__all__ = ["LONGEST_MESSAGE", "take_turn"]

THIRD_TIME = 3
UNANSWERED = (Status.ABSTAIN, Status.SUGGEST)
MAX_AREAS, MAX_SAID = 30, 40
LONGEST_MESSAGE = 1000
"""Characters; a longer message is asked to be shorter, emergencies excepted."""
with (Path(__file__).with_name("conversation.yaml")).open(encoding="utf-8") as _file:
    _WORDS: dict[str, Any] = yaml.safe_load(_file)
CANCEL = frozenset(normalized_key(str(word)) for word in _WORDS["cancel"])
MORE = frozenset(normalized_key(str(word)) for word in _WORDS["more"])
LANGUAGES = {
    normalized_key(str(word)): language
    for language, words in _WORDS["languages"].items()
    for word in words
}
"""What asks for another language, and which."""
SAYS = Path(__file__).with_name("says")
ABOUT_AREAS = ("waste_day", "waste_item", "waste_help")
"""Intents whose answer may differ with the area, so that another may be named right after."""
AFTER_THE_FAQ = "faq_more"
"""The intent that answers what is asked further about an entry of the FAQ."""
WHERE = ("area", "place")
"""What an open question may miss that the name of a place answers."""
FLEEING = re.compile(
    "どこ|どっち|どちら|避難場所|避難所|ひなん(?:ばしょ|じょ)|where|shelter", re.IGNORECASE
)
"""What asks for a place to flee to, in an emergency."""
DOUBTS = Doubts()


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one turn works with."""

    town: Town
    message: Message
    memory: Memory
    trace: Trace
    on_delta: OnDelta | None

    @property
    def language(self) -> str:
        """The language to answer in: chosen, else that of the message, else of the one before."""
        otherwise = self.memory.language or "ja"
        text = normalize(self.message.text).text
        return self.message.language or detect_language(text, otherwise)

    def say(self, key: str, status: Status = Status.ANSWERED, **values: object) -> Reply:
        """Return a line of the conversation itself in the resident's language."""
        wording = load_wording(SAYS, self.language)
        return composing.plain(wording.say(key, **values), status=status, language=wording.language)


async def take_turn(
    town: Town, message: Message, memory: Memory, on_delta: OnDelta | None = None
) -> tuple[Reply, Memory]:
    """Answer one message; return the reply and what is remembered after it."""
    trace = Trace()
    if message.language is None:
        message = replace(message, language=memory.at(message.at).prefers)
    turn = _Turn(town, message, _here(memory.at(message.at), message), trace, on_delta)
    reply, after = await _answered(turn)
    heard = detect_language(normalize(message.text).text, "")
    spoken = reply.language if heard else turn.memory.language
    reply, after = _given_again(turn, reply, replace(after, updated=message.at, language=spoken))
    if reply.status in UNANSWERED and not turn.memory.open and may_be_one(message.text):
        trace.decided("safety", "in doubt", "told whom to call if it is an emergency")
        reply = composing.with_emergency_numbers(reply)
    if reply.status is not Status.EMERGENCY:
        after = _offering(after, reply, message)
    return replace(reply, trace=trace.as_list()), after


def _here(memory: Memory, message: Message) -> Memory:
    """Remember for a short while where a resident said they are, to about ten metres."""
    if message.place is None:
        return memory
    point = (round(message.place.latitude, 4), round(message.place.longitude, 4))
    return replace(memory, location=point, located=message.at)


def _given_again(turn: _Turn, reply: Reply, memory: Memory) -> tuple[Reply, Memory]:
    """Offer a person where the same answer is given for the third time in a row."""
    if reply.status not in (Status.ANSWERED, Status.ABSTAIN, Status.SUGGEST):
        return reply, memory
    digest = hashlib.blake2b(reply.text.encode(), digest_size=8).hexdigest()
    times = memory.times + 1 if digest == memory.answered else 1
    memory = replace(memory, answered=digest, times=times)
    if times < THIRD_TIME or reply.intent == "small_talk" or not reply.language.startswith("ja"):
        return reply, memory
    turn.trace.decided("conversation", "person", f"the same answer {times} times in a row")
    return composing.with_a_person(reply, turn.town.knowledge.municipality.reception), memory


async def _answered(turn: _Turn) -> tuple[Reply, Memory]:
    text, memory = turn.message.text, turn.memory
    safety = turn.town.knowledge.safety
    emergency = emergency_in(text, safety)
    if emergency is not None:
        turn.trace.decided("safety", "emergency", emergency.kind)
        reply = emergency_reply(emergency, safety, turn.message.language)
        if emergency.kind == "disaster" and FLEEING.search(normalize(text).text):
            reply, memory = await _with_places(turn, reply)
        return reply, _alarmed(memory, reply, turn.message)
    if not normalized_key(text):
        return await _without_words(turn)
    if len(text) > LONGEST_MESSAGE:
        return turn.say("too_long", Status.CLARIFY, longest=LONGEST_MESSAGE), memory
    spoken = _to_the_conversation(turn)
    if spoken is not None:
        turn.trace.decided("conversation", "answered", "words to the conversation itself")
        return spoken
    chosen = offers.chosen(NOT_SO if says_not_so(text) else text, memory)
    if says_not_so(text) or DOUBTS.is_token(chosen):
        turn.trace.decided("safety", "not so", "the message is answered as a question")
        chosen = DOUBTS.take(chosen, turn.message.at)
        if chosen is None:
            return turn.say("not_so", Status.CLARIFY), memory
        turn = replace(turn, memory=replace(memory, offers=(), details=None))
    if chosen is not None:
        language = turn.message.language or memory.language
        turn = replace(turn, message=replace(turn.message, text=chosen, language=language))
    filled = await _open_question(turn)
    if filled is not None:
        return filled
    reply, after = await _asked(turn)
    if reply.status in UNANSWERED and hesitates(turn.message.text):
        turn.trace.decided("safety", "hesitation", "told the signs for 119 and whom to ask")
        return hesitation_reply(safety, turn.language), after
    whose = None if reply.intent == "support" else death_told(turn.message.text)
    if whose is not None:
        reply = composing.with_condolence(reply, whose)
    sure = reply.status not in UNANSWERED
    return await _several_needs(turn, each_of_data=sure) or (reply, after)


async def _with_places(turn: _Turn, alarm: Reply) -> tuple[Reply, Memory]:
    """Name the places to flee to below an alarm that asks for them; the alarm alone without any."""
    told, after = await _asked(turn, intent="shelter", slots={"alarmed": True})
    if told.intent != "shelter":
        return alarm, turn.memory
    turn.trace.decided("safety", "places", "named where to flee to below the alarm")
    return composing.with_places(alarm, told), after


async def _without_words(turn: _Turn) -> tuple[Reply, Memory]:
    """Let a shared location answer what was asked; else say what it is good for, or ask for words."""
    if turn.message.place is not None:
        filled = await _open_question(turn)
        if filled is not None:
            return filled
        near = tuple(Choice(label, label) for label in _WORDS["near_here"])
        said = turn.say("where_you_are", Status.CLARIFY)
        return replace(said, choices=near), turn.memory
    return turn.say("empty", Status.CLARIFY), turn.memory


def _alarmed(memory: Memory, reply: Reply, message: Message) -> Memory:
    """Let 「ちがいます」 answer the message as a question; open questions stay as they are."""
    offers: tuple[Offer, ...] = ()
    if len(message.text) <= LONGEST_MESSAGE:
        offers = (Offer(NOT_SO, DOUBTS.keep(message.text, message.at)),)
    return replace(memory, offers=offers, offered=message.at, details=reply.details)


async def _several_needs(turn: _Turn, *, each_of_data: bool) -> tuple[Reply, Memory] | None:
    """Answer each need of a message that holds several; None where that helps with none.

    `each_of_data`: only where every part is a need of its own that the town's data answers, since
    the message as a whole has an answer already (「明日何ごみ？あとアルミホイルって何？」).
    """
    parts = split_needs(turn.message.text)
    if len(parts) < 2:
        return None
    memory, replies = turn.memory, list[Reply]()
    for part in parts:
        message = replace(turn.message, text=part)
        reply, memory = await _asked(replace(turn, message=message, memory=memory))
        if reply.intent != "small_talk":
            replies.append(reply)
    helped = [reply.status in (Status.ANSWERED, Status.CLARIFY) for reply in replies]
    if not any(helped):
        return None
    kinds = {reply.intent for reply in replies}
    if each_of_data and not (all(helped) and len(kinds) == len(replies) > 1 and None not in kinds):
        return None
    turn.trace.decided("conversation", "parted", f"{len(replies)} needs in one message")
    return (replies[0] if len(replies) == 1 else composing.together(replies)), memory


def _to_the_conversation(turn: _Turn) -> tuple[Reply, Memory] | None:
    """Answer 「やっぱりいい」, 「くわしく」 and 「やさしい日本語で」, which mean the conversation itself."""
    key, memory = normalized_key(turn.message.text), turn.memory
    if key in CANCEL and (memory.open or memory.offers):
        return turn.say("cancelled"), replace(memory, open=(), offers=(), intent=None, slots={})
    if key in MORE and memory.details:
        return composing.plain(memory.details), replace(memory, details=None)
    if key in LANGUAGES:
        chosen = LANGUAGES[key]
        turn = replace(turn, message=replace(turn.message, language=chosen))
        return turn.say("language"), replace(memory, prefers=chosen, language=chosen)
    return None


async def _open_question(turn: _Turn) -> tuple[Reply, Memory] | None:
    """Let the message answer a question that is still open, the latest first."""
    memory = turn.memory
    for question in reversed(memory.open):
        if question.missing not in WHERE:
            continue
        areas = area_answered(turn.town, turn.message.text, question)
        if question.missing == "place" and not only_a_place(turn.town, turn.message):
            areas = ()
        if not areas and not (question.missing == "place" and says_where(turn.town, turn.message)):
            continue
        home = question.slots.get("home")
        name = home if isinstance(home, str) else None
        said = turn.message.text.strip()
        place = Place(tuple(areas), "said", name, said) if areas else None
        turn.trace.decided("conversation", "filled", f"{question.intent}.{question.missing}")
        others = tuple(q for q in memory.open if q.missing != question.missing)
        after = replace(turn, memory=replace(memory, open=others))
        return await _asked(after, place=place, intent=question.intent, slots=question.slots)
    return None


async def _asked(
    turn: _Turn,
    *,
    place: Place | None = None,
    intent: str | None = None,
    slots: Mapping[str, Any] | None = None,
) -> tuple[Reply, Memory]:
    """Put the need to the hub, and compose what it chose."""
    message, memory, town = turn.message, turn.memory, turn.town
    understood = town.understander.understand(
        message.text,
        message.at,
        message.language,
        memory.language or "ja",
        follows=memory.intent in ABOUT_AREAS,
    )
    unknown: Place | None = None
    if place is None:
        place = place_of(town, message, memory, understood)
        if place is not None and not place.areas:
            place, unknown = None, place
    decision = await town.hub.choose(
        Question(
            text=message.text,
            layer=Layer.RULES,
            at=message.at,
            language=understood.language,
            understanding=understood,
            place=place,
            intent=intent,
            previous=memory.intent,
            slots=memory.slots if slots is None else slots,
            homes=memory.homes,
            location=None if memory.location is None else Location(*memory.location),
            centres=town.understander.middles(place.areas) if place is not None else (),
        ),
        turn.trace,
        turn.on_delta,
    )
    notices = _notices(turn, decision.candidate, place)
    if decision.candidate is not None:
        after = _remembering(memory, decision.candidate, place, message)
        if unknown is not None and decision.candidate.missing in WHERE:
            return _unknown_area(turn, unknown.said), after
        said = await town.translating.candidate(decision.candidate, understood.language)
        candidate = composing.announced(said, notices)
        return composing.answer(candidate, decision, understood.language), after
    if notices:
        turn.trace.decided("notices", "answered", "what staff announced is all that is known")
        told = composing.announced(Candidate(text="", score=1.0), notices)
        alone = Decision(Status.ANSWERED, told, "notices", 1.0)
        return composing.answer(told, alone, understood.language), memory
    if decision.offered:
        desk = _desk(turn, None, _nearest(turn, understood))
        town_en = town.knowledge.municipality.name_en or town.knowledge.municipality.name
        return composing.suggestion(decision, desk, understood.language, town_en), memory
    near = _things_near(turn, understood)
    if near:
        desk = understood.department or town.knowledge.municipality.reception
        turn.trace.decided(
            "conversation", "suggest", f"{len(near)} things of the dictionary are near"
        )
        offered = Decision(Status.SUGGEST, offered=near)
        return composing.suggestion(offered, desk, understood.language, ""), memory
    return _not_known(turn, understood), memory


def _things_near(turn: _Turn, understood: Understanding) -> tuple[Candidate, ...]:
    """Return questions about things of the dictionary near to one that it does not know."""
    calendar = turn.town.knowledge.waste_on(turn.message.at.date())
    if calendar is None or understood.items or not understood.language.startswith("ja"):
        return ()
    names = near_things(understood.normalized, calendar.data.items)
    return tuple(Candidate("", 0.0, title=f"{name}の捨て方") for name in names)


def _notices(turn: _Turn, candidate: Candidate | None, place: Place | None) -> list[Notice]:
    """Return what staff announced that concerns this message, disasters first.

    Where nothing else is known, only a notice on a subject that the message names, or a disaster.
    """
    finder = turn.town.understander.areas
    areas = place.areas if place is not None else ()
    topics = candidate.topics if candidate is not None else ()
    found = [
        notice
        for notice in turn.town.knowledge.notices
        if notice.holds(turn.message.at)
        and notice.concerns(turn.message.text, topics, areas, finder)
        and (candidate is not None or notice.subjects or notice.disaster)
    ]
    return sorted(found, key=lambda notice: not notice.disaster)


def _remembering(
    memory: Memory, candidate: Candidate, place: Place | None, message: Message
) -> Memory:
    """Return what is remembered after a candidate was chosen."""
    homes = dict(memory.homes)
    for home, area in (candidate.remember or {}).items():
        if area is None:
            homes.pop(home, None)
        else:
            homes[home] = area
    opened = memory.open
    if candidate.status is Status.CLARIFY and candidate.missing and candidate.intent:
        asked = OpenQuestion(candidate.intent, candidate.missing, candidate.slots, message.at)
        opened = (*(q for q in opened if q.intent != asked.intent), asked)
    areas, said = memory.areas, memory.said
    if candidate.remember is not None and not homes:
        areas, said = (), ""
    elif (
        place is not None
        and place.origin == "said"
        and place.home in (None, "自宅")
        and candidate.status is not Status.CLARIFY
    ):
        areas, said = tuple(area.full_name for area in place.areas), place.said
    intent, slots = candidate.intent, candidate.slots
    if intent is None and candidate.answer_id is not None:
        intent, slots = AFTER_THE_FAQ, {"answer_id": candidate.answer_id}
    settled = intent is not None and candidate.status is not Status.CLARIFY
    return replace(
        memory,
        open=opened,
        intent=intent if settled else None,
        slots=slots if settled else {},
        areas=areas[:MAX_AREAS],
        said=said[:MAX_SAID],
        homes=homes,
    )


def _offering(memory: Memory, reply: Reply, message: Message) -> Memory:
    """Remember the choices and details that this reply offers; a reply without any keeps the old."""
    if reply.details is not None:
        memory = replace(memory, details=reply.details)
    if not reply.choices:
        return memory
    offers = tuple(Offer(choice.label, choice.text) for choice in reply.choices)
    return replace(memory, offers=offers, offered=message.at)


def _unknown_area(turn: _Turn, name: str) -> Reply:
    """Say that the area is not known here, and offer the nearest names."""
    near = turn.town.understander.areas.suggest(normalize(name))
    return replace(
        turn.say("unknown_area", Status.CLARIFY, area=name),
        choices=tuple(Choice(area.full_name, area.full_name) for area in near),
    )


def _not_known(turn: _Turn, understood: Understanding) -> Reply:
    """Abstain in the way that helps most: a near area, a fixed line, why not, or the desk."""
    town, memory = turn.town, turn.memory
    if memory.open and memory.open[-1].missing in WHERE and len(turn.message.text) <= 20:
        near = town.understander.areas.suggest(normalize(turn.message.text))
        if near:
            names = tuple(dict.fromkeys(area.full_name for area in near))
            return replace(
                turn.say("which_area", Status.CLARIFY),
                choices=tuple(Choice(name, name) for name in names),
            )
    if not understood.language.startswith("ja"):
        desk = town.knowledge.municipality.reception
        name = town.knowledge.municipality.name_en or town.knowledge.municipality.name
        line = fixed_line(understood.language, name, desk.phone or "")
        return composing.plain(line, status=Status.ABSTAIN, language=understood.language)
    nearest = _nearest(turn, understood)
    why = declined(turn.message.text, town.knowledge.municipality, nearest)
    if why is not None:
        turn.trace.decided("abstain", "declined", why.kind)
        return composing.abstention(town.knowledge, why.desk, understood.language, why)
    return composing.abstention(
        town.knowledge, _desk(turn, understood.department, nearest), understood.language
    )


def _nearest(turn: _Turn, understood: Understanding) -> list[Hit]:
    """Return what the FAQ has nearest, where nothing was answered; it was searched in this turn."""
    text, on = turn.message.text, turn.message.at.date()
    return turn.town.nearest(text, on, understood.language)


def _desk(turn: _Turn, by_topic: Department | None, nearest: Sequence[Hit]) -> Department:
    """Return whose matter an unanswered question is: by what it names, else by what comes near.

    Where questions are offered, what comes near says more than a topic of a desk (`by_topic`).
    """
    town = turn.town.knowledge.municipality
    desk = desk_of_matter(turn.message.text, town) or by_topic
    return desk or desk_among(nearest, town) or town.reception
