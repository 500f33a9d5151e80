"""Engines with one planted fault each, and the sound one that they are made from."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from concierge.engine import Candidate, Delta, Engine, Layer, Question
from concierge.knowledge import Knowledge
from concierge.message import Source, Status

SOURCE = (Source(title="見本"),)


class Sound(Engine):
    """Keeps the contract."""

    name: ClassVar[str] = "sound"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)
    examples: ClassVar[tuple[str, ...]] = ("月の満ち欠けは",)

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        self.town = knowledge.municipality.name

    def ask(self, question: Question) -> Any:
        return [self.answer()] if "月の" in question.text else []

    def answer(self, **more: Any) -> Candidate:
        given = {"text": f"{self.town}の月です。", "score": 0.9, "sources": SOURCE, **more}
        return Candidate(**given)


class SoundStream(Sound):
    async def ask(self, question: Question) -> AsyncIterator[Delta | Candidate]:
        if "月の" in question.text:
            await asyncio.sleep(0)
            yield Delta("月")
            yield self.answer()


class SoundCoroutine(Sound):
    async def ask(self, question: Question) -> list[Candidate]:
        await asyncio.sleep(0)
        return [self.answer()] if "月の" in question.text else []


class NoAnswer(Sound):
    def ask(self, question: Question) -> Any:
        return []


class NoSource(Sound):
    def ask(self, question: Question) -> Any:
        return [self.answer(sources=())] if "月の" in question.text else []


class ScoreBeyond(Sound):
    def ask(self, question: Question) -> Any:
        return [self.answer(score=97)] if "月の" in question.text else []


class ListForTuple(Sound):
    def ask(self, question: Question) -> Any:
        return [self.answer(topics=["月"])] if "月の" in question.text else []


class AsksWithoutSlot(Sound):
    def ask(self, question: Question) -> Any:
        return [self.answer(status=Status.CLARIFY)] if "月の" in question.text else []


class NotACandidate(Sound):
    def ask(self, question: Question) -> Any:
        return ["月です"] if "月の" in question.text else []


class ClosesForAll(Sound):
    shared: ClassVar[list[str]] = []

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        super().start(knowledge, options)
        self.shared.append("open")

    def ask(self, question: Question) -> Any:
        if not self.shared:
            raise RuntimeError("closed")
        return super().ask(question)

    def close(self) -> None:
        self.shared.clear()


class ClosesWhatIsNotOpen(Sound):
    def close(self) -> None:
        del self.town


class Slow(Sound):
    def ask(self, question: Question) -> Any:
        if len(question.text) > 500:
            time.sleep(0.6)
        return super().ask(question)


class BlocksTheLoop(Sound):
    async def ask(self, question: Question) -> list[Candidate]:
        time.sleep(0.4)  # noqa: ASYNC251 - the fault
        return [self.answer()] if "月の" in question.text else []


class Clinging(Sound):
    """Answers at once when left alone, and goes on for ever when told to stop."""

    async def ask(self, question: Question) -> list[Candidate]:
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            for _ in range(60):
                await asyncio.sleep(0.05)
        return [self.answer()] if "月の" in question.text else []


class Fickle(Sound):
    times = 0

    def ask(self, question: Question) -> Any:
        self.times += 1
        return [self.answer(text=f"{self.times}回目")] if "月の" in question.text else []


class JapaneseOnly(Sound):
    def ask(self, question: Question) -> Any:
        said = {"ja": "月です。", "ja-easy": "月です。", "en": "Moon."}[question.language]
        return [self.answer(text=said)] if "月の" in question.text else []


class AnswersNothing(Sound):
    def ask(self, question: Question) -> Any:
        return [self.answer()] if "月の" in question.text or not question.text.strip() else []


class Formats(Sound):
    def ask(self, question: Question) -> Any:
        question.text.encode()
        return super().ask(question)


class Shares(Sound):
    def ask(self, question: Question) -> Any:
        self.question = question.text
        time.sleep(0.002)
        said = self.question
        self.question = ""
        return [self.answer()] if "月の" in said else []


class Logs(Sound):
    def ask(self, question: Question) -> Any:
        logging.getLogger("town").debug("asked: %s", question.text)
        return super().ask(question)


class Prints(Sound):
    def ask(self, question: Question) -> Any:
        sys.stdout.write(question.text)
        return super().ask(question)


class Writes(Sound):
    def ask(self, question: Question) -> Any:
        folder = Path(__import__("tempfile").gettempdir())
        with (folder / "concierge-planted.txt").open("a", encoding="utf-8") as file:
            file.write(question.text)
        return super().ask(question)


class Keeps(Sound):
    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        super().start(knowledge, options)
        self.seen: list[Question] = []

    def ask(self, question: Question) -> Any:
        self.seen.append(question)
        return super().ask(question)


@lru_cache(maxsize=100)
def _about_the_moon(text: str) -> bool:
    return "月の" in text


class Caches(Sound):
    def ask(self, question: Question) -> Any:
        return [self.answer()] if _about_the_moon(question.text) else []


class Stuck(Sound):
    def ask(self, question: Question) -> Any:
        threading.Event().wait(5)
        return []


Faulty = Iterable[tuple[str, type[Engine], str]]
PLANTED: Faulty = (
    ("contract", NoAnswer, "examples"),
    ("contract", NoSource, "出典"),
    ("contract", ScoreBeyond, "score"),
    ("contract", ListForTuple, "topics"),
    ("contract", AsksWithoutSlot, "missing"),
    ("contract", NotACandidate, "TypeError"),
    ("life", ClosesForAll, "close"),
    ("life", ClosesWhatIsNotOpen, "start の前"),
    ("deadline", Slow, "秒以内"),
    ("deadline", Stuck, "秒以内"),
    ("cancellation", BlocksTheLoop, "待たせました"),
    ("cancellation", Clinging, "CancelledError"),
    ("determinism", Fickle, "変わります"),
    ("languages", JapaneseOnly, "KeyError"),
    ("empty", AnswersNothing, "中身のない質問"),
    ("hostile", Formats, "UnicodeEncodeError"),
    ("threads", Shares, "混ざります"),
    ("privacy", Logs, "ログ"),
    ("privacy", Prints, "画面"),
    ("privacy", Writes, "ファイル"),
    ("privacy", Keeps, "覚えたまま"),
    ("privacy", Caches, "覚えたまま"),
)
"""The check that must fail, the engine, and a word of what it says."""
