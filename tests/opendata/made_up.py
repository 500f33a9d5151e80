"""Made-up published folders, small enough to see what a test is about."""

from __future__ import annotations

from pathlib import Path

HEADER = "地名,センター,燃やすごみ,資源"


def write(folder: Path, **files: str) -> Path:
    """Write `<name>.csv` files; area_days is given a header where it has none."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def days(*rows: str, header: str = HEADER) -> str:
    """Return the text of an area_days.csv."""
    return "\n".join((header, *rows)) + "\n"
