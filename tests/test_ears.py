"""The ears that come with the program: a server's transcription, and a model in a folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from concierge.concierge import Concierge
from concierge.kinds import Heard, Sound
from concierge.knowledge import load_knowledge
from concierge.llm.standin import StandIn, Trouble
from concierge.problem import SettingError
from concierge.settings import demonstration
from engines.transcription import Transcription
from engines.whisper import Whisper
from tests.towns import MUNICIPALITY, write_town


def hear(folder: Path, hearing: str, media_type: str = "audio/x-m4a") -> tuple[Heard | None, int]:
    town = write_town(folder / "town", municipality=MUNICIPALITY + f"hearing:\n{hearing}")
    concierge = Concierge(town)

    async def ask() -> tuple[Heard | None, int]:
        await concierge.open()
        try:
            return await concierge.hear(b"m4a", media_type, "ja"), concierge.errors
        finally:
            concierge.close()

    return asyncio.run(ask())


def transcription(standin: StandIn, **more: str) -> str:
    lines = {"model": "whisper-1", "base_url": standin.base_url, **more}
    return "  transcription:\n" + "".join(f"    {key}: {text}\n" for key, text in lines.items())


def test_a_server_hears(tmp_path: Path) -> None:
    with StandIn(transcript="燃えるごみはいつですか") as standin:
        heard, errors = hear(tmp_path, transcription(standin))
    assert heard == Heard("燃えるごみはいつですか", "ja", engine="transcription")
    assert errors == 0
    assert standin.asked[0].body["model"] == "whisper-1"
    assert standin.asked[0].body["language"] == "ja"


@pytest.mark.parametrize("trouble", ["429", "500", "hang"])
def test_a_server_in_trouble_costs_only_the_hearing(tmp_path: Path, trouble: Trouble) -> None:
    with StandIn(trouble=trouble) as standin:
        heard, _ = hear(tmp_path, transcription(standin, deadline="1"))
        assert len(standin.asked) == 1
    assert heard is None


def test_a_kind_of_recording_that_servers_do_not_take(tmp_path: Path) -> None:
    with StandIn() as standin:
        heard, _ = hear(tmp_path, transcription(standin), "audio/x-unheard-of")
        assert standin.asked == []
    assert heard is None


@pytest.mark.parametrize(
    ("ear", "options", "said"),
    [
        (Transcription, {}, "model"),
        (Transcription, {"model": "x", "base_url": "http://far.example.jp"}, "https"),
        (Transcription, {"model": "x", "key": "secret"}, "key"),
        (Whisper, {}, "model.bin"),
        (Whisper, {"model": "somewhere"}, "model.bin"),
        (Whisper, {"size": "large"}, "size"),
    ],
)
def test_an_option_that_cannot_be_used_is_told(
    ear: type[Transcription | Whisper], options: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingError, match=said):
        ear().start(load_knowledge(demonstration()), options)


def test_without_its_model_the_town_serves_on(tmp_path: Path) -> None:
    heard, errors = hear(tmp_path, "  whisper:\n    model: models/none\n")
    assert (heard, errors) == (None, 1)


@pytest.mark.extra
@pytest.mark.filterwarnings("ignore")
def test_a_model_in_a_folder_hears_offline(tmp_path: Path) -> None:
    """A tiny random model hears noise; loading, opening a recording and reading it out are real."""
    from tests.llm.tiny_whisper import tiny_whisper, tone  # noqa: PLC0415 - needs the extras

    ear = Whisper()
    model = tiny_whisper(tmp_path / "whisper")
    ear.start(load_knowledge(demonstration()), {"model": str(model), "threads": "1"})
    assert ear.hear(Sound(tone(2.0), "audio/wav", "ja")) is None, "a tone is no speech"
    listen = ear._model.transcribe
    anything = {"vad_filter": False, "max_new_tokens": 20, "temperature": 0}
    anything |= {"log_prob_threshold": None, "no_speech_threshold": None}
    ear._model.transcribe = lambda data, **given: listen(data, **{**given, **anything})
    heard = ear.hear(Sound(tone(2.0), "audio/wav", "ja"))
    assert heard is not None
    assert heard.text
    assert heard.language in ("ja", "en"), "so small a model passes for an English one"
    assert heard.confidence is not None
    assert 0 <= heard.confidence <= 1
