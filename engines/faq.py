"""Questions that staff wrote answers to: equal wordings first, then the nearest ones.

In the rules layer an entry answers if its question or another wording of it is what was asked; in
the retrieval layer the one that alone is about what was asked, or the nearest, each with its score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar

from concierge.engine import Candidate, Engine, Layer, Question
from concierge.faq.model import Entry
from concierge.faq.search import FaqIndex, Hit
from concierge.knowledge import Knowledge
from concierge.message import Source
from concierge.municipality import Department

__all__ = ["Faq", "answer_of", "engine", "source_of"]

PROPOSED = 5
"""Entries proposed in the retrieval layer."""
LEAST = 0.02
"""The chance of being right below which nothing is proposed."""


class Faq(Engine):
    """The engine of the FAQ."""

    name: ClassVar[str] = "faq"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES, Layer.RETRIEVAL)

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        """Build the index of the town's FAQ."""
        self._index = FaqIndex(knowledge.faq, knowledge.folder, knowledge.municipality.name)
        self._desks = knowledge.municipality.departments

    def ask(self, question: Question) -> list[Candidate]:
        """Propose the entries with an equal wording, or the nearest ones."""
        on = question.at.date()
        if question.layer is Layer.RULES:
            hits = self._index.exact(question.text, on, question.language)
        else:
            hits = self._index.about(question.text, on)
            hits = hits or self.search(question.text, PROPOSED, on, question.language)
        return [self._candidate(hit, question.language) for hit in hits if hit.chance > LEAST]

    def search(self, text: str, top: int, at: date | None, language: str = "ja") -> list[Hit]:
        """Return the `top` entries, best first, however far; for `concierge faq search`."""
        return self._index.search(text, top, at, language)

    def _candidate(self, hit: Hit, language: str) -> Candidate:
        return replace(answer_of(hit.entry, language, self._desks), score=hit.chance)


def answer_of(entry: Entry, language: str, desks: Sequence[Department]) -> Candidate:
    """Return what an entry answers, in a language where it is written in that, as a sure candidate."""
    translation = entry.translations.get(language)
    return Candidate(
        text=(translation and translation.answer) or entry.answer,
        score=1.0,
        title=(translation and translation.question) or entry.question,
        answer_id=entry.id,
        topics=entry.topics,
        sources=(source_of(entry),),
        details=_contact(entry, desks),
    )


def _contact(entry: Entry, desks: Sequence[Department]) -> str | None:
    """Return where to read on and whom to ask, as the answer's details."""
    lines = [f"{title}: {url}" if title != url else url for title, url in entry.links]
    if entry.url and all(entry.url != url for _, url in entry.links):
        lines.append(entry.url)
    if entry.department:
        phone = entry.phone or next((d.phone for d in desks if d.name == entry.department), None)
        lines.append(f"担当: {entry.department}" + (f"（電話 {phone}）" if phone else ""))
    elif entry.phone:
        lines.append(f"電話: {entry.phone}")
    return "\n".join(lines) or None


def source_of(entry: Entry) -> Source:
    """Name the page the answer rests on where there is one, else the desk's questions."""
    title, url = entry.links[0] if entry.links else (None, None)
    url = entry.url or url
    if title is None or title == url or entry.url:
        title = f"よくある質問（{entry.department}）" if entry.department else "よくある質問"
    return Source(title=title, url=url, file=entry.file, row=entry.line, updated=entry.updated)


engine = Faq
