"""Questions found by a sentence-transformers model, beside the FAQ's own search (extra `embedding`).

Any model by name or folder: `model:` under `engines: embedding:` in municipality.yaml. Nothing is
fetched unless `download: yes` is written; the model runs on this machine. The two searches meet at
the hub: each gives a calibrated probability, the surer answers, and where they name different
entries with like chances the hub offers both. Equal entries are no rivals. A sum of scores inside
one engine would need weights fitted for each model; try yours with `shadow: yes` first.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

import numpy as np
import yaml

from concierge import faq
from concierge.engine import Layer
from concierge.faq.embedded import EmbeddedFaq
from concierge.faq.ragged import Floats
from concierge.faq.search import Hit
from concierge.knowledge import Knowledge
from concierge.problem import SettingError
from engines.faq import Faq

__all__ = ["Embedding", "SentenceEncoder", "engine", "prefixes"]

OPTIONS = ("model", "download", "query_prefix", "passage_prefix", "batch")
PREFIXES = Path(faq.__file__).with_name("prefixes.yaml")
LONGEST = 400
"""Characters of a question that are looked at."""


class SentenceEncoder:
    """A sentence-transformers model on this machine's processor."""

    def __init__(self, folder: Path, options: Mapping[str, str]) -> None:
        """Load the model. Raises `SettingError` (Japanese) where it cannot be used."""
        model, self._batch = _sound(options)
        query, passage = prefixes(model)
        self._query = options.get("query_prefix", query)
        self._passage = options.get("passage_prefix", passage)
        place = folder / model if (folder / model).is_dir() else Path(model)
        fetch = options.get("download", "no") == "yes"
        self._model = _loaded(str(place) if place.is_dir() else model, fetch)
        self._one_at_a_time = Lock()  # its tokenizer must not be used by two threads at once
        state = _state(place) if place.is_dir() else model
        self.name = "\0".join((state, self._query, self._passage))

    def encode(self, texts: Sequence[str], *, asked: bool) -> Floats:
        """Return a vector for each text: what is asked, or what it is looked for in."""
        prefix = self._query if asked else self._passage
        given = [prefix + (text[:LONGEST] if asked else text) for text in texts]
        given = [text.encode(errors="replace").decode() for text in given]
        with self._one_at_a_time:
            found = self._model.encode(given, batch_size=self._batch, show_progress_bar=False)
        return np.asarray(found, np.float32)


class Embedding(Faq):
    """The engine of a sentence encoder over the town's FAQ."""

    name: ClassVar[str] = "embedding"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RETRIEVAL,)

    def start(
        self,
        knowledge: Knowledge,
        options: Mapping[str, str],
        done: Callable[[int], object] = lambda _: None,
    ) -> None:
        """Load the model and encode what is new in the FAQ."""
        encoder = SentenceEncoder(knowledge.folder, options)
        self._desks = knowledge.municipality.departments
        self._encoded = EmbeddedFaq(knowledge.faq, encoder, knowledge.folder, done)
        self._encoded.search("はじめに一度", 1, None)

    def search(self, text: str, top: int, at: date | None, language: str = "ja") -> list[Hit]:
        """Return the `top` entries, nearest first, whatever the language."""
        return self._encoded.search(text, top, at)


def prefixes(model: str) -> tuple[str, str]:
    """Return what a model wants before questions and before what they are looked for in."""
    for each in yaml.safe_load(PREFIXES.read_text(encoding="utf-8")):
        if each["name"] in model.rstrip("/").rpartition("/")[2].lower():
            return each["query"], each["passage"]
    return "", ""


def _sound(options: Mapping[str, str]) -> tuple[str, int]:
    """Return the model and how many texts it takes at once."""
    for name in options:
        if name not in OPTIONS:
            raise SettingError(
                f"{name} という項目はありません（使えるのは {'、'.join(OPTIONS)}）。"
            )
    model, batch = options.get("model", "").strip(), options.get("batch", "32")
    if not model:
        raise SettingError("model に、モデルのフォルダーか名前を書いてください。")
    if not (batch.isascii() and batch.isdigit() and 1 <= int(batch) <= 1024):
        raise SettingError("batch は 1 から 1024 までの整数で書いてください。")
    if options.get("download", "no") not in ("yes", "no"):
        raise SettingError("download は yes か no で書いてください。")
    return model, int(batch)


def _loaded(model: str, fetch: bool) -> Any:
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - an extra
    except ImportError:
        raise SettingError(
            "sentence-transformers がありません。"
            "python -m pip install 'machi-concierge[embedding]' としてください。"
        ) from None
    try:
        return SentenceTransformer(model, device="cpu", local_files_only=not fetch)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        advice = (
            "名前か通信を確かめてください。"
            if fetch
            else "モデルを置いたフォルダーを書くか、取りに行ってよければ download: yes と書いてください。"
        )
        raise SettingError(
            f"model「{model}」を読み込めません（{type(error).__name__}）。{advice}"
        ) from None


def _state(folder: Path) -> str:
    """Return what changes whenever a model's files do."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            state = path.stat()
            told = f"{os.fspath(path.relative_to(folder))}\0{state.st_size}\0{state.st_mtime_ns}\0"
            digest.update(told.encode(errors="replace"))
    return digest.hexdigest()


engine = Embedding
