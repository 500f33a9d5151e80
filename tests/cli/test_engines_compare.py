"""`concierge engines compare`: wins and losses over golden questions, agreement as served."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from concierge.hub.shadow import Shadowed, ShadowLog
from concierge.storage import soundings
from concierge.storage.database import bring_up_to_date, open_database
from tests.cli.run import run
from tests.programs import write_engine
from tests.towns import MUNICIPALITY, write_town

FAQ = """\
- id: juminhyo
  question: 住民票の写しはどこで取れますか
  answer: 町民課の窓口で取れます。
  golden: [住民票の写しはどこで取れますか, すみひょうがいる]
  updated: 2026-04-01
- id: dog
  question: 犬の登録はどうすればよいですか
  answer: 環境課へ届け出てください。
  golden: [犬の登録はどうすればよいですか, わんこ]
  updated: 2026-04-01
"""
ORACLE = """
from concierge.engine import Candidate, Engine, Layer
from concierge.message import Source

class Oracle(Engine):
    name = "oracle"
    layers = (Layer.RETRIEVAL,)
    def ask(self, question):
        known = {"すみひょうがいる": "juminhyo", "わんこ": "juminhyo"}
        found = known.get(question.text)
        if not found:
            return []
        return [Candidate("はい。", 0.95, answer_id=found, sources=(Source(title="占い"),))]

engine = Oracle
"""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(write_engine(tmp_path / "site", "oracle", ORACLE)))
    monkeypatch.setenv("CONCIERGE_DATABASE", f"sqlite:///{tmp_path}/c.db")
    engines = "engines:\n  faq: {}\n  oracle:\n    shadow: yes\n"
    return write_town(tmp_path / "town", municipality=MUNICIPALITY + engines, faq=FAQ)


def test_wins_and_losses_over_golden_questions(town: Path) -> None:
    done = run("engines", "compare", "--knowledge", str(town), "--json")
    (found,) = json.loads(done.stdout)
    assert done.code == 0
    assert found["shadow"] == "oracle"
    assert (found["golden"], found["hub_right"]) == (4, 2)
    assert (found["right"], found["wrong"], found["wins"], found["losses"]) == (1, 1, 1, 2)
    assert (found["served"], found["agreement"]) == (0, None)


def test_agreement_as_it_was_served(town: Path, tmp_path: Path) -> None:
    log = ShadowLog(tmp_path / "c.db")
    for verdict in ("same", "same", "same", "different", "only-shadow", "neither", "failed"):
        log.add(Shadowed("2026-11-20", "ja", "oracle", "faq", verdict, "a", "b", 0.9, 12.0))
    log.close()
    done = run("engines", "compare", "--knowledge", str(town), "--json")
    (found,) = json.loads(done.stdout)
    assert (found["served"], found["agreement"], found["median_milliseconds"]) == (7, 0.75, 12.0)
    told = run("engines", "compare", "--knowledge", str(town)).stdout
    assert "一致 75.0%" in told
    assert "勝ち 1、負け 2" in told


def test_what_residents_judged_is_asked_again(town: Path, tmp_path: Path) -> None:
    turns = [
        ("すみひょうがいる", "dog", "wrong"),  # it would answer otherwise
        ("わんこ", "juminhyo", "unsolved"),  # it would answer the same
        ("すみひょうがいる", "juminhyo", "helpful"),  # the same
        ("犬の登録はどうすればよいですか", "dog", "solved"),  # it would not answer
        ("わんこ", "dog", "person"),
        (None, "dog", "wrong"),
        ("わんこ", None, "wrong"),
    ]
    with contextlib.closing(open_database(tmp_path / "c.db")) as connection, connection:
        bring_up_to_date(connection, soundings.migrations)
        connection.executemany(
            "INSERT INTO sounding_turns (day, hour, period, resident, publish, channel, language, "
            "topic, outcome, text, answer_id, feedback) "
            "VALUES ('2026-11-20', 9, 1, 'r', 0, 'web', 'ja', 'faq', 'answered', ?, ?, ?)",
            turns,
        )
    done = run("engines", "compare", "--knowledge", str(town), "--json")
    (found,) = json.loads(done.stdout)
    assert (found["judged"], found["feedback_wins"], found["feedback_losses"]) == (4, 1, 1)
    told = run("engines", "compare", "--knowledge", str(town)).stdout
    assert "住民の評価がある答え 4件" in told
    assert "わんこ" not in told


def test_without_a_shadow_it_says_how_to_have_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCIERGE_DATABASE", f"sqlite:///{tmp_path}/c.db")
    done = run("engines", "compare", "--knowledge", str(write_town(tmp_path / "town")))
    assert done.code == 0
    assert "shadow: yes" in done.stderr
    assert not (tmp_path / "c.db").exists()
