"""The installed programs run as people run them, and packages of others put beside them."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["PROGRAM", "clean_environment", "concierge", "invoke", "json_lines", "write_engine"]

PROGRAM = Path(sys.executable).with_name("concierge")
"""The `concierge` script of the environment that the tests run in."""


def clean_environment(**more: str) -> dict[str, str]:
    """Return the environment without this program's own variables, and with these."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CONCIERGE_")}
    return {**kept, **more}


def concierge(
    *arguments: str | bytes,
    given: bytes = b"",
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run `concierge` in a process of its own."""
    return subprocess.run(
        [PROGRAM, *arguments],
        input=given,
        capture_output=True,
        env=clean_environment() if env is None else env,
        cwd=folder,
        timeout=60,
        check=False,
    )


def invoke(*arguments: str, given: bytes | None = None) -> Any:
    """Run `concierge` inside this process; the result has `exit_code`, `stdout` and `stderr`."""
    from click.testing import CliRunner  # noqa: PLC0415 - only where it is used

    from concierge.cli.root import command  # noqa: PLC0415

    return CliRunner().invoke(command, list(arguments), input=given, prog_name="concierge")


def json_lines(output: bytes) -> list[dict[str, Any]]:
    """Read JSON Lines strictly: UTF-8, one object a line, a newline at the end of each."""
    assert not output or output.endswith(b"\n")
    return [json.loads(line, parse_constant=_refuse) for line in output.decode().splitlines()]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_NUMBERS = itertools.count(1)


def write_engine(site: Path, name: str, source: str, *, group: str = "concierge.engines") -> Path:
    """Write an engine as an installed distribution: a module, and metadata with its entry point.

    No two are modules of the same name, so that one test never meets what another has imported.
    """
    module = f"town_{name.replace('-', '_')}_{next(_NUMBERS)}"
    metadata = site / f"{module}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / f"{module}.py").write_text(source, encoding="utf-8")
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8"
    )
    (metadata / "entry_points.txt").write_text(
        f"[{group}]\n{name} = {module}:engine\n", encoding="utf-8"
    )
    return site
