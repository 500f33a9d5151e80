"""The whole road, as an operator runs it: one command, a delivery in, an answer out."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.channels.line.deliveries import SECRET, delivery, rows, sign, text
from tests.channels.line.platform import Platform
from tests.test_application import Served, serve
from tests.towns import write_town

PRIVATE = "ひみつの住民票のことば"


def deliver(served: Served, body: bytes, signature: str | None = None) -> int:
    request = urllib.request.Request(
        served.address + "/line/webhook",
        data=body,
        headers={"X-Line-Signature": sign(body) if signature is None else signature},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            status: int = response.status
            return status
    except urllib.error.HTTPError as error:
        return error.code


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as platform:
        yield platform


def line(platform: Platform) -> dict[str, str]:
    return {
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ID": "1234567890",
        "LINE_API_BASE": platform.address,
        "LINE_DATA_API_BASE": platform.address,
    }


def answering(served: Served) -> int:
    """Return the process id of the answering process."""
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
    for child in children.read_text().split():
        if b"answering" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    return 0


def test_one_command_accepts_and_answers(tmp_path: Path, platform: Platform) -> None:
    town = write_town(tmp_path / "town")
    with serve(town, **line(platform)) as served:
        assert json.loads(served.get("/readyz")[1])["line"] == {"status": "on", "missing": []}
        assert deliver(served, delivery(text("犬を飼いはじめた"), text(PRIVATE))) == 200
        assert deliver(served, delivery(text("x")), "forged") == 401
        until(lambda: len(platform.sent) == 2)
        assert "環境課へ届け出て" in platform.texts()[0]
        until(lambda: all(state == 2 for _, state, _, _ in rows(tmp_path / "var/concierge.db")))
        assert os.getpriority(os.PRIO_PROCESS, answering(served)) > 0
        child = answering(served)
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(15) in (0, -signal.SIGTERM)
        assert not Path(f"/proc/{child}").exists()
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert PRIVATE not in log
    assert "U1" not in log
    token = {path for path, _, _ in platform.calls if path.endswith("/token")}
    assert token == {"/oauth2/v3/token"}


def test_the_answering_process_is_started_again(tmp_path: Path, platform: Platform) -> None:
    town = write_town(tmp_path / "town")
    with serve(town, **line(platform)) as served:
        until(lambda: answering(served))
        os.kill(answering(served), signal.SIGKILL)
        assert deliver(served, delivery(text("犬を飼いはじめた"))) == 200
        until(lambda: platform.sent)
        assert "環境課へ届け出て" in platform.texts()[0]


def test_without_a_secret_the_route_is_closed(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    with serve(town, LINE_CHANNEL_SECRET="") as served:
        body = delivery(text("x"))
        assert deliver(served, body, sign(body, "")) == 503
        told = json.loads(served.get("/readyz")[1])["line"]
        assert told["status"] == "off"
        assert "LINE_CHANNEL_SECRET" in told["missing"][0]
        assert served.get("/healthz")[0] == 200
