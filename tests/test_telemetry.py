"""Spans of a turn and of each asking, with names and outcomes and nothing of the resident."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge import telemetry
from tests.towns import Talk, write_town

TEXT = "山田です。090-1234-5678。住民票がほしい"


def test_without_opentelemetry_nothing_is_made() -> None:
    with telemetry.span("concierge.turn", channel="web") as current:
        current.set_attribute("concierge.status", "answered")


@pytest.mark.extra
def test_a_turn_is_a_span_with_its_askings_inside(tmp_path: Path) -> None:
    from opentelemetry import trace  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (  # noqa: PLC0415
        InMemorySpanExporter,
    )

    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    telemetry._tracer.cache_clear()
    try:
        Talk(write_town(tmp_path / "town")).say(TEXT)
    finally:
        telemetry._tracer.cache_clear()
    spans = kept.get_finished_spans()
    (turn,) = [span for span in spans if span.name == "concierge.turn"]
    asked = [span for span in spans if span.name == "concierge.engine"]
    assert turn.attributes["concierge.status"]
    assert {span.attributes["concierge.engine"] for span in asked} >= {"intents", "faq"}
    assert all(span.attributes["concierge.outcome"] for span in asked)
    assert all(span.parent.span_id == turn.context.span_id for span in asked)
    told = " ".join(span.to_json() for span in spans)
    for secret in ("山田", "1234", "住民票"):
        assert secret not in told
