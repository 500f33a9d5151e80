"""Speech to text: the ears that a town named, asked one after another until one has understood.

`Concierge.hear` is the one call that channels make. What was heard is shown to the resident, who
may correct it: it is never put to the concierge unseen.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import yaml

from concierge.hub.parts import PartSeat, ask_part
from concierge.kinds import Ear, Heard, Sound
from concierge.language.normalize import normalized_key

__all__ = ["LONGEST_TEXT", "MOST_BYTES", "Hearing"]

log = logging.getLogger(__name__)

MOST_BYTES = 10 * 1024 * 1024
"""Bytes of a sound; longer ones are not listened to."""
LONGEST_TEXT = 1000
MEDIA = re.compile(r"(audio|video)/[a-z0-9.+-]{1,40}")
with (Path(__file__).with_name("hearing.yaml")).open(encoding="utf-8") as _file:
    NOT_SAID = frozenset(normalized_key(str(each)) for each in yaml.safe_load(_file)["not_said"])
"""What recognisers are known to hear where nothing was said."""


class Hearing:
    """The ears of a town, in the order in which staff named them."""

    def __init__(self, seats: Sequence[PartSeat[Ear]] = ()) -> None:
        self.seats = tuple(seats)

    @property
    def available(self) -> bool:
        """Whether there is anybody who hears."""
        return bool(self.seats)

    async def hear(self, sound: Sound) -> Heard | None:
        """Return what was said, from the first ear that understood; None where none did.

        Never raises for what an ear does.
        """
        if not sound.data or len(sound.data) > MOST_BYTES:
            return None
        media = sound.media_type.partition(";")[0].strip().lower()
        if not MEDIA.fullmatch(media):
            return None
        sound = replace(sound, media_type=media)
        for seat in self.seats:
            heard = await ask_part(seat, seat.part.hear, sound)
            text = _said(heard)
            if text:
                return replace(cast("Heard", heard), text=text, engine=seat.name)
        return None


def _said(heard: object) -> str:
    """Return the text that was heard, cleaned; empty where it is no speech."""
    if not isinstance(heard, Heard) or not isinstance(heard.text, str):
        return ""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in heard.text)
    text = " ".join(kept.split())[:LONGEST_TEXT]
    return "" if normalized_key(text) in NOT_SAID else text
