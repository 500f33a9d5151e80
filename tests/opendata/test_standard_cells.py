"""What Excel and hurried hands do to cells, and what is made of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from concierge.opendata.standard.cells import ALL_DAY, READERS, Days

LOST = object()
ALL = frozenset(range(7))
CELLS: list[tuple[str, str, Any]] = [
    ("time", "9:00", 540), ("time", "09：00", 540), ("time", "９時３０分", 570), ("time", "午後5時", 1020),
    ("time", "0.375", 540), ("time", "0.729166666666667", 1050), ("time", "17:30:00", 1050), ("time", "終日", ALL_DAY),
    ("time", "24:00", 1440), ("time", "翌2:00", 1560), ("time", "99:99", None), ("time", "25:99", LOST),
    ("time", "日の出", LOST), ("time", "0.3333", LOST), ("time", "9", LOST), ("time", "31:00", LOST),
    ("days", "月火水木金", Days(frozenset(range(5)))), ("days", "月〜金", Days(frozenset(range(5)))),
    ("days", "平日", Days(frozenset(range(5)))), ("days", "全日", Days(ALL)), ("days", "年中無休", Days(ALL, True)),
    ("days", "土日祝", Days(frozenset({5, 6}), True)), ("days", "月;水;金", Days(frozenset({0, 2, 4}))),
    ("days", "月曜日、水曜日", Days(frozenset({0, 2}))), ("days", "金〜月", Days(frozenset({4, 5, 6, 0}))),
    ("days", "不定期", Days(frozenset(), irregular=True)), ("days", "月火水木黄", LOST), ("days", "要問合せ", LOST),
    ("phone", " \t\n(0191)46-5571", "0191-46-5571"), ("phone", "０４８（２５２）３５８８", "048-252-3588"),
    ("phone", "-", None), ("phone", "48-252-3588", LOST), ("phone", "9.01E+09", LOST), ("phone", "検討中", LOST),
    ("count", "50,700 ", 50700), ("count", "１９人", 19), ("count", "4.00E+12", LOST), ("count", "約100", LOST), ("count", "-", None),
    ("flag", "1", True), ("flag", "○", True), ("flag", "有", True), ("flag", "無", False), ("flag", "0", False), ("flag", "要相談", LOST),
    ("date", "2023-04-13", date(2023, 4, 13)), ("date", "令和5年4月13日", date(2023, 4, 13)), ("date", "45029", date(2023, 4, 13)),
    ("date", "2023/2/30", LOST), ("date", "未定", LOST),
    ("latitude", "35.681236", 35.681236), ("latitude", "３５．５", 35.5), ("latitude", "139.7", LOST), ("latitude", "0", LOST),
    ("latitude", "北緯35度", LOST), ("longitude", "139.767125", 139.767125), ("longitude", "35.6", LOST), ("longitude", "nan", LOST),
    ("url", "https://www.example.jp/", "https://www.example.jp/"), ("url", "javascript:alert(1)", LOST), ("url", "なし", None), ("url", "www", LOST),
    ("departments", "内科；外科", ("内科", "外科")), ("departments", "内科:小児科", ("内科", "小児科")),
    ("departments", "内科、皮膚科，眼科", ("内科", "皮膚科", "眼科")), ("departments", "内科・皮膚科", ("内科", "皮膚科")),
    ("departments", "内分泌・糖尿病内科", ("内分泌・糖尿病内科",)), ("departments", "ﾘﾊﾋﾞﾘﾃｰｼｮﾝ科", ("リハビリテーション科",)),
    ("departments", "内科（肝臓、胃腸）、外科", ("内科", "外科")), ("departments", "内科　　漢方内科", ("内科", "漢方内科")),
    ("ages", "0歳から5歳", ((0, 5), "0歳から5歳")), ("ages", "６歳～１２歳（小学校１年生～６年生）", ((6, 12), "６歳～１２歳（小学校１年生～６年生）")),
    ("ages", "18歳未満", ((0, 17), "18歳未満")), ("ages", "小学校1年生から6年生", ((6, 12), "小学校1年生から6年生")),
    ("ages", "生後57日から就学前まで", ((0, 5), "生後57日から就学前まで")), ("ages", "要相談", (None, "要相談")),
    ("kana", "ﾋﾗｲｽﾞﾐﾁｮｳ", "ヒライズミチョウ"), ("text", "ﾐﾅﾄ  ビル\u200b", "ミナト ビル"), ("name", "（医）アガペ　もりた", "（医）アガペ もりた"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw", "value"), CELLS)
def test_a_cell_is_read_or_lost_with_a_reason(kind: str, raw: str, value: Any) -> None:
    cell = READERS[kind](raw)
    if value is LOST:
        assert cell.state == "lost"
        assert cell.value is None
        assert cell.code and cell.message.endswith("。")
    else:
        assert cell.value == value
        assert cell.state != "lost"


@pytest.mark.parametrize("kind", READERS)
def test_no_cell_raises(kind: str) -> None:
    for raw in (
        "あ",
        "１",
        "-",
        "9" * 400,
        "(",
        "）",
        "1e400",
        "−1",
        "🏥",
        "\u200b a",
        "=1+1",
        "'0123",
        "None",
    ):
        cell = READERS[kind](raw)
        assert cell.state in ("read", "repaired", "lost")
