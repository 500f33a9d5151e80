"""A Reply as LINE's messages: text, Flex bubbles, carousels of cards, quick replies.

Whatever a Reply holds, the messages keep LINE's limits (`outbound.problems` finds nothing), and
every choice that can be pressed can also be typed: quick replies do not show on a PC.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from concierge.channels.line.asides import with_asides
from concierge.channels.line.bubbles import (
    ACCENT,
    GREY,
    MESSAGE_TEXT,
    RED,
    box,
    bubble,
    button,
    clean,
    link,
    message,
    pressable,
    safe_uri,
    separator,
    size_when_escaped,
    words,
)
from concierge.channels.line.cards import carousel, section
from concierge.channels.line.counting import cut, graphemes, utf16
from concierge.channels.line.outbound import ALT_TEXT, QUICK_REPLIES, TEXT
from concierge.channels.shown import without_listed_choices, without_source_lines
from concierge.channels.web.links import calls_in
from concierge.message import Choice, Reply, Source, Status

__all__ = ["render"]

IN_BUBBLE = 1_200
"""UTF-16 units of text that a bubble still shows well; a longer text is sent as text."""
PARAGRAPH = 4_000
"""UTF-16 units of one text message, where a long text is split."""
TEXTS = 3
ROWS_BYTES = 18_000
CALLS, SOURCES, LISTED = 4, 3, 40
LABEL = 20
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_EMPTY_LINE = re.compile(r"\n[ \t　]*\n")


def render(reply: Reply) -> list[dict[str, Any]]:
    """Return LINE's messages for a reply, one to five, that LINE will not refuse."""
    told = _Told.of(reply)
    messages = [*_main(told), *carousel(reply.cards, told.say) * (len(reply.cards) > 1)]
    messages += _left_over(told)
    if items := _quick_replies(told):
        messages[-1]["quickReply"] = {"items": items}
    return with_asides(messages, reply.asides)


@dataclass(frozen=True, slots=True)
class _Told:
    """A reply with everything made fit to be sent: no control characters, no empty choice."""

    reply: Reply
    text: str
    choices: tuple[Choice, ...]
    say: dict[str, str]

    @staticmethod
    def of(reply: Reply) -> _Told:
        cards = " ".join(card.title for card in reply.cards)
        text = clean(reply.text) or clean(reply.details or "") or clean(cards) or "…"
        return _Told(reply, text, tuple(_choices(reply.choices)), _words(reply.language))

    @property
    def asks(self) -> bool:
        """Whether the choices answer a question, so that they belong into the bubble."""
        return bool(self.choices) and self.reply.status in (Status.CLARIFY, Status.SUGGEST)

    @property
    def urgent(self) -> bool:
        return self.reply.status is Status.EMERGENCY

    @property
    def alt(self) -> str:
        """What a notification and a screen reader say: the answer itself."""
        return cut(self.text, ALT_TEXT)


def _choices(given: Sequence[Choice]) -> list[Choice]:
    """Return the choices to press. One whose text LINE cannot send sends its number instead."""
    found = []
    for number, choice in enumerate(given, 1):
        text = clean(choice.text)
        if not text or text != choice.text or utf16(text) > MESSAGE_TEXT:
            text = str(number)
        label = clean(choice.label) or clean(choice.text) or text
        found.append(Choice(label.replace("\n", " "), text))
    return found


def _main(told: _Told) -> list[dict[str, Any]]:
    """Return the answer itself: one bubble, or texts where it is plain or too long for one."""
    calls = _call_buttons(told)
    sources = [each for each in map(_source, told.reply.sources) if each][:SOURCES]
    rich = told.asks or told.urgent or calls or told.reply.cards or any(u for _, _, u in sources)
    if rich and utf16(told.text) <= IN_BUBBLE and not _ADDRESS.search(told.text):
        return [_flex(told.alt, _answer_bubble(told, sources, calls))]
    texts = _texts(told)
    if told.urgent and calls:
        say = words(told.say["urgent"], weight="bold", size="lg", color=RED)
        texts.append(_flex(told.alt, bubble([say], calls)))
    elif told.asks and (rows := _rows(told)[0]):
        texts.append(_flex(cut(_listed(told.choices), ALT_TEXT), bubble(rows)))
    if len(told.reply.cards) == 1:
        texts += carousel(told.reply.cards, told.say)
    return texts


def _answer_bubble(
    told: _Told, sources: list[tuple[str, str, str | None]], calls: list[dict[str, Any]]
) -> dict[str, Any]:
    first, *rest = _paragraphs(told)
    between: list[dict[str, Any]] = []
    if told.asks:
        rows, _ = _rows(told)
        between = [*rows, words(told.say["pick"], size="xs", color=GREY, margin="md")]
    elif told.urgent:
        between, calls = [{**call, "margin": "md"} for call in calls], []
    body = [first, *between, *rest]
    if len(told.reply.cards) == 1:
        body += section(told.reply.cards[0], told.say)
    if sources:
        body.append(separator())
        body += [_source_line(told, *each) for each in sources]
    if hint := _hint(told):
        body.append(words(hint, size="xs", color=GREY, margin="md"))
    header = None
    if told.urgent:
        title = words(told.say["urgent"], color="#FFFFFF", weight="bold", size="md")
        header = box(title, backgroundColor=RED, paddingAll="12px")
    return bubble(body, calls, header=header)


def _paragraphs(told: _Told) -> list[dict[str, Any]]:
    """Return the text: the line that answers large, the others below it."""
    shown = without_source_lines(told.text, told.reply.sources)
    if told.asks:
        shown = without_listed_choices(shown, told.reply.choices)
    heads = {clean(need.text).split("\n")[0] for need in told.reply.needs}
    made: list[dict[str, Any]] = []
    for number, block in enumerate(_EMPTY_LINE.split(shown.strip())):
        first, _, rest = block.strip().partition("\n")
        gap = {"margin": "lg"} if number else {}
        leads = (number == 0 or first in heads) and utf16(first) <= 80
        if clean(first):
            look = {"weight": "bold", "size": "lg"} if leads else {"size": "md"}
            made.append(words(first, **look, **gap))
        if clean(rest):
            made.append(words(rest, size="md", lineSpacing="4px"))
    return made or [words(told.text)]


def _rows(told: _Told) -> tuple[list[dict[str, Any]], int]:
    """Return the choices as rows to press, and how many of them there are."""
    rows: list[dict[str, Any]] = []
    room = ROWS_BYTES
    for number, choice in enumerate(told.choices, 1):
        row = pressable(number, cut(choice.label, 120), message(choice.label, choice.text))
        row["margin"] = "md"
        room -= size_when_escaped(row)
        if room < 0 or number > LISTED:
            break
        rows.append(row)
    return rows, len(rows)


def _left_over(told: _Told) -> list[dict[str, Any]]:
    """Return as a text the choices that stand nowhere else, so that they can be typed."""
    if not told.asks:
        return []
    shown = _rows(told)[1]
    rest = [f"{n}. {cut(c.label, 200)}" for n, c in enumerate(told.choices, 1) if n > shown]
    return [{"type": "text", "text": cut("\n".join(rest), TEXT)}] if rest else []


def _listed(choices: Sequence[Choice]) -> str:
    return "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(choices, 1))


def _hint(told: _Told) -> str | None:
    """Say how to go on by typing, for those who see no quick replies."""
    if told.asks or not told.choices:
        return None
    say = told.say["wrong" if told.urgent else "next"]
    names = [choice.text for choice in told.choices[:3] if utf16(choice.text) <= 40]
    if len(names) == 1:
        return say.format(choice=names[0])
    return "\n".join([told.say["next_many"], *(f"・{name}" for name in names)]) if names else None


def _texts(told: _Told) -> list[dict[str, Any]]:
    """Return the answer as text messages; what is too long for them ends with where the rest is."""
    whole = "\n\n".join(part for part in (told.text, _hint(told)) if part)
    parts = _split(whole)
    if len(parts) > TEXTS:
        uri = next((u for source in told.reply.sources if (u := safe_uri(source.url))), None)
        end = told.say["cut_url"].format(url=uri) if uri else told.say["cut"]
        parts = [*parts[: TEXTS - 1], cut(parts[TEXTS - 1], PARAGRAPH) + "\n" + end]
    return [{"type": "text", "text": part} for part in parts]


def _split(text: str) -> list[str]:
    """Split a text into messages: at an empty line, else at a line's or a sentence's end."""
    parts, rest = [], text
    while utf16(rest) > PARAGRAPH:
        head = _head(rest)
        ends = (head.rfind("\n\n"), head.rfind("\n"), max(head.rfind(s) + 1 for s in "。！？"))
        at = next((end for end in ends if end > len(head) // 2), len(head))
        part, rest = rest[:at].strip(), rest[at:].strip()
        if clean(part):
            parts.append(part)
    return [*parts, *([rest] if clean(rest) else [])] or ["…"]


def _head(text: str) -> str:
    """Return as much of the beginning as one message holds, in whole grapheme clusters."""
    room, length = PARAGRAPH, 0
    for cluster in graphemes(text[: PARAGRAPH + 1]):
        room -= utf16(cluster)
        if room < 0:
            break
        length += len(cluster)
    return text[: length or PARAGRAPH // 2]


def _call_buttons(told: _Told) -> list[dict[str, Any]]:
    """Return a button for each number that the answer names, but for those on cards of their own."""
    cards = told.reply.cards
    on_cards = "\n".join(f"{row.label} {row.value}" for card in cards for row in card.rows)
    language = told.reply.language
    spoken = f"{told.text}\n{on_cards}" if len(cards) == 1 else told.text
    beside: set[str] = set()
    if len(cards) > 1 and not told.urgent:
        named = calls_in(on_cards[:PARAGRAPH], language, urgent=False)
        beside = {call.href for call in named}
    made = []
    for call in calls_in(spoken[:PARAGRAPH], language, urgent=told.urgent):
        uri = safe_uri(call.href)
        if uri is None or call.href in beside:
            continue
        name = f"{call.number}（{call.service}）" if call.service else call.number
        action = link(told.say["call"].format(name=name), uri)
        made.append(button(action, strong=told.urgent, colour=RED if told.urgent else ACCENT))
    return made[:CALLS]


def _source(source: Source) -> tuple[str, str, str | None] | None:
    title = clean(source.title) or clean(source.file or "") or clean(source.url or "")
    day = source.updated
    when = f"{day.year}年{day.month}月{day.day}日" if day else ""
    return (cut(title, 200), when, safe_uri(source.url)) if title else None


def _source_line(told: _Told, title: str, when: str, uri: str | None) -> dict[str, Any]:
    """Return one source, small; pressing it opens its page."""
    updated = told.say["updated"].format(date=_in_language(when, told.reply.language))
    line = f"{told.say['source']}: {title}" + (f"（{updated}）" if when else "")
    if uri is None:
        return words(line, size="xs", color=GREY, margin="md")
    action = link(told.say["open"], uri)
    more = {"decoration": "underline", "action": action, "margin": "md"}
    return words(line, size="xs", color=ACCENT, **more)


def _in_language(when: str, language: str) -> str:
    if language.startswith(("ja", "zh")):
        return when
    return "-".join(f"{int(part):02}" for part in re.findall(r"\d+", when))


def _quick_replies(told: _Told) -> list[dict[str, Any]]:
    """Return the first choices as buttons above the keyboard, and one to send a place if asked."""
    made = [
        {"type": "message", "label": cut(choice.label, LABEL), "text": choice.text}
        for choice in told.choices[:QUICK_REPLIES]
    ]
    if not told.urgent and re.search(told.say["asks_place"], told.text):
        place = {"type": "location", "label": cut(told.say["send_place"], LABEL)}
        made = [place, *made[: QUICK_REPLIES - 1]]
    return [{"type": "action", "action": action} for action in made]


def _flex(alt: str, contents: dict[str, Any]) -> dict[str, Any]:
    return {"type": "flex", "altText": alt, "contents": contents}


@functools.cache
def _texts_by_language() -> dict[str, dict[str, str]]:
    file = resources.files("concierge.channels.line").joinpath("rendering.yaml")
    loaded: dict[str, dict[str, str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def _words(language: str) -> dict[str, str]:
    """Return the words of a language, by its tag or the part before the dash; else English."""
    known = _texts_by_language()
    return known.get(language) or known.get(language.partition("-")[0]) or known["en"]
