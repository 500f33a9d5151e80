"""The strict YAML reader: what is read as typed, and what every mistake is answered with."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.staff_yaml import (
    Document,
    Field,
    Kind,
    Mapping_,
    Node,
    Record,
    Reporter,
    Sequence_,
    Table,
    Text,
    parse_yaml,
    read_text,
    read_yaml,
    walk,
)
from concierge.staff_yaml.explain import SENTENCES

KEYS = ("question", "answer", "also", "phone", "keywords", "faq", "updated", "質問", "回答")


def parse(text: str | bytes) -> Document:
    return parse_yaml(text, "faq/a.yaml", KEYS)


def plain(node: Node | None) -> object:
    match node:
        case Text():
            return node.value
        case Sequence_():
            return [plain(item) for item in node.items]
        case Mapping_():
            return {key.value: plain(value) for key, value in node.items}
    return None


def told(document: Document) -> list[tuple[int, int, str]]:
    return [(each.line, each.column, each.code) for each in document.problems]


@pytest.mark.parametrize(
    "typed",
    [
        "19:30",
        "no",
        "yes",
        "0123",
        "1_000",
        "0x1F",
        "2026-11-20",
        "~",
        "null",
        "1e3",
        "#8000",
        "夜間は #8000 へ",
        "夜間は #８０００ へ",
        "#7119 か #8000",
        "「ごみ」の日",
        "【重要】窓口",
        "-5度",
        "https://example.jp/a?b=c#d",
        "A&B",
        "50%",
        "3*4",
        "受付：9時",
        "受付:9時",
        'a\'s "b"',
        "ごみ、資源",
        "（#1）",
    ],
)
@pytest.mark.parametrize("form", ["answer: {}\n", "- {}\n", "- answer: {}\n  also: x\n"])
def test_reads_as_typed(typed: str, form: str) -> None:
    document = parse(form.format(typed))
    assert document.problems == ()
    assert typed in str(plain(document.root)).replace("\\'", "'")


def test_a_comment_is_a_comment_and_a_short_number_is_not() -> None:
    document = parse("# 先頭\nphone: #8000 # 夜間\n  # 字下げ\nanswer: 昼 # 8000\n#1 の注釈\n")
    assert document.problems == ()
    assert plain(document.root) == {"phone": "#8000", "answer": "昼"}


def test_a_short_number_may_begin_a_line_of_a_sentence() -> None:
    document = parse("answer: 夜間は\n  #8000 へ\n  どうぞ\nphone: x\n")
    assert plain(document.root) == {"answer": "夜間は\n#8000 へ\nどうぞ", "phone": "x"}


def test_a_word_hidden_by_a_hash_is_told() -> None:
    document = parse("answer: 夜間は #救急 へ\n")
    assert told(document) == [(1, 13, "unclear-hash")]
    assert document.problems[0].severity == "error"  # half an answer is a wrong answer


def test_a_comment_in_place_of_a_value_leaves_room_for_it() -> None:
    document = parse("faq: #一覧\n  - question: #大事\n    answer: x\n")
    assert plain(document.root) == {"faq": [{"question": "", "answer": "x"}]}
    assert told(document) == [(1, 6, "unclear-hash"), (2, 15, "unclear-hash")]


def test_blocks_keep_everything() -> None:
    text = (
        "answer: |\n  一行目: x\n  ・#8000 「\"'\n\n    深い行\n  question：これも本文\nalso: y\n"
    )
    document = parse(text)
    assert document.problems == ()
    expected = "一行目: x\n・#8000 「\"'\n\n  深い行\nquestion：これも本文\n"
    assert plain(document.root) == {"answer": expected, "also": "y"}


def test_nodes_know_where_they_stand() -> None:
    document = parse("- question: あ\n  also:\n    - い\n    - う\n")
    assert isinstance(document.root, Sequence_)
    entry = document.root.items[0]
    assert isinstance(entry, Mapping_)
    also = entry.get("also")
    assert isinstance(also, Sequence_) and isinstance(also.items[1], Text)
    assert (also.items[1].line, also.items[1].column) == (4, 7)
    assert (entry.line, entry.last_line) == (1, 4)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- question：ごみ\n", (1, 11, "full-width-colon")),
        ("- 質問：ごみ\n", (1, 5, "full-width-colon")),
        ("question:ごみ\n", (1, 9, "colon-without-space")),
        ("question:　ごみ\n", (1, 9, "colon-without-space")),
        ("question : ごみ\nanswer：x\n", (2, 7, "full-width-colon")),
        ("answer: 受付: 9時\n", (1, 11, "colon-in-sentence")),
        ("answer: 受付は\n  平日: 9時\n", (2, 5, "colon-in-sentence")),
        ("answer: @abc\n", (1, 9, "special-start")),
        ("answer: %abc\n", (1, 9, "special-start")),
        ("answer: `abc\n", (1, 9, "special-start")),
        ("answer: *要予約\n", (1, 9, "special-start")),
        ("answer: &abc x\n", (1, 9, "special-start")),
        ("answer: !重要\n", (1, 9, "special-start")),
        ("answer: - x\n", (1, 9, "special-start")),
        ("answer: [注意] x\n", (1, 9, "special-start")),
        ("- question: a\n\tanswer: b\n", (2, 1, "indent-character")),
        ("- question: a\n　　answer: b\n", (2, 1, "indent-character")),
        ("- question: a\n \u00a0answer: b\n", (2, 2, "indent-character")),
        ("・question: a\n", (1, 1, "list-mark")),
        ("－ question: a\n", (1, 1, "list-mark")),
        ("-question: a\n", (1, 1, "list-mark")),
        ("question: a\nquestion: b\n", (2, 1, "duplicate-key")),
        ('answer: "abc\nalso: x\n', (1, 9, "unclosed-quote")),
        ("answer: 'abc\n", (1, 9, "unclosed-quote")),
        ("keywords: [a, b\nanswer: x\n", (1, 11, "unclosed-bracket")),
        ('answer: "a" b\n', (1, 12, "text-after-quote")),
        ('answer: "a\\d"\n', (1, 11, "backslash")),
        ("answer: |x\n  y\n", (1, 9, "text-after-block-mark")),
        ("answer: |\n    x\n  y\n", (3, 3, "shallow-block-line")),
        ("- question: a\n    answer: b\n", (2, 5, "continued-key")),
        ("- question: a\n answer: b\n", (2, 2, "wrong-indent")),
        ("answer: x\n本文\n", (2, 1, "missing-colon")),
        ("a: 1\n---\nb: 2\n", (2, 1, "several-documents")),
        ("%YAML 1.2\n---\na: 1\n", (1, 1, "directive")),
        ("also: [&a x, *a]\n", (1, 8, "special-mark")),
        ("[" * 30 + "\n", (1, 21, "too-deep")),
        ("{a: b}: c\n", (1, 1, "special-start")),
    ],
)
def test_each_mistake_has_its_place_and_no_english(text: str, place: tuple[int, int, str]) -> None:
    document = parse(text)
    assert place in told(document)
    for problem in document.problems:
        assert problem.severity == "error" or problem.code == "part-left-out"
        assert problem.message.endswith(("。", "）"))
        for piece, _, _ in SENTENCES:
            assert piece not in problem.message


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40)]
    document = parse("\n".join(lines))
    assert any(each.severity == "error" for each in document.problems)


def test_several_mistakes_are_told_at_once_and_the_rest_is_read() -> None:
    document = parse(
        "faq:\n"
        "  - question：一\n"
        "    answer：二\n"
        "  - question: 三\n"
        '    answer: "四" と\n'
        "  - question: [五\n"
        "  - question: 六\n"
        "   answer: ずれ\n"
        "  - question: 七\n"
        "    answer: 八\n"
    )
    assert {(line, code) for line, _, code in told(document)} >= {
        (2, "full-width-colon"),
        (3, "full-width-colon"),
        (5, "text-after-quote"),
        (6, "unclosed-bracket"),
        (8, "wrong-indent"),
    }
    root = plain(document.root)
    assert isinstance(root, dict)
    assert root["faq"][-1] == {"question": "七", "answer": "八"}


def test_a_forgotten_quote_does_not_take_the_next_entry_along() -> None:
    document = parse('- question: "一\n- question: "二"\n  answer: x\n')
    assert told(document) == [(1, 13, "unclosed-quote")]
    assert isinstance(document.root, Sequence_)
    assert plain(document.root.items[1]) == {"question": "二", "answer": "x"}


@pytest.mark.parametrize("empty", ["", "\n\n", "# 注釈だけ\n", "---\n", "﻿", "   \n"])
def test_an_empty_file_is_fine(empty: str) -> None:
    document = parse(empty)
    assert (document.root, document.problems, document.unusable) == (None, (), False)


def test_encodings() -> None:
    text = "question: 髙橋①のごみ\r\nanswer: 水曜\r\n"
    expected = {"question": "髙橋①のごみ", "answer": "水曜"}
    assert plain(parse(text.encode()).root) == expected
    assert parse(text.encode("utf-8-sig")).problems == ()
    for encoding in ("cp932", "utf-16"):
        document = parse(text.encode(encoding))
        assert plain(document.root) == expected
        assert [(each.code, each.severity) for each in document.problems] == [
            ("not-utf-8", "warning")
        ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x89PNG\r\n\0\0abc", "not-text"),
        (b"PK\x03\x04abc", "not-text"),
        ("質問と回答の一覧表".encode("euc_jp"), "unknown-encoding"),
        (b"\xff\x81", "unknown-encoding"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, code: str) -> None:
    document = parse(data)
    assert document.unusable and document.root is None
    assert [each.code for each in document.problems] == [code]


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    began = time.process_time()
    assert [each.code for each in read_yaml(path, "large.yaml").problems] == ["file-too-large"]
    assert time.process_time() - began < 2


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none.yaml", "none.yaml")[1][0].code == "file-unreadable"
    assert read_text(tmp_path, "folder")[1][0].severity == "error"


def test_control_characters_are_replaced_and_told() -> None:
    document = parse("question: ご\x0bみ\nanswer: a\u2028b\n")
    assert plain(document.root) == {"question": "ご み", "answer": "a b"}
    assert told(document) == [(1, 12, "control-character"), (2, 10, "control-character")]


def test_problems_do_not_flood() -> None:
    document = parse("".join(f"- question：{n}\n" for n in range(5000)))
    assert len(document.problems) == 301
    assert document.problems[-1].code == "too-many-problems"


def test_two_thousand_entries_in_a_second() -> None:
    entry = "- question: ごみ{0}\n  also:\n    - い{0}\n  answer: |\n    本文\n  phone: #8000\n"
    text = "".join(entry.format(number) for number in range(2000))
    began = time.process_time()
    document = parse(text)
    assert time.process_time() - began < 5
    assert document.problems == () and isinstance(document.root, Sequence_)
    assert len(document.root.items) == 2000


def test_many_broken_entries_take_no_longer() -> None:
    text = "".join(f"- question: a{n}\n answer: b\n" for n in range(2000))
    began = time.process_time()
    assert len(parse(text).problems) == 301
    assert time.process_time() - began < 10


SENTENCE = st.text(st.sampled_from("ごみ曜日#8:：-「*&!%@`'\"|>[]{},? \t　\nab0"), max_size=40)


@settings(max_examples=300, deadline=None)
@given(SENTENCE)
def test_nothing_typed_makes_it_raise_or_silently_differ(typed: str) -> None:
    """Whatever is typed behind a key on one line comes out as typed, or is told."""
    line = typed.replace("\n", " ").replace("\t", " ").strip()
    document = parse(f"- question: {line}\n  answer: x\n")
    if document.problems or not line or line.startswith(("'", '"', "[", "{", "|", ">", "# ")):
        return
    if "#\u3000" in line:  # a comment as well
        return
    value = plain(document.root)
    shown = line.split(" # ")[0].rstrip().removesuffix(" #")
    assert value == [{"question": "" if line == "#" else shown.strip(), "answer": "x"}]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    parse(text)
    parse("- question: " + text)


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.text(st.characters(exclude_categories=("C", "Zl", "Zp"), max_codepoint=0xFFFF)),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abcあい", min_size=1), inner),
        max_leaves=8,
    )
)
def test_what_yaml_itself_writes_is_read_back(value: object) -> None:
    written = yaml.safe_dump([value], allow_unicode=True, default_style='"', width=10_000)
    document = parse(written)
    assert plain(document.root) == [value]


INNER = Table("中", (Field("question", Kind.TEXT, "質問"), Field("answer", Kind.TEXT, "回答")))
TABLE = Table(
    "試しの項目",
    (
        Field("question", Kind.TEXT, "質問", ("質問", "Q"), required=True),
        Field("also", Kind.TEXTS, "別の言い方"),
        Field("day", Kind.DATE, "日"),
        Field("updated", Kind.DATE, "更新日", lenient=True),
        Field("url", Kind.URL, "ページ", lenient=True),
        Field("phone", Kind.PHONE, "電話", lenient=True),
        Field("kind", Kind.TEXT, "種類", choices=("甲", "乙")),
        Field("links", Kind.LINKS, "リンク", lenient=True),
        Field("translations", Kind.LANGUAGES, "翻訳", table=INNER),
        Field("options", Kind.PAIRS, "設定"),
        Field("desk", Kind.TABLE, "窓口", table=INNER),
        Field("desks", Kind.TABLES, "窓口の一覧", table=INNER),
    ),
)


def record(text: str) -> tuple[Record | None, list[tuple[int, str, str]]]:
    document = parse_yaml(text, "a.yaml", TABLE.keys)
    assert document.root is not None
    reporter = Reporter("a.yaml")
    reporter.extend(document.problems)
    found = walk(document.root, TABLE, reporter)
    return found, [(each.line, each.severity, each.code) for each in reporter.problems]


def test_a_record_of_every_kind() -> None:
    found, problems = record(
        "Ｑ: ごみ\nalso: ひとつだけ\nday: 令和８年４月１日\nphone: ０１２３（４５）６７８９\n"
        "kind: 甲\nlinks:\n  - title: ごみ\n    url: https://example.jp/\n"
        "  - 一覧 https://example.jp/b\n  - https://example.jp/c\n"
        "translations:\n  en:\n    question: Garbage\n  やさしい日本語:\n    answer: ごみ\n"
        "options:\n  a: 0123\ndesk:\n  answer: 甲\ndesks:\n  - answer: 乙\n"
    )
    assert problems == [] and found is not None
    assert found.text("question") == "ごみ"
    assert found.texts("also") == ("ひとつだけ",)
    assert found.day("day") == date(2026, 4, 1)
    assert found.text("phone") == "0123(45)6789"
    assert found.links("links") == (
        ("ごみ", "https://example.jp/"),
        ("一覧", "https://example.jp/b"),
        ("https://example.jp/c", "https://example.jp/c"),
    )
    assert set(found.languages("translations")) == {"en", "ja-easy"}
    assert found.pairs("options") == {"a": "0123"}
    desk = found.record("desk")
    assert desk is not None and desk.text("answer") == "甲"
    assert [each.text("answer") for each in found.records("desks")] == ["乙"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("also: x\n", (1, "error", "missing")),
        ("question:\n", (1, "error", "missing")),
        ("question: ''\n", (1, "error", "missing")),
        ("question: a\nkind: 丙\n", (2, "error", "not-a-choice")),
        ("question: a\nday: 2026-02-30\n", (2, "error", "bad-date")),
        ("question: [a, b]\n", (1, "error", "expected-text")),
        ("question: a\nalso:\n  - b: c\n", (3, "error", "expected-text")),
        ("question: a\nalso:\n  ・b\n  ・c\n", (3, "error", "list-mark")),
        ("question: a\nalso: -b\n", (2, "error", "list-mark")),
        ("question: a\n質問: b\n", (2, "error", "duplicate-key")),
        (
            "question: a\ntranslations:\n  英国語:\n    answer: x\n",
            (3, "error", "unknown-language"),
        ),
        ("- a\n", (1, "error", "expected-mapping")),
    ],
)
def test_a_record_with_an_error_is_lost(text: str, problem: tuple[int, str, str]) -> None:
    found, problems = record(text)
    assert found is None
    assert problem in problems


@pytest.mark.parametrize(
    ("line", "name", "code"),
    [
        ("updated: 2026-13-01", "updated", "bad-date"),
        ("url: www.example.jp", "url", "bad-url"),
        ("phone: 市役所", "phone", "bad-phone"),
        ("links: example", "links", "bad-url"),
    ],
)
def test_a_lenient_field_is_left_out_with_a_warning(line: str, name: str, code: str) -> None:
    found, problems = record(f"question: a\n{line}\n")
    assert found is not None and name not in found.values
    assert problems == [(2, "warning", code)]


def test_an_unknown_key_is_told_with_the_nearest_one() -> None:
    document = parse_yaml("question: a\nquestoin: b\n", "a.yaml", TABLE.keys)
    reporter = Reporter("a.yaml")
    assert document.root is not None and walk(document.root, TABLE, reporter) is not None
    (problem,) = reporter.problems
    assert (problem.severity, problem.code) == ("warning", "unknown-key")
    assert "「question」ではありませんか" in problem.message
