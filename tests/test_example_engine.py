"""The example engine, as a stranger has it: installed from its folder, checked, asked, served."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import clean_environment, concierge

REPOSITORY = Path(__file__).resolve().parent.parent
EXAMPLE = REPOSITORY / "examples" / "concierge-engine-sunrise"


def install(source: Path, site: Path) -> Path:
    """Install a package the way pip does, into a folder of its own, without the network."""
    copy = site.parent / f"{source.name}-copy"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("*.egg-info", "build"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "--no-index", "--no-deps", "--no-build-isolation", "--target", str(site), str(copy)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(EXAMPLE, tmp_path_factory.mktemp("example") / "site")


def test_its_own_tests_pass_on_what_was_installed(site: Path, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE / "tests", tmp_path / "tests")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "tests")],
        cwd=tmp_path,
        env=clean_environment(PYTHONPATH=str(site)),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_it_keeps_the_contract(site: Path) -> None:
    env = clean_environment(PYTHONPATH=str(site))
    done = concierge("engines", "check", "sunrise", "--json", env=env)
    verdict = json.loads(done.stdout)
    assert done.returncode == 0, verdict
    assert verdict["conforms"] is True
    assert len(verdict["checks"]) == 11


def test_it_answers_in_its_town(site: Path) -> None:
    env = clean_environment(PYTHONPATH=str(site))
    asked = ("ask", "あしたの日の出は何時", "--at", "2026-11-20T09:00", "--json")
    done = concierge(*asked, "--knowledge", str(EXAMPLE / "town"), env=env)
    reply = json.loads(done.stdout)
    assert reply["engine"] == "sunrise"
    assert "あした11月21日（土）の日の出は6時2" in reply["text"]


def test_without_it_the_rest_is_unchanged(site: Path, tmp_path: Path) -> None:
    asked = ("ask", "柳沢の燃えるごみいつ", "--at", "2026-11-20T09:00", "--json")
    with_it = concierge(*asked, env=clean_environment(PYTHONPATH=str(site)))
    without = concierge(*asked)
    assert with_it.stdout == without.stdout
