"""How well a town answers questions whose right answer is known: `concierge evaluate`.

A question expects FAQ ids, an intent, or nothing: then everything but an answer is right. A
suggestion is counted apart, neither right nor wrong.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from concierge.faq.fields import derived_id
from concierge.faq.golden import Golden
from concierge.faq.model import Entry
from concierge.message import Reply, Status

__all__ = ["Expected", "Judged", "Verdict", "golden_questions", "interval", "judge", "summary"]

Verdict = Literal["right", "wrong", "suggested", "abstained"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong", "suggested", "abstained")
BINS = 10
MOST_SHOWN = 50
KIND_WORDS = ("small_talk", "support")
"""Intents that answer with a friendly line, whatever was said."""
NORMAL = 1.96
"""Standard deviations that hold 95 %."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A question and what answers it; nothing where neither ids nor intent are given."""

    id: str
    text: str
    answers: tuple[str, ...] = ()
    intent: str | None = None
    topic: str | None = None
    tags: tuple[str, ...] = ()
    more: Mapping[str, str] | None = None
    """What else the turn needs: `area`, `at`, `lang`."""
    desk: str | None = None
    """The desk to be named where the town does not know."""
    held: bool = False
    """Kept out of every fitting."""
    declined: bool = False
    """Nothing answers it; where an intent is given, that may."""

    @property
    def expects_nothing(self) -> bool:
        """Tell whether the town is expected to say that it does not know."""
        return self.declined or not (self.answers or self.intent)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one question. `offered` tells whether a suggestion held the right answer."""

    question: Expected
    verdict: Verdict
    engine: str | None
    given: str | None
    confidence: float
    offered: bool = False
    desk: str | None = None
    """The desk that was named where nothing was answered."""


def golden_questions(questions: Iterable[Golden], entries: Iterable[Entry]) -> list[Expected]:
    """Return a town's golden questions as they are put to it."""
    topics: dict[str, str | None] = {
        entry.id: entry.category or entry.department for entry in entries
    }
    found: list[Expected] = []
    for each in questions:
        about = each.answers[0] if each.answers else each.intent or each.nothing or ""
        tags = (each.nothing, *each.tags, each.language, "held" if each.held else "golden")
        found.append(
            Expected(
                id=derived_id(about, each.text),
                text=each.text,
                answers=each.answers,
                intent=each.intent,
                topic=topics.get(about) or each.nothing or each.intent,
                tags=tuple(tag for tag in tags if tag),
                more={"lang": each.language} if each.language else None,
                desk=each.desk,
                held=each.held,
                declined=each.nothing is not None,
            )
        )
    return found


def judge(question: Expected, reply: Reply, titles: Mapping[str, str]) -> Judged:
    """Say what a reply is worth; `titles` are the FAQ's questions by id, as they are offered."""
    given = reply.answer_id or reply.intent
    offered = any(
        choice.text == titles.get(answer) or choice.label == titles.get(answer)
        for answer in question.answers
        for choice in reply.choices
    )
    unknown = reply.status in (Status.ABSTAIN, Status.SUGGEST)
    return Judged(
        question,
        _verdict(question, reply),
        reply.engine,
        given,
        reply.confidence or 0.0,
        offered,
        (reply.slots or {}).get("department") if unknown else None,
    )


def _verdict(question: Expected, reply: Reply) -> Verdict:
    answered = reply.status in (Status.ANSWERED, Status.CLARIFY)
    if question.expects_nothing:
        helped = reply.status is Status.EMERGENCY or (
            reply.intent is not None and reply.intent in (*KIND_WORDS, question.intent)
        )
        return "right" if helped or not answered else "wrong"
    if reply.status is Status.SUGGEST:
        return "suggested"
    if not answered and reply.status is not Status.EMERGENCY:
        return "abstained"
    right = reply.answer_id in question.answers if reply.answer_id else False
    return "right" if right or (question.intent and reply.intent == question.intent) else "wrong"


def summary(judged: Sequence[Judged], before: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the JSON fields of `concierge evaluate`, but for the bar.

    `before` are the verdicts of the last run by question id.
    """
    held = [each for each in judged if each.question.held]
    return {
        **_figures(judged),
        "held": _figures(held),
        "by_engine": _by(judged, lambda each: [each.engine or "none"]),
        "by_topic": _by(judged, lambda each: [each.question.topic or "none"]),
        "by_tag": _by(judged, lambda each: each.question.tags or ["none"]),
        "confusions": _confusions(judged),
        "reliability": _reliability(list(filter(_is_answer, judged))),
        "changed": _changed(judged, before or {}),
    }


def _figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the figures of some questions: those with an answer, and those without one."""
    given = [each for each in judged if not each.question.expects_nothing]
    nothing = [each for each in judged if each.question.expects_nothing]
    answered = [each for each in given if _is_answer(each)]
    right = sum(each.verdict == "right" for each in answered)
    false = sum(map(_is_wrong, nothing))
    desks = [each for each in nothing if each.question.desk and each.desk]
    return {
        "questions": len(judged),
        "accuracy": _share(sum(each.verdict == "right" for each in judged), len(judged)),
        "precision": _share(right, len(answered) + false),
        "answered": _share(len(answered), len(given)),
        "wrong": sum(map(_is_wrong, judged)),
        "abstained": sum(each.verdict == "abstained" for each in given),
        "suggested": sum(each.verdict == "suggested" for each in given),
        "suggested_right": sum(each.offered for each in given if each.verdict == "suggested"),
        "nothing": {
            "questions": len(nothing),
            "answered": false,
            "share": _share(false, len(nothing)),
            "interval": interval(false, len(nothing)),
            "desks": len(desks),
            "right_desk": sum(each.desk == each.question.desk for each in desks),
        },
    }


def interval(part: int, whole: int) -> tuple[float, float] | None:
    """Return the 95 % confidence interval of a share (Wilson's), None of nothing."""
    if not whole:
        return None
    share, square = part / whole, NORMAL**2
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    spread = share * (1 - share) / whole + square / (4 * whole**2)
    half = NORMAL * math.sqrt(spread) / (1 + square / whole)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def _is_wrong(each: Judged) -> bool:
    return each.verdict == "wrong"


def _is_answer(each: Judged) -> bool:
    return _is_wrong(each) or (each.verdict == "right" and not each.question.expects_nothing)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _by(judged: Sequence[Judged], keys: Any) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for each in judged:
        for key in keys(each):
            found[key][each.verdict] += 1
    return {
        key: {
            "questions": sum(counts.values()),
            **{verdict: counts[verdict] for verdict in VERDICTS},
        }
        for key, counts in sorted(found.items())
    }


def _confusions(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return which answer was given for which, the most frequent first."""
    pairs: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for each in filter(_is_wrong, judged):
        expected = "|".join(each.question.answers) or each.question.intent
        pairs[expected, each.given].append(each.question.text)
    ranked = sorted(pairs.items(), key=lambda pair: -len(pair[1]))[:MOST_SHOWN]
    return [
        {"expected": expected, "given": given, "times": len(texts), "questions": texts}
        for (expected, given), texts in ranked
    ]


def _reliability(answered: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return, for each tenth of confidence, how sure the answers were and how many were right."""
    bins: dict[int, list[Judged]] = defaultdict(list)
    for each in answered:
        bins[min(BINS - 1, int(each.confidence * BINS))].append(each)
    return [
        {
            "from": number / BINS,
            "to": (number + 1) / BINS,
            "questions": len(found),
            "confidence": round(sum(each.confidence for each in found) / len(found), 4),
            "right": _share(sum(each.verdict == "right" for each in found), len(found)),
        }
        for number, found in sorted(bins.items())
    ]


def _changed(judged: Sequence[Judged], before: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the questions whose verdict is another than in the last run."""
    return [
        {
            "id": each.question.id,
            "text": each.question.text,
            "before": before[each.question.id],
            "now": each.verdict,
        }
        for each in judged
        if before.get(each.question.id, each.verdict) != each.verdict
    ]
