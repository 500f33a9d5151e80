"""How well a town answers questions whose right answer is known: `concierge evaluate`.

A question expects FAQ ids, an intent, or nothing: then everything but an answer is right. A
suggestion is counted apart, neither right nor wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from concierge.faq.model import Entry
from concierge.message import Reply, Status

__all__ = ["Expected", "Judged", "Verdict", "golden_questions", "judge", "summary"]

Verdict = Literal["right", "wrong", "suggested", "abstained"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong", "suggested", "abstained")
BINS = 10
MOST_SHOWN = 50
SMALL_TALK = "small_talk"


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

    @property
    def expects_nothing(self) -> bool:
        """Tell whether the town is expected to say that it does not know."""
        return not self.answers and not self.intent


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one question. `offered` tells whether a suggestion held the right answer."""

    question: Expected
    verdict: Verdict
    engine: str | None
    given: str | None
    confidence: float
    offered: bool = False


def golden_questions(entries: Iterable[Entry]) -> list[Expected]:
    """Return the questions that staff wrote beside their entries to check them."""
    return [
        Expected(
            id=f"{entry.id}/{number}",
            text=text,
            answers=(entry.id,),
            topic=entry.category or entry.department,
            tags=("golden",),
        )
        for entry in entries
        for number, text in enumerate(entry.golden, 1)
    ]


def judge(question: Expected, reply: Reply, titles: Mapping[str, str]) -> Judged:
    """Say what a reply is worth; `titles` are the FAQ's questions by id, as they are offered."""
    given = reply.answer_id or reply.intent
    offered = any(
        choice.text == titles.get(answer) or choice.label == titles.get(answer)
        for answer in question.answers
        for choice in reply.choices
    )
    return Judged(
        question, _verdict(question, reply), reply.engine, given, reply.confidence or 0.0, offered
    )


def _verdict(question: Expected, reply: Reply) -> Verdict:
    answered = reply.status in (Status.ANSWERED, Status.CLARIFY)
    if question.expects_nothing:
        helped = reply.status is Status.EMERGENCY or reply.intent == SMALL_TALK
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
    given = [each for each in judged if not each.question.expects_nothing]
    answered = [
        each
        for each in judged
        if _is_wrong(each) or (each.verdict == "right" and not each.question.expects_nothing)
    ]
    right = sum(each.verdict == "right" for each in answered)
    return {
        "questions": len(judged),
        "accuracy": _share(sum(each.verdict == "right" for each in judged), len(judged)),
        "precision": _share(right, len(answered)),
        "wrong": sum(map(_is_wrong, judged)),
        "abstained": sum(each.verdict == "abstained" for each in given),
        "suggested": sum(each.verdict == "suggested" for each in given),
        "suggested_right": sum(each.offered for each in given if each.verdict == "suggested"),
        "by_engine": _by(judged, lambda each: [each.engine or "none"]),
        "by_topic": _by(judged, lambda each: [each.question.topic or "none"]),
        "by_tag": _by(judged, lambda each: each.question.tags or ["none"]),
        "confusions": _confusions(judged),
        "reliability": _reliability(answered),
        "changed": _changed(judged, before or {}),
    }


def _is_wrong(each: Judged) -> bool:
    return each.verdict == "wrong"


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
