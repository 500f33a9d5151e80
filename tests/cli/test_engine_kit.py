"""`concierge engines new` and `check`: a package that works as it was written, and verdicts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import run
from tests.programs import clean_environment, concierge, write_engine
from tests.test_example_engine import install
from tests.test_plugins import WEATHER

FILES = {
    ".gitignore",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "src/concierge_engine_tide_table/__init__.py",
    "src/concierge_engine_tide_table/py.typed",
    "tests/test_concierge_engine_tide_table.py",
    "town/municipality.yaml",
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    done = run("engines", "new", "tide-table", "--into", str(folder), "--author", "港の人")
    assert done.code == 0, done.stderr
    return folder / "concierge-engine-tide-table"


@pytest.fixture(scope="module")
def site(package: Path) -> Path:
    return install(package, package.parent / "site")


def test_a_new_package_is_complete(package: Path) -> None:
    files = {p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file()}
    assert files == FILES
    texts = [(package / name).read_text(encoding="utf-8") for name in FILES]
    assert not any("$name" in text or "$module" in text for text in texts)
    assert "Apache License" in (package / "LICENSE").read_text(encoding="utf-8")
    assert "港の人" in (package / "pyproject.toml").read_text(encoding="utf-8")


def test_it_conforms_as_it_was_written(site: Path) -> None:
    env = clean_environment(PYTHONPATH=str(site))
    done = concierge("engines", "check", "tide-table", env=env)
    assert done.returncode == 0, done.stdout.decode()
    assert done.stdout.decode().count("○") == 11


def test_its_own_tests_pass(package: Path, site: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=package,
        env=clean_environment(PYTHONPATH=str(site)),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "13 passed" in done.stdout


def test_it_is_clean_to_the_linters(package: Path) -> None:
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,W,B,UP,N,ANN"]
    done = subprocess.run(
        [*ruff, "--line-length", "100", str(package)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_it_answers_in_the_town_that_came_with_it(package: Path, site: Path) -> None:
    env = clean_environment(PYTHONPATH=str(site))
    town = ("--knowledge", str(package / "town"), "--json")
    done = concierge("ask", "tide-table の見本を見せて", *town, env=env)
    reply = json.loads(done.stdout)
    assert (reply["status"], reply["engine"]) == ("answered", "tide-table")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Tide Table", "たとえば tide-table"),
        ("潮", "英小文字"),
        ("a" * 41, "40字"),
        ("tide-", "たとえば tide"),
        ("faq", "もうあります"),
        ("../up", "たとえば up"),
    ],
)
def test_a_name_that_cannot_be_used_is_told(tmp_path: Path, name: str, said: str) -> None:
    done = run("engines", "new", name, "--into", str(tmp_path))
    assert done.code == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(package: Path) -> None:
    before = (package / "README.md").read_bytes()
    done = run("engines", "new", "tide-table", "--into", str(package.parent))
    assert done.code == 2
    assert "もうあります" in done.stderr
    assert (package / "README.md").read_bytes() == before


@pytest.mark.parametrize("license_name", ["MIT", "BSD-3-Clause"])
def test_another_licence(tmp_path: Path, license_name: str) -> None:
    done = run("engines", "new", "none", "--into", str(tmp_path), "--license", license_name)
    assert done.code == 0
    folder = tmp_path / "concierge-engine-none"
    assert license_name.split("-", maxsplit=1)[0] in (folder / "LICENSE").read_text(
        encoding="utf-8"
    )
    source = folder / "src" / "concierge_engine_none" / "__init__.py"
    compile(source.read_text(encoding="utf-8"), "none", "exec")


def test_an_engine_with_a_fault_is_not_passed(tmp_path: Path) -> None:
    faulty = WEATHER.replace("        if ", "        print(question.text)\n        if ")
    site = write_engine(tmp_path / "site", "weather", faulty)
    env = clean_environment(PYTHONPATH=str(site))
    asked = ("engines", "check", "weather", "--question", "あしたの天気は", "--json")
    done = concierge(*asked, env=env)
    verdict = json.loads(done.stdout)
    assert done.returncode == 1
    assert verdict["conforms"] is False
    failed = {each["check"]: each["message"] for each in verdict["checks"] if not each["passed"]}
    assert set(failed) == {"privacy"}
    assert "画面" in failed["privacy"]


def test_one_that_cannot_be_loaded_says_why(tmp_path: Path) -> None:
    site = write_engine(tmp_path / "site", "weather", "raise RuntimeError('no wind')")
    env = clean_environment(PYTHONPATH=str(site))
    done = concierge("engines", "check", "weather", env=env)
    assert done.returncode == 1
    assert "no wind" in done.stdout.decode()


def test_one_that_is_not_installed_is_a_wrong_call() -> None:
    done = run("engines", "check", "oracle")
    assert done.code == 2
    assert "インストールされていません" in done.stderr


def test_the_checks_need_no_pytest() -> None:
    program = (
        "import sys\nsys.modules['pytest'] = None\n"
        "from concierge.cli import main\nmain(['engines', 'check', 'intents'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
