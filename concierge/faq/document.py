"""An entry as it is searched in one language."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from concierge.faq.model import Entry

__all__ = ["Document", "document_of", "translated"]


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as it is searched in one language; `wordings` begins with its question."""

    entry: Entry
    wordings: tuple[str, ...]
    answer: str

    @property
    def key(self) -> str:
        """What changes whenever a text of it does."""
        texts = "\0".join((*self.wordings, "", self.answer))
        return hashlib.blake2b(texts.encode(errors="replace"), digest_size=16).hexdigest()


def document_of(entry: Entry, tags: Sequence[str] = ("ja-easy",)) -> Document:
    """Return an entry as it is searched in Japanese, translations of these tags with it."""
    translations = [entry.translations[tag] for tag in tags if tag in entry.translations]
    wordings = [entry.question, *entry.also]
    about = (*entry.keywords, entry.category or "", entry.department or "")
    answers = [entry.answer, *about]
    for each in translations:
        wordings += [*([each.question] if each.question else []), *each.also]
        answers.append(each.answer or "")
    return Document(entry, tuple(dict.fromkeys(wordings)), "\n".join(filter(None, answers)))


def translated(entry: Entry, tag: str) -> Document:
    """Return an entry as it is searched in a language it is translated into."""
    each = entry.translations[tag]
    wordings = [*([each.question] if each.question else []), *each.also]
    return Document(entry, tuple(wordings) or (entry.question,), each.answer or "")
