"""Tiny random models, made on the spot: real files for real servers, with nothing worth saying."""

from __future__ import annotations

from pathlib import Path
from typing import Any

TEMPLATE = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def of_bytes(tokens: list[str]) -> Any:
    """Return a tokenizer of bytes with this vocabulary."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers  # noqa: PLC0415 - extras

    vocabulary = {token: place for place, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def every_byte() -> list[str]:
    """Return what bytes are called in a vocabulary."""
    from tokenizers import pre_tokenizers  # noqa: PLC0415 - extras

    return sorted(pre_tokenizers.ByteLevel.alphabet())


def _fast(specials: list[str]) -> Any:
    """Return a tokenizer of bytes with tokens to begin, to end and to fill up."""
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415 - extras

    special = dict(zip(("bos_token", "eos_token", "pad_token"), specials, strict=True))
    tokenizer = of_bytes([*specials, *every_byte()])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)


def tiny_sentences(folder: Path) -> Path:
    """Write a sentence encoder: random weights, so that equal texts alone are near each other."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - extras
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        Pooling,
        Transformer,
    )
    from torch import manual_seed  # noqa: PLC0415
    from transformers import BertConfig, BertModel  # noqa: PLC0415

    manual_seed(7)
    fast = _fast(["<s>", "</s>", "<pad>"])
    fast.model_max_length = 512
    fast.save_pretrained(folder / "bert")
    config = BertConfig(
        vocab_size=len(fast),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        pad_token_id=2,
    )
    BertModel(config).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    modules = [transformer, Pooling(32)]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "encoder"))
    return folder / "encoder"


def tiny_chat(folder: Path) -> Path:
    """Write a chat model of a few thousand parameters, with a tokenizer of bytes."""
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415 - extras

    fast = _fast(["<s>", "</s>", "<pad>"])
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=16384,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=2,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder
