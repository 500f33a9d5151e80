"""Hears through a server that speaks OpenAI's transcription interface; off unless a town names it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar

from concierge.kinds import Ear, Heard, Sound
from concierge.knowledge import Knowledge
from concierge.llm.adapters import ONE_CALL, read_model_settings
from concierge.problem import SettingError

__all__ = ["Transcription", "ear"]

KEY = "CONCIERGE_SPEECH_KEY"
ENDINGS = {
    "audio/x-m4a": "m4a",
    "audio/m4a": "m4a",
    "audio/mp4": "m4a",
    "audio/aac": "m4a",
    "video/mp4": "mp4",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/webm": "webm",
    "video/webm": "webm",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
}
"""Servers tell the kind of a recording by the ending of its name."""


class Transcription(Ear):
    """Sends a recording, gets a text."""

    name: ClassVar[str] = "transcription"

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        """Read `model`, `base_url`; the key comes from the environment alone."""
        for name in options:
            if name not in ("model", "base_url"):
                raise SettingError(f"{name} という項目はありません（使えるのは model、base_url）。")
        settings = read_model_settings(options, os.environ.get(KEY), where=KEY)
        try:
            import openai  # noqa: PLC0415 - an extra
        except ImportError:
            raise SettingError(
                "openai のライブラリーがありません。"
                "python -m pip install 'machi-concierge[llm]' としてください。"
            ) from None
        self._model = settings.model
        self._client: Any = openai.AsyncOpenAI(
            api_key=settings.key,
            base_url=settings.base_url,
            max_retries=0,
            default_headers=ONE_CALL,
        )

    async def hear(self, sound: Sound) -> Heard | None:
        """Return what the server understood. Raises what its SDK raises."""
        ending = ENDINGS.get(sound.media_type)
        if ending is None:
            return None
        spoken = {"language": sound.language.partition("-")[0]} if sound.language else {}
        found = await self._client.audio.transcriptions.create(
            model=self._model,
            file=(f"speech.{ending}", sound.data, sound.media_type),
            response_format="json",
            **spoken,
        )
        return Heard(str(found.text), sound.language) if found.text else None


ear = Transcription
