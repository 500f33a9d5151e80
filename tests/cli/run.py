"""Runs the command line in this process, as a shell would see it."""

from __future__ import annotations

import io
import sys
from typing import NamedTuple

from concierge.cli import main


class Done(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    stdout: str
    stderr: str
    raw: bytes


def run(*arguments: str, stdin: bytes = b"") -> Done:
    """Run `concierge <arguments>`."""
    before = sys.stdin, sys.stdout, sys.stderr
    given = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True)
    sys.stdin, sys.stdout, sys.stderr = given, out, err
    code = 0
    try:
        main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    printed, said = (_bytes(stream) for stream in (out, err))
    return Done(code, printed.decode(), said.decode(), printed)


def _bytes(stream: io.TextIOWrapper) -> bytes:
    stream.seek(0)
    return stream.buffer.read()
