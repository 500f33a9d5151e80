"""Says in Japanese what libyaml says in English, and what to write instead."""

from __future__ import annotations

import re

import yaml

__all__ = ["explain"]

Explanation = tuple[int, int, str, str]

SENTENCES: tuple[tuple[str, str, str], ...] = (
    (
        "unexpected end of stream",
        "unclosed-quote",
        "ここで始まる引用符が閉じられていません。文の終わりに同じ引用符を書いてください。",
    ),
    (
        "unexpected document indicator",
        "unclosed-quote",
        "ここで始まる引用符が閉じられていません。文の終わりに同じ引用符を書いてください。",
    ),
    (
        "unknown escape character",
        "backslash",
        "\" で囲んだ文の中の「\\」（￥）は特別な意味になります。囲みを ' に変えてください。",
    ),
    (
        "expected hexdecimal number",
        "backslash",
        "\" で囲んだ文の中の「\\」（￥）は特別な意味になります。囲みを ' に変えてください。",
    ),
    (
        "did not find expected ',' or ']'",
        "unclosed-bracket",
        "「[」が閉じられていません。「]」で閉じるか、一つずつ「- 」で始まる行に分けてください。",
    ),
    (
        "did not find expected ',' or '}'",
        "unclosed-bracket",
        "「{」が閉じられていません。「}」で閉じるか、項目を一行ずつに分けてください。",
    ),
    (
        "did not find expected '-' indicator",
        "wrong-indent",
        "字下げが合っていません。同じまとまりの項目は、行の先頭の半角スペースの数をそろえ、"
        "新しいまとまりは「- 」で始めてください。",
    ),
    (
        "mapping values are not allowed",
        "wrong-indent",
        "ここに項目は書けません。この行の字下げを前の項目とそろえるか、"
        '文の中のコロンなら文全体を半角の " で囲んでください。',
    ),
    (
        "block sequence entries are not allowed",
        "wrong-indent",
        "ここに「- 」は書けません。改行して、次の行に「- 」から書いてください。",
    ),
    (
        "could not find expected ':'",
        "missing-colon",
        "項目の名前のあとに、半角のコロンと半角スペース「: 」がありません。"
        "前の行の文の続きなら、前の行より深く字下げしてください。",
    ),
    (
        "did not find expected key",
        "wrong-indent",
        "字下げが合っていません。同じまとまりの項目は、行の先頭の半角スペースの数をそろえてください。",
    ),
    (
        "found character that cannot start any token",
        "special-start",
        'この記号では始められません。文なら、全体を半角の " で囲んでください。'
        "字下げなら、タブや全角の空白を半角スペースに直してください。",
    ),
    (
        "found a tab character",
        "indent-character",
        "字下げにタブがあります。半角スペースで打ち直してください。",
    ),
    (
        "leading space",
        "wrong-indent",
        "「|」の次の空の行が、文より深く字下げされています。その行の空白を消してください。",
    ),
)
"""A piece of libyaml's message, our code, our sentence; the first that fits is used."""

GENERAL = (
    "bad-yaml",
    "この行の前後で書き方が崩れています。字下げの半角スペースの数、"
    "コロンのあとの半角スペース、引用符の閉じ忘れを確かめてください。",
)


def explain(error: yaml.YAMLError, lines: list[str]) -> Explanation:
    """Return line, column (from 1, within `lines`), code and Japanese message of a YAML error."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return 1, 1, *GENERAL
    told = f"{error.problem or ''} / {error.context or ''}"
    code, message = next(
        ((code, message) for piece, code, message in SENTENCES if piece in told), GENERAL
    )
    mark = error.problem_mark or error.context_mark
    if code in ("unclosed-quote", "unclosed-bracket") and error.context_mark is not None:
        mark = error.context_mark
    if mark is None:
        return 1, 1, code, message
    line, column = mark.line + 1, mark.column + 1
    if line > len(lines) or not lines[line - 1].strip():
        line, column = _last_filled(lines, line), 1
    if code == "missing-colon" and error.context_mark is not None:
        line, column = error.context_mark.line + 1, error.context_mark.column + 1
    return line, column, code, message


def _last_filled(lines: list[str], line: int) -> int:
    filled = [number for number, each in enumerate(lines[:line], 1) if re.search(r"\S", each)]
    return filled[-1] if filled else 1
