"""What is worked out once and kept: the hidden folder `.search` in a municipality's folder.

Everything in it can be made again; what cannot be read is made again, and where the folder cannot
be written to nothing is kept. The demonstration town that comes with the program is never written
into: it is part of the program.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concierge.settings import demonstration

__all__ = ["KEPT", "as_bytes", "as_texts", "is_kept_in", "write_arrays"]

KEPT = Path(".search")


def is_kept_in(folder: Path) -> bool:
    """Tell whether something may be kept in a municipality's folder while it serves."""
    return folder.is_dir() and folder.resolve() != demonstration().resolve()


def write_arrays(path: Path, **arrays: Any) -> None:
    """Write arrays to one file, whole or not at all. Raises `OSError`."""
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            np.savez(file, **arrays)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def as_bytes(texts: Sequence[Any]) -> NDArray[np.uint8]:
    """Return texts, or lists of them, as an array that `as_texts` reads."""
    return np.frombuffer(json.dumps(texts, ensure_ascii=False).encode(), np.uint8)


def as_texts(array: NDArray[np.uint8]) -> list[Any]:
    """Return what `as_bytes` was given. Raises `ValueError`."""
    found = json.loads(array.tobytes())
    if not isinstance(found, list):
        raise ValueError("not a list")
    return found
