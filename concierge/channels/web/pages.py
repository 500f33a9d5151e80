"""The page, the HTML of a turn, and the files they load, each at an address that names its content.

Templates and files lie beside this module and are read once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from concierge.channels.web.face import TownFace
from concierge.channels.web.intake import TEXT_LIMIT
from concierge.channels.web.links import linked, telephone
from concierge.channels.web.sheet import lay_out
from concierge.channels.web.words import WORDS, words_in
from concierge.message import Reply

__all__ = [
    "FILES",
    "MEDIA",
    "TEMPLATES",
    "VERSION",
    "Turn",
    "page_html",
    "reply_event",
    "reply_html",
]

MEDIA = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FILES: Mapping[str, bytes] = {
    file.name: file.read_bytes()
    for file in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name)
    if file.name.rpartition(".")[2] in MEDIA
}
"""What `/static/<version>/<name>` serves."""

VERSION = hashlib.sha256(
    b"\0".join(name.encode() + b"\0" + data for name, data in FILES.items())
).hexdigest()[:12]
"""Changes with any of `FILES`, so that each may be kept by browsers for good."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a page without scripts shows: the question, and its reply or why there is none."""

    text: str
    reply: Reply | None = None
    refusal: str | None = None


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("concierge.channels.web", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["lay_out"] = lay_out
    environment.globals["telephone"] = telephone
    return environment


TEMPLATES = _environment()


def reply_html(reply: Reply, language: str, base: str = "") -> str:
    """Return the HTML of a reply on the page of that language; `base` is the path of the app."""
    macros: Any = TEMPLATES.get_template("turn.html").module
    return str(macros.answered(lay_out(reply), words_in(language), language, base))


def reply_event(reply: Reply, language: str, base: str = "") -> dict[str, Any]:
    """Return the stream's last line: the reply's fields, its choices' labels, and its HTML.

    The trace is for staff and left out.
    """
    labels = [{"label": choice.label, "text": choice.text} for choice in reply.choices]
    fields = {**reply.as_dict(), "trace": None, "choices_labels": labels}
    return {"event": "reply", "reply": {**fields, "html": reply_html(reply, language, base)}}


def page_html(town: TownFace, language: str, base: str = "", turn: Turn | None = None) -> str:
    """Return the whole page, with one turn on it where it was asked without scripts."""
    words = words_in(language)
    name = town.name_in(language)
    new_tab = words["new_tab"]
    return TEMPLATES.get_template("page.html").render(
        base=base,
        files=f"{base}/static/{VERSION}",
        greeting=[_unbroken(line, name) for line in town.opening(language).greeting],
        language=language,
        languages=[(tag, words_in(tag)["language"]) for tag in town.languages if tag in WORDS],
        limit=TEXT_LIMIT,
        name=name,
        opening=town.opening(language),
        reading=_reading(town) if language == "ja" else None,
        script="chat",
        sheets=("page", "talk", "screens"),
        source=linked(town.source, new_tab=new_tab) if town.source else None,
        title=words["title"].format(town=name),
        town=town,
        turn=turn,
        urgent=_urgent(words["urgent"]),
        w=words,
    )


def _unbroken(line: str, name: str) -> Markup:
    """Keep the town's name on one line, unless it is too long for a narrow screen."""
    if not 0 < len(name) <= 12:
        return escape(line)
    whole = Markup('<span class="whole">{}</span>').format(name)
    return whole.join(line.split(name))


def _reading(town: TownFace) -> str | None:
    """Return the reading where the name does not already spell it in kana: not for 「あさひ町」."""
    if town.reading is None or (len(town.name) > 1 and town.reading.startswith(town.name[:-1])):
        return None
    return town.reading


def _urgent(sentence: str) -> Markup:
    numbers = {"fire": "119", "police": "110"}
    links = {
        name: Markup('<a class="tel" href="tel:{0}">{0}</a>').format(number)
        for name, number in numbers.items()
    }
    return escape(sentence).format(**links)
