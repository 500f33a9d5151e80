"""`GET /metrics`: the figures for Prometheus, to whoever shows the operator's token and nobody else."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from concierge.clock import now
from concierge.concierge import Concierge
from concierge.hub import Seat
from concierge.metrics import CONTENT_TYPE, Sample

__all__ = ["metrics_endpoint", "present"]


def metrics_endpoint(
    concierge: Concierge, token: str | None
) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint. Without a token there is nothing there (404)."""

    async def metrics(request: Request) -> Response:
        shown = request.headers.get("authorization", "")
        if token is None:
            return PlainTextResponse("404\n", 404)
        if not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
            return PlainTextResponse("401\n", 401, headers={"WWW-Authenticate": "Bearer"})
        samples = await asyncio.to_thread(lambda: list(present(concierge)))
        text = concierge.state.metrics.exposed(samples)
        return Response(text, media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})

    return metrics


def present(concierge: Concierge) -> Iterator[Sample]:
    """Yield what is so now: problems, and each engine's breaker, switch, places and budget."""
    yield Sample("concierge_problems", "Errors of the folder and engines.", (), concierge.errors)
    for seat in concierge.town.seats:
        label = (("engine", seat.name),)
        off = concierge.state.switches.engine_off(seat.name)
        yield Sample("concierge_engine_off", "Switched off by staff.", label, off)
        yield Sample(
            "concierge_engine_breaker_open", "Resting after failures.", label, seat.breaker.open
        )
        yield Sample("concierge_engine_busy", "Questions it is at work on.", label, seat.busy)
        yield from _budget(seat)


def _budget(seat: Seat) -> Iterator[Sample]:
    if seat.budget is None or not seat.budget.limits.any:
        return
    for period, used in zip(("day", "month"), seat.budget.today(now()), strict=True):
        for unit in ("calls", "tokens", "yen"):
            label = (("engine", seat.name), ("unit", unit), ("period", period))
            yield Sample("concierge_budget_used", "Used so far.", label, getattr(used, unit))
            limit = getattr(seat.budget.limits, f"{unit}_per_{period}")
            if limit is not None:
                yield Sample("concierge_budget_limit", "May be used.", label, limit)
