"""Engines of others: found by entry point, chosen in municipality.yaml, left out where they break."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.programs import clean_environment, concierge, write_engine
from tests.towns import MUNICIPALITY, write_town

WEATHER = """
from concierge.engine import Candidate, Engine, Layer
from concierge.message import Source

class Weather(Engine):
    name = "weather"
    layers = (Layer.RULES,)
    def start(self, knowledge, options):
        self.url = options.get("url")
    def ask(self, question):
        if "天気" in question.text:
            source = Source(title="気象庁", url=self.url)
            return [Candidate(text="天気は気象庁へ。", score=0.95, sources=(source,))]
        return []

engine = Weather
"""
BROKEN = {
    "import": "raise RuntimeError('no')",
    "exit": "import sys\nsys.exit(3)",
    "no-engine": "engine = 42",
    "start": WEATHER + "\nclass Broken(Weather):\n    name = 'broken'\n"
    "    def start(self, knowledge, options):\n        raise RuntimeError('no')\nengine = Broken\n",
    "ask": WEATHER + "\nclass Broken(Weather):\n    name = 'broken'\n"
    "    def ask(self, question):\n        raise RuntimeError('no')\nengine = Broken\n",
    "close": WEATHER + "\nclass Broken(Weather):\n    name = 'broken'\n"
    "    def close(self):\n        raise RuntimeError('no')\nengine = Broken\n",
    "stuck": "import time\n" + WEATHER + "\nclass Broken(Weather):\n    name = 'broken'\n"
    "    def ask(self, question):\n        time.sleep(600)\nengine = Broken\n",
}


def town_with(folder: Path, engines: str) -> Path:
    return write_town(folder / "town", municipality=MUNICIPALITY + f"engines:\n{engines}")


def ask(town: Path, site: Path, text: str) -> dict[str, object]:
    done = concierge(
        "ask", text, "--json", "--knowledge", str(town), env=clean_environment(PYTHONPATH=str(site))
    )
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def listed(town: Path, site: Path) -> dict[str, dict[str, object]]:
    """Return what `engines list` says of each engine; of two of one name, the enabled one."""
    done = concierge(
        "engines", "list", "--json", "--knowledge", str(town),
        env=clean_environment(PYTHONPATH=str(site)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    states = sorted(json.loads(done.stdout), key=lambda state: state["enabled"])
    return {state["name"]: state for state in states}


def test_an_engine_of_another_package_answers_once_it_is_named(tmp_path: Path) -> None:
    site = write_engine(tmp_path / "site", "weather", WEATHER)
    named = town_with(
        tmp_path, "  intents: {}\n  faq: {}\n  weather:\n    url: https://www.jma.go.jp/\n"
    )
    answer = ask(named, site, "あしたの天気は")
    assert answer["engine"] == "weather"
    assert answer["sources"][0]["url"] == "https://www.jma.go.jp/"  # type: ignore[index]
    assert listed(named, site)["weather"]["working"] is True
    unnamed = town_with(tmp_path / "other", "  - intents\n  - faq\n")
    assert ask(unnamed, site, "あしたの天気は")["status"] == "abstain"
    assert listed(unnamed, site)["weather"]["enabled"] is False


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_engine_costs_only_itself(tmp_path: Path, fault: str) -> None:
    site = write_engine(tmp_path / "site", "broken", BROKEN[fault])
    settings = "  broken:\n    deadline: 0.3\n  intents: {}\n  faq: {}\n"
    town = town_with(tmp_path, settings)
    assert ask(town, site, "住民票がほしい")["answer_id"] == "juminhyo"
    state = listed(town, site)["broken"]
    assert state["enabled"] is True
    assert state["working"] is (fault in ("ask", "close", "stuck"))
    assert bool(state["reason"]) is not state["working"]


def test_a_name_that_is_taken_stays_with_the_built_in_engine(tmp_path: Path) -> None:
    thief = WEATHER.replace('"weather"', '"faq"')
    site = write_engine(tmp_path / "site", "faq", thief)
    town = town_with(tmp_path, "  intents: {}\n  faq: {}\n")
    assert ask(town, site, "住民票がほしい")["answer_id"] == "juminhyo"
    assert listed(town, site)["faq"]["origin"] == "engines/faq.py"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("answer: 高い", "数で書いてください"),
        ("answer: 3", "0 から 1"),
        ("calibration: 0.5", "得点"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_and_the_rest_serves(
    tmp_path: Path, setting: str, said: str
) -> None:
    town = town_with(tmp_path, f"  intents: {{}}\n  faq:\n    {setting}\n")
    state = listed(town, tmp_path)["faq"]
    assert state["working"] is False
    assert said in str(state["reason"])
    assert ask(town, tmp_path, "柳沢の燃えるごみいつ")["intent"] == "waste_day"


def test_an_engine_that_is_not_installed_is_told(tmp_path: Path) -> None:
    town = town_with(tmp_path, "  intents: {}\n  faq: {}\n  oracle: {}\n")
    state = listed(town, tmp_path)["oracle"]
    assert state["working"] is False
    assert "インストール" in str(state["reason"])
    assert ask(town, tmp_path, "住民票がほしい")["answer_id"] == "juminhyo"
