"""Sending: every way a call can end, and that LINE sees one answer, or none where none is certain."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from concierge.channels.line import calls as calls_module
from concierge.channels.line import delivery
from concierge.channels.line.calls import LineCalls
from concierge.channels.line.delivery import Courier, Delivered, Note, retry_key
from concierge.channels.line.settings import LineSettings
from concierge.channels.line.standin import Fault, Kind, StandIn, serving
from concierge.storage.inbox import Statement, booted
from concierge.storage.inbox_work import State, Work

SENT = Delivered(sent=True)
HELLO: list[dict[str, Any]] = [{"type": "text", "text": "窓口で取れます。"}]
REPLY, PUSH = "replyMessage", "pushMessage"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a little where in earnest one waits longer."""
    monkeypatch.setattr(delivery, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(delivery, "LONGEST_WAIT", 0.1)
    timeout = calls_module.aiohttp.ClientTimeout(total=0.4, connect=0.3)
    monkeypatch.setattr(calls_module, "TIMEOUT", timeout)


class Case:
    """One event that waits to be answered, and what became of it."""

    def __init__(self, standin: StandIn, *, push: bool, life: float = 60.0) -> None:
        self.standin, self.push = standin, push
        self.event = standin.events.text(standin.resident("花子"), "住民票がほしい")
        standin.events.tokens[self.event["replyToken"]].good_until = standin.now() + life
        self.noted: list[Statement] = []

    async def note(self, statements: list[Statement]) -> None:
        self.noted += statements

    def ways(self) -> list[str]:
        return [values[1] for _, values in self.noted]

    def work(self, **more: Any) -> Work:
        now = time.time()
        known: dict[str, Any] = {
            "seq": 1,
            "event_id": self.event["webhookEventId"],
            "lane": "lane",
            "occurred": int(now * 1000),
            "first": now,
            "received": now,
            "booted": booted(),
            "kind": "message.text",
            "state": State.ANSWERED,
            "attempts": 1,
            "way": "reply",
            "reason": None,
            "event": self.event,
            "outbox": HELLO,
        }
        return Work(**{**known, **more})

    @property
    def seen(self) -> list[str]:
        """How each answer came that the resident saw."""
        return [each.how for each in self.standin.sent]


def deliver(
    *faults: Fault | None,
    push: bool = False,
    push_faults: tuple[Fault | None, ...] = (),
    life: float = 60.0,
    standin: StandIn | None = None,
    courier: Callable[..., Courier] = Courier,
    fresh: bool = True,
    **work: Any,
) -> tuple[Delivered, Case]:
    """Deliver one answer to a stand-in that fails in this way."""
    standin = standin or StandIn()
    standin.faults.script(REPLY, *faults)
    standin.faults.script(PUSH, *push_faults)
    case = Case(standin, push=push, life=life)

    async def run() -> Delivered:
        async with serving(standin) as url:
            line = LineSettings(("s",), access_token=standin.token, api_base=url)
            async with LineCalls(line) as calls:
                made = courier(calls, lambda: push)
                return await made.deliver(case.work(**work), fresh=fresh, note=case.note)

    return asyncio.run(run()), case


LATE = {"received": time.time() - 3600, "booted": booted() - 3600}
DIED = {"received": time.time() - 300, "booted": booted() - 300}


@pytest.mark.parametrize(
    "faults",
    [
        (),
        (Kind.RATE,),
        (Kind.RATE, Kind.RATE, Kind.RATE),
        (Kind.ERROR_BEFORE,),
        (Kind.ERROR_AFTER,),
        (Kind.CUT_BEFORE,),
        (Kind.CUT_AFTER,),
        (Kind.CUT_HALFWAY,),
        (Kind.SLOW,),
        (Kind.SLOW_BEFORE,),
        (Kind.DRIP,),
        (Kind.RATE, Kind.ERROR_BEFORE, Kind.CUT_BEFORE, Kind.RATE),
        (Kind.ERROR_AFTER, Kind.RATE, Kind.CUT_BEFORE, Kind.ERROR_BEFORE),
    ],
    ids=lambda faults: "+".join(faults) or "none",
)
@pytest.mark.parametrize("push", [False, True])
def test_one_reply_whatever_goes_wrong(faults: tuple[Kind, ...], push: bool) -> None:
    ended, case = deliver(*(Fault(kind, 0.8) for kind in faults), push=push)
    assert ended == SENT
    assert case.seen == ["reply"]


@pytest.mark.parametrize("fresh", [True, False])
def test_an_answer_found_after_a_crash_is_replied_once(fresh: bool) -> None:
    ended, case = deliver(fresh=fresh)
    assert (ended, case.seen) == (SENT, ["reply"])
    again, _ = deliver(None, standin=case.standin, event=case.event, fresh=False)
    assert again == SENT
    assert case.seen == ["reply"]


def test_a_token_that_died_unused_is_followed_by_a_push_where_allowed() -> None:
    ended, case = deliver(push=True, life=0.0)
    assert (ended, case.seen) == (SENT, ["push"])
    assert case.standin.sent[0].retry_key == retry_key(case.event["webhookEventId"])
    assert case.ways()[-1] == "push"
    ended, case = deliver(push=False, life=0.0)
    assert (ended, case.seen) == (Delivered(dead="undelivered"), [])


def test_what_comes_too_late_to_reply_is_pushed_at_once() -> None:
    ended, case = deliver(push=True, way="", fresh=False, **DIED)
    assert (ended, case.seen) == (SENT, ["push"])
    assert case.standin.calls[REPLY] == 0


def test_without_push_a_late_reply_is_tried_all_the_same() -> None:
    ended, case = deliver(way="", fresh=False, **DIED)
    assert (ended, case.seen) == (SENT, ["reply"])
    ended, case = deliver(way="", fresh=False, **LATE)
    assert (ended, case.seen) == (Delivered(dead="undelivered"), [])


class PushesAfterUnknown(Courier):
    """The planted fault: a reply whose outcome is unknown is followed by a push."""

    async def deliver(self, work: Work, *, fresh: bool, note: Note) -> Delivered:
        ended = await super().deliver(work, fresh=fresh, note=note)
        if ended.dead == "unknown":
            return await self._by_push(work, note)
        return ended


def outage_after_acting(courier: Callable[..., Courier]) -> tuple[Delivered, Case]:
    """LINE takes the reply, answers 500, and is then out until the token is dead."""
    standin = StandIn()
    standin.faults.chance(REPLY, Fault(Kind.ERROR_BEFORE), 1.0)
    return deliver(Fault(Kind.ERROR_AFTER), push=True, standin=standin, courier=courier)


def test_an_unknown_outcome_is_never_followed_by_a_push(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TOKEN_LIVES", 0.5)
    ended, case = outage_after_acting(Courier)
    assert ended == Delivered(dead="unknown")
    assert case.seen == ["reply"]
    _, planted = outage_after_acting(PushesAfterUnknown)
    assert planted.seen == ["reply", "push"], "the check would not see a second answer"


def test_unknown_after_a_crash_and_the_token_is_dead() -> None:
    ended, case = deliver(push=True, fresh=False, **DIED)
    assert (ended, case.seen) == (Delivered(dead="unknown"), [])
    assert case.standin.calls[REPLY] == case.standin.calls[PUSH] == 0


def test_a_clock_that_jumps_never_makes_a_dead_token_live() -> None:
    tomorrow = {"received": time.time() + 86_400, "booted": booted() - 300}
    ended, _ = deliver(push=True, fresh=False, **tomorrow)
    assert ended == Delivered(dead="unknown")
    yesterday = {"received": time.time() - 86_400}
    ended, case = deliver(push=True, way="", fresh=False, **yesterday)
    assert (ended, case.seen) == (SENT, ["push"])


@pytest.mark.parametrize("kind", [Kind.ERROR_AFTER, Kind.CUT_AFTER, Kind.SLOW, Kind.ERROR_BEFORE])
def test_a_push_is_taken_once_however_often_it_is_sent(kind: Kind) -> None:
    fault = Fault(kind, 0.8)
    ended, case = deliver(push=True, life=0.0, push_faults=(fault, fault))
    assert (ended, case.seen) == (SENT, ["push"])
    assert case.standin.calls[PUSH] >= 2


def test_a_push_begun_before_a_crash_is_never_replied() -> None:
    ended, case = deliver(push=True, way="push", fresh=False)
    assert (ended, case.seen) == (SENT, ["push"])


def test_nothing_is_pushed_where_no_quota_is_left() -> None:
    ended, case = deliver(push=True, life=0.0, standin=StandIn(quota=0))
    assert (ended, case.seen) == (Delivered(dead="quota"), [])
    ended, case = deliver(push=True, life=0.0, standin=StandIn(quota=1))
    assert (ended, case.seen) == (SENT, ["push"])


def test_a_quota_that_line_does_not_tell_now_is_waited_for() -> None:
    standin = StandIn(quota=5)
    standin.faults.script("getMessageQuota", Fault(Kind.ERROR_BEFORE), Fault(Kind.CUT_BEFORE))
    standin.faults.script("getMessageQuotaConsumption", Fault(Kind.RATE))
    ended, case = deliver(push=True, life=0.0, standin=standin)
    assert (ended, case.seen) == (SENT, ["push"])


def test_what_line_refuses_is_said_plainly() -> None:
    wrong = [{"type": "text", "text": "だめ", "quickReply": {"items": []}}, {"type": "sticker"}]
    ended, case = deliver(outbox=wrong)
    assert ended == SENT
    assert [dict(m) for m in case.standin.sent[0].messages] == [{"type": "text", "text": "だめ"}]
    ended, case = deliver(outbox=wrong, push=True, life=0.0)
    assert (ended, case.seen) == (SENT, ["push"])


def test_nobody_listening_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TOKEN_LIVES", 0.6)

    async def run() -> tuple[Delivered, Case]:
        standin = StandIn()
        case = Case(standin, push=False)
        async with serving(standin) as url:
            pass
        line = LineSettings(("s",), access_token=standin.token, api_base=url)
        async with LineCalls(line) as calls:
            courier = Courier(calls, lambda: False)
            return await courier.deliver(case.work(), fresh=True, note=case.note), case

    ended, case = asyncio.run(asyncio.wait_for(run(), 30))
    assert ended == Delivered(dead="undelivered")
    assert case.ways()[-1] == "", "not tried, as far as LINE is concerned"
