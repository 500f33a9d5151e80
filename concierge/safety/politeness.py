"""Polite verb endings made plain, so that a sign need not list both.

「止まりません」→「止まらない」, 「入りました」→「入った」, 「しています」→「してる」. Rules of conjugation,
not a dictionary: verbs whose stem the rules would take for another's are listed.
"""

from __future__ import annotations

import re

__all__ = ["plain_form"]

ONE_STEM = (
    "(?:[えけせてねへめれげぜでべ見出着寝]|落ち|おち|でき|出来|起き|おき|生き|降り|下り|閉じ)"
)
"""Stems to which た, ない and る are added as they are (倒れ-, 落ち-, 起き-)."""
VOICED = {
    "り": "った",
    "ち": "った",
    "い": "った",
    "き": "いた",
    "ぎ": "いだ",
    "み": "んだ",
    "び": "んだ",
    "に": "んだ",
    "し": "した",
}
DENIED = {
    "り": "ら",
    "ち": "た",
    "い": "わ",
    "き": "か",
    "ぎ": "が",
    "み": "ま",
    "び": "ば",
    "に": "な",
    "し": "し",
}
PLAIN = {
    "り": "る",
    "ち": "つ",
    "い": "う",
    "き": "く",
    "ぎ": "ぐ",
    "み": "む",
    "び": "ぶ",
    "に": "ぬ",
    "し": "する",
}
RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"([てで])(?:お|い)(?:ります|ます|る)"), r"\1る"),
    (re.compile(r"([てで])(?:お|い)(?:りません|ません|ない)"), r"\1ない"),
    (re.compile(r"([てで])(?:い)(?:ました|た)"), r"\1た"),
    (re.compile(rf"({ONE_STEM})ました"), r"\1た"),
    (re.compile(rf"({ONE_STEM})ません"), r"\1ない"),
    (re.compile(rf"({ONE_STEM})ます"), r"\1る"),
)
STEM = re.compile("([りちいきぎみびにし])(ました|ません|ます)")
ENDINGS = {"ました": VOICED, "ません": {k: f"{v}ない" for k, v in DENIED.items()}, "ます": PLAIN}


def plain_form(text: str) -> str:
    """Return hiragana-folded text with its polite verbs in the plain form."""
    if "ま" not in text and "てい" not in text and "でい" not in text:
        return text
    for pattern, plain in RULES:
        text = pattern.sub(plain, text)
    return STEM.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 1) : match.start()]
    if match[1] == "い" and before in ("", "が", "に", "も", "は", "人", "と", "で"):
        return match[0]
    if match[1] == "り" and before in ("あ", "お"):
        return match[0]
    return ENDINGS[match[2]][match[1]]
