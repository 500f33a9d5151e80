"""Needs answered from the town's data: finds the folders of `intents/` and asks their handlers.

In the rules layer an intent answers if one of its sentences covers the whole message, in the
intents layer if a keyword rule explains enough of it; the share explained is the score.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, cast

import intents
from concierge.engine import Candidate, Engine, Layer, Question
from concierge.intent import Handler, Request
from concierge.knowledge import Knowledge
from concierge.sentences import SentenceSet, load_sentences

__all__ = ["Intents", "engine", "intent_folders"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Intent:
    """One folder of `intents/`, ready to match and to answer."""

    name: str
    sentences: Mapping[str, SentenceSet]
    handle: Handler
    topics: tuple[str, ...]
    """What it is about in staff's words, for notices and desks."""

    def for_message(self, question: Question) -> SentenceSet | None:
        """Return its sentences in the language typed; やさしい日本語 (ja-easy) is typed as Japanese."""
        typed = question.understanding.typed
        return self.sentences.get(typed) or self.sentences.get(typed.partition("-")[0])


def intent_folders() -> list[Path]:
    """Return the folders of all installed intents, by name."""
    return sorted(
        Path(root) / module.name
        for root in intents.__path__
        for module in pkgutil.iter_modules([root])
        if module.ispkg
    )


class Intents(Engine):
    """The engine of all intents."""

    name: ClassVar[str] = "intents"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES, Layer.INTENTS)
    examples: ClassVar[tuple[str, ...]] = ("あしたのごみはなに",)

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        """Load every intent; one that cannot be loaded is reported and left out."""
        self._knowledge = knowledge
        self._intents: list[Intent] = []
        for folder in intent_folders():
            try:
                self._intents.append(_load(folder))
            except Exception:
                log.exception("intent %s is left out", folder.name)

    async def ask(self, question: Question) -> list[Candidate]:
        """Propose the answers of the intents that fit, the best explained first."""
        scored = [(self._score(intent, question), intent) for intent in self._intents]
        fitting = sorted((s for s in scored if s[0] > 0), key=lambda one: -one[0])
        candidates: list[Candidate] = []
        for score, intent in fitting:
            answer = intent.handle(
                Request(
                    understanding=question.understanding,
                    knowledge=self._knowledge,
                    at=question.at,
                    place=question.place,
                    slots=question.slots if self._continues(intent, question) else {},
                    homes=question.homes,
                    location=question.location,
                    centres=question.centres,
                )
            )
            if answer is not None:
                candidates.append(
                    replace(answer, score=score, intent=intent.name, topics=intent.topics)
                )
        return candidates

    def _continues(self, intent: Intent, question: Question) -> bool:
        if question.intent is not None:
            return question.intent == intent.name
        sentences = intent.for_message(question)
        return (
            question.previous == intent.name
            and sentences is not None
            and sentences.follows(sentences.masked(question.understanding))
        )

    def _score(self, intent: Intent, question: Question) -> float:
        if question.intent is not None:
            return 1.0 if question.intent == intent.name else 0.0
        sentences = intent.for_message(question)
        if sentences is None:
            return 0.0
        masked = sentences.masked(question.understanding)
        if question.layer is Layer.RULES:
            whole = sentences.matches_whole(masked) or self._continues(intent, question)
            return 1.0 if whole else 0.0
        return sentences.explains(masked)


def _load(folder: Path) -> Intent:
    handler = importlib.import_module(f"intents.{folder.name}.handler")
    return Intent(
        name=folder.name,
        sentences={
            path.stem: load_sentences(path)
            for path in sorted((folder / "sentences").glob("*.yaml"))
        },
        handle=cast("Handler", handler.handle),
        topics=tuple(getattr(handler, "TOPICS", ())),
    )


engine = Intents
