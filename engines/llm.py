"""A language model over what the layers before found: it chooses, quotes, and may reword.

Off unless a town names it. Each line of its answer is held against its own quotation before anybody
sees it; whatever does not hold is dropped, and the resident gets what the layers before had to
offer. See docs/llm.md.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import AsyncIterator, Mapping
from typing import ClassVar

from concierge.engine import Candidate, Delta, Engine, Layer, Question, Usage
from concierge.knowledge import Knowledge
from concierge.llm.adapters import Spending, open_model, read_model_settings
from concierge.llm.grounding import REWORDED
from concierge.llm.passages import orders_a_machine, passages_of, printable
from concierge.llm.prompt import Prompt, load_prompt
from concierge.llm.verification import Piece, RejectedError, verified
from concierge.problem import SettingError
from concierge.soundings.redaction import redact

__all__ = ["Llm", "engine"]

log = logging.getLogger(__name__)

KEY = "CONCIERGE_LLM_KEY"
SCORE = 0.9
"""What an answer that was let through is worth before calibration: every word of it is the town's,
only whether it fits the question is the model's judgement."""
LONGEST_WAIT = 600.0
"""Seconds for which a server that says Retry-After is left alone at the most."""


class Llm(Engine):
    """Asks a language model, and believes it nothing."""

    name: ClassVar[str] = "llm"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.LLM,)

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        """Read the options and open the model. Raises `SettingError`."""
        for name in options:
            if name not in OPTIONS:
                raise SettingError(
                    f"{name} という項目はありません（使えるのは {'、'.join(OPTIONS)}）。"
                )
        if options.get("wording", "quote") not in ("quote", "reword"):
            raise SettingError("wording は quote（原文のまま）か reword（言いかえる）です。")
        self._reword = options.get("wording", "quote") == "reword"
        self._yen = {name: _yen(options, name) for name in ("yen_per_1k_in", "yen_per_1k_out")}
        self._prompt = load_prompt("answer")
        self._names = _names(knowledge)
        self._public = _public(knowledge)
        self._not_before = 0.0
        settings = read_model_settings(options, os.environ.get(KEY), where=KEY)
        self._model = open_model(options.get("provider", "openai"), settings)

    async def ask(self, question: Question) -> AsyncIterator[Delta | Candidate]:
        """Yield each line as soon as it is verified, and then the answer they make."""
        passages = Prompt.named(passages_of(question.evidence))
        asked = redact(printable(question.text), self._public).text
        if not passages or not asked.strip() or orders_a_machine(question.text):
            return
        if time.monotonic() < self._not_before:
            return
        reword = self._reword and question.language in REWORDED
        system, user = self._prompt.messages(asked, passages, question.language, reword=reword)
        pieces: list[Piece] = []
        spending = Spending()
        try:
            stream = self._model.stream(system, user, spending)
            async with contextlib.aclosing(stream) as raw:
                lines = verified(raw, passages, question.language, reword=reword, names=self._names)
                async for piece in lines:
                    if piece not in pieces:
                        yield Delta(piece.text if not pieces else f"\n{piece.text}")
                        pieces.append(piece)
        except RejectedError as error:
            log.warning("an answer of the model was dropped: %s", error)
            return
        except Exception as error:
            self._wait_as_told(error)
            raise
        finally:
            question.used(self._used(spending))
        if pieces:
            yield _candidate(pieces)

    def close(self) -> None:
        """Connections end with the process; an open stream is closed by its own call."""

    def _used(self, spending: Spending) -> Usage:
        yen = (
            spending.given * self._yen["yen_per_1k_in"]
            + spending.made * self._yen["yen_per_1k_out"]
        )
        return Usage(tokens=spending.given + spending.made, yen=yen / 1000)

    def _wait_as_told(self, error: Exception) -> None:
        """Leave a server alone for as long as it asked to be."""
        headers = getattr(getattr(error, "response", None), "headers", {})
        told = str(headers.get("retry-after", ""))
        if told.isdigit():
            self._not_before = time.monotonic() + min(float(told), LONGEST_WAIT)


OPTIONS = (
    "provider",
    "model",
    "base_url",
    "max_tokens",
    "wording",
    "yen_per_1k_in",
    "yen_per_1k_out",
)


def _candidate(pieces: list[Piece]) -> Candidate:
    """Make the answer of the verified lines; everything but its text is the passages' own."""
    used = list({id(piece.passage): piece.passage.candidate for piece in pieces}.values())
    first = used[0]
    return Candidate(
        text="\n".join(piece.text for piece in pieces),
        score=SCORE,
        title=first.title,
        intent=first.intent,
        answer_id=first.answer_id,
        topics=tuple(dict.fromkeys(topic for each in used for topic in each.topics)),
        sources=tuple(dict.fromkeys(source for each in used for source in each.sources)),
        cards=first.cards if len(used) == 1 else (),
        details="\n".join(dict.fromkeys(each.details for each in used if each.details)) or None,
    )


def _yen(options: Mapping[str, str], name: str) -> float:
    try:
        yen = float(options.get(name, "0"))
    except ValueError:
        yen = -1.0
    if not 0 <= yen <= 10_000:
        raise SettingError(f"{name} は、1000トークンあたりの円を数で書いてください（例 0.3）。")
    return yen


def _names(knowledge: Knowledge) -> frozenset[str]:
    """Return the names of places and desks, which a rewording must not bring in."""
    areas = knowledge.waste.data.areas if knowledge.waste else ()
    desks = knowledge.municipality.departments
    names = {name for area in areas for name in (area.name, area.full_name)}
    return frozenset(name for name in (*names, *(desk.name for desk in desks)) if len(name) > 1)


def _public(knowledge: Knowledge) -> frozenset[str]:
    """Return the telephone numbers that everyone may know, so that redaction leaves them."""
    town = knowledge.municipality
    numbers = (town.phone, *(desk.phone for desk in town.departments))
    return frozenset(number for number in numbers if number)


engine = Llm
