"""What the LINE benchmarks share: a server of one small town, started, killed and looked at.

`SHIM` is a library in C for LD_PRELOAD: it delays every fsync, makes it fail, or keeps a copy of
each file as it was at its last fsync, which is all that a power cut leaves of it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from concierge.channels.line.standin import StandIn
from concierge.storage.inbox import inbox_path

REPOSITORY = Path(__file__).resolve().parent.parent
TOWN = """\
name: みどり野町
phone: 00-0000-0001
departments:
  - name: 総合案内
    phone: 00-0000-0001
line:
  push: はい
  keep_hours: 24
"""
FAQ = """\
- id: dog
  question: 犬の登録はどうすればよいですか
  also: [犬を飼いはじめた]
  answer: 総合案内へ届け出てください。
  department: 総合案内
  updated: 2026-04-01
"""
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A directory was synced: what had been deleted in it is gone for good. */
static int forgotten(const char *directory, const char *shadow) {
    static const char *journals[] = {"concierge.db-journal", "concierge.db.line-inbox-journal"};
    char here[PATH_MAX + 64], kept[PATH_MAX + 64];
    for (int each = 0; each < 2; each++) {
        snprintf(here, sizeof here, "%s/%s", directory, journals[each]);
        snprintf(kept, sizeof kept, "%s/%s", shadow, journals[each]);
        if (access(here, F_OK) != 0) unlink(kept);
    }
    return 0;
}

static int copied(int fd, const char *shadow) {
    char link[64], path[PATH_MAX], made[PATH_MAX + 64], last[PATH_MAX + 16], buffer[65536];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    struct stat found;
    if (fstat(fd, &found) == 0 && S_ISDIR(found.st_mode)) return forgotten(path, shadow);
    const char *base = strrchr(path, '/');
    if (!base || !strstr(base, "concierge.db")) return 0;
    snprintf(made, sizeof made, "%s%s.%d.making", shadow, base, getpid());
    snprintf(last, sizeof last, "%s%s", shadow, base);
    int from = open(path, O_RDONLY), to = open(made, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (from < 0 || to < 0) return -1;
    ssize_t got;
    while ((got = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, got) != got) return -1;
    close(from);
    close(to);
    return rename(made, last);
}

static int synced(int fd, const char *name) {
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    const char *delay = getenv("SHIM_FSYNC_MICROSECONDS"), *shadow = getenv("SHIM_SHADOW");
    const char *failing = getenv("SHIM_FAIL_WHILE");
    if (failing && access(failing, F_OK) == 0) { errno = EIO; return -1; }
    if (delay) usleep(atoi(delay));
    if (!shadow) return real(fd);
    char lock[PATH_MAX];
    snprintf(lock, sizeof lock, "%s/.lock", shadow);
    int held = open(lock, O_CREAT | O_RDWR, 0600);
    flock(held, LOCK_EX);
    int done = real(fd);
    if (done == 0 && copied(fd, shadow) != 0) abort();
    close(held);
    return done;
}

int fsync(int fd) { return synced(fd, "fsync"); }
int fdatasync(int fd) { return synced(fd, "fdatasync"); }
"""


def compiler() -> str | None:
    """Return a C compiler, None where there is none."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def make_shim(folder: Path) -> Path:
    """Compile `SHIM` and return the library."""
    source, library = folder / "shim.c", folder / "shim.so"
    source.write_text(SHIM, encoding="utf-8")
    command = [compiler() or "cc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return library


def write_small_town(folder: Path) -> Path:
    """Write a town that answers 「犬を飼いはじめた」."""
    (folder / "faq").mkdir(parents=True)
    (folder / "municipality.yaml").write_text(TOWN, encoding="utf-8")
    (folder / "faq" / "town.yaml").write_text(FAQ, encoding="utf-8")
    return folder


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


class Server:
    """The application as it is served: start it, kill it, start it again."""

    def __init__(
        self,
        folder: Path,
        standin: StandIn,
        api: str,
        *,
        app: str = "webhook:app",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.app = folder, app
        self.database = folder / "var" / "concierge.db"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        town = folder / "town"
        if not town.exists():
            write_small_town(town)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONCIERGE_", "LINE_"))}
        self.environment = {
            **kept,
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "benchmarks")]),
            "CONCIERGE_KNOWLEDGE": str(town),
            "CONCIERGE_DATABASE": f"sqlite:///{self.database}",
            "LINE_CHANNEL_SECRET": standin.secret,
            "LINE_CHANNEL_ACCESS_TOKEN": standin.token,
            "LINE_API_BASE": api,
            "LINE_DATA_API_BASE": api,
            **(environment or {}),
        }
        added = self.environment.pop("ADDED_PATH", None)
        if added is not None:
            self.environment["PYTHONPATH"] += os.pathsep + added
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns at once."""
        command = [sys.executable, "-m", "uvicorn", self.app, "--port", str(self.port)]
        if self.app.startswith("line_planted"):
            command.append("--factory")
        options = ["--no-access-log", "--log-level", "warning", "--http", "httptools"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *options],
                env=self.environment,
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
            )

    def up(self, seconds: float = 180.0) -> None:
        """Wait until it serves."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
                return
            time.sleep(0.02)
        raise SystemExit(f"the server did not come up:\n{self.log.read_text(encoding='utf-8')}")

    def children(self) -> list[int]:
        """Return the ids of the processes that it started (Linux)."""
        found: list[int] = []
        if self.process is not None:
            for task in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    found += map(int, task.read_text().split())
        return found

    def answering(self) -> int | None:
        """Return the id of the answering process, None while there is none."""
        for child in self.children():
            with contextlib.suppress(OSError):
                if b"answering" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return child
        return None

    def kill(self, *, answering_only: bool = False) -> None:
        """Kill −9 the answering process, or everything at once."""
        if self.process is None:
            return
        if answering_only:
            child = self.answering()
            doomed = [] if child is None else [child]
        else:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGSTOP)
            doomed = [*self.children(), self.process.pid]
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not answering_only:
            self.process.wait()
            while any(Path(f"/proc/{pid}/cwd").exists() for pid in doomed):
                time.sleep(0.005)

    def pause(self) -> None:
        """Let it and what it started stand still."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            for pid in (self.process.pid, *self.children()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)

    def stop(self) -> None:
        """End it as an operator does."""
        self.resume()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def inbox(self, database: Path | None = None) -> dict[str, tuple[int, str, str | None]]:
        """Return state, way and reason of every event by its id."""
        sql = (
            "SELECT a.event_id, coalesce(w.state, 0), coalesce(w.way, ''), w.reason "
            "FROM inbox.arrivals a LEFT JOIN line_work w ON w.event_id = a.event_id"
        )
        place = database or self.database
        with contextlib.closing(sqlite3.connect(place, timeout=10)) as opened:
            opened.execute("ATTACH ? AS inbox", (str(inbox_path(place)),))
            return {row[0]: (row[1], row[2], row[3]) for row in opened.execute(sql)}

    def open_events(self) -> int:
        """Return how many events wait for their answer."""
        return sum(state < 2 for state, _, _ in self.inbox().values())
