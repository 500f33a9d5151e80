"""Every check passes a sound engine and fails one with the fault it is there for."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from concierge.engine import Candidate, Engine, Question
from concierge.testing import CHECKS, EngineTests, NonconformityError, Subject, check_engine
from concierge.testing.verdict import TRIES, run_check
from engines.faq import Faq
from engines.intents import Intents
from tests.testing.bad_engines import PLANTED, Sound, SoundCoroutine, SoundStream


@pytest.mark.parametrize("engine", [Sound, SoundStream, SoundCoroutine, Faq, Intents])
def test_a_sound_engine_passes_every_check(engine: type[Engine]) -> None:
    findings = check_engine(Subject(engine))
    assert [finding.message for finding in findings if not finding.passed] == []
    assert [finding.check for finding in findings] == list(CHECKS)


@pytest.mark.parametrize(
    ("check", "engine", "said"), PLANTED, ids=[f"{c}-{e.__name__}" for c, e, _ in PLANTED]
)
def test_a_planted_fault_is_found(check: str, engine: type[Engine], said: str) -> None:
    with pytest.raises(NonconformityError, match=said):
        run_check(check, Subject(engine, deadline=0.4))


@pytest.mark.parametrize(("slow", "passes"), [(1, True), (1000, False)])
def test_slowness_counts_once_it_is_seen_again_and_again(slow: int, passes: bool) -> None:
    left = [slow]

    class SlowAtFirst(Sound):
        def ask(self, question: Question) -> Iterable[Candidate]:
            if left[0] > 0:
                left[0] -= 1
                time.sleep(2.5)
            return super().ask(question)

    subject = Subject(SlowAtFirst, deadline=2)
    if passes:
        run_check("deadline", subject)
        assert left == [0]
    else:
        with pytest.raises(NonconformityError, match="秒"):
            run_check("deadline", subject)
        assert left == [slow - TRIES]


IMPORTS = {
    "busy": ("sum(i * i for i in range(80_000_000))", "秒"),
    "big": ("HELD = b'x' * 200_000_000", "MB"),
    "talks": ("print('hello')", "表示"),
    "threads": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(30,), daemon=True).start()",
        "スレッド",
    ),
    "network": (
        "import contextlib, socket\nwith contextlib.suppress(OSError):\n"
        "    socket.create_connection(('127.0.0.1', 9), 0.1)",
        "外に",
    ),
    "breaks": (
        "import os\nif os.environ.get('PLANTED') != 'first': raise RuntimeError('no')",
        "no",
    ),
}


@pytest.mark.parametrize("fault", IMPORTS)
def test_a_costly_or_busy_import_is_found(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, said = IMPORTS[fault]
    name = f"planted_import_{fault}"
    sound = "from tests.testing.bad_engines import Sound\n\nclass Planted(Sound):\n    pass\n"
    (tmp_path / f"{name}.py").write_text(f"{source}\n\n{sound}", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PLANTED", "first")
    planted = importlib.import_module(name).Planted
    monkeypatch.delenv("PLANTED")
    try:
        with pytest.raises(NonconformityError, match=said):
            run_check("import", Subject(planted))
    finally:
        sys.modules.pop(name)


class TestInherited(EngineTests):
    """The class that third parties inherit, inherited."""

    engine = Sound


def test_every_check_is_a_test_of_the_class() -> None:
    tests = {name for name in dir(EngineTests) if name.startswith("test_")}
    assert tests == {f"test_{name}" for name in CHECKS}


def test_a_check_that_cannot_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading  # noqa: PLC0415

    let_go = threading.Event()
    monkeypatch.setattr("concierge.testing.verdict.LONGEST", 0.1)
    monkeypatch.setitem(CHECKS, "empty", lambda subject: let_go.wait(20) and None)
    try:
        with pytest.raises(NonconformityError, match="終わりません"):
            run_check("empty", Subject(Sound))
    finally:
        let_go.set()
