"""Where a message means: the area a question is about, and the areas that answer 「どちらの地区」."""

from __future__ import annotations

import re
from collections.abc import Sequence

from concierge.language.normalize import normalize, normalized_key
from concierge.memory import OPEN_FOR, Memory, OpenQuestion
from concierge.message import Message
from concierge.town import Town
from concierge.understanding import MASKS, Place, Understanding
from concierge.waste.model import Area

__all__ = ["area_answered", "only_a_place", "place_of", "says_where"]

BESIDES_A_PLACE = re.compile(
    r"(?:今|いま|えっと|ええと|では|の|に|で|は|から|を)?(?:(?:近く|ちかく|そば|あたり|辺り|周辺|付近|前|方|ほう)|"
    r"(?:に|の|から)?(?:い(?:ます|る)|住ん(?:でる|でいます|でます)|お願いします|です|だよ|だ)|、|。|!|[のにでは])*"
)
"""What may stand beside a place's name where the message is only that."""


def place_of(
    town: Town, message: Message, memory: Memory, understood: Understanding
) -> Place | None:
    """Return the area a question is about: said, given, just talked about, or a home's."""
    finder = town.understander.areas
    if understood.areas:
        return Place(_meant(understood), "said", said=understood.areas[0].text)
    home = understood.home
    if home is not None and home in memory.homes:
        return Place(town.understander.areas.named(memory.homes[home]), "home", home)
    if home is not None and home != "自宅":
        return None
    if message.area:
        exact = town.understander.areas.named(message.area)
        areas = exact or finder.resolve(normalize(message.area))
        return Place(tuple(areas), "given", said=message.area)
    kept = town.understander.areas.named(memory.homes["自宅"]) if "自宅" in memory.homes else ()
    talked = tuple(area for name in memory.areas for area in town.understander.areas.named(name))
    just_now = memory.updated is not None and message.at - memory.updated <= OPEN_FOR
    if talked and (just_now or not kept):
        return Place(talked, "recent", said=memory.said)
    return Place(kept, "home", "自宅") if kept else None


def _meant(understood: Understanding) -> tuple[Area, ...]:
    """Return the areas that all places named have in common, else all that any of them names.

    「東区の泉町」 is one place; 「泉町と柳沢」 are two, and are told apart by their answers.
    """
    each = [match.exact or match.areas for match in understood.areas]
    common = [area for area in each[0] if all(area in areas for areas in each)]
    return tuple(common) or tuple(dict.fromkeys(area for areas in each for area in areas))


def only_a_place(town: Town, message: Message) -> bool:
    """Tell whether a message is nothing but where: the answer to one question, not another one."""
    understood = town.understander.understand(message.text, message.at)
    rest = understood.masked_places
    for mask in ("area", "landmark", "home"):
        rest = rest.replace(MASKS[mask], "")
    return bool(BESIDES_A_PLACE.fullmatch(rest))


def says_where(town: Town, message: Message) -> bool:
    """Tell whether a message says where somebody is, and nothing else, not by an area's name."""
    if not normalized_key(message.text):
        return message.place is not None
    understood = town.understander.understand(message.text, message.at)
    rest = understood.masked_places.replace(MASKS["landmark"], "", 1)
    return rest != understood.masked_places and bool(BESIDES_A_PLACE.fullmatch(rest))


def area_answered(town: Town, text: str, question: OpenQuestion) -> tuple[Area, ...]:
    """Return the areas that a message names as an answer, of those offered first (「2丁目」)."""
    said = normalize(text)
    offered = [
        area
        for name in question.slots.get("areas", ())
        for area in town.understander.areas.named(name)
    ]
    among = town.understander.among(offered).resolve(said) if offered else ()
    return among or town.understander.areas.resolve(said) or _told_by_a_part(said.text, offered)


def _told_by_a_part(said: str, offered: Sequence[Area]) -> tuple[Area, ...]:
    """Return the offered areas that a word tells from the rest (「山里」, 「国道の南側です」)."""
    word = normalized_key(said.removesuffix("です")).rpartition("の")[2]
    told = tuple(area for area in offered if word in normalized_key(area.full_name))
    return told if len(word) > 1 and len(told) < len(offered) else ()
