"""Writes the beginnings of packages for others to go on with, from the templates beside this file.

A template is a file as it will stand, with `$name` where something is filled in.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

from concierge.plugins import NAME
from concierge.problem import SettingError

__all__ = ["LICENSES", "Scaffolded", "write_engine_package"]

TEMPLATES = Path(__file__).parent / "engine"
LICENSES: dict[str, str] = {
    "Apache-2.0": "license-apache.txt",
    "MIT": "license-mit.txt",
    "BSD-3-Clause": "license-bsd.txt",
}
"""The licences a package can begin with, and the template of each."""
LONGEST_NAME = 40
FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "engine.py": "src/$module/__init__.py",
    "py.typed": "src/$module/py.typed",
    "test_engine.py": "tests/test_$module.py",
    "municipality.yaml": "town/municipality.yaml",
}
"""Where each template goes."""


@dataclass(frozen=True, slots=True)
class Scaffolded:
    """A package that was written: its folder, and its files relative to that."""

    folder: Path
    files: tuple[str, ...]
    module: str


def write_engine_package(
    name: str, into: Path, *, license_name: str, author: str, taken: frozenset[str], day: date
) -> Scaffolded:
    """Write `concierge-engine-NAME` into a folder.

    Raises `SettingError` for a name that cannot be used or is `taken`, or where the folder exists.
    """
    _check_name(name, taken)
    folder = into / f"concierge-engine-{name}"
    if folder.exists():
        raise SettingError(
            f"{folder} はもうあります。別の名前にするか、そのフォルダーを移してください。"
        )
    module = f"concierge_engine_{name.replace('-', '_')}"
    words = re.split(r"[-_]+", name)
    values = {
        "name": name,
        "module": module,
        "engine": "".join(word.capitalize() for word in words) + "Engine",
        "license": license_name,
        "author": author.replace('"', "").replace("\\", "").strip() or name,
        "year": str(day.year),
    }
    written: list[str] = []
    for template, target in {**FILES, LICENSES[license_name]: "LICENSE"}.items():
        path = folder / Template(target).substitute(values)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (TEMPLATES / f"{template}.tmpl").read_text(encoding="utf-8")
        path.write_text(Template(text).substitute(values), encoding="utf-8")
        written.append(path.relative_to(folder).as_posix())
    return Scaffolded(folder, tuple(sorted(written)), module)


def _check_name(name: str, taken: frozenset[str]) -> None:
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME or name.endswith(("-", "_")):
        near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        near = re.sub(r"^[0-9-]+", "", near)[:LONGEST_NAME]
        hint = f"（たとえば {near}）" if near and not keyword.iskeyword(near) else ""
        raise SettingError(
            f"「{name}」という名前は使えません。英小文字で始め、英小文字・数字・- で"
            f"{LONGEST_NAME}字までにしてください{hint}。"
        )
    if name in taken:
        raise SettingError(
            f"「{name}」という名前のエンジンはもうあります。別の名前にしてください。"
        )
