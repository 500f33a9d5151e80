"""Threads that are used again: a stuck one is replaced, none is shared."""

from __future__ import annotations

import threading

from concierge.hub.crew import MOST_IDLE, Crew


def test_work_goes_on_beside_a_stuck_thread_and_threads_are_used_again() -> None:
    crew, stuck, seen = Crew(), threading.Event(), list[int]()
    crew.run(lambda: stuck.wait(60) and None, "engine-stuck")
    for _ in range(50):
        done = threading.Event()

        def work(done: threading.Event = done) -> None:
            seen.append(threading.get_ident())
            done.set()

        crew.run(work, "engine-quick")
        assert done.wait(60)
    stuck.set()
    assert len(seen) == 50
    assert len(set(seen)) < 50


def test_many_at_once_each_have_a_thread_and_few_are_kept() -> None:
    crew, go, running = Crew(), threading.Event(), threading.Semaphore(0)

    def work() -> None:
        running.release()
        go.wait(60)

    for _ in range(3 * MOST_IDLE):
        crew.run(work, "engine-many")
    for _ in range(3 * MOST_IDLE):
        assert running.acquire(timeout=60)
    go.set()
    for thread in threading.enumerate():
        if thread.name == "engine-many":
            thread.join(0.2)
    assert len(crew._idle) <= MOST_IDLE
