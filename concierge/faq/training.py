"""`concierge faq train`: adapts the word vectors to one municipality's FAQ and keeps them there.

They are kept in a hidden file of the municipality's folder. A FAQ that was edited since is still
served well by them: words that are new get the general table's vectors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from concierge.faq.adaptation import FEWEST, STEPS, adapted
from concierge.faq.index import document_of, training_texts
from concierge.faq.keeping import KEPT
from concierge.faq.meaning import read_meaning, write_meaning
from concierge.faq.model import Entry
from concierge.faq.store import kept

__all__ = ["MEANING", "STEPS", "Training", "fingerprint", "train"]

MEANING = KEPT / "meaning.npz"
"""Where a municipality's folder keeps its adapted word vectors."""


@dataclass(frozen=True, slots=True)
class Training:
    """What training did: `outcome` is `trained`, `current` (nothing changed) or `few` entries."""

    outcome: str
    entries: int
    words: int = 0


def train(
    entries: Sequence[Entry],
    folder: Path,
    *,
    again: bool = False,
    step_done: Callable[[], object] = lambda: None,
) -> Training:
    """Adapt the word vectors to a FAQ and write them into the municipality's folder.

    Does nothing where they are adapted to this very FAQ already, unless `again`; with fewer than
    `FEWEST` entries what was kept is removed, and the general vectors serve. Raises `OSError`
    where the folder cannot be written to.
    """
    path = folder / MEANING
    if len(entries) < FEWEST:
        path.unlink(missing_ok=True)
        return Training("few", len(entries))
    mark = fingerprint(entries)
    if not again and _mark_of(path) == mark:
        return Training("current", len(entries))
    documents = [document_of(entry) for entry in entries]
    texts = training_texts(documents, kept(documents, folder, "ja"))
    meaning = adapted(*texts, mark, step_done)
    write_meaning(meaning, path)
    return Training("trained", len(entries), len(meaning.words))


def fingerprint(entries: Sequence[Entry]) -> str:
    """Return what changes whenever a text that is trained on does."""
    digest = hashlib.sha256()
    for entry in entries:
        for text in (entry.id, *document_of(entry).wordings, document_of(entry).answer):
            digest.update(text.encode(errors="replace") + b"\0")
    return digest.hexdigest()


def _mark_of(path: Path) -> str:
    try:
        return read_meaning(path).trained_on
    except (OSError, ValueError, KeyError):
        return ""
