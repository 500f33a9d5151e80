"""Hears on this machine, without any network: faster-whisper, with a model that lies in a folder.

Chosen because it is kept, needs no ffmpeg beside it (it opens LINE's m4a and a browser's webm by
itself), and runs on a plain processor. The model is never fetched: the operator puts it there.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from concierge.kinds import Ear, Heard, Sound
from concierge.knowledge import Knowledge
from concierge.problem import SettingError

__all__ = ["Whisper", "ear"]

OPTIONS = ("model", "threads", "language")
SILENCE = 0.6
"""A stretch that the model takes for silence with more than this probability is left out."""


class Whisper(Ear):
    """Runs a Whisper model in CTranslate2's form."""

    name: ClassVar[str] = "whisper"

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        """Load the model from `model`, a folder relative to the town's or absolute."""
        for name in options:
            if name not in OPTIONS:
                raise SettingError(
                    f"{name} という項目はありません（使えるのは {'、'.join(OPTIONS)}）。"
                )
        folder = knowledge.folder / Path(options.get("model", "").strip() or "?")
        if not (folder / "model.bin").is_file():
            raise SettingError(
                f"model「{options.get('model', '')}」に model.bin がありません。"
                "CTranslate2 の形の Whisper モデルを置いたフォルダーを書いてください。"
            )
        threads = options.get("threads", "2")
        if not threads.isdigit() or not 1 <= int(threads) <= 64:
            raise SettingError("threads は 1 から 64 までの整数で書いてください。")
        self._language = options.get("language") or None
        try:
            from faster_whisper import WhisperModel  # noqa: PLC0415 - an extra
        except ImportError:
            raise SettingError(
                "faster-whisper がありません。"
                "python -m pip install 'machi-concierge[speech]' としてください。"
            ) from None
        self._model: Any = WhisperModel(
            str(folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=int(threads),
            local_files_only=True,
        )

    def hear(self, sound: Sound) -> Heard | None:
        """Return what was said, with how sure the model was."""
        spoken = sound.language.partition("-")[0] if sound.language else self._language
        segments, info = self._model.transcribe(
            io.BytesIO(sound.data),
            language=spoken,
            beam_size=5,
            vad_filter=True,
            condition_on_previous_text=False,
        )
        kept = [each for each in segments if each.no_speech_prob <= SILENCE]
        if not kept:
            return None
        sure = math.exp(sum(each.avg_logprob for each in kept) / len(kept))
        text = "".join(each.text for each in kept).strip()
        return Heard(text, info.language, round(min(1.0, sure), 3)) if text else None


ear = Whisper
