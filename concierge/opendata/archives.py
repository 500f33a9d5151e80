"""What Python raises for zips (and workbooks, which are zips) that cannot be read."""

from __future__ import annotations

import lzma
import zipfile
import zlib

__all__ = ["UNREADABLE_ARCHIVE"]

_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
_LOCKED = (RuntimeError, NotImplementedError)
"""Of `zipfile`: a member has a password, or is packed in a way that it does not know."""
UNREADABLE_ARCHIVE: tuple[type[Exception], ...] = (*_DAMAGED, *_LOCKED)
"""For `except` around reading one; `NotImplementedError` stands for no unfinished code of ours."""
