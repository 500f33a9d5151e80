"""OpenTelemetry spans, where the operator has it: one a turn, one an asking of an engine.

With the extra `telemetry` installed and the standard variable OTEL_EXPORTER_OTLP_ENDPOINT set, or
under `opentelemetry-instrument`, spans are made; otherwise this costs nothing. A span holds what
the Trace holds, never a text of the resident.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import sys
from contextlib import AbstractContextManager
from typing import Any

__all__ = ["span"]

log = logging.getLogger(__name__)

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class _NoSpan:
    """Stands in for a span where nobody looks."""

    def set_attribute(self, key: str, value: Any) -> None:
        """Do nothing."""


NOTHING: AbstractContextManager[Any] = contextlib.nullcontext(_NoSpan())


def span(name: str, **attributes: str) -> AbstractContextManager[Any]:
    """Return a span to enter; `set_attribute` adds what is known at its end."""
    tracer = _tracer()
    if tracer is None:
        return NOTHING
    named = {f"concierge.{key}": value for key, value in attributes.items()}
    started: AbstractContextManager[Any] = tracer.start_as_current_span(
        name, attributes=named, record_exception=False
    )
    return started


@functools.cache
def _tracer() -> Any:
    """Return the tracer; None where OpenTelemetry is not installed or not asked for."""
    if not os.environ.get(ENDPOINT) and "opentelemetry.sdk.trace" not in sys.modules:
        return None
    try:
        from opentelemetry import trace  # noqa: PLC0415 - an extra

        if os.environ.get(ENDPOINT) and "opentelemetry.sdk.trace" not in sys.modules:
            _set_up(trace)
    except ImportError:
        log.warning("%s is set, but the extra `telemetry` is not installed", ENDPOINT)
        return None
    return trace.get_tracer("concierge")


def _set_up(trace: Any) -> None:
    """Send spans to the endpoint, in batches."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": "machi-concierge"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
