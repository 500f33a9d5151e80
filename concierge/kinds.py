"""The other kinds of engines, on one page: those that hear, and those that translate.

They are found and guarded as answering engines are: a module with an attribute `ear` or `translator`
in `engines/`, or a package with an entry point in `concierge.ears` or `concierge.translators`; named
under `hearing:` or `translating:` in `municipality.yaml`. What they raise, or do not do in time,
costs only their own result, and the next one named is asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from concierge.knowledge import Knowledge

__all__ = ["Ear", "Heard", "Part", "Sound", "Translator"]


class Part:
    """What ears and translators have in common."""

    name: ClassVar[str]
    """The name staff write; lower-case ASCII."""

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> Awaitable[None] | None:
        """Get ready. Raise `concierge.problem.SettingError` for an option that cannot be used."""

    def close(self) -> None:
        """Let go of what `start` took. Called once, also after a failed start."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What somebody said: the bytes as they came, and what kind of file they are.

    `language` is a BCP 47 tag where it is known which language is spoken, else None.
    """

    data: bytes
    media_type: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What an ear understood. `confidence` is the probability that it is right, where known."""

    text: str
    language: str | None = None
    confidence: float | None = None
    engine: str = ""


class Ear(Part):
    """Turns speech into text."""

    def hear(self, sound: Sound) -> Heard | Awaitable[Heard | None] | None:
        """Return what was said; None where there is no speech, or it is not understood.

        May be a plain function, which runs in a thread of its own, or a coroutine. Nothing of the
        sound may be kept.
        """


class Translator(Part):
    """Says the same in another language, or in やさしい日本語 (`ja-easy`)."""

    def translate(
        self, texts: Sequence[str], source: str, target: str
    ) -> Sequence[str | None] | Awaitable[Sequence[str | None]]:
        """Return each text in the target language, None for one it cannot say for certain.

        Numbers, dates, addresses and telephone numbers must come out as they went in.
        """
        return [None] * len(texts)
