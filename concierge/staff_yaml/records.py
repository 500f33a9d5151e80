"""Files of one record or a list of them: which there are in a folder, and their records one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from concierge.staff_yaml.compose import read_yaml
from concierge.staff_yaml.fields import Record, Table
from concierge.staff_yaml.nodes import Node, Reporter, Sequence_
from concierge.staff_yaml.walk import walk

__all__ = ["each_record", "yaml_files"]


def yaml_files(place: Path) -> list[Path]:
    """Return the YAML files that staff keep in a folder, sorted; none where there is no folder."""
    if not place.is_dir():
        return []
    return sorted(
        path
        for path in place.iterdir()
        if path.suffix.lower() in (".yaml", ".yml") and not path.name.startswith((".", "~$"))
    )


def each_record(path: Path, table: Table, reporter: Reporter) -> Iterator[tuple[Node, Record]]:
    """Yield a file's records, each with its node; a broken one is reported and loses only itself."""
    document = read_yaml(path, reporter.file, table.keys)
    reporter.extend(document.problems)
    root = document.root
    if root is None:
        return
    for node in root.items if isinstance(root, Sequence_) else (root,):
        record = walk(node, table, reporter)
        if record is not None:
            yield node, record
