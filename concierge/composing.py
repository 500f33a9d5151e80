"""The form of every answer, whoever proposed it: checked and made in this one place.

First line the answer; three lines at most; the rest as details on request; then the source and
its date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from concierge.clock import weekday_name
from concierge.declining import Declined
from concierge.engine import Candidate
from concierge.hub import Decision
from concierge.knowledge import Knowledge
from concierge.message import Choice, Need, Reply, Source, Status
from concierge.municipality import Department
from concierge.notices import Notice
from concierge.wording import Wording, load_wording

__all__ = [
    "LONGEST",
    "LONGEST_FOREIGN",
    "abstention",
    "announced",
    "answer",
    "plain",
    "suggestion",
    "together",
    "with_a_person",
    "with_condolence",
    "with_emergency_numbers",
    "with_places",
]

LINES = 3
LONGEST = 220
"""Characters of an answer's three lines together, before the rest becomes details."""
LONGEST_FOREIGN = 420
"""The same in languages that need more letters for a word, and for words with their readings."""
SENTENCE = re.compile(r"[^。！？\n]*[。！？]?[」』）)]*")
SAYS = Path(__file__).with_name("says")


def answer(candidate: Candidate, decision: Decision, language: str) -> Reply:
    """Make the reply of a candidate that was chosen."""
    longest = LONGEST if language == "ja" else LONGEST_FOREIGN
    shown, rest = in_three_lines(candidate.text, longest)
    details = "\n".join(part for part in (rest, candidate.details) if part) or None
    line = source_line(candidate.sources, language)
    told = [shown, *([line] if line else [])]
    choices = candidate.choices
    if details and candidate.status is not Status.CLARIFY:
        more = _wording(language).say("more")
        choices = (Choice(more, more), *choices)
    return Reply(
        status=candidate.status,
        text="\n\n".join(told),
        intent=candidate.intent,
        slots=candidate.slots,
        engine=decision.engine,
        answer_id=candidate.answer_id,
        confidence=decision.probability,
        sources=candidate.sources,
        choices=choices,
        cards=candidate.cards,
        details=details,
        language=language,
        topics=candidate.topics,
    )


def announced(candidate: Candidate, notices: Sequence[Notice]) -> Candidate:
    """Put what staff announced before an answer, or in its place where a notice says so."""
    if not notices:
        return candidate
    heads = [_notice_lines(notice) for notice in notices]
    told = "\n".join(head for head, _ in heads)
    more = [rest for _, rest in heads if rest]
    sources = tuple(
        Source(title="お知らせ", url=notice.url, file=notice.file, row=notice.line)
        for notice in notices
    )
    if any(notice.replaces for notice in notices):
        return replace(
            candidate,
            text=told,
            status=Status.ANSWERED,
            sources=sources,
            cards=(),
            choices=(),
            details="\n".join(more) or None,
            missing=None,
        )
    details = "\n".join([*more, *([candidate.details] if candidate.details else [])]) or None
    return replace(
        candidate,
        text=f"{told}\n{candidate.text}",
        sources=(*sources, *candidate.sources),
        details=details,
    )


def _notice_lines(notice: Notice) -> tuple[str, str]:
    """Return the line of a notice that goes before an answer, and what waits in the details."""
    first, _, rest = notice.text.strip().partition("\n")
    return f"【お知らせ】{first}", rest.strip()


def suggestion(decision: Decision, desk: Department, language: str, town_en: str) -> Reply:
    """Offer the questions that came near, and the desk for when it is none of them.

    In another language than Japanese the frame is English, with the town's English name.
    """
    titles = [candidate.title or "" for candidate in decision.offered]
    numbered = "\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1))
    wording = _wording(language)
    phone = wording.say("phone", phone=desk.phone) if desk.phone else ""
    named = desk.name if language.startswith("ja") else town_en
    frame = wording.say("suggest", titles=numbered, desk=f"{named}{phone}")
    return Reply(
        status=Status.SUGGEST,
        text=frame,
        engine=decision.engine,
        confidence=decision.probability,
        choices=tuple(Choice(title, title) for title in titles),
        language=language,
        slots={"department": desk.name},
    )


def abstention(
    knowledge: Knowledge, desk: Department | None, language: str, why: Declined | None = None
) -> Reply:
    """Say that it is not known, and who knows; `why`: that it is no matter for the town hall."""
    town = knowledge.municipality
    named = desk or town.reception
    wording = _wording(language)
    phone = wording.say("phone", phone=named.phone) if named.phone else ""
    key, place = ("not_known", "") if why is None else (f"declined_{why.kind}", why.place)
    lines = [wording.say(key, desk=f"{named.name}{phone}", town=town.name, place=place)]
    if named.hours and (why is None or why.desk != town.reception):
        lines.append(wording.say("hours", hours=named.hours))
    slots = {"department": named.name, **({"kind": why.kind} if why is not None else {})}
    return Reply(status=Status.ABSTAIN, text="\n".join(lines), language=language, slots=slots)


def together(replies: Sequence[Reply]) -> Reply:
    """Make one reply of the replies to several needs in one message, in the order asked."""
    sources = tuple(dict.fromkeys(source for reply in replies for source in reply.sources))
    bodies = [reply.text.partition("\n\n")[0] for reply in replies]
    if line := source_line(sources, replies[0].language):
        bodies.append(line)
    choices = dict.fromkeys(choice for reply in replies for choice in reply.choices)
    answered = next((r for r in replies if r.status is Status.ANSWERED), replies[0])
    return replace(
        answered,
        text="\n\n".join(bodies),
        confidence=min(reply.confidence for reply in replies),
        sources=sources,
        choices=tuple(choices),
        cards=tuple(card for reply in replies for card in reply.cards),
        details="\n".join(reply.details for reply in replies if reply.details) or None,
        needs=tuple(
            Need(
                status=reply.status,
                text=body,
                intent=reply.intent,
                slots=reply.slots,
                engine=reply.engine,
                answer_id=reply.answer_id,
                confidence=reply.confidence,
                sources=reply.sources,
                choices=reply.choices,
            )
            for reply, body in zip(replies, bodies, strict=False)
        ),
    )


def with_a_person(reply: Reply, desk: Department) -> Reply:
    """Name a desk in the last line of a reply that was given again and again."""
    phone = f"（{desk.phone}）" if desk.phone else ""
    hours = f"受付時間: {desk.hours}" if desk.hours else ""
    body, gap, source = reply.text.partition("\n\n")
    kept = body.split("\n")
    if reply.status is not Status.SUGGEST:
        kept = kept[: LINES - 1]
    lines = [*kept, f"職員にも直接お尋ねいただけます: {desk.name}{phone}"]
    details = "\n".join(part for part in (hours, reply.details) if part) or None
    return replace(reply, text="\n".join(lines) + gap + source, details=details)


def with_condolence(reply: Reply, whose: str) -> Reply:
    """Open with kind words where a death is told of; `whose` as `condolence.death_told` tells it."""
    line = _wording(reply.language).say(f"condolence_{whose}")
    apart = reply.status in (Status.SUGGEST, Status.ABSTAIN)
    return replace(reply, text=f"{line.rstrip()}\n{reply.text}" if apart else line + reply.text)


def with_places(alarm: Reply, told: Reply) -> Reply:
    """Put where to flee to below what is said in an emergency."""
    return replace(
        alarm,
        text=f"{alarm.text}\n\n{told.text}",
        sources=(*alarm.sources, *told.sources),
        cards=told.cards,
        details="\n".join(filter(None, (alarm.details, told.details))) or None,
    )


def with_emergency_numbers(reply: Reply) -> Reply:
    """Say first whom to call in danger, where a message found no answer and may be a cry for help."""
    line = _wording(reply.language).say("in_danger")
    return replace(reply, text=f"{line}\n{reply.text}")


def plain(text: str, *, status: Status = Status.ANSWERED, language: str = "ja") -> Reply:
    """Return a line of the conversation itself, which rests on no source."""
    return Reply(status=status, text=text, engine="conversation", confidence=1.0, language=language)


def in_three_lines(text: str, longest: int = LONGEST) -> tuple[str, str | None]:
    """Split an answer into what is shown and what waits for 「くわしく」."""
    head, _, tail = text.strip().partition("\n\n")
    lines = [line.rstrip() for line in head.split("\n") if line.strip()]
    shown, rest = lines[:LINES], lines[LINES:]
    if sum(map(len, shown)) > longest:
        whole = "\n".join(lines)
        cut = _cut(whole)
        shown, rest = [whole[:cut].strip()], [whole[cut:].strip()]
    later = "\n".join([*rest, *([tail.strip()] if tail.strip() else [])]).strip()
    return "\n".join(shown), later or None


def source_line(sources: Sequence[Source], language: str = "ja") -> str | None:
    """Write where an answer rests: its title and the day it was updated."""
    wording = _wording(language)
    told = []
    for source in sources[:2]:
        day = source.updated
        when = wording.say("updated", day=_in_full(day, wording)) if day else ""
        told.append(f"{source.title}{when}")
    if not told:
        return None
    return wording.say("source", sources=wording.say("between").join(dict.fromkeys(told)))


def _in_full(day: date, wording: Wording) -> str:
    if wording.language.startswith("ja"):
        return f"{day.year}年{day.month}月{day.day}日（{weekday_name(day)}）"
    return f"{wording.day(day)}, {day.year}"


def _wording(language: str) -> Wording:
    return load_wording(SAYS, language)


def _cut(text: str) -> int:
    """Return where a long answer is cut: after the last sentence that fits, at least one."""
    end = 0
    for match in SENTENCE.finditer(text):
        if match.end() == match.start():
            continue
        if end and (match.end() > LONGEST or text[:end].count("\n") >= LINES - 1):
            break
        end = match.end()
        if end > LONGEST:
            break
    return min(end, LONGEST * 2) or len(text)
