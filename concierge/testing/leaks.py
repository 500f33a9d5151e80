"""Whether anything of a resident's question is left anywhere: logs, output, files, the engine."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import logging
import os
import secrets
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

from concierge.testing.nonconformity import NonconformityError
from concierge.testing.subject import Subject, asked, started

__all__ = ["check_privacy"]

MOST_OBJECTS = 2_000_000
"""Objects looked through for what an engine kept."""


def check_privacy(subject: Subject) -> None:
    """Ask a question with personal data in it, and look for it everywhere afterwards."""
    asyncio.run(_asked_and_searched(subject))


async def _asked_and_searched(subject: Subject) -> None:
    token = f"ZQ{secrets.token_hex(6)}残さないこと"
    said = f"山田花子といいます。電話は090-0000-4321です。{token}"
    texts = (said, *(f"{text} {said}" for text in subject.tried))
    async with started(subject) as seat:
        with _listening() as heard, _written() as files:
            for text in texts:
                for question in subject.each_layer(text):
                    with contextlib.suppress(Exception):
                        await asked(seat, question)
            question = None  # type: ignore[assignment]
        _told(heard, token)
        _left_in_files(files, token)
        del texts, text, said
        _kept(seat.engine, token)


def _told(heard: dict[str, str], token: str) -> None:
    for where, text in heard.items():
        if token in text:
            raise NonconformityError(
                f"住民の質問を{where}に出しています。質問の文は、どこにも書かないでください。"
            )


def _left_in_files(files: set[str], token: str) -> None:
    for name in sorted(files):
        path = Path(name)
        with contextlib.suppress(OSError):
            if path.is_file() and token.encode() in path.read_bytes():
                raise NonconformityError(f"住民の質問をファイル {path.name} に残しています。")


@contextmanager
def _listening() -> Iterator[dict[str, str]]:
    """Catch what is logged at any level, printed, or written to the process's own streams."""
    heard: dict[str, str] = {}
    logged, printed = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(logged)
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in list(root.manager.loggerDict))]
    levels = {logger: logger.level for logger in loggers}
    before = sys.stdout, sys.stderr
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for logger in loggers[1:]:
        logger.setLevel(logging.NOTSET)
        if not logger.propagate:
            logger.addHandler(handler)
    sys.stdout = sys.stderr = printed
    try:
        yield heard
    finally:
        sys.stdout, sys.stderr = before
        for logger, level in levels.items():
            logger.setLevel(level)
            logger.removeHandler(handler)
        heard["ログ"] = logged.getvalue()
        heard["画面"] = printed.getvalue()


class _Files:
    """Notes the files that are opened for writing; the hook stays, so it can be switched off."""

    noting: set[str] | None = None
    hooked = threading.Event()

    @classmethod
    def note(cls, event: str, given: tuple[Any, ...]) -> None:
        if cls.noting is None or event not in ("open", "sqlite3.connect"):
            return
        path, mode, flags = (*given, None, None)[:3]
        writing = isinstance(mode, str) and any(each in mode for each in "wax+")
        writing = writing or (isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR)))
        if isinstance(path, str | bytes) and (writing or event == "sqlite3.connect"):
            name = os.fsdecode(path)
            cls.noting |= {name, f"{name}-wal"}


@contextmanager
def _written() -> Iterator[set[str]]:
    if not _Files.hooked.is_set():
        sys.addaudithook(_Files.note)
        _Files.hooked.set()
    files: set[str] = set()
    _Files.noting = files
    try:
        yield files
    finally:
        _Files.noting = None


def _kept(engine: object, token: str) -> None:
    """Look for the question in whatever the engine, its class and its module hold on to."""
    gc.collect()
    package = type(engine).__module__.partition(".")[0]
    own = type(engine).__module__
    modules = [
        module
        for name, module in list(sys.modules.items())
        if name == own or (package not in ("engines", "concierge") and name.startswith(package))
    ]
    others = {id(vars(module)) for module in list(sys.modules.values()) if module is not None}
    others -= {id(vars(module)) for module in modules}
    seen: set[int] = set(others)
    waiting: list[object] = [engine, type(engine), *(vars(module) for module in modules)]
    while waiting and len(seen) < MOST_OBJECTS:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, str):
            if token in each:
                raise NonconformityError(
                    "住民の質問を覚えたままにしています（インスタンス、クラスかモジュールの中）。"
                    "質問ごとの値は残さず、lru_cache なども質問の文を鍵にしないでください。"
                )
        elif isinstance(each, bytes | bytearray):
            if token.encode() in each:
                raise NonconformityError("住民の質問を覚えたままにしています。")
        elif _looked_into(each, package):
            waiting += gc.get_referents(each)


def _looked_into(each: object, package: str) -> bool:
    """Leave out what every program shares: modules, foreign functions and types, frames."""
    if isinstance(each, ModuleType | FrameType | asyncio.AbstractEventLoop | threading.Thread):
        return False
    if isinstance(each, type | FunctionType):
        return str(each.__module__).startswith(package)
    return not isinstance(each, int | float | complex)
