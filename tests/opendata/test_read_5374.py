"""A folder of published files: areas, closures, remarks, descriptions, items, and every problem."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from concierge.opendata.garbage_5374.folder import Read5374, read_5374
from concierge.waste.model import Closure, DateList, Move, WasteData, Weekly
from tests.opendata.made_up import days, write


def read(folder: Path, **files: str) -> Read5374:
    return read_5374(write(folder, **files), name="waste/5374")


def data_of(found: Read5374) -> WasteData:
    assert found.data is not None, found.problems
    return found.data


def codes(found: Read5374, severity: str | None = None) -> list[str]:
    return [p.code for p in found.problems if severity in (None, p.severity)]


def test_only_area_days_is_needed(tmp_path: Path) -> None:
    found = read(tmp_path, area_days=days("本町,,月 木,水2"))
    data = data_of(found)
    assert [area.name for area in data.areas] == ["本町"]
    assert [category.label for category in data.categories] == ["燃やすごみ", "資源"]
    assert found.accounting.as_dict() == {
        "total": 2, "read": 2, "repaired": 0, "empty": 0, "not_understood": 0,
    }  # fmt: skip
    assert found.problems == ()


@pytest.mark.parametrize(
    "text", [None, "", "\n", "地名\n本町\n", "地名,センター\n本町,中央\n", days()]
)
def test_nothing_usable_is_an_error(tmp_path: Path, text: str | None) -> None:
    found = read(tmp_path, **({} if text is None else {"area_days": text}))
    assert found.data is None
    assert codes(found, "error")


@pytest.mark.parametrize(
    ("header", "row", "name", "levels", "reading", "centre"),
    [
        ("地名,センター,燃", "本町,中央,月", "本町", (), None, "中央"),
        ("地名,センター（center.csvを使わない場合は空白化）,燃", "本町,,月", "本町", (), None, None),
        ("マスター,地名,センター,燃", "1,本町,中央,月", "本町", ("北区",), None, "中央"),
        ("マスター,地名,地名ふりがな,センター,燃", "1,本町,ほんまち,中央,月", "本町", ("北区",), "ほんまち", "中央"),
        ("地区区分,地区名,地名,センター,燃", "東,一地区,本町,中央,月", "本町", ("東", "一地区"), None, "中央"),
        ("行政区,地名,センター,燃", "南区,本町,中央,月", "本町", ("南区",), None, "中央"),
        ("行政区,センター,燃", "本町,中央,月", "本町", (), None, "中央"),
        ("校下・地区,センター,燃", "本町,中央,月", "本町", (), None, "中央"),
        ("地名,地区,燃", "本町,地区1,月", "本町", (), None, "地区1"),
        ("Master,Name,Center,Trash", "1,Hon,Chuo,Mon", "Hon", ("北区",), None, "Chuo"),
    ],
)  # fmt: skip
def test_columns(
    tmp_path: Path,
    header: str,
    row: str,
    name: str,
    levels: tuple[str, ...],
    reading: str | None,
    centre: str | None,
) -> None:
    found = read(
        tmp_path, area_days=days(row, header=header), area_master="マスター,区名\n1,北区\n"
    )
    [area] = data_of(found).areas
    assert (area.name, area.levels, area.reading, area.centre) == (name, levels, reading, centre)
    [[schedule]] = data_of(found).schedules
    assert schedule.rules == (Weekly(0),)


def test_a_second_column_of_schedules_is_not_a_centre(tmp_path: Path) -> None:
    found = read(tmp_path, area_days=days("本町,月 木,水", header="地名,燃やすごみ,資源"))
    assert len(data_of(found).categories) == 2
    assert "centre-column-missing" in codes(found, "warning")


def test_unknown_ward_code_is_reported(tmp_path: Path) -> None:
    text = days("9,本町,,月", header="マスター,地名,センター,燃")
    found = read(tmp_path, area_days=text, area_master="マスター,区名\n1,北区\n")
    assert data_of(found).areas[0].levels == ()
    assert "ward-unknown" in codes(found, "warning")


def test_columns_without_a_header_are_no_categories(tmp_path: Path) -> None:
    found = read(tmp_path, area_days=days("本町,,月,A", header="地名,センター,燃,"))
    assert [category.label for category in data_of(found).categories] == ["燃"]
    assert found.accounting.total == 1
    assert codes(found) == ["column-unnamed"]


def test_more_than_nine_and_same_named_categories_are_all_read(tmp_path: Path) -> None:
    labels = [f"分別{n}" for n in range(12)] + ["資源", "資源"]
    row = "本町,," + ",".join(["月"] * 13 + ["火"])
    found = read(tmp_path, area_days=days(row, header="地名,センター," + ",".join(labels)))
    assert [category.label for category in data_of(found).categories] == labels
    assert data_of(found).schedules[0][-1].rules == (Weekly(1),)


def test_group_codes_in_a_named_column_are_each_reported(tmp_path: Path) -> None:
    found = read(tmp_path, area_days=days("本町,,月,A", "西町,,火,B"))
    assert found.accounting.lost == [(2, 4, "A"), (3, 4, "B")]
    lost = [(p.file, p.line, p.column) for p in found.problems if p.severity == "error"]
    assert lost == [("waste/5374/area_days.csv", 2, 4), ("waste/5374/area_days.csv", 3, 4)]


def test_short_and_long_rows_are_doubted_and_the_others_stay(tmp_path: Path) -> None:
    found = read(tmp_path, area_days=days("本町,,月", "西町1,2丁目,,月,火", "東町,,水,木,"))
    data = data_of(found)
    assert codes(found, "error") == ["row-too-short", "row-too-long"]
    assert [[s.understood for s in row] for row in data.schedules] == [
        [False, False], [False, False], [True, True],
    ]  # fmt: skip
    assert data.schedules[1][1].rules == ()
    assert found.accounting.as_dict()["not_understood"] == 4


def test_unnamed_blank_and_repeated_header_rows(tmp_path: Path) -> None:
    found = read(
        tmp_path, area_days=days("本町,,月,火", ",,,", ",,水,木", "地名,センター,燃やすごみ,資源")
    )
    assert len(data_of(found).areas) == 1
    assert codes(found, "error") == ["area-unnamed"]
    assert codes(found, "info") == ["header-repeated"]


def test_equal_rows_are_one_area_and_different_ones_stay_apart(tmp_path: Path) -> None:
    found = read(
        tmp_path, area_days=days("本町,,月,火", "本町,,月,火", "西町,,月,火", "西町,,水,火")
    )
    assert [area.name for area in data_of(found).areas] == ["本町", "西町", "西町"]
    assert [area.index for area in data_of(found).areas] == [0, 1, 2]
    assert codes(found) == ["area-repeated", "area-ambiguous"]
    assert found.accounting.total == 8


def test_names_stay_as_published_and_places_in_a_district_get_aliases(tmp_path: Path) -> None:
    rows = ["橋北 秋町,,月,火", "橋北 朝町 夕町,,水,火", "橋南 秋町,,水,火", "橋南 １丁目,,水,火"]
    areas = data_of(read(tmp_path, area_days=days(*rows))).areas
    assert areas[0].name == "橋北 秋町"
    assert areas[0].aliases == ("橋北秋町",)
    assert areas[1].aliases == ("朝町", "夕町", "橋北朝町", "橋北夕町")
    assert areas[3].aliases == ("橋南１丁目",)


def test_closures_in_every_spelling(tmp_path: Path) -> None:
    spellings = ["2026/12/31,2027/1/3", "2026-12-31,2027-01-03", "20261231,20270103",
                 "2026年12月31日,2027年1月3日", "２０２６/１２/３１,2027.1.3", "2026/12/31 0:00,2027/1/3"]  # fmt: skip
    text = "名称,休止開始日,休止終了日\n" + "".join(f"中央,{s}\n" for s in spellings)
    found = read(tmp_path, area_days=days("本町,中央,月,火"), center=text)
    expected = Closure("中央", date(2026, 12, 31), date(2027, 1, 3))
    assert data_of(found).closures == (expected,) * len(spellings)
    assert found.problems == ()


@pytest.mark.parametrize(
    ("span", "code", "near"),
    [
        ("2018/4/1,2019/03/031", "closure-bad-date", date(2018, 9, 1)),
        ("2018/4/1,2019/3/31", "closure-implausible", date(2018, 9, 1)),
        ("2019/1/3,2018/12/31", "closure-implausible", date(2019, 1, 1)),
        ("2018/12/31,来年", "closure-bad-date", date(2019, 1, 2)),
        ("2018/13/31,2019/1/3", "closure-bad-date", date(2019, 1, 1)),
    ],
)
def test_impossible_closures_are_doubted_not_applied(
    tmp_path: Path, span: str, code: str, near: date
) -> None:
    found = read(
        tmp_path, area_days=days("本町,中央,月,火"), center=f"名称,開始,終了\n中央,{span}\n"
    )
    assert data_of(found).closures == ()
    assert codes(found, "error") == [code]
    [doubtful] = data_of(found).doubtful_closures
    assert doubtful.first <= near <= doubtful.last


def test_a_row_of_single_days_off_is_no_span(tmp_path: Path) -> None:
    """One city lists sixteen days off in a row under 休止日: the first two are no closure."""
    listed = ["2026/11/3", "2026/11/23", "", "2026/12/31", "2027/1/1"]
    for head in (",".join(["休止日"] * 5), "休止日1,休止日2,休止日3,休止日4,休止日５"):
        center = f"名称,{head}\n中央,{','.join(listed)}\n"
        found = read(tmp_path, area_days=days("本町,中央,月,火"), center=center)
        days_off = [date(2026, 11, 3), date(2026, 11, 23), date(2026, 12, 31), date(2027, 1, 1)]
        assert data_of(found).closures == tuple(Closure("中央", day, day) for day in days_off)
        assert codes(found) == []


def test_a_single_day_off_that_is_no_date_is_doubted(tmp_path: Path) -> None:
    center = "名称,休止日,休止日,休止日\n中央,2026/11/3,2026/11/031,2026/12/31\n"
    found = read(tmp_path, area_days=days("本町,中央,月,火"), center=center)
    assert codes(found, "error") == ["closure-bad-date"]
    assert found.problems[0].column == 3
    [doubtful] = data_of(found).doubtful_closures
    assert doubtful.first <= date(2026, 11, 30) <= doubtful.last
    assert len(data_of(found).closures) == 2


def test_dates_behind_a_closure_are_doubted_and_told(tmp_path: Path) -> None:
    center = "名称,休止開始日,休止終了日\n中央,2026/12/31,2027/1/3,2027/2/11\n"
    found = read(tmp_path, area_days=days("本町,中央,月,火"), center=center)
    assert data_of(found).closures == (Closure("中央", date(2026, 12, 31), date(2027, 1, 3)),)
    assert codes(found, "error") == ["closure-left-over"]
    [doubtful] = data_of(found).doubtful_closures
    assert doubtful.first <= date(2027, 2, 11) <= doubtful.last
    noted = "名称,休止開始日,休止終了日,備考\n中央,2026/12/31,2027/1/3,年末年始\n"
    assert codes(read(tmp_path, area_days=days("本町,中央,月,火"), center=noted)) == []


@pytest.mark.parametrize("text", ["\n", "名称,開始,終了\n", "名称,開始,終了\n ,,\n"])
def test_an_empty_center_file_is_fine(tmp_path: Path, text: str) -> None:
    assert codes(read(tmp_path, area_days=days("本町,,月,火"), center=text)) == []


def test_centres_join_by_exact_name(tmp_path: Path) -> None:
    center = "名称,開始,終了\n中央センターー,2026/12/31,2027/1/3\n"
    found = read(tmp_path, area_days=days("本町,中央センター,月,火"), center=center)
    assert codes(found, "warning") == ["closure-missing", "closure-unused"]


def test_an_invisible_character_does_not_part_a_centre_from_its_areas(tmp_path: Path) -> None:
    center = "名称,開始,終了\n中央\b ,2026/12/31,2027/1/3\n"
    found = read(tmp_path, area_days=days(" 中町,中央,月,火"), center=center)
    assert codes(found) == []
    assert data_of(found).areas[0].name == " 中町"


def test_a_listed_day_in_a_closure_is_reported(tmp_path: Path) -> None:
    center = "名称,開始,終了\n中央,2026/1/1,2026/1/3\n"
    found = read(tmp_path, area_days=days("本町,中央,20260101 20260108,火"), center=center)
    [problem] = found.problems
    assert (problem.code, problem.line, problem.column) == ("date-in-closure", 2, 3)


REMARKS = (
    "ID,注意事項\n"
    "1,収集がない日 2017/05/29 2017/07/31\n"
    "a,12月30日、1月5日は収集時間が変わります\n"
    "9,よその町の注意書き\n"
    ",祝日は収集しますが、日曜日及び1月1日～3日は収集しません。\n"
    ",朝8時30分までに出してください。\n"
)


def test_remarks(tmp_path: Path) -> None:
    found = read(tmp_path, area_days=days("本町,,月1 月5 *1,火 *a *2"), remarks=REMARKS)
    data = data_of(found)
    first, second = data.schedules[0]
    assert first.remarks[0].excluded == (date(2017, 5, 29), date(2017, 7, 31))
    assert second.remarks[0].text == "12月30日、1月5日は収集時間が変わります"
    assert second.remarks[0].excluded == ()
    [yearly] = data.closures
    assert (yearly.yearly, yearly.centre) == (True, None)
    assert [remark.id for remark in data.remarks] == ["", "", "1", "a"]
    assert sorted(codes(found)) == [
        "remark-computed", "remark-computed", "remark-shown-only", "remark-unknown", "remark-unused",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "燃えないごみは、1月1日～3日は収集しません",
        "1月1日～3日は収集します",
        "1月1日頃は収集しません",
        "収集がない日 未定",
        "収集がない日 2017/02/30",
        "1月1日～12月31日は収集しません",
    ],
)
def test_remarks_that_may_mean_something_else_are_only_shown(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, area_days=days("本町,,月 *1,火"), remarks=f"ID,注意事項\n1,{text}\n")
    [remark] = data_of(found).remarks
    assert (remark.text, remark.excluded, remark.closures) == (text, (), ())


def test_moves(tmp_path: Path) -> None:
    moves = (
        "区分名,振替日,次回収日,表示開始日,備考\n"
        "資源,2026/12/29,2027/1/6,2026/12/26,29日に収集します\n"
        "資源,2026/12/5,,,\n"
        "資源,2026/13/5,2027/1/6,,\n"
        "資源,2026/12/29,2026/12/1,,\n"
        "資源,2026/12/29,あとで,,\n"
        "紙,2026/12/29,2027/1/6,,\n"
    )
    found = read(tmp_path, area_days=days("本町,,月,水"), transferdata=moves)
    assert data_of(found).moves == (
        Move("資源", date(2026, 12, 29), date(2027, 1, 6), "29日に収集します"),
        Move("資源", date(2026, 12, 5), None, None),
    )
    assert [p.line for p in found.problems if p.severity == "error"] == [4, 5, 6, 7]


def test_descriptions(tmp_path: Path) -> None:
    text = (
        "label,sublabel,description,styles,bgcolor\n"
        "#燃やすごみ,,消した行,,\n"
        '燃やすごみ,生ごみなど,"・袋で出す。<br />\n・朝8時&amp;まで<b>厳守</b>",,\n'
        "資源 ,,びん,,\n"
        "粗大ごみ,,電話で,,\n"
    )
    found = read(tmp_path, area_days=days("本町,,月,火"), description=text)
    burn, recycle = data_of(found).categories
    assert (burn.sublabel, burn.description) == ("生ごみなど", "・袋で出す。\n\n・朝8時&まで厳守")
    assert recycle.description == "びん"
    assert codes(found) == ["label-repaired", "category-without-days"]


def test_descriptions_of_several_regions_are_not_mixed_up(tmp_path: Path) -> None:
    text = (
        "region,label,sublabel,description,styles,bgcolor\n"
        "北,燃やすごみ,,朝7時まで,,\n南,燃やすごみ,,朝8時まで,,\n"
        "北,資源,,びん,,\n南,資源,,びん,,\n"
    )
    found = read(tmp_path, area_days=days("本町,,月,火"), description=text)
    assert [c.description for c in data_of(found).categories] == [None, "びん"]
    assert found.problems == ()


def test_items(tmp_path: Path) -> None:
    text = (
        "type,name,notice,furigana\n"
        "燃やすごみ,紙,,か\n"
        "資源,紙,汚れたものは燃やすごみ,か\n"
        "燃やすごみ\b,木,{},き\n"
        "燃やすごみ ,草,,く\n"
        "label,name,notice,furigana\n"
        "家電,テレビ,店へ,て\n"
        "家電,冷蔵庫,店へ,れ\n"
        "資源,,,\n"
        ",,,\n"
        "資源,紙,汚れたものは燃やすごみ,か\n"
    )
    found = read(tmp_path, area_days=days("本町,,月,火"), target=text)
    items = [(item.name, item.category, item.note, item.row) for item in data_of(found).items]
    assert items == [
        ("紙", "燃やすごみ", None, 2),
        ("紙", "資源", "汚れたものは燃やすごみ", 3),
        ("木", "燃やすごみ", None, 4),
        ("草", "燃やすごみ", None, 5),
        ("テレビ", "家電", "店へ", 7),
        ("冷蔵庫", "家電", "店へ", 8),
    ]
    assert codes(found) == [
        "label-repaired", "label-repaired", "item-category-unknown", "item-empty",
    ]  # fmt: skip
    assert "2件" in next(p.message for p in found.problems if p.code == "item-category-unknown")


def test_a_target_file_without_header_loses_no_item(tmp_path: Path) -> None:
    found = read(tmp_path, area_days=days("本町,,月,火"), target="資源,新聞,,し\n")
    assert [item.name for item in data_of(found).items] == ["新聞"]


def test_a_cp932_target_with_multi_line_cells(tmp_path: Path) -> None:
    write(tmp_path, area_days=days("本町,,月,火"))
    text = 'type,name,notice,furigana\r\n資源,新聞,"紐で縛る。\r\n※雨の日は避ける",し\r\n資源,雑誌,,さ\r\n'
    (tmp_path / "target.csv").write_bytes(text.encode("cp932"))
    found = read_5374(tmp_path)
    assert [(i.name, i.note, i.row) for i in data_of(found).items] == [
        ("新聞", "紐で縛る。\n※雨の日は避ける", 2), ("雑誌", None, 4),
    ]  # fmt: skip
    assert codes(found) == ["encoding-cp932"]


def test_problems_are_japanese_sorted_and_end_with_what_to_do(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        area_days=days("本町,中央,その他,火２", "西町,,20150198,隔月20140401"),
        center="名称,開始,終了\n中央,2018/4/1,2019/03/031\n",
        remarks=REMARKS,
    )
    assert list(found.problems) == sorted(found.problems)
    for problem in found.problems:
        assert problem.message.endswith("。")
        assert any(character > "ぁ" for character in problem.message)
        assert problem.file.startswith("waste/5374/")


def test_a_sentinel_is_no_date(tmp_path: Path) -> None:
    found = read(tmp_path, area_days=days("本町,,20991231,20260401 21001231"))
    first, second = data_of(found).schedules[0]
    assert (first.rules, second.rules) == ((DateList(()),), (DateList((date(2026, 4, 1),)),))
    assert found.problems == ()
