"""Keeps the analysed documents of a FAQ beside it, so that a start does not analyse them again.

A file a language in the municipality's `.search`. Which texts it holds it says itself; that it was
made by another version of the program, of the analysis or of the dictionary it says as well, and
then all is analysed again. `concierge faq train` makes it ahead; otherwise the first start does.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from concierge.faq.document import Document
from concierge.faq.keeping import KEPT, as_bytes, as_texts, is_kept_in, write_arrays
from concierge.faq.prepared import Prepared, Vocabulary, prepared
from concierge.faq.ragged import Compared, Rows

__all__ = ["kept", "read_prepared", "write_prepared"]

log = logging.getLogger(__name__)

TAG = re.compile(r"[A-Za-z0-9-]{1,35}")
MADE_BY = ("analysis", "features", "kana", "lexicon", "morphology", "prepared", "scope", "spelling")
"""Modules that an analysis comes from."""
ROWS = ("answers", "words", "question_sounds", "sounds", "characters")


def kept(
    documents: Sequence[Document],
    folder: Path | None,
    tag: str,
    done: Callable[[int], object] = lambda _: None,
) -> Prepared:
    """Return documents analysed, with as little work as what is kept in a folder allows.

    What was new is kept for the next time. `done` is told of documents as they are ready.
    """
    if folder is None or not is_kept_in(folder) or not TAG.fullmatch(tag):
        return prepared(documents, None, done)
    path = folder / KEPT / f"analysed-{tag}.npz"
    before = _before(path)
    now = prepared(documents, before, done)
    if now is not before:
        try:
            write_prepared(now, path)
        except OSError as error:
            log.info("%s is not kept: %s", path.name, type(error).__name__)
    return now


def _before(path: Path) -> Prepared | None:
    try:
        return read_prepared(path) if path.is_file() else None
    except Exception as error:  # whatever a broken or foreign file does, it is made again
        log.info("%s is made again: %s", path.name, type(error).__name__)
        return None


def write_prepared(ready: Prepared, path: Path) -> None:
    """Write analysed documents to one file, whole or not at all. Raises `OSError`."""
    compared = ready.compared
    arrays: dict[str, Any] = {"starts": compared.starts, "made_by": as_bytes([made_by()])}
    arrays |= {"asked": compared.asked, "done": compared.done}
    for name, rows in (
        ("compared", compared.words),
        *((name, getattr(ready, name)) for name in ROWS),
    ):
        arrays[f"{name}_sizes"] = np.diff(rows.starts).astype(np.int32)
        arrays[f"{name}_terms"] = rows.terms
        arrays[f"{name}_counts"] = rows.counts.astype(np.uint16)
    vocabulary = ready.vocabulary
    texts = {
        "keys": ready.keys,
        "vocabulary": (vocabulary.words, vocabulary.sounds, vocabulary.characters),
        "texts": compared.texts,
        "normalized": compared.keys,
        "named": ready.named,
        "spoken": ready.spoken,
    }
    arrays |= {name: as_bytes(each) for name, each in texts.items()}
    write_arrays(path, **arrays)


def read_prepared(path: Path) -> Prepared:
    """Read what `write_prepared` wrote. Raises what a broken file makes numpy raise, `ValueError`."""
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        if as_texts(file["made_by"]) != [made_by()]:
            raise ValueError("made by another version")
        rows = {name: _rows(file, name) for name in ("compared", *ROWS)}
        words, sounds, characters = (tuple(each) for each in as_texts(file["vocabulary"]))
        compared = Compared(
            file["starts"],
            rows.pop("compared"),
            file["asked"],
            file["done"],
            tuple(as_texts(file["texts"])),
            tuple(as_texts(file["normalized"])),
        )
        found = Prepared(
            keys=tuple(as_texts(file["keys"])),
            vocabulary=Vocabulary(words, sounds, characters),
            compared=compared,
            named=tuple(map(tuple, as_texts(file["named"]))),
            spoken=tuple(
                {word: (sound, times) for word, (sound, times) in each.items()}
                for each in as_texts(file["spoken"])
            ),
            **rows,
        )
    _check(found)
    return found


def _rows(file: Any, name: str) -> Rows:
    sizes = file[f"{name}_sizes"].astype(np.int64)
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    terms, counts = file[f"{name}_terms"], file[f"{name}_counts"].astype(np.float32)
    if not len(terms) == len(counts) == starts[-1] or terms.min(initial=0) < 0:
        raise ValueError("another shape")
    return Rows(starts, terms, counts)


def _check(found: Prepared) -> None:
    """Raise `ValueError` where the parts do not fit each other."""
    size, compared = len(found.keys), found.compared
    wordings = int(compared.starts[-1])
    by_wording = (compared.words, compared.asked, compared.done, compared.texts, compared.keys)
    by_document = (*(getattr(found, name) for name in ROWS), found.named, found.spoken)
    known = found.vocabulary
    terms = (
        *((rows, known.words) for rows in (compared.words, found.answers, found.words)),
        *((rows, known.sounds) for rows in (found.question_sounds, found.sounds)),
        (found.characters, known.characters),
    )
    if (
        len(compared.starts) != size + 1
        or any(len(each) != wordings for each in by_wording)
        or any(len(each) != size for each in by_document)
        or any(rows.terms.max(initial=-1) >= len(words) for rows, words in terms)
    ):
        raise ValueError("another shape")


@cache
def made_by() -> str:
    """Return what changes whenever the same text would be analysed otherwise."""
    digest = hashlib.blake2b(digest_size=16)
    for name in MADE_BY:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    for package in ("sudachipy", "sudachidict_small"):
        digest.update(version(package).encode())
    return digest.hexdigest()
