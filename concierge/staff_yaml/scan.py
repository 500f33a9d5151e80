"""Reads a staff file line by line before YAML does, for what YAML would misread or explain badly.

Three things happen. Mistakes that a line shows by itself are reported, all of them at once. A
mistake whose meaning is plain is repaired in the text that is handed on, so that the mistakes
behind it come to light too (the report stays, and what stands on the line is not used). And
characters that YAML would give a meaning in the middle of a sentence, the `#` of `#8000` above all,
are swapped for private ones (`unveil` swaps them back).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from concierge.staff_yaml.nodes import Reporter

__all__ = ["scan", "unveil"]

VEIL = 0x10FF00
VEILED = re.compile("[\U0010ff00-\U0010ff7f]")
SHORT_NUMBER = re.compile(r"(?<![^\s])#(?=[0-9０-９])")
COMMENT = re.compile(r"(?<![^ \t])#(?![0-9０-９]).*$")
COLON = re.compile(r":(?=[ \t]|$)")
BAD_INDENT = re.compile("( *[\t\u3000\u00a0][ \t\u3000\u00a0]*)(.*)")
KEY = re.compile(
    r"""(?P<lead>[ ]*(?:-[ ]+)*)
        (?P<key>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'\[\]{},#&*!|>@`%-](?:[^:#]|:(?=\S)|(?<!\s)\#)*?)
        [ ]*:(?:[ \t]+(?P<value>.*))?$""",
    re.VERBOSE,
)
ITEM = re.compile(r"(?P<lead>[ ]*(?:-[ ]+)+|[ ]*-$)(?P<value>.*)")
BLOCK = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?$")
CLOSED = re.compile(r"[ \t]*(?:[ \t]#.*)?$")
MARKS = "－−‐‑‒–—―ー・･•●○■＊*"
SPECIAL = {
    "@": "「@」",
    "`": "「`」",
    "%": "「%」",
    "*": "「*」",
    "&": "「&」",
    "!": "「!」",
    ",": "「,」",
    "]": "「]」",
    "}": "「}」",
}


def scan(text: str, keys: Collection[str], reporter: Reporter) -> str:
    """Report what is wrong line by line and return the text that YAML may read.

    `keys` are the words that may stand before a colon in this kind of file; only they are told
    apart from words in a sentence. The lines of the result are the lines of `text`.
    """
    return "\n".join(_Scanner(text.split("\n"), keys, reporter).run())


def unveil(value: str) -> str:
    """Give a scalar its swapped characters back."""
    return VEILED.sub(lambda match: chr(ord(match.group()) - VEIL), value)


def _veil(line: str, position: int) -> str:
    return f"{line[:position]}{chr(VEIL + ord(line[position]))}{line[position + 1 :]}"


class _Scanner:
    """Knows, line by line, what YAML is in the middle of."""

    def __init__(self, lines: list[str], keys: Collection[str], reporter: Reporter) -> None:
        self.lines = lines
        self.reporter = reporter
        self.done: list[str] = []
        words = "|".join(sorted(map(re.escape, keys), key=len, reverse=True)) or "(?!)"
        self.slip = re.compile(
            rf"(?P<lead>[ ]*)(?P<mark>(?:-[ ]+)*|-|[{MARKS}][ \u3000]*)"
            rf"(?P<key>{words})(?P<gap>[ \u3000\u00a0]*)(?P<colon>[:：])(?P<after>[ \u3000\u00a0]*)"
            r"(?P<rest>.*)",
            re.IGNORECASE,
        )
        self.mark = re.compile(rf"[ ]*[{MARKS}]")
        self.number = 0
        self.block: int | None = None  # a `|` block of the key in this column goes on
        self.block_indent: int | None = None  # and its first line is indented so far
        self.plain: int | None = None  # an unquoted sentence of the key in this column goes on
        self.quote = ""  # an open quotation mark
        self.brackets = ""  # what would close the open brackets
        self.opened = (0, 0)  # line and column (from 1) of that mark or bracket
        self.key_column = -1

    def run(self) -> list[str]:
        for number, line in enumerate(self.lines, 1):
            self.done.append(self._line(number, line))
        return self.done

    def _line(self, number: int, line: str) -> str:
        self.number = number
        bare = line.strip(" \t\u3000\u00a0")
        indent = len(line) - len(line.lstrip(" "))
        if self.block is not None:
            if not bare or indent > self.block:
                return self._in_block(line, indent) if bare else line
            self.block = None
        if (self.quote or self.brackets) and self._forgotten(line):
            self.done[-1] += self.quote + self.brackets
            self.quote = self.brackets = ""
        if self.brackets:
            return self._flow(line, 0)
        if self.quote:
            return self._quoted(line, 0)
        if not bare:
            return ""
        if self.plain is not None and indent > self.plain:
            return self._continued(line, bare)
        self.plain = None
        if bare.startswith("#"):
            return " " * indent + bare
        return self._structure(self._indented(line))

    def _error(self, column: int, code: str, message: str) -> None:
        self.reporter.report(self.number, column, code, message)

    def _in_block(self, line: str, indent: int) -> str:
        """Report a line of a `|` block that is not as far in as its first one."""
        if self.block_indent is None:
            self.block_indent = indent
        if indent >= self.block_indent:
            return line
        self._error(
            indent + 1,
            "shallow-block-line",
            "「|」のあとの文は、どの行も最初の行と同じか、それより深く字下げしてください。"
            f"半角スペース{self.block_indent}個にそろえます。",
        )
        return " " * (self.block_indent - indent) + line

    def _forgotten(self, line: str) -> bool:
        """Tell, and report, that the open quotation or bracket was never closed."""
        slip = self.slip.fullmatch(line)
        if slip is None or len(slip["lead"] + slip["mark"]) > self.key_column:
            return False
        open_mark = self.quote or self.done[self.opened[0] - 1][self.opened[1] - 1]
        mark = self.quote or self.brackets[-1]
        self.reporter.report(
            *self.opened,
            "unclosed-quote" if self.quote else "unclosed-bracket",
            f"ここで始まる {open_mark} が閉じられていません。終わりに {mark} を書いてください。",
        )
        return True

    def _indented(self, line: str) -> str:
        """Report indentation that is not made of half-width spaces, and mend it."""
        match = BAD_INDENT.fullmatch(line)
        if match is None:
            return line
        space, rest = match.groups()
        column = re.search("[^ ]", space)
        kind = "タブ" if "\t" in space else "全角の空白"
        self._error(
            (column.start() if column else 0) + 1,
            "indent-character",
            f"行の先頭に{kind}があります。字下げは半角スペースで打ち直してください。",
        )
        slip = self.slip.fullmatch(rest)
        if slip and not slip["mark"] and self.key_column >= 0:
            return " " * self.key_column + rest
        return re.sub("[^ ]", "  ", space) + rest

    def _continued(self, line: str, bare: str) -> str:
        """Check a line that YAML takes as the rest of the sentence before it."""
        slip = self.slip.fullmatch(line)
        column = len(line) - len(line.lstrip()) + 1
        if slip:
            self._error(
                column,
                "continued-key",
                f"「{slip['key']}」の行が、前の行の文の続きになっています。新しい項目なら、"
                "字下げを前の項目とそろえて「"
                f"{slip['key']}: 」（半角のコロンと半角スペース）と書いてください。"
                "文の続きなら、その文の最初を「|」だけにして改行し、文全体を字下げしてください。",
            )
        elif bare.startswith("#") and not SHORT_NUMBER.match(bare):
            self.plain = None
            return line
        return self._sentence(line, 0, quiet=slip is not None)

    def _structure(self, line: str) -> str:
        """Check a line that begins something: a key, an item, a mark between documents."""
        if re.match(r"%[A-Z]|---\s+\S", line):
            self._error(1, "directive", "この行は使えません。行ごと消してください。")
            return ""
        if re.fullmatch(r"(?:---|\.\.\.)\s*(?:#.*)?", line):
            return line
        line = self._mended(line)
        match = KEY.fullmatch(line)
        if match is not None:
            self.key_column = len(match["lead"])
            if match["value"] is None:
                return line
            return self._value(line, match.start("value"), self.key_column)
        match = ITEM.fullmatch(line)
        if match is not None:
            lead = match["lead"]
            self.key_column = lead.rindex("-")
            return self._value(line, len(lead), self.key_column)
        start = len(line) - len(line.lstrip(" "))
        return self._value(line, start, min(self.key_column, start - 1))

    def _mended(self, line: str) -> str:
        """Report a known key that is not followed by `: ` or not preceded by `- `, and mend it."""
        slip = self.slip.fullmatch(line)
        if slip is None:
            return line
        lead, mark, key, rest = slip["lead"], slip["mark"], slip["key"], slip["rest"]
        if mark and not mark.startswith("- "):
            self._error(
                len(lead) + 1,
                "list-mark",
                f"項目の始まりは、半角のハイフンと半角スペースで「- {key}: …」と書いてください。",
            )
            mark = "- "
        fine = slip["colon"] == ":" and (not rest or slip["after"][:1] == " ")
        if fine and not slip["gap"].strip(" "):
            return f"{lead}{mark}{line[slip.start('key') :]}"
        if slip["colon"] == ":" and rest.startswith("//"):
            return line
        self._error(
            slip.start("colon") + 1,
            "full-width-colon" if slip["colon"] == "：" else "colon-without-space",
            f"「{key}」のあとは、半角のコロン「:」と半角スペースです。"
            f"「{key}: {_short(rest)}」と書いてください。",
        )
        return f"{lead}{mark}{key}: {rest}".rstrip()

    def _value(self, line: str, start: int, column: int) -> str:
        """Check what stands behind a key or a list mark; `column` is theirs, from 0."""
        value = line[start:].lstrip(" \t")
        start = len(line) - len(value)
        if not value or value.startswith("# ") or value == "#":
            return line
        self.opened = (self.number, start + 1)
        if value[0] in "\"'":
            self.quote = value[0]
            return self._quoted(line, start + 1)
        if value[0] in "[{":
            return self._flow(line, start)
        if value[0] in "|>":
            return self._block(line, start, column)
        self.plain = column
        line = self._first_character(line, start)
        return self._sentence(line, start)

    def _block(self, line: str, start: int, column: int) -> str:
        if BLOCK.fullmatch(line[start:]):
            self.block = column
            self.block_indent = 0 if re.search("[0-9]", line[start : start + 3]) else None
            return line
        mark = line[start]
        self._error(
            start + 1,
            "text-after-block-mark",
            f"「{mark}」のあとには何も書かずに改行し、次の行から字下げして文を書きます。"
            f'「{mark}」という字で始めたいときは、文全体を " と " で囲んでください。',
        )
        self.plain = column
        return self._sentence(_veil(line, start), start)

    def _first_character(self, line: str, start: int) -> str:
        """Report a sentence that begins with a character YAML keeps for itself."""
        first, second = line[start], line[start + 1 : start + 2]
        if first in SPECIAL or (first in "-?" and second in ("", " ") and start > 0):
            name = SPECIAL.get(first, f"「{first}」")
            self._error(
                start + 1,
                "special-start",
                f"{name}で始まる文は、そのままでは書けません。"
                f'"{_short(line[start:])}" のように、文全体を半角の " で囲んでください。',
            )
            return _veil(line, start)
        return line

    def _sentence(self, line: str, start: int, quiet: bool = False) -> str:
        """Check an unquoted sentence from `start` to the end of its line."""
        for match in SHORT_NUMBER.finditer(line, start):
            line = _veil(line, match.start())
        comment = COMMENT.search(line, start)
        end = comment.start() if comment else len(line)
        hidden = comment[0] if comment else "#"
        if end <= start:
            self.plain = None
        if hidden[1:2].strip():
            self.reporter.report(
                self.number,
                end + 1,
                "unclear-hash",
                f"「{_short(hidden)}」が文の一部か注釈か分かりません。"
                '文の一部なら、文全体を半角の " で囲んでください。'
                "注釈なら、「# 」のように # のあとに半角スペースを入れてください。",
                "error" if line[start:end].strip() else "warning",
            )
        for match in COLON.finditer(line, start, end):
            if not quiet:
                sentence = _short(line[start:end].strip())
                self._error(
                    match.start() + 1,
                    "colon-in-sentence",
                    "文の中に、半角のコロンと空白「: 」があります。コロンを全角の「：」にするか、"
                    f'"{sentence}" のように文全体を半角の " で囲んでください。',
                )
                quiet = True
            line = _veil(line, match.start())
        return line

    def _quoted(self, line: str, start: int) -> str:
        """Find where the open quotation ends; report what stands behind it."""
        position = start
        while position < len(line):
            character = line[position]
            if character == "\\" and self.quote == '"':
                position += 1
            elif character == self.quote:
                if self.quote == "'" and line[position + 1 : position + 2] == "'":
                    position += 1
                else:
                    return self._closed(line, position + 1, self.quote)
            position += 1
        return line

    def _closed(self, line: str, position: int, mark: str) -> str:
        self.quote = ""
        rest = line[position:]
        if CLOSED.fullmatch(rest) or COLON.match(rest.lstrip()):
            return line
        self._error(
            position + 1,
            "text-after-quote",
            f"閉じの {mark} のあとに文が続いています。文の中で {mark} を使いたいときは、"
            "「 」や『 』にするか、囲んでいる記号を "
            + ("' にしてください。" if mark == '"' else '" にしてください。'),
        )
        return line[:position]

    def _flow(self, line: str, start: int) -> str:
        """Follow `[…]` and `{…}`; report a sentence that only begins with a bracket."""
        closing = {"[": "]", "{": "}"}
        for position in range(start, len(line)):
            character = line[position]
            if self.quote:
                if character == self.quote:
                    self.quote = ""
            elif character in "\"'" and line[position - 1 : position] in ("[", "{", ",", " "):
                self.quote = character
            elif character in closing:
                self.brackets = closing[character] + self.brackets
            elif character in "]}":
                self.brackets = self.brackets[1:]
                if not self.brackets:
                    return self._after_flow(line, start, position + 1)
        return line

    def _after_flow(self, line: str, start: int, position: int) -> str:
        if CLOSED.fullmatch(line, position):
            return line
        self._error(
            start + 1,
            "special-start",
            "「[」や「{」で始まる文は、そのままでは書けません。"
            f'"{_short(line[start:])}" のように、文全体を半角の " で囲むか、'
            "全角の「［」「【」を使ってください。",
        )
        return line[:position]


def _short(text: str, longest: int = 16) -> str:
    text = unveil(text).strip()
    return text if len(text) <= longest else f"{text[:longest]}…"
