"""A real server of the ecosystem, `transformers serve`, running a tiny random model.

What such a model says is noise, so the town must answer as if it had no model at all; the road to
it (SDK, streaming, deadline, counting) is real.
"""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from concierge.hub.budget import Used
from concierge.hub.state import HubState
from concierge.llm.standin import StandIn
from concierge.message import Status
from tests.llm.llm_town import ask, llm_town
from tests.programs import clean_environment
from tests.test_application import free_port

pytestmark = [pytest.mark.extra, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Yield the server's address and the model's name."""
    from tests.llm.tiny_models import tiny_chat  # noqa: PLC0415 - needs the extras

    model, port = tiny_chat(tmp_path_factory.mktemp("model") / "tiny"), free_port()
    program = Path(sys.executable).with_name("transformers")
    command = [str(program), "serve", "--host", "127.0.0.1", "--port", str(port)]
    log = (tmp_path_factory.mktemp("log") / "log").open("wb")
    env = clean_environment(HF_HUB_OFFLINE="1")
    with log, subprocess.Popen(command, env=env, stdout=log, stderr=log) as process:
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
                    break
                except OSError:
                    assert process.poll() is None, "the server has ended"
                    time.sleep(0.2)
            yield f"http://127.0.0.1:{port}/v1", str(model)
        finally:
            process.kill()


def test_noise_never_reaches_a_resident(served: tuple[str, str], tmp_path: Path) -> None:
    address, model = served
    state = HubState()
    town = llm_town(tmp_path, StandIn(), deadline=60, max_tokens="30", calls_per_day="100")
    path = town / "municipality.yaml"
    text = path.read_text(encoding="utf-8").replace("model: stand-in", f"model: {model}")
    text = text.replace("http://127.0.0.1:0/v1", address)
    path.write_text(text, encoding="utf-8")
    (reply,) = ask(town, ["転出届は郵送でもできますか"], state=state)
    (step,) = [step for step in reply.trace or () if step["engine"] == "llm"]
    assert step["outcome"] == "declined", step
    assert reply.engine != "llm"
    assert reply.status in (Status.SUGGEST, Status.ABSTAIN)
    used = sum(state.ledger._unwritten.values(), Used())
    assert used.calls == 1
    assert used.tokens > 100
