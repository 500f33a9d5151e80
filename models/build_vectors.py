"""Builds concierge/faq/vectors.npz, the general table of word vectors, from ja-ginza's.

    make model        (in an environment of its own: .venv-model)

ja-ginza 5.3 (MIT, Megagon Labs) carries 20,000 vectors for 480,000 words, made from chiVe
(Apache-2.0, Works Applications; see NOTICE). Of the words those stay that the concierge's own
morphological pass can come upon; the vectors are centred, turned onto their principal axes, cut to
256 dimensions and kept as 8-bit integers. The same input gives the same file, byte for byte.
"""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path

import ja_ginza
import numpy as np
from spacy.strings import hash_string
from spacy.vectors import Vectors

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from concierge.faq.morphology import plain, tokens
from concierge.faq.vectors import DIMENSIONS, FILE, word_hash

LONGEST_WORD = 12
LONGEST_COMPOUND = 8


def main() -> None:
    """Read, choose, turn, write."""
    (home,) = Path(ja_ginza.__file__).parent.glob("ja_ginza-*")
    source = Vectors()
    source.from_disk(home / "vocab")
    strings = json.loads((home / "vocab" / "strings.json").read_text(encoding="utf-8"))
    rows = {
        word: int(row)
        for word in strings
        if (row := source.key2row.get(hash_string(word))) is not None and is_met(word)
    }
    used = sorted(set(rows.values()))
    place = {row: number for number, row in enumerate(used)}
    words = sorted(rows, key=word_hash)
    vectors = turned(np.asarray(source.data, np.float32)[used])
    limit = float(np.quantile(np.abs(vectors), 0.9999))
    table = np.clip(np.round(vectors / limit * 127), -127, 127).astype(np.int8)
    text = "\n".join(words).encode()
    np.savez(
        FILE,
        hashes=np.array([word_hash(word) for word in words], np.uint64),
        rows=np.array([place[rows[word]] for word in words], np.uint16),
        vectors=table,
        scale=np.float32(limit / 127),
        words=np.frombuffer(zlib.compress(text, 9), np.uint8),
    )
    print(f"{len(words):,} words, {len(used):,} vectors, {FILE.stat().st_size / 1e6:.1f} MB")


def is_met(word: str) -> bool:
    """Tell whether the morphological pass can come upon a word, alone or as nouns side by side."""
    if len(word) > LONGEST_WORD or not word.strip() or "\n" in word:
        return False
    units = [each for token in tokens(plain(word)) for each in token.words]
    if any(each.is_function for each in units):
        return False
    if len(units) == 1:
        return True
    nouns = all(each.kind in ("名詞", "接尾辞", "接頭辞") for each in units)
    kanji = any("一" <= character <= "鿿" for character in word)
    return nouns and kanji and len(units) <= 3 and len(word) <= LONGEST_COMPOUND


def turned(vectors: np.ndarray) -> np.ndarray:
    """Return unit vectors, centred, on their first principal axes; signs are fixed."""
    unit = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)
    centred = unit - unit.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    axes = axes[:, ::-1][:, :DIMENSIONS]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(DIMENSIONS)])
    return np.asarray(centred @ axes, np.float32)


if __name__ == "__main__":
    main()
