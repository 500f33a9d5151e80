"""Figures for Prometheus: only with the token, well formed, and with nothing of a resident."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from concierge.application import create_application
from concierge.metrics import Metrics, Sample
from concierge.settings import Settings
from tests.towns import MUNICIPALITY, write_town

TOKEN = "a-token-for-tests"  # noqa: S105
LINE = re.compile(
    r'(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? [0-9.e+-]+|)'
)


@asynccontextmanager
async def application(folder: Path, token: str | None) -> AsyncIterator[httpx.AsyncClient]:
    engines = "engines:\n  intents: {}\n  faq:\n    calls_per_day: 100\n"
    town = write_town(folder / "town", municipality=MUNICIPALITY + engines)
    served = create_application(Settings(town, folder / "c.db", metrics_token=token))
    transport = httpx.ASGITransport(served)
    async with (
        served.router.lifespan_context(served),
        httpx.AsyncClient(transport=transport, base_url="http://town") as browser,
    ):
        yield browser


async def figures(folder: Path, token: str | None, shown: str) -> httpx.Response:
    async with application(folder, token) as browser:
        return await browser.get("/metrics", headers={"Authorization": shown})


def test_without_a_token_there_is_nothing(tmp_path: Path) -> None:
    assert asyncio.run(figures(tmp_path, None, "Bearer None")).status_code == 404


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer wrong", TOKEN, f"Basic {TOKEN}"])
def test_a_wrong_token_is_refused(tmp_path: Path, shown: str) -> None:
    answer = asyncio.run(figures(tmp_path, TOKEN, shown))
    assert answer.status_code == 401
    assert "concierge_" not in answer.text


def test_what_happened_is_counted_and_says_nothing_of_anybody(tmp_path: Path) -> None:
    async def talk() -> httpx.Response:
        async with application(tmp_path, TOKEN) as browser:
            for text in ("住民票がほしい", "泉町の山田花子 090-1234-5678", "住民票がほしい"):
                assert (await browser.post("/chat", json={"text": text})).status_code == 200
            shown = {"Authorization": f"Bearer {TOKEN}"}
            return await browser.get("/metrics", headers=shown)

    answer = asyncio.run(talk())
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.split("\n")
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert [line for line in lines if line.startswith("concierge_turns_total{")] == [
        'concierge_turns_total{channel="web",status="abstain"} 1',
        'concierge_turns_total{channel="web",status="answered"} 2',
    ]
    assert [line for line in lines if line.startswith("concierge_engine_asked_total{")] == [
        'concierge_engine_asked_total{engine="faq",outcome="declined"} 2',
        'concierge_engine_asked_total{engine="faq",outcome="proposed"} 2',
        'concierge_engine_asked_total{engine="intents",outcome="declined"} 4',
    ]
    assert 'concierge_engine_seconds_count{engine="faq"} 4' in lines
    assert 'concierge_engine_breaker_open{engine="faq"} 0' in lines
    assert 'concierge_budget_used{engine="faq",unit="calls",period="day"} 4' in lines
    assert 'concierge_budget_limit{engine="faq",unit="calls",period="day"} 100' in lines
    for secret in ("山田", "泉町", "1234", "住民票"):
        assert secret not in answer.text


def test_histograms_add_up() -> None:
    metrics = Metrics()
    for seconds in (0.0005, 0.02, 0.02, 99.0):
        metrics.turn("web", "answered", seconds)
    text = metrics.exposed()
    assert 'concierge_turn_seconds_bucket{channel="web",le="0.001"} 1' in text
    assert 'concierge_turn_seconds_bucket{channel="web",le="0.05"} 3' in text
    assert 'concierge_turn_seconds_bucket{channel="web",le="30"} 3' in text
    assert 'concierge_turn_seconds_bucket{channel="web",le="+Inf"} 4' in text
    assert 'concierge_turn_seconds_sum{channel="web"} 99.040500' in text


def test_labels_are_escaped() -> None:
    sample = Sample("concierge_x", "X.", (("engine", 'a"b\\c\nd'),), 1)
    assert 'concierge_x{engine="a\\"b\\\\c\\nd"} 1' in Metrics().exposed([sample])
