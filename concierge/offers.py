"""What a resident means by a number, or by the words of a choice that was offered."""

from __future__ import annotations

import re

from concierge.language.normalize import normalized_key
from concierge.memory import Memory

__all__ = ["chosen"]

KANJI_NUMBERS = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
NUMBER = re.compile(
    r"(?:上から|うえから)?(?:no\.?|#)?([0-9]{1,2}|[一二三四五六七八九十])"
    r"(?:番|番目|ばん|ばんめ|つ目|つめ|個目|こめ|つ)?(?:です|で|のやつ|のほう|の方|が良い|がいい|でお願いします|だよ|かな)?"
)
VERB_ENDING = re.compile(r"(?:る|て|てください|て下さい|てほしい|てね|た)$")
LAST = re.compile(r"(?:最後|さいご|一番下|いちばんした|下)(?:の|のやつ|のほう)?(?:です|で)?")


def chosen(text: str, memory: Memory) -> str | None:
    """Return what a typed number, or a choice's label, says in full."""
    if not memory.offers:
        return None
    key = normalized_key(text)
    for offer in memory.offers:
        if _stem(key) in (_stem(normalized_key(offer.label)), _stem(normalized_key(offer.text))):
            return offer.text
    if LAST.fullmatch(key):
        return memory.offers[-1].text
    number = NUMBER.fullmatch(key)
    if number is None:
        return None
    place = KANJI_NUMBERS.get(number[1]) or int(number[1])
    return memory.offers[place - 1].text if 1 <= place <= len(memory.offers) else None


def _stem(key: str) -> str:
    """Return a choice without the ending of its verb: 覚える, 覚えて and 覚えてください are one."""
    return VERB_ENDING.sub("", key)
