"""What is said in an emergency: the number first, in the language of the cry for help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.language.normalize import normalized_key
from concierge.message import Choice, Reply, Source, Status
from concierge.safety.recognising import Emergency
from concierge.safety.town import Line, TownSafety, packaged

__all__ = ["NOT_SO", "languages", "number_of", "reply_to", "says_not_so"]

FOLDER = Path(__file__).parent / "says"
NOT_SO = "ちがいます"
"""What pressing 「ちがいます」 sends, in every language."""
LINE_OF = {
    "ambulance": "fire",
    "child": "fire",
    "poison": "fire",
    "violence": "police",
    "disaster": "fire",
    "cannot_phone": "fire",
    "unclear": "fire",
}
"""The line whose number a kind gives, where it is not called like the kind itself."""
LINES_NAMED = {
    "gas": ("gas",),
    "poison": ("poison",),
    "violence": ("violence", "violence_all_day", "police"),
    "sexual_violence": ("sexual_violence", "police"),
    "child_abuse": ("child_abuse", "police"),
    "suicide": ("kokoro",),
    "police": ("police",),
    "sea": ("sea",),
}
"""The lines whose full-length numbers are told with a kind; 119's with all others."""
SOURCES = {
    "fire": Source("総務省消防庁（119番通報）", "https://www.fdma.go.jp/"),
    "police": Source("警察庁（110番通報）", "https://www.npa.go.jp/"),
    "sea": Source("海上保安庁（118番通報）", "https://www.kaiho.mlit.go.jp/"),
    "gas": Source("総務省消防庁（119番通報）", "https://www.fdma.go.jp/"),
    "poison": Source("日本中毒情報センター（中毒110番）", "https://www.j-poison-ic.jp/"),
    "child_abuse": Source("こども家庭庁（児童相談所189）", "https://www.cfa.go.jp/"),
    "violence": Source("内閣府男女共同参画局（DV相談）", "https://www.gender.go.jp/"),
    "sexual_violence": Source("内閣府男女共同参画局（性暴力の相談）", "https://www.gender.go.jp/"),
    "suicide": Source("厚生労働省（電話相談窓口）", "https://www.mhlw.go.jp/"),
}
NUMBER = re.compile(r"[#＃]\d{4}|\d{2,4}-\d{2,4}-\d{3,4}|1\d\d")


def reply_to(
    heard: Emergency, town: TownSafety | None = None, language: str | None = None
) -> Reply:
    """Return what is said. `language` is the resident's choice, None for the language of the cry."""
    town = town or packaged()
    tag = _spoken(language, heard.language)
    says = languages()[tag]
    values = _values(town.lines)
    entry = says["kinds"][heard.kind]
    text, more = (entry["text"], entry["more"]) if isinstance(entry, Mapping) else (entry, "")
    lines = text.format(**values).strip().split("\n")
    details = [*more.format(**values).strip().split("\n")] if more else []
    if heard.cannot_phone and heard.kind != "cannot_phone":
        lines, details = [*lines[:2], says["mute"]], [*lines[2:], *details]
    if tag == "ja":
        details += _beside(heard, town, says)
    shown = "\n".join(lines)
    return Reply(
        status=Status.EMERGENCY,
        text=shown,
        slots={"emergency_kind": heard.kind, "number": number_of(heard.kind, town, shown)},
        engine="safety",
        confidence=1.0,
        sources=(SOURCES.get(heard.kind) or SOURCES[LINE_OF.get(heard.kind, "fire")],),
        choices=(Choice(str(says["wrong"]), str(says["wrong"])),),
        details="\n".join(details) or None,
        language=tag,
    )


def number_of(kind: str, town: TownSafety, text: str) -> str:
    """Return the number that a reply's text gives for a kind."""
    number = town.lines[LINE_OF.get(kind, kind)].number
    if number not in text and (found := NUMBER.search(text)):
        return found[0]
    return number


def says_not_so(text: str) -> bool:
    """Tell whether a message means 「ちがいます」, in any of the languages."""
    return normalized_key(text) in _not_so()


@cache
def languages() -> Mapping[str, Mapping[str, Any]]:
    """Return what is said, by language tag."""
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.yaml"))
    }


@cache
def _not_so() -> frozenset[str]:
    words = [
        word
        for says in languages().values()
        for word in (says["wrong"], *says.get("wrong_words", ()))
    ]
    return frozenset(normalized_key(str(word)) for word in words)


def _spoken(wanted: str | None, heard: str) -> str:
    """Return the language to reply in: the one wanted where there is one, else the cry's own."""
    for tag in (wanted or "", heard):
        parts = tag.replace("_", "-").split("-")
        folded = "-".join([parts[0].lower(), *parts[1:]])
        for name in (FOLDED.get(folded.lower(), folded), parts[0].lower()):
            if name in languages() and not (tag == wanted and name == "ja" and heard != "ja"):
                return name
    return "ja"


FOLDED = {
    "zh-hant": "zh-Hant",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
    "ja-easy": "ja-easy",
    "ja-hira": "ja-easy",
    "fil": "tl",
    "ja-latn": "ja",
}


def _values(lines: Mapping[str, Line]) -> dict[str, str]:
    """Return what stands for the names in braces."""
    values: dict[str, str] = {}
    for name, line in lines.items():
        values[name] = line.spoken
        values[f"{name}_number"] = line.number
        values[f"{name}_call"] = line.spoken if line.given else f"{line.number}番"
    return values


def _beside(heard: Emergency, town: TownSafety, says: Mapping[str, Any]) -> list[str]:
    """Return the full-length numbers of the kind's lines, and how to report without a voice."""
    told = [
        says["full"].format(name=line.name, number=line.number, full=line.full)
        for name in LINES_NAMED.get(heard.kind, ("fire",))
        if (line := town.lines[name]).full
    ]
    return [*told, *(says["mute_more"].strip().split("\n") if heard.cannot_phone else ())]
