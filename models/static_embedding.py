"""Writes the general word vectors as a model of sentence-transformers.

    python models/static_embedding.py FOLDER      (needs the extra `embedding`)

Its texts are words with spaces between, as `concierge.faq.analysis.analysed(text).words` gives them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from concierge.faq.vectors import words_and_vectors

UNKNOWN = "[UNK]"


def main(folder: Path) -> None:
    """Write the model into a folder."""
    words, vectors = words_and_vectors()
    places = {UNKNOWN: 0, **{word: place for place, word in enumerate(words, 1)}}
    tokenizer = Tokenizer(models.WordLevel(places, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    nothing = np.zeros((1, vectors.shape[1]), np.float32)
    module = StaticEmbedding(tokenizer, embedding_weights=np.concatenate((nothing, vectors)))
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    print(f"{len(words):,} words written to {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
