"""A tiny random Whisper, in the form that faster-whisper loads: the whole road, with noise at its end."""

from __future__ import annotations

import io
import math
import struct
import wave as waves
from pathlib import Path

from tests.llm.tiny_models import every_byte, of_bytes

BYTES, WORDS = 256, 50257


def tiny_whisper(folder: Path) -> Path:
    """Write the model into a folder."""
    from ctranslate2.converters import TransformersConverter  # noqa: PLC0415 - extras
    from tokenizers import AddedToken  # noqa: PLC0415
    from transformers import (  # noqa: PLC0415
        GenerationConfig,
        WhisperConfig,
        WhisperForConditionalGeneration,
        WhisperTokenizerFast,
    )
    from transformers.models.whisper.tokenization_whisper import LANGUAGES  # noqa: PLC0415

    alphabet = every_byte()
    words = [*alphabet, *(f"<w{number}>" for number in range(WORDS - len(alphabet)))]
    specials = [
        "<|endoftext|>",
        "<|startoftranscript|>",
        *(f"<|{language}|>" for language in list(LANGUAGES)),
        "<|translate|>",
        "<|transcribe|>",
        "<|startoflm|>",
        "<|startofprev|>",
        "<|nospeech|>",
        "<|notimestamps|>",
        *(f"<|{number * 0.02:.2f}|>" for number in range(1501)),
    ]
    tokenizer = of_bytes(words)
    tokenizer.add_special_tokens([AddedToken(each, special=True) for each in specials])
    size = tokenizer.get_vocab_size()
    start = WORDS + 1
    config = WhisperConfig(
        vocab_size=size,
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        num_mel_bins=80,
        decoder_start_token_id=start,
        bos_token_id=WORDS,
        eos_token_id=WORDS,
        pad_token_id=WORDS,
    )
    source = folder / "source"
    model = WhisperForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        decoder_start_token_id=start,
        eos_token_id=WORDS,
        suppress_tokens=[],
        begin_suppress_tokens=[WORDS],
        lang_to_id={f"<|{name}|>": start + 1 + i for i, name in enumerate(list(LANGUAGES))},
        alignment_heads=[[0, 0]],
        no_timestamps_token_id=size - 1502,
    )
    model.save_pretrained(source)
    WhisperTokenizerFast(tokenizer_object=tokenizer).save_pretrained(source)
    target = folder / "ct2"
    TransformersConverter(str(source), copy_files=["tokenizer.json"]).convert(str(target))
    return target


def tone(seconds: float) -> bytes:
    """Return a recording of a tone."""
    rate = 16_000
    samples = (int(8000 * math.sin(i / 12)) for i in range(int(rate * seconds)))
    held = io.BytesIO()
    with waves.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return held.getvalue()
