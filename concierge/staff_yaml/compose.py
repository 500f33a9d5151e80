"""Strict YAML for staff: every scalar is text, every mistake has a place and a Japanese sentence.

On libyaml's events. No anchors, tags, directives or second documents; no key twice; nothing deeper
than `DEEPEST`. Where one part of a file breaks YAML's grammar, the parts beside it are still read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from concierge.problem import Problem
from concierge.staff_yaml.decode import decode, read_text
from concierge.staff_yaml.explain import explain
from concierge.staff_yaml.nodes import Document, Mapping_, Node, Reporter, Sequence_, Text
from concierge.staff_yaml.scan import scan, unveil

__all__ = ["DEEPEST", "parse_yaml", "read_yaml"]

DEEPEST = 20
LOADER = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
TOP = re.compile(r"(?:-(?:[ ]|$)|[^\s#].*?:(?:[ ]|$))")


def read_yaml(path: Path, file: str, keys: Collection[str] = ()) -> Document:
    """Read a staff file. `file` names it in problems, `keys` are the keys its kind knows.

    Never raises for what is in the file: `Document.problems` tells.
    """
    text, problems = read_text(path, file)
    return _document(text, file, keys, problems)


def parse_yaml(source: str | bytes, file: str, keys: Collection[str] = ()) -> Document:
    """Read what a staff file holds, already in memory."""
    data = source if isinstance(source, bytes) else source.encode("utf-8", "replace")
    text, problems = decode(data, file)
    return _document(text, file, keys, problems)


def _document(
    text: str | None, file: str, keys: Collection[str], problems: tuple[Problem, ...]
) -> Document:
    reporter = Reporter(file)
    reporter.extend(problems)
    if text is None:
        return Document(file, None, reporter.problems, unusable=True)
    lines = scan(text, keys, reporter).split("\n")
    reader = _Reader(lines, reporter)
    try:
        root = reader.compose(0, len(lines))
    except yaml.YAMLError:
        root = reader.recover(0, len(lines))
    return Document(file, root, reporter.problems)


class _Reader:
    """Composes the lines of one file, or a part of them."""

    def __init__(self, lines: list[str], reporter: Reporter) -> None:
        self.lines = lines
        self.reporter = reporter

    def compose(self, start: int, end: int) -> Node | None:
        """Compose `lines[start:end]`. Raises `yaml.YAMLError` where the grammar is broken."""
        problems = Reporter(self.reporter.file)
        builder = _Builder(self.lines, start, problems)
        parser = LOADER("\n".join(self.lines[start:end]) + "\n")
        try:
            while (event := parser.get_event()) is not None:
                if not builder.take(event):
                    break
        finally:
            parser.dispose()
        self.reporter.extend(problems.problems)
        return builder.root

    def recover(self, start: int, end: int, depth: int = 0) -> Node | None:
        """Compose part by part, reporting each part that cannot be read."""
        nodes: list[Node] = []
        for first, last in self._parts(start, end):
            try:
                node = self.compose(first, last)
            except yaml.YAMLError as error:
                node = self._inner(first, last, depth)
                if node is None:
                    self._explain(error, first, last)
            if node is not None:
                nodes.append(node)
        return _joined(nodes)

    def _inner(self, start: int, end: int, depth: int) -> Node | None:
        """Read what stands below a `key:` that has nothing on its own line."""
        head = re.fullmatch(r"[ ]*([^\s-].*?):[ ]*(?:#.*)?", self.lines[start])
        if head is None or start + 1 >= end or depth >= DEEPEST:
            return None
        value = self.recover(start + 1, end, depth + 1)
        if value is None:
            return None
        key = Text(unveil(head[1]).strip("\"'"), start + 1, 1, start + 1)
        return Mapping_(((key, value),), start + 1, 1, value.last_line)

    def _parts(self, start: int, end: int) -> list[tuple[int, int]]:
        """Split at the lines that stand as far left as the first one."""
        filled = [
            (number, len(line) - len(line.lstrip(" ")))
            for number, line in enumerate(self.lines[start:end], start)
            if line and not line.lstrip().startswith("#") and not line.startswith(("---", "..."))
        ]
        if not filled:
            return []
        indent = filled[0][1]
        dashes = self.lines[filled[0][0]].lstrip().startswith("-")
        starts = [
            number
            for number, column in filled
            if column <= indent
            and TOP.match(self.lines[number].lstrip())
            and (not dashes or column < indent or self.lines[number].lstrip().startswith("-"))
        ]
        starts = starts or [filled[0][0]]
        starts[0] = min(starts[0], filled[0][0])
        return list(zip(starts, [*starts[1:], end], strict=True))

    def _explain(self, error: yaml.YAMLError, start: int, end: int) -> None:
        """Say what is wrong, unless an earlier mistake in the same part has caused it."""
        if self.reporter.spoilt(start + 1, end):
            self._lose(start)
            return
        line, column, code, message = explain(error, self.lines[start:end])
        self.reporter.report(start + line, column, code, message)

    def _lose(self, start: int) -> None:
        self.reporter.report(
            start + 1,
            1,
            "part-left-out",
            "この行から始まるまとまりは、上に挙げた誤りのため読めませんでした。",
            "info",
        )


class _Builder:
    """Makes nodes of events, without recursion."""

    def __init__(self, lines: list[str], offset: int, reporter: Reporter) -> None:
        self.lines = lines
        self.offset = offset
        self.reporter = reporter
        self.root: Node | None = None
        self.open: list[tuple[Event, list[Node]]] = []
        self.documents = 0

    def take(self, event: Event) -> bool:
        """Take one event; False where reading must stop."""
        match event:
            case ScalarEvent():
                self._refuse_marks(event)
                self._add(self._text(event))
            case MappingStartEvent() | SequenceStartEvent():
                self._refuse_marks(event)
                self.open.append((event, []))
                if len(self.open) > DEEPEST:
                    self._error(event, "too-deep", "字下げやかっこの入れ子が深すぎます。")
                    return False
            case MappingEndEvent() | SequenceEndEvent():
                self._close()
            case AliasEvent():
                self._special(event, "*")
                self._add(Text("", *self._place(event), self._place(event)[0]))
            case DocumentStartEvent():
                return self._document(event)
        return True

    def _document(self, event: DocumentStartEvent) -> bool:
        self.documents += 1
        if self.documents > 1:
            self._error(
                event,
                "several-documents",
                "「---」で区切って二つ以上の内容を書くことはできません。"
                "「---」の行を消すか、ファイルを分けてください。",
            )
            return False
        return True

    def _place(self, event: Event) -> tuple[int, int]:
        line, column = _mark(event.start_mark)
        return self.offset + line + 1, column + 1

    def _error(self, event: Event, code: str, message: str) -> None:
        self.reporter.report(*self._place(event), code, message)

    def _special(self, event: Event, mark: str) -> None:
        self._error(
            event,
            "special-mark",
            f'「{mark}」で始まる書き方は使えません。文なら、全体を半角の " で囲んでください。',
        )

    def _refuse_marks(self, event: ScalarEvent | CollectionStartEvent) -> None:
        if event.anchor is not None:
            self._special(event, "&")
        if event.tag is not None:
            self._special(event, "!")

    def _text(self, event: ScalarEvent) -> Text:
        line, column = self._place(event)
        end, end_column = _mark(event.end_mark)
        if event.style in ("|", ">"):
            return Text(unveil(event.value), line, column, self.offset + end, quoted=True)
        last_line = self.offset + end + 1
        if event.style in ("'", '"'):
            self._check_quotes(event, line, column, last_line)
            return Text(unveil(event.value), line, column, last_line, quoted=True)
        value = event.value
        if last_line > line and not self._in_flow():
            value = self._as_typed(line, column, last_line, end_column)
        return Text(unveil(value), line, column, last_line)

    def _in_flow(self) -> bool:
        return bool(self.open) and bool(getattr(self.open[-1][0], "flow_style", False))

    def _as_typed(self, line: int, column: int, last_line: int, end: int) -> str:
        """Return an unquoted sentence over several lines with its line breaks."""
        lines = self.lines[line - 1 : last_line]
        lines = [*lines[:-1], lines[-1][:end]]
        lines[0] = lines[0][column - 1 :]
        return "\n".join(each.strip(" \t") for each in lines).strip("\n")

    def _check_quotes(self, event: Event, line: int, column: int, last_line: int) -> None:
        """Report a quotation that swallowed the keys after it: its end was forgotten."""
        opening = self.lines[line - 1]
        lead = re.match(r"[ ]*(?:-[ ]+)*", opening)
        indent = lead.end() if lead else 0
        for number in range(line, last_line):
            inner = self.lines[number]
            if len(inner) - len(inner.lstrip(" ")) <= indent and TOP.match(inner.lstrip(" ")):
                self._error(
                    event,
                    "unclosed-quote",
                    f"引用符 {opening[column - 1]} が閉じられていません"
                    f"（{number + 1}行目まで続いています）。"
                    "文の終わりに同じ引用符を書いてください。",
                )
                return

    def _add(self, node: Node) -> None:
        if self.open:
            self.open[-1][1].append(node)
        else:
            self.root = None if isinstance(node, Text) and node.empty else node

    def _close(self) -> None:
        event, children = self.open.pop()
        line, column = self._place(event)
        last_line = max((child.last_line for child in children), default=line)
        if isinstance(event, SequenceStartEvent):
            self._add(Sequence_(tuple(children), line, column, last_line))
            return
        pairs = self._pairs(children)
        self._add(Mapping_(pairs, line, column, last_line))

    def _pairs(self, children: list[Node]) -> tuple[tuple[Text, Node], ...]:
        pairs: dict[str, tuple[Text, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Text):
                self.reporter.at(
                    key,
                    "key-not-text",
                    "項目の名前が文字ではありません。"
                    '「[」や「{」で始まる文なら、全体を半角の " で囲んでください。',
                )
            elif key.value in pairs:
                first = pairs[key.value][0].line
                self.reporter.at(
                    key,
                    "duplicate-key",
                    f"「{key.value}」が{first}行目にもあります。どちらか一つを消してください。"
                    "別の項目の始まりなら、行の先頭に「- 」を付けてください。",
                )
            else:
                pairs[key.value] = (key, value)
        return tuple(pairs.values())


def _mark(mark: object) -> tuple[int, int]:
    """Return line and column, from 0, of a place that the parser names."""
    return getattr(mark, "line", 0), getattr(mark, "column", 0)


def _joined(nodes: list[Node]) -> Node | None:
    """Put the parts of a list, or of a mapping, together again."""
    lists = [node for node in nodes if isinstance(node, Sequence_)]
    mappings = [node for node in nodes if isinstance(node, Mapping_)]
    if lists and not mappings:
        items = tuple(item for each in lists for item in each.items)
        return Sequence_(items, lists[0].line, lists[0].column, lists[-1].last_line)
    if mappings:
        seen = {key.value: (key, value) for each in reversed(mappings) for key, value in each.items}
        pairs = tuple(sorted(seen.values(), key=lambda pair: pair[0].line))
        return Mapping_(pairs, mappings[0].line, mappings[0].column, mappings[-1].last_line)
    return None
