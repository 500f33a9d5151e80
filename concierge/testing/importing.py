"""What importing an engine costs and does, measured in a fresh interpreter."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from concierge.testing.nonconformity import NonconformityError
from concierge.testing.subject import Subject

__all__ = ["check_import"]

MOST_SECONDS = 1.5
"""Seconds of processor time. What is heavy belongs into `start`: every command imports engines."""
MOST_MEGABYTES = 150

PROGRAM = """
import importlib, json, resource, sys, threading
import concierge.engine, concierge.hub, concierge.knowledge
seen, looking = [], True
def look(event, given):
    if looking and event in ("socket.connect", "socket.getaddrinfo", "socket.bind",
                             "subprocess.Popen", "os.system"):
        seen.append(event)
sys.addaudithook(look)
def used():
    now = resource.getrusage(resource.RUSAGE_SELF)
    try:  # ru_maxrss begins with what the parent process had
        lines = open("/proc/self/status").read().splitlines()
        peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        peak = now.ru_maxrss
    return now.ru_utime + now.ru_stime, peak / 1024
before, threads = used(), threading.active_count()
real = sys.stdout, sys.stderr
class Told:
    said = 0
    def write(self, text): Told.said += len(text); return len(text)
    def flush(self): pass
sys.stdout = sys.stderr = Told()
try:
    importlib.import_module(sys.argv[1])
finally:
    sys.stdout, sys.stderr = real
after, looking = used(), False
print(json.dumps({"seconds": after[0] - before[0], "megabytes": after[1] - before[1],
                  "events": seen, "said": Told.said,
                  "threads": threading.active_count() - threads}))
"""


def check_import(subject: Subject) -> None:
    """Import the engine's module alone: cheap, silent, and doing nothing else."""
    module = subject.engine.__module__
    here = [each for each in sys.path if each] + [os.getcwd()]  # noqa: PTH109
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(here)}
    done = subprocess.run(  # noqa: S603 - this interpreter, and a module already imported
        [sys.executable, "-c", PROGRAM, module],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        env=environment,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"終了コード {done.returncode}"])[-1]
        raise NonconformityError(f"新しく起動して読み込むと失敗します（{last}）。")
    told = json.loads(done.stdout.splitlines()[-1])
    if told["events"]:
        raise NonconformityError(
            f"読み込むだけで外に働きかけます（{told['events'][0]}）。start の中で行ってください。"
        )
    if told["said"]:
        raise NonconformityError("読み込むだけで何かを表示します。")
    if told["threads"] > 0:
        raise NonconformityError("読み込むだけでスレッドを始めます。start の中で行ってください。")
    if told["seconds"] > MOST_SECONDS:
        raise NonconformityError(
            f"読み込みに{told['seconds']:.1f}秒かかります（{MOST_SECONDS}秒まで）。"
            "重いものは start の中で読み込んでください。"
        )
    if told["megabytes"] > MOST_MEGABYTES:
        raise NonconformityError(
            f"読み込みに{told['megabytes']:.0f}MB使います（{MOST_MEGABYTES}MBまで）。"
        )
