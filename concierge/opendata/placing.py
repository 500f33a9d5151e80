"""Putting imported files where they are served: all at once, and the old ones stay on failure."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from concierge.opendata.formats import ImportOptions

__all__ = ["replace_folder", "write_files"]


def write_files(
    files: Mapping[str, bytes], place: Path, options: ImportOptions | None = None
) -> None:
    """Write files by name into a folder, telling `options.progress` of each."""
    paths = [place / name for name in files]
    for path in options.progress(paths) if options else paths:
        path.write_bytes(files[path.name])


def replace_folder(target: Path, files: Mapping[str, bytes], keep: Path | None = None) -> None:
    """Let `target` hold these files and nothing else.

    `keep` is where what was there before goes, where it must not be lost.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".import-", dir=target.parent))
    old = staging.with_name(f"{staging.name}-old")
    try:
        write_files(files, staging)
        staging.chmod(0o755)
        if target.exists():
            target.rename(old)
        try:
            os.rename(staging, target)  # noqa: PTH104 - replaces nothing, unlike Path.replace
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        if keep is not None and old.exists():
            shutil.rmtree(keep, ignore_errors=True)
            old.rename(keep)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
