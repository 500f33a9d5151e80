"""Adds wordings to the FAQ files that staff wrote, touching no other line of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from concierge.faq.fields import ENTRY, FILE
from concierge.faq.folder import load_faq, read_faq_file
from concierge.faq.model import Entry
from concierge.staff_yaml import Mapping_, Node, Sequence_, key_form, read_text, read_yaml

__all__ = ["add_wordings", "with_lines_added"]

YAML = (".yaml", ".yml")


def add_wordings(folder: Path, added: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Add (id, wording) to the files; return the ids done, and those to be written by hand.

    Tables, and lists written in brackets, are for staff's own hands. A file is only written where
    reading it again gives every entry as before, with the new wordings behind.
    """
    wanted: dict[str, list[str]] = {}
    for name, wording in added:
        wanted.setdefault(name, []).append(wording)
    done: list[str] = []
    entries = {entry.id: entry for entry in load_faq(folder).entries}
    by_hand = [name for name in wanted if name not in entries]
    files: dict[str, list[Entry]] = {}
    for name in wanted:
        if name in entries:
            files.setdefault(entries[name].file, []).append(entries[name])
    for file, there in files.items():
        names = [entry.id for entry in there]
        path = folder / file
        text = with_lines_added(path, file, there, wanted) if path.suffix in YAML else None
        if text is None or not _written(path, file, text, wanted):
            by_hand += names
        else:
            done += names
    return done, by_hand


def with_lines_added(
    path: Path, file: str, entries: Sequence[Entry], wanted: dict[str, list[str]]
) -> str | None:
    """Return a YAML file's text with wordings added; None where it is not written in lines."""
    text, _ = read_text(path, file)
    root = read_yaml(path, file, ENTRY.keys | FILE.keys).root
    if text is None or root is None:
        return None
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    nodes = {node.line: node for node in _mappings(root)}
    places: list[tuple[int, list[str]]] = []
    for entry in entries:
        node = nodes.get(entry.line)
        place = _place(node, lines) if node is not None else None
        if place is None:
            return None
        line, indent, head = place
        items = [f"{indent}- {_quoted(wording)}\n" for wording in wanted[entry.id]]
        places.append((line, [*head, *items]))
    for line, new in sorted(places, key=lambda each: -each[0]):
        lines[line:line] = new
    return "".join(lines)


def _place(node: Mapping_, lines: Sequence[str]) -> tuple[int, str, list[str]] | None:
    """Return behind which line items go, how far in, and what must stand before them."""
    keys = {key_form(key.value): (key, value) for key, value in node.items}
    written = {field.name: keys[form] for form, field in ENTRY.by_key.items() if form in keys}
    also = written.get("also")
    if also is None:
        question = written.get("question")
        if question is None:
            return None
        indent = " " * (question[0].column - 1)
        return question[1].last_line, f"{indent}  ", [f"{indent}also:\n"]
    if not isinstance(also[1], Sequence_) or not also[1].items:
        return None
    last = also[1].items[-1]
    start = lines[last.line - 1]
    indent = start[: len(start) - len(start.lstrip())]
    if not start.lstrip().startswith("- ") or last.last_line != last.line:
        return None
    return last.line, indent, []


def _mappings(root: Node) -> Iterable[Mapping_]:
    if isinstance(root, Mapping_):
        yield root
        for _, value in root.items:
            yield from _mappings(value)
    elif isinstance(root, Sequence_):
        for item in root.items:
            yield from _mappings(item)


def _quoted(wording: str) -> str:
    return json.dumps(wording, ensure_ascii=False)


def _written(path: Path, file: str, text: str, wanted: dict[str, list[str]]) -> bool:
    """Write a file if reading it gives what was meant; else leave it as it was."""
    before = read_faq_file(path, file)
    temporary = path.with_name(f".{path.stem}.new{path.suffix}")
    temporary.write_text(text, encoding="utf-8")
    try:
        after = read_faq_file(temporary, f"{file.rpartition('/')[0]}/{temporary.name}")
        meant = [(e.id, e.answer, (*e.also, *wanted.get(e.id, ()))) for e in before.entries]
        if [(e.id, e.answer, e.also) for e in after.entries] != meant:
            return False
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True
