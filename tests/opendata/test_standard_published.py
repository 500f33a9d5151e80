"""Every cell of every row of the published samples: answered from, known not to be, or reported.

The oracle reads the files with Python's own csv module and its own few rules; nothing of our reader
is used but its result.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from concierge.opendata.standard.reading import ReadFile, read_file
from concierge.places.hours import Doubt
from concierge.places.model import Hazard, Shelter

FILES = {
    "aed/hiraizumi.csv": "aed",
    "evacuation_space/matsuyama.csv": "shelters",
    "hospital/iizuka.csv": "hospitals",
    "preschool/kawaguchi.csv": "childcare",
    "public_facility/iizuka.csv": "facilities",
    "public_facility/nonoichi.csv": "facilities",
    "event/hamamatsu.csv": "events",
}


class Published(NamedTuple):
    """A sample: its rows by header as the csv module has them, and what our reader made of it."""

    rows: list[dict[str, str]]
    headers: list[str]
    lines: list[int]
    read: ReadFile


@pytest.fixture(scope="module", params=FILES)
def sample(request: pytest.FixtureRequest, published: Path) -> Published:
    path = published / "opendata" / request.param
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp932")
    reader = csv.reader(io.StringIO(text, newline=""))
    headers = [header.strip() for header in next(reader)]
    rows, lines, line = [], [], reader.line_num + 1
    for cells in reader:
        rows.append(dict(zip(headers, cells, strict=True)))
        lines.append(line)
        line = reader.line_num + 1
    return Published(rows, headers, lines, read_file(path, request.param, FILES[request.param]))


def squeezed(text: str | None) -> str:
    """Compare without white space and width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))


def digits(text: str) -> str:
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def minutes(text: str) -> int | None:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    return int(match[1]) * 60 + int(match[2]) if match else None


def day(text: str) -> datetime.date | None:
    found = re.findall(r"\d+", text)
    return datetime.date(*map(int, found[:3])) if found else None


def hours(record: Any, which: int) -> int | None:
    spans = record.hours.spans
    return spans[0][which] if spans else None


Check = tuple[Callable[[Any], Any], Callable[[str], Any]]
HAZARDS = {
    "災害種別_洪水": Hazard.FLOOD,
    "災害種別_崖崩れ、土石流及び地滑り": Hazard.LANDSLIDE,
    "災害種別_高潮": Hazard.STORM_SURGE,
    "災害種別_地震": Hazard.EARTHQUAKE,
    "災害種別_津波": Hazard.TSUNAMI,
    "災害種別_大規模な火事": Hazard.FIRE,
    "災害種別_内水氾濫": Hazard.INLAND_FLOOD,
    "災害種別_火山現象": Hazard.VOLCANO,
}
TEXTS = {
    "ID": "id", "名称": "name", "名称_カナ": "reading", "所在地_連結表記": "address", "URL": "url",
    "建物名等(方書)": "building", "備考": "note", "設置位置": "position", "種別": "kind",
    "医療機関の種類": "kind", "団体名": "operator", "受入年齢": "age_text", "POIコード": "poi",
    "説明": "description", "対象となる町会・自治会": "for_districts",
    "Event Name": "name", "Event Name_Kana": "reading", "Remarks": "note", "Contact Name": "contact",
    "Event Details": "description", "Venue Name": "venue", "Address": "address",
    "Application Method": "apply", "Category": "category",
}  # fmt: skip
CHECKS: dict[str, Check] = {
    **{h: (lambda r, f=f: squeezed(getattr(r, f))  , squeezed) for h, f in TEXTS.items()},
    **{h: (lambda r, z=z: z in r.hazards, lambda c: c == "1") for h, z in HAZARDS.items()},
    "緯度": (lambda r: r.location.latitude, float),
    "経度": (lambda r: r.location.longitude, float),
    "Latitude": (lambda r: r.location.latitude, float),
    "Longitude": (lambda r: r.location.longitude, float),
    "電話番号": (lambda r: digits(r.phone or ""), digits),
    "Contact Phone Number": (lambda r: digits(r.phone or ""), digits),
    "想定収容人数": (lambda r: r.capacity, lambda c: int(c.replace(",", "").strip())),
    "収容定員": (lambda r: r.capacity, int),
    "病床数": (lambda r: r.beds, int),
    "開始時間": (lambda r: hours(r, 0), minutes),
    "終了時間": (lambda r: hours(r, 1), minutes),
    "診療開始時間": (lambda r: hours(r, 0), minutes),
    "診療終了時間": (lambda r: hours(r, 1), minutes),
    "Start Time": (lambda r: r.starts, minutes),
    "End Time": (lambda r: r.ends, minutes),
    "Start Date": (lambda r: r.first, day),
    "End Date": (lambda r: r.last, day),
    "Application End Date": (lambda r: r.apply_until, day),
    "Update Date": (lambda r: r.updated, day),
    "指定避難所との重複": (lambda r: r.also_evacuation_centre, lambda c: c == "1"),
    "一時預かりの有無": (lambda r: r.temporary_care, lambda c: c == "有"),
    "診療科目": (
        lambda r: {squeezed(name) for name in r.departments},
        lambda c: {
            name
            for part in re.split(r"[、;,\s]+", unicodedata.normalize("NFKC", re.sub(r"（.*?）|\(.*?\)", "", c)))
            for name in (part.split("・") if all(p.endswith("科") for p in part.split("・")) else [part])
            if name
        },
    ),
}  # fmt: skip
REMARKS = ("利用可能日時特記事項", "利用可能時間特記事項", "診療日時特記事項")
DAYS = ("利用可能曜日", "診療曜日")
FLAGS = {
    "車椅子貸出": "車椅子の貸出", "バリアフリートイレ": "バリアフリートイレ", "優先駐車場": "優先駐車場",
    "スロープ、エレベータ、エスカレータ": "スロープ・エレベーターなど", "授乳室": "授乳室", "車椅子可": "車椅子で利用可",
    "点字ブロック等の移動支援": "点字ブロックなど", "盲導犬・介助犬、聴導犬同伴": "補助犬の同伴",
    "おむつ替えコーナー": "おむつ替えコーナー", "飲食可否": "飲食可", "ベビーカー貸出": "ベビーカーの貸出",
    "ベビーカー利用": "ベビーカーで利用可",
}  # fmt: skip
SHOWN_OTHERWISE = {"Fee (Basic)", "Fee (Detailed)", "Directions"}
"""Two columns make one text, or it depends on the other whether this is shown."""
NOT_ANSWERED_FROM = re.compile(
    r"_id|id|.*コード|.*団体名|所在地_.*|内線番号|連絡先.*|郵便番号|法人.*|FAX番号|アクセス方法|駐車場情報"
    r"|認可等年月日|団体名|画像.*|病児.*|Municipality Name|Event Name_English|.*Extension Number"
    r"|Organizer|Access Method|Parking Information|Capacity|Application End Time|District|Publication Date"
)


def test_every_row_is_a_record_or_reported(sample: Published) -> None:
    reported = {p.line for p in sample.read.problems if p.severity == "error"}
    rows = {record.row for record in sample.read.records}
    assert rows | reported >= set(sample.lines)
    assert not rows & reported
    assert len(sample.read.records) == len(rows) == sample.read.rows - len(reported)


def test_every_cell_is_accounted_for(sample: Published) -> None:
    cells = sample.read.cells
    assert cells["total"] == len(sample.rows) * len(sample.headers)
    assert cells["total"] == sum(count for name, count in cells.items() if name != "total")
    blank = sum(
        not cell.strip("\u3000 \t\r\n") for row in sample.rows for cell in row.values()
    ) + len(sample.rows) * (len(sample.headers) - len(set(sample.headers)))
    assert cells["empty"] == blank


def test_every_cell_says_what_the_record_says(sample: Published) -> None:
    """Compare each cell under a header; a cell that is reported may say nothing."""
    records = {record.row: record for record in sample.read.records}
    reported = {(p.line, p.column) for p in sample.read.problems}
    wrong, unchecked, checked = [], set(), 0
    for line, row in zip(sample.lines, sample.rows, strict=True):
        record: Any = records.get(line)
        for column, header in enumerate(sample.headers, 1):
            cell = row[header]
            if record is None or not cell.strip() or (line, column) in reported:
                continue
            if header in REMARKS:
                assert squeezed(record.hours.remark) == squeezed(cell)
            elif header in DAYS:
                assert_days(record, cell)
            elif header in FLAGS:
                assert (FLAGS[header] in record.features) == (cell in ("有", "可")), (line, header)
            elif header == "名称_通称":
                assert squeezed("".join(record.aliases)) == squeezed(cell)
            elif header == "団体名" and not hasattr(record, "operator"):
                continue
            elif header in CHECKS:
                ours, theirs = CHECKS[header][0](record), CHECKS[header][1](cell)
                if isinstance(theirs, float):
                    ours, theirs = round(ours, 9), round(theirs, 9)
                if theirs is not None and ours != theirs and not explained(header, cell, record):
                    wrong.append((line, header, cell, ours))
            elif not NOT_ANSWERED_FROM.fullmatch(header) and header not in SHOWN_OTHERWISE:
                unchecked.add(header)
                continue
            checked += 1
    assert wrong == []
    assert unchecked == set()
    assert checked > len(sample.rows) * 5


def assert_days(record: Any, cell: str) -> None:
    if cell == "不定期":
        assert record.hours.irregular
        return
    letters = "月火水木金土日" if cell == "全日" else cell
    assert record.hours.weekdays == {"月火水木金土日".index(x) for x in letters if x != "祝"}
    assert record.hours.holidays is (True if "祝" in cell else None)


def explained(header: str, cell: str, record: Any) -> bool:
    """One of two times alone says no hours; an event's end on the same day is its start."""
    times = ("開始時間", "終了時間", "診療開始時間", "診療終了時間")
    return header in times and record.hours.spans == ()


def test_a_blank_hazard_is_no_hazard(sample: Published) -> None:
    """A place is named for a disaster only where the list says so."""
    by_row = {record.row: record for record in sample.read.records}
    for line, row in zip(sample.lines, sample.rows, strict=True):
        record = by_row.get(line)
        if isinstance(record, Shelter):
            assert {z for h, z in HAZARDS.items() if row[h] == "1"} == record.hazards


def test_what_is_no_weekday_is_reported(published: Path) -> None:
    found = read_file(published / "opendata" / "hospital" / "iizuka.csv", "f", "hospitals")
    assert [(p.line, p.column) for p in found.problems if p.code == "days-unreadable"] == [
        (124, 30)
    ]


def test_remarks_dragged_down_in_excel_are_no_closures(published: Path) -> None:
    """12/29〜1/3, 12/29〜1/4 … 12/29〜1/54: nobody is told that these are closed all January."""
    found = read_file(published / "opendata" / "preschool" / "kawaguchi.csv", "f", "childcare")
    dragged = [p for p in found.problems if p.code == "remark-dragged"]
    assert len(dragged) == 52
    rows = {p.line for p in dragged}
    for record in found.records:
        if record.row in rows:
            hours = record.hours  # type: ignore[union-attr]
            assert hours.closures == ()
            assert hours.doubts == (Doubt(hours.remark),)
