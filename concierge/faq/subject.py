"""What a wording is about, without the words that only ask: 「印鑑登録をしたい」 and 「印鑑登録」 are one."""

from __future__ import annotations

import re

from concierge.language.normalize import normalized_key

__all__ = ["subject", "subject_of"]

ASKING = re.compile(
    r"(?:(?:について|に関して|のこと|の件)?(?:が|を|は|も|に)?(?:"
    r"(?:し|知り|聞き|確認し|取り|とり|もらい)?たい(?:です|の|のです|んです|のですが|んですが|んだけど|けど)?"
    r"|(?:ほしい|欲しい)(?:です|のですが|んですが|んだけど)?"
    r"|(?:教えて|おしえて)(?:ください|下さい|ほしい)?|お願い(?:します|したい)?"
    r"|(?:の)?(?:手続き?|方法|やり方|仕方|とり方|取り方|もらい方)"
    r"|について|のこと|の件|って(?:何|なに)?|とは|です)|が|を|は|の)$"
)
SHORTEST = 2


def subject(text: str) -> str:
    """Return the normalised key of a wording without the words at its end that only ask."""
    return subject_of(normalized_key(text))


def subject_of(key: str) -> str:
    """Return the same of what `normalized_key` made."""
    while True:
        shorter = ASKING.sub("", key)
        if shorter == key or len(shorter) < SHORTEST:
            return key
        key = shorter
