"""Two fiscal years side by side: each day from the calendar that is valid for it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from concierge.clock import TOKYO
from concierge.knowledge import load_knowledge
from concierge.opendata.formats import ImportOptions, ImportReport, import_data
from concierge.waste.areas import find_areas
from concierge.waste.calendar import Calendar
from concierge.waste.doubt import Doubt
from concierge.waste.folder import read_waste
from concierge.waste.years import Calendars
from tests.opendata.made_up import days, write
from tests.towns import Talk

AT = datetime(2027, 2, 20, tzinfo=TOKYO)
THIS = days("本町,中央,月 木,水2", "浜町,中央,火 金,水1")
NEXT = days(
    "本町,中央,火 金,水2 水4", "山手,中央,月 木,水1", header="地名,センター,燃やすごみ,プラ"
)


def take(tmp_path: Path, text: str, at: datetime = AT, **options: date) -> ImportReport:
    source = write(tmp_path / f"source{len(list(tmp_path.iterdir()))}", area_days=text)
    return import_data("5374", source, tmp_path / "town", ImportOptions(at, **options))  # type: ignore[arg-type]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    take(tmp_path, THIS)
    report = take(tmp_path, NEXT, valid_to=date(2028, 3, 31))
    assert report.files[0] == "waste/5374-2027/area_days.csv"
    assert (report.figures["valid_from"], report.figures["valid_to"]) == (
        "2027-04-01", "2028-03-31",
    )  # fmt: skip
    return tmp_path / "town"


def calendar(town: Path, day: str) -> Calendar:
    return Calendars(read_waste(town).datasets).on(date.fromisoformat(day))


def first(town: Path, name: str, on: str, seen: str = "2027-02-20") -> dict[str, str | None]:
    here = calendar(town, seen)
    [area] = find_areas(here.data, name)
    found = here.next_collections(area, date.fromisoformat(on))
    return {one.category.label: str(one.date) if one.date else None for one in found}


def test_a_second_import_leaves_the_first_alone(town: Path) -> None:
    assert (town / "waste/5374/area_days.csv").read_text("utf-8") == THIS
    assert (town / "waste/5374-2027/area_days.csv").read_text("utf-8") == NEXT


def test_each_day_from_the_calendar_valid_for_it(town: Path) -> None:
    for seen in ("2027-02-20", "2027-04-10"):
        assert first(town, "本町", "2027-03-30", seen) == {
            "燃やすごみ": "2027-04-02",  # the Thursday of this year's rule would be 1 April
            "資源": None,
            "プラ": "2027-04-14",
        }
        assert first(town, "本町", "2027-03-25", seen)["燃やすごみ"] == "2027-03-25"


def test_a_span_over_the_turn_of_the_year(town: Path) -> None:
    here = calendar(town, "2027-03-20")
    [area] = find_areas(here.data, "本町")
    found = here.between(area, date(2027, 3, 29), date(2027, 4, 6))
    assert [str(one.date) for one in found] == ["2027-03-29", "2027-04-02", "2027-04-06"]
    assert all(one.doubt is None for one in found)


def test_an_area_of_one_year_only_is_not_known_in_the_other(town: Path) -> None:
    here = calendar(town, "2027-03-20")
    [gone], [new] = find_areas(here.data, "浜町"), find_areas(here.data, "山手")
    assert not here.doubts_on(gone, date(2027, 3, 23))
    assert {one.doubt for one in here.doubts_on(gone, date(2027, 4, 6))} == {Doubt.AREA_MISSING}
    [burnable, *_] = here.next_collections(new, date(2027, 3, 20))
    assert (burnable.date, burnable.doubt) == (date(2027, 4, 1), Doubt.AREA_MISSING)


def test_after_both_it_still_computes_and_says_so(town: Path) -> None:
    here = calendar(town, "2028-05-01")
    [area] = find_areas(here.data, "本町")
    burnable = here.next_collections(area, date(2028, 5, 1))[0]
    assert (burnable.date, burnable.doubt) == (date(2028, 5, 2), Doubt.PAST_VALIDITY)
    assert "2028年3月31日" in str(burnable.note)


def test_a_list_that_fills_its_year_leads_into_the_next(tmp_path: Path) -> None:
    take(tmp_path, days("本町,中央,20270310 20270324,"))
    take(tmp_path, days("本町,中央,20270407 20270421,"))
    into = tmp_path / "town"
    assert [data.valid_to for data in read_waste(into).datasets] == [
        date(2027, 3, 31), date(2028, 3, 31),
    ]  # fmt: skip
    here = calendar(into, "2027-03-25")
    [area] = here.data.areas
    found = here.next_collections(area, date(2027, 3, 25))[0]
    assert (found.date, found.doubt) == (date(2027, 4, 7), None)


def test_a_list_that_ended_early_leaves_doubt(tmp_path: Path) -> None:
    take(tmp_path, days("本町,中央,20261110 20261124,"))
    take(tmp_path, days("本町,中央,20270407 20270421,"))
    here = calendar(tmp_path / "town", "2027-02-20")
    [area] = here.data.areas
    found = here.next_collections(area, date(2027, 2, 20))[0]
    assert (found.date, found.doubt) == (date(2027, 4, 7), Doubt.ENDED)


def test_the_same_time_again_replaces_and_keeps_the_former_aside(tmp_path: Path) -> None:
    take(tmp_path, THIS)
    report = take(tmp_path, NEXT)
    town = tmp_path / "town"
    assert [problem.code for problem in report.problems][-1] == "calendar-replaced"
    assert (town / "waste/5374/area_days.csv").read_text("utf-8") == NEXT
    assert (town / "waste/.5374-before/area_days.csv").read_text("utf-8") == THIS
    assert len(read_waste(town).datasets) == 1


def test_next_years_first_then_this_years(tmp_path: Path) -> None:
    take(tmp_path, NEXT, valid_to=date(2028, 3, 31))
    take(tmp_path, THIS)
    town = tmp_path / "town"
    assert first(town, "本町", "2027-03-25")["燃やすごみ"] == "2027-03-25"
    assert first(town, "本町", "2027-04-01")["燃やすごみ"] == "2027-04-02"


def test_staff_settings_go_along_but_not_the_title(tmp_path: Path) -> None:
    take(tmp_path, THIS)
    settings = tmp_path / "town/waste/5374/source.yaml"
    text = settings.read_text("utf-8") + "title: 2026年度\ncollection_time: 8時\n"
    settings.write_text(text, "utf-8")
    take(tmp_path, NEXT, valid_to=date(2028, 3, 31))
    new = (tmp_path / "town/waste/5374-2027/source.yaml").read_text("utf-8")
    assert "8時" in new
    assert "2026年度" not in new


@pytest.mark.parametrize(
    ("valid_from", "codes"),
    [("2027-04-01", []), ("2027-03-01", ["calendars-overlap"]), ("2027-05-01", ["calendars-gap"])],
)
def test_overlaps_and_gaps_are_told(tmp_path: Path, valid_from: str, codes: list[str]) -> None:
    take(tmp_path, THIS)
    begins = date.fromisoformat(valid_from)
    report = take(tmp_path, NEXT, valid_to=date(2028, 3, 31), valid_from=begins)
    town = tmp_path / "town"
    assert [p.code for p in report.problems if p.code.startswith("calendars-")] == codes
    assert [p.code for p in load_knowledge(town).problems if "calendars-" in p.code] == codes
    here = calendar(town, "2027-03-20")
    [area] = find_areas(here.data, "本町")
    [doubt, *_] = [one.doubt for one in here.doubts_on(area, date(2027, 4, 6))] or [None]
    assert doubt is (Doubt.PAST_VALIDITY if codes == ["calendars-gap"] else None)
    overlap = here.between(area, date(2027, 3, 8), date(2027, 3, 9))
    later = codes == ["calendars-overlap"]
    assert [str(one.date) for one in overlap] == ["2027-03-09" if later else "2027-03-08"]


def test_residents_are_told_across_the_turn(town: Path) -> None:
    talk = Talk(town)
    [reply] = talk("本町の燃やすごみ", at="2027-03-30T07:00")
    assert "4月2日（金）" in reply.text
    assert reply.sources[0].file == "waste/5374/area_days.csv"
    [reply] = talk("本町の4月6日のごみ", at="2027-03-30T07:00")
    assert reply.text.startswith("本町の4月6日（火）は、燃やすごみの収集日です。")
    assert reply.sources[0].file == "waste/5374-2027/area_days.csv"
    [reply] = talk("本町の燃やすごみ", at="2028-04-03T07:00")
    assert reply.text.startswith("今年度の収集日は未登録です。")
    [reply] = talk("本町の2028年4月10日のごみ", at="2028-03-03T07:00")
    assert reply.text.startswith("3月31日（金）より後の収集日は、まだ登録されていません")
