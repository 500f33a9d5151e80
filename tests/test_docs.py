"""What is not written down fails: commands, settings, problem codes, links, `__all__`, sizes."""

from __future__ import annotations

import ast
import importlib
import itertools
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from concierge.cli.root import command as root
from concierge.problem import Problem
from concierge.settings import demonstration
from tests.channels.line.deliveries import undelivered
from tests.cli.run import run
from tests.line_account import line_account
from tests.towns import MUNICIPALITY, write_questions, write_town

REPOSITORY = Path(__file__).resolve().parent.parent
OURS = ("concierge", "engines", "intents")
REFERENCE = REPOSITORY / "docs" / "commands.md"
DOCUMENTS = sorted(
    path
    for place in (".", "docs", "knowledge", "benchmarks", "deploy")
    for path in (REPOSITORY / place).glob("*.md" if place == "." else "**/*.md")
)
LONGEST_MODULE = 500
NOT_CODES = ("utf-", "ja-")
"""How other hyphenated names begin where problems are made: encodings and languages."""
SETTING = r"(?:CONCIERGE|LINE)_[A-Z_]+"
KEBAB = re.compile(r"[a-z]+(-[a-z0-9]+)+")
ENDLESS = ("serve", "chat", "line simulate")
"""Commands that go on until they are stopped."""


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def modules() -> dict[str, Path]:
    found = {}
    for package in OURS:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            parts = path.relative_to(REPOSITORY).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def commands(group: click.Command = root, path: str = "concierge") -> dict[str, click.Command]:
    if not isinstance(group, click.Group):
        return {path: group}
    ctx = click.Context(group)
    found: dict[str, click.Command] = {}
    for name in group.list_commands(ctx):
        item = group.get_command(ctx, name)
        assert item is not None
        found.update(commands(item, f"{path} {name}"))
    return found


COMMANDS = commands()


def options_of(item: click.Command) -> set[str]:
    ctx = click.Context(item)
    named = [each for each in item.get_params(ctx) if isinstance(each, click.Option)]
    return {name for each in named for name in (*each.opts, *each.secondary_opts)}


def section(title: str) -> str:
    """Return what the reference says under a heading, with its subsections."""
    text = REFERENCE.read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found is not None, f"docs/commands.md has no heading 「## {title}」"
    return found[1]


def table_of(text: str, heading: str) -> list[str]:
    """Return the first column of the table with this heading."""
    found = re.search(rf"^\| {heading} \|.*\n\|[- |]+\n((?:\|.*\n?)*)", text, re.M)
    return re.findall(r"^\| `([^`]+)`", found[1], re.M) if found else []


def fenced(text: str) -> str:
    return "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S))


def examples() -> list[str]:
    text = REFERENCE.read_text(encoding="utf-8")
    return [line for line in fenced(text).splitlines() if line.startswith("concierge ")]


def command_named(words: list[str]) -> tuple[str, list[str]]:
    """Split a command line into the command's whole name and the rest."""
    for count in (4, 3, 2):
        if (name := " ".join(words[:count])) in COMMANDS:
            return name, words[count:]
    return "", words


# ------------------------------------------------------------------------------------- commands


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_every_option(name: str) -> None:
    said = section(name)
    written = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", said))
    options = options_of(COMMANDS[name])
    assert {option for option in options if f"`{option}" not in said} == set()
    assert written - options == set(), "documented, but no option of this command"
    assert any(line.startswith(f"{name} ") or line == name for line in fenced(said).splitlines())


def test_the_reference_has_no_command_too_many() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert set(re.findall(r"^## (concierge .*)$", text, re.M)) == set(COMMANDS)


def calls_in(text: str) -> Iterator[str]:
    code = "\n".join([fenced(text), *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)])
    for line in code.replace("\\\n", " ").splitlines():
        if found := re.match(r"\s*(?:\$ )?((?:\S*/)?concierge [^#…]+)", line):
            yield re.sub(r"^\S*concierge", "concierge", found[1])


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_documents_call_only_commands_and_options_that_exist(document: Path) -> None:
    for line in calls_in(document.read_text(encoding="utf-8")):
        words = shlex.split(line)
        name, rest = command_named(words)
        if not name:
            assert words[1].startswith("-"), f"no such command: {line}"
            assert words[1] in options_of(root), line
            continue
        used = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert used <= options_of(COMMANDS[name]), line


@pytest.fixture(scope="module")
def account() -> Iterator[dict[str, str]]:
    with line_account() as environment:
        yield environment


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: dict[str, str]) -> Path:
    """Stand in a folder that has the files which the examples name."""
    write_town(tmp_path / "わたしのまち")
    write_questions(write_town(tmp_path / "となりのまち"))
    shadow = "engines:\n  intents: {}\n  faq:\n    shadow: yes\n"
    write_town(tmp_path / "shadowed", municipality=MUNICIPALITY + shadow)
    shutil.copytree(demonstration() / "waste" / "5374", tmp_path / "公開ファイル")
    (tmp_path / "FAQ.csv").write_text(
        "id,question,answer\n007,駐車場はありますか,あります。\n", encoding="utf-8"
    )
    (tmp_path / "公共施設.csv").write_text("名称,住所\n図書館,本町1-1\n", encoding="utf-8")
    batch = section("concierge ask").partition("```json\n")[2].partition("```")[0]
    (tmp_path / "質問.jsonl").write_text(batch, encoding="utf-8")
    undelivered(tmp_path / "var" / "concierge.db", "01J9ZC3M5Q0V8R6T4Y2W1X7N5B")
    (tmp_path / "地区.jsonl").write_text('{"area": "緑ヶ丘"}\n', encoding="utf-8")
    asked = '{"text": "犬を飼いはじめた", "answer_id": "dog"}\n{"text": "株で儲けたい"}\n'
    (tmp_path / "確認.jsonl").write_text(asked, encoding="utf-8")
    monkeypatch.delenv("CONCIERGE_KNOWLEDGE", raising=False)
    for name, value in account.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ends_never(line: str) -> bool:
    return line.removeprefix("concierge ").startswith(ENDLESS)


@pytest.mark.parametrize("line", [each for each in examples() if not ends_never(each)])
def test_every_example_runs(line: str, desk: Path) -> None:
    done = run(*shlex.split(line)[1:])
    assert done.code == 0, done.stderr or done.stdout
    assert done.stdout or done.stderr
    assert "Traceback" not in done.stderr
    if "--batch" in line:
        given = (desk / line.rsplit(maxsplit=1)[-1]).read_text(encoding="utf-8").splitlines()
        answers = [json.loads(each) for each in done.stdout.splitlines()]
        assert len(answers) == len(given)
        assert not any("error" in answer for answer in answers)


def keys_in(value: Any) -> Iterator[str]:
    """Yield every key at any depth but for the names of slots, which intents choose."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_in(inner) if key != "slots" else ()
    elif isinstance(value, list):
        for inner in value:
            yield from keys_in(inner)


JSON_EXAMPLES = {
    "concierge ask": ("燃えるごみいつ", "--area", "緑ヶ丘", "--explain", "--json"),
    "concierge understand": ("緑ヶ丘のプラ、あしただっけ", "--json"),
    "concierge waste next": ("緑ヶ丘", "--json"),
    "concierge waste calendar": ("緑ヶ丘", "--from", "2026-12-01", "--to", "2026-12-31"),
    "concierge clinics on": ("2026-11-22", "--json"),
    "concierge data import": ("5374", "公開ファイル", "--into", "新しいまち", "--json"),
    "concierge faq import": ("FAQ.csv", "--into", "新しいまち", "--json"),
    "concierge faq search": ("住民票", "--top", "3", "--json"),
    "concierge faq train": ("--knowledge", "わたしのまち", "--json"),
    "concierge evaluate": ("--questions", "確認.jsonl", "--knowledge", "わたしのまち", "--json"),
    "concierge faq enrich": ("--knowledge", "となりのまち", "--json"),
    "concierge calibrate": ("--knowledge", "となりのまち", "--dry-run", "--json"),
    "concierge engines list": ("--json",),
    "concierge engines compare": ("--knowledge", "shadowed", "--json"),
    "concierge soundings unmet": ("--json",),
    "concierge soundings ideas": ("--json",),
    "concierge soundings access": ("--json",),
    "concierge line inbox list": ("--json",),
    "concierge engines check": ("intents", "--json"),
    "concierge line doctor": ("--json",),
    "concierge line webhook set": ("https://town.example.jp/line/webhook", "--json"),
}
PROBLEM_KEYS = list(Problem.__dataclass_fields__)


@pytest.mark.parametrize("name", JSON_EXAMPLES)
def test_the_json_fields_are_those_documented(name: str, desk: Path) -> None:
    done = run(*name.split()[1:], *JSON_EXAMPLES[name])
    assert done.code == 0, done.stderr or done.stdout
    printed = json.loads(done.stdout)
    said = section(name)
    first = printed[0] if isinstance(printed, list) else printed
    assert set(table_of(said, "JSONの項目")) == set(first)
    shown = {key for key in keys_in(printed) if f"`{key}`" not in said}
    assert shown - set(PROBLEM_KEYS) == set()


def test_all_commands_with_json_have_their_fields_documented() -> None:
    printing = {name for name, item in COMMANDS.items() if "--json" in options_of(item)}
    checks = {name for name in printing if name.endswith(" check")}
    assert printing - checks <= set(JSON_EXAMPLES)
    for name in checks - set(JSON_EXAMPLES):
        assert all(f"`{key}`" in section(name) for key in PROBLEM_KEYS)


def test_a_problem_is_documented_as_it_is_printed() -> None:
    said = section("見つかったことの読み方")
    assert table_of(said, "項目") == PROBLEM_KEYS
    printed = json.loads(run("data", "check", str(demonstration()), "--json").stdout)
    assert all(list(each) == PROBLEM_KEYS for each in printed)


# ----------------------------------------------------------------------------- settings and codes


def strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_setting_is_documented() -> None:
    trees = [*TREES.values(), ast.parse((REPOSITORY / "tests/conftest.py").read_text("utf-8"))]
    read = {text for tree in trees for text in strings(tree) if re.fullmatch(SETTING, text)}
    deployed = {
        name
        for path in (REPOSITORY / "deploy").iterdir()
        for name in re.findall(rf"\b{SETTING}", path.read_text(encoding="utf-8"))
    }
    assert read >= {"CONCIERGE_KNOWLEDGE", "CONCIERGE_DATABASE", "CONCIERGE_SECRET"}
    documented = set(re.findall(rf"`({SETTING})`", REFERENCE.read_text(encoding="utf-8")))
    assert documented == read
    assert {name for name in deployed if name.startswith("CONCIERGE")} <= read


def text_of(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def makes_problems(name: str, tree: ast.AST) -> bool:
    parts = name.split(".")
    if "cli" in parts or ("channels" in parts and "rich_menu" not in parts):
        return False
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    makers = {"Problem", "Reporter", "Finding", "Explanation"}
    return bool(makers & names or {"staff_yaml", "opendata", "faq"} & set(parts))


def codes() -> tuple[set[str], set[str]]:
    """Return the codes written in the source, and the beginnings of those put together there.

    A code of a single word is one that stands right before a sentence.
    """
    found: set[str] = set()
    beginnings: set[str] = set()
    for name, tree in TREES.items():
        if not makes_problems(name, tree):
            continue
        found |= {text for text in strings(tree) if KEBAB.fullmatch(text)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and re.fullmatch("no-", text_of(node.values[0])):
                beginnings.add(text_of(node.values[0]))
            parts = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
            for word, sentence in itertools.pairwise(parts):
                told = any("。" in text for text in strings(sentence))
                named = isinstance(sentence, ast.Name) and sentence.id == "message"
                if re.fullmatch("[a-z]+", text_of(word)) and (told or named):
                    found.add(text_of(word))
    return {code for code in found if not code.startswith(NOT_CODES)}, beginnings


def test_every_problem_code_is_documented() -> None:
    found, beginnings = codes()
    assert {"missing", "duplicate-id", "cell-not-understood", "expired", "backslash"} <= found
    text = section("見つかったことの読み方")
    documented = re.findall(r"^\| `([a-z0-9-]+)` \|", text.partition("### ")[2], re.M)
    assert found - set(documented) == set()
    made = {code for code in documented if code.startswith(tuple(beginnings))}
    assert set(documented) - found - made == set(), "documented, but nowhere in the source"
    assert len(made - found) >= len(beginnings)
    assert len(documented) == len(set(documented))


# ----------------------------------------------------------------------------- links and targets


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    prose = re.sub(r"(?<!`)`[^`\n]+`(?!`)", "", prose)
    targets = re.findall(r"\]\(([^)\s]+)\)", prose) + re.findall(r'(?:src|href)="([^"]+)"', prose)
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        place = (document.parent / file).resolve() if file else document
        assert place.exists(), f"{target} does not exist"
        assert place.is_relative_to(REPOSITORY), f"{target} leads out of the repository"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", place.read_text(encoding="utf-8"), re.M)
            assert anchor in map(slug, headings), f"{target} is no heading"


def test_the_pictures_are_described() -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        assert not re.search(r"!\[\s*\]\(", text), relative(document)
        for picture in re.findall(r"<img[^>]*>", text):
            assert re.search(r'alt="[^"]{5,}"', picture), relative(document)


def test_every_make_target_named_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.M))
    named = {
        target
        for document in DOCUMENTS
        for target in re.findall(
            r"(?:^|`)make ((?!-)[a-z-]+)", document.read_text(encoding="utf-8"), re.M
        )
    }
    assert {"run", "test"} <= named
    assert named <= targets


# ------------------------------------------------------------------------------------ the modules


def public_names(name: str) -> list[str] | None:
    for node in TREES[name].body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def taken_from() -> dict[str, set[str]]:
    """Return what each module is asked for by others of ours."""
    asked: dict[str, set[str]] = {name: set() for name in MODULES}
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in asked:
                wanted = {alias.name for alias in node.names}
                asked[node.module] |= {n for n in wanted if f"{node.module}.{n}" not in MODULES}
    return asked


TAKEN = taken_from()


@pytest.mark.parametrize("name", MODULES)
def test_all_equals_reality(name: str) -> None:
    module = importlib.import_module(name)
    listed = public_names(name)
    defines = any(
        not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr | ast.If)
        for node in TREES[name].body
    )
    if not defines and not TAKEN[name]:
        assert not listed
        return
    assert listed is not None, "a module that defines something has __all__"
    assert len(listed) == len(set(listed))
    assert all(hasattr(module, each) for each in listed)
    assert not any(each.startswith("_") and not each.startswith("__") for each in listed)
    assert TAKEN[name] - set(listed) == set(), "others use it, so it is public"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name: str) -> None:
    assert ast.get_docstring(TREES[name])
    assert not {"utils", "helpers", "common", "manager"} & set(name.split("."))


def tracked() -> list[Path]:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=REPOSITORY, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git repository")
    names = done.stdout.decode().split("\0")
    return [path for name in names if name and (path := REPOSITORY / name).is_file()]


def test_no_module_is_too_long() -> None:
    lengths = {
        relative(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked()
        if path.suffix == ".py"
    }
    assert len(lengths) > 100
    assert {name: count for name, count in lengths.items() if count > LONGEST_MODULE} == {}


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    places = re.compile(rb"/(?:work|root|Users|home/[a-z]\w*|private/tmp)/|[A-Z]:\\\\?Users\\")
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if path != Path(__file__).resolve() and b"\0" not in content:
            lines = [line for line in content.splitlines() if places.search(line)]
            if lines:
                found[relative(path)] = lines[:2]
    assert found == {}
