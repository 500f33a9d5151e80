"""Ears: found, asked in order and within bounds. Speech on LINE is in `test_line_answering`."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

import pytest

from concierge.concierge import Concierge
from concierge.hearing import MOST_BYTES, Hearing
from concierge.hub import Seat
from concierge.hub.parts import PartSeat, _Standing
from concierge.hub.state import HubState
from concierge.kinds import Ear, Heard, Sound
from tests.hub.table import choosing
from tests.programs import write_engine
from tests.towns import MUNICIPALITY, write_town

SOUND = Sound(b"RIFF....", "audio/wav")
EAR = """
from concierge.kinds import Ear, Heard

class Echo(Ear):
    name = "parrot"
    def start(self, knowledge, options):
        self.said = options.get("said", "")
        if self.said == "こわれる":
            raise RuntimeError("no")
    def hear(self, sound):
        return Heard(self.said) if sound.data else None

engine = Echo
"""


class Says(Ear):
    name: ClassVar[str] = "says"

    def __init__(self, said: Any, name: str = "says") -> None:
        self.said = said
        self.name = name  # type: ignore[misc]
        self.heard: list[Sound] = []

    def hear(self, sound: Sound) -> Heard | None:
        self.heard.append(sound)
        if isinstance(self.said, BaseException):
            raise self.said
        return Heard(self.said) if isinstance(self.said, str) else self.said


class Deaf(Says):
    def hear(self, sound: Sound) -> Heard | None:
        threading.Event().wait(3)
        return None


def hear(*ears: Ear, sound: Sound = SOUND, **written: str) -> Heard | None:
    seats = [
        PartSeat(ear, Seat(_Standing(ear), choosing(**{"deadline": "0.3", **written})), HubState())
        for ear in ears
    ]
    return asyncio.run(Hearing(seats).hear(sound))


@pytest.mark.parametrize(
    "bad", [RuntimeError("no"), SystemExit(3), None, "", "　", "ご視聴ありがとうございました。", 42]
)
def test_the_next_ear_is_asked_where_one_understood_nothing(bad: Any) -> None:
    heard = hear(Says(bad, "first"), Says("あしたのごみは", "second"))
    assert heard == Heard("あしたのごみは", engine="second")


def test_an_ear_that_never_answers_costs_its_deadline() -> None:
    began = time.perf_counter()
    assert hear(Deaf(""), Says("はい", "second")) == Heard("はい", engine="second")
    assert time.perf_counter() - began < 2.5


@pytest.mark.parametrize(
    "sound",
    [
        Sound(b"", "audio/wav"),
        Sound(b"x" * (MOST_BYTES + 1), "audio/wav"),
        Sound(b"x", "text/html"),
        Sound(b"x", "audio/../../etc"),
        Sound(b"x", ""),
    ],
)
def test_what_is_no_sound_is_not_listened_to(sound: Sound) -> None:
    ear = Says("はい")
    assert hear(ear, sound=sound) is None
    assert ear.heard == []


def test_what_was_heard_is_clean_and_short() -> None:
    heard = hear(
        Says("ごみ\x00は\u202e いつ\n" + "あ" * 5000), sound=Sound(b"x", "Audio/M4A; rate=1")
    )
    assert heard is not None
    assert heard.text.startswith("ごみ は いつ あ")
    assert len(heard.text) == 1000


def town(folder: Path, hearing: str) -> Path:
    return write_town(folder / "town", municipality=MUNICIPALITY + f"hearing:\n{hearing}")


def site(folder: Path) -> Path:
    return write_engine(folder / "site", "parrot", EAR, group="concierge.ears")


def test_an_ear_of_another_package_hears_for_the_town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(site(tmp_path)))
    settings = "  lost: {}\n  parrot:\n    said: 犬を飼いはじめた\n"
    concierge = Concierge(town(tmp_path, settings))

    async def ask() -> Heard | None:
        await concierge.open()
        try:
            assert concierge.hears
            problems = [problem.message for problem in concierge.town.problems]
            assert any("lost" in problem for problem in problems)
            return await concierge.hear(b"x", "audio/mp4", "ja")
        finally:
            concierge.close()

    assert asyncio.run(ask()) == Heard("犬を飼いはじめた", engine="parrot")


def test_one_that_does_not_start_is_told_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(site(tmp_path)))
    concierge = Concierge(town(tmp_path, "  parrot:\n    said: こわれる\n"))

    async def look() -> tuple[bool, int]:
        await concierge.open()
        try:
            return concierge.hears, concierge.errors
        finally:
            concierge.close()

    assert asyncio.run(look()) == (False, 1)
