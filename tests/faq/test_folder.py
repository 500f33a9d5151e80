"""FAQ files of every kind: the same entries, and every mistake with its place."""

from __future__ import annotations

import datetime
import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
import yaml

from concierge.faq import fields
from concierge.faq.excel_cells import shown
from concierge.faq.fields import ENTRY, faq_schema
from concierge.faq.folder import faq_files, load_faq, read_faq_file
from concierge.faq.model import Entry, FileResult
from concierge.staff_yaml import key_form

FULL = """\
- id: 0012
  question: ごみはいつですか
  also: [ゴミの日, いつ捨てる]
  keywords:
    - ごみ
  answer: |
    水曜です。

    朝8時までに出してください。
  links:
    - title: ごみの日
      url: https://www.example.jp/gomi/
  department: 環境課
  phone: #8000
  valid_from: 令和8年4月1日
  valid_to: 2027/3/31
  updated: R8.4.1
  golden:
    - ごみって何曜？
  translations:
    en:
      question: When is garbage day?
      also: garbage day
      answer: Wednesday.
  category: くらし
  url: https://www.example.jp/
"""


def write(folder: Path, name: str, text: str | bytes) -> FileResult:
    path = folder / "faq" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_faq_file(path, f"faq/{name}")


def told(result: FileResult) -> list[tuple[int, int, str, str]]:
    return [(each.line, each.column, each.severity, each.code) for each in result.problems]


def workbook(folder: Path, name: str, *rows: list[Any]) -> FileResult:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    (folder / "faq").mkdir(parents=True, exist_ok=True)
    book.save(folder / "faq" / name)
    return read_faq_file(folder / "faq" / name, f"faq/{name}")


def test_every_field(tmp_path: Path) -> None:
    result = write(tmp_path, "gomi.yaml", FULL)
    assert result.problems == () and not result.unusable
    (entry,) = result.entries
    assert entry.id == "0012"
    assert entry.question == "ごみはいつですか"
    assert entry.also == ("ゴミの日", "いつ捨てる")
    assert entry.keywords == ("ごみ",)
    assert entry.answer == "水曜です。\n\n朝8時までに出してください。"
    assert entry.links == (("ごみの日", "https://www.example.jp/gomi/"),)
    assert (entry.department, entry.phone) == ("環境課", "#8000")
    assert (entry.valid_from, entry.valid_to) == (date(2026, 4, 1), date(2027, 3, 31))
    assert entry.updated == date(2026, 4, 1)
    assert entry.golden == ("ごみって何曜？",)
    english = entry.translations["en"]
    assert (english.question, english.also, english.answer) == (
        "When is garbage day?",
        ("garbage day",),
        "Wednesday.",
    )
    assert (entry.category, entry.url) == ("くらし", "https://www.example.jp/")
    assert (entry.file, entry.line) == ("faq/gomi.yaml", 1)


@pytest.mark.parametrize("alias", [alias for each in ENTRY.fields for alias in each.aliases])
def test_every_alias_is_the_same_key(alias: str, tmp_path: Path) -> None:
    field = ENTRY.by_key[key_form(alias)]
    document = yaml.safe_load(FULL.replace("#8000", "'#8000'").replace("0012", "'0012'"))
    entry = document[0]
    entry[alias] = entry.pop(field.name)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    result = write(tmp_path, "gomi.yaml", text)
    assert result.problems == ()
    assert result.entries[0].answer.startswith("水曜です。")
    assert write(tmp_path, "gomi.yaml", FULL).entries[0] == Entry(
        **{name: getattr(result.entries[0], name) for name in Entry.__slots__ if name != "line"},
        line=1,
    )


def test_a_broken_entry_loses_only_itself(tmp_path: Path) -> None:
    result = write(
        tmp_path,
        "a.yaml",
        "- question: 一\n  answer: あ\n- question: 二\n- question: 三\n  answer: う\n"
        "  valid_to: 2026-02-30\n- question: 四\n  answer: え\n  updated: 2026-02-30\n",
    )
    assert [entry.question for entry in result.entries] == ["一", "四"]
    assert told(result) == [
        (3, 3, "error", "missing"),
        (6, 13, "error", "bad-date"),
        (9, 12, "warning", "bad-date"),
    ]
    assert not result.unusable


def test_reversed_dates_lose_the_entry(tmp_path: Path) -> None:
    text = "- question: 一\n  answer: あ\n  valid_from: 2026-04-02\n  valid_to: 2026-04-01\n"
    result = write(tmp_path, "a.yaml", text)
    assert result.entries == ()
    assert [each.code for each in result.problems] == ["dates-reversed"]


@pytest.mark.parametrize(
    "text",
    [
        "faq:\n  - question: 一\n    answer: あ\n",
        "question: 一\nanswer: あ\n",
        "よくある質問:\n- 質問: 一\n  回答: あ\n",
    ],
)
def test_other_shapes_of_a_file(text: str, tmp_path: Path) -> None:
    result = write(tmp_path, "a.yml", text)
    assert [entry.question for entry in result.entries] == ["一"]
    assert result.problems == ()


@pytest.mark.parametrize("text", ["ごみ\n", "faq: x\n", "name: a\n"])
def test_a_file_without_a_list_is_unusable(text: str, tmp_path: Path) -> None:
    result = write(tmp_path, "a.yaml", text)
    assert result.unusable and result.entries == ()
    assert "expected-list" in [each.code for each in result.problems]


@pytest.mark.parametrize("name", ["a.yaml", "a.csv"])
def test_an_empty_file_is_fine(name: str, tmp_path: Path) -> None:
    assert write(tmp_path, name, "") == FileResult(f"faq/{name}")


def test_derived_ids_are_stable_and_differ(tmp_path: Path) -> None:
    text = "- question: ごみの日\n  answer: あ\n- question: ゴミの日？\n  answer: い\n"
    first = write(tmp_path, "a.yaml", text)
    ids = [entry.id for entry in first.entries]
    assert ids[0].startswith("a-") and ids[1] == f"{ids[0]}-2"
    moved = "- question: 前に\n  answer: う\n" + text.replace("答え", "別の答え")
    assert [entry.id for entry in write(tmp_path, "a.yaml", moved).entries][1:] == ids
    assert write(tmp_path, "sub/a.yaml", text).entries[0].id.startswith("sub/a-")


def test_equal_ids_and_equal_questions(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "- id: x\n  question: 一\n  answer: あ\n")
    write(tmp_path, "b.yaml", "- id: x\n  question: 二\n  answer: い\n")
    write(tmp_path, "c.yaml", "- question: 一。\n  answer: う\n")
    write(
        tmp_path,
        "d.yaml",
        "- id: y\n  question: 三\n  answer: う\n- id: y\n  question: 四\n  answer: え\n",
    )
    faq = load_faq(tmp_path)
    assert [entry.answer for entry in faq.entries] == ["あ", "う", "う"]
    assert [(each.file, each.line, each.severity, each.code) for each in faq.problems] == [
        ("faq/b.yaml", 1, "error", "duplicate-id"),
        ("faq/c.yaml", 1, "warning", "duplicate-question"),
        ("faq/d.yaml", 4, "error", "duplicate-id"),
    ]


def test_which_files_are_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("- question: 外\n  answer: x\n", encoding="utf-8")
    town = tmp_path / "town"
    for name in ("b.yml", "sub/a.yaml", ".hidden.yaml", ".git/x.yaml", "~$c.xlsx", "d.txt"):
        write(town, name, "- question: 一\n  answer: あ\n")
    (town / "faq" / "link.yaml").symlink_to(outside)
    (town / "faq" / "old.xls").write_bytes(b"x")
    faq = load_faq(town)
    assert faq.files == ("faq/b.yml", "faq/link.yaml", "faq/old.xls", "faq/sub/a.yaml")
    assert [entry.file for entry in faq.entries] == ["faq/b.yml", "faq/sub/a.yaml"]
    assert {each.code for each in faq.problems} == {
        "link-outside",
        "old-excel",
        "duplicate-question",
    }
    assert faq_files(tmp_path / "nowhere") == []


def test_a_csv_in_each_encoding(tmp_path: Path) -> None:
    text = 'ID,質問,回答,別の言い方,担当課,電話,備考\r\n007 ,"ごみ, いつ","水曜\r\nです",あ|い｜う,環境課,#8000,x\r\n\r\n2,b,c\r\n'
    for encoding in ("utf-8", "utf-8-sig", "cp932", "utf-16"):
        result = write(tmp_path, "a.csv", text.encode(encoding))
        first, second = result.entries
        assert (first.id, first.question, first.answer) == ("007 ", "ごみ, いつ", "水曜\nです")
        assert first.also == ("あ", "い", "う")
        assert (first.department, first.phone, first.line) == ("環境課", "#8000", 2)
        assert (second.id, second.line) == ("2", 5)
        assert (1, 7, "warning", "unknown-column") in told(result)


def test_a_csv_with_mistakes(tmp_path: Path) -> None:
    result = write(
        tmp_path,
        "a.csv",
        "question,answer,category\n"
        "a,10,000円,x\n"  # a comma that splits
        'b,"閉じない,x\n'
        "c,,x\n"
        "d,#REF!,x\n"
        "e,???です,x\n"
        "f,よい,x\n"
        "g,よい,x\n",
    )
    assert told(result) == [
        (2, 4, "error", "too-many-cells"),
        (3, 1, "error", "unclosed-quote"),
        (4, 1, "error", "missing"),
        (5, 2, "error", "excel-error-value"),
        (6, 2, "warning", "lost-characters"),
    ]
    assert [entry.question for entry in result.entries] == ["e", "f", "g"]


def test_columns_of_one_name_are_one_list_but_never_one_text(tmp_path: Path) -> None:
    rows = "質問,回答,別の言い方1,別の言い方2\na,b,c,d\n"
    assert write(tmp_path, "a.csv", rows).entries[0].also == ("c", "d")
    result = write(tmp_path, "b.csv", "質問,回答,答え\na,b,c\n")
    assert result.unusable and [each.code for each in result.problems] == ["duplicate-column"]
    result = write(tmp_path, "c.csv", "しつもん,こたえ\na,b\n")
    assert result.unusable and "no-header" in [each.code for each in result.problems]


def test_quotation_marks_within_a_cell(tmp_path: Path) -> None:
    result = write(tmp_path, "a.csv", 'question,answer\na,"b ""c"" d"\ne,5" の管\n')
    assert [entry.answer for entry in result.entries] == ['b "c" d', '5" の管']


def test_a_workbook(tmp_path: Path) -> None:
    result = workbook(
        tmp_path,
        "a.xlsx",
        ["令和8年度 よくある質問"],
        [],
        ["ID", "質問", "回答", "電話番号", "更新日", "分類", None],
        [7, "a", 8000, "#8000", datetime.date(2026, 4, 1), "くらし", "欄外のメモ"],
        [],
        ["007", "b", 0.5, "0120-000-000", "R8.4.1", None],
        ["x", "c", "=A1", None, None, None],
        ["y", "d", "よい", 312345678, "令和8年2月30日", None],
    )
    assert [(entry.id, entry.answer, entry.line) for entry in result.entries] == [
        ("7", "8000", 4),
        ("007", "0.5", 6),
        ("y", "よい", 8),
    ]
    assert result.entries[0].updated == result.entries[1].updated == date(2026, 4, 1)
    assert told(result) == [
        (7, 1, "error", "missing"),  # a formula that was never worked out
        (8, 4, "warning", "bad-phone"),
        (8, 5, "warning", "bad-date"),
    ]
    assert all(each.message.startswith("シート「Sheet」: ") for each in result.problems)


def test_merged_cells_and_several_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["質問", "回答", "分類"])
    for question in "abc":
        book.active.append([question, "よい", "くらし" if question == "a" else None])
    book.active.merge_cells("C2:C4")
    book.create_sheet("二枚目").append(["question", "answer"])
    book["二枚目"].append(["d", "よい"])
    book.create_sheet("メモ").append(["読まない表"])
    book.create_sheet("隠れた表").append(["question", "answer"])
    book["隠れた表"].append(["e", "だめ"])
    book["隠れた表"].sheet_state = "hidden"
    (tmp_path / "faq").mkdir()
    book.save(tmp_path / "faq" / "a.xlsx")
    result = read_faq_file(tmp_path / "faq" / "a.xlsx", "faq/a.xlsx")
    assert result.problems == ()
    assert [(entry.question, entry.category) for entry in result.entries] == [
        ("a", "くらし"),
        ("b", "くらし"),
        ("c", "くらし"),
        ("d", None),
    ]


@pytest.mark.parametrize(
    "data", [b"", b"xx", b"PK\x03\x04xx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx"]
)
def test_what_is_no_workbook(data: bytes, tmp_path: Path) -> None:
    result = write(tmp_path, "a.xlsx", data)
    assert result.unusable
    assert [each.code for each in result.problems] == ["unreadable-workbook"]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (8000, "General", "8000"),
        (8000.0, "General", "8000"),
        (0.1 + 0.2, "General", "0.3"),
        (7, "0000", "0007"),
        (1234567, "#,##0", "1,234,567"),
        (1234.5, "#,##0.00", "1,234.50"),
        (0.08, "0%", "8%"),
        (0.085, "0.0%", "8.5%"),
        (500, '#,##0"円"', "500円"),
        (9000001, "000-0000", "900-0001"),
        (-5, "0", "-5"),
        (123456789012, "General", "123456789012"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        ("a_x000D_\nb", "General", "a\nb"),
        (datetime.datetime(2026, 4, 1), "yyyy/m/d", "2026-04-01"),
        (datetime.datetime(2026, 4, 1), 'm"月"d"日"', "4月1日"),
        (datetime.datetime(2026, 4, 1), '[$-411]ggge"年"m"月"d"日"', "令和8年4月1日"),
        (datetime.datetime(2026, 4, 1), 'yyyy"年"m"月"d"日"(aaa)', "2026年4月1日(水)"),
        (datetime.datetime(2026, 4, 1, 9, 30), "yyyy/m/d h:mm", "2026-04-01 9:30"),
        (datetime.time(9, 30), "h:mm", "9:30"),
        (datetime.timedelta(hours=25, minutes=5), "[h]:mm", "25:05"),
    ],
)
def test_cells_as_excel_shows_them(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_entries_know_when_they_hold() -> None:
    entry = Entry("a", "b", "c", valid_from=date(2026, 4, 1), valid_to=date(2026, 4, 30))
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)]
    assert [entry.valid_on(day) for day in days] == [False, True, True, False]


def test_the_shipped_schema_is_the_generated_one() -> None:
    shipped = Path(fields.__file__).with_name("faq.schema.json")
    assert json.loads(shipped.read_text(encoding="utf-8")) == faq_schema(), (
        "write it again: concierge/faq/fields.py, faq_schema()"
    )


def test_the_schema_takes_what_the_reader_takes() -> None:
    validator = jsonschema.Draft7Validator(faq_schema())
    jsonschema.Draft7Validator.check_schema(faq_schema())
    assert validator.is_valid(
        yaml.safe_load(FULL.replace("valid_to: 2027/3/31", "valid_to: x"))
        and [{"question": "a", "answer": "b", "phone": None, "also": "c", "links": "https://a.jp"}]
    )
    assert validator.is_valid([{"質問": "a", "回答": 8000}])
    assert validator.is_valid({"faq": [{"question": "a", "answer": "b"}]})
    assert validator.is_valid(None)
    for wrong in ([{"question": "a"}], [{"question": "a", "answer": "b", "anser": "c"}], "a"):
        assert not validator.is_valid(wrong)


def test_real_entries_are_read_whole(published: Path, tmp_path: Path) -> None:
    lines = (published / "faq" / "faqs.jsonl").read_text(encoding="utf-8").splitlines()
    faqs = [json.loads(line) for line in lines]
    began = time.process_time()
    result = write(tmp_path, "a.yaml", json.dumps(faqs, ensure_ascii=False, indent=1))
    assert time.process_time() - began < 15
    assert [(entry.id, entry.question) for entry in result.entries] == [
        (faq["id"], faq["question"]) for faq in faqs
    ]
