"""From the bytes of a staff file to its text, whatever the editor that saved it.

UTF-8 is expected. A byte order mark, UTF-16 and Shift_JIS (Windows' old 「ANSI」, CP932) are read
too, with a word of advice. What is no text at all is refused.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from concierge.problem import Problem, Severity

__all__ = ["LARGEST", "Decoded", "decode", "read_text"]

LARGEST = 10_000_000
"""Bytes of the largest staff file that is read; 2,000 FAQ entries take about one million."""

Decoded = tuple[str | None, tuple[Problem, ...]]
UNSEEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010feff]"
)
"""Characters that no text shows: control characters, and what YAML would take as a line break."""


def read_text(path: Path, file: str, largest: int = LARGEST) -> Decoded:
    """Read a file. The text is None where it cannot be used; then one problem is an error."""
    try:
        if path.stat().st_size > largest:
            return _refused(
                file,
                "file-too-large",
                f"ファイルが大きすぎます（上限{largest // 1_000_000}MB）。"
                "いくつかのファイルに分けてください。",
            )
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _refused(
            file,
            "file-unreadable",
            f"ファイルを開けません（{reason}）。"
            "ほかのソフトで開いていないか、読み取りの権限があるかを確かめてください。",
        )
    return decode(data, file)


def decode(data: bytes, file: str) -> Decoded:
    """Decode a staff file; line ends become `\\n`, characters that nobody sees become spaces."""
    text, problems = _characters(data, file)
    if text is None:
        return None, problems
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if UNSEEN.search(text):
        problems += _unseen(text, file)
        text = UNSEEN.sub(" ", text)
    if "\N{REPLACEMENT CHARACTER}" in text:
        problems += _garbled(text, file)
    return text, problems


def _characters(data: bytes, file: str) -> Decoded:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _attempt(data, "utf-16", file, "UTF-16")
    if data.startswith(b"PK\x03\x04"):
        return _refused(
            file,
            "not-text",
            "中身がExcelなどの圧縮形式です。Excelの表なら、拡張子を .xlsx にして置いてください。",
        )
    if b"\0" in data:
        return _refused(
            file,
            "not-text",
            "文字のファイルではありません（画像や文書ファイルなど）。"
            "メモ帳などで、文字コードをUTF-8にして保存し直してください。",
        )
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return _attempt(data, "cp932", file, "Shift_JIS（ANSI）")


def _attempt(data: bytes, encoding: str, file: str, name: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = ""
    wide = sum(character > "\x7f" for character in text)
    half_width_kana = sum("｡" <= character <= "ﾟ" for character in text)
    if not text or half_width_kana * 3 > wide:  # EUC-JP read as Shift_JIS looks like this
        return _refused(
            file,
            "unknown-encoding",
            "文字コードが分かりません。メモ帳の「名前を付けて保存」で、"
            "文字コードに「UTF-8」を選んで保存し直してください。",
        )
    message = (
        f"文字コードが{name}でした（読み取りました）。"
        "機種依存文字が化けることがあるので、UTF-8で保存し直してください。"
    )
    return text, (_problem(file, 0, 0, "not-utf-8", message),)


def _unseen(text: str, file: str) -> tuple[Problem, ...]:
    lines = (
        (number, match.start() + 1)
        for number, line in enumerate(text.split("\n"), 1)
        if (match := UNSEEN.search(line))
    )
    message = (
        "目に見えない制御文字が混じっているので、空白に置きかえて読みました。"
        "ほかのソフトから貼り付けた部分を、打ち直してください。"
    )
    found = [_problem(file, *place, "control-character", message) for place in lines]
    return tuple(found[:20])


def _garbled(text: str, file: str) -> tuple[Problem, ...]:
    before = text[: text.index("\N{REPLACEMENT CHARACTER}")]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    message = "文字化けした字（�）があります。元の文書を見て打ち直してください。"
    return (_problem(file, *place, "garbled", message),)


def _problem(
    file: str, line: int, column: int, code: str, message: str, severity: Severity = "warning"
) -> Problem:
    return Problem(file, line, column, severity, code, message)


def _refused(file: str, code: str, message: str) -> Decoded:
    return None, (_problem(file, 0, 0, code, message, "error"),)
