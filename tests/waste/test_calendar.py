"""Next dates, dates of a day, and above all what is not certain."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from concierge.opendata.garbage_5374.folder import read_5374
from concierge.waste.calendar import Calendar, Collection
from concierge.waste.doubt import Doubt
from concierge.waste.model import Area, ClosurePolicy
from tests.opendata.made_up import days, write

CLOSED = "名称,開始,終了\n中央,2026/12/31,2027/1/3\n"


class Town:
    """One made-up area with one or two cells."""

    def __init__(
        self,
        folder: Path,
        *cells: str,
        policy: ClosurePolicy = ClosurePolicy.SKIP,
        valid_to: date | None = None,
        centre: str = "中央",
        **files: str,
    ) -> None:
        header = "地名,センター," + ",".join(f"分別{n}" for n in range(len(cells)))
        text = days(",".join(("本町", centre, *cells)), header=header)
        write(folder, area_days=text, **files)
        data = read_5374(folder, policy=policy, valid_to=valid_to).data
        assert data is not None
        self.calendar = Calendar(data)
        self.area: Area = data.areas[0]

    def next(self, on: str) -> list[Collection]:
        return self.calendar.next_collections(self.area, date.fromisoformat(on))

    def between(self, first: str, last: str) -> list[str]:
        found = self.calendar.between(
            self.area, date.fromisoformat(first), date.fromisoformat(last)
        )
        return [str(one.date) for one in found]

    def doubts(self, on: str) -> list[Doubt | None]:
        found = self.calendar.doubts_on(self.area, date.fromisoformat(on))
        return [one.doubt for one in found]


def test_today_counts(tmp_path: Path) -> None:
    [found] = Town(tmp_path, "月 木").next("2026-11-23")
    assert (found.date, found.doubt, found.note) == (date(2026, 11, 23), None, None)
    assert found.row == 2


def test_a_category_is_given_once_even_if_two_rules_meet(tmp_path: Path) -> None:
    town = Town(tmp_path, "月 月4", "月")
    assert town.between("2026-11-23", "2026-11-23") == ["2026-11-23", "2026-11-23"]


def test_between_is_by_day_then_by_category(tmp_path: Path) -> None:
    town = Town(tmp_path, "火", "月 火")
    found = town.calendar.between(town.area, date(2026, 11, 23), date(2026, 11, 24))
    assert [(str(f.date), f.category.label) for f in found] == [
        ("2026-11-23", "分別1"), ("2026-11-24", "分別0"), ("2026-11-24", "分別1"),
    ]  # fmt: skip


def test_a_fifth_weekday_is_skipped_in_months_without_one(tmp_path: Path) -> None:
    town = Town(tmp_path, "水5:7")
    assert [str(town.next(day)[0].date) for day in ("2026-11-21", "2029-01-01", "2031-01-01")] == [
        "2030-07-31", "2030-07-31", "2031-07-30",
    ]  # fmt: skip


def test_a_fifth_monday_of_february_comes_within_28_years_and_fast(tmp_path: Path) -> None:
    town = Town(tmp_path, "月5:2")
    started = time.process_time()
    assert town.next("2024-03-01")[0].date == date(2044, 2, 29)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_time(tmp_path: Path, day: str) -> None:
    town = Town(tmp_path, "月", "水5", "隔月20150112", "20260401", "月:4", center=CLOSED)
    assert len(town.next(day)) == 5
    town.doubts(day)
    town.between(day, day)


def test_closures_skip(tmp_path: Path) -> None:
    town = Town(tmp_path, "木", "木1", "隔木20261203", center=CLOSED)
    assert [str(found.date) for found in town.next("2026-12-31")] == [
        "2027-01-07", "2027-01-07", "2027-01-14",
    ]  # fmt: skip


def test_closures_shift(tmp_path: Path) -> None:
    """A closed first Friday moves the rest of January; n counts as without the closure."""
    closed = "名称,開始,終了\n中央,2027/1/1,2027/1/3\n"
    town = Town(
        tmp_path,
        "金",
        "金1",
        "金2",
        "金5",
        "隔金20270101",
        policy=ClosurePolicy.SHIFT,
        center=closed,
    )
    found = [str(one.date) for one in town.next("2027-01-01")]
    assert found == ["2027-01-08", "2027-01-08", "2027-01-15", "2027-04-30", "2027-01-15"]
    january = Town(tmp_path, "金", policy=ClosurePolicy.SHIFT, center=closed)
    assert january.between("2027-01-01", "2027-02-06") == [
        "2027-01-08", "2027-01-15", "2027-01-22", "2027-01-29", "2027-02-05",
    ]  # fmt: skip


def test_a_shifted_day_that_is_closed_too_is_dropped(tmp_path: Path) -> None:
    closed = "名称,開始,終了\n中央,2027/1/1,2027/1/10\n"
    town = Town(tmp_path, "金1", policy=ClosurePolicy.SHIFT, center=closed)
    assert town.between("2027-01-01", "2027-01-31") == []


def test_closures_of_another_centre_do_not_matter(tmp_path: Path) -> None:
    town = Town(tmp_path, "木", centre="西", center=CLOSED)
    [found] = town.next("2026-12-31")
    assert (found.date, found.doubt) == (date(2026, 12, 31), Doubt.NEW_YEAR)


def test_new_year_is_certain_where_a_closure_is_published_near_it(tmp_path: Path) -> None:
    town = Town(tmp_path, "火 水", center=CLOSED)
    [found] = town.next("2026-12-29")
    assert (found.date, found.doubt) == (date(2026, 12, 29), None)
    assert town.doubts("2026-12-31") == []
    [later] = town.next("2027-12-29")
    assert (later.date, later.doubt) == (date(2027, 12, 29), Doubt.NEW_YEAR)
    assert later.note is not None and "年末年始" in later.note


@pytest.mark.parametrize("cell", ["火", "20261229", "火5:12", "隔火20261201"])
def test_new_year_without_a_closure_is_doubted(tmp_path: Path, cell: str) -> None:
    [found] = Town(tmp_path, cell).next("2026-12-29")
    assert (found.date, found.doubt) == (date(2026, 12, 29), Doubt.NEW_YEAR)


def test_silence_at_new_year_is_not_certain_either(tmp_path: Path) -> None:
    assert Town(tmp_path, "月").doubts("2026-12-29") == [Doubt.NEW_YEAR]
    assert Town(tmp_path, "月").doubts("2027-01-03") == [Doubt.NEW_YEAR]
    assert Town(tmp_path, "火").doubts("2026-12-28") == []
    assert Town(tmp_path, "火").doubts("2027-01-04") == []


@pytest.mark.parametrize(
    ("cell", "on", "doubt"),
    [
        ("20260401", "2026-04-02", Doubt.ENDED),
        ("20260401 20991231", "2026-11-21", Doubt.ENDED),
        ("20991231", "2026-11-21", Doubt.NOT_SCHEDULED),
        ("隔水20160406", "2026-11-21", Doubt.ENDED),
        ("", "2026-11-21", Doubt.NOT_SCHEDULED),
        ("-", "2026-11-21", Doubt.NOT_SCHEDULED),
        ("*1", "2026-11-21", Doubt.NOT_SCHEDULED),
        ("その他", "2026-11-21", Doubt.NOT_UNDERSTOOD),
        ("2020024", "2026-11-21", Doubt.NOT_UNDERSTOOD),
    ],
)
def test_no_date(tmp_path: Path, cell: str, on: str, doubt: Doubt) -> None:
    town = Town(tmp_path, cell)
    [found] = town.next(on)
    assert (found.date, found.doubt) == (None, doubt)
    assert found.note is not None and found.note.startswith(doubt.value)
    assert town.doubts(on) == [doubt]


def test_the_last_day_of_alternate_weeks(tmp_path: Path) -> None:
    town = Town(tmp_path, "隔水20160406")
    assert town.next("2017-04-05")[0].date == date(2017, 4, 5)
    assert town.next("2017-04-06")[0].doubt is Doubt.ENDED


def test_a_partly_read_cell_gives_dates_with_a_doubt(tmp_path: Path) -> None:
    town = Town(tmp_path, "20261201 2026124 20261229")
    [found] = town.next("2026-11-21")
    assert (found.date, found.doubt) == (date(2026, 12, 1), Doubt.NOT_UNDERSTOOD)
    assert town.doubts("2026-12-10") == [Doubt.NOT_UNDERSTOOD]


def test_validity(tmp_path: Path) -> None:
    town = Town(tmp_path, "月", valid_to=date(2027, 3, 31))
    assert town.next("2027-03-29")[0].doubt is None
    [found] = town.next("2027-03-30")
    assert (found.date, found.doubt) == (date(2027, 4, 5), Doubt.PAST_VALIDITY)
    assert (
        found.note
        == "データの有効期限より後のため、日付は確かではありません（2027年3月31日（水）まで）。"
    )
    assert town.doubts("2027-04-01") == [Doubt.PAST_VALIDITY]


def test_a_listed_day_in_a_closure_is_skipped_and_doubted(tmp_path: Path) -> None:
    town = Town(tmp_path, "20270101 20270108", center=CLOSED)
    assert town.next("2026-12-28")[0].date == date(2027, 1, 8)
    assert town.doubts("2027-01-01") == [Doubt.CONTRADICTION]
    assert town.doubts("2027-01-02") == []


def test_an_implausible_closure_is_a_doubt(tmp_path: Path) -> None:
    center = "名称,開始,終了\n中央,2018/4/1,2019/03/031\n"
    town = Town(tmp_path, "月", center=center)
    assert town.next("2018-06-01")[0].doubt is Doubt.CONTRADICTION
    assert town.next("2019-06-01")[0].doubt is None
    assert town.doubts("2018-06-05") == []


def test_a_weekday_that_disagrees_with_its_date(tmp_path: Path) -> None:
    [found] = Town(tmp_path, "隔月20261201").next("2026-11-21")
    assert (found.date, found.doubt) == (date(2026, 12, 1), Doubt.CONTRADICTION)


def test_remarks_go_into_the_note_and_take_days_away(tmp_path: Path) -> None:
    remarks = "ID,注意事項\n1,収集がない日 2027/01/25\n2,北側だけです\n"
    town = Town(tmp_path, "月4 *1", "月4 *2", "*2", remarks=remarks)
    first, second, third = town.next("2027-01-20")
    assert (first.date, second.date) == (date(2027, 2, 22), date(2027, 1, 25))
    assert second.note == "北側だけです。"
    assert second.doubt is None
    assert third.note == "収集日が登録されていません。北側だけです。"
    assert [remark.id for remark in second.remarks] == ["2"]


def test_days_off_of_every_year_from_a_remark(tmp_path: Path) -> None:
    remarks = "ID,注意事項\n,12月29日～1月3日は収集しません。\n"
    town = Town(tmp_path, "水", remarks=remarks)
    for year in (2026, 2030):
        assert town.between(f"{year}-12-29", f"{year + 1}-01-03") == []
        assert town.doubts(f"{year}-12-30") == []


MOVES = "区分名,振替日,次回収日,表示開始日,備考\n"


def test_a_move_concerns_the_areas_whose_rules_give_the_day_after_it(tmp_path: Path) -> None:
    """Thursday's area moves to Sunday 27 December; Friday's area has nothing to do with it."""
    moves = MOVES + "分別0,2026/12/27,2027/1/7,,27日に収集します\n"
    thursday = Town(tmp_path / "a", "月 木", transferdata=moves)
    assert thursday.between("2026-12-24", "2027-01-08") == [
        "2026-12-24",
        "2026-12-27",
        "2027-01-07",
    ]
    found = thursday.next("2026-12-25")[0]
    assert (found.doubt, found.note) == (None, "27日に収集します。")
    friday = Town(tmp_path / "b", "火 金", center=CLOSED, transferdata=moves)
    assert friday.between("2026-12-24", "2027-01-05") == ["2026-12-25", "2026-12-29", "2027-01-05"]


def test_an_extra_collection(tmp_path: Path) -> None:
    moves = MOVES + "分別0,2026/12/5,,,落ち葉の臨時収集\n"
    town = Town(tmp_path, "水", "火", transferdata=moves)
    assert town.between("2026-12-02", "2026-12-09") == [
        "2026-12-02", "2026-12-05", "2026-12-08", "2026-12-09",
    ]  # fmt: skip
    assert town.next("2026-12-05")[0].note == "落ち葉の臨時収集。"


def test_every_doubt_reads_as_a_sentence() -> None:
    for doubt in Doubt:
        assert doubt.note.endswith("。")
        assert not doubt.value.endswith("。")
