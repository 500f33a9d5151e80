"""The wheel: what is in it, and that it answers alone, from a folder that holds nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = ("concierge", "engines", "intents", "knowledge")
OUTSIDE = ("tests", "benchmarks", "docs", "deploy")
SHIPPED = {
    *(".py", ".yaml", ".yml", ".txt", ".json", ".html", ".css", ".js", ".svg", ".csv"),
    *(".typed", ".tmpl", ".bin", ".tsv", ".npz"),
}
FRIDAY = ("--at", "2026-11-20T07:00")

COMMAND = """
import json, sys
from concierge.cli import main
from concierge.settings import demonstration

code = 0
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
loaded = [
    str(module.__file__)
    for name, module in sys.modules.items()
    if name.partition(".")[0] in ("concierge", "engines", "intents", "knowledge")
    and getattr(module, "__file__", None)
]
print(json.dumps([*loaded, str(demonstration())]), file=sys.stderr)
sys.exit(code)
"""
"""The program's own entry; the last line of stderr says where everything of ours came from."""

PAGE = """
import json, re
import webhook
from starlette.testclient import TestClient

with TestClient(webhook.app) as browser:
    page = browser.get("/")
    found = {path: browser.get(path).status_code
             for path in re.findall(r'(?:src|href)="(/[^"#]+[.](?:js|css|svg))[^"]*"', page.text)}
    print(json.dumps({"page": page.status_code, "ready": browser.get("/readyz").status_code,
                      "files": found, "webhook": webhook.__file__}))
"""


class Installed(NamedTuple):
    """The wheel's contents in a folder of their own, and an empty folder to work in."""

    site: Path
    empty: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run Python code with the installed wheel before everything else."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONCIERGE_", "PYTHON"))}
        return subprocess.run(
            [sys.executable, "-P", "-c", program, *arguments],
            cwd=self.empty,
            env={**kept, "PYTHONPATH": str(self.site), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=60,
            check=False,
        )

    def answer(self, *arguments: str) -> Any:
        """Run a command that prints JSON; nothing but the installed wheel may take part."""
        done = self.run(COMMAND, *arguments)
        assert done.returncode == 0, done.stderr.decode()
        files = json.loads(done.stderr.splitlines()[-1])
        assert len(files) > 10
        strangers = [file for file in files if not Path(file).is_relative_to(self.site)]
        assert not strangers
        return json.loads(done.stdout)


def checked(*command: str | Path, folder: Path) -> None:
    done = subprocess.run(
        list(command), cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the source tree, so that no build folder of before can add to the wheel."""
    copy = tmp_path_factory.mktemp("source") / "copy"
    waste = shutil.ignore_patterns("__pycache__", "*.pyc", "*.tmp")
    kept = shutil.ignore_patterns(".search")  # made by commands, never part of the program
    for name in (*PACKAGES, *OUTSIDE):
        if (REPOSITORY / name).is_dir():
            shutil.copytree(
                REPOSITORY / name,
                copy / name,
                ignore=lambda at, names: waste(at, names) | kept(at, names),
            )
    for name in ("webhook.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation")
    checked(*build, "--outdir", out, source, folder=out)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    checked(*pip, "--no-index", "--no-deps", "--target", folder / "site", wheel, folder=folder)
    (folder / "empty").mkdir()
    return Installed(folder / "site", folder / "empty")


def test_the_wheel_holds_all_code_and_data(wheel: Path, source: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.suffix in SHIPPED
    }
    assert len(wanted) > 200
    assert {*wanted, "webhook.py"} - packed == set()


def test_no_kind_of_file_is_left_behind(source: Path) -> None:
    """A new kind of data file has to be named in pyproject.toml, or installed towns lack it."""
    kinds = {
        path.suffix
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file() and path.suffix != ".md"
    }
    assert kinds <= SHIPPED


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    first = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    (metadata,) = {name for name in first if name.endswith(".dist-info")}
    assert first == {*PACKAGES, "webhook.py", metadata}


def test_the_metadata_names_the_command_and_the_license(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        read = {
            Path(name).name: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name
        }
    assert "concierge = concierge.cli:main" in read["entry_points.txt"]
    assert "License-Expression: Apache-2.0" in read["METADATA"]
    assert "LICENSE" in read
    required = [line for line in read["METADATA"].splitlines() if line.startswith("Requires-Dist")]
    core = [line for line in required if "extra ==" not in line]
    assert not any(name in line for line in core for name in ("torch", "openai", "pytest"))


def test_a_question_is_answered(installed: Installed) -> None:
    reply = installed.answer("ask", "住民票がほしい", "--json", *FRIDAY)
    assert reply["status"] == "answered"
    assert reply["engine"] == "faq"
    assert reply["sources"][0]["file"].startswith("faq/")


def test_garbage_days_are_found(installed: Installed) -> None:
    found = installed.answer("waste", "next", "緑ヶ丘", "--on", "2026-11-20", "--json")
    assert found["area"] == "緑ヶ丘"
    days = {one["category"]: one["date"] for one in found["collections"]}
    assert days["燃やせるごみ"] == "2026-11-23"
    reply = installed.answer("ask", "緑ヶ丘の燃えるごみいつ", "--json", *FRIDAY)
    assert reply["intent"] == "waste_day"
    assert "11月23日（月）" in reply["text"]


def test_every_engine_works(installed: Installed) -> None:
    engines = installed.answer("engines", "list", "--json")
    assert {engine["name"] for engine in engines} >= {"intents", "faq"}
    assert all(engine["working"] for engine in engines if engine["enabled"]), engines


def test_an_emergency_comes_first(installed: Installed) -> None:
    reply = installed.answer("ask", "家が燃えてる", "--json", *FRIDAY)
    assert reply["status"] == "emergency"
    assert "119" in reply["text"].split("\n")[0]


def test_the_web_page_has_all_its_files(installed: Installed) -> None:
    done = installed.run(PAGE)
    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout.splitlines()[-1])
    assert Path(said["webhook"]).is_relative_to(installed.site)
    assert (said["page"], said["ready"]) == (200, 200)
    assert {Path(path).suffix for path in said["files"]} >= {".js", ".css"}
    assert set(said["files"].values()) == {200}
