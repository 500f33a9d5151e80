"""The CSV layer: bytes as cities publish them, lines as their editors number them."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.opendata.table import LARGEST_FILE, Table, read_table, visible


def table(folder: Path, content: bytes, *, multiline: bool = False) -> Table:
    path = folder / "a.csv"
    path.write_bytes(content)
    found = read_table(path, "a.csv", multiline=multiline)
    assert found is not None
    return found


def rows(found: Table) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in found.rows]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark(tmp_path: Path, end: bytes, mark: bytes) -> None:
    content = mark + end.join(["地名,月".encode(), "本町,火".encode(), b""])
    assert rows(table(tmp_path, content)) == [(1, ("地名", "月")), (2, ("本町", "火"))]


def test_blank_lines_are_dropped_and_counted(tmp_path: Path) -> None:
    assert rows(table(tmp_path, b"a\n\n  \nb\n\n")) == [(1, ("a",)), (4, ("b",))]


def test_a_quoted_cell_may_hold_a_comma(tmp_path: Path) -> None:
    found = table(tmp_path, b'a,"Cans, bottles",c\n')
    assert rows(found) == [(1, ("a", "Cans, bottles", "c"))]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('a,"",c', ("a", "", "c")),
        ('a,"x ""y"" z",c', ("a", 'x "y" z', "c")),
        ('6" pipe,b', ('6" pipe', "b")),
        ('a,"b"c,d', ("a", "bc", "d")),
        ('a,"",', ("a", "", "")),
    ],
)
def test_quotes(tmp_path: Path, line: str, cells: tuple[str, ...]) -> None:
    found = table(tmp_path, f"{line}\nnext".encode())
    assert rows(found) == [(1, cells), (2, ("next",))]
    assert not found.problems


def test_a_multi_line_cell_keeps_the_line_numbers(tmp_path: Path) -> None:
    found = table(tmp_path, b'h\r\na,"1\r\n2",c\r\nlast\r\n', multiline=True)
    assert rows(found) == [(1, ("h",)), (2, ("a", "1\n2", "c")), (4, ("last",))]


@pytest.mark.parametrize("multiline", [True, False])
def test_an_open_quote_swallows_nothing(tmp_path: Path, multiline: bool) -> None:
    found = table(tmp_path, b'a,"b,c\nd,e\nf,g\n', multiline=multiline)
    assert rows(found) == [(1, ("a", '"b', "c")), (2, ("d", "e")), (3, ("f", "g"))]
    assert [(p.line, p.code) for p in found.problems] == [(1, "quote-open")]


def test_quotes_on_two_lines_are_not_one_cell_where_lines_matter(tmp_path: Path) -> None:
    found = table(tmp_path, b'"a,b\nc,d\ne",f\n')
    assert len(found.rows) == 3


def test_cp932_is_read_and_said(tmp_path: Path) -> None:
    found = table(tmp_path, "地名,①～髙".encode("cp932"))
    assert rows(found) == [(1, ("地名", "①～髙"))]
    assert [(p.severity, p.code) for p in found.problems] == [("info", "encoding-cp932")]


def test_damaged_utf8_is_not_taken_for_cp932(tmp_path: Path) -> None:
    content = "地名,センター,燃やすごみ\n本町,中央,月 木\n".encode() * 20 + "西町".encode()[:-1]
    found = table(tmp_path, content)
    assert found.rows[0].cells == ("地名", "センター", "燃やすごみ")
    assert [(p.severity, p.code, p.line) for p in found.problems] == [
        ("error", "encoding-broken", 41)
    ]


@pytest.mark.parametrize(
    "content",
    ["地名,月".encode("utf-16"), "地名,燃やすごみ".encode("euc-jp"), b"\xff\xfe\x80\xa0\xfd\n" * 3],
)
def test_unknown_encodings_give_no_rows(tmp_path: Path, content: bytes) -> None:
    found = table(tmp_path, content)
    assert found.rows == []
    assert [(p.severity, p.code) for p in found.problems] == [("error", "encoding-unknown")]


def test_missing_is_none_and_empty_is_empty(tmp_path: Path) -> None:
    assert read_table(tmp_path / "no.csv", "no.csv") is None
    assert rows(table(tmp_path, b"")) == []
    assert rows(table(tmp_path, b"\n")) == []


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    found = read_table(path, "huge.csv")
    assert found is not None
    assert [p.code for p in found.problems] == ["file-too-large"]


def test_visible() -> None:
    assert visible(" 破砕\b ごみ\u200b　（大） ") == "破砕 ごみ (大)".replace("(", "（").replace(
        ")", "）"
    )
