"""Where published 5374 files lie: a folder, its `data/`, or a zip of either."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from concierge.opendata.archives import UNREADABLE_ARCHIVE
from concierge.opendata.garbage_5374.folder import FILES
from concierge.problem import KnowledgeError, Problem

__all__ = ["gather", "source_name"]

LARGEST_ZIP = 100_000_000
"""Bytes that the files of a zip may have unpacked."""
PLACES = ("", "data", "public/data", "docs/data")


def gather(source: Path) -> dict[str, bytes]:
    """Return the published files by name, byte for byte.

    Raises `KnowledgeError` where there is no area_days.csv or something cannot be read.
    """
    try:
        if source.is_dir():
            found = _from_folder(source)
        elif source.is_file() and zipfile.is_zipfile(source):
            found = _from_zip(source)
        else:
            raise _unusable(source, "フォルダーでもzipでもありません。場所を確かめてください。")
    except UNREADABLE_ARCHIVE as error:
        raise _unusable(source, f"読めません（{error}）。ファイルを確かめてください。") from error
    if "area_days.csv" not in found:
        raise _unusable(
            source,
            "area_days.csv が見つかりません。area_days.csv のあるフォルダーを指定してください。",
        )
    return found


def source_name(source: Path) -> str:
    """Return the name to call the municipality by until staff give one."""
    path = source.resolve()
    if path.is_file():
        return path.stem
    return path.parent.name if path.name == "data" else path.name


def _unusable(source: Path, message: str) -> KnowledgeError:
    return KnowledgeError([Problem(str(source), 0, 0, "error", "source-unusable", message)])


def _from_folder(source: Path) -> dict[str, bytes]:
    places = (source / place for place in PLACES)
    place = next((place for place in places if (place / "area_days.csv").is_file()), source)
    return {name: (place / name).read_bytes() for name in FILES if (place / name).is_file()}


def _from_zip(source: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(source) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        days = [info for info in members if PurePosixPath(info.filename).name == "area_days.csv"]
        if not days:
            return {}
        place = min((PurePosixPath(info.filename).parent for info in days), key=_depth)
        wanted = {
            name: info
            for info in members
            if (name := PurePosixPath(info.filename).name) in FILES
            and PurePosixPath(info.filename).parent == place
        }
        if sum(info.file_size for info in wanted.values()) > LARGEST_ZIP:
            raise _unusable(source, "大きすぎます。フォルダーに展開して指定してください。")
        return {name: archive.read(info) for name, info in wanted.items()}


def _depth(place: PurePosixPath) -> tuple[int, str]:
    return len(place.parts), str(place)
