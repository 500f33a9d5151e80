"""Checks the nodes of a staff file against a `Table` and makes a `Record` of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rapidfuzz import fuzz, process

from concierge.staff_yaml.dates import read_day
from concierge.staff_yaml.fields import Field, Kind, Record, Table, key_form
from concierge.staff_yaml.nodes import Mapping_, Node, Reporter, Sequence_, Text
from concierge.staff_yaml.values import read_id, read_language, read_phone, read_url

__all__ = ["walk"]

LIST_MARKS = re.compile(r"[－−‐‑‒–—―ー・･•●○■]|-\S")
LANGUAGES = "en（英語）、zh（中国語）、ja-easy（やさしい日本語）"


def walk(node: Node, table: Table, reporter: Reporter) -> Record | None:
    """Read one mapping. None where an error stands on any of its lines; the errors are reported."""
    record = _record(node, table, reporter)
    return None if reporter.spoilt(node.line, node.last_line) else record


def _record(node: Node, table: Table, reporter: Reporter) -> Record | None:
    if not isinstance(node, Mapping_):
        names = "、".join(f"「{field.name}: …」" for field in table.fields if field.required)
        reporter.at(
            node,
            "expected-mapping",
            f"{table.title}として読めません。{names or '「名前: 値」'}のように、"
            "名前、半角のコロン、半角スペース、内容の順に書いてください。",
        )
        return None
    values: dict[str, Any] = {}
    written: dict[str, Text] = {}
    for key, value in node.items:
        field = table.by_key.get(key_form(key.value))
        if field is None:
            _unknown(key, table, reporter)
        elif field.name in written:
            _twice(key, written[field.name], reporter)
        else:
            written[field.name] = key
            found = (
                None if isinstance(value, Text) and value.empty else _value(value, field, reporter)
            )
            if found not in (None, (), {}):
                values[field.name] = found
    for field in table.fields:
        if field.required and field.name not in values:
            _missing(field, node, written.get(field.name), reporter)
    return Record(values, node)


def _unknown(key: Text, table: Table, reporter: Reporter) -> None:
    names = [name for field in table.fields for name in (field.name, *field.aliases)]
    near = process.extractOne(key_form(key.value), names, scorer=fuzz.ratio, score_cutoff=60)
    advice = (
        f"「{near[0]}」ではありませんか。"
        if near
        else f"使えるのは {'、'.join(field.name for field in table.fields)} です。"
    )
    reporter.at(
        key,
        "unknown-key",
        f"「{key.value}」という項目名はないため、読みとばしました。{advice}",
        "warning",
    )


def _twice(key: Text, first: Text, reporter: Reporter) -> None:
    reporter.at(
        key,
        "duplicate-key",
        f"「{key.value}」は、{first.line}行目の「{first.value}」と同じ項目です。"
        "どちらか一つを消してください。",
    )


def _missing(field: Field, node: Node, key: Text | None, reporter: Reporter) -> None:
    place = key or node
    if reporter.spoilt(place.line, place.line):
        return
    reporter.at(
        place,
        "missing",
        f"「{field.name}」（{field.title}）が{'空です' if key else 'ありません'}。"
        "内容を書き加えてください。",
    )


def _value(node: Node, field: Field, reporter: Reporter) -> Any:
    return READERS[field.kind](node, field, reporter)


def _wrong(node: Node, field: Field, reporter: Reporter, code: str, message: str) -> None:
    if field.lenient:
        message += f"（「{field.name}」はないものとして扱います）"
    reporter.at(node, code, message, "warning" if field.lenient else "error")


def _single(node: Node, field: Field, reporter: Reporter) -> Text | None:
    if isinstance(node, Text):
        return node
    if isinstance(node, Sequence_) and not node.items:
        return None
    mistake = (
        "文の中の半角コロン「: 」のために、別の項目とみなされました。コロンを全角の「：」にするか、"
        if isinstance(node, Mapping_)
        else "「- 」や「[ ]」を使うと一覧とみなされます。一つの文にするか、"
    )
    _wrong(
        node,
        field,
        reporter,
        "expected-text",
        f'「{field.name}」には文を一つ書きます。{mistake}文全体を半角の " で囲んでください。',
    )
    return None


def _text(node: Node, field: Field, reporter: Reporter) -> str | None:
    single = _single(node, field, reporter)
    if single is None or single.empty:
        return None
    value = single.value.strip()
    if field.choices and value not in field.choices:
        choices = "、".join(field.choices)
        message = f"「{value}」は使えません。{choices} のどれかを書いてください。"
        _wrong(node, field, reporter, "not-a-choice", message)
        return None
    return value


def _texts(node: Node, field: Field, reporter: Reporter) -> tuple[str, ...]:
    if isinstance(node, Text):
        if not node.quoted and LIST_MARKS.match(node.value):
            reporter.at(
                node,
                "list-mark",
                "一覧の印は、半角のハイフンと半角スペースで「- 」と書いてください。"
                '印でなく文なら、文全体を半角の " で囲んでください。',
            )
        return (node.value.strip(),)
    items = node.items if isinstance(node, Sequence_) else (node,)
    one = Field(field.name, Kind.TEXT, field.title, lenient=field.lenient)
    found = (_text(item, one, reporter) for item in items)
    return tuple(dict.fromkeys(text for text in found if text))


def _parsed(read: Callable[[str], Any], code: str) -> Callable[[Node, Field, Reporter], Any]:
    """Make a reader of a function that raises `ValueError` with a Japanese message."""

    def reader(node: Node, field: Field, reporter: Reporter) -> Any:
        single = _single(node, field, reporter)
        if single is None or single.empty:
            return None
        try:
            return read(single.value)
        except ValueError as error:
            _wrong(node, field, reporter, code, str(error))
            return None

    return reader


def _links(node: Node, field: Field, reporter: Reporter) -> tuple[tuple[str, str], ...]:
    items = node.items if isinstance(node, Sequence_) else (node,)
    found = (_link(item, field, reporter) for item in items)
    return tuple(dict.fromkeys(link for link in found if link))


def _link(node: Node, field: Field, reporter: Reporter) -> tuple[str, str] | None:
    """Read `{title, url}`, or a text whose last word is the address."""
    if isinstance(node, Mapping_):
        record = _record(node, LINK, reporter)
        url = record.text("url") if record else None
        return (record.text("title") or url, url) if record and url else None
    if not isinstance(node, Text):
        _single(node, field, reporter)
        return None
    title, _, address = node.value.strip().rpartition("http")
    try:
        url = read_url(f"http{address}" if address else node.value)
    except ValueError as error:
        _wrong(node, field, reporter, "bad-url", str(error))
        return None
    return (title.strip(" \t\u3000\n,、:：|") or url, url)


def _table(node: Node, field: Field, reporter: Reporter) -> Record | None:
    return _record(node, field.table, reporter) if field.table else None


def _tables(node: Node, field: Field, reporter: Reporter) -> tuple[Record, ...]:
    """Read a list of records; a broken one loses only itself."""
    items = node.items if isinstance(node, Sequence_) else (node,)
    if field.table is None:
        return ()
    found = (walk(item, field.table, reporter) for item in items)
    return tuple(record for record in found if record is not None)


def _languages(node: Node, field: Field, reporter: Reporter) -> dict[str, Record]:
    found: dict[str, Record] = {}
    if not isinstance(node, Mapping_):
        message = f"「{field.name}」は、言語ごとに「en:」のように書きます（{LANGUAGES} など）。"
        _wrong(node, field, reporter, "expected-mapping", message)
        return found
    for key, value in node.items:
        language = read_language(key.value)
        if language is None:
            message = f"「{key.value}」という言語はありません。{LANGUAGES} のように書いてください。"
            _wrong(key, field, reporter, "unknown-language", message)
        elif field.table is not None and not (isinstance(value, Text) and value.empty):
            record = _record(value, field.table, reporter)
            if record is not None:
                found[language] = record
    return found


def _pairs(node: Node, field: Field, reporter: Reporter) -> dict[str, str]:
    if not isinstance(node, Mapping_):
        message = f"「{field.name}」は、「名前: 内容」の行を字下げして並べてください。"
        _wrong(node, field, reporter, "expected-mapping", message)
        return {}
    one = Field(field.name, Kind.TEXT, field.title, lenient=field.lenient)
    texts = ((key.value, _text(value, one, reporter)) for key, value in node.items)
    return {key: text for key, text in texts if text is not None}


LINK = Table(
    "リンク",
    (
        Field("title", Kind.TEXT, "リンクの名前", ("題名", "名前", "タイトル")),
        Field("url", Kind.URL, "リンク先", ("リンク先", "アドレス"), required=True, lenient=True),
    ),
)
READERS: dict[Kind, Callable[[Node, Field, Reporter], Any]] = {
    Kind.TEXT: _text,
    Kind.ID: _parsed(read_id, "bad-id"),
    Kind.TEXTS: _texts,
    Kind.DATE: _parsed(read_day, "bad-date"),
    Kind.URL: _parsed(read_url, "bad-url"),
    Kind.PHONE: _parsed(read_phone, "bad-phone"),
    Kind.LINKS: _links,
    Kind.TABLE: _table,
    Kind.TABLES: _tables,
    Kind.LANGUAGES: _languages,
    Kind.PAIRS: _pairs,
    Kind.ANY: lambda node, _field, _reporter: node,
}
