"""When places are open: the rules of remarks day by day, and what is said where data is silent."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta

import holidays
import pytest

from concierge.clock import TOKYO
from concierge.places.hours import Closure, OpeningHours, State, told_clock, told_spans
from concierge.places.remarks import read_remark, weekdays_in

JAPAN = holidays.country_holidays("JP", years=range(2025, 2032))
DAY = timedelta(days=1)


def hours(remark: str, days: str = "月火水木金土日", spans: str = "9:00-17:00") -> OpeningHours:
    found = read_remark(remark)
    weekdays, named = weekdays_in(days)
    first, last = (int(t[:-3]) * 60 + int(t[-2:]) for t in spans.split("-"))
    return OpeningHours(
        weekdays, True if named else None, ((first, last),), False,
        found.closures, found.specials, found.doubts, remark,
    )  # fmt: skip


def each_day() -> list[date]:
    return [date(2026, 4, 1) + n * DAY for n in range(365 * 4 + 300)]


def new_year(day: date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def moved(day: date, plain: Callable[[date], bool]) -> bool:
    """Work out by hand: closed on its weekday, or on the first weekday after holidays that took it."""
    if day in JAPAN:
        return False
    back = day
    while True:
        if plain(back):
            return True
        back -= DAY
        if back not in JAPAN:
            return False


REMARKS: dict[str, Callable[[date], bool]] = {
    "休館日：月曜日（祝日のときは次の平日）、毎月末日（土日・祝日のときは開館）、12月29日〜1月3日": lambda d: (
        new_year(d)
        or moved(d, lambda x: x.weekday() == 0)
        or ((d + DAY).day == 1 and d.weekday() < 5 and d not in JAPAN)
    ),
    "第3月曜日（祝日のときは次の平日）は休み。12/29から1/3は利用不可": lambda d: (
        new_year(d) or moved(d, lambda x: x.weekday() == 0 and 15 <= x.day <= 21)
    ),
    "休所日は日曜日及び祝日、12/29から1/3まで": lambda d: new_year(d) or d.weekday() == 6 or d in JAPAN,
    "水曜・第2火曜は定休日です。年末年始は休み": lambda d: (
        new_year(d) or d.weekday() == 2 or (d.weekday() == 1 and 8 <= d.day <= 14)
    ),
    "12月31日〜1月1日は休業": lambda d: (d.month, d.day) in ((12, 31), (1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("remark", REMARKS)
def test_closed_days_agree_with_a_calendar_worked_out_by_hand(remark: str) -> None:
    found = hours(remark)
    assert found.doubts == ()
    for day in each_day():
        assert (found.on(day).state is State.CLOSED) == REMARKS[remark](day), day


@pytest.mark.parametrize(
    "remark",
    ["展示替えのあいだは休みます", "予約状況により、19時に閉館", "事業実施期間に開館", "月曜ときどき休み", "要問合せ",
     "12/29から1/54まで休み", "12/29から1/30まで休み", "月曜日(祝日にあたる場合はその翌日)は13:00から22:00まで"],
)  # fmt: skip
def test_what_cannot_be_read_is_a_doubt_and_nothing_is_open_for_sure(remark: str) -> None:
    found = hours(remark)
    assert found.doubts
    told = found.at(datetime(2026, 11, 18, 12, tzinfo=TOKYO))
    assert told.state is State.UNKNOWN
    shown = unicodedata.normalize("NFKC", remark).replace("〜", "~")
    assert any(doubt.text in shown for doubt in found.doubts)


def test_a_doubt_about_one_weekday_leaves_the_others() -> None:
    found = hours("水土:午後休診\n水:第1、第3は休診")
    assert found.on(date(2026, 11, 18)).state is State.UNKNOWN
    assert found.on(date(2026, 11, 19)).state is State.OPEN
    assert found.on(date(2026, 11, 21)).morning_only


def test_holidays_and_the_new_year_are_unknown_where_nothing_is_said() -> None:
    found = hours("")
    assert found.on(date(2026, 11, 20)).state is State.OPEN
    assert found.on(date(2026, 11, 23)).state is State.UNKNOWN
    assert found.on(date(2026, 12, 30)).state is State.UNKNOWN
    assert hours("", "月火水木金土日祝").on(date(2026, 11, 23)).state is State.OPEN
    round_the_clock = OpeningHours(frozenset(range(7)), None, ((0, 1440),))
    assert round_the_clock.on(date(2027, 1, 1)).state is State.OPEN


def test_hours_of_their_own_on_some_days() -> None:
    found = hours("土日祝は9:30〜17:00。木:9:00-12:00、14:00-18:30", spans="9:30-19:00")
    assert found.on(date(2026, 11, 21)).spans == ((570, 1020),)
    assert found.on(date(2026, 11, 23)).spans == ((570, 1020),)
    assert found.on(date(2026, 11, 19)).spans == ((540, 720), (840, 1110))
    assert found.on(date(2026, 11, 20)).spans == ((570, 1140),)


@pytest.mark.parametrize(
    ("clock", "state"),
    [("08:59", "closed"), ("09:00", "open"), ("16:59", "open"), ("17:00", "closed"), ("23:59", "closed")],
)  # fmt: skip
def test_open_now_to_the_minute(clock: str, state: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-20T{clock}").replace(tzinfo=TOKYO)
    assert hours("").at(moment).state == state


def test_hours_past_midnight() -> None:
    found = OpeningHours(frozenset({4}), None, ((18 * 60, 26 * 60),))
    at = [datetime(2026, 11, day, hour, tzinfo=TOKYO) for day, hour in ((20, 19), (21, 1), (21, 3))]
    assert [found.at(moment).state for moment in at] == ["open", "open", "closed"]
    assert told_spans(found.spans) == "18時〜翌2時"


def test_a_morning_without_an_end_is_never_surely_open() -> None:
    found = hours("土:午後休診", "月火水木金土")
    saturday = datetime(2026, 11, 21, tzinfo=TOKYO)
    assert found.at(saturday.replace(hour=8)).state is State.CLOSED
    assert found.at(saturday.replace(hour=10)).state is State.UNKNOWN
    assert found.at(saturday.replace(hour=14)).state is State.CLOSED


def test_nothing_said_is_nothing_known() -> None:
    nothing = OpeningHours()
    assert not nothing.known
    assert nothing.on(date(2026, 11, 20)).state is State.UNKNOWN
    assert Closure().holds(date(2026, 11, 20)) is False
    assert told_clock(24 * 60) == "24時"
