"""The application as it is served: health, chat, edits while serving, a quiet log, a clean end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import PROGRAM, clean_environment, write_engine
from tests.towns import FAQ, MUNICIPALITY, write_town

TYPED = "ひみつの住民票のことば"


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


class Served:
    """A running server of one town."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.process = process

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def say(self, text: str) -> dict[str, object]:
        request = urllib.request.Request(
            self.address + "/chat",
            data=json.dumps({"text": text}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            last = response.read().decode().splitlines()[-1]
        reply: dict[str, object] = json.loads(last)["reply"]
        return reply


@contextmanager
def serve(town: Path, **more: str) -> Iterator[Served]:
    port = free_port()
    env = clean_environment(CONCIERGE_DATABASE=f"sqlite:///{town.parent}/var/concierge.db", **more)
    command = [PROGRAM, "serve", "--port", str(port), "--knowledge", town]
    log = (town.parent / "log").open("wb")
    with log, subprocess.Popen(command, env=env, stdout=log, stderr=log) as process:
        served = Served(port, process)
        try:
            for _ in range(200):
                try:
                    served.get("/healthz")
                    break
                except OSError:
                    time.sleep(0.1)
            yield served
        finally:
            process.kill()


def test_health_chat_an_edit_and_the_end(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    with serve(town) as served:
        assert json.loads(served.get("/healthz")[1]) == {"status": "alive"}
        status, body = served.get("/readyz")
        assert (status, json.loads(body)["status"]) == (200, "ready")
        assert "みどり野町" in served.get("/")[1].decode()
        assert served.say("犬を飼いはじめた")["answer_id"] == "dog"
        edited = FAQ.replace("環境課へ届け出て", "二階へ届け出て")
        (town / "faq" / "town.yaml").write_text(edited, encoding="utf-8")
        for _ in range(100):
            if "二階へ" in str(served.say("犬を飼いはじめた")["text"]):
                break
            time.sleep(0.2)
        else:
            pytest.fail("the edit was not served within 20 s")
        served.say(TYPED)
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(10) in (0, -signal.SIGTERM)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert TYPED not in log
    assert "Traceback" not in log
    database = (tmp_path / "var" / "concierge.db").read_bytes()
    assert TYPED.encode() not in database


def test_not_ready_without_an_engine_that_works(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town", municipality=MUNICIPALITY + "engines:\n  oracle: {}\n")
    with serve(town) as served:
        assert served.get("/healthz")[0] == 200
        status, body = served.get("/readyz")
        assert status == 503
        assert json.loads(body)["problems"] >= 1


def test_a_stuck_engine_holds_up_neither_answers_nor_the_end(tmp_path: Path) -> None:
    stuck = """
import time
from concierge.engine import Engine, Layer

class Stuck(Engine):
    name = "stuck"
    layers = (Layer.RULES,)
    def ask(self, question):
        time.sleep(600)

engine = Stuck
"""
    site = write_engine(tmp_path / "site", "stuck", stuck)
    engines = "engines:\n  intents: {}\n  faq: {}\n  stuck:\n    deadline: 0.2\n"
    town = write_town(tmp_path / "town", municipality=MUNICIPALITY + engines)
    with serve(town, PYTHONPATH=str(site)) as served:
        for _ in range(12):
            assert served.say("犬を飼いはじめた")["answer_id"] == "dog"
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(10) in (0, -signal.SIGTERM)


def test_a_database_that_cannot_be_named_is_told_in_japanese(tmp_path: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "serve", "--port", "0"],
        env=clean_environment(CONCIERGE_DATABASE="postgres://x"),
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "CONCIERGE_DATABASE" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
