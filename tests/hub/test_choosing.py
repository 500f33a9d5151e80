"""What staff can prefer: layers, languages, intents; and shadows, which only watch."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.engine import Layer, Question
from concierge.hub import Hub, Seat
from concierge.hub.settings import HUB_KEYS
from concierge.hub.shadow import ShadowLog
from concierge.hub.state import HubState
from concierge.problem import SettingError
from tests.hub.table import Acting, choose, choosing, in_language, outcome, saying


@pytest.fixture(autouse=True)
def _shadows_do_not_dawdle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concierge.hub.deciding.SHADOW_AFTER", 0.01)


def test_staff_choose_among_an_engines_layers() -> None:
    both = (Layer.RULES, Layer.RETRIEVAL)
    late = saying("late", score=0.99, layers=both)
    seats = [Seat(late, choosing(layers="retrieval")), Seat(saying("now"), choosing())]
    decision, _ = choose(Hub(seats))
    assert decision.engine == "now"
    assert late.calls == 0


@pytest.mark.parametrize(
    ("asked_in", "language", "engine"),
    [
        ("en zh", "en", "abroad"),
        ("en zh", "zh-Hans", "abroad"),
        ("en zh", "ja", "home"),
        ("ja", "ja-easy", "home"),
        ("ja-easy", "ja-easy", "abroad"),
    ],
)
def test_an_engine_for_some_languages(asked_in: str, language: str, engine: str) -> None:
    abroad = Seat(saying("abroad", score=0.99), choosing(languages=asked_in))
    decision, steps = choose(Hub([Seat(saying("home"), choosing()), abroad]), in_language(language))
    assert decision.engine == engine
    if engine == "home":
        assert outcome(steps, "abroad") == ("skipped", f"not asked in {language}")


def test_a_preferred_engine_goes_first_where_it_is_sure() -> None:
    usual = Seat(saying("usual", score=0.99, intent="waste_item"), choosing())

    def with_score(score: float, **more: str) -> str | None:
        special = Seat(saying("special", score=score, intent="waste_item"), choosing(**more))
        return choose(Hub([usual, special]))[0].engine

    assert with_score(0.85, prefer_intents="waste_item") == "special"
    assert with_score(0.85, prefer_languages="ja") == "special"
    assert with_score(0.85, prefer_intents="waste_day", prefer_languages="en") == "usual"
    assert with_score(0.7, prefer_intents="waste_item") == "usual", "not sure is not first"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"layers": "rules oracle"}, "oracle"),
        ({"languages": "日本語"}, "日本語"),
        ({"shadow": "たぶん"}, "yes か no"),
        ({"calls_per_day": "たくさん"}, "数"),
        ({"concurrency": "0"}, "1 から 100"),
        ({"rest": "-1"}, "0.1 から"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told(setting: dict[str, str], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        choosing(**setting)


def test_every_setting_of_the_hub_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "engines.md").read_text(encoding="utf-8")
    assert {key for key in HUB_KEYS if f"`{key}`" not in page} == set()


def test_a_shadow_never_answers_and_is_noted(tmp_path: Path) -> None:
    file = tmp_path / "concierge.db"
    state = HubState.in_database(file, shadows=True)
    shadow = saying("shadow", "答えはこれ", score=0.95, layers=(Layer.RETRIEVAL,), answer_id="b")
    front = saying("front", "答えはあれ", answer_id="a")
    hub = Hub([Seat(front, choosing()), Seat(shadow, choosing(shadow="yes"))], state)
    decision, steps = choose(hub)
    assert decision.engine == "front"
    assert [step.engine for step in steps if step.engine] == ["front"]
    front.act = lambda _: []
    choose(hub)
    shadow.act = lambda _: []
    choose(hub)
    state.close()
    rows = ShadowLog(file).rows()
    assert [row.verdict for row in rows] == ["different", "only-shadow", "neither"]
    assert (rows[0].shadow_answer, rows[0].answer, rows[0].engine) == ("b", "a", "front")
    kept = file.read_bytes()
    assert "ごみはいつ".encode() not in kept
    assert "答えはこれ".encode() not in kept


def test_a_shadow_that_fails_costs_nothing_and_is_noted() -> None:
    def fails(question: Question) -> list[object]:
        raise RuntimeError

    shadow = Seat(Acting("shadow", fails), choosing(shadow="yes"))  # type: ignore[arg-type]
    hub = Hub([Seat(saying("front"), choosing()), shadow])
    assert choose(hub)[0].engine == "front"
    assert [row.verdict for row in hub.state.shadows.rows()] == ["failed"]


def test_the_same_answer_is_agreement() -> None:
    shadow = Seat(saying("shadow", "同じ"), choosing(shadow="yes"))
    hub = Hub([Seat(saying("front", "同じ"), choosing()), shadow])
    choose(hub)
    assert [row.verdict for row in hub.state.shadows.rows()] == ["same"]
