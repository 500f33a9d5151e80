"""When many ask an engine at once, each waits its turn; behind a stuck one nobody waits."""

from __future__ import annotations

import asyncio
import threading

import pytest

from concierge.engine import Candidate, Question
from concierge.hub import Hub, Seat
from concierge.hub.bulkhead import Bulkhead, BusyError, Place
from concierge.trace import Trace
from tests.hub.table import SOURCE, Acting, choosing, question

PATIENT = 300.0


async def until(bulkhead: Bulkhead, waiting: int) -> None:
    for _ in range(10_000):
        if bulkhead.waiting == waiting:
            return
        await asyncio.sleep(0.001)
    raise AssertionError("they do not come")


def test_all_of_a_crowd_are_answered_by_an_engine_with_few_places() -> None:
    at_work, most = [0], [0]
    lock = threading.Lock()

    def slowly(question: Question) -> list[Candidate]:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        threading.Event().wait(0.005)
        with lock:
            at_work[0] -= 1
        return [Candidate("答え", 1.0, sources=SOURCE)]

    seat = Seat(Acting("slow", slowly), choosing(concurrency="2", deadline="60"))
    hub = Hub([seat])

    async def crowd() -> list[str | None]:
        decisions = await asyncio.gather(*(hub.choose(question(), Trace()) for _ in range(100)))
        return [decision.engine for decision in decisions]

    assert asyncio.run(crowd()) == ["slow"] * 100
    assert most == [2]
    assert seat.busy == 0


def test_places_go_in_the_order_of_coming() -> None:
    async def line() -> list[int]:
        bulkhead = Bulkhead(1, PATIENT)
        first = await bulkhead.enter()
        order: list[int] = []

        async def come(number: int) -> None:
            place = await bulkhead.enter()
            order.append(number)
            place.leave()
            place.leave()

        coming = []
        for number in range(5):
            coming.append(asyncio.create_task(come(number)))
            await until(bulkhead, number + 1)
        first.leave()
        await asyncio.gather(*coming)
        assert bulkhead.taken == 0
        return order

    assert asyncio.run(line()) == [0, 1, 2, 3, 4]


def test_nobody_waits_longer_than_the_patience() -> None:
    async def wait() -> Bulkhead:
        bulkhead = Bulkhead(1, 0.01)
        await bulkhead.enter()
        with pytest.raises(BusyError):
            await bulkhead.enter()
        assert bulkhead.waiting == 0
        return bulkhead

    assert asyncio.run(wait()).taken == 1


def test_nobody_waits_behind_work_that_was_given_up() -> None:
    async def give_up() -> None:
        bulkhead = Bulkhead(2, PATIENT)
        places = [await bulkhead.enter(), await bulkhead.enter()]
        waiting = asyncio.create_task(bulkhead.enter())
        await until(bulkhead, 1)
        places[0].abandon()
        places[0].abandon()
        await asyncio.sleep(0)
        assert not waiting.done()
        places[1].abandon()
        with pytest.raises(BusyError):
            await waiting
        with pytest.raises(BusyError):
            await bulkhead.enter()
        places[0].leave()
        (await bulkhead.enter()).leave()
        places[1].leave()
        assert bulkhead.taken == 0

    asyncio.run(give_up())


@pytest.mark.parametrize("handed_over", [False, True])
def test_one_who_goes_away_leaves_no_place_taken(handed_over: bool) -> None:
    async def go() -> None:
        bulkhead = Bulkhead(1, PATIENT)
        held = await bulkhead.enter()
        waiting = asyncio.create_task(bulkhead.enter())
        await until(bulkhead, 1)
        if handed_over:
            held.leave()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        held.leave()
        assert bulkhead.taken == 0
        (await bulkhead.enter()).leave()

    asyncio.run(go())


def test_a_loop_that_has_closed_takes_no_place_with_it() -> None:
    bulkhead = Bulkhead(1, PATIENT)
    place: list[Place] = []

    async def take_and_wait() -> None:
        place.append(await bulkhead.enter())
        task = asyncio.create_task(bulkhead.enter())
        await until(bulkhead, 1)
        del task

    asyncio.run(take_and_wait())
    place[0].leave()
    assert bulkhead.taken == 0


def test_threads_and_loops_share_the_places() -> None:
    bulkhead = Bulkhead(3, PATIENT)

    async def many() -> None:
        async def once() -> None:
            place = await bulkhead.enter()
            assert 0 < bulkhead.taken <= 3
            threading.Thread(target=place.leave).start()

        await asyncio.gather(*(once() for _ in range(50)))

    threads = [threading.Thread(target=lambda: asyncio.run(many())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(3000):
        if bulkhead.taken == 0:
            break
        threading.Event().wait(0.01)
    assert bulkhead.taken == 0
